"""For tests and demonstrations: a channel that records and fails on request, and a clock that stands still."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.errors import CannotBeWithdrawn, ChannelError, ContentRejected, Malformed
from bot.messages import Address, Capabilities, Limits, OutgoingMessage, Receipt, Taken, Update, UpdateKind, storable
from bot.storage.inbox import Claimed, Received

_LONGEST_ID = 80  # as the tables keep it
_DELETABLE_FOR = timedelta(hours=48)  # as on Telegram


class ManualClock:
    """Time moves only when told to; sleeping moves it too, so nothing waits."""

    def __init__(self, now: datetime) -> None:
        if now.tzinfo is None:
            raise ValueError("a clock needs an aware time")
        self._now = now
        self._seconds = 0.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._seconds

    async def sleep(self, seconds: float) -> None:
        self.advance(seconds)
        await asyncio.sleep(0)

    def advance(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
        self._seconds += seconds


@dataclass(frozen=True, slots=True)
class Said:
    address: Address
    message: OutgoingMessage


@dataclass(slots=True)
class FakeChannel:
    """Records what is sent. ``script`` holds what the next sends do: an error to raise, or None to succeed;
    ``withdrawals`` the same of what is taken back. ``standing``: by message id, what its reader sees now.

    A script that is not used up by the end of a test is the test's mistake: ``close`` fails then.
    """

    name: str = "fake"
    account: str = "main"
    limits: Limits = field(default_factory=lambda: Limits(text_units=4096, utf16=True, button_rows=30))
    capabilities: Capabilities = field(
        default_factory=lambda: Capabilities(buttons=True, attachments=True, subscribable=True, withdraws=True)
    )
    script: deque[ChannelError | None] = field(default_factory=deque)
    said: list[Said] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    withdrawals: deque[ChannelError | None] = field(default_factory=deque)
    standing: dict[str, str] = field(default_factory=dict)

    def receive(self, headers: Mapping[str, str], body: bytes, now: datetime) -> list[Received]:
        """``{"key", "chat", "kind", "text" | "value", "hint", "at"}`` as JSON; nothing else of it is kept."""
        try:
            frame = json.loads(body)
            kept = {name: storable(str(frame[name])) for name in ("text", "value", "hint") if name in frame}
            kept["kind"] = UpdateKind(frame["kind"])
            if "at" in frame:
                kept["at"] = datetime.fromisoformat(frame["at"]).astimezone(UTC).isoformat()
            lane, key = str(frame["chat"]), str(frame["key"])
            if any(each != storable(each) or not 0 < len(each) <= _LONGEST_ID for each in (lane, key)):
                raise ValueError("no id")
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
            raise Malformed("not a frame of the fake channel") from error
        return [Received(self.name, self.account, key, lane, json.dumps(kept, ensure_ascii=False), now)]

    def read(self, row: Claimed) -> Update | None:
        frame = json.loads(row.body)
        return Update(
            key=row.key,
            address=row.address,
            kind=UpdateKind(frame["kind"]),
            at=datetime.fromisoformat(frame["at"]) if "at" in frame else row.received_at,
            text=frame.get("text", ""),
            value=frame.get("value", ""),
            language_hint=frame.get("hint", ""),
        )

    async def send(self, address: Address, message: OutgoingMessage) -> Receipt:
        await asyncio.sleep(0)
        if self.script:
            error = self.script.popleft()
            if error is not None:
                raise error
        units = len(message.text.encode("utf-16-le", "replace")) // 2 if self.limits.utf16 else len(message.text)
        if units > self.limits.text_units:
            raise ContentRejected("longer than the limits of this channel")
        self.said.append(Said(address, message))
        self.standing[str(len(self.said))] = message.text
        return Receipt(str(len(self.said)))

    async def withdraw(self, address: Address, message_id: str, words: str, age: timedelta) -> Taken:
        await asyncio.sleep(0)
        if not self.capabilities.withdraws:
            raise CannotBeWithdrawn
        if self.withdrawals:
            error = self.withdrawals.popleft()
            if error is not None:
                raise error
        if message_id not in self.standing:
            return Taken.GONE
        if age < _DELETABLE_FOR:
            del self.standing[message_id]
            return Taken.DELETED
        self.standing[message_id] = words
        return Taken.EDITED

    async def noticed(self, update: Update) -> None:
        self.taken.append(update.value)

    def close(self) -> None:
        left = [*self.script, *self.withdrawals]
        if left:
            raise AssertionError(f"{len(left)} scripted answers were never asked for")
