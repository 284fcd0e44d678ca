"""What a feed's document holds: one CAP message, or an Atom or RSS index that names or carries several."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from lxml import etree

from broadcasts import cap_xml
from broadcasts.atom import NAMESPACE as ATOM
from broadcasts.cap import NAMESPACE
from broadcasts.cap_xml import CapRefused

_ALERT = "{" + NAMESPACE + "}alert"
_ATOM = "{" + ATOM + "}"


@dataclass(frozen=True, slots=True)
class Listed:
    """One message: ``body`` when it stands in the document itself, else ``url`` (whole). ``mark`` changes when the
    index says that the message has changed."""

    mark: str
    url: str = ""
    body: bytes | None = None


def read_index(body: bytes, url: str) -> tuple[Listed, ...]:
    """In the order of the document. ``url``: where it came from. Raises CapRefused."""
    root = cap_xml.parse(cap_xml.decode(body, cap_xml.INDEX.size), cap_xml.INDEX)
    if root.tag == _ALERT:
        return (Listed("", url, body),)
    if root.tag == _ATOM + "feed":
        return tuple(filter(None, (_atom(each, url) for each in root.iter(_ATOM + "entry"))))
    if root.tag == "rss":
        return tuple(filter(None, (_rss(each, url) for each in root.iter("item"))))
    raise CapRefused("Tệp này không phải bản tin CAP 1.2, cũng không phải danh sách Atom hay RSS.")


def _atom(entry: Any, base: str) -> Listed | None:
    mark = "|".join(entry.findtext(_ATOM + name) or "" for name in ("id", "updated"))
    carried = _carried(entry)
    if carried is not None:
        return Listed(mark, body=carried)
    links = [
        (each.get("type", ""), each.get("href", ""))
        for each in entry.findall(_ATOM + "link")
        if each.get("rel", "alternate") in ("alternate", "enclosure", "related")
    ]
    links += [(each.get("type", ""), each.get("src", "")) for each in entry.findall(_ATOM + "content")]
    return _named(mark, links, base)


def _rss(entry: Any, base: str) -> Listed | None:
    mark = "|".join(entry.findtext(name) or "" for name in ("guid", "pubDate"))
    carried = _carried(entry)
    if carried is not None:
        return Listed(mark, body=carried)
    links = [(each.get("type", ""), each.get("url", "")) for each in entry.findall("enclosure")]
    links += [("", (entry.findtext("link") or "").strip())]
    return _named(mark, links, base)


def _carried(entry: Any) -> bytes | None:
    found = next(entry.iter(_ALERT), None)
    return None if found is None else bytes(etree.tostring(found, encoding="UTF-8", with_tail=False))


def _named(mark: str, links: list[tuple[str, str]], base: str) -> Listed | None:
    """The link that says it is CAP; else one that says it is XML, or nothing at all; else whatever there is, so that
    its refusal is told."""
    for wanted in (_is_cap, _is_xml, _is_silent, bool):
        for mime, href in links:
            if href and wanted(mime.lower() or " "):
                return Listed(mark, _joined(base, href))
    return None


def _is_cap(mime: str) -> bool:
    return "cap+xml" in mime or "common-alerting" in mime


def _is_xml(mime: str) -> bool:
    return "xml" in mime and "html" not in mime


def _is_silent(mime: str) -> bool:
    return not mime.strip()


def _joined(base: str, href: str) -> str:
    try:
        return urljoin(base, href.strip())
    except ValueError:
        return href.strip()  # fetching it says that it is written wrongly
