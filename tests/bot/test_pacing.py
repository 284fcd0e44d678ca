"""Pacing: no sequence of calls lets an account, a chat or a silenced bot speak faster than it may."""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pacing import Bucket, Pacer

# Seconds between two calls: mostly none at all, sometimes a pause.
GAPS = st.lists(st.sampled_from([0.0, 0.0, 0.0, 0.01, 0.1, 0.5, 1.0, 7.0]) | st.floats(0, 30), max_size=60)
CLOSE = 1e-6  # seconds of rounding


def most_at_once(departures: list[float], rate: float, burst: float) -> float:
    """By how many messages the busiest stretch of time, wherever it begins, exceeds ``rate * time + burst``."""
    times = sorted(departures)
    return max(
        (
            (last - first + 1) - (rate * (times[last] - times[first]) + burst)
            for first in range(len(times))
            for last in range(first, len(times))
        ),
        default=0.0,
    )


@given(rate=st.floats(0.1, 100), burst=st.integers(1, 30), gaps=GAPS)
def test_a_bucket_never_gives_more_than_its_rate_and_its_burst(rate: float, burst: int, gaps: list[float]) -> None:
    bucket = Bucket(rate, burst)
    departures = [now + bucket.take(now) for now in accumulate(gaps)]
    assert most_at_once(departures, rate, burst) <= CLOSE * rate + CLOSE
    assert departures == sorted(departures)


@given(burst=st.integers(1, 30), later=st.floats(0, 1000))
def test_what_is_saved_up_leaves_at_once(burst: int, later: float) -> None:
    bucket = Bucket(1.0, burst)
    assert [bucket.take(later) for _ in range(burst)] == [0.0] * burst
    assert bucket.take(later) == pytest.approx(1.0)


@given(
    rate=st.floats(0.5, 50),
    burst=st.integers(1, 10),
    steps=st.lists(st.tuples(st.floats(0, 5), st.none() | st.floats(0, 60)), max_size=50),
)
def test_a_hold_neither_lets_a_message_out_nor_saves_up_a_crowd(
    rate: float, burst: int, steps: list[tuple[float, float | None]]
) -> None:
    """Whatever waited for the end of a hold leaves at the usual pace afterwards, not all in the same instant."""
    bucket, now, held_until = Bucket(rate, burst), 0.0, 0.0
    departures = []
    for gap, hold in steps:
        now += gap
        if hold is not None:
            bucket.hold(now + hold)
            held_until = max(held_until, now + hold)
        leaves = now + bucket.take(now)
        assert leaves >= held_until - CLOSE
        departures.append(leaves)
    assert most_at_once(departures, rate, burst) <= CLOSE * rate + CLOSE


def test_a_later_hold_that_ends_earlier_changes_nothing() -> None:
    bucket = Bucket(1.0, 3)
    bucket.hold(50.0)
    bucket.hold(10.0)
    assert bucket.take(0.0) == pytest.approx(50.0)


@given(
    rate=st.integers(1, 40),
    steps=st.lists(
        st.tuples(st.floats(0, 0.3), st.booleans(), st.floats(0, 2), st.sampled_from([0.0, 0.0, 0.01, 0.4])),
        max_size=120,
    ),
)
def test_no_second_holds_more_than_the_account_may_send(
    rate: int, steps: list[tuple[float, bool, float, float]]
) -> None:
    """However long what has its token is held up before it can leave, and however late it is woken: by a database, by
    a busy machine."""
    pacer, now = Pacer(rate=rate, whole=rate, chat_rate=1000), 0.0
    ready: list[tuple[float, int, bool, float]] = []
    for number, (gap, reply, held_up, late) in enumerate(steps):
        now += gap
        wait = pacer.reserve(str(number), now) if reply else pacer.reserve_bulk(now)
        ready.append((now + wait + held_up, number, reply, late))
    departures = departed(pacer, ready)
    assert len(departures) == len(steps)
    for first, last in zip(departures, departures[rate + 1 :], strict=False):
        assert last - first > 1.0


def departed(pacer: Pacer, ready: list[tuple[float, int, bool, float]]) -> list[float]:
    """When each leaves that is ready at a time; who has to wait asks again, and comes a little late to it."""
    heapify(ready)
    departures = []
    while ready:
        at, number, reply, late = heappop(ready)
        wait = pacer.leave(at, reply=reply)
        if wait > 0:
            heappush(ready, (at + wait + late, number, reply, late))
        else:
            departures.append(at)
    return departures


def test_what_a_stalled_machine_wakes_late_is_counted_when_it_leaves() -> None:
    pacer = Pacer(rate=10, whole=25)
    ready = [(0.0, number, False, 0.9 if number < 52 else 0.0) for number in range(78)]
    departures = departed(pacer, ready)
    assert departures == sorted(departures)
    for first, last in zip(departures, departures[26:], strict=False):
        assert last - first > 1.0


def test_after_a_flood_those_who_waited_do_not_leave_all_at_once() -> None:
    pacer = Pacer(rate=10, whole=25)
    pacer.silence(5.0)
    departures = departed(pacer, [(1.0, number, False, 0.0) for number in range(60)])
    assert departures[0] == pytest.approx(5.0)
    assert len([at for at in departures if at < 6.0]) <= 26


def test_broadcasts_take_what_replies_leave() -> None:
    pacer = Pacer(rate=10, whole=29, chat_rate=1000)
    replies, bulk, now = [], 0, 0.0
    while now < 20:
        if now >= len(replies) / 5:
            replies.append(pacer.reserve(str(len(replies)), now))
        now += pacer.reserve_bulk(now)
        bulk += 1
    assert max(replies) < 0.1  # seconds
    assert 23 < bulk / 20 < 24.5


