"""The fake's own time: the machine's, moved by an offset, or standing still until somebody moves it."""

from __future__ import annotations

import time

HOUR = 3600.0
DAY = 24 * HOUR
NIGHT_BEGINS, NIGHT_ENDS = 22, 6  # hours between which promotional content is refused


class FakeClock:
    """Seconds since 1970 (UTC), as the platform sees them."""

    def __init__(self) -> None:
        self._offset = 0.0
        self._still: float | None = None

    def now(self) -> float:
        return time.time() + self._offset if self._still is None else self._still

    def set(self, at: float, *, still: bool) -> None:
        """Make it ``at``; ``still``: and let no time pass from then on."""
        self._still = at if still else None
        self._offset = at - time.time()

    def advance(self, seconds: float) -> None:
        self.set(self.now() + seconds, still=self._still is not None)

    @property
    def stands_still(self) -> bool:
        return self._still is not None


def is_night(at: float, zone_hours: float) -> bool:
    """Whether promotional content is refused then; no page states the zone, so it is an argument."""
    hour = int((at + zone_hours * HOUR) // HOUR) % 24
    return hour >= NIGHT_BEGINS or hour < NIGHT_ENDS


def local_day(at: float, zone_hours: float) -> str:
    """The calendar day there, as YYYY-MM-DD; its first seven characters are the month."""
    return time.strftime("%Y-%m-%d", time.gmtime(at + zone_hours * HOUR))
