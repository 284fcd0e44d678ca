"""/console/notices/cap: CAP messages of others, read by a person who makes a notice of one or puts it aside."""

from __future__ import annotations

from aiohttp import web

from bot.errors import CotMocError, StoreUnavailable
from bot.staff.roles import Action
from broadcasts import notice_composing
from broadcasts.cap_areas import spoken_of
from broadcasts.cap_inbox import CapDraft, CapInbox, NoSuchDraft, State
from broadcasts.cap_xml import CapRefused
from handlers.console.gate import Visit
from handlers.console.notice_page import SPENT
from handlers.console.notice_room import NoticeRoom

PATH = "/console/notices/cap"
LONGEST_REASON = 300


class NoticeCapPages:
    def __init__(self, room: NoticeRoom) -> None:
        self._room = room
        self._inbox = CapInbox(room.db, room.office.key)

    def routes(self) -> list[web.RouteDef]:
        gate = self._room.gate
        one = f"{PATH}/{{id:[0-9]{{1,9}}}}"
        return [
            gate.get(PATH, self._all, Action.ISSUE),
            gate.get(one, self._one, Action.ISSUE),
            gate.post(f"{one}/refuse", self._refuse, Action.ISSUE),
        ]

    async def _all(self, visit: Visit) -> web.Response:
        waiting = await self._inbox.drafts()
        return self._room.show(visit, "cap_all", {"drafts": [(each, _headline(each)) for each in waiting]})

    async def _one(self, visit: Visit) -> web.Response:
        return await self._shown(visit)

    async def _shown(self, visit: Visit, why: str = "", status: int = 200) -> web.Response:
        room, found = self._room, await self._draft(visit)
        alert = found.alert()
        spoken = spoken_of(alert, room.office.gazetteer)
        context = {
            "found": found,
            "headline": _headline(found),
            "infos": alert.infos,
            "places": notice_composing.area_words(room.office.gazetteer, spoken.places, "vi"),
            "spoken": spoken,
            "waits": found.state is State.WAITING,
            "begins": await room.may_begin(visit.officer),
            "reason": visit.text("reason"),
            "why": why,
        }
        return room.show(visit, "cap_one", context, status)

    async def _refuse(self, visit: Visit) -> web.Response:
        """Somebody has read it and nothing comes of it: never asked again, so it takes a reason and a code."""
        room, found = self._room, await self._draft(visit)
        await room.require_duty(visit)
        reason, spent = " ".join(visit.text("reason").split())[:LONGEST_REASON], ""
        if not reason:
            return await self._shown(visit, visit.words.say("Ghi lý do không dùng bản tin này."), 400)
        try:
            await room.gate.prove(visit, visit.text("code"))
            spent = SPENT
            await self._inbox.refuse(visit.officer.name, found.id, reason=reason, now=visit.now)
        except StoreUnavailable:
            raise
        except CotMocError as error:
            why = " ".join(visit.words.say(each) for each in (str(error), spent) if each)
            return await self._shown(visit, why, 409 if spent else 400)
        return room.after(visit, PATH, visit.words.say("Đã ghi: không dùng bản tin %(number)s.", number=found.id))

    async def _draft(self, visit: Visit) -> CapDraft:
        """Raises HTTPNotFound."""
        try:
            return await self._inbox.draft(visit.number())
        except NoSuchDraft:
            raise web.HTTPNotFound from None


def _headline(found: CapDraft) -> str:
    try:
        info = next(iter(found.alert().infos), None)
    except CapRefused as error:
        return str(error)
    return (info.headline or info.event) if info is not None else found.identifier
