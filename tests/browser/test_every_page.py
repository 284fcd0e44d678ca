"""Every page as every role, on a phone and on a desktop: no serious fault for any reader, no error in the console,
nothing asked of another host, nothing heavier than it may be, nothing wider than the window."""

from __future__ import annotations

from bot.staff.roles import Role
from tests.browser.window import Window
from tests.console.bureau import Bureau
from tests.console.crawl import reached

PUBLIC = ("/", "/?lang=km", "/?lang=en", "/privacy", "/notices", "/api/docs", "/console/sign-in")


async def test_public_pages(phone: Window, desktop: Window) -> None:
    for window in (phone, desktop):
        for path in PUBLIC:
            await window.goto(path)
            assert await window.faults() == [], path


async def test_the_console(bureau: Bureau, phone: Window, desktop: Window) -> None:
    """Each kind of page as the first of the roles that is led to it."""
    await bureau.add("Hải", Role.DUTY)
    seen: set[str] = set()
    for name in ("An", "Chi", "Dung", "Giang", "Hải"):
        plain = await bureau.sit(name)
        pages = [
            page.path
            for page in await reached(plain, "/console/", below="/console/", most=1)
            if "text/html" in page.headers.get("Content-Type", "")
        ]
        found = [path for path in pages if path == "/console/" or path not in seen]
        seen |= set(found)
        for window in (phone, desktop):
            await window.as_officer(plain)
        for path in found:
            await phone.goto(path)
            assert await phone.faults() == [], (name, path)
            await desktop.goto(path)
            assert await desktop.faults(closely=False) == [], (name, path)
    assert len(seen) >= 2
