"""Reporting deadlines of the plans: what ships, and on which days somebody is reminded."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from bot.place_files import load_gazetteer
from broadcasts.deadlines import Deadline, coming, due, parse, reminders, span, spans
from content.campaign_files import shipped_deadlines
from content.campaign_templates import PLANS, YearDay
from content.catalog import BadContent

SHIPPED = parse(shipped_deadlines())
YEAR = [date(2027, 1, 1) + timedelta(days=number) for number in range(365)]


def test_the_duties_of_the_five_plans_are_there() -> None:
    assert len(SHIPPED) == 8
    assert {name for name in PLANS for each in SHIPPED if each.plan.startswith(name)} == set(PLANS)
    gazetteer = load_gazetteer()
    assert all(gazetteer.get(f"p-{each.province}") for each in SHIPPED)
    assert all(each.figures and each.chain for each in SHIPPED)


def test_the_calendar_of_a_year() -> None:
    last_days = {(each.last_day.month, each.last_day.day) for day in YEAR for each in reminders(day, SHIPPED)}
    assert last_days == {(5, 14), (6, 14), (10, 29), (11, 14), (12, 14)}


def test_each_is_reminded_of_three_times() -> None:
    told = Counter((each.deadline.plan, each.last_day) for day in YEAR for each in reminders(day, SHIPPED))
    assert set(told.values()) == {3}
    days = [day for day in YEAR if reminders(day, SHIPPED, province="an-giang")]
    assert days == [date(2027, 10, 8), date(2027, 10, 22), date(2027, 10, 28)]


def test_who_was_not_there_on_the_day_is_reminded_until_the_next_reminder() -> None:
    """Each day stands for one reminder of a duty, and the days on which one is new are those of ``reminders``."""
    before: set[tuple[str, date, int]] = set()
    for day in YEAR:
        found = {(each.deadline.plan, each.last_day, stage) for each, stage in due(day, SHIPPED)}
        assert all(each.days == (each.last_day - day).days <= stage for each, stage in due(day, SHIPPED))
        new = {(plan, last) for plan, last, _ in found - before}
        if day != YEAR[0]:
            assert new == {(each.deadline.plan, each.last_day) for each in reminders(day, SHIPPED)}
        before = found
    assert [stage for _, stage in due(date(2027, 5, 24), SHIPPED, province="dong-thap")] == [21, 21]
    assert due(date(2027, 5, 23), SHIPPED, province="dong-thap") == []
    assert [each.days for each, _ in due(date(2027, 6, 14), SHIPPED, province="dong-thap")] == [0, 0]


def test_every_day_is_in_one_report_of_a_duty() -> None:
    twice = Deadline("a", "x", "", (YearDay(6, 15), YearDay(11, 15)))
    assert span(twice, date(2027, 6, 14)) == (date(2026, 11, 15), date(2027, 6, 14))
    assert span(twice, date(2027, 11, 14)) == (date(2027, 6, 15), date(2027, 11, 14))
    once = Deadline("a", "x", "", (YearDay(1, 1),))
    assert span(once, date(2026, 12, 31)) == (date(2026, 1, 1), date(2026, 12, 31))


def test_the_second_report_of_a_year_has_the_year_besides() -> None:
    twice = Deadline("a", "x", "", (YearDay(5, 15), YearDay(11, 15)))
    assert len(spans(twice, date(2027, 5, 14))) == 1
    since, year = date(2027, 5, 15), date(2027, 1, 1)
    assert spans(twice, date(2027, 11, 14)) == [(each, date(2027, 11, 14)) for each in (since, year)]


def test_the_next_one() -> None:
    assert coming(Deadline("a", "x", ""), date(2027, 1, 1)) is None
    leap = Deadline("a", "x", "", (YearDay(2, 29),))
    assert coming(leap, date(2025, 1, 1)) == date(2028, 2, 28)
    assert coming(leap, date(2028, 2, 28)) == date(2028, 2, 28)


def test_the_nearest_comes_first_and_only_of_the_province() -> None:
    two = [Deadline("b", "x", "", (YearDay(3, 9),)), Deadline("a", "y", "", (YearDay(3, 3),))]
    assert [each.days for each in reminders(date(2027, 3, 1), two)] == [1, 7]
    assert [each.deadline.plan for each in reminders(date(2027, 3, 1), two, province="x")] == ["b"]
    assert reminders(date(2027, 3, 2), two) == []


@pytest.mark.parametrize(
    ("before", "today"), [(YearDay(1, 1), date(2026, 12, 30)), (YearDay(1, 8), date(2026, 12, 31))]
)
def test_over_the_turn_of_the_year(before: YearDay, today: date) -> None:
    assert len(reminders(today, [Deadline("a", "y", "", (before,))])) == 1


def test_a_day_that_a_year_does_not_have_is_not_due_in_it() -> None:
    leap = [Deadline("a", "y", "", (YearDay(2, 29),))]
    assert [each.last_day for each in reminders(date(2028, 2, 27), leap)] == [date(2028, 2, 28)]
    assert not any(reminders(day, leap) for day in YEAR)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "deadlines"),
        ({"deadlines": [{"plan": "Phú Thọ 2025 IV", "chain": "x"}]}, "province"),
        ({"deadlines": [{"plan": "Phú Thọ 2025 IV", "province": "x", "chain": "x", "before": ["15/5"]}]}, "15/5"),
        ({"deadlines": ["x"]}, "hạn báo cáo"),
    ],
)
def test_what_cannot_be_read_is_said(content: Any, why: str) -> None:
    with pytest.raises(BadContent, match=why):
        parse(content)
