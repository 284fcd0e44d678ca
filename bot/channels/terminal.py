"""The terminal as a channel: numbered lines instead of buttons, replies handed to a callback."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from bot.errors import CannotBeWithdrawn
from bot.messages import Address, Capabilities, Limits, OutgoingMessage, Receipt, Taken, Update, UpdateKind
from bot.storage.inbox import Claimed, Received


class Terminal:
    """One person at one keyboard; every line typed is an update."""

    name = "terminal"
    account = "main"
    limits = Limits(text_units=8000, utf16=False, button_rows=30)
    capabilities = Capabilities(buttons=False, attachments=False, subscribable=True)

    def __init__(self, show: Callable[[str], None]) -> None:
        self._show = show
        self._typed = 0

    def receive(self, headers: Mapping[str, str], body: bytes, now: datetime) -> list[Received]:
        self._typed += 1
        text = body.decode(errors="replace")
        stored = json.dumps({"text": text}, ensure_ascii=False)
        return [Received(self.name, self.account, f"{now.timestamp()}-{self._typed}", "keyboard", stored, now)]

    def read(self, row: Claimed) -> Update | None:
        text = json.loads(row.body)["text"]
        return Update(row.key, row.address, UpdateKind.TEXT, row.received_at, text=text)

    async def send(self, address: Address, message: OutgoingMessage) -> Receipt:
        self._show(message.text)
        return Receipt("shown")

    async def withdraw(self, address: Address, message_id: str, words: str, age: timedelta) -> Taken:
        """A line that was shown has been shown."""
        raise CannotBeWithdrawn

    async def noticed(self, update: Update) -> None:
        """There are no buttons to take notice of."""
