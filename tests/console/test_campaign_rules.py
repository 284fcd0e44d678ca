"""Plain controls and schedules say the same; holidays are where the calendar has them; texts are compared whole."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcasts import holidays
from broadcasts.recurrence import Missed, Schedule, ScheduleError, check
from handlers.console.campaign_counts import counted
from handlers.console.campaign_differences import ADDED, REMOVED, SAME, difference
from handlers.console.campaign_rules import day_of, fields_of, kind_of, schedule_of, weekdays_of

FIRST = date(2026, 11, 20)


def _falls_on_a_day(schedule: Schedule) -> bool:
    try:
        check(schedule)
    except ScheduleError:
        return False
    return True


schedules = st.builds(
    lambda day, minutes, rule, span, missed, hours: Schedule(
        datetime(2026, 11, 20) + timedelta(days=day, minutes=minutes),
        rule,
        FIRST + timedelta(days=day + span) if rule else None,
        (),
        missed,
        hours * 60,
    ),
    st.integers(0, 400),
    st.integers(0, 1439),
    st.sampled_from(
        ["", "FREQ=DAILY", "FREQ=MONTHLY", "FREQ=MONTHLY;BYMONTHDAY=-1", "FREQ=WEEKLY;BYDAY=MO,WE,SU", "FREQ=YEARLY"]
    ),
    st.integers(1, 700),
    st.sampled_from(list(Missed)),
    st.integers(1, 168),
).filter(_falls_on_a_day)


@given(schedules)
def test_there_and_back_again(schedule: Schedule) -> None:
    fields = fields_of(schedule)
    check(schedule)
    assert schedule_of(fields, weekdays_of(schedule)) == schedule


@given(schedules, st.booleans(), st.booleans())
def test_what_is_left_out_comes_back_as_ticks(schedule: Schedule, tet: bool, single: bool) -> None:
    fields = fields_of(schedule) | ({"tet": "1"} if tet else {}) | ({"holidays": "1"} if single else {})
    days = weekdays_of(schedule)
    made = schedule_of(fields, days)
    assert schedule_of(fields_of(made), days) == made


def test_rules_of_other_makers_are_kept_as_they_are() -> None:
    own = Schedule(datetime(2026, 11, 20, 8), "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", date(2027, 1, 1))
    assert kind_of(own) == "own"
    assert schedule_of(fields_of(own), ["FR"]).rule == own.rule


@pytest.mark.parametrize("typed", ["2026-02-30", "32/1/2026", "1/13/2026", "", "mai", "2026-1-1x"])
def test_what_is_no_day(typed: str) -> None:
    assert day_of(typed) is None


def test_days_as_people_write_them() -> None:
    assert day_of("5/3/2027") == day_of("05-03-2027") == day_of(" 2027-03-05 ") == date(2027, 3, 5)


def test_tet_is_a_week_and_holidays_are_single_days() -> None:
    year = date(2027, 1, 1), date(2027, 12, 31)
    assert holidays.tet(*year) == [date(2027, 2, 4) + timedelta(days=each) for each in range(7)]
    found = [f"{each:%d/%m}" for each in holidays.public_holidays(*year)]
    assert found == ["01/01", "16/04", "30/04", "01/05", "02/09"]
    for year_number in range(2026, holidays.LAST_YEAR + 1):
        span = date(year_number, 1, 1), date(year_number, 12, 31)
        assert len(holidays.public_holidays(*span)) == 5
        first = holidays.tet(*span)[2]
        assert date(year_number, 1, 21) <= first <= date(year_number, 2, 20)  # where a new moon can begin the year


def test_beyond_the_table_holidays_are_not_guessed() -> None:
    fields = {"kind": "daily", "date": "2039-12-01", "time": "8:00", "until": "2040-03-01", "tet": "1", "late": "24"}
    with pytest.raises(ScheduleError, match="2039"):
        schedule_of(fields, [])


words = st.text(alphabet="aạ á.\nខ្មែរ ", max_size=40)


@given(words, words)
def test_both_texts_are_whole_in_their_difference(before: str, after: str) -> None:
    pieces = difference(before, after)
    assert "".join(each.text for each in pieces if each.kind != ADDED) == before
    assert "".join(each.text for each in pieces if each.kind != REMOVED) == after


def test_khmer_is_never_cut_within_a_syllable() -> None:
    pieces = difference("ស្ត្រីខ្ញុំ", "ស្ត្រីក្រុម")
    assert pieces[0].kind == SAME
    assert all(not each.text.startswith(("្", "ុ", "ី", "ំ")) for each in pieces)


def test_counts() -> None:
    assert counted("Một hai. Ba bốn năm!\nSáu", "vi").longest == 3
    assert counted("ចូលឃុំ។ ឯកសារ", "km").longest == len("ចូលឃុំ។")
    assert (counted("", "vi").signs, counted("", "vi").longest) == (0, 0)
    assert counted("x" * 901, "vi").long
