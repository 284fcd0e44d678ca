"""The steps that end a notice (danger over, it was wrong, it is not so), each read word for word before its code.

What was read is what is said: where somebody said something newer meanwhile, the page is shown again.
"""

from __future__ import annotations

from aiohttp import web

from bot.errors import CotMocError
from bot.staff.roles import Action
from broadcasts import notice_reports
from broadcasts.notice_store import Notice, NoticeChangedMeanwhile
from broadcasts.notices import Kind, name_of
from handlers.chat import khan_words
from handlers.console.gate import Visit
from handlers.console.notice_page import PAGE, NoticePage, run_read
from handlers.console.notice_room import NoticeRoom
from handlers.figures import grouped

LONGEST_REASON = 300
_KINDS = {"clear": Kind.CLEAR, "cancel": Kind.CANCEL, "reject": Kind.WITHDRAW}
_DONE = {"clear": khan_words.ENDING_CLEAR, "cancel": khan_words.ENDING_CANCEL}


class NoReason(CotMocError):
    """Ghi lý do huỷ tin, để người sau đọc nhật ký hiểu."""


class NoticeSteps:
    def __init__(self, room: NoticeRoom, page: NoticePage) -> None:
        self._room = room
        self._page = page

    def routes(self) -> list[web.RouteDef]:
        gate = self._room.gate
        rights = {"clear": Action.ISSUE, "cancel": Action.ISSUE, "reject": Action.CONFIRM}
        shown = [gate.get(f"{PAGE}/{each}", self._asked, action) for each, action in rights.items()]
        return [*shown, *(gate.post(f"{PAGE}/{each}", self._done, action) for each, action in rights.items())]

    async def _asked(self, visit: Visit) -> web.Response:
        return await self._shown(visit, await self._room.notice(visit))

    async def _shown(self, visit: Visit, notice: Notice, why: str = "", status: int = 200) -> web.Response:
        step = _step(visit)
        context = {
            "notice": notice,
            "step": step,
            "message": self._room.texts.end(notice, _KINDS[step], visit.now, by=visit.officer.name),
            "reason": visit.text("reason"),
            "why": why,
        }
        return self._room.show(visit, "step", context, status)

    async def _done(self, visit: Visit) -> web.Response:
        service, officer, step = self._room.service, visit.officer, _step(visit)
        reason = " ".join(visit.text("reason").split())[:LONGEST_REASON]
        if step == "cancel" and not reason:  # before a code is used up
            notice = await self._room.notice(visit)
            return await self._shown(visit, notice, visit.words.say(str(NoReason())), 400)

        async def end(notice: Notice) -> str:
            if step == "reject":
                issued = await service.reject(officer, run_read(visit))
                return khan_words.REJECTED.format(name=issued.name, at=self._room.clock(issued.at))
            if notice.newest.run_id != run_read(visit) and notice.live:
                raise NoticeChangedMeanwhile
            if step == "clear":
                issued = await service.clear(officer, notice.id)
            else:
                issued = await service.cancel(officer, notice.id, reason)
            total = await self._told(await service.notice(officer, notice.id))
            return _DONE[step].format(name=name_of(notice.id), at=self._room.clock(issued.at), total=total)

        return await self._page.proved(visit, end, self._shown)

    async def _told(self, notice: Notice) -> str:
        """How many are told how it ended."""
        async with self._room.db.reading() as connection:
            return grouped((await notice_reports.progress(connection, notice)).total)


def _step(visit: Visit) -> str:
    return visit.request.path.rpartition("/")[2]
