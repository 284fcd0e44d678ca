"""/screens/{screen}: a full page for the electronic screen of a gate or a park, and what it shows, as JSON.

The page asks every half minute, turns its pages by itself, and goes on without net with what it had last.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from importlib.resources import files
from typing import Any

import aiohttp_jinja2
from aiohttp import web

from bot import logs
from bot.clock import Clock
from bot.daylight import sun_times
from bot.errors import StoreUnavailable
from broadcasts import attached, posters
from broadcasts.notice_board import NoticeBoard
from broadcasts.notice_store import Notice
from broadcasts.office import Office
from broadcasts.posters import Poster
from content.entries import LANGUAGES
from handlers.accounts_file import screens
from handlers.chat.context import Desk
from handlers.http.notice_views import NoticeViews
from handlers.http.page_context import PageContext
from handlers.http.screen_slides import ScreenSlides
from handlers.http.screen_strings import SCREEN
from handlers.http.unchanged import answered
from handlers.screen_settings import Screen
from handlers.warnings import Warnings
from handlers.wording import Wording

NIGHT = ("18:00", "06:00")  # where nobody knows where the screen stands
_UNLISTED = {"X-Robots-Tag": "noindex"}
log = logs.get("screens")


class ScreenPages:
    def __init__(
        self,
        *,
        desk: Desk,
        clock: Clock,
        office: Office,
        board: NoticeBoard,
        views: NoticeViews,
        slides: ScreenSlides,
        screens: Mapping[str, Screen],
    ) -> None:
        self._desk = desk
        self._clock = clock
        self._office = office
        self._board = board
        self._views = views
        self._slides = slides
        self._screens = screens
        self._context = PageContext(desk)
        self._worker = (files("handlers.http") / "static" / "screen-worker.js").read_bytes()

    @classmethod
    def of(cls, *, desk: Desk, clock: Clock, office: Office, warning: Warnings) -> ScreenPages:
        """From what the service is made of. Raises SettingError for a screen that is set up wrongly."""
        found = screens(desk.settings, office.gazetteer)
        for each in found.values():
            for gone in (entry for entry in each.entries if entry not in desk.catalog):
                log.warning("a screen lists an answer that there is not", screen=each.slug, entry=gone)
        wording = Wording(
            settings=desk.settings,
            catalog=desk.catalog,
            phrases=desk.phrases,
            gazetteer=office.gazetteer,
            clock=clock,
        )
        views = NoticeViews(warning.wording, office.gazetteer)
        slides = ScreenSlides(desk, wording)
        return cls(
            desk=desk, clock=clock, office=office, board=warning.board, views=views, slides=slides, screens=found
        )

    def routes(self) -> list[web.RouteDef]:
        one = "/screens/{screen:[a-z0-9][a-z0-9-]{0,39}}"
        return [
            web.get("/screens/worker.js", self._worker_script),  # beside the pages, for it may see nothing else
            web.get(one, self._page),
            web.get(f"{one}.json", self._shown),
            web.get(one + "/{digest:[0-9a-f]{64}}", self._picture),
        ]

    async def _page(self, request: web.Request) -> web.StreamResponse:
        screen, status = self._screen(request), 200
        try:
            shown = await self._all(screen)
        except StoreUnavailable:  # the script goes on with what it had; a page without script asks again
            shown, status = {"title": screen.title, "notices": [], "slides": self._slides.emergency()}, 503
        context = self._context.of("vi") | {"screen": screen.slug, "shown": shown, "words": SCREEN}
        page = aiohttp_jinja2.render_string("screen.html", request, context)
        return answered(request, page.encode(), "text/html", status, _UNLISTED)

    async def _shown(self, request: web.Request) -> web.StreamResponse:
        shown = await self._answering(self._screen(request))
        body = json.dumps(shown, ensure_ascii=False, sort_keys=True).encode()
        # The clock by which notices end is the one that the screen goes by, whatever its own says.
        date = format_datetime(self._clock.now().astimezone(UTC), usegmt=True)
        return answered(request, body, "application/json", more=_UNLISTED | {"Date": date})

    async def _answering(self, screen: Screen) -> Mapping[str, Any]:
        try:
            return await self._all(screen)
        except StoreUnavailable:
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "30"}) from None

    async def _picture(self, request: web.Request) -> web.StreamResponse:
        """Only what hangs on this screen now: a draft's picture is nobody's to see."""
        screen, wanted = self._screen(request), request.match_info["digest"]
        async with self._desk.db.reading() as connection:
            found = await posters.on_show(connection, self._office, screen.place, self._clock.now())
            file = next((each.file for each in found if each.file.digest == wanted), None)
            content = None if file is None else await attached.content(connection, file.id)
        if file is None or content is None:
            raise web.HTTPNotFound
        headers = {"Cache-Control": "public, max-age=604800, immutable", "X-Robots-Tag": "noindex"}
        return web.Response(body=content, content_type=file.mime, headers=headers)

    async def _worker_script(self, request: web.Request) -> web.StreamResponse:
        return answered(request, self._worker, "text/javascript")

    async def _all(self, screen: Screen) -> Mapping[str, Any]:
        """Everything that is shown now. Raises StoreUnavailable."""
        now = self._clock.now()
        notices = await self._board.live_at((screen.place,))
        async with self._desk.db.reading() as connection:
            hanging: list[Poster] = await posters.on_show(connection, self._office, screen.place, now)
        today = now.astimezone(self._desk.settings.zone).date()
        return {
            "version": self._context.version,
            "zone": self._desk.settings.timezone,
            "title": screen.title,
            "night": self._night(screen, now),
            "notices": [self._notice(each, now) for each in notices],
            "slides": [
                *self._slides.posters(screen, hanging),
                *self._slides.answers(screen, today),
                *self._slides.emergency(),
            ],
        }

    def _notice(self, notice: Notice, now: datetime) -> dict[str, Any]:
        """In every language that it is signed in: what to do, then where, since when and until when it holds."""
        said: dict[str, Any] = {}
        for language in LANGUAGES:
            shown = self._views.shown(notice, language, now)
            if shown.translated:
                first, *rest = (each.text for each in shown.lines if each.text)
                said[language] = {"text": f"{shown.head} {first}", "more": [shown.place, *rest]}
        return {"id": notice.id, "until": notice.expires_at.isoformat(), "said": said}

    def _night(self, screen: Screen, now: datetime) -> dict[str, str]:
        """From and until, local time; they hold for the next weeks too, should nobody be able to ask."""
        if screen.night is not None:
            start, end = (each.strftime("%H:%M") for each in screen.night)
            return {"from": start, "until": end}
        zone = self._desk.settings.zone
        times = None
        if screen.latitude is not None and screen.longitude is not None:
            times = sun_times(now.astimezone(zone).date(), screen.latitude, screen.longitude)
        if times is None:
            return {"from": NIGHT[0], "until": NIGHT[1]}
        rise, sets = ((each.astimezone(zone) + timedelta(seconds=30)).strftime("%H:%M") for each in times)
        return {"from": sets, "until": rise}

    def _screen(self, request: web.Request) -> Screen:
        screen = self._screens.get(request.match_info["screen"])
        if screen is None:
            raise web.HTTPNotFound
        return screen
