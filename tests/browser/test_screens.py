"""A gate's screen in a real browser: it turns, fits, goes on without net, and drops what is over by itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page

from tests.browser.waiting import until
from tests.flows.public_site import Site, open_site, signed

GATE = "/screens/dinh-ba"
ENTRIES = ("crossing.customs.cash", "crossing.customs.gold", "crossing.customs.duty-free", "crossing.gates.evisa")
SHOWN = "document.querySelector('#stage h2') !== null"
KEPT = """(async () => {
  await navigator.serviceWorker.ready;
  const cache = await caches.open('cotmoc-screen-dinh-ba');
  return (await cache.keys()).length >= 12 && navigator.serviceWorker.controller !== null;
})()"""
FITS = """async (words) => {
  const told = await (await fetch('/screens/dinh-ba.json')).json();
  const stage = document.getElementById('stage');
  const wrong = [];
  for (const slide of told.slides) {
    const fits = cotmocScreen.showSlide(stage, slide, {scan: 'x'});
    const size = parseFloat(getComputedStyle(stage.querySelector('.words p:not(.legal):not(.note)')).fontSize);
    const small = stage.classList.contains('tight') || size < 63.9;
    if (!fits || small) wrong.push([slide.lang, slide.title, slide.part, size]);
  }
  return wrong;
}"""


@asynccontextmanager
async def screen(chrome: Browser, site: Site) -> AsyncIterator[Page]:
    """A window as large as the screen, whose clock is the service's and can be put forward."""
    root = str(site.web._base_url).rstrip("/")
    context = await chrome.new_context(viewport={"width": 1920, "height": 1080})
    page = await context.new_page()
    await page.clock.install(time=site.clock.now())
    await page.goto(root + GATE)
    yield page
    await context.close()


async def text(page: Page, selector: str) -> str:
    return " ".join((await page.inner_text(selector)).split())


async def forward(page: Page, seconds: float) -> None:
    await page.clock.run_for(int(seconds * 1000))


async def test_every_page_fits_in_letters_that_can_be_read_from_afar(chrome: Browser, tmp_path: Path) -> None:
    changed = dict.fromkeys(ENTRIES, signed("vi", "km", "en"))
    async with open_site(tmp_path, changed=changed) as site, screen(chrome, site) as page:
        await until(page, SHOWN)
        assert await page.evaluate(FITS) == []


async def test_it_turns_and_does_not_grow(chrome: Browser, tmp_path: Path) -> None:
    async with open_site(tmp_path) as site, screen(chrome, site) as page:
        await until(page, SHOWN)
        first, seen, shifts = await text(page, "#stage"), set(), set()
        count: Any = await page.evaluate("document.querySelectorAll('*').length")
        for _ in range(12):
            await forward(page, 12)
            seen.add(await text(page, "#stage"))
            shifts.add(await page.get_attribute("#screen", "data-shift"))
        assert first not in seen or len(seen) > 8
        assert len(seen) > 8
        assert shifts == {str(each) for each in range(8)}
        await forward(page, 3600)
        assert await page.evaluate("document.querySelectorAll('*').length") < count + 20
        assert await page.evaluate("localStorage.length") == 1


async def test_what_is_over_goes_without_net_and_after_a_reload_too(chrome: Browser, tmp_path: Path) -> None:
    async with open_site(tmp_path) as site:
        await site.issued("gate-closed", "g-dinh-ba", lasts_for=timedelta(hours=1))
        site.clock.advance(2)
        async with screen(chrome, site) as page:
            await page.wait_for_selector("#alarm:not([hidden])")
            assert (await text(page, "#alarm-text")).startswith("[TIN KHẨN] Tạm dừng qua lại biên giới")
            assert await text(page, "#contact-text") == "Cập nhật 09:12"
            await page.reload()  # by now the worker looks after it
            await until(page, KEPT)
            await page.context.set_offline(True)
            await page.reload()
            await page.wait_for_selector("#alarm:not([hidden])")
            assert "CỬA KHẨU QUỐC TẾ DINH BÀ" in (await text(page, "#title")).upper()
            await forward(page, 601)
            await page.wait_for_selector(".stale-screen")
            assert "09:12" in await text(page, "#contact-text")
            await forward(page, 3010)
            assert await page.is_hidden("#alarm")
            assert await text(page, "#stage")  # it goes on with the rest
            await page.context.set_offline(False)


async def test_at_night_it_is_dark(chrome: Browser, tmp_path: Path) -> None:
    async with open_site(tmp_path) as site:
        async with screen(chrome, site) as page:
            await until(page, SHOWN)
            assert not await page.evaluate("document.documentElement.classList.contains('night')")
        site.clock.advance(9 * 3600)  # 18:12
        async with screen(chrome, site) as page:
            await until(page, "document.documentElement.classList.contains('night')")
            assert (
                await page.evaluate("getComputedStyle(document.getElementById('screen')).backgroundColor")
                == "rgb(15, 23, 32)"
            )


async def test_without_scripts_all_of_it_is_there(chrome: Browser, tmp_path: Path) -> None:
    async with open_site(tmp_path) as site:
        await site.issued("gate-closed", "g-dinh-ba")
        context = await chrome.new_context(java_script_enabled=False, viewport={"width": 1920, "height": 1080})
        page = await context.new_page()
        await page.goto(str(site.web._base_url).rstrip("/") + GATE)
        assert "[TIN KHẨN] Tạm dừng" in await page.inner_text("body")
        assert "112 – cứu nạn" in await page.inner_text("body")
        await context.close()
