"""The sheet for the hours when the chat is down, to print on A4: who is on duty, whom to call, the steps, and what to
read over the loudspeaker for every hazard.

It loads nothing and runs nothing, so that it opens on any machine; telephone numbers of people are not on it, because
the service does not know any.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from html import escape
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import SettingError
from bot.place_files import load_gazetteer
from bot.staff import register, roster, shifts
from bot.staff.areas import area_code, area_label
from bot.staff.roles import Within
from broadcasts import notice_composing, notice_store
from content.notice_files import shipped_notices
from content.notice_templates import PLACE, Blank, NoticeTemplate
from handlers.commands.acting import Front, within

_LANGUAGE = "vi"
_BLANK = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Duty:
    """One officer's hours; ``place`` in words."""

    name: str
    place: str
    begins_at: datetime
    ends_at: datetime


def script(
    templates: Sequence[NoticeTemplate],
    *,
    place: str,
    duties: Sequence[Duty],
    ladder: Sequence[str],
    signed: Collection[str],
    now: datetime,
    zone: tzinfo,
    owner: str = "",
) -> str:
    """The whole page as HTML. ``place``: for where, in words; ``ladder``: names, in the order in which they are called;
    ``signed``: the ids of templates whose Vietnamese text a commander has signed; ``owner`` empty: nobody is named."""
    made = f"{now.astimezone(zone):%H:%M ngày %d/%m/%Y}"
    heads = f"<p class=owner>{escape(owner)}</p>" if owner else ""
    body = [
        f"{heads}<h1>Báo tin khẩn khi kênh chat hỏng</h1>",
        f"<p>Nơi: <b>{escape(place)}</b>. In lúc {made}. In lại mỗi khi lịch trực đổi.</p>",
        "<h2>Ai trực</h2>",
        _list([_duty(each, zone) for each in duties]) or "<p>Chưa có ai trực: chỉ chỉ huy được phát tin khẩn.</p>",
        "<h2>Gọi ai xác nhận</h2>",
        "<p>Gọi lần lượt từ trên xuống, tới khi có người xác nhận. Người phát tin không tự xác nhận.</p>",
        _list([f"{escape(name)} {_dots('số điện thoại')}" for name in ladder], ordered=True)
        or f"<p>Chưa có ai xác nhận được. Ghi tay: {_dots('tên, số điện thoại')}</p>",
        "<h2>Các bước</h2>",
        _list(_STEPS, ordered=True),
        "<h2>Đọc trên loa</h2>",
        "<p>Đọc chậm, rõ, hai lần. Không đọc chữ nhỏ trong ngoặc. "
        "Điền đủ chỗ chấm trước khi đọc; chỗ nào chưa biết chắc thì bỏ cả câu ấy.</p>",
        *(_template(each, each.id in signed, owner) for each in templates if not each.drill_only),
    ]
    return _PAGE.format(body="\n".join(body))


def write(front: Front, area: str, file: str) -> int:
    """``cotmoc notice script``: the sheet for an area as it is typed (empty: the installation's province) into a file,
    or printed where no file is named. Raises NoSuchArea, SettingError."""
    code = area_code(load_gazetteer(), area or front.settings.province)

    async def run() -> str:
        async with front.database() as db, db.reading() as connection:
            return await page(
                connection,
                tuple(shipped_notices().values()),
                area=code,
                within=within,
                now=front.clock.now(),
                zone=front.settings.zone,
                owner=front.settings.owner_name,
            )

    made = asyncio.run(run())
    if not file:
        print(made)
        return 0
    path = Path(file)
    try:
        path.write_text(made, encoding="utf-8")
    except OSError:
        raise SettingError(f"Không ghi được tệp {path.name}.") from None
    print(f"Đã ghi {path.name}. Mở bằng trình duyệt, rồi in ra giấy A4.")
    return 0


