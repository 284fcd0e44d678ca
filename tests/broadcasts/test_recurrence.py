"""When a campaign goes out: month ends, leap days, exclusions, quiet hours over midnight; and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcasts.recurrence import (
    Missed,
    Schedule,
    ScheduleError,
    after_quiet,
    check,
    clashes,
    from_json,
    next_dates,
    quiet,
    too_late,
)

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NIGHT = (time(21), time(7))
FIRST = datetime(2026, 1, 31, 7, 30)
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


def local(dates: list[datetime]) -> list[str]:
    return [at.astimezone(ZONE).strftime("%d/%m/%Y %H:%M") for at in dates]


def test_once() -> None:
    once = Schedule(FIRST)
    assert local(next_dates(once, BEGINNING, ZONE)) == ["31/01/2026 07:30"]
    assert next_dates(once, datetime(2026, 1, 31, 0, 30, tzinfo=UTC), ZONE) == []  # not again at that very moment


def test_the_last_day_of_every_month() -> None:
    monthly = Schedule(FIRST, "FREQ=MONTHLY;BYMONTHDAY=-1", date(2026, 6, 30))
    assert local(next_dates(monthly, BEGINNING, ZONE))[:4] == [
        "31/01/2026 07:30",
        "28/02/2026 07:30",
        "31/03/2026 07:30",
        "30/04/2026 07:30",
    ]


def test_a_leap_day_comes_in_leap_years_only() -> None:
    yearly = Schedule(datetime(2027, 2, 28, 8, 0), "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", date(2029, 2, 27))
    assert local(next_dates(yearly, BEGINNING, ZONE)) == ["29/02/2028 08:00"]


def test_days_left_out() -> None:
    weekly = Schedule(FIRST, "FREQ=WEEKLY", date(2026, 3, 1), (date(2026, 2, 14), date(2026, 2, 21)))
    assert local(next_dates(weekly, BEGINNING, ZONE)) == ["31/01/2026 07:30", "07/02/2026 07:30", "28/02/2026 07:30"]


@pytest.mark.parametrize(
    ("rule", "until"),
    [
        ("FREQ=SECONDLY", date(2026, 3, 1)),
        ("FREQ=WEEKLY;BYEASTER=1", date(2026, 3, 1)),
        ("FREQ=WEEKLY", None),
        ("FREQ=WEEKLY", date(2026, 1, 1)),
        ("FREQ=WEEKLY", date(2036, 1, 1)),
        ("FREQ=WEEKLY;INTERVAL=x", date(2026, 3, 1)),
        ("FREQ=WEEKLY\nDTSTART:19700101", date(2026, 3, 1)),
        ("BYDAY=MO", date(2026, 3, 1)),
    ],
)
def test_what_is_refused(rule: str, until: date | None) -> None:
    with pytest.raises(ScheduleError):
        check(Schedule(FIRST, rule, until))


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"at": "tomorrow"},
        {"at": "2026-01-31T07:30:00+07:00"},
        {"at": "2026-01-31T07:30:30"},
        {"at": "2026-01-31T07:30", "missed": "perhaps"},
        {"at": "2026-01-31T07:30", "too_late_after": 0},
    ],
)
def test_a_schedule_that_cannot_be_read_says_so(raw: dict[str, Any]) -> None:
    with pytest.raises(ScheduleError):
        from_json(raw)


@given(st.text(alphabet="FREQ=WKLYDAIMONTHBYSU;,0123456789-+", max_size=40))
def test_no_rule_hangs_or_raises_anything_else(rule: str) -> None:
    try:
        check(Schedule(FIRST, rule, date(2026, 3, 1)))
    except ScheduleError:
        return
    next_dates(Schedule(FIRST, rule, date(2026, 3, 1)), BEGINNING, ZONE)


def test_there_and_back() -> None:
    whole = Schedule(FIRST, "FREQ=WEEKLY;BYDAY=SA", date(2026, 3, 1), (date(2026, 2, 14),), Missed.SKIP, 90)
    assert from_json(whole.to_json()) == whole


@pytest.mark.parametrize(("hour", "is_quiet"), [(20, False), (21, True), (23, True), (0, True), (6, True), (7, False)])
def test_quiet_hours_go_over_midnight(hour: int, is_quiet: bool) -> None:
    at = datetime(2026, 11, 20, hour, tzinfo=ZONE)
    assert quiet(at, ZONE, NIGHT) is is_quiet


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)))
def test_after_the_quiet_hours_it_is_not_quiet(moment: datetime) -> None:
    at = moment.replace(tzinfo=UTC)
    later = after_quiet(at, ZONE, NIGHT)
    assert not quiet(later, ZONE, NIGHT)
    assert timedelta(0) <= later - at <= timedelta(hours=10)


def test_too_late() -> None:
    schedule = Schedule(FIRST, too_late_after=60)
    assert not too_late(schedule, BEGINNING, BEGINNING + timedelta(minutes=60))
    assert too_late(schedule, BEGINNING, BEGINNING + timedelta(minutes=61))


def test_clashes_are_named() -> None:
    near, far = BEGINNING + timedelta(hours=1), BEGINNING + timedelta(hours=3)
    assert clashes([BEGINNING], [(near, "Đợt kia"), (far, "Xa")]) == [(near, "Đợt kia")]
