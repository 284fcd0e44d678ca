"""A CAP 1.2 message from its bytes: read without harm, held to the schema and to the rules, then made a value."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from lxml import etree

from broadcasts import cap_checks, cap_schema, cap_xml
from broadcasts.cap import (
    NAMESPACE,
    NOTHING,
    Alert,
    Area,
    Category,
    Certainty,
    Circle,
    Info,
    Kept,
    MsgType,
    Named,
    Point,
    Reference,
    Resource,
    ResponseType,
    Scope,
    Severity,
    Status,
    Urgency,
)
from broadcasts.cap_times import read_time
from broadcasts.cap_xml import CapRefused

__all__ = ["CapRefused", "read_alert"]

_OURS = "{" + NAMESPACE + "}"
_NUMBER = re.compile(r"[-+]?\d{1,15}(\.\d{0,15})?", re.ASCII)
_BLANKS = re.compile(r"[ \t\r\n]+")
Word = TypeVar("Word", bound=StrEnum)
Value = TypeVar("Value")


def read_alert(body: bytes) -> Alert:
    """At most 512 KB, in UTF-8 (or an encoding that is declared and known). It takes some milliseconds: on a busy
    loop it belongs into a thread.

    Raises CapRefused with one sentence that a person can read and that holds no word of the message.
    """
    return read_text(cap_xml.decode(body))


def read_text(text: str) -> Alert:
    """The same of a text without an XML declaration (``cap_xml.decode``). Raises CapRefused."""
    root = cap_xml.parse(text)
    if root.tag != _OURS + "alert":
        raise CapRefused("Tệp này không phải bản tin CAP 1.2.")
    cap_schema.check_form(root)
    alert = _alert(root)
    for fault in cap_checks.faults(alert):
        raise CapRefused(fault)
    return alert


def _alert(root: Any) -> Alert:
    return Alert(
        identifier=_must(root, "identifier"),
        sender=_must(root, "sender"),
        sent=_time(root, "sent"),
        status=_word(root, "status", Status),
        msg_type=_word(root, "msgType", MsgType),
        source=_text(root, "source"),
        scope=_word(root, "scope", Scope),
        restriction=_text(root, "restriction"),
        addresses=_text(root, "addresses"),
        codes=_texts(root, "code"),
        note=_text(root, "note"),
        references=_references(root),
        incidents=_text(root, "incidents"),
        infos=tuple(map(_info, root.findall(_OURS + "info"))),
        kept=_kept(root),
    )


def _info(node: Any) -> Info:
    return Info(
        language=_collapsed(node, "language"),
        category=_words(node, "category", Category),
        event=_must(node, "event"),
        response_type=_words(node, "responseType", ResponseType),
        urgency=_word(node, "urgency", Urgency),
        severity=_word(node, "severity", Severity),
        certainty=_word(node, "certainty", Certainty),
        audience=_text(node, "audience"),
        event_codes=_named(node, "eventCode"),
        effective=_maybe_time(node, "effective"),
        onset=_maybe_time(node, "onset"),
        expires=_maybe_time(node, "expires"),
        sender_name=_text(node, "senderName"),
        headline=_text(node, "headline"),
        description=_text(node, "description"),
        instruction=_text(node, "instruction"),
        web=_collapsed(node, "web"),
        contact=_text(node, "contact"),
        parameters=_named(node, "parameter"),
        resources=tuple(map(_resource, node.findall(_OURS + "resource"))),
        areas=tuple(map(_area, node.findall(_OURS + "area"))),
        kept=_kept(node),
    )


def _resource(node: Any) -> Resource:
    size = _number(node, "size")
    return Resource(
        resource_desc=_must(node, "resourceDesc"),
        mime_type=_must(node, "mimeType"),
        size=None if size is None else int(size),
        uri=_collapsed(node, "uri"),
        deref_uri=_text(node, "derefUri"),
        digest=_text(node, "digest"),
        kept=_kept(node),
    )


def _area(node: Any) -> Area:
    return Area(
        area_desc=_must(node, "areaDesc"),
        polygons=tuple(_read(each, _polygon) for each in node.findall(_OURS + "polygon")),
        circles=tuple(_read(each, _circle) for each in node.findall(_OURS + "circle")),
        geocodes=_named(node, "geocode"),
        altitude=_number(node, "altitude"),
        ceiling=_number(node, "ceiling"),
        kept=_kept(node),
    )


# --- Single values ------------------------------------------------------------------------------------------------


def _read(node: Any, reading: Callable[[str], Value]) -> Value:
    """The value of one element. Raises CapRefused for what the schema let pass and cannot be read all the same."""
    try:
        return reading(_BLANKS.sub(" ", node.text or "").strip())
    except ValueError:
        name = etree.QName(node).localname
        raise CapRefused(f"Dòng {node.sourceline}, mục {name}: không đọc được giá trị.") from None


def _text(node: Any, name: str) -> str | None:
    found = node.find(_OURS + name)
    return None if found is None else str(found.text or "")


def _texts(node: Any, name: str) -> tuple[str, ...]:
    return tuple(str(each.text or "") for each in node.findall(_OURS + name))


def _must(node: Any, name: str) -> str:
    return str(node.findtext(_OURS + name) or "")  # the schema has seen that it is there


def _collapsed(node: Any, name: str) -> str | None:
    found = node.find(_OURS + name)
    return None if found is None else _read(found, str)


def _word(node: Any, name: str, kind: type[Word]) -> Word:
    return kind(_must(node, name))


def _words(node: Any, name: str, kind: type[Word]) -> tuple[Word, ...]:
    return tuple(map(kind, _texts(node, name)))


def _time(node: Any, name: str) -> datetime:
    return _read(node.find(_OURS + name), read_time)


def _maybe_time(node: Any, name: str) -> datetime | None:
    found = node.find(_OURS + name)
    return None if found is None else _read(found, read_time)


def _number(node: Any, name: str) -> Decimal | None:
    found = node.find(_OURS + name)
    return None if found is None else _read(found, _decimal)


def _named(node: Any, name: str) -> tuple[Named, ...]:
    return tuple(Named(_must(each, "valueName"), _must(each, "value")) for each in node.findall(_OURS + name))


def _decimal(text: str) -> Decimal:
    """No exponent, and no more digits than anybody needs: nothing that is dear to compute with."""
    if not _NUMBER.fullmatch(text):
        raise ValueError("not a number of CAP")
    return Decimal(text)


def _point(text: str) -> Point:
    latitude, comma, longitude = text.partition(",")
    if not comma:
        raise ValueError("not a point")
    return _decimal(latitude.strip()), _decimal(longitude.strip())


def _polygon(text: str) -> tuple[Point, ...]:
    written = text.split(" ")
    if len(written) > cap_checks.MOST_POINTS:
        raise CapRefused(f"Một đa giác có {len(written)} điểm; nhiều nhất {cap_checks.MOST_POINTS}.")
    return tuple(map(_point, written))


def _circle(text: str) -> Circle:
    centre, blank, radius = text.partition(" ")
    if not blank:
        raise ValueError("not a circle")
    return Circle(_point(centre), _decimal(radius))


def _references(root: Any) -> tuple[Reference, ...]:
    found = root.find(_OURS + "references")
    if found is None:
        return ()

    def read(text: str) -> tuple[Reference, ...]:
        references = []
        for each in text.split():
            sender, identifier, sent = each.split(",")
            references.append(Reference(sender, identifier, read_time(sent)))
        return tuple(references)

    return _read(found, read)


def _kept(node: Any) -> Kept:
    """What is none of CAP's. Raises CapRefused for what could not be written back."""
    attributes = tuple(sorted((name, value) for name, value in node.attrib.items() if name.startswith("{")))
    try:
        elements = tuple(_alone(each) for each in node if cap_schema.is_foreign(each))
        for name, _ in attributes:
            _alone(etree.Element(name))
    except etree.LxmlError:  # a namespace that is no whole address
        raise CapRefused(f"Dòng {node.sourceline}: có phần lạ không giữ lại được.") from None
    return Kept(elements, attributes) if elements or attributes else NOTHING


def _alone(element: Any) -> str:
    """With every namespace that it needs, and always the same text for the same element (exclusive canonical XML)."""
    return str(etree.tostring(element, method="c14n", exclusive=True, with_tail=False).decode())