async def page(
    connection: AsyncConnection,
    templates: Sequence[NoticeTemplate],
    *,
    area: str,
    within: Within,
    now: datetime,
    zone: tzinfo,
    owner: str = "",
) -> str:
    """``script`` for an area (a place code, empty: everywhere) as the roster and the signatures stand now.

    The duties are those that touch the area until the end of the local day, and at least for twelve hours.
    """
    gazetteer = load_gazetteer()
    local = now.astimezone(zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    until = max(midnight, now + timedelta(hours=12))
    officers = [each.officer for each in await register.everybody(connection) if each.active]
    names = {each.id: each.name for each in officers}
    planned = roster.standing(await shifts.between(connection, now, until), officers, now, within)
    here = sorted((each for each in planned if roster.touch(area, each.area, within)), key=lambda each: each.begins_at)
    signatures = {key: signed[0] for key, signed in (await notice_store.signatures(connection)).items()}
    return script(
        templates,
        place=area_label(gazetteer, area),
        duties=[
            Duty(names[each.officer_id], area_label(gazetteer, each.area), each.begins_at, each.ends_at)
            for each in here
        ],
        ladder=[each.name for each in roster.ladder(officers, planned, (area,), now, within, but="")],
        signed={
            each.id
            for each in templates
            if _LANGUAGE in notice_composing.signed_languages(each, signatures, drill=False)
        },
        now=now,
        zone=zone,
        owner=owner,
    )


_STEPS = (
    "Có người nguy cấp: gọi 112 ngay. Công an: 113. Cháy: 114. Cấp cứu: 115.",
    "Ghi vào sổ trực: giờ, nơi, việc gì, ai báo.",
    "Gọi người xác nhận theo danh sách trên. Không gọi được thì gọi người kế tiếp.",
    "Việc nguy hiểm tới tính mạng: không chờ, đọc loa ngay, và nói rõ “đang chờ xác nhận”.",
    "Gọi UBND xã, phường nhờ đọc loa. Đọc cho người nghe chép, rồi bảo đọc lại.",
    "Nơi loa không tới: cử người đi từng ấp, chợ, bến ghe, cửa khẩu. Nhờ trưởng ấp gọi điện cho từng nhà.",
    "Người trên sông, trên biển: gọi máy bộ đàm, nhờ người nhà và ghe gần đó báo giúp. Không bắt ghe ra chỗ nguy hiểm.",
    "Ghi nơi nào đã báo, lúc mấy giờ, ai báo. Nơi chưa báo được thì báo chỉ huy.",
    "Hết nguy hiểm: đọc tin hết nguy hiểm ở đúng những nơi đã báo.",
    "Kênh chat chạy lại: tin còn hiệu lực thì phát lại bằng /khan.",
)


def _duty(each: Duty, zone: tzinfo) -> str:
    begin, end = each.begins_at.astimezone(zone), each.ends_at.astimezone(zone)
    hours = f"từ {begin:%H:%M ngày %d/%m/%Y} đến {end:%H:%M ngày %d/%m/%Y}"
    return f"<b>{escape(each.name)}</b>, {escape(each.place)}, {hours} {_dots('số điện thoại')}"


def _template(template: NoticeTemplate, signed: bool, owner: str) -> str:
    blanks = {each.name: each for each in template.blanks}
    title = escape(template.title[_LANGUAGE])
    draft = "" if signed else " <small>(bản nháp, chưa chỉ huy nào ký)</small>"
    sender = f" {escape(owner)} báo." if owner else ""
    until = f"Tin có hiệu lực đến {_dots('giờ')} ngày {_dots('ngày, tháng')}."
    return (
        f"<section><h3>{title}{draft}</h3>"
        f"<p>Tin khẩn. {_with_lines(template.texts[_LANGUAGE], blanks)} {until}{sender}</p>"
        f"<p class=clear>Khi hết: {_with_lines(template.clear[_LANGUAGE], blanks)}</p></section>"
    )


def _with_lines(text: str, blanks: Mapping[str, Blank]) -> str:
    """The text with a dotted line, and what belongs on it, for each blank."""

    def line(found: re.Match[str]) -> str:
        blank = blanks.get(found[1])
        if blank is None:
            return _dots("nơi" if found[1] == PLACE else found[1])
        ways = [wording[_LANGUAGE] for _, wording in blank.choices]
        return _dots(" / ".join(ways) if ways else blank.label[_LANGUAGE])

    return _BLANK.sub(line, escape(text).replace("\n", "<br>"))


def _dots(what: str) -> str:
    return f"{'.' * 24}<small>({escape(what)})</small>"


def _list(lines: Sequence[str], *, ordered: bool = False) -> str:
    """Empty where there is nothing to list; the lines are HTML already."""
    kind = "ol" if ordered else "ul"
    return f"<{kind}>{''.join(f'<li>{each}</li>' for each in lines)}</{kind}>" if lines else ""


_PAGE = """<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Báo tin khẩn khi kênh chat hỏng</title>
<style>
@page {{ size: A4 portrait; margin: 12mm; }}
body {{ font: 10.5pt/1.35 sans-serif; color: #000; background: #fff; max-width: 186mm; margin: 0 auto; }}
h1 {{ font-size: 15pt; margin: 0 0 2mm; }}
h2 {{ font-size: 12pt; margin: 3mm 0 1mm; border-bottom: 1pt solid #000; }}
h3 {{ font-size: 10.5pt; margin: 2mm 0 0; }}
p, ul, ol {{ margin: 1mm 0; }}
ul, ol {{ padding-left: 6mm; }}
section {{ break-inside: avoid; }}
.owner {{ font-weight: bold; }}
.clear {{ font-style: italic; }}
small {{ font-size: 8pt; }}
</style>
</head>
<body>
{body}
</body>
</html>
"""
