"""A reply that surely was not sent, as its row keeps it until the channel works again: our own words only (pure)."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence

from bot.messages import Attachment, Button, OutgoingMessage

_OPENING = '{"owed":'


def pack(parts: Sequence[OutgoingMessage]) -> str:
    """What goes into the body of the row; the parts are rendered already."""
    return _OPENING + json.dumps([_plain(part) for part in parts], ensure_ascii=False) + "}"


def unpack(body: str) -> tuple[OutgoingMessage, ...] | None:
    """The parts that are owed; None for a body that came in."""
    if not body.startswith(_OPENING):
        return None
    return tuple(map(_message, json.loads(body)["owed"]))


def _plain(part: OutgoingMessage) -> dict[str, object]:
    file = part.attachment
    return {
        "text": part.text,
        "buttons": [[[button.label, button.value] for button in row] for row in part.buttons],
        "language": part.language,
        "decision": part.decision,
        "entry_id": part.entry_id,
        "answers": part.answers,
        "file": [file.name, file.mime, base64.b64encode(file.content).decode()] if file is not None else None,
    }


def _message(plain: dict[str, object]) -> OutgoingMessage:
    given = dict(plain)
    file = given.pop("file")
    rows = given.pop("buttons")
    return OutgoingMessage(
        **given,  # type: ignore[arg-type]
        buttons=tuple(tuple(Button(*each) for each in row) for row in rows),  # type: ignore[attr-defined]
        attachment=Attachment(file[0], file[1], base64.b64decode(file[2])) if file else None,  # type: ignore[index]
    )
