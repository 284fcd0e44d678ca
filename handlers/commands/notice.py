"""``cotmoc notice …``: urgent notices from a signed template to the all-clear, by the officers who sign in."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.errors import SettingError
from broadcasts import notice_store, reports
from broadcasts.cells import larger_of
from broadcasts.notice_store import Notice, NoticeChangedMeanwhile, Version
from broadcasts.notices import NoticeDraft, name_of
from handlers.commands import notice_cap_desk, notice_script, notice_words
from handlers.commands.acting import Front
from handlers.commands.notice_desk import NoticeDesk, Said

LATELY = timedelta(days=30)


def run(front: Front, given: argparse.Namespace) -> int:
    """Sign in, do the one step, say what came of it."""
    if given.what == "script":
        return notice_script.write(front, given.area, given.file)
    if given.what == "cap" and given.cap == "export":
        return notice_cap_desk.export(front, given)
    step = notice_cap_desk.STEPS[given.cap] if given.what == "cap" else _STEPS[given.what]

    async def whole() -> None:
        async with front.database() as db:
            said, found = await step(await NoticeDesk.at(front, db, given))
        print(json.dumps(found, ensure_ascii=False) if given.json else said)

    asyncio.run(whole())
    return 0


# --- templates ----------------------------------------------------------------------------------------------------


async def _templates(desk: NoticeDesk) -> Said:
    async with desk.db.reading() as connection:
        signed = await notice_store.signatures(connection)
    found = desk.warnings.hazards.templates.values()
    said = "\n".join(notice_words.template(each, signed, desk.zone) for each in found)
    return said, [notice_words.template_json(each, signed) for each in found]


async def _sign(desk: NoticeDesk) -> Said:
    """The text is shown first; who has read it signs its mark."""
    template, language = desk.template(), desk.given.language
    if language not in template.texts:
        raise SettingError(f"Mẫu {template.id} chưa có bản {language}.")
    digest = template.digest(language)
    lines = notice_words.to_sign(template, language)
    found = {"template": template.id, "language": language, "digest": digest, "signed_by": ""}
    if not desk.given.digest:
        lines.append(f"Đã đọc và đồng ý thì ký:  cotmoc notice sign {template.id} --language {language} --as TÊN \\")
        lines.append(f"    --digest {digest}")
        return "\n".join(lines), found
    officer = await desk.acting()
    await desk.warnings.hazards.sign(officer, template.id, language, desk.given.digest)
    lines.append(f"{officer.name} đã ký bản {language}. Sửa một chữ là phải ký lại.")
    return "\n".join(lines), found | {"signed_by": officer.name}


# --- saying -------------------------------------------------------------------------------------------------------


def _draft(desk: NoticeDesk) -> NoticeDraft:
    given = desk.given
    return NoticeDraft(desk.template().id, desk.area(), desk.blanks(), given.lasts_for, given.drill)


async def _preview(desk: NoticeDesk) -> Said:
    draft = _draft(desk)
    found = await desk.service.preview(await desk.acting(), draft)
    return "\n".join(notice_words.preview(found, desk.zone)), notice_words.preview_json(found)


async def _issue(desk: NoticeDesk) -> Said:
    draft = _draft(desk)  # what was typed wrongly is said before a code is used up
    seen, issued = await desk.say(await desk.acting(), draft)
    lines = [*notice_words.preview(seen, desk.zone), notice_words.issued(issued, desk.zone, what="phát")]
    return "\n".join(lines), notice_words.issued_json(issued) | {"preview": notice_words.preview_json(seen)}


async def _join(desk: NoticeDesk) -> Said:
    notice = await desk.service.join(await desk.acting(), desk.given.number)
    return f"Anh/chị theo dõi chung {name_of(notice.id)}.", _found(desk, notice)


async def _update(desk: NoticeDesk) -> Said:
    given = desk.given
    area, blanks = desk.area() if given.area else None, desk.blanks()
    issued = await desk.service.update(
        await desk.acting(),
        given.number,
        {"vi": given.say, "km": given.say_km, "en": given.say_en},
        area=area,
        blanks=blanks,
        lasts_for=given.lasts_for,
    )
    return notice_words.issued(issued, desk.zone, what="cập nhật"), notice_words.issued_json(issued)


async def _cancel(desk: NoticeDesk) -> Said:
    if not desk.given.reason.strip():
        raise SettingError("Ghi lý do huỷ: --reason LÝ_DO.")
    issued = await desk.service.cancel(await desk.acting(), desk.given.number, desk.given.reason)
    return notice_words.issued(issued, desk.zone, what="huỷ"), notice_words.issued_json(issued)


async def _clear(desk: NoticeDesk) -> Said:
    issued = await desk.service.clear(await desk.acting(), desk.given.number)
    return notice_words.issued(issued, desk.zone, what="báo hết nguy hiểm"), notice_words.issued_json(issued)


# --- the second person --------------------------------------------------------------------------------------------


async def _confirm(desk: NoticeDesk) -> Said:
    officer = await desk.acting()
    version = await _meant(desk)
    notice = await desk.service.confirm(officer, version.run_id)
    words = version.said.news.get("vi") or version.said.texts.get("vi", "")
    return f"{officer.name} đã xác nhận {name_of(notice.id)}, bản {version.number}:\n{words}", _found(desk, notice)


async def _reject(desk: NoticeDesk) -> Said:
    officer = await desk.acting()
    issued = await desk.service.reject(officer, (await _meant(desk)).run_id)
    return notice_words.issued(issued, desk.zone, what="thu hồi"), notice_words.issued_json(issued)


async def _meant(desk: NoticeDesk) -> Version:
    """The newest version, which must be the one that was read where one was named."""
    async with desk.db.reading() as connection:
        newest = (await notice_store.load(connection, desk.given.number)).newest
    if desk.given.version is not None and desk.given.version != newest.number:
        raise NoticeChangedMeanwhile
    return newest


# --- asking -------------------------------------------------------------------------------------------------------


async def _status(desk: NoticeDesk) -> Said:
    officer, now = await desk.reading(), desk.front.clock.now()
    number = desk.given.number
    found = [await desk.service.notice(officer, number)] if number else await desk.service.notices(officer)
    larger = larger_of(desk.office.gazetteer)
    lines, whole = [], []
    for each in found:
        async with desk.db.reading() as connection:
            counts = {
                run_id: (await reports.report(connection, [run_id], larger, desk.zone)).counts
                for run_id in each.run_ids
            }
        lines += [notice_words.notice(each, now, desk.zone)]
        lines += notice_words.versions(each, counts, desk.office.gazetteer, desk.zone)
        whole.append(_found(desk, each) | {"versions": notice_words.versions_json(each, counts)})
    return "\n".join(lines) or _NONE, whole[0] if number else whole


async def _list(desk: NoticeDesk) -> Said:
    officer, now = await desk.reading(), desk.front.clock.now()
    found = await desk.service.notices(officer, since=now - LATELY if desk.given.all else None)
    said = "\n".join(notice_words.notice(each, now, desk.zone) for each in found)
    return said or _NONE, [_found(desk, each) for each in found]


_NONE = "Hiện không có tin khẩn."


def _found(desk: NoticeDesk, notice: Notice) -> dict[str, object]:
    return notice_words.notice_json(notice, desk.front.clock.now())


_STEPS: dict[str, Callable[[NoticeDesk], Awaitable[Said]]] = {
    "templates": _templates,
    "sign": _sign,
    "preview": _preview,
    "issue": _issue,
    "join": _join,
    "confirm": _confirm,
    "reject": _reject,
    "update": _update,
    "cancel": _cancel,
    "clear": _clear,
    "status": _status,
    "list": _list,
}
