"""The chat on another site in a real browser: by keyboard, with an answer, closed from inside, and no trace of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser

from tests.browser.waiting import PATIENCE, until
from tests.flows.public_site import open_site

POLICY = "default-src 'none'; img-src 'self'; script-src {root}; frame-src {root}"  # as strict as a host can be
PAGE = """<!doctype html><html lang="vi"><title>Xã</title><h1>Trang của xã</h1>
<script src="{root}/widget.js" async></script>{more}"""


class Host:
    """Another site, with a page that shows the chat."""

    def __init__(self) -> None:
        self.root, self.more = "", ""
        app = web.Application()
        app.add_routes([web.get("/", self._page), web.get("/favicon.ico", self._icon)])
        self.server = TestServer(app)

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.server.port}"  # to the browser another site than 127.0.0.1

    async def _page(self, _request: web.Request) -> web.Response:
        headers = {"Content-Security-Policy": POLICY.format(root=self.root)}
        text = PAGE.format(root=self.root, more=self.more)
        return web.Response(text=text, content_type="text/html", headers=headers)

    async def _icon(self, _request: web.Request) -> web.Response:
        return web.Response(status=204)


@asynccontextmanager
async def another_site() -> AsyncIterator[Host]:
    host = Host()
    await host.server.start_server()
    yield host
    await host.server.close()


async def test_on_a_listed_site(chrome: Browser, tmp_path: Path) -> None:
    async with another_site() as host, open_site(tmp_path, widget_sites=host.origin) as site:
        host.root = str(site.web._base_url).rstrip("/")
        context = await chrome.new_context(viewport={"width": 360, "height": 740}, locale="vi-VN")
        page = await context.new_page()
        refused: list[str] = []
        page.on("console", lambda said: refused.append(said.text) if "Content Security" in said.text else None)
        await page.goto(host.origin)
        await page.wait_for_selector("cotmoc-chat")
        assert not [each for each in page.frames if "embedded" in each.url]  # nothing before somebody asks for it
        assert await page.evaluate("Object.keys(window).filter((each) => /cotmoc/i.test(each))") == []
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        async with asyncio.timeout(PATIENCE):
            while len(page.frames) == 1:
                await asyncio.sleep(0.05)
        frame = next(each for each in page.frames if each is not page.main_frame)
        await frame.wait_for_selector("#composer")
        await frame.fill("#field", "mang bao nhieu tien mat thi phai khai")
        await frame.press("#field", "Enter")
        for _ in range(100):
            await site.app.intake.work_off()
            if await frame.query_selector(".to-page"):
                break
            await page.wait_for_timeout(100)
        link = await frame.wait_for_selector(".to-page")
        assert await link.get_attribute("href") == "/answers/crossing.customs.cash?lang=vi"
        assert await link.get_attribute("target") == "_blank"
        assert await context.cookies() == []
        await frame.press("#field", "Escape")
        await until(page, "document.activeElement.tagName === 'COTMOC-CHAT'")
        assert refused == []
        await context.close()


async def test_elsewhere_there_is_no_button_and_no_frame(chrome: Browser, tmp_path: Path) -> None:
    async with another_site() as host, open_site(tmp_path, widget_sites="https://xa.example.vn") as site:
        host.root = str(site.web._base_url).rstrip("/")
        host.more = f'<iframe src="{host.root}/?embedded=1"></iframe>'
        page = await chrome.new_page()
        await page.goto(host.origin, wait_until="networkidle")
        framed = next(each for each in page.frames if each is not page.main_frame)
        assert await framed.query_selector("#composer") is None
        assert await page.query_selector("cotmoc-chat") is None
        await page.close()
