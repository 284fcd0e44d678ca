"""One recipient of one run: its states, and what an attempt's outcome makes of it (pure)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

from bot import errors
from bot.errors import ChannelError
from bot.retry import RetryIn, RetryPolicy

if TYPE_CHECKING:
    from random import Random


class DeliveryState(StrEnum):
    QUEUED = "queued"
    LEASED = "leased"  # in a sender's hands, nothing has left yet
    ATTEMPTING = "attempting"  # durable before the call; without a result afterwards it is unknown
    SENT = "sent"
    FAILED = "failed"  # surely not sent, with a reason
    SKIPPED = "skipped"  # never attempted, with a reason
    UNKNOWN = "unknown"  # may have been sent
    WITHDRAWN = "withdrawn"  # was sent, and taken back


WAITING = frozenset((DeliveryState.QUEUED, DeliveryState.LEASED, DeliveryState.ATTEMPTING))


class Priority(IntEnum):
    """Lower goes first."""

    NOTICE = 0
    CORRECTION = 3
    ROUTINE = 5


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an attempt makes of a delivery.

    ``not_before`` is set when it is queued again. ``gone`` and ``moved`` are what was learned of the resident;
    ``content`` says that the text itself was refused; ``shut`` that the whole account must be left alone until then.
    """

    state: DeliveryState
    reason: str = ""
    message_id: str = ""
    not_before: datetime | None = None
    gone: str = ""
    moved: str = ""
    content: bool = False
    shut: bool = False


def of_repeat(outcome: Outcome) -> Outcome:
    """The outcome of a repeat: an earlier attempt may have arrived, whatever became of this one."""
    if outcome.state is DeliveryState.QUEUED:
        return replace(outcome, reason="repeat")
    if outcome.state in (DeliveryState.SKIPPED, DeliveryState.FAILED):
        return replace(outcome, state=DeliveryState.UNKNOWN, reason="no-answer")
    return outcome


LONG = timedelta(seconds=30)  # a wait this long is no single chat's


@dataclass(frozen=True, slots=True)
class Settling:
    """Turns an attempt's error into an outcome. ``urgent``: an unknown outcome is tried again, marked as a repeat."""

    policy: RetryPolicy = field(default_factory=RetryPolicy)
    repeats: int = 2  # of a notice whose outcome stays unknown

    def sent(self, message_id: str) -> Outcome:
        return Outcome(DeliveryState.SENT, message_id=message_id)

    def failed(self, attempt: int, error: ChannelError, now: datetime, rng: Random, *, urgent: bool) -> Outcome:
        """``attempt`` counts from 1 and does not count waits that a channel asked for."""
        match error:
            case errors.OutcomeUnknown():
                if urgent and attempt <= self.repeats:
                    return Outcome(DeliveryState.QUEUED, "repeat", not_before=now + timedelta(seconds=2))
                return Outcome(DeliveryState.UNKNOWN, "no-answer")
            case errors.RecipientGone():
                return Outcome(DeliveryState.FAILED, error.reason, gone=error.reason)
            case errors.RecipientMoved():
                return Outcome(DeliveryState.QUEUED, "moved", moved=error.external_id)
            case errors.ContentRejected():
                return Outcome(DeliveryState.FAILED, "content", content=True)
        decision = self.policy.decide(attempt, error, rng)
        if not isinstance(decision, RetryIn):
            return Outcome(DeliveryState.FAILED, "not-accepted")
        wait = timedelta(seconds=decision.seconds)
        shut = isinstance(error, errors.AccountRejected | errors.QuotaUsedUp) or wait > LONG
        return Outcome(DeliveryState.QUEUED, not_before=now + wait, shut=shut)
