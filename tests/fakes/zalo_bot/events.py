"""What people do in their chats, written as the platform writes it: every event it has, in each known spelling."""

from __future__ import annotations

import time
from typing import Any

from tests.fakes.zalo_bot.settings import Settings
from tests.fakes.zalo_bot.state import Event, FakeBot, opaque_id

Order = dict[str, Any]
NAMES = {
    "text": "message.text.received",
    "photo": "message.image.received",
    "sticker": "message.sticker.received",
    "voice": "message.voice.received",
    "unsupported": "message.unsupported.received",
    "link": "message.link.received",
    "reaction": "message.reaction.received",
}
MEDIA = "https://media.example"
_MEMBERS = {
    "kind", "chat_id", "from_id", "text", "caption", "display_name", "group", "is_bot", "bare", "age", "message_id",
    "without",
}  # fmt: skip


def make_event(bot: FakeBot, order: Order) -> Event:
    """One update out of an order of the control interface. Raises ValueError for what cannot be ordered.

    ``kind`` is text, photo, sticker, voice, unsupported, link, reaction, or raw (``update`` is given whole). ``bare``
    leaves the message out (unsupported), ``group`` makes the chat a group, ``age`` dates it so many seconds back,
    ``without`` names members of the message that are left out.
    """
    number = bot.next_number("event")
    if order.get("kind") == "raw":
        return Event(number, None, None, order["update"])
    unknown = set(order) - _MEMBERS
    if unknown or order.get("kind") not in NAMES:
        raise ValueError(f"no such event: {order.get('kind')} {sorted(unknown)}")
    name = NAMES[order["kind"]]
    chat_id = str(order["chat_id"])
    bot.chat(chat_id)
    if order.get("bare"):
        return Event(number, chat_id, None, {"event_name": name})
    message = _message(bot.settings, order, chat_id, str(order.get("message_id") or opaque_id("received", number)))
    for member in order.get("without", ()):
        message.pop(member, None)
    return Event(number, chat_id, message.get("message_id"), {"event_name": name, "message": message})


def _message(settings: Settings, order: Order, chat_id: str, message_id: str) -> dict[str, Any]:
    group = bool(order.get("group"))
    sent_at = time.time() - float(order.get("age", 0))
    message: dict[str, Any] = {
        "from": {
            "id": str(order.get("from_id", chat_id)),
            "display_name": str(order.get("display_name", "Nguyễn Văn A")),
            "is_bot": bool(order.get("is_bot", False)),
        },
        "chat": {"id": chat_id, "chat_type": "GROUP" if group else "PRIVATE"},
        "message_id": message_id,
        "date": int(sent_at * 1000) if settings.date_unit == "ms" else int(sent_at),
    }
    if settings.message_type:
        message["message_type"] = "CHAT_MESSAGE"
    match order["kind"]:
        case "text" | "link":
            message["text"] = str(order["text"])
        case "photo":
            message[settings.photo_field] = f"{MEDIA}/{message_id}.jpg"
            message["caption"] = str(order.get("caption", ""))
        case "sticker":
            message["sticker"] = opaque_id("sticker", 1)
            message["url"] = f"{MEDIA}/sticker.png"
        case "voice":
            message["voice_url"] = f"{MEDIA}/{message_id}.aac"
    return message
