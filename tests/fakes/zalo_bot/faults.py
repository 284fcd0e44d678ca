"""Scripted misfortune: which calls go wrong, how, and how often."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, fields
from typing import Any, Literal, get_args

FaultKind = Literal["latency", "refused", "server_error", "hangup", "answer_lost", "timeout", "malformed"]
KINDS: tuple[str, ...] = get_args(FaultKind)
SENDING = frozenset({"sendMessage", "sendPhoto", "sendSticker", "sendVoice"})


@dataclass(slots=True)
class Fault:
    """One line of the script.

    kind: latency (answer ``ms`` later, then go on) · refused (error_code ``code``, say 429, nothing accepted; HTTP
    status ``status`` when given) · server_error (HTTP ``status``, nothing accepted) · hangup (connection reset before
    the call is read) · answer_lost (accepted and logged, an update taken, then the connection is closed, or with
    ``silent`` left open without an answer) · timeout (neither accepted nor answered for ``ms``, 0 = for ever) ·
    malformed (half an answer with status 200; accepted unless ``accepted`` is false).

    ``as_text``: the body of a refusal or of a server error is no JSON.

    Which calls: ``methods`` (default: sends; ["*"] = all), ``chat_id``, ``probability`` (decided by ``seed``),
    ``times`` calls and no more.
    """

    kind: FaultKind
    times: int | None = None
    chat_id: str | None = None
    methods: list[str] = field(default_factory=list)
    probability: float = 1.0
    seed: int = 0
    ms: float = 0.0
    code: int = 429
    status: int | None = None
    accepted: bool = True
    silent: bool = False
    as_text: bool = False
    hits: int = 0
    dice: random.Random = field(default_factory=random.Random)

    def wants(self, method: str, chat_id: str | None) -> bool:
        """Whether this call is a victim; a call that is counts as one of ``times``."""
        if self.times is not None and self.hits >= self.times:
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


_OWN = {"hits", "dice"}


def read_fault(script: dict[str, Any]) -> Fault:
    """A fault from its JSON form; raises ValueError for a kind or member that does not exist."""
    unknown = set(script) - ({each.name for each in fields(Fault)} - _OWN)
    if unknown:
        raise ValueError(f"no such property of a fault: {', '.join(sorted(unknown))}")
    if script.get("kind") not in KINDS:
        raise ValueError(f"no such kind of fault: {script.get('kind')}")
    fault = Fault(**script)
    fault.dice = random.Random(fault.seed)
    return fault


def pick(faults: list[Fault], method: str, chat_id: str | None) -> tuple[float, Fault | None]:
    """Seconds to wait, and the fault that ends this call, if any. Latencies add up."""
    delay = 0.0
    for fault in faults:
        if fault.wants(method, chat_id):
            if fault.kind != "latency":
                return delay, fault
            delay += fault.ms / 1000.0
    return delay, None
