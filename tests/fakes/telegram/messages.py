"""Every message of the fake's world, sent and received, and its JSON form."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from json.encoder import encode_basestring
from typing import Any

from tests.fakes.telegram.chats import Chat


@dataclass(slots=True)
class StoredMessage:
    """One message; ``content`` holds the members that differ by type (text, entities, photo, caption, …)."""

    message_id: int
    chat: Chat
    date: int
    from_bot: bool
    sender: dict[str, Any] | None
    content: dict[str, Any]
    markup: dict[str, Any] | None = None
    reply_to: int | None = None
    edit_date: int | None = None


@dataclass(slots=True)
class Archive:
    """Messages by id. One counter serves all chats, as it does for a bot's private chats."""

    bot_shape: dict[str, Any]
    bot_text: str = ""
    by_id: dict[int, StoredMessage] = field(default_factory=dict)
    last_id: int = 100

    def __post_init__(self) -> None:
        self.bot_text = json.dumps(self.bot_shape, ensure_ascii=False)

    def next_id(self) -> int:
        self.last_id += 1
        return self.last_id

    def find(self, chat_id: int, message_id: int) -> StoredMessage | None:
        message = self.by_id.get(message_id)
        return message if message is not None and message.chat.chat_id == chat_id else None

    def to_json(self, message: StoredMessage, *, with_reply: bool = True) -> dict[str, Any]:
        """The Message object; a quoted message is given without its own quote, as the server does."""
        shape: dict[str, Any] = {"message_id": message.message_id}
        if message.chat.kind != "channel":
            shape["from"] = self.bot_shape if message.from_bot else message.sender
        else:
            shape["sender_chat"] = message.chat.to_json()
        shape["chat"] = message.chat.to_json()
        shape["date"] = message.date
        if message.edit_date is not None:
            shape["edit_date"] = message.edit_date
        if with_reply and message.reply_to is not None:
            quoted = self.find(message.chat.chat_id, message.reply_to)
            if quoted is not None:
                shape["reply_to_message"] = self.to_json(quoted, with_reply=False)
        shape.update(message.content)
        if message.markup is not None:
            shape["reply_markup"] = message.markup
        return shape

    def answer(self, message: StoredMessage) -> bytes:
        """The whole successful answer of a send; plain text takes the short way because benches send it."""
        if (
            len(message.content) == 1
            and "text" in message.content
            and message.markup is None
            and message.reply_to is None
            and message.edit_date is None
            and message.chat.kind != "channel"
        ):
            return (
                f'{{"ok":true,"result":{{"message_id":{message.message_id},"from":{self.bot_text},'
                f'"chat":{message.chat.shape},"date":{message.date},'
                f'"text":{encode_basestring(message.content["text"])}}}}}'
            ).encode()
        return ok(self.to_json(message))


def ok(result: Any, description: str | None = None) -> bytes:
    """A successful answer; only the webhook methods carry a description."""
    answer: dict[str, Any] = {"ok": True, "result": result}
    if description is not None:
        answer["description"] = description
    return json.dumps(answer, ensure_ascii=False).encode()
