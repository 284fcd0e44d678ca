"""Calls a minute of the clock, and the night: counted right however the platform's answers arrive."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.zalo_oa_times import MOST_A_MINUTE, ZONE, MinuteLimit, seconds_to_morning, seconds_to_next_minute

START = datetime(2026, 11, 20, 2, 12, 15, tzinfo=UTC)


def test_a_minute_holds_so_many_calls() -> None:
    limit = MinuteLimit(3)
    assert [limit.take(START) for _ in range(5)] == [0, 0, 0, 45, 45]
    assert limit.take(START + timedelta(seconds=45)) == 0


def test_the_headers_raise_and_lower_it() -> None:
    limit = MinuteLimit(2)
    assert limit.take(START) == 0
    limit.heard("5", "4", START, START)
    assert limit.allowed == 5
    assert [limit.take(START) for _ in range(5)] == [0, 0, 0, 0, 45]
    limit.heard("2", "0", START, START)
    later = START + timedelta(minutes=1)
    assert [limit.take(later) for _ in range(3)] == [0, 0, 45]


def test_another_program_used_the_minute_up() -> None:
    limit = MinuteLimit(100)
    limit.take(START)
    limit.heard("100", "1", START, START)
    assert [limit.take(START) for _ in range(2)] == [0, 45]


def test_an_answer_from_the_minute_before_says_nothing_about_this_one() -> None:
    limit = MinuteLimit(10)
    limit.take(START)
    later = START + timedelta(seconds=50)
    limit.heard("10", "0", START, later)
    limit.used_up(START, later)
    assert limit.take(later) == 0


def test_a_refusal_ends_the_minute() -> None:
    limit = MinuteLimit(10)
    limit.take(START)
    limit.used_up(START, START)
    assert limit.take(START) == 45


@pytest.mark.parametrize("odd", ["", " ", "-1", "many", "1e3", "4000.0", "9" * 40, "0"])
def test_headers_that_are_no_numbers(odd: str) -> None:
    limit = MinuteLimit(2)
    limit.heard(odd, odd if odd != "0" else "", START, START)
    assert limit.allowed == 2
    assert limit.take(START) == 0


def test_no_header_allows_more_than_an_app_may_have() -> None:
    limit = MinuteLimit(2)
    limit.heard("999999", "999999", START, START)
    assert limit.allowed == MOST_A_MINUTE


@given(st.lists(st.tuples(st.floats(0, 50), st.sampled_from(["take", "full", "more"])), max_size=60))
def test_never_more_than_allowed_in_one_minute(steps: list[tuple[float, str]]) -> None:
    limit, now, taken = MinuteLimit(5), START, dict[int, int]()
    for seconds, act in steps:
        now += timedelta(seconds=seconds)
        if act == "full":
            limit.used_up(now, now)
        elif act == "more":
            limit.heard("7", "7", now, now)
        elif limit.take(now) == 0:
            minute = int(now.timestamp() // 60)
            taken[minute] = taken.get(minute, 0) + 1
    assert all(count <= 7 for count in taken.values())


@pytest.mark.parametrize(
    ("clock", "hours"),
    [("22:00", 8 + 5 / 60), ("23:59", 6 + 6 / 60), ("00:00", 6 + 5 / 60), ("05:59", 6 / 60), ("06:00", None)],
)
def test_the_night(clock: str, hours: float | None) -> None:
    now = datetime.fromisoformat(f"2026-11-20T{clock}").replace(tzinfo=ZONE)
    left = seconds_to_morning(now.astimezone(UTC))
    assert left == (None if hours is None else pytest.approx(hours * 3600))


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)))
def test_after_the_wait_it_is_day(now: datetime) -> None:
    left = seconds_to_morning(now)
    assert (left is None) == (6 <= now.astimezone(ZONE).hour < 22)
    if left is not None:
        assert 0 < left <= 8 * 3600 + 300
        assert seconds_to_morning(now + timedelta(seconds=left)) is None
    assert 0 < seconds_to_next_minute(now) <= 60
