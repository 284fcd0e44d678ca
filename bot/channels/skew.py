"""How far this machine's clock is off, by what a platform's server says the time is."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

from bot.clock import Clock


class Skew:
    """Listens to every answer; keeps the last difference."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._seconds = 0.0

    def heard(self, date_header: str) -> None:
        """The ``Date`` of an answer (RFC 9110, 6.6.1); anything else is not looked at."""
        try:
            said = parsedate_to_datetime(date_header)
        except ValueError:
            return
        if said.tzinfo is not None:
            self._seconds = (self._clock.now() - said).total_seconds() - 0.5  # the header has whole seconds only

    def seconds(self) -> float:
        return self._seconds
