"""Whatever a browser without JavaScript can reach by links, of each kind of page a few."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from tests.console.browser import Browser, Page

_NAMES_ONE = re.compile(r"[0-9.]")
MOST_OF_A_KIND = 2  # pages of one kind (one route with other numbers) that are looked at


def _kind(path: str) -> str:
    """The path without what only says which one: a number, an entry, a template."""
    parts = path.split("/")
    before = ["", *parts]
    named = [_NAMES_ONE.search(part) or last == "templates" for part, last in zip(parts, before, strict=False)]
    return "/".join("#" if one else part for part, one in zip(parts, named, strict=True))


async def reached(browser: Browser, *starts: str, below: str = "/", most: int = MOST_OF_A_KIND) -> list[Page]:
    """The pages and files, as they were answered; links are followed below a path, on this host. ``most``: pages of a
    kind."""
    found: dict[str, Page] = {}
    waiting, kinds = list(starts), dict[str, int]()
    while waiting:
        path = waiting.pop(0)
        kind = _kind(urlsplit(path).path)
        if path in found or kinds.get(kind, 0) >= most:
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
