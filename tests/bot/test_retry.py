"""The retry policy: only what surely was not sent is tried again, and never earlier than the channel asked."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import errors
from bot.retry import GiveUp, RetryIn, RetryPolicy

COUNTED = [errors.NotSent("no connection"), errors.ChannelDown("500")]
PATIENT = [errors.Throttled(3), errors.AccountRejected("token"), errors.QuotaUsedUp("month")]
SAFE = COUNTED + PATIENT
FINAL = [
    errors.ChannelError("anything else"),
    errors.OutcomeUnknown("the answer was lost"),
    errors.RecipientGone("blocked"),
    errors.RecipientMoved("-100"),
    errors.ContentRejected("message is too long"),
    errors.Conflict("two pollers"),
    errors.CannotBeWithdrawn("too old"),
]
SEEDS = st.integers(0, 2**32)


def kinds(kind: type[errors.ChannelError]) -> set[type[errors.ChannelError]]:
    return {kind}.union(*(kinds(each) for each in kind.__subclasses__()))


def test_every_channel_error_is_tried_here() -> None:
    ours = {each for each in kinds(errors.ChannelError) if each.__module__ == errors.__name__}
    assert {type(error) for error in SAFE + FINAL} == ours


@pytest.mark.parametrize("error", SAFE, ids=lambda error: type(error).__name__)
def test_what_did_not_leave_is_tried_again(error: errors.ChannelError) -> None:
    decision = RetryPolicy().decide(1, error, Random(1))
    assert isinstance(decision, RetryIn)
    assert decision.seconds > 0


@pytest.mark.parametrize("error", FINAL, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("attempt", [1, 2, 5])
def test_anything_else_is_not(error: errors.ChannelError, attempt: int) -> None:
    assert RetryPolicy().decide(attempt, error, Random(1)) == GiveUp()


@pytest.mark.parametrize("error", PATIENT, ids=lambda error: type(error).__name__)
@given(attempt=st.integers(1, 10_000), seed=SEEDS)
def test_what_is_only_a_matter_of_time_is_waited_for(error: errors.ChannelError, attempt: int, seed: int) -> None:
    assert isinstance(RetryPolicy().decide(attempt, error, Random(seed)), RetryIn)


@pytest.mark.parametrize("error", COUNTED, ids=lambda error: type(error).__name__)
@given(attempts=st.integers(1, 9), extra=st.integers(0, 20), seed=SEEDS)
def test_the_last_attempt_is_the_last(error: errors.ChannelError, attempts: int, extra: int, seed: int) -> None:
    assert RetryPolicy(attempts=attempts).decide(attempts + extra, error, Random(seed)) == GiveUp()


@given(asked=st.floats(0, 20_000), attempt=st.integers(1, 4), seed=SEEDS)
def test_throttled_never_comes_back_earlier_than_asked(asked: float, attempt: int, seed: int) -> None:
    decision = RetryPolicy(longest_wait=60).decide(attempt, errors.Throttled(asked), Random(seed))
    assert isinstance(decision, RetryIn)
    assert asked < decision.seconds <= asked + 0.25


@given(attempt=st.integers(1, 40), seed=SEEDS)
def test_waits_double_up_to_the_longest(attempt: int, seed: int) -> None:
    policy = RetryPolicy(attempts=100, first_wait=0.5, longest_wait=60)
    decision = policy.decide(attempt, errors.NotSent("x"), Random(seed))
    assert isinstance(decision, RetryIn)
    middle = min(60.0, 0.5 * 2 ** (attempt - 1))
    assert 0.75 * middle <= decision.seconds <= 1.25 * middle


def test_waiting_chats_do_not_all_come_back_at_once() -> None:
    rng = Random(7)
    waits = {RetryPolicy().decide(1, errors.Throttled(3), rng) for _ in range(20)}
    assert len(waits) > 10
