"""What the Official Account API counts in time: calls a minute of the clock, and the night without promotion (pure).

developers.zalo.me: over the limit a call is refused with -32 until the next minute; X-RateLimit-Limit and -Remain tell
where we are. What promotes is refused from 22:00 to 05:59; no page names the zone, so it is that of the country.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_NIGHT_FROM, _NIGHT_TO = 22, 6  # hours
NIGHT_ENDS_WITH = timedelta(minutes=5)  # their clock and ours may differ
MOST_A_MINUTE = 4000  # of one app, whatever its package


def seconds_to_next_minute(now: datetime) -> float:
    return 60 - (now.second + now.microsecond / 1e6)


def seconds_to_morning(now: datetime) -> float | None:
    """Until 06:05 when it is night now; None by day."""
    local = now.astimezone(ZONE)
    if _NIGHT_TO <= local.hour < _NIGHT_FROM:
        return None
    morning = local.replace(hour=_NIGHT_TO, minute=0, second=0, microsecond=0) + NIGHT_ENDS_WITH
    if morning <= local:
        morning += timedelta(days=1)
    return (morning - local).total_seconds()


class MinuteLimit:
    """Calls of one account in one minute of the clock; ``allowed`` holds until the platform says something else."""

    def __init__(self, allowed: int) -> None:
        self._allowed = allowed
        self._minute = -1
        self._left = 0

    @property
    def allowed(self) -> int:
        """Calls a minute, as far as is known."""
        return self._allowed

    def take(self, now: datetime) -> float:
        """Seconds to wait before the next call; 0 means that it may leave, and is counted."""
        self._turn(now)
        if self._left <= 0:
            return seconds_to_next_minute(now)
        self._left -= 1
        return 0.0

    def heard(self, limit: str, remain: str, asked_at: datetime, now: datetime) -> None:
        """The two headers of the answer to a call of ``asked_at``; what is no number is left out."""
        self._turn(now)
        told = _number(limit)
        if told:
            self._left += min(told, MOST_A_MINUTE) - self._allowed
            self._allowed = min(told, MOST_A_MINUTE)
        left = _number(remain)
        if left is not None and self._in_this_minute(asked_at):
            self._left = min(self._left, left)

    def used_up(self, asked_at: datetime, now: datetime) -> None:
        """The platform refused a call of ``asked_at``: nothing more leaves in that minute."""
        self._turn(now)
        if self._in_this_minute(asked_at):
            self._left = 0

    def _in_this_minute(self, asked_at: datetime) -> bool:
        """An answer that comes in the next minute says nothing about it."""
        return int(asked_at.timestamp() // 60) == self._minute

    def _turn(self, now: datetime) -> None:
        minute = int(now.timestamp() // 60)
        if minute > self._minute:
            self._minute, self._left = minute, self._allowed


def _number(text: str) -> int | None:
    stripped = text.strip()
    return int(stripped) if stripped.isascii() and stripped.isdigit() and len(stripped) <= 9 else None
