"""/robots.txt and /sitemap.xml: what search engines may list. Until an answer is signed, its page is not among it."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import quoteattr

from aiohttp import web

from bot.clock import Clock
from content.entries import LANGUAGES
from handlers.chat.context import Desk
from handlers.http.page_context import PageContext
from handlers.http.unchanged import answered

_CLOSED = ("/console", "/api", "/hooks", "/calendar", "/screens", "/chat", "/metrics")
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
)


class CrawlPages:
    def __init__(self, desk: Desk, clock: Clock) -> None:
        self._desk = desk
        self._clock = clock
        self._sharing = PageContext(desk).sharing

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/robots.txt", self._robots), web.get("/sitemap.xml", self._sitemap)]

    async def _robots(self, request: web.Request) -> web.StreamResponse:
        closed = "".join(f"Disallow: {each}\n" for each in _CLOSED)
        text = f"User-agent: *\n{closed}\nSitemap: {self._sharing.url('/sitemap.xml')}\n"
        return answered(request, text.encode(), "text/plain")

    async def _sitemap(self, request: web.Request) -> web.StreamResponse:
        body = _HEAD + "".join(self._places()) + "</urlset>\n"
        return answered(request, body.encode(), "application/xml")

    def _places(self) -> Iterator[str]:
        for path in ("/", "/notices", "/privacy"):
            yield self._place(path, LANGUAGES)
        today = self._clock.now().astimezone(self._desk.settings.zone).date()
        for entry in self._desk.catalog:
            signed = tuple(each for each in LANGUAGES if entry.signed(each))
            if signed and not entry.expired(today):
                yield self._place(f"/answers/{entry.id}", signed, entry.as_of.isoformat())

    def _place(self, path: str, languages: tuple[str, ...], changed: str = "") -> str:
        links = "".join(
            f'<xhtml:link rel="alternate" hreflang="{each}" href={quoteattr(self._sharing.url(path, each))}/>'
            for each in languages
        )
        said = f"<lastmod>{changed}</lastmod>" if changed else ""
        return "".join(f"<url><loc>{self._sharing.url(path, each)}</loc>{said}{links}</url>\n" for each in languages)
