"""An Atom feed (RFC 4287) that points to pages and to CAP messages (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lxml import etree

MIME = "application/atom+xml"
CAP_MIME = "application/cap+xml"
NAMESPACE = "http://www.w3.org/2005/Atom"
_ATOM = "{" + NAMESPACE + "}"


@dataclass(frozen=True, slots=True)
class Entry:
    """``id``: an IRI, the same for the same entry for ever; ``updated``: aware; ``link`` and ``cap_link``: whole
    addresses of the page and of the CAP message, each left out when empty."""

    id: str
    title: str
    updated: datetime
    summary: str
    link: str
    cap_link: str


@dataclass(frozen=True, slots=True)
class Feed:
    """``author``: who speaks, which Atom demands; ``updated``: aware, of the newest change; addresses are whole."""

    id: str
    title: str
    author: str
    updated: datetime
    link: str
    self_link: str
    language: str = "vi"


def write_feed(feed: Feed, entries: Sequence[Entry]) -> bytes:
    """The whole document in UTF-8, the entries in the order given. Raises ValueError for a time without a zone."""
    root = etree.Element(_ATOM + "feed", nsmap={None: NAMESPACE})
    root.set("{http://www.w3.org/XML/1998/namespace}lang", feed.language)
    _put(root, "id", feed.id)
    _put(root, "title", feed.title)
    _put(root, "updated", _time(feed.updated))
    _put(etree.SubElement(root, _ATOM + "author"), "name", feed.author)
    _link(root, "alternate", feed.link, "text/html")
    _link(root, "self", feed.self_link, MIME)
    for each in entries:
        node = etree.SubElement(root, _ATOM + "entry")
        _put(node, "id", each.id)
        _put(node, "title", each.title)
        _put(node, "updated", _time(each.updated))
        _put(node, "summary", each.summary)
        # Two links of one kind need different types (RFC 4287, 4.1.1); readers of CAP look for theirs.
        _link(node, "alternate", each.link, "text/html")
        _link(node, "alternate", each.cap_link, CAP_MIME)
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True))


def writable(text: str) -> str:
    """The text without signs that XML cannot hold: an officer's paste must not stop a warning."""
    return "".join(sign for sign in text if _holds(ord(sign)))


def _holds(sign: int) -> bool:
    if sign < 0x20:
        return sign in (0x09, 0x0A, 0x0D)
    return not (0xD800 <= sign <= 0xDFFF or sign in (0xFFFE, 0xFFFF))


def _put(node: Any, name: str, text: str) -> None:
    etree.SubElement(node, _ATOM + name).text = writable(text)


def _link(node: Any, rel: str, href: str, mime: str) -> None:
    if href:
        etree.SubElement(node, _ATOM + "link", rel=rel, type=mime, href=writable(href))


def _time(at: datetime) -> str:
    if at.tzinfo is None:
        raise ValueError("a time without a zone was given to the feed")
    return at.isoformat(timespec="seconds")
