"""One window of a browser that notes whatever a page does wrong: errors, requests to elsewhere, weight, faults for
readers who cannot see."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

from tests.console.browser import Browser as Plain

HEAVIEST = 150_000  # bytes of a page as they come over the wire, before pictures
_MEDIA = ("image", "media")


@dataclass
class Window:
    page: Page
    context: BrowserContext
    root: str
    wrong: list[str] = field(default_factory=list)
    weight: int = 0

    @classmethod
    @asynccontextmanager
    async def open(cls, chrome: Browser, root: str, width: int, height: int) -> AsyncIterator[Window]:
        context = await chrome.new_context(viewport={"width": width, "height": height}, locale="vi-VN")
        window = cls(await context.new_page(), context, root)
        window.page.on("console", window._said)
        window.page.on("pageerror", lambda error: window.wrong.append(f"error: {error}"))
        window.page.on("request", window._asked)
        window.page.on("response", window._answered)
        yield window
        await context.close()

    async def as_officer(self, plain: Plain) -> None:
        """Signed in as the officer of that browser is."""
        for cookie in plain.web.cookie_jar:
            await self.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.root}])

    async def goto(self, path: str) -> None:
        self.weight = 0
        await self.page.goto(self.root + path, wait_until="networkidle")

    async def faults(self, *, closely: bool = True) -> list[str]:
        """What is wrong with the page that is shown: nothing, if it is as it should be. ``closely``: also for readers
        who cannot see or point (axe-core)."""
        found = list(self.wrong)
        self.wrong.clear()
        width = await self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if width > 0:
            found.append(f"wider than the window by {width} px")
        result = (await Axe().run(self.page)).response if closely else {"violations": []}
        for each in result["violations"]:
            if each["impact"] in ("serious", "critical"):
                where = "; ".join(node["html"][:160] for node in each["nodes"][:3])
                found.append(f"axe: {each['id']} ({each['impact']}): {each['help']}: {where}")
        if self.weight > HEAVIEST:
            found.append(f"weighs {self.weight} bytes")
        return found

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.wrong.append(f"console: {message.text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.root, self.root.replace("http", "ws"), "data:")):
            self.wrong.append(f"leaves the host: {request.url}")

    async def _answered(self, response: Response) -> None:
        if response.request.resource_type not in _MEDIA:
            sizes = await response.request.sizes()
            self.weight += sizes["responseBodySize"]
