"""What is posted to an Official Account for one message of ours: one body, or two in the order they are read (pure).

A file travels alone, and more choices than fit are written as lines: both become a second body. Shapes and limits:
developers.zalo.me, consultation messages. How buttons go with a plain message is not in the newest pages, so both
known shapes can be written, and a message never depends on them unless the operator has switched them on.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from bot.channels.zalo_file_kinds import Uploaded, gif_size
from bot.channels.zalo_words import LONGEST_VALUE, PRESSED
from bot.errors import ContentRejected
from bot.messages import Button, OutgoingMessage

LONGEST_TEXT = 2000  # characters after NFC; counted in UTF-16 units, of the possible readings the one that always fits
MOST_BUTTONS = 5
LONGEST_LABEL = 100
_LONGEST_SUBTITLE = 500

Message = Mapping[str, Any]


class ButtonShape(StrEnum):
    PLAIN = "plain"  # under the text
    LIST = "list"  # under a list of one element


def bodies(
    message: OutgoingMessage, uploaded: Uploaded | None, *, buttons: bool, shape: ButtonShape = ButtonShape.PLAIN
) -> list[Message]:
    """The ``message`` part of each post. Raises ContentRejected for what would be refused anyway."""
    text = unicodedata.normalize("NFC", message.text).strip()
    choices = message.choices() if buttons else ()
    beside = uploaded is not None or not text or not _fit(choices)
    written = [text, _lines(choices)] if choices and beside else [text]
    if length("\n".join(written)) <= LONGEST_TEXT:
        written = ["\n".join(each for each in written if each)]
    if any(length(each) > LONGEST_TEXT for each in written):
        raise ContentRejected(f"dài hơn {LONGEST_TEXT} ký tự, Zalo OA không nhận")
    made: list[Message] = [{"text": each} for each in written if each]
    if choices and not beside:
        made = [{"text": text, "attachment": _under(text, choices, shape)}]
    if uploaded is None:
        if not made:
            raise ContentRejected("tin không có chữ")
        return made
    if uploaded.family == "file":
        return [*made, {"attachment": {"type": "file", "payload": {"token": uploaded.reference}}}]
    attachment = {"attachment": _media(message, uploaded)}
    return [{**made[0], **attachment}, *made[1:]] if made else [attachment]


def length(text: str) -> int:
    """In UTF-16 units."""
    return len(text.encode("utf-16-le", "replace")) // 2


def _media(message: OutgoingMessage, uploaded: Uploaded) -> Message:
    element: dict[str, Any] = {"media_type": uploaded.family, "attachment_id": uploaded.reference}
    if uploaded.family == "gif" and message.attachment is not None:  # mandatory for this kind
        element["width"], element["height"] = gif_size(message.attachment.content)
    return {"type": "template", "payload": {"template_type": "media", "elements": [element]}}


def _fit(choices: tuple[Button, ...]) -> bool:
    return len(choices) <= MOST_BUTTONS and all(
        0 < len(each.label) <= LONGEST_LABEL and len(each.value.encode()) <= LONGEST_VALUE for each in choices
    )


def _lines(choices: tuple[Button, ...]) -> str:
    """As numbers, which the resident may send as well."""
    return "\n".join(f"{number}. {each.label}" for number, each in enumerate(choices, start=1))


def _under(text: str, choices: tuple[Button, ...], shape: ButtonShape) -> Message:
    # The payload comes back as a text that the resident does not see.
    rows = [{"title": each.label, "type": "oa.query.hide", "payload": PRESSED + each.value} for each in choices]
    payload: dict[str, Any] = {"buttons": rows}
    if shape is ButtonShape.LIST:
        title, _, rest = text.partition("\n")
        element = {"title": title[:LONGEST_LABEL], "subtitle": (rest.strip() or title)[:_LONGEST_SUBTITLE]}
        payload = {"template_type": "list", "elements": [element], "buttons": rows}
    return {"type": "template", "payload": payload}
