"""What every channel is: it reads what came in and sends what goes out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Protocol

from bot.messages import Address, Capabilities, Limits, OutgoingMessage, Receipt, Taken, Update
from bot.storage.inbox import Claimed, Received


class Channel(Protocol):
    """One account of one channel.

    ``receive`` judges raw bytes (raises Forged or Malformed) and returns rows without files and names.
    ``read`` turns a stored row into an Update; None means there is nothing to react to.
    ``send`` raises one of the ChannelErrors; it returns only when the channel took the message over.
    ``withdraw`` takes back what has arrived, or puts ``words`` in its place when it is too old (``age``) for that;
    twice is as good as once. It raises a ChannelError, CannotBeWithdrawn when the message stays where it is, as on
    every channel without ``capabilities.withdraws``.
    """

    name: str
    account: str
    limits: Limits
    capabilities: Capabilities

    def receive(self, headers: Mapping[str, str], body: bytes, now: datetime) -> list[Received]: ...

    def read(self, row: Claimed) -> Update | None: ...

    async def send(self, address: Address, message: OutgoingMessage) -> Receipt: ...

    async def withdraw(self, address: Address, message_id: str, words: str, age: timedelta) -> Taken: ...

    async def noticed(self, update: Update) -> None:
        """Tell the resident's app that a button was taken, or that no answer will come; never raises."""
        ...
