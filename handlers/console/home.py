"""The first page of the console: what waits for this officer, what is running, and whether the channels are well."""

from __future__ import annotations

from aiohttp import web

from bot.staff.roles import Action
from handlers.console.gate import Gate, Visit
from handlers.console.rendering import Pages
from handlers.console.words import N_

# What stands behind "Thêm": address, label and the right that it asks for.
PARTS: tuple[tuple[str, str, Action | None], ...] = (("/console/notices", N_("Tin khẩn"), Action.READ),)


class Home:
    def __init__(self, *, gate: Gate, pages: Pages) -> None:
        self._gate = gate
        self._pages = pages

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/console", self._without_slash),
            self._gate.get("/console/", self._home, None),
            self._gate.get("/console/more", self._more, None),
        ]

    async def _without_slash(self, _: web.Request) -> web.Response:
        raise web.HTTPSeeOther("/console/")

    async def _home(self, visit: Visit) -> web.Response:
        return self._pages.show(visit, "console/home.html")

    async def _more(self, visit: Visit) -> web.Response:
        parts = [(path, label) for path, label, action in PARTS if action is None or visit.may(action)]
        return self._pages.show(visit, "console/more.html", {"parts": parts})
