"""The API put together: the operations, their routes, the document and its page; what is no operation is a problem."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from aiohttp import web

from bot.clock import Clock
from bot.settings import Settings
from broadcasts.imports import Imports
from broadcasts.office import Office
from broadcasts.welcome import Welcome
from content.campaign_files import shipped_templates
from content.campaign_templates import Template
from handlers.accounts_file import cap_feeds
from handlers.api.answering import BASE, Answering, refused
from handlers.api.audiences import Audiences
from handlers.api.bearers import Bearers
from handlers.api.campaigns import Campaigns
from handlers.api.cursors import Cursors
from handlers.api.entries import Entries
from handlers.api.newcomers import Newcomers
from handlers.api.notices import Notices
from handlers.api.once import Once
from handlers.api.operations import Operation
from handlers.api.pages import Pages
from handlers.api.papers import Papers
from handlers.api.problems import Problem
from handlers.campaigning import prices_of
from handlers.chat.context import Desk
from handlers.http.page_context import PageContext
from handlers.importing import welcome_texts
from handlers.notice_cap import NoticeCap
from handlers.warnings import Warnings


class Api:
    """``starts``: the campaign templates by id; empty: those that ship."""

    def __init__(
        self,
        *,
        desk: Desk,
        office: Office,
        warning: Warnings,
        clock: Clock,
        starts: Mapping[str, Template] | None = None,
    ) -> None:
        db, settings = desk.db, desk.settings
        cursors = Cursors(desk.key)
        cap = NoticeCap(
            settings=settings,
            gazetteer=office.gazetteer,
            wording=warning.wording,
            templates=warning.hazards.templates,
        )
        made = Imports(db, desk.key, office.within, clock, Welcome(office, welcome_texts()))
        self.operations: Sequence[Operation] = (
            *Campaigns(db, office, clock, cursors, shipped_templates() if starts is None else starts).operations(),
            *Papers(db, office, clock, prices_of(settings)).operations(),
            *Notices(db, office, clock, cursors, cap, _senders(settings)).operations(),
            *Entries(desk, clock, cursors).operations(),
            *Audiences(db, office, clock).operations(),
            *Newcomers(made, settings, office, clock).operations(),
        )
        bearers = Bearers(db, desk.key, clock, settings.api_rate)
        self._answering = Answering(bearers, Once(db, desk.key, clock))
        self._pages = Pages(self.operations, PageContext(desk).version)
        self._known = [(_pattern(each.path), each.method) for each in self.operations]

    def routes(self) -> list[web.RouteDef]:
        # What is written out comes before what is a parameter: /notices/7.cap.xml is no notice called "7.cap.xml".
        ordered = sorted(self.operations, key=lambda each: ("{" in each.path, -len(each.path)))
        made = [web.route(each.method, BASE + _route(each.path), self._answering.handler(each)) for each in ordered]
        return [*self._pages.routes(), *made, web.route("*", BASE + "{rest:(/.*)?}", self._nothing)]

    async def _nothing(self, request: web.Request) -> web.StreamResponse:
        path = request.path.removeprefix(BASE)
        allowed: list[str] = sorted({method for pattern, method in self._known if pattern.fullmatch(path)})
        if not allowed:
            return refused(request, Problem("not-found"))
        allowed += ["HEAD"] if "GET" in allowed else []
        return refused(request, Problem("method-not-allowed", headers={"Allow": ", ".join(allowed)}))


def _route(path: str) -> str:
    """As the router understands it: a number is digits only, everything else is one part of the address."""
    return re.sub(r"\{([a-z]+_id|[a-z]+)\}", lambda found: f"{{{found[1]}:[^/]+}}", path)


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{[a-z_]+\\\}", "[^/]+", re.escape(path)))


def _senders(settings: Settings) -> frozenset[str]:
    return frozenset(each for feed in cap_feeds(settings) for each in feed.senders)
