"""Zalo Bot updates, cut down to what we keep, and read back (pure).

``reduce`` runs before anything is stored: names, addresses of pictures and voices, stickers and everything a group
says never reach the database. Shapes: docs.zaloplatforms.com/docs/BOT, and the spellings seen beside it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.channels.zalo_words import spoken
from bot.errors import Malformed
from bot.messages import Update, UpdateKind, storable
from bot.storage.inbox import Claimed, Received

CHANNEL = "zalo-bot"
LONGEST_TEXT = 6000  # characters kept; the platform itself sends at most 2000
_LONGEST_ID = 80
_MILLISECONDS_FROM = 1_000_000_000_000  # a smaller date is in seconds
_END_OF_CENTURY = 4_102_444_800

# What a message is to us, by the name of its event; a reaction is nothing to answer.
_KINDS: dict[str, UpdateKind | None] = {
    "message.text.received": UpdateKind.TEXT,
    "message.link.received": UpdateKind.TEXT,
    "message.image.received": UpdateKind.PHOTO,
    "message.voice.received": UpdateKind.VOICE,
    "message.sticker.received": UpdateKind.QUIET,
    "message.unsupported.received": UpdateKind.OTHER,
    "message.reaction.received": None,
}


def unwrap(body: Any) -> Any:
    """The update in a posted body: as it is, or inside ``{"ok", "result"}``; both are in use."""
    return body.get("result") or body if isinstance(body, dict) else body


def reduce(update: Any, account: str, now: datetime) -> Received | None:
    """The row to store, or None when there is nothing to react to (reactions, other bots, events without a message).

    Raises Malformed for what is no update, and for one whose chat cannot be read.
    """
    if not isinstance(update, dict):
        raise Malformed("no update")
    message, name = update.get("message"), update.get("event_name")
    if message is None or not isinstance(name, str) or not name.startswith("message."):
        return None  # "unsupported" may come without a message: then nobody knows whom to answer
    if not isinstance(message, dict):
        raise Malformed("a message that is none")
    sender = message.get("from")
    sender = sender if isinstance(sender, dict) else {}
    kind = _KINDS.get(name, UpdateKind.TEXT)  # an event that is new to us is read if it has words
    if kind is None or sender.get("is_bot") is True:
        return None
    chat, private = _chat(message.get("chat"), sender)
    text = _words(message)
    if not private:
        kind, text = UpdateKind.GROUP, ""
    elif kind is UpdateKind.TEXT and not text:
        kind = UpdateKind.OTHER
    elif kind is UpdateKind.QUIET:
        text = ""
    acted_at = _date(message.get("date"), now)
    body = {"kind": kind, "text": text} | ({"at": acted_at.timestamp()} if acted_at else {})
    return Received(
        channel=CHANNEL,
        account=account,
        key=_key(chat, message, update),
        lane=chat,
        body=json.dumps(body, ensure_ascii=False, separators=(",", ":")),
        received_at=now,
        acted_at=acted_at,
    )


def read(row: Claimed) -> Update:
    """The stored row as our Update; what people write on Zalo by habit (#hoi, #stop) in our own words."""
    stored = json.loads(row.body)
    kind, text = UpdateKind(stored["kind"]), stored["text"]
    return Update(
        key=row.key,
        address=row.address,
        kind=kind,
        at=datetime.fromtimestamp(stored["at"], UTC) if "at" in stored else row.received_at,
        text=spoken(text) if kind is UpdateKind.TEXT else text,
    )


def _chat(raw: Any, sender: Mapping[str, Any]) -> tuple[str, bool]:
    """The id to answer to, and whether one person alone is behind it."""
    chat = raw if isinstance(raw, dict) else {}
    chat_id = _id(chat.get("id"))
    if not chat_id:
        raise Malformed("a message without a chat")
    # A private chat has the id of its person; that holds where the type is missing or spelled anew.
    private = str(chat.get("chat_type", "")).upper() == "PRIVATE" or _id(sender.get("id")) == chat_id
    return chat_id, private


def _id(raw: Any) -> str:
    """Ids are opaque texts; a number is taken too. Empty for anything else."""
    text = str(raw) if isinstance(raw, str | int) and not isinstance(raw, bool) else ""
    return text if text == storable(text) and len(text) <= _LONGEST_ID else ""


def _words(message: Mapping[str, Any]) -> str:
    """What was written, also under a picture: it is not opened, but the words may cry for help."""
    for name in ("text", "caption"):
        if isinstance(message.get(name), str) and message[name]:
            return storable(message[name][:LONGEST_TEXT])
    return ""


def _date(raw: Any, now: datetime) -> datetime | None:
    """Milliseconds or seconds since 1970, never later than now; None for what is no time of this century."""
    try:
        number = float(raw)
    except (TypeError, ValueError, OverflowError):
        return None
    seconds = number / 1000 if number >= _MILLISECONDS_FROM else number
    if not 0 < seconds < _END_OF_CENTURY:
        return None
    return min(datetime.fromtimestamp(seconds, UTC), now)


def _key(chat: str, message: Mapping[str, Any], update: Any) -> str:
    """The same for the same message however often it comes. Hashed, for the key outlives the address."""
    message_id = _id(message.get("message_id"))
    said = f"{chat}\n{message_id}" if message_id else json.dumps(update, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:40]
