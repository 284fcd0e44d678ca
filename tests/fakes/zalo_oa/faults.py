"""Scripted misfortune: which calls go wrong, how, and how often."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, fields
from typing import Any, Literal, get_args

FaultKind = Literal["latency", "refused", "server_error", "hangup", "answer_lost", "timeout", "malformed"]
BodyKind = Literal["half", "html", "empty"]
KINDS: tuple[str, ...] = get_args(FaultKind)
SENDING = frozenset({"cs", "template", "template_phone", "group", "broadcast"})


@dataclass(slots=True)
class Fault:
    """One line of the script.

    kind: latency (answer ``ms`` later, then go on) · refused (error ``code`` with its words or ``reason``, nothing
    accepted) · server_error (HTTP ``status`` with a page, nothing accepted) · hangup (connection reset, nothing
    accepted) · answer_lost (accepted, also a token rotated, then the connection is closed, or with ``silent`` left
    open without an answer) · timeout (neither accepted nor answered for ``ms``, 0 = until the client gives up) ·
    malformed (status 200 and a ``body`` that is half an answer, an html page, or empty; accepted unless ``accepted``
    is false).

    Which calls: ``methods``, the names of routes as the journal has them (default: sends; ["*"] = all; "refresh" and
    "exchange" are the calls for tokens), ``recipient`` (an id that stands in the body), ``probability`` (decided by
    ``seed``), not the first ``after`` of them, ``times`` calls and no more.
    """

    kind: FaultKind
    times: int | None = None
    after: int = 0
    recipient: str | None = None
    methods: list[str] = field(default_factory=list)
    probability: float = 1.0
    seed: int = 0
    ms: float = 0.0
    code: int = -200
    reason: str = ""
    status: int = 500
    body: BodyKind = "half"
    accepted: bool = True
    silent: bool = False
    hits: int = 0
    passed: int = 0
    dice: random.Random = field(default_factory=random.Random)

    def wants(self, name: str, raw: bytes) -> bool:
        """Whether this call is a victim; a call that is counts as one of ``times``."""
        if self.times is not None and self.hits >= self.times:
            return False
        if self.methods:
            if "*" not in self.methods and name not in self.methods:
                return False
        elif name not in SENDING:
            return False
        if self.recipient is not None and self.recipient.encode() not in raw:
            return False
        if self.probability < 1.0 and self.dice.random() >= self.probability:
            return False
        if self.passed < self.after:
            self.passed += 1
            return False
        self.hits += 1
        return True


_OWN = {"hits", "dice", "passed"}


def read_fault(script: dict[str, Any]) -> Fault:
    """A fault from its JSON form; raises ValueError for a kind or member that does not exist."""
    unknown = set(script) - ({each.name for each in fields(Fault)} - _OWN)
    if unknown:
        raise ValueError(f"no such property of a fault: {', '.join(sorted(unknown))}")
    if script.get("kind") not in KINDS:
        raise ValueError(f"no such kind of fault: {script.get('kind')}")
    if script.get("body", "half") not in get_args(BodyKind):
        raise ValueError(f"no such body: {script['body']}")
    fault = Fault(**script)
    fault.dice = random.Random(fault.seed)
    return fault


def pick(faults: list[Fault], name: str, raw: bytes) -> tuple[float, Fault | None]:
    """Seconds to wait, and the fault that ends this call, if any. Latencies add up."""
    delay = 0.0
    for fault in faults:
        if fault.wants(name, raw):
            if fault.kind != "latency":
                return delay, fault
            delay += fault.ms / 1000.0
    return delay, None
