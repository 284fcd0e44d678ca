"""The truth that tests count from: every accepted send, every poll, every webhook attempt, every answer given."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(slots=True)
class Act:
    """Something the bot did that the platform accepted: a send, or a chat action.

    ``at`` is Unix time, ``monotonic`` the system's monotonic clock. ``event`` is the number of the newest update of
    that chat that the bot had been given. ``content`` is the address of a picture or a voice, or a sticker's id.
    ``answered`` is false when a fault kept the answer back.
    """

    sequence: int
    method: str
    chat_id: str
    message_id: str
    text: str
    at: float
    monotonic: float
    event: int | None = None
    content: str = ""
    parameters: list[str] = field(default_factory=list)
    answered: bool = True


@dataclass(slots=True)
class PollMade:
    """One getUpdates: the seconds it asked for, when it came and was answered, and with which update (None: none)."""

    timeout: float
    started: float
    finished: float
    event: int | None


@dataclass(slots=True)
class DeliveryAttempt:
    """One POST to the webhook; ``outcome`` is the HTTP status, or the kind of error without one.

    ``event`` is None for the probe of setWebhook.
    """

    event: int | None
    attempt: int
    started: float
    finished: float
    outcome: int | str


@dataclass(slots=True)
class Journal:
    """Lists that only grow until ``reset``."""

    sends: list[Act] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    polls: list[PollMade] = field(default_factory=list)
    deliveries: list[DeliveryAttempt] = field(default_factory=list)
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    hangups: int = 0
    undelivered: int = 0
    polls_at_once: int = 0
    _sequence: int = 0
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def stamp(self) -> tuple[int, float, float]:
        self._sequence += 1
        return self._sequence, time.time(), time.monotonic()

    def add_send(self, act: Act) -> None:
        self.sends.append(act)
        self._changed.set()
        self._changed = asyncio.Event()

    def sends_to(self, chat_id: str | None) -> list[Act]:
        return [act for act in self.sends if chat_id is None or act.chat_id == chat_id]

    async def wait_for_sends(self, count: int, chat_id: str | None, patience: float) -> bool:
        """Whether ``count`` sends (to that chat) had been accepted before ``patience`` seconds were over."""
        try:
            async with asyncio.timeout(patience):
                while len(self.sends_to(chat_id)) < count:
                    await self._changed.wait()
        except TimeoutError:
            return False
        return True

    def counts(self) -> dict[str, Any]:
        """Sums for a quick look; ``answers`` is keyed "method code"."""
        return {
            "sends": len(self.sends),
            "acts": len(self.acts),
            "unanswered": sum(not act.answered for act in self.sends),
            "polls": len(self.polls),
            "polls_at_once": self.polls_at_once,
            "delivery_attempts": len(self.deliveries),
            "undelivered": self.undelivered,
            "hangups": self.hangups,
            "answers": {f"{method} {code}": count for (method, code), count in sorted(self.answers.items())},
        }


def to_rows(records: Sequence[Act | PollMade | DeliveryAttempt]) -> list[dict[str, Any]]:
    return [asdict(record) for record in records]
