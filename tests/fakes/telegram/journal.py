"""The truth that tests count from: every accepted act, every webhook attempt, every answer given."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(slots=True)
class Act:
    """Something the bot did that Telegram accepted: a send, an edit, a deletion, an answered button.

    ``at`` is Unix time, ``monotonic`` the system-wide monotonic clock (the same in every program of this
    machine). ``update_id`` is the newest update of that chat that had been handed to the bot, ``after`` the
    seconds since that; both None when nothing came in within the reply window. ``answered`` is false when a
    fault kept the answer back.
    """

    sequence: int
    method: str
    chat_id: int
    message_id: int
    text: str
    at: float
    monotonic: float
    update_id: int | None = None
    after: float | None = None
    reply_to: int | None = None
    file_id: str | None = None
    markup: dict[str, Any] | None = None
    entities: list[dict[str, Any]] | None = None
    paid: bool = False
    answered: bool = True


@dataclass(slots=True)
class DeliveryAttempt:
    """One POST of an update to the webhook; ``outcome`` is the HTTP status, or a phrase without one."""

    update_id: int
    queue: str
    attempt: int
    connection: int
    started: float
    finished: float
    outcome: int | str


@dataclass(slots=True)
class _Waiter:
    count: int
    chat_id: int | None
    done: asyncio.Future[None]


@dataclass(slots=True)
class Journal:
    """Lists that only grow until ``reset``; sends are apart because most questions are about them."""

    sends: list[Act] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    deliveries: list[DeliveryAttempt] = field(default_factory=list)
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    sends_by_chat: Counter[int] = field(default_factory=Counter)
    hangups: int = 0
    _sequence: int = 0
    _waiters: list[_Waiter] = field(default_factory=list)

    def stamp(self) -> tuple[int, float, float]:
        self._sequence += 1
        return self._sequence, time.time(), time.monotonic()

    def add_send(self, act: Act) -> None:
        self.sends.append(act)
        self.sends_by_chat[act.chat_id] += 1
        if self._waiters:
            self._wake()

    def _reached(self, count: int, chat_id: int | None) -> bool:
        return (len(self.sends) if chat_id is None else self.sends_by_chat[chat_id]) >= count

    def _wake(self) -> None:
        for waiter in self._waiters:
            if not waiter.done.done() and self._reached(waiter.count, waiter.chat_id):
                waiter.done.set_result(None)

    async def wait_for_sends(self, count: int, chat_id: int | None, patience: float) -> bool:
        """Whether ``count`` sends (to that chat) had been accepted before ``patience`` seconds were over."""
        if self._reached(count, chat_id):
            return True
        waiter = _Waiter(count, chat_id, asyncio.get_running_loop().create_future())
        self._waiters.append(waiter)
        try:
            async with asyncio.timeout(patience):
                await waiter.done
            return True
        except TimeoutError:
            return False
        finally:
            self._waiters.remove(waiter)

    def counts(self) -> dict[str, Any]:
        """Sums for a quick look; ``answers`` is keyed "method status"."""
        return {
            "sends": len(self.sends),
            "acts": len(self.acts),
            "unanswered": sum(1 for act in self.sends if not act.answered),
            "chats": len(self.sends_by_chat),
            "delivery_attempts": len(self.deliveries),
            "hangups": self.hangups,
            "answers": {f"{method} {status}": count for (method, status), count in sorted(self.answers.items())},
        }


def to_rows(records: list[Act] | list[DeliveryAttempt]) -> list[dict[str, Any]]:
    return [asdict(record) for record in records]
