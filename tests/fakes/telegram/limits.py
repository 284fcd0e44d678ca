"""Decide whether a send is within the rates, and remember who did not wait for a deadline (pure: time is
given).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from math import ceil

from tests.fakes.telegram.settings import LimitRules

MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Send:
    """What the limiter must know of one request; ``now`` is monotonic seconds."""

    now: float
    method: str
    chat_id: int
    is_reply: bool = False
    is_paid: bool = False


@dataclass(frozen=True, slots=True)
class EarlyRequest:
    """A request that came ``early_by`` seconds before a deadline, ``since_notice`` seconds after the refusal
    that announced it (so a small value means it was already in flight). ``chat_id`` 0 in ``scope`` is the
    bot.
    """

    scope_chat_id: int
    method: str
    chat_id: int
    monotonic: float
    early_by: float
    since_notice: float


@dataclass(slots=True)
class Penalty:
    """A deadline in force for one scope; ``deadline`` is None while an injected one waits for its first
    victim.
    """

    seconds: float
    deadline: float | None
    noticed_at: float = 0.0


@dataclass(slots=True)
class Bucket:
    """Tokens of one private chat."""

    tokens: float
    filled_at: float


BOT_SCOPE = 0


class FloodGate:
    """Counts sends against the bot, its chats and its groups; see LimitRules for the figures.

    The bot-wide rule is a sliding window, not a bucket: no second, wherever it begins, holds more than the
    limit.
    """

    def __init__(self, rules: LimitRules) -> None:
        self.rules = rules
        self.early: list[EarlyRequest] = []
        self._penalties: dict[int, Penalty] = {}
        self._bot: deque[float] = deque()
        self._paid: deque[float] = deque()
        self._groups: dict[int, deque[float]] = {}
        self._buckets: dict[int, Bucket] = {}

    def inject(self, seconds: float, chat_id: int = BOT_SCOPE) -> None:
        """Refuse from the next send on; the deadline starts with that refusal, which announces it."""
        self._penalties[chat_id] = Penalty(seconds, None)

    def deadline(self, chat_id: int = BOT_SCOPE) -> float | None:
        """The monotonic deadline in force or passed for this scope; None if there never was one."""
        penalty = self._penalties.get(chat_id)
        return penalty.deadline if penalty else None

    def admit(self, send: Send) -> int | None:
        """None if the send may pass, else the seconds of its retry_after."""
        if self._penalties:
            for scope in (BOT_SCOPE, send.chat_id):
                refused = self._standing(scope, send)
                if refused is not None:
                    return refused
        if self.rules.mode == "off":
            return None
        window, limit = self._bot, self.rules.bot_per_second
        if send.is_paid:
            window, limit = self._paid, self.rules.paid_per_second
        counted = send.is_paid or not send.is_reply or self.rules.replies_count
        if counted and self._full(window, limit, 1.0, send.now):
            return self._punish(BOT_SCOPE, send.now)
        if not self._take_from_chat(send):
            return self._punish(send.chat_id, send.now)
        if counted:
            window.append(send.now)
        return None

    @staticmethod
    def _full(window: deque[float], limit: int, length: float, now: float) -> bool:
        while window and window[0] <= now - length:
            window.popleft()
        return len(window) >= limit

    def _take_from_chat(self, send: Send) -> bool:
        if send.chat_id < 0:
            window = self._groups.setdefault(send.chat_id, deque())
            if self._full(window, self.rules.group_per_minute, MINUTE, send.now):
                return False
            window.append(send.now)
            return True
        bucket = self._buckets.get(send.chat_id)
        if bucket is None:
            bucket = self._buckets[send.chat_id] = Bucket(float(self.rules.chat_burst), send.now)
        grown = (send.now - bucket.filled_at) * self.rules.chat_per_second
        bucket.tokens = min(float(self.rules.chat_burst), bucket.tokens + grown)
        bucket.filled_at = send.now
        if bucket.tokens < 1.0 - 1e-9:
            return False
        bucket.tokens -= 1.0
        return True

    def _punish(self, scope: int, now: float) -> int:
        seconds = self.rules.base_retry_after
        self._penalties[scope] = Penalty(seconds, now + seconds, now)
        return seconds

    def _standing(self, scope: int, send: Send) -> int | None:
        penalty = self._penalties.get(scope)
        if penalty is None:
            return None
        if penalty.deadline is None:
            penalty.deadline = send.now + ceil(penalty.seconds)
            penalty.noticed_at = send.now
            return ceil(penalty.seconds)
        if send.now >= penalty.deadline:
            return None
        since_notice = send.now - penalty.noticed_at
        early_by = penalty.deadline - send.now
        self.early.append(EarlyRequest(scope, send.method, send.chat_id, send.now, early_by, since_notice))
        if since_notice > self.rules.escalation_grace:
            longer = min(self.rules.max_retry_after, penalty.seconds * self.rules.escalation_factor)
            penalty.seconds = max(penalty.seconds, longer)
            penalty.deadline = send.now + ceil(penalty.seconds)
            penalty.noticed_at = send.now
            return ceil(penalty.seconds)
        return max(1, ceil(early_by))
