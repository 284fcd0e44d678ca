"""When the plans want a report, and whom to remind beforehand (pure).

The plans say "before" a day: the last day that counts is the one before it, and days are counted back from that.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from content.campaign_templates import YearDay, year_day
from content.catalog import BadContent

DAYS_BEFORE = (21, 7, 1)


@dataclass(frozen=True, slots=True)
class Deadline:
    """One reporting duty. ``before``: days as the plan prints them; none: no fixed day, on request.

    ``province``: the slug of today's province; ``chain``: who reports to whom, with the names in the plan;
    ``figures``: what the report wants to know.
    """

    plan: str
    province: str
    chain: str
    before: tuple[YearDay, ...] = ()
    figures: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reminder:
    """``last_day``: the last one that counts, so many ``days`` away."""

    deadline: Deadline
    last_day: date
    days: int


def parse(content: Any) -> list[Deadline]:
    """From their YAML form. Raises BadContent."""
    listed = content.get("deadlines") if isinstance(content, dict) else None
    if not isinstance(listed, list):
        raise BadContent("campaigns/deadlines.yaml: cần có deadlines")
    return [_deadline(each) for each in listed]


def _deadline(body: Any) -> Deadline:
    name = str(body.get("plan", "?")) if isinstance(body, dict) else "?"
    try:
        return Deadline(
            plan=str(body["plan"]),
            province=str(body["province"]),
            chain=str(body["chain"]),
            before=tuple(map(year_day, body.get("before") or ())),
            figures=tuple(map(str, body.get("figures") or ())),
            note=str(body.get("note") or ""),
        )
    except KeyError as error:
        raise BadContent(f"hạn báo cáo {name}: thiếu mục {error.args[0]}") from None
    except (TypeError, ValueError) as error:
        raise BadContent(f"hạn báo cáo {name}: {error}") from None


def last_days(deadline: Deadline, year: int) -> list[date]:
    """The last days that count of what is due before a day of this year."""
    return [day - timedelta(days=1) for each in deadline.before if (day := each.in_year(year)) is not None]


def span(deadline: Deadline, last_day: date) -> tuple[date, date]:
    """The days that a report is about: since the last day of the report before it, so that no day is in two reports
    of a duty and none is left out."""
    before = [day for year in (last_day.year, last_day.year - 1) for day in last_days(deadline, year) if day < last_day]
    first = max(before, default=None)
    return (first + timedelta(days=1) if first else date(last_day.year, 1, 1)), last_day


def spans(deadline: Deadline, last_day: date) -> list[tuple[date, date]]:
    """The days since the report before it; and, where that was in the same year, the whole year besides: some plans
    want the year in their second report."""
    first = span(deadline, last_day)
    year = date(last_day.year, 1, 1), last_day
    return [first] if first[0] <= year[0] else [first, year]


def coming(deadline: Deadline, today: date) -> date | None:
    """The next last day that counts, today included; None: no fixed day."""
    days = [day for year in range(today.year, today.year + 9) for day in last_days(deadline, year) if day >= today]
    return min(days, default=None)


def due(today: date, deadlines: Iterable[Deadline], *, province: str = "") -> list[tuple[Reminder, int]]:
    """What must have been said by today (a local day), the nearest first, each with the number of days before that it
    is the reminder of: who was not there on that very day is reminded later, until the next reminder takes over."""
    found = []
    for deadline in deadlines:
        last_day = coming(deadline, today)
        if last_day is None or (province and deadline.province != province):
            continue
        days = (last_day - today).days
        stage = min((each for each in DAYS_BEFORE if days <= each), default=None)
        if stage is not None:
            found.append((Reminder(deadline, last_day, days), stage))
    return sorted(found, key=lambda each: (each[0].days, each[0].deadline.plan))


def reminders(today: date, deadlines: Iterable[Deadline], *, province: str = "") -> list[Reminder]:
    """What to remind of today (a local day), the nearest first; ``province``: a slug, empty for all of them."""
    found = [
        Reminder(deadline, day, (day - today).days)
        for deadline in deadlines
        if not province or deadline.province == province
        for year in (today.year, today.year + 1)
        for day in last_days(deadline, year)
        if (day - today).days in DAYS_BEFORE
    ]
    return sorted(found, key=lambda each: (each.days, each.deadline.plan))
