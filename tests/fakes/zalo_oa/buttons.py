"""Buttons and default actions: which kinds there are and what each must carry."""

from __future__ import annotations

from typing import Any

from tests.fakes.zalo_oa.calls import address, only, words
from tests.fakes.zalo_oa.refusals import invalid, too_much

BUTTONS = 5
TITLE, PAYLOAD, SMS = 100, 1000, 160  # characters
QUERIES = frozenset({"oa.query.show", "oa.query.hide"})
_KINDS = QUERIES | {"oa.open.url", "oa.open.sms", "oa.open.phone"}


def _phone(payload: dict[str, Any]) -> None:
    number = words(payload, "phone_code", 20)
    if not (number.isdecimal() and number.startswith("84")):
        raise invalid("phone_code")


def _check_payload(kind: str, holder: dict[str, Any]) -> None:
    payload = holder.get("payload")
    if kind in QUERIES:
        words(holder, "payload", PAYLOAD)
        return
    if not isinstance(payload, dict):
        raise invalid("payload")
    match kind:
        case "oa.open.url":
            only(payload, frozenset({"url"}))
            address(payload, "url")
        case "oa.open.sms":
            only(payload, frozenset({"content", "phone_code"}))
            words(payload, "content", SMS)
            _phone(payload)
        case "oa.open.phone":
            only(payload, frozenset({"phone_code"}))
            _phone(payload)


def _kind(holder: dict[str, Any]) -> str:
    kind = holder.get("type")
    if not isinstance(kind, str) or kind not in _KINDS:
        raise invalid("type")
    return kind


def read_buttons(payload: dict[str, Any]) -> list[dict[str, Any]]:
    """The buttons of a template, all in order; raises Refusal."""
    buttons = payload.get("buttons")
    if not isinstance(buttons, list) or not buttons:
        raise invalid("buttons")
    if len(buttons) > BUTTONS:
        raise too_much()
    for button in buttons:
        if not isinstance(button, dict):
            raise invalid("buttons")
        only(button, frozenset({"title", "type", "payload"}))
        words(button, "title", TITLE)
        _check_payload(_kind(button), button)
    return buttons


def check_default_action(element: dict[str, Any]) -> None:
    """What a tap on an element does; a link stands flat here, not in a payload."""
    action = element.get("default_action")
    if action is None:
        return
    if not isinstance(action, dict):
        raise invalid("default_action")
    kind = _kind(action)
    if kind == "oa.open.url":
        only(action, frozenset({"type", "url"}))
        address(action, "url")
    else:
        only(action, frozenset({"type", "payload"}))
        _check_payload(kind, action)
