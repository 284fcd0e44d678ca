"""Rules of repetition: what is taken is worked out at once, and what people use is taken."""

from __future__ import annotations

import time
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadcasts import recurrence
from broadcasts.recurrence import ScheduleError

FIRST, LAST = "2026-12-01T08:00", "2027-11-30"


def schedule(rule: str) -> recurrence.Schedule:
    return recurrence.from_json({"at": FIRST, "rule": rule, "until": LAST})


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY",
        "FREQ=DAILY;INTERVAL=3",
        "FREQ=DAILY;COUNT=10",
        "FREQ=WEEKLY;BYDAY=MO,WE,FR",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU",
        "FREQ=MONTHLY;BYMONTHDAY=1,15",
        "FREQ=MONTHLY;BYMONTHDAY=-1",
        "FREQ=MONTHLY;BYDAY=1MO",
        "FREQ=MONTHLY;BYDAY=-1FR",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=3",
        "FREQ=YEARLY;BYMONTH=3;BYDAY=2SU",
        "FREQ=DAILY;BYHOUR=8,16;BYMINUTE=0,30",
    ],
)
def test_what_people_use_is_taken(rule: str) -> None:
    found = recurrence.next_dates(schedule(rule), datetime(2026, 11, 20, tzinfo=ZoneInfo("UTC")), ZoneInfo("UTC"))
    assert found
    assert all(date(2026, 12, 1) <= each.date() <= date(2027, 11, 30) for each in found)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",  # not in this span
        "FREQ=WEEKLY;BYMONTH=4;BYMONTHDAY=31",
        "FREQ=DAILY;BYMONTHDAY=32",
        "FREQ=DAILY;BYMONTH=13",
        "FREQ=DAILY;BYHOUR=24",
        "FREQ=DAILY;BYHOUR=8;BYMINUTE=3;BYSETPOS=7",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=5",
        "FREQ=MONTHLY;BYDAY=+99MO",
        "FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=20",
        "FREQ=DAILY;INTERVAL=7;BYDAY=SA",
        "FREQ=YEARLY;INTERVAL=999999999999",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;COUNT=0",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;BYDAY=",
        "FREQ=WEEKLY;INTERVAL=",
    ],
)
def test_what_never_comes_is_refused_with_a_sentence(rule: str) -> None:
    begun = time.perf_counter()
    with pytest.raises(ScheduleError, match=r"\.$"):
        schedule(rule)
    assert time.perf_counter() - begun < 1


numbers = st.lists(st.integers(-40, 40), min_size=1, max_size=3).map(lambda found: ",".join(map(str, found)))
days = st.lists(
    st.tuples(st.sampled_from(["", "1", "-1", "5", "+2"]), st.sampled_from(["MO", "TU", "SA"])).map("".join),
    min_size=1,
    max_size=3,
).map(",".join)
parts = st.fixed_dictionaries(
    {"FREQ": st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])},
    optional={
        **dict.fromkeys(("BYMONTHDAY", "BYMONTH", "BYHOUR", "BYMINUTE", "BYSETPOS"), numbers),
        "BYDAY": days,
        "INTERVAL": st.integers(0, 60).map(str),
        "COUNT": st.integers(0, 9).map(str),
    },
)


@settings(max_examples=150)
@given(parts)
def test_whatever_is_taken_is_worked_out_at_once(given_parts: dict[str, str]) -> None:
    begun = time.process_time()
    try:
        found = schedule(";".join(f"{name}={value}" for name, value in given_parts.items()))
    except ScheduleError:
        return
    recurrence.next_dates(found, datetime(2026, 11, 20, tzinfo=ZoneInfo("UTC")), ZoneInfo("UTC"))
    assert time.process_time() - begun < 2
