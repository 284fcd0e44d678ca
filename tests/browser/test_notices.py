"""An urgent notice from a phone with a bad connection, by thumb: nothing is lost, nothing is sent twice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.browser.window import Window
from tests.console.warning_bureau import WarningBureau
from tests.flows.duty_room import THUONG_PHUOC

ONE = "/console/notices/1"


@pytest.fixture
async def warning(tmp_path: Path, chrome: Browser) -> AsyncIterator[WarningBureau]:
    opened = await WarningBureau.open(tmp_path)  # ``chrome`` first: without a browser nothing else is begun
    yield opened
    await opened.close()


@pytest.fixture
async def thumb(chrome: Browser, warning: WarningBureau) -> AsyncIterator[Window]:
    """The phone of Hải, who is on duty."""
    async with Window.open(chrome, warning.bureau.root, 360, 740) as window:
        await window.as_officer(await warning.sit("Hải"))
        yield window


async def filled(thumb: Window) -> None:
    page = thumb.page
    await thumb.goto("/console/notices")
    await page.click("text=PHÁT TIN KHẨN")
    await page.click("text=Sạt lở bờ sông")
    await page.check(f"input[value={THUONG_PHUOC}]")
    await page.click("text=Xem lại tin")
    await page.wait_for_selector("text=GỬI NGAY")


async def test_a_lost_connection_says_so_and_loses_nothing(warning: WarningBureau, thumb: Window) -> None:
    await warning.people(3)
    page = thumb.page
    await filled(thumb)
    assert await thumb.faults() == []
    await page.fill("#f-code", warning.code("Hải"))
    await thumb.context.set_offline(True)
    await page.click("text=GỬI NGAY")
    await page.wait_for_selector("#lost:not([hidden])")
    assert "CHƯA GỬI" in await page.inner_text("#lost")
    assert len(await page.input_value("#f-code")) == 6
    thumb.wrong.clear()  # the browser itself notes that the network was gone
    assert await warning.room.rows("notices") == []
    await thumb.context.set_offline(False)
    await page.click("text=GỬI NGAY")
    await page.wait_for_url(f"**{ONE}")
    await page.wait_for_selector("text=Tiến độ")
    assert len(await warning.room.rows("notices")) == 1
    assert [who for who in await warning.goes() if who.startswith("9")] == ["9000", "9001", "9002"]
    await page.wait_for_selector("#figures progress[value='3']")  # by itself
    assert "còn " in await page.inner_text("time.countdown")
    assert await thumb.faults() == []


async def test_a_wrong_code_keeps_the_page(warning: WarningBureau, thumb: Window) -> None:
    page = thumb.page
    await filled(thumb)
    await page.fill("#f-code", "000000")
    await page.click("text=GỬI NGAY")
    await page.wait_for_selector("text=Mã không đúng hoặc đã dùng rồi")
    thumb.wrong.clear()  # the browser notes a 400 as an error of its own
    assert "xã Thường Phước" in await page.inner_text("main")
    await page.fill("#f-code", warning.code("Hải"))
    await page.dblclick("text=GỬI NGAY")
    await page.wait_for_url(f"**{ONE}")
    assert len(await warning.room.rows("notices")) == 1


async def test_an_open_page_hears_of_the_second_person(warning: WarningBureau, thumb: Window) -> None:
    page = thumb.page
    await warning.issued(await warning.sit("Hải"))
    await thumb.goto(ONE)
    await page.wait_for_selector("text=Cần người thứ hai xác nhận trước")
    await page.evaluate("document.querySelector('.who').textContent = 'Nguyễn Thị Thuỳ Trang'")
    bar = await page.locator(".desk-bar").bounding_box()
    assert bar is not None
    assert bar["height"] < 64  # one line on a phone, whatever the officer is called
    khanh = await warning.sit("Khánh")
    await khanh.send(await khanh.open(ONE), "Xác nhận", code=warning.code("Khánh"))
    await page.wait_for_selector("text=Xác nhận gần nhất", timeout=10_000)
    assert await page.get_by_text("Cần người thứ hai xác nhận trước").count() == 0
    assert thumb.wrong == []


@pytest.mark.soak
async def test_pages_of_notices_have_no_faults(warning: WarningBureau, chrome: Browser) -> None:
    await warning.people(6)
    await warning.people(30, place="c-29929")
    await warning.room.drilling("Hải", "Khánh")
    hai, khanh = await warning.sit("Hải"), await warning.sit("Khánh")
    page = await hai.send(await hai.open("/console/notices/new?drill=1"), "Lũ, nước xiết")
    page = await hai.send(page, "Xem lại tin", place=[THUONG_PHUOC])
    await hai.send(page, "GỬI NGAY", code=warning.code("Hải"))
    await warning.issued(hai, place=[THUONG_PHUOC, "c-29929"])
    await warning.goes()
    second = "/console/notices/2"
    for width, height in ((360, 740), (1280, 860)):
        async with Window.open(chrome, warning.bureau.root, width, height) as window:
            for browser, paths in (
                (hai, ["", "/new", "/new?drill=1", "/templates", "/templates/flood/vi", "/cap", "/help"]),
                (hai, ["/1", "/2", "/2/update", "/2/clear", "/2/cancel", "/2/sheet"]),
                (khanh, ["", "/2", "/2/reject"]),
            ):
                await window.context.clear_cookies()
                await window.as_officer(browser)
                for path in paths:
                    await window.goto(f"/console/notices{path}")
                    assert await window.faults() == [], (width, path)
    assert (await khanh.open(second)).status == 200
