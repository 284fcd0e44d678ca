"""Judge a reply_markup parameter as the server does (pure)."""

from __future__ import annotations

import json
from typing import Any

from tests.fakes.telegram.refusals import Refusal, bad_request

CALLBACK_BYTES = 64  # Bot API, InlineKeyboardButton.callback_data: 1-64 bytes
BUTTON_LIMIT = 100
ACTIONS = (
    "callback_game",
    "copy_text",
    "login_url",
    "pay",
    "switch_inline_query",
    "switch_inline_query_chosen_chat",
    "switch_inline_query_current_chat",
    "web_app",
)


def _rows(markup: dict[str, Any], name: str) -> list[list[Any]]:
    rows = markup.get(name)
    if rows is None:
        return []
    if not isinstance(rows, list):
        raise bad_request(f'can\'t parse reply keyboard markup: Field "{name}" must be of type Array')
    for row in rows:
        if not isinstance(row, list):
            owner = " of the InlineKeyboardMarkup" if name == "inline_keyboard" else ""
            raise bad_request(f'Field "{name}"{owner} must be an Array of Arrays')
    return rows


def _button_fault(reason: str) -> Refusal:
    return bad_request(f"can't parse inline keyboard button: {reason}")


def _read_inline_button(button: Any) -> dict[str, Any]:
    if not isinstance(button, dict):
        raise _button_fault("InlineKeyboardButton must be an Object")
    text = button.get("text")
    if text is None:
        raise _button_fault('Can\'t find field "text"')
    if not isinstance(text, str):
        raise _button_fault('Field "text" must be of type String')
    kept: dict[str, Any] = {"text": text}
    if button.get("url"):
        kept["url"] = str(button["url"])
    elif button.get("callback_data"):
        payload = str(button["callback_data"])
        if len(payload.encode()) > CALLBACK_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
        kept["callback_data"] = payload
    else:
        action = next((name for name in ACTIONS if name in button), None)
        if action is None:
            raise _button_fault("Text buttons are unallowed in the inline keyboard")
        kept[action] = button[action]
    return kept


def _check_keyboard_button(button: Any) -> None:
    if isinstance(button, str):
        return
    if not isinstance(button, dict):
        raise bad_request("can't parse keyboard button: KeyboardButton must be a String or an Object")
    if not isinstance(button.get("text"), str):
        raise bad_request("can't parse keyboard button: Can't find field \"text\"")


def read_markup(raw: object) -> dict[str, Any] | None:
    """The inline keyboard that the message will carry, or None; raises Refusal.

    Reply keyboards, their removal and forced replies are judged but, as on the server, not echoed in the
    message.
    """
    if raw is None or raw == "":
        return None
    if isinstance(raw, str):
        try:
            raw = json.loads(raw)
        except ValueError:
            raise bad_request("can't parse reply keyboard markup JSON object") from None
    if not isinstance(raw, dict):
        raise bad_request("object expected as reply markup")
    for row in _rows(raw, "keyboard"):
        for button in row:
            _check_keyboard_button(button)
    rows = [[_read_inline_button(button) for button in row] for row in _rows(raw, "inline_keyboard")]
    rows = [row for row in rows if row]
    if sum(map(len, rows)) > BUTTON_LIMIT:
        raise bad_request("reply markup is too long")
    return {"inline_keyboard": rows} if rows else None
