"""A browser without JavaScript: follows links by their words, fills in forms as a person does, and keeps cookies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import aiohttp
from lxml import html

Given = str | Sequence[str] | bool | tuple[str, bytes]


@dataclass(frozen=True)
class Page:
    """What a browser shows. ``path`` is where it ended up."""

    status: int
    path: str
    raw: str
    headers: Mapping[str, str]

    @property
    def tree(self) -> Any:
        return html.fromstring(self.raw or "<html></html>")

    @property
    def text(self) -> str:
        """What is read, in one line."""
        tree = self.tree
        for each in tree.xpath("//script|//style|//head"):
            each.drop_tree()
        return " ".join(" ".join(tree.itertext()).split())

    def link(self, words: str) -> str:
        """The address behind the only link that says this."""
        found = [each.get("href") for each in self.tree.iter("a") if words in _said(each)]
        assert found, f"no link says {words!r} on {self.path}: {self.text[:2000]}"
        return str(found[0])

    def form(self, button: str) -> Any:
        """The form with this button."""
        for form in self.tree.iter("form"):
            if any(button in _said(each) for each in form.iter("button")):
                return form
        raise AssertionError(f"no button says {button!r} on {self.path}: {self.text[:2000]}")


def _said(element: Any) -> str:
    return " ".join(" ".join(element.itertext()).split())


class Browser:
    def __init__(self, root: str) -> None:
        self.root = root
        self.web = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))

    async def close(self) -> None:
        await self.web.close()

    async def open(self, path: str) -> Page:
        async with self.web.get(self.root + path) as response:
            return await _page(response)

    async def click(self, page: Page, words: str) -> Page:
        return await self.open(urljoin(page.path, page.link(words)))

    async def send(self, page: Page, button: str, /, **given: Given) -> Page:
        """Fill in the form that has this button, and press it. What is not given stays as the page has it; a tick is
        set by True, several choices of one name are a list, a file is (name, bytes)."""
        form = page.form(button)
        fields = aiohttp.FormData()
        known = set()
        for element in form.xpath(".//input|.//textarea|.//select|.//button"):
            name = element.get("name")
            if not name or element.get("disabled") is not None:
                continue
            known.add(name)
            for value in _values(element, given, button):
                if isinstance(value, tuple):
                    fields.add_field(name, value[1], filename=value[0])
                else:
                    fields.add_field(name, value)
        assert given.keys() <= known, f"no such fields: {given.keys() - known}; there are {sorted(known)}"
        target = self.root + urljoin(page.path, form.get("action") or page.path)
        if (form.get("method") or "get").lower() == "get":
            query = [(str(each[0]["name"]), str(each[2])) for each in fields._fields]
            async with self.web.get(target, params=query) as response:
                return await _page(response)
        async with self.web.post(target, data=fields, headers={"Sec-Fetch-Site": "same-origin"}) as response:
            return await _page(response)


def _values(element: Any, given: Mapping[str, Given], button: str) -> list[str | tuple[str, bytes]]:
    name, kind = element.get("name"), element.get("type", "text")
    wanted = given.get(name)
    if element.tag == "button":
        return [element.get("value", "")] if button in _said(element) else []
    if kind in ("checkbox", "radio"):
        value = element.get("value", "on")
        if wanted is None:
            return [value] if element.get("checked") is not None else []
        if isinstance(wanted, bool):
            return [value] if wanted else []
        return [value] if value in ([wanted] if isinstance(wanted, str) else wanted) else []
    if kind == "file":
        return [wanted] if isinstance(wanted, tuple) else []  # type: ignore[list-item]
    if wanted is not None:
        return [str(wanted)] if isinstance(wanted, str) else [str(each) for each in wanted]  # type: ignore[union-attr]
    if element.tag == "textarea":
        return [element.text or ""]
    if element.tag == "select":
        options = element.xpath(".//option")
        chosen = [each for each in options if each.get("selected") is not None] or options[:1]
        return [each.get("value", each.text or "") for each in chosen]
    return [element.get("value", "")]


async def _page(response: aiohttp.ClientResponse) -> Page:
    body = await response.read()
    words = body.decode("utf-8", errors="replace")
    return Page(response.status, response.url.path_qs, words, response.headers)
