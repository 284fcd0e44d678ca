"""The truth that tests count from: every accepted act, every call, every delivery, every token given."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from dataclasses import asdict, dataclass, field
from typing import Any

CALLS_KEPT = 200_000


@dataclass(slots=True)
class Act:
    """Something that was accepted: a message, a broadcast, a reaction.

    ``route``: cs, template, template_phone, group, broadcast, reaction or anonymous. ``recipient``: whom for: the
    id of a resident, group or conversation, a phone number, or "target". ``content``: text, image, gif, sticker,
    file, list, buttons, request_user_info, template, article. ``message``: what was sent, when it is more than a
    text. ``at`` is the fake's time, ``monotonic`` the machine's clock, the same in every program. ``price`` is in
    VND; ``quota_type`` as answered, empty for a charged message. ``pair``: the number of the token pair it came
    with. ``event``: the newest event of that resident that had been delivered. ``reach``: residents reached by a
    broadcast. ``answered`` is false when a fault kept the answer back.
    """

    sequence: int
    route: str
    recipient: str
    message_id: str
    text: str
    content: str
    at: float
    monotonic: float
    price: int = 0
    quota_type: str = ""
    pair: int = 0
    event: int | None = None
    message: dict[str, Any] | None = None
    quote: str | None = None
    reach: list[str] | None = None
    answered: bool = True


@dataclass(slots=True)
class CallMade:
    """One call of any kind and the error number it was answered with (0: success; an HTTP status for faults)."""

    name: str
    at: float
    monotonic: float
    error: int
    pair: int


@dataclass(slots=True)
class TokenCall:
    """One call for tokens. ``pair``: the number of the pair that was given, 0 for none."""

    kind: str
    at: float
    error: int
    pair: int
    answered: bool = True


@dataclass(slots=True)
class DeliveryAttempt:
    """One POST to the webhook; ``num_retry`` 0 is the first try, ``outcome`` the HTTP status or what went wrong."""

    event: int
    event_name: str
    num_retry: int
    started: float
    finished: float
    outcome: int | str


@dataclass(slots=True)
class _Waiter:
    count: int
    recipient: str | None
    done: asyncio.Future[None]


@dataclass(slots=True)
class Journal:
    """Lists that only grow until ``reset``."""

    sends: list[Act] = field(default_factory=list)
    calls: deque[CallMade] = field(default_factory=lambda: deque(maxlen=CALLS_KEPT))
    token_calls: list[TokenCall] = field(default_factory=list)
    deliveries: list[DeliveryAttempt] = field(default_factory=list)
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    by_recipient: dict[str, list[Act]] = field(default_factory=dict)
    by_message: dict[str, Act] = field(default_factory=dict)
    hangups: int = 0
    undelivered: int = 0
    unheard: int = 0
    _waiters: list[_Waiter] = field(default_factory=list)

    def add_send(self, act: Act) -> None:
        self.sends.append(act)
        self.by_message[act.message_id] = act
        to_them = self.by_recipient.get(act.recipient)
        if to_them is None:
            self.by_recipient[act.recipient] = [act]
        else:
            to_them.append(act)
        if self._waiters:
            self._wake()

    def note_call(self, name: str, at: float, error: int, pair: int) -> None:
        self.calls.append(CallMade(name, at, time.monotonic(), error, pair))
        self.answers[name, error] += 1

    def mark_unanswered(self, first_send: int, first_token_call: int) -> None:
        """What was accepted from there on, its sender was not told."""
        for act in self.sends[first_send:]:
            act.answered = False
        for token_call in self.token_calls[first_token_call:]:
            token_call.answered = False

    def sends_to(self, recipient: str | None) -> list[Act]:
        return self.sends if recipient is None else self.by_recipient.get(recipient, [])

    def _wake(self) -> None:
        for waiter in self._waiters:
            if not waiter.done.done() and len(self.sends_to(waiter.recipient)) >= waiter.count:
                waiter.done.set_result(None)

    async def wait_for_sends(self, count: int, recipient: str | None, patience: float) -> bool:
        """Whether ``count`` sends (to them) had been accepted before ``patience`` seconds were over."""
        if len(self.sends_to(recipient)) >= count:
            return True
        waiter = _Waiter(count, recipient, asyncio.get_running_loop().create_future())
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
        """Sums for a quick look; ``answers`` is keyed "name error"."""
        return {
            "sends": len(self.sends),
            "recipients": len(self.by_recipient),
            "unanswered": sum(1 for act in self.sends if not act.answered),
            "delivery_attempts": len(self.deliveries),
            "undelivered": self.undelivered,
            "unheard": self.unheard,
            "hangups": self.hangups,
            "answers": {f"{name} {error}": count for (name, error), count in sorted(self.answers.items())},
        }


def to_rows(records: list[Any]) -> list[dict[str, Any]]:
    return [asdict(record) for record in records]
