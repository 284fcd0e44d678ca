"""Telegram's updates, cut down to what we keep, and read back with python-telegram-bot (pure).

``reduce`` runs before anything is stored: names, files, contacts, locations and quoted messages never reach the
database. ``read`` parses the reduced update with python-telegram-bot's ``Update``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from telegram import Update as TelegramUpdate

from bot.errors import Malformed
from bot.messages import Address, Update, UpdateKind, storable
from bot.storage.inbox import Received

ALLOWED_UPDATES = ("message", "callback_query", "my_chat_member")
_LARGEST_ID = 2**63  # identifiers are at most 64-bit numbers (Bot API, "Available types")
LONGEST_TEXT = 6000  # characters kept; Telegram itself sends at most 4096 UTF-16 units

# What a message may carry instead of text, and what it is to us (Bot API, object Message).
_CONTENT_KINDS = (
    ("photo", UpdateKind.PHOTO),
    ("voice", UpdateKind.VOICE),
    ("audio", UpdateKind.VOICE),
    ("video_note", UpdateKind.VOICE),
    ("sticker", UpdateKind.QUIET),
    ("dice", UpdateKind.QUIET),
    ("document", UpdateKind.OTHER),
    ("video", UpdateKind.OTHER),
    ("animation", UpdateKind.OTHER),
    ("contact", UpdateKind.OTHER),
    ("location", UpdateKind.OTHER),
    ("venue", UpdateKind.OTHER),
    ("poll", UpdateKind.OTHER),
    ("story", UpdateKind.OTHER),
    ("game", UpdateKind.OTHER),
    ("paid_media", UpdateKind.OTHER),
    ("checklist", UpdateKind.OTHER),
)


def update_id(raw: Any) -> int:
    """Raises Malformed when this is no Telegram update."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    if not isinstance(number, int) or isinstance(number, bool) or abs(number) > _LARGEST_ID:
        raise Malformed("no update_id")
    return number


def reduce(raw: Mapping[str, Any], account: str, now: datetime) -> Received | None:
    """The row to store, or None when there is nothing to react to (edits, channel posts, other bots …)."""
    number = update_id(raw)
    try:
        if "message" in raw:
            reduced = _message(raw["message"])
        elif "callback_query" in raw:
            reduced = _callback(raw["callback_query"])
        elif "my_chat_member" in raw:
            reduced = _member(raw["my_chat_member"])
        else:
            return None
        if reduced is None:
            return None
        kind, lane, telegram = reduced
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError) as error:
        raise Malformed(f"update {number} lacks a part") from error
    body = {"kind": kind, "telegram": {"update_id": number, **telegram}}
    return Received(
        channel="telegram",
        account=account,
        key=str(number),
        lane=lane,
        body=json.dumps(body, ensure_ascii=False, separators=(",", ":")),
        received_at=now,
        # The date of a tap's message is not that of the tap.
        acted_at=datetime.fromtimestamp(telegram["message"]["date"], UTC) if "message" in telegram else None,
    )


def _chat(raw: Mapping[str, Any]) -> dict[str, Any]:
    chat_id = int(raw["id"])
    if abs(chat_id) > _LARGEST_ID:
        raise ValueError("no id of a chat")
    return {"id": chat_id, "type": storable(str(raw["type"]))}


def _date(raw: Any) -> int:
    """Seconds since 1970, of this century; 0 is what Telegram gives for a message that is no longer there."""
    seconds = int(raw)
    if not 0 <= seconds < 4_102_444_800:
        raise ValueError("a date outside this century")
    return seconds


def _sender(raw: Mapping[str, Any]) -> dict[str, Any]:
    sender = {"id": int(raw["id"]), "is_bot": False, "first_name": ""}
    if isinstance(raw.get("language_code"), str):
        sender["language_code"] = storable(raw["language_code"][:8])
    return sender


def _message(raw: Mapping[str, Any]) -> tuple[str, str, dict[str, Any]] | None:
    sender = raw.get("from")
    if sender is None or sender.get("is_bot"):
        return None
    chat = _chat(raw["chat"])
    message = {
        "message_id": int(raw["message_id"]),
        "date": _date(raw["date"]),
        "chat": chat,
        "from": _sender(sender),
    }
    kind: UpdateKind | None
    if chat["type"] != "private":
        text = raw.get("text")
        # In a group only a command is for us; everything else people say there is not read.
        if not isinstance(text, str) or not text.startswith("/"):
            return None
        kind = UpdateKind.GROUP
    elif isinstance(raw.get("text"), str):
        kind = UpdateKind.TEXT
        message["text"] = storable(raw["text"][:LONGEST_TEXT])
    else:
        kind = next((kind for name, kind in _CONTENT_KINDS if name in raw), None)
        if isinstance(raw.get("caption"), str):  # the picture is not opened, but the words under it may cry for help
            message["caption"] = storable(raw["caption"][:LONGEST_TEXT])
    if kind is None:
        return None
    return kind, str(chat["id"]), {"message": message}


def _callback(raw: Mapping[str, Any]) -> tuple[str, str, dict[str, Any]] | None:
    message = raw.get("message")
    if message is None or not isinstance(raw.get("data"), str):
        return None
    chat = _chat(message["chat"])
    if chat["type"] != "private":
        return None
    callback = {
        "id": storable(str(raw["id"])),
        "from": _sender(raw["from"]),
        "chat_instance": "",
        "data": storable(raw["data"][:64]),
        "message": {"message_id": int(message["message_id"]), "date": _date(message["date"]), "chat": chat},
    }
    return UpdateKind.BUTTON, str(chat["id"]), {"callback_query": callback}


def _member(raw: Mapping[str, Any]) -> tuple[str, str, dict[str, Any]] | None:
    chat = _chat(raw["chat"])
    if chat["type"] != "private":
        return None
    gone = raw["new_chat_member"]["status"] in ("kicked", "left")
    kind = UpdateKind.BLOCKED if gone else UpdateKind.RETURNED
    message = {"message_id": 0, "date": _date(raw["date"]), "chat": chat, "from": _sender(raw["from"])}
    return kind, str(chat["id"]), {"message": message}


def read(body: str, address: Address) -> Update | None:
    """The stored row as our Update."""
    stored = json.loads(body)
    telegram = TelegramUpdate.de_json(stored["telegram"], None)
    if telegram.callback_query is not None:
        query = telegram.callback_query
        return Update(
            key=str(telegram.update_id),
            address=address,
            kind=UpdateKind.BUTTON,
            at=query.message.date if query.message else datetime.fromtimestamp(0).astimezone(),
            value=query.data or "",
            language_hint=query.from_user.language_code or "",
            receipt=query.id,
        )
    message = telegram.message
    if message is None:
        return None
    return Update(
        key=str(telegram.update_id),
        address=address,
        kind=UpdateKind(stored["kind"]),
        at=message.date,
        text=message.text or message.caption or "",
        language_hint=(message.from_user.language_code or "") if message.from_user else "",
    )
