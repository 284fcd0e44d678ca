"""What a Zalo bot may still send this month, and what a 429 without a time means: values and counting (pure).

Free tier: 3 000 messages a month and 50 people a bot; nothing is published about when a month begins, so it is the
calendar month of the zone that is given. A 429 names no time and does not say which quota is used up.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Protocol

from bot.errors import NotSent, QuotaUsedUp, Throttled

MESSAGES_A_MONTH = 3000
CHATS = 50
WARN_AT = 0.8


@dataclass(frozen=True, slots=True)
class Tally:
    """Messages of one month (``2026-11``; empty: none yet), and marks of all chats ever met.

    A mark is a keyed hash: it counts a chat, and leads to nobody.
    """

    month: str = ""
    sent: int = 0
    chats: frozenset[str] = frozenset()

    def plus(self, other: Tally) -> Tally:
        """Both together: within a month they add up, a later month begins anew; chats stay."""
        chats = self.chats | other.chats
        if self.month == other.month:
            return Tally(self.month, self.sent + other.sent, chats)
        later = max(self, other, key=lambda each: each.month)
        return Tally(later.month, later.sent, chats)


@dataclass(frozen=True, slots=True)
class Quota:
    """``sent`` of ``limit`` messages this month, ``chats`` of ``chat_limit`` chats in all.

    ``warned``: 80 % of one of them is used. ``used_up``: the platform refuses, and it is not for a short while.
    """

    sent: int
    limit: int
    warned: bool
    chats: int
    chat_limit: int
    used_up: bool


class QuotaBook(Protocol):
    """Where a tally outlives the program. Both raise StoreUnavailable."""

    async def load(self) -> Tally:
        """What is kept; an empty Tally at first."""
        ...

    async def save(self, added: Tally) -> Tally:
        """Add what is new, and give the whole: other processes add to the same."""
        ...


def month_of(now: datetime, zone: tzinfo) -> str:
    return now.astimezone(zone).strftime("%Y-%m")


@dataclass(slots=True)
class Meter:
    """Counts what is sent. ``kept`` is in the book, ``fresh`` is not yet; ``key`` hides which chats were met."""

    zone: tzinfo
    limit: int
    chat_limit: int
    key: bytes
    kept: Tally = field(default_factory=Tally)
    fresh: Tally = field(default_factory=Tally)

    def total(self, now: datetime) -> Tally:
        """As of now: in a new month nothing has been sent yet."""
        return self.kept.plus(self.fresh).plus(Tally(month_of(now, self.zone)))

    def met(self, chat: str, now: datetime) -> None:
        """A chat, whoever began it. More than the limit need not be told apart."""
        known = self.total(now).chats
        if len(known) < self.chat_limit:
            mark = hmac.new(self.key, chat.encode(), hashlib.sha256).hexdigest()[:12]
            if mark not in known:
                self.fresh = self.fresh.plus(Tally(self.fresh.month, 0, frozenset((mark,))))

    def sent(self, chat: str, now: datetime) -> None:
        self.met(chat, now)
        self.fresh = self.fresh.plus(Tally(month_of(now, self.zone), 1))

    def quota(self, now: datetime, *, used_up: bool = False) -> Quota:
        total = self.total(now)
        warned = total.sent >= WARN_AT * self.limit or len(total.chats) >= WARN_AT * self.chat_limit
        return Quota(total.sent, self.limit, warned, len(total.chats), self.chat_limit, used_up)


@dataclass(slots=True)
class Refusals:
    """Refusals by 429 that came one after the other; times are monotonic seconds.

    The account is left alone for a while after each, longer every time. Where the month's count is reached, the
    second one says that the quota is used up; where it is not, our count may still be wrong (other bots of the same
    person may share it), and the ``patience``-th says so.
    """

    first_wait: float = 5.0
    longest_wait: float = 300.0
    used_up_wait: float = 600.0
    patience: int = 6
    used_up: bool = False
    _count: int = 0
    _until: float = float("-inf")

    def held(self, now: float) -> NotSent | None:
        """What to raise instead of asking again too early."""
        if now >= self._until:
            return None
        return QuotaUsedUp() if self.used_up else Throttled(self._until - now)

    def refused(self, now: float, *, limit_reached: bool) -> NotSent:
        """A 429 came. Those of calls that were under way together count once."""
        known = self.held(now)
        if known is not None:
            return known
        self._count += 1
        self.used_up = self._count >= (2 if limit_reached else self.patience)
        wait = min(self.longest_wait, self.first_wait * 2 ** (self._count - 1))
        self._until = now + (self.used_up_wait if self.used_up else wait)
        return QuotaUsedUp() if self.used_up else Throttled(wait)

    def worked(self) -> None:
        """A send was taken: whatever held is over."""
        self._count, self.used_up, self._until = 0, False, float("-inf")


@dataclass(slots=True)
class Outsiders:
    """Chats that are refused while others get through: past the quota of people, and not worth the others' wait."""

    most: int = 1000
    _passed_by: dict[str, bool] = field(default_factory=dict)  # whether another chat got through since

    def refused(self, chat: str) -> bool:
        """A 429 came for ``chat``; whether it is one for this chat alone."""
        if self._passed_by.get(chat):
            return True
        if len(self._passed_by) < self.most:
            self._passed_by[chat] = False
        return False

    def worked(self, chat: str) -> None:
        self._passed_by.pop(chat, None)
        self._passed_by = dict.fromkeys(self._passed_by, True)
