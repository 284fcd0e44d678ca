"""Scripted misfortune: which calls go wrong, how, and how often."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any, Literal, get_args

FaultKind = Literal[
    "latency", "server_error", "hangup", "answer_lost", "timeout", "malformed", "unauthorized", "conflict"
]
KINDS: tuple[str, ...] = get_args(FaultKind)

# Calls that change what a resident sees; the default victims, so that polling does not use a fault up.
SENDING = frozenset(
    {
        *("sendmessage", "sendphoto", "senddocument", "sendvoice"),
        *("editmessagetext", "editmessagecaption", "editmessagereplymarkup", "deletemessage"),
    }
)


@dataclass(slots=True)
class Fault:
    """One line of the script.

    kind: latency (answer ``ms`` later, then go on) · server_error (HTTP ``status``, nothing accepted) ·
    hangup (connection reset before the request is read) · answer_lost (accepted and logged, then the
    connection is closed, or with ``silent`` left open without an answer) · timeout (neither accepted nor
    answered for ``ms``, 0 = for ever) · malformed (broken JSON with status 200; accepted unless ``accepted``
    is false) · unauthorized · conflict.

    Which calls: ``methods`` (default: sends, edits and deletions; ["*"] = all), ``chat_id``, ``probability``
    (decided by ``seed``), ``times`` calls and no more, during ``window_ms`` after it was set.
    """

    kind: FaultKind
    times: int | None = None
    chat_id: int | None = None
    methods: list[str] = field(default_factory=list)
    probability: float = 1.0
    seed: int = 0
    window_ms: float | None = None
    ms: float = 0.0
    jitter_ms: float = 0.0
    status: int = 500
    accepted: bool = True
    silent: bool = False
    hits: int = 0
    ends_at: float | None = None
    dice: random.Random = field(default_factory=random.Random)

    def wants(self, method: str, chat_id: int | None, now: float) -> bool:
        """Whether this call is a victim; a call that is counts as one of ``times``."""
        if self.times is not None and self.hits >= self.times:
            return False
        if self.ends_at is not None and now >= self.ends_at:
            return False
        if self.methods:
            if "*" not in self.methods and method not in self.methods:
                return False
        elif method not in SENDING:
            return False
        if self.chat_id is not None and self.chat_id != chat_id:
            return False
        if self.probability < 1.0 and self.dice.random() >= self.probability:
            return False
        self.hits += 1
        return True

    def delay(self) -> float:
        """Seconds of a latency fault."""
        return (self.ms + (self.dice.uniform(0.0, self.jitter_ms) if self.jitter_ms else 0.0)) / 1000.0


_OWN = {"hits", "ends_at", "dice"}


def read_fault(script: dict[str, Any], now: float) -> Fault:
    """A fault from its JSON form; raises ValueError for a kind or member that does not exist."""
    unknown = set(script) - {each.name for each in fields(Fault)} | (set(script) & _OWN)
    if unknown:
        raise ValueError(f"no such property of a fault: {', '.join(sorted(unknown))}")
    if script.get("kind") not in KINDS:
        raise ValueError(f"no such kind of fault: {script.get('kind')}")
    fault = Fault(**script)
    fault.methods = [name.lower() for name in fault.methods]
    fault.dice = random.Random(fault.seed)
    if fault.window_ms is not None:
        fault.ends_at = now + fault.window_ms / 1000.0
    return fault


class FaultScript:
    """The faults in force, asked in the order in which they were set."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def pick(self, method: str, chat_id: int | None, now: float) -> tuple[float, Fault | None]:
        """Seconds to wait, and the fault that ends this call, if any. Latencies add up."""
        delay = 0.0
        for fault in self.faults:
            if fault.wants(method, chat_id, now):
                if fault.kind != "latency":
                    return delay, fault
                delay += fault.delay()
        return delay, None

    def replace(self, faults: Iterable[Fault]) -> None:
        self.faults = list(faults)

    @property
    def needs_chat(self) -> bool:
        return any(fault.chat_id is not None for fault in self.faults)
