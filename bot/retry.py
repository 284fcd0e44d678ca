"""Whether to try again after an error, and when: a policy that returns a value and does nothing (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.errors import AccountRejected, ChannelError, NotSent, QuotaUsedUp, Throttled

if TYPE_CHECKING:
    from random import Random


@dataclass(frozen=True, slots=True)
class RetryIn:
    seconds: float


@dataclass(frozen=True, slots=True)
class GiveUp:
    pass


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Only what surely was not sent is tried again, ``attempts`` times at most; times are seconds.

    A channel that names the time (429), waits for a person (a refused token) or for its next period (a quota) is
    waited for as long as it takes: giving up would lose an answer that nothing is wrong with.
    """

    attempts: int = 5
    first_wait: float = 0.5
    longest_wait: float = 60.0
    token_wait: float = 60.0
    quota_wait: float = 900.0

    def decide(self, attempt: int, error: ChannelError, rng: Random) -> RetryIn | GiveUp:
        """``attempt`` counts from 1."""
        if isinstance(error, Throttled):
            # Never earlier than asked; later by a little, so that waiting chats do not all come back at once.
            return RetryIn(error.retry_after + rng.uniform(0.05, 0.25))
        if isinstance(error, AccountRejected):
            return RetryIn(self.token_wait * rng.uniform(0.9, 1.1))
        if isinstance(error, QuotaUsedUp):
            return RetryIn(self.quota_wait * rng.uniform(0.9, 1.1))
        if not isinstance(error, NotSent) or attempt >= self.attempts:
            return GiveUp()
        return RetryIn(min(self.longest_wait, self.first_wait * 2 ** (attempt - 1)) * rng.uniform(0.75, 1.25))
