"""``cotmoc notice cap …``: our notices as CAP, and CAP messages of others from a file to a notice made by a person."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

from bot.errors import SettingError
from bot.place_files import load_gazetteer
from bot.staff import audit
from bot.staff.roles import Action, Forbidden, Officer, may
from broadcasts import cap_inbox, notice_store
from broadcasts.cap_areas import spoken_of
from broadcasts.cap_inbox import CapDraft, CapInbox, State
from broadcasts.cap_reading import read_text
from broadcasts.cap_writing import write_alert
from broadcasts.cap_xml import MOST_BYTES, decode
from broadcasts.notice_store import NoSuchNotice
from broadcasts.notices import NoticeDraft, name_of
from content.files import shipped_phrases
from content.notice_files import shipped_notices
from handlers.accounts_file import cap_feeds
from handlers.commands import notice_cap_words, notice_words
from handlers.commands.acting import Front, within
from handlers.commands.notice_desk import NoticeDesk, Said
from handlers.notice_cap import NoSuchVersion, NoticeCap
from handlers.notice_from_cap import hours_left, require_new, taking
from handlers.notice_wording import NoticeWording


def export(front: Front, given: argparse.Namespace) -> int:
    """A notice as CAP, into a file or printed. Raises NoSuchNotice, SettingError."""

    async def run() -> bytes:
        async with front.database() as db, db.reading() as connection:
            notice = await notice_store.load(connection, given.number)
        wording = NoticeWording(settings=front.settings, phrases=shipped_phrases(), clock=front.clock)
        cap = NoticeCap(
            settings=front.settings, gazetteer=load_gazetteer(), wording=wording, templates=shipped_notices()
        )
        try:
            return write_alert(cap.alert(notice, given.version))
        except NoSuchVersion:
            raise NoSuchNotice(f"{name_of(notice.id)} không có bản {given.version}.") from None

    made = asyncio.run(run())
    if not given.file:
        print(made.decode())
        return 0
    path = Path(given.file)
    try:
        path.write_bytes(made)
    except OSError:
        raise SettingError(f"Không ghi được tệp {path.name}.") from None
    print(f"Đã ghi {path.name}.")
    return 0


async def _import(desk: NoticeDesk) -> Said:
    name, body = _file(desk.given.file)
    senders = {each for feed in cap_feeds(desk.front.settings) for each in feed.senders} | set(desk.given.sender)
    alert = read_text(decode(body))
    if alert.sender not in senders:
        raise cap_inbox.UnknownSender(
            f"Người gửi {alert.sender} không có trong danh sách được nhận; biết chắc là đúng thì thêm --sender."
        )
    officer, now = await desk.acting(), desk.front.clock.now()
    _require_warner(officer, now)
    inbox = CapInbox(desk.db, desk.office.key)
    kept = await inbox.receive(body, source=name, senders=senders, now=now)
    if kept.id is None:
        return "Bản tin này đã nhận trước đây, không thêm gì.", {"id": None, "state": str(kept.state)}
    async with desk.db.transaction() as connection:
        await audit.record(connection, desk.office.key, now, officer.name, "cap.import", str(kept.id))
    waits = (
        "đang chờ người đọc" if kept.state is State.WAITING else "không còn dùng được: đã hết hạn hoặc có bản mới hơn"
    )
    lines = [f"Bản nháp CAP số {kept.id}: {waits}.", *_whole(desk, await inbox.draft(kept.id))]
    return "\n".join(lines), {"id": kept.id, "state": str(kept.state)}


def _file(typed: str) -> tuple[str, bytes]:
    """Its name and what is in it. Raises SettingError."""
    path = Path(typed)
    try:
        if path.stat().st_size > MOST_BYTES:
            raise SettingError(f"Tệp {path.name} lớn hơn {MOST_BYTES // 1024} KB; đây không phải bản tin CAP.")
        return path.name, path.read_bytes()
    except OSError:
        raise SettingError(f"Không đọc được tệp {path.name}.") from None


async def _drafts(desk: NoticeDesk) -> Said:
    inbox = CapInbox(desk.db, desk.office.key)
    if desk.given.draft:
        found = await inbox.draft(desk.given.draft)
        return "\n".join(_whole(desk, found)), _json(desk, found)
    waiting = await inbox.drafts()
    lines = [line for each in waiting for line in notice_cap_words.draft(each, desk.zone)]
    return "\n".join(lines) or "Không có bản tin CAP nào đang chờ.", [_json(desk, each) for each in waiting]


async def _take(desk: NoticeDesk) -> Said:
    """The same rights, code and checks as an issue; the draft is taken in the very transaction that issues."""
    number, template = desk.given.draft, desk.template()
    found = await CapInbox(desk.db, desk.office.key).draft(number)
    now = desk.front.clock.now()
    await require_new(desk.db, found, now)
    spoken = spoken_of(found.alert(), desk.office.gazetteer)
    area = desk.area() if desk.given.area else desk.sure(spoken.places)
    if not area:
        raise SettingError("Bản tin không có mã xã, phường nào đọc được; chọn nơi bằng --area.")
    lasts_for = desk.given.lasts_for or hours_left(found, template.lasts_for, now)
    draft = NoticeDraft(template.id, area, desk.blanks(), lasts_for, found.drill_only)
    officer = await desk.acting()

    seen, issued = await desk.say(officer, draft, taking(desk.office, officer.name, draft, number, now))
    lines = [
        *notice_words.preview(seen, desk.zone),
        *notice_cap_words.spoken_of(spoken, desk.office.gazetteer),
        notice_words.issued(issued, desk.zone, what=f"phát, lập từ bản tin CAP số {number}"),
    ]
    made = notice_words.issued_json(issued)
    return "\n".join(lines), made | {"draft": number, "drill": draft.drill, "area": list(area)}


async def _refuse(desk: NoticeDesk) -> Said:
    if not desk.given.reason.strip():
        raise SettingError("Ghi lý do: --reason LÝ_DO.")
    officer, now = await desk.acting(), desk.front.clock.now()
    if not await desk.warnings.hazards.areas(officer):
        raise Forbidden
    inbox = CapInbox(desk.db, desk.office.key)
    await inbox.refuse(officer.name, desk.given.draft, reason=desk.given.reason.strip()[:300], now=now)
    return f"Bản tin CAP số {desk.given.draft}: đã ghi là không dùng.", {"id": desk.given.draft, "state": "refused"}


def _require_warner(officer: Officer, now: datetime) -> None:
    if not any(may(officer, Action.ISSUE, (area,), now, within) for _, area in officer.roles):
        raise Forbidden


def _whole(desk: NoticeDesk, found: CapDraft) -> list[str]:
    gazetteer = desk.office.gazetteer
    return notice_cap_words.whole(found, spoken_of(found.alert(), gazetteer), gazetteer, desk.zone)


def _json(desk: NoticeDesk, found: CapDraft) -> dict[str, object]:
    return notice_cap_words.draft_json(found, spoken_of(found.alert(), desk.office.gazetteer))


STEPS: dict[str, Callable[[NoticeDesk], Awaitable[Said]]] = {
    "import": _import,
    "drafts": _drafts,
    "take": _take,
    "refuse": _refuse,
}
