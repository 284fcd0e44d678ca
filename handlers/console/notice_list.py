"""/console/notices: what waits for this officer's confirmation, what is in force, what has ended, and drills apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from bot.staff import register
from bot.staff.roles import Action
from broadcasts import notice_calls, notice_reports
from broadcasts.cap_inbox import CapInbox
from broadcasts.notice_reports import Progress
from broadcasts.notice_store import Notice
from handlers.console.gate import Visit
from handlers.console.notice_room import NoticeRoom
from handlers.notice_rights import may_confirm, waits_for_second

LATELY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Line:
    """A notice in force. ``confirm_by``: until when it is waited for, None where it is not; ``called``: who was called
    to confirm it and has not answered yet; ``mine``: this officer may confirm it."""

    notice: Notice
    progress: Progress
    confirm_by: datetime | None
    called: tuple[str, ...]
    mine: bool


class NoticeList:
    def __init__(self, room: NoticeRoom) -> None:
        self._room = room

    def routes(self) -> list[web.RouteDef]:
        return [self._room.gate.get("/console/notices", self._all, Action.READ)]

    async def _all(self, visit: Visit) -> web.Response:
        room, officer = self._room, visit.officer
        live = [await self._line(visit, each) for each in await room.service.notices(officer)]
        in_force = {each.notice.id for each in live}
        lately = await room.service.notices(officer, since=visit.now - LATELY)
        begins = await room.may_begin(officer)
        context = {
            "begins": begins,
            "duty": [] if begins else await room.on_duty_now(visit.now),
            "mine": sorted((each for each in live if each.mine), key=lambda each: each.notice.drill),
            "live": [each for each in live if not each.mine and not each.notice.drill],
            "drills": [each for each in live if not each.mine and each.notice.drill],
            "over": [each for each in lately if each.id not in in_force],
            "feeds": len(await CapInbox(room.db, room.office.key).drafts()) if visit.may(Action.ISSUE) else 0,
            "helps": len(await room.help.theirs(officer, visit.now)),
        }
        return room.show(visit, "list", context)

    async def _line(self, visit: Visit, notice: Notice) -> Line:
        room, waits = self._room, waits_for_second(notice)
        async with room.db.reading() as connection:
            counted = await notice_reports.progress(connection, notice)
            calls = await notice_calls.of_run(connection, notice.newest.run_id) if waits else []
            names = {each.officer.id: each.officer.name for each in await register.everybody(connection)}
        return Line(
            notice,
            counted,
            notice.rung_at if waits else None,
            tuple(names[each.officer_id] for each in calls if each.answered_at is None and each.officer_id in names),
            waits and may_confirm(room.service, visit.officer, notice),
        )
