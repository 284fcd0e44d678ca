"""Every page as every role, on a phone and on a desktop: no serious fault for any reader, no error in the console,
nothing asked of another host, nothing heavier than it may be, nothing wider than the window."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from bot.staff.roles import Role
from tests.browser.window import Window
from tests.console.browser import Browser
from tests.console.bureau import Bureau

PUBLIC = ("/", "/?lang=km", "/?lang=en", "/privacy", "/notices", "/api/docs", "/console/sign-in")
MOST_OF_A_KIND = 2  # pages of one kind (one route with other numbers) that are looked at


async def addresses(plain: Browser, start: str) -> list[str]:
    """Whatever can be reached by links from here, of each kind a few."""
    found, waiting, kinds = [], [start], {}
    while waiting:
        path = waiting.pop(0)
        kind = "/".join(
            "#" if any(sign.isdigit() for sign in part) else part for part in urlsplit(path).path.split("/")
        )
        if path in found or kinds.get(kind, 0) >= MOST_OF_A_KIND:
            continue
        kinds[kind] = kinds.get(kind, 0) + 1
        page = await plain.open(path)
        if "text/html" not in page.headers.get("Content-Type", ""):
            continue
        assert page.status == 200, (path, page.status, page.text[:500])
        found.append(path)
        for each in page.tree.iter("a"):
            target = urljoin(path, each.get("href", "")).split("#")[0]
            if target.startswith("/console/") and "language?" not in target:
                waiting.append(target)
    return found


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
        found = [path for path in await addresses(plain, "/console/") if path == "/console/" or path not in seen]
        seen |= set(found)
        for window in (phone, desktop):
            await window.as_officer(plain)
            for path in found:
                await window.goto(path)
                assert await window.faults() == [], (name, path)
    assert len(seen) >= 2
