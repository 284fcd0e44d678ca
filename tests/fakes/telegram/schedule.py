"""When an update that a webhook refused is offered again (pure; server source, WebhookActor.cpp)."""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass

RESEND_LIMIT = 60  # seconds; the cap of the doubling delay is drawn between this and twice this
RETRY_AFTER_LIMIT = 3600
ANSWER_LIMIT = 60.0  # seconds a webhook has to answer
GONE_LIMIT = 23 * 3600.0  # seconds of HTTP 410 after which the webhook is dropped
QUIET_LIMIT = 10.0  # seconds without success after which connections are opened one by one


@dataclass(slots=True)
class Patience:
    """How often one update failed and the delay it has reached, in unscaled seconds."""

    delay: int = 1
    failures: int = 0

    def next_wait(self, retry_after: int, dice: random.Random) -> int:
        """Unscaled seconds until the next try: 0 the first time, then 2, 4, 8 … up to 60-120; Retry-After
        wins.
        """
        retry_after = min(RETRY_AFTER_LIMIT, max(0, retry_after))
        wait = retry_after
        if retry_after == 0 and self.failures > 0:
            self.delay = min(dice.randint(RESEND_LIMIT, 2 * RESEND_LIMIT), self.delay * 2)
            wait = self.delay
        self.failures += 1
        return wait


class OpeningRate:
    """At most ``count`` new connections in ``seconds``."""

    def __init__(self, count: int, seconds: float) -> None:
        self.count = count
        self.seconds = seconds
        self._opened: deque[float] = deque()

    def wait(self, now: float) -> float:
        """Seconds until one more may be opened; 0 when it may be now."""
        while self._opened and self._opened[0] <= now - self.seconds:
            self._opened.popleft()
        if len(self._opened) < self.count:
            return 0.0
        return self._opened[0] + self.seconds - now

    def note(self, now: float) -> None:
        self._opened.append(now)
