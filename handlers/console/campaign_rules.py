"""A time as it is chosen by plain controls, made into a schedule, and back (pure)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time

from broadcasts import holidays
from broadcasts.recurrence import Missed, Schedule, ScheduleError, check

ONCE, DAILY, WEEKLY, MONTHLY, LAST, OWN = "once", "daily", "weekly", "monthly", "last", "own"
KINDS = (ONCE, DAILY, WEEKLY, MONTHLY, LAST)
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_LAST_DAY = "FREQ=MONTHLY;BYMONTHDAY=-1"
_WEEKLY = re.compile(r"FREQ=WEEKLY;BYDAY=([A-Z,]+)")
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


def schedule_of(given: Mapping[str, str], weekdays: Sequence[str]) -> Schedule:
    """Of the fields kind, date, time, until, tet, holidays, except, missed, late (hours), rule. Raises ScheduleError
    with the sentence that says which field to mend."""
    day = day_of(given.get("date", ""))
    if day is None:
        raise ScheduleError("Chọn ngày gửi (hoặc ngày đầu), ví dụ 22/11/2026.")
    at = datetime.combine(day, _clock(given.get("time", "")))
    kind = given.get("kind", ONCE)
    rule = _rule(kind, weekdays, given.get("rule", ""))
    until = day_of(given.get("until", "")) if rule else None
    if rule and until is None:
        raise ScheduleError("Lịch lặp phải có ngày kết thúc; chọn ngày cuối.")
    schedule = Schedule(
        at,
        rule,
        until,
        _left_out(given, at.date(), until) if until else (),
        Missed(given["missed"]) if given.get("missed") in set(Missed) else Missed.ASK,
        _minutes(given.get("late", "24")),
    )
    check(schedule)
    return schedule


def day_of(typed: str) -> date | None:
    """Of "2026-11-22", as browsers send it, or "22/11/2026", as people write it."""
    try:
        if found := _ISO.fullmatch(typed.strip()):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _DAY.fullmatch(typed.strip()):
            return date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        pass
    return None


def _clock(typed: str) -> time:
    found = re.fullmatch(r"(\d{1,2})[:hg](\d{2})(?::00)?", typed.strip())
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        raise ScheduleError("Chọn giờ gửi, ví dụ 7:30.")
    return time(int(found[1]), int(found[2]))


def _rule(kind: str, weekdays: Sequence[str], own: str) -> str:
    match kind:
        case "once":
            return ""
        case "daily":
            return "FREQ=DAILY"
        case "weekly":
            days = [each for each in DAYS if each in weekdays]
            if not days:
                raise ScheduleError("Chọn ít nhất một ngày trong tuần.")
            return f"FREQ=WEEKLY;BYDAY={','.join(days)}"
        case "monthly":
            return "FREQ=MONTHLY"
        case "last":
            return _LAST_DAY
        case "own" if own:
            return own
    raise ScheduleError("Chọn gửi một lần hay lặp lại.")


def _left_out(given: Mapping[str, str], first: date, last: date) -> tuple[date, ...]:
    days: set[date] = set()
    for part in filter(None, re.split(r"[\s,;]+", given.get("except", ""))):
        day = day_of(part)
        if day is None:
            raise ScheduleError(f"Không hiểu ngày “{part}” trong phần trừ ra; ghi như 30/04/2027.")
        days.add(day)
    wanted = [name for name in ("tet", "holidays") if given.get(name)]
    if wanted and last.year > holidays.LAST_YEAR:
        raise ScheduleError(f"Chưa có lịch Tết, lễ sau năm {holidays.LAST_YEAR}; ghi các ngày trừ ra bằng tay.")
    if given.get("tet"):
        days |= set(holidays.tet(first, last))
    if given.get("holidays"):
        days |= set(holidays.public_holidays(first, last))
    return tuple(sorted(days))


def _minutes(hours: str) -> int:
    return int(hours) * 60 if hours.isascii() and hours.isdigit() and len(hours) < 4 else 0


def kind_of(schedule: Schedule) -> str:
    """Which of the plain controls says it; ``own``: none of them."""
    if not schedule.rule:
        return ONCE
    known = {"FREQ=DAILY": DAILY, "FREQ=MONTHLY": MONTHLY, _LAST_DAY: LAST}
    return known.get(schedule.rule) or (WEEKLY if _WEEKLY.fullmatch(schedule.rule) and days_of(schedule) else OWN)


def days_of(schedule: Schedule) -> list[int]:
    """Weekdays of a weekly rule, Monday is 0."""
    found = _WEEKLY.fullmatch(schedule.rule)
    return [DAYS.index(each) for each in found[1].split(",") if each in DAYS] if found else []


def weekdays_of(schedule: Schedule) -> tuple[str, ...]:
    """The same as the values of their ticks."""
    return tuple(DAYS[each] for each in days_of(schedule))


def fields_of(schedule: Schedule) -> dict[str, str]:
    """The fields that make this schedule again; the holidays it leaves out are ticks, other days are listed."""
    fields = {
        "kind": kind_of(schedule),
        "date": schedule.at.date().isoformat(),
        "time": f"{schedule.at:%H:%M}",
        "until": schedule.until.isoformat() if schedule.until else "",
        "missed": str(schedule.missed),
        "late": str(max(1, schedule.too_late_after // 60)),
        "rule": schedule.rule,
    }
    left = set(schedule.except_on)
    if schedule.until is not None:
        span = schedule.at.date(), schedule.until
        for name, days in (("tet", holidays.tet(*span)), ("holidays", holidays.public_holidays(*span))):
            if days and left >= set(days):
                fields[name] = "1"
                left -= set(days)
    return fields | {"except": ", ".join(f"{each:%d/%m/%Y}" for each in sorted(left))}
