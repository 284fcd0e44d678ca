"""The knobs of the fake, each with the figure that the real server is known or said to use."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Literal

DEFAULT_TOKEN = "7400000001:FAKE-" + "0" * 30

LimitMode = Literal["off", "strict"]


@dataclass(slots=True)
class LimitRules:
    """How much may be sent. Source of the defaults: Bots FAQ figures (30/s, 1/s, 20/min).

    ``replies_count`` says whether a send within ``reply_window`` seconds after an incoming update of the same
    chat is counted against ``bot_per_second``; both readings of the FAQ exist in the wild, so both are
    offered. A refusal asks for ``base_retry_after`` seconds; a request that comes before the deadline and
    later than ``escalation_grace`` seconds after the refusal was given (so it was not simply in flight)
    multiplies it.
    """

    mode: LimitMode = "off"
    bot_per_second: int = 30
    chat_per_second: float = 1.0
    chat_burst: int = 3
    group_per_minute: int = 20
    paid_per_second: int = 1000
    replies_count: bool = True
    reply_window: float = 60.0
    edits_count: bool = True
    base_retry_after: int = 3
    escalation_factor: float = 2.0
    escalation_grace: float = 0.5
    max_retry_after: int = 3600


@dataclass(slots=True)
class Settings:
    """Everything about one fake bot that a test may choose; durations are seconds.

    ``repeat_wait`` and ``conflict_delay`` are the 3 s rules of getUpdates, ``repeat_limit_window`` its 0.5 s
    rule (server source, Client.cpp). ``callback_window`` is how long a callback query may be answered:
    unpublished, 15 s is what developers report. ``scale`` multiplies every duration of webhook delivery and
    of update expiry, so that the 2, 4, 8 … s schedule and the 24 h / 150 s lives can be watched in a test;
    ``answer_timeout`` is the 60 s a webhook gets, already scaled unless given.
    """

    token: str = DEFAULT_TOKEN
    bot_name: str = "Fake bot"
    username: str = "fake_information_bot"
    first_update_id: int = 500_000_001
    limits: LimitRules = field(default_factory=LimitRules)
    reject_unknown_chats: bool = False
    repeat_wait: float = 3.0
    repeat_limit_window: float = 0.5
    conflict_delay: float = 3.0
    callback_window: float = 15.0
    require_https: bool = False
    scale: float = 1.0
    answer_timeout: float | None = None
    seed: int = 0

    @property
    def bot_id(self) -> int:
        return int(self.token.partition(":")[0])


def apply_changes(target: LimitRules | Settings, changes: dict[str, Any]) -> None:
    """Set the named fields of ``target``; raises ValueError for a name or type it does not have."""
    known = {each.name for each in fields(target)}
    for name, value in changes.items():
        if name not in known or name in ("limits", "token"):
            raise ValueError(f"no such setting: {name}")
        current = getattr(target, name)
        if isinstance(current, bool) != isinstance(value, bool):
            raise ValueError(f"wrong type for setting {name}")
        if isinstance(current, str) != isinstance(value, str):
            raise ValueError(f"wrong type for setting {name}")
        if name == "mode" and value not in ("off", "strict"):
            raise ValueError("mode is off or strict")
        setattr(target, name, value)
