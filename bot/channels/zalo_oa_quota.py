"""What an Official Account has sent that is not free, and what Zalo says is left of it: values and counting (pure).

Answers within 48 hours are free and without a limit. Everything else takes from the month's package (``sub_quota``),
then from messages that were bought, and then costs money; which it was stands in the answer to each send. Zalo's own
numbers are believed; ours say how many there were.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.channels.zalo_oa_times import ZONE

PACKAGE = "sub_quota"  # of the month; what was bought stays
_PREPAID = (PACKAGE, "purchase_quota", "reward_quota")
_FREE = ("reply", "welcome_msg")
HOLDS = timedelta(hours=1)  # so long a refusal is believed: somebody may pay at any time


@dataclass(frozen=True, slots=True)
class Allowance:
    """One calendar month in Vietnam (``2026-11``; empty: nothing yet).

    ``used``: messages that were not free. ``left``: by kind, as Zalo said last; a kind of which it says nothing is
    missing. ``taken_at``, ``refused_at``: when it last took one, and last refused one because nothing is left.
    """

    month: str = ""
    used: int = 0
    left: Mapping[str, int] = field(default_factory=dict)
    taken_at: datetime | None = None
    refused_at: datetime | None = None

    def plus(self, other: Allowance) -> Allowance:
        """Both together; what ``other`` says is newer."""
        times = _later(self.taken_at, other.taken_at), _later(self.refused_at, other.refused_at)
        if other.month < self.month:  # it was on its way when the month ended
            return Allowance(self.month, self.used, self.left, *times)
        same = other.month == self.month
        before = {kind: count for kind, count in self.left.items() if same or kind != PACKAGE}
        return Allowance(other.month, other.used + (self.used if same else 0), {**before, **other.left}, *times)

    def at(self, now: datetime) -> Allowance:
        """As of now: in a new month nothing of it has been used, and nothing is known of its package yet."""
        return self.plus(Allowance(month_of(now)))

    def used_up(self, now: datetime) -> bool:
        """Whether what is not free was refused a short while ago, and nothing has been taken since."""
        if self.refused_at is None or now >= self.refused_at + HOLDS:
            return False
        return self.taken_at is None or self.taken_at <= self.refused_at

    def prepaid(self, now: datetime) -> int | None:
        """Messages that are left; 0: used up, as far as anybody knows. None: Zalo has not said, or takes money now."""
        if self.used_up(now):
            return 0
        return sum(self.at(now).left.values()) or None


class AllowanceBook(Protocol):
    """Where it outlives the program. Raises StoreUnavailable."""

    async def save(self, added: Allowance) -> Allowance:
        """Add what is new, and give the whole: other processes add to the same."""
        ...


def month_of(now: datetime) -> str:
    return now.astimezone(ZONE).strftime("%Y-%m")


def taken(given: Any, now: datetime, *, answers: bool) -> Allowance | None:
    """What the answer to a send says; None: it was free. ``given``: what stands under "data". ``answers``: it replied
    to somebody who had just written, which is free where nothing is said of a quota."""
    quota = given.get("quota") if isinstance(given, dict) else None
    kind = str(quota.get("quota_type", "")) if isinstance(quota, dict) else ""
    if kind in _FREE or (not kind and answers):
        return None
    remain = _number(quota.get("remain")) if isinstance(quota, dict) and kind in _PREPAID else None
    return Allowance(month_of(now), 1, {} if remain is None else {kind: remain}, taken_at=now)


def refused(now: datetime) -> Allowance:
    """A message that is not free was refused, because nothing is left."""
    return Allowance(month_of(now), refused_at=now)


def package_left(given: Any, now: datetime) -> Allowance | None:
    """What the account's packages have left, as Zalo lists them; None: it has none, or nobody can read it."""
    found = [
        _number(each.get("remain"))
        for each in (given if isinstance(given, list) else [])
        if isinstance(each, dict) and each.get("quota_type") == PACKAGE
    ]
    known = [count for count in found if count is not None]
    return Allowance(month_of(now), 0, {PACKAGE: sum(known)}) if known else None


def _number(value: Any) -> int | None:
    """Numbers come as numbers or as text."""
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max(filter(None, (one, other)), default=None)
