"""The methods the fake knows, by their exact names, and the way to run one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from tests.fakes.zalo_bot.journal import Act
from tests.fakes.zalo_bot.parameters import Call
from tests.fakes.zalo_bot.receiving import Receiver
from tests.fakes.zalo_bot.refusals import bad_request, refusal_of
from tests.fakes.zalo_bot.state import FakeBot

LONGEST_TEXT = 2000
NO_RESULT = object()
Method = Callable[[Call], Awaitable[Any]]


def text_units(text: str) -> int:
    """Length in UTF-16 units: styles are counted in them, and of the two readings it is the stricter."""
    return len(text.encode("utf-16-le")) // 2


class Desk:
    """Runs calls for one bot."""

    def __init__(self, bot: FakeBot) -> None:
        self.bot = bot
        self.receiver = Receiver(bot)
        self._methods: dict[str, Method] = {
            "getMe": self._get_me,
            "getUpdates": self.receiver.get_updates,
            "setWebhook": self.receiver.set_webhook,
            "deleteWebhook": self.receiver.delete_webhook,
            "getWebhookInfo": self.receiver.describe_webhook,
            "sendMessage": self._send_message,
            "sendPhoto": self._send_photo,
            "sendSticker": self._send_sticker,
            "sendVoice": self._send_voice,
            "sendChatAction": self._send_chat_action,
        }

    async def run(self, call: Call) -> Any:
        """The ``result`` of the answer, an Act for a send, or NO_RESULT; raises Refusal."""
        method = self._methods.get(call.method)
        if method is None:
            raise refusal_of(404)
        return await method(call)

    async def _get_me(self, call: Call) -> Any:
        settings = self.bot.settings
        return {
            "id": settings.bot_id,
            "account_name": settings.account_name,
            "account_type": "BASIC",
            "can_join_groups": settings.can_join_groups,
        }

    def _send(self, call: Call, *, text: str = "", content: str = "") -> Act:
        chat_id = call.required("chat_id")
        self.bot.admit(chat_id)
        return self.bot.record(call.method, chat_id, text, content, sorted(call.parameters))

    async def _send_message(self, call: Call) -> Any:
        text = call.required("text")
        if text_units(text) > LONGEST_TEXT:
            raise bad_request(f"The text is longer than {LONGEST_TEXT} characters")
        if call.text("parse_mode") not in ("", "markdown", "html"):
            raise bad_request("The parse_mode is not known")
        return self._send(call, text=text)

    async def _send_photo(self, call: Call) -> Any:
        caption = call.text("caption")
        if text_units(caption) > LONGEST_TEXT:
            raise bad_request(f"The caption is longer than {LONGEST_TEXT} characters")
        photo = _address(call, "photo")
        await asyncio.sleep(self.bot.settings.photo_ms / 1000.0)
        return self._send(call, text=caption, content=photo)

    async def _send_sticker(self, call: Call) -> Any:
        return self._send(call, content=call.required("sticker"))

    async def _send_voice(self, call: Call) -> Any:
        return self._send(call, content=_address(call, "voice_url"))

    async def _send_chat_action(self, call: Call) -> Any:
        if call.required("action") != "typing":
            raise bad_request("The action is not supported")
        sequence, at, monotonic = self.bot.journal.stamp()
        self.bot.journal.acts.append(Act(sequence, call.method, call.required("chat_id"), "", "typing", at, monotonic))
        return NO_RESULT


def _address(call: Call, name: str) -> str:
    """A public address that the platform would fetch."""
    value = call.required(name)
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise bad_request(f"The {name} must be a URL")
    return value
