"""/console/notices/help: who asks for help where this officer is on duty, and taking one of them.

What a resident wrote stands here only, for those who are on duty there; the log notes who read it.
"""

from __future__ import annotations

from aiohttp import web

from bot.staff.roles import Action
from handlers import help_wording
from handlers.console.gate import Visit
from handlers.console.notice_room import NoticeRoom

PATH = "/console/notices/help"
AT_ONCE = 20


class NoticeHelps:
    def __init__(self, room: NoticeRoom) -> None:
        self._room = room

    def routes(self) -> list[web.RouteDef]:
        gate = self._room.gate
        take = gate.post(f"{PATH}/{{id:[0-9]{{1,9}}}}/take", self._take, Action.ISSUE)
        return [gate.get(PATH, self._all, Action.ISSUE), take]

    async def _all(self, visit: Visit) -> web.Response:
        room = self._room
        found = await room.help.theirs(visit.officer, visit.now)
        shown = found[:AT_ONCE]
        if shown:
            await room.help.read(visit.officer, shown, visit.now)
        context = {
            "asked": [(each.request, help_wording.in_full(each, room.office.gazetteer, room.zone)) for each in shown],
            "code_of": help_wording.name_of,
            "more": len(found) - len(shown),
        }
        return room.show(visit, "help", context)

    async def _take(self, visit: Visit) -> web.Response:
        """Who is on duty there takes it; who comes later hears who was first."""
        room, number = self._room, visit.number()
        if number not in {each.request.id for each in await room.help.theirs(visit.officer, visit.now)}:
            raise web.HTTPNotFound
        done, request = await room.help.take(visit.officer, number, visit.now)
        code = help_wording.name_of(number)
        if request is None:
            said = visit.words.say("%(code)s không còn nữa.", code=code)
        elif done:
            said = visit.words.say("Đã nhận %(code)s. Bà con được báo là đã có người nhận.", code=code)
        else:
            said = help_wording.taken(request, room.zone)
        return room.after(visit, PATH, said)
