"""The days of a month or of a week, with what is planned on them and what the plans want reported by then (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from broadcasts import deadlines
from broadcasts.deadlines import Deadline
from broadcasts.planned import Planned

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is looked at: from Monday ``first`` until before Monday ``after``; ``month``: its first day, None for a
    week. ``before`` and ``behind``: a day of the sheets around it."""

    first: date
    after: date
    month: date | None
    before: date
    behind: date


@dataclass(frozen=True, slots=True)
class Due:
    """A day by which a plan wants a report, and the days that the report is about."""

    deadline: Deadline
    spans: tuple[tuple[date, date], ...]


@dataclass(frozen=True, slots=True)
class Day:
    """``outside``: of another month; ``releases``: each with those that come close to it."""

    date: date
    outside: bool
    releases: tuple[tuple[Planned, tuple[Planned, ...]], ...]
    due: tuple[Due, ...]

    @property
    def empty(self) -> bool:
        return not self.releases and not self.due


def month_of(day: date) -> Sheet:
    """The whole weeks that a month lies in."""
    first = day.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    last = following - timedelta(days=1)
    after = last + timedelta(days=7 - last.weekday())
    return Sheet(first - timedelta(days=first.weekday()), after, first, first - timedelta(days=1), following)


def week_of(day: date) -> Sheet:
    first = day - timedelta(days=day.weekday())
    return Sheet(first, first + WEEK, None, first - WEEK, first + WEEK)


def days(
    sheet: Sheet,
    listed: Sequence[Planned],
    near: Iterable[tuple[Planned, Planned]],
    duties: Iterable[Deadline],
    zone: tzinfo,
) -> list[Day]:
    """``near``: pairs of what comes close to each other."""
    around: dict[tuple[int, datetime], list[Planned]] = {}
    for one, other in near:
        around.setdefault((one.campaign_id, one.at), []).append(other)
    by_day: dict[date, list[Planned]] = {}
    for each in listed:
        by_day.setdefault(each.at.astimezone(zone).date(), []).append(each)
    due = _due(sheet, duties)
    found, day = [], sheet.first
    while day < sheet.after:
        releases = tuple((each, tuple(around.get((each.campaign_id, each.at), ()))) for each in by_day.get(day, ()))
        outside = sheet.month is not None and (day.year, day.month) != (sheet.month.year, sheet.month.month)
        found.append(Day(day, outside, releases, due.get(day, ())))
        day += timedelta(days=1)
    return found


def _due(sheet: Sheet, duties: Iterable[Deadline]) -> Mapping[date, tuple[Due, ...]]:
    found: dict[date, tuple[Due, ...]] = {}
    for each in duties:
        for year in {sheet.first.year, sheet.after.year}:
            for day in deadlines.last_days(each, year):
                if sheet.first <= day < sheet.after:
                    found[day] = (*found.get(day, ()), Due(each, tuple(deadlines.spans(each, day))))
    return found
