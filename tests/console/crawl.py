"""Whatever a browser without JavaScript can reach by links, of each kind of page a few."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from tests.console.browser import Browser, Page

MOST_OF_A_KIND = 2  # pages of one kind (one route with other numbers) that are looked at


async def reached(browser: Browser, *starts: str, below: str = "/") -> list[Page]:
    """The pages and files, as they were answered; links are followed below a path, on this host."""
    found: dict[str, Page] = {}
    waiting, kinds = list(starts), dict[str, int]()
    while waiting:
        path = waiting.pop(0)
        kind = "/".join(
            "#" if any(sign.isdigit() for sign in part) else part for part in urlsplit(path).path.split("/")
        )
        if path in found or kinds.get(kind, 0) >= MOST_OF_A_KIND:
            continue
        kinds[kind] = kinds.get(kind, 0) + 1
        page = found[path] = await browser.open(path)
        assert page.status == 200, (path, page.status, page.text[:500])
        if "text/html" not in page.headers.get("Content-Type", ""):
            continue
        for each in page.tree.iter("a"):
            target = urljoin(path, each.get("href", "")).split("#")[0]
            if target.startswith(below) and not target.startswith("//") and "language?" not in target:
                waiting.append(target)
    return list(found.values())
