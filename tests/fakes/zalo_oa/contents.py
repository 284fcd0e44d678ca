"""The ``message`` of a send: what kinds there are, and whether this one is as documented."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.fakes.zalo_oa.assets import AssetStore
from tests.fakes.zalo_oa.buttons import check_default_action, read_buttons
from tests.fakes.zalo_oa.calls import address, only, section, whole, words
from tests.fakes.zalo_oa.refusals import Refusal, invalid, too_much

TEXT = 2000  # characters
ELEMENTS = 5
TITLE, SUBTITLE = 100, 500

_MESSAGE = frozenset({"text", "attachment", "quote_message_id"})
_ATTACHMENT = frozenset({"type", "payload"})


@dataclass(slots=True)
class Content:
    """A message that is in order. ``quote``: the id of the message it answers, not looked up yet."""

    kind: str
    text: str = ""
    quote: str | None = None
    buttons: list[dict[str, Any]] = field(default_factory=list)


def read_content(message: Any, assets: AssetStore, lists: str, now: float) -> Content:
    """What a message is. ``lists``: the reading of list templates, see Settings. Raises Refusal."""
    if not isinstance(message, dict) or not message:
        raise invalid("message")
    only(message, _MESSAGE)
    quote = words(message, "quote_message_id", 100) if "quote_message_id" in message else None
    if "attachment" not in message:
        return Content("text", words(message, "text", TEXT), quote)
    attachment = section(message, "attachment", _ATTACHMENT)
    text = words(message, "text", TEXT, required=False)
    payload = attachment.get("payload")
    if not isinstance(payload, dict):
        raise invalid("payload")
    match attachment.get("type"):
        case "file":
            content = _file(payload, text, assets, now)
        case "template":
            content = _template(payload, text, assets, lists, now)
        case _:
            raise invalid("type")
    content.quote = quote
    return content


def _file(payload: dict[str, Any], text: str, assets: AssetStore, now: float) -> Content:
    only(payload, frozenset({"token"}))
    if text:
        raise invalid("text")
    assets.use(words(payload, "token", 1000), "file", now, "token")
    return Content("file")


def _template(payload: dict[str, Any], text: str, assets: AssetStore, lists: str, now: float) -> Content:
    kind = payload.get("template_type")
    if kind == "media":
        return _media(payload, text, assets, now)
    if kind == "request_user_info":
        return _request(payload, text)
    if kind is None and "buttons" in payload:
        kind = "buttons"  # as seen in the field: no template type at all
    elif kind != "list":
        raise invalid("template_type")
    if lists not in ("all", kind):
        raise Refusal(-233)
    return _list(payload, text) if kind == "list" else _bare_buttons(payload, text)


def _elements(payload: dict[str, Any], most: int) -> list[dict[str, Any]]:
    elements = payload.get("elements")
    if not isinstance(elements, list) or not elements or not all(isinstance(each, dict) for each in elements):
        raise invalid("elements")
    if len(elements) > most:
        raise too_much()
    return elements


def _media(payload: dict[str, Any], text: str, assets: AssetStore, now: float) -> Content:
    only(payload, frozenset({"template_type", "elements"}))
    [element] = _elements(payload, 1)
    kind = element.get("media_type")
    match kind:
        case "image":
            only(element, frozenset({"media_type", "url", "attachment_id"}))
            if ("url" in element) == ("attachment_id" in element):
                raise invalid("attachment_id")
            if "url" in element:
                address(element, "url")
            else:
                assets.use(words(element, "attachment_id", 1000), "image", now)
        case "gif":
            only(element, frozenset({"media_type", "attachment_id", "width", "height"}))
            whole(element, "width", 1, 10_000)
            whole(element, "height", 1, 10_000)
            assets.use(words(element, "attachment_id", 1000), "gif", now)
        case "sticker":
            only(element, frozenset({"media_type", "attachment_id"}))
            words(element, "attachment_id", 1000)
            if text:
                raise invalid("text")
        case _:
            raise invalid("media_type")
    return Content(kind, text)


def _request(payload: dict[str, Any], text: str) -> Content:
    only(payload, frozenset({"template_type", "elements"}))
    [element] = _elements(payload, 1)
    only(element, frozenset({"title", "subtitle", "image_url"}))
    words(element, "title", TITLE)
    words(element, "subtitle", SUBTITLE)
    address(element, "image_url")
    return Content("request_user_info", text)


def _list(payload: dict[str, Any], text: str) -> Content:
    only(payload, frozenset({"template_type", "elements", "buttons"}))
    for place, element in enumerate(_elements(payload, ELEMENTS)):
        only(element, frozenset({"title", "subtitle", "image_url", "default_action"}))
        words(element, "title", TITLE)
        words(element, "subtitle", SUBTITLE, required=place == 0)
        if "image_url" in element:
            address(element, "image_url")
        check_default_action(element)
    return Content("list", text, buttons=read_buttons(payload) if "buttons" in payload else [])


def _bare_buttons(payload: dict[str, Any], text: str) -> Content:
    only(payload, frozenset({"buttons"}))
    if not text:
        raise invalid("text")
    return Content("buttons", text, buttons=read_buttons(payload))
