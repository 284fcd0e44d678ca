"""A CAP 1.2 message as UTF-8 XML, its elements in the order that the schema wants."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from lxml import etree

from broadcasts import cap_xml
from broadcasts.cap import NAMESPACE, Alert, Area, Info, Kept, Named, Point, Reference, Resource
from broadcasts.cap_times import write_time

MIME = "application/cap+xml"
_OURS = "{" + NAMESPACE + "}"


def write_alert(alert: Alert) -> bytes:
    """The whole document. Raises ValueError for a time without a zone and for signs that XML cannot hold."""
    root = etree.Element(_OURS + "alert", nsmap={None: NAMESPACE})
    values: tuple[tuple[str, str | datetime | None], ...] = (
        ("identifier", alert.identifier),
        ("sender", alert.sender),
        ("sent", alert.sent),
        ("status", alert.status),
        ("msgType", alert.msg_type),
        ("source", alert.source),
        ("scope", alert.scope),
        ("restriction", alert.restriction),
        ("addresses", alert.addresses),
        *(("code", each) for each in alert.codes),
        ("note", alert.note),
        ("references", " ".join(map(write_reference, alert.references)) if alert.references else None),
        ("incidents", alert.incidents),
    )
    for name, value in values:
        _put(root, name, value)
    for info in alert.infos:
        _info(_part(root, "info"), info)
    _put_back(root, alert.kept)
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True))


def write_reference(reference: Reference) -> str:
    """As it stands among ``references`` (CAP-v1.2-os, 3.2.1)."""
    return f"{reference.sender},{reference.identifier},{write_time(reference.sent)}"


def _info(node: Any, info: Info) -> None:
    for name, value in (
        ("language", info.language),
        *(("category", each) for each in info.category),
        ("event", info.event),
        *(("responseType", each) for each in info.response_type),
        ("urgency", info.urgency),
        ("severity", info.severity),
        ("certainty", info.certainty),
        ("audience", info.audience),
    ):
        _put(node, name, value)
    _put_named(node, "eventCode", info.event_codes)
    for name, at in (("effective", info.effective), ("onset", info.onset), ("expires", info.expires)):
        _put(node, name, at)
    for name, text in (
        ("senderName", info.sender_name),
        ("headline", info.headline),
        ("description", info.description),
        ("instruction", info.instruction),
        ("web", info.web),
        ("contact", info.contact),
    ):
        _put(node, name, text)
    _put_named(node, "parameter", info.parameters)
    for resource in info.resources:
        _resource(_part(node, "resource"), resource)
    for area in info.areas:
        _area(_part(node, "area"), area)
    _put_back(node, info.kept)


def _resource(node: Any, resource: Resource) -> None:
    for name, value in (
        ("resourceDesc", resource.resource_desc),
        ("mimeType", resource.mime_type),
        ("size", None if resource.size is None else str(resource.size)),
        ("uri", resource.uri),
        ("derefUri", resource.deref_uri),
        ("digest", resource.digest),
    ):
        _put(node, name, value)
    _put_back(node, resource.kept)


def _area(node: Any, area: Area) -> None:
    _put(node, "areaDesc", area.area_desc)
    for polygon in area.polygons:
        _put(node, "polygon", " ".join(map(_point, polygon)))
    for circle in area.circles:
        _put(node, "circle", f"{_point(circle.centre)} {circle.radius:f}")
    _put_named(node, "geocode", area.geocodes)
    _put(node, "altitude", area.altitude)
    _put(node, "ceiling", area.ceiling)
    _put_back(node, area.kept)


def _part(node: Any, name: str) -> Any:
    return etree.SubElement(node, _OURS + name)


def _put(node: Any, name: str, value: str | datetime | Decimal | None) -> None:
    """None leaves the element out; an empty text does not."""
    if value is None:
        return
    if isinstance(value, datetime):
        value = write_time(value)
    _part(node, name).text = f"{value:f}" if isinstance(value, Decimal) else str(value)


def _put_named(node: Any, name: str, values: tuple[Named, ...]) -> None:
    for each in values:
        part = _part(node, name)
        _put(part, "valueName", each.value_name)
        _put(part, "value", each.value)


def _point(point: Point) -> str:
    return f"{point[0]:f},{point[1]:f}"


def _put_back(node: Any, kept: Kept) -> None:
    for element in kept.elements:
        node.append(cap_xml.fragment(element))
    # Last: the library would give elements below the prefix that it makes up for an attribute here.
    for name, value in kept.attributes:
        node.set(name, value)
