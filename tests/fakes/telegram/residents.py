"""What the people on the other side do: write, press, send a picture, block; each becomes an update."""

from __future__ import annotations

import time
from typing import Any

from tests.fakes.telegram.chats import Chat
from tests.fakes.telegram.files import FileKind, describe
from tests.fakes.telegram.messages import StoredMessage
from tests.fakes.telegram.state import FakeBot, Press
from tests.fakes.telegram.texts import find_entities
from tests.fakes.telegram.updates import Pending

Order = dict[str, Any]

PIXEL = bytes.fromhex(  # the smallest grey JPEG header that says 90 x 60; enough for whoever looks at its size
    "ffd8ffe000104a46494600010100000100010000ffc0000b08003c005a01011100ffd9"
)


def _whole(order: Order, name: str) -> int:
    value = order.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"{name} must be a whole number")
    return value


def _words(order: Order, name: str, default: str | None = None) -> str:
    value = order.get(name, default)
    if not isinstance(value, str):
        raise ValueError(f"{name} must be text")
    return value


class Residents:
    """Turns orders of the control interface into updates; raises ValueError for one without sense."""

    def __init__(self, bot: FakeBot) -> None:
        self.bot = bot

    def act(self, order: Order) -> dict[str, int | None]:
        """Carry out one order; gives ``update_id`` (None when the bot did not ask for such updates) and
        ``message_id``.
        """
        self.bot.queue.next_id += int(order.get("skip_ids", 0))
        kind = _words(order, "kind")
        match kind:
            case "edited":
                return self._edit(order)
            case "press":
                return self._press(order)
            case "membership":
                return self._change_membership(order)
            case "raw":
                return self._raw(order)
        return self._write(order, self._content(kind, order))

    # -- messages

    def _content(self, kind: str, order: Order) -> dict[str, Any]:
        match kind:
            case "text":
                return self._text(_words(order, "text"))
            case "forwarded":
                origin = {
                    "type": "hidden_user",
                    "date": int(time.time()) - 60,
                    "sender_user_name": "Somebody",
                }
                return {"forward_origin": origin} | self._text(_words(order, "text"))
            case "contact":
                name = _words(order, "first_name", "Somebody")
                return {"contact": {"phone_number": _words(order, "phone_number"), "first_name": name}}
            case "location":
                latitude, longitude = float(order["latitude"]), float(order["longitude"])
                return {"location": {"latitude": latitude, "longitude": longitude}}
            case "photo":
                return self._file("Photo", order, PIXEL, width=90, height=60)
            case "voice":
                return self._file("Voice", order, b"OggS", duration=3)
            case "sticker":
                return self._file("Sticker", order, b"RIFF")
            case "document":
                return self._file("Document", order, b"%PDF-1.4")
        raise ValueError(f"no such kind of update: {kind}")

    @staticmethod
    def _text(text: str) -> dict[str, Any]:
        entities = find_entities(text)
        return {"text": text, "entities": entities} if entities else {"text": text}

    def _file(self, kind: FileKind, order: Order, content: bytes, **sizes: int) -> dict[str, Any]:
        stored = self.bot.files.add(kind, "file.bin", "application/octet-stream", content, **sizes)
        member, shape = describe(stored)
        caption = _words(order, "caption", "")
        return {member: shape} | ({"caption": caption} if caption else {})

    def _sender(self, chat: Chat, order: Order) -> dict[str, Any]:
        if order.get("is_bot"):
            other_id = _whole(order, "from_id")
            name = {"first_name": f"Bot {other_id}", "username": f"other_{other_id}_bot"}
            return {"id": other_id, "is_bot": True} | name
        if chat.kind == "private":
            return chat.sender()
        return self.bot.chats.obtain(_whole(order, "from_id")).sender()

    def _write(self, order: Order, content: dict[str, Any]) -> dict[str, int | None]:
        chat = self.bot.chats.obtain(_whole(order, "chat_id"))
        if chat.kind == "private" and chat.state in ("blocked", "never_started"):
            chat.state = "normal"  # who writes to a bot has started it and does not block it
        sender = None if chat.kind == "channel" else self._sender(chat, order)
        message = StoredMessage(
            self.bot.messages.next_id(),
            chat,
            int(order.get("date", time.time())),
            False,
            sender,
            content,
            None,
            order.get("reply_to"),
        )
        self.bot.messages.by_id[message.message_id] = message
        update = self._queue("channel_post" if chat.kind == "channel" else "message", self.shape_of(message), order)
        return _outcome(update, message.message_id)

    def shape_of(self, message: StoredMessage) -> dict[str, Any]:
        return self.bot.messages.to_json(message)

    def _edit(self, order: Order) -> dict[str, int | None]:
        message = self.bot.messages.find(_whole(order, "chat_id"), _whole(order, "message_id"))
        if message is None or message.from_bot:
            raise ValueError("only a message that a resident sent can be edited by a resident")
        message.content = self._text(_words(order, "text"))
        message.edit_date = int(time.time())
        kind = "edited_channel_post" if message.chat.kind == "channel" else "edited_message"
        return _outcome(self._queue(kind, self.shape_of(message), order), message.message_id)

    # -- buttons, membership, anything else

    def _press(self, order: Order) -> dict[str, int | None]:
        chat = self.bot.chats.obtain(_whole(order, "chat_id"))
        message = self._pressed_message(chat, order)
        payload = _words(order, "callback_data", "") or _button_payload(message, order.get("button"))
        if not order.get("unchecked") and (message is None or payload not in _payloads(message)):
            raise ValueError("no message of that chat has such a button")
        shown: dict[str, Any] = {"chat": chat.to_json(), "message_id": order.get("message_id", 1), "date": 0}
        if message is not None:
            shown = self.shape_of(message)
        query_id = str(self.bot.random.getrandbits(62))
        content = {
            "id": query_id,
            "from": self._sender(chat, order),
            "message": shown,
            "chat_instance": str(7_919_000_000_000 + abs(chat.chat_id)),
            "data": payload,
        }
        self.bot.presses[query_id] = Press(chat.chat_id, time.monotonic())
        return _outcome(self._queue("callback_query", content, order), shown["message_id"])

    def _pressed_message(self, chat: Chat, order: Order) -> StoredMessage | None:
        if "message_id" in order:
            return self.bot.messages.find(chat.chat_id, _whole(order, "message_id"))
        for act in reversed(self.bot.journal.sends):
            if act.chat_id == chat.chat_id:
                message = self.bot.messages.find(chat.chat_id, act.message_id)
                if message is not None and message.markup is not None:
                    return message
        return None

    def _change_membership(self, order: Order) -> dict[str, int | None]:
        """``status``: kicked (blocked, or removed from a group), left, member (unblocked, or added)."""
        chat = self.bot.chats.obtain(_whole(order, "chat_id"))
        status = _words(order, "status")
        if status not in ("kicked", "left", "member"):
            raise ValueError("status is kicked, left or member")
        if status == "member":
            chat.state = "normal"
        elif status == "left":
            chat.state = "left"
        else:
            chat.state = "blocked" if chat.kind == "private" else "kicked"
        before = "kicked" if status == "member" and chat.kind == "private" else "member"
        if status == "member" and chat.kind != "private":
            before = "left"
        content = {
            "chat": chat.to_json(),
            "from": self._sender(chat, order),
            "date": int(time.time()),
            "old_chat_member": self._member(before),
            "new_chat_member": self._member(status),
        }
        return _outcome(self._queue("my_chat_member", content, order), None)

    def _member(self, status: str) -> dict[str, Any]:
        member = {"user": self.bot.shape, "status": status}
        return member | {"until_date": 0} if status == "kicked" else member

    def _raw(self, order: Order) -> dict[str, int | None]:
        update = order.get("update")
        if not isinstance(update, dict):
            raise ValueError("update must be an object")
        kinds = [name for name in update if name != "update_id"]
        if len(kinds) != 1:
            raise ValueError("an update has exactly one member besides update_id")
        return _outcome(self._queue(kinds[0], update[kinds[0]], order), None)

    def _queue(self, kind: str, content: dict[str, Any], order: Order) -> Pending | None:
        life = order.get("life")
        return self.bot.queue.add(kind, content, float(life) if life is not None else None)


def _outcome(update: Pending | None, message_id: int | None) -> dict[str, int | None]:
    return {"update_id": update.update_id if update is not None else None, "message_id": message_id}


def _payloads(message: StoredMessage) -> list[str]:
    rows = (message.markup or {}).get("inline_keyboard", [])
    return [button["callback_data"] for row in rows for button in row if "callback_data" in button]


def _button_payload(message: StoredMessage | None, button: object) -> str:
    """The callback_data of a button named by its text or by its place counted from 0."""
    if message is not None and message.markup is not None:
        buttons = [each for row in message.markup["inline_keyboard"] for each in row]
        for place, each in enumerate(buttons):
            if "callback_data" in each and (button == place or button == each["text"] or button is None):
                return str(each["callback_data"])
    return ""