def test_replies_that_do_not_count_never_wait_for_a_broadcast() -> None:
    pacer = Pacer(rate=0, whole=29)
    for _ in range(100):
        pacer.reserve_bulk(0.0)
        pacer.leave(0.0)
    assert pacer.reserve("a", 0.0) == 0.0
    assert pacer.leave(0.0, reply=True) == 0.0


# --- one account ------------------------------------------------------------------------------------------------


def test_a_chat_gets_a_short_burst_and_then_one_a_second() -> None:
    pacer = Pacer(rate=1000)
    assert [pacer.reserve("a", 0.0) for _ in range(3)] == [0.0, 0.0, 0.0]
    assert pacer.reserve("a", 0.0) == pytest.approx(1.0)
    assert pacer.reserve("a", 0.0) == pytest.approx(2.0)
    assert pacer.reserve("b", 0.0) == 0.0


@given(chats=st.lists(st.integers(0, 5), max_size=60), gaps=GAPS, rate=st.sampled_from([4.0, 10.0, 25.0]))
def test_no_chat_is_ever_too_fast(chats: list[int], gaps: list[float], rate: float) -> None:
    pacer = Pacer(rate=rate, chat_rate=1.0, chat_burst=3)
    departures: dict[int, list[float]] = {}
    for chat, now in zip(chats, accumulate(gaps), strict=False):
        departures.setdefault(chat, []).append(now + pacer.reserve(str(chat), now))
    for times in departures.values():
        assert most_at_once(times, 1.0, 3) <= CLOSE * 10


@given(gaps=GAPS, rate=st.sampled_from([4.0, 10.0, 25.0]))
def test_many_chats_together_leave_at_the_pace_of_the_account(gaps: list[float], rate: float) -> None:
    pacer = Pacer(rate=rate)
    departures = [now + pacer.reserve(f"chat {number}", now) for number, now in enumerate(accumulate(gaps))]
    assert most_at_once(departures, rate, max(1.0, rate / 4)) <= CLOSE * rate + CLOSE


def test_rate_zero_paces_chats_only() -> None:
    pacer = Pacer(rate=0)
    assert [pacer.reserve(str(number), 0.0) for number in range(1000)] == [0.0] * 1000
    assert max(pacer.reserve("same", 0.0) for _ in range(4)) == pytest.approx(1.0)


# --- what a 429 means -------------------------------------------------------------------------------------------


def test_one_429_silences_one_chat() -> None:
    pacer = Pacer(rate=1000)
    assert pacer.throttled("a", 35, 100.0) is False
    assert pacer.reserve("a", 100.0) == pytest.approx(35.0)
    assert pacer.reserve("b", 100.0) == 0.0


def test_the_same_chat_three_times_is_still_one_chat() -> None:
    pacer = Pacer(rate=1000)
    assert [pacer.throttled("a", 5, 100.0 + step) for step in (0.0, 0.5, 1.0)] == [False, False, False]
    assert pacer.reserve("b", 101.0) == 0.0


def test_three_chats_within_two_seconds_are_the_whole_account() -> None:
    pacer = Pacer(rate=1000)
    assert [pacer.throttled(chat, 35, at) for chat, at in (("a", 100.0), ("b", 101.0), ("c", 102.0))] == [
        False,
        False,
        True,
    ]
    assert pacer.reserve("somebody else", 102.0) == pytest.approx(35.0)
    assert pacer.reserve("a third", 137.1) == 0.0


def test_three_chats_over_a_longer_time_are_three_chats() -> None:
    pacer = Pacer(rate=1000)
    assert not any(pacer.throttled(chat, 35, at) for chat, at in (("a", 100.0), ("b", 101.5), ("c", 103.0)))
    assert pacer.reserve("somebody else", 103.0) == 0.0


@given(
    calls=st.lists(
        st.tuples(
            st.sampled_from(["reserve", "429", "silence"]),
            st.sampled_from("abcd"),
            st.floats(0, 3),
            st.floats(1, 600),
        ),
        max_size=60,
    )
)
def test_a_silence_is_never_shortened(calls: list[tuple[str, str, float, float]]) -> None:
    """Every reservation waits for the latest deadline that was ever set for its chat or for the account."""
    pacer, now = Pacer(rate=1000, chats=100), 0.0
    chats: dict[str, float] = {}
    account = 0.0
    for call, chat, gap, seconds in calls:
        now += gap
        if call == "reserve":
            assert now + pacer.reserve(chat, now) >= max(account, chats.get(chat, 0.0)) - CLOSE
        elif call == "429":
            chats[chat] = max(chats.get(chat, 0.0), now + seconds)
            if pacer.throttled(chat, seconds, now):
                account = max(account, now + seconds)
        else:
            pacer.silence(now + seconds)
            account = max(account, now + seconds)
        assert pacer.flood_until >= account


def test_the_end_of_a_silence_is_no_stampede() -> None:
    """What was reserved during the silence leaves at the account's pace, or the next 429 is longer."""
    pacer = Pacer(rate=10)
    pacer.silence(35.0)
    departures = [now + pacer.reserve(f"chat {now}", now) for now in (number / 10 for number in range(350))]
    assert min(departures) >= 35.0 - CLOSE
    assert most_at_once(departures, 10, 2.5) <= CLOSE * 10


def test_a_chat_that_must_wait_is_not_forgotten_among_many() -> None:
    """The book of chats is bounded, but a deadline in it outlives the chats that come after."""
    pacer = Pacer(rate=0, chats=10)
    pacer.reserve("a", 0.0)
    pacer.throttled("a", 600, 0.0)
    for number in range(50):
        pacer.reserve(f"other {number}", 1.0)
    assert pacer.reserve("a", 2.0) >= 598.0 - CLOSE
