"""With the keyboard alone, and with scripts switched off."""

from __future__ import annotations

from playwright.async_api import Browser

from tests.browser.window import Window
from tests.console.bureau import Bureau


async def test_signing_in_by_keyboard(bureau: Bureau, phone: Window) -> None:
    await phone.goto("/console/")
    keyboard = phone.page.keyboard
    await phone.page.focus("#f-name")
    await keyboard.type("Chi")
    await keyboard.press("Tab")
    await keyboard.type(bureau.station.proofs["Chi"].password)
    await keyboard.press("Tab")
    await keyboard.type(bureau.code("Chi"))
    await keyboard.press("Enter")
    await phone.page.wait_for_url(lambda url: url.endswith("/console/") and "next" not in url)
    assert await phone.page.inner_text("h1") == "Chào Chi"
    await keyboard.press("Tab")
    assert await phone.page.evaluate("document.activeElement.textContent") == "Tới nội dung"
    await keyboard.press("Enter")
    assert await phone.page.evaluate("document.activeElement.id") == "main"


async def test_the_console_without_scripts(bureau: Bureau, chrome: Browser) -> None:
    context = await chrome.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = await context.new_page()
    await page.goto(f"{bureau.root}/console/")
    await page.fill("#f-name", "Chi")
    await page.fill("#f-password", bureau.station.proofs["Chi"].password)
    await page.fill("#f-code", bureau.code("Chi"))
    await page.click("main button")
    assert await page.inner_text("h1") == "Chào Chi"
    await page.click("text=Đăng xuất")
    assert await page.inner_text("h1") == "Đăng nhập dành cho cán bộ"
    await context.close()
