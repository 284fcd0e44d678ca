"""Rules that can be worked out at once: what never falls on a day would be searched for until the year 9999 (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import count, takewhile

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WEEKDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_RANGES = {"BYMONTH": (1, 12), "BYMONTHDAY": (1, 31), "BYHOUR": (0, 23), "BYMINUTE": (0, 59), "BYSETPOS": (1, 366)}
_SIGNED = ("BYMONTHDAY", "BYSETPOS")
_ALONE = {"INTERVAL": 1000, "COUNT": 1000}
_EVERY_MONTH = 4  # of each weekday there are so many in every month


def unfit(parts: Mapping[str, str], first: date, last: date) -> str:
    """Why these parts of an RRULE are not taken, in one sentence; empty: they are."""
    for name, (least, most) in _RANGES.items():
        for value in _numbers(parts, name):
            if value is None or not least <= (abs(value) if name in _SIGNED else value) <= most:
                return f"Quy tắc lặp: {name} phải từ {least} tới {most}."
    for name, most in _ALONE.items():
        value = next(_numbers(parts, name), 1)
        if value is None or not 1 <= value <= most:
            return f"Quy tắc lặp: {name} phải từ 1 tới {most}."
    days = parts["BYDAY"].split(",") if "BYDAY" in parts else []
    found = [_WEEKDAY.fullmatch(each) for each in days]
    if not all(found):
        return "Quy tắc lặp: BYDAY ghi MO, TU, WE, TH, FR, SA, SU."
    ordinals = [int(each[1]) for each in found if each is not None and each[1]]
    if any(not 1 <= abs(each) <= 5 for each in ordinals) or (ordinals and "BYMONTHDAY" in parts):
        return "Quy tắc lặp: thứ mấy trong tháng chỉ từ 1 tới 5, không kèm BYMONTHDAY."
    if "BYSETPOS" in parts and not _chooses(parts, days, ordinals):
        return "Quy tắc lặp: BYSETPOS chỉ dùng với FREQ=MONTHLY và BYDAY, không quá số ngày có trong mọi tháng."
    if parts.get("FREQ") == "DAILY" and next(_numbers(parts, "INTERVAL"), 1) != 1 and set(parts) & {"BYDAY", "BYMONTH"}:
        return "Quy tắc lặp: cách nhiều ngày thì không kèm thứ hay tháng."
    weekdays = {each[2] for each in found if each is not None}
    if not any(_falls_on(day, parts, weekdays) for day in _span(first, last)):
        return "Quy tắc lặp không rơi vào ngày nào trước ngày kết thúc."
    return ""


def _numbers(parts: Mapping[str, str], name: str) -> Iterator[int | None]:
    """Those of a part; None for what is no number."""
    for each in parts[name].split(",") if name in parts else ():
        yield int(each) if re.fullmatch(r"[+-]?[0-9]{1,4}", each) else None


def _chooses(parts: Mapping[str, str], days: list[str], ordinals: list[int]) -> bool:
    """Whether every month has a day at these positions."""
    most = _EVERY_MONTH * len(set(days))
    plain = parts.get("FREQ") == "MONTHLY" and days and not ordinals and "BYMONTHDAY" not in parts
    return bool(plain) and all(each is not None and abs(each) <= most for each in _numbers(parts, "BYSETPOS"))


def _span(first: date, last: date) -> Iterator[date]:
    return takewhile(lambda day: day <= last, (first + timedelta(days=each) for each in count()))


def _falls_on(day: date, parts: Mapping[str, str], weekdays: set[str]) -> bool:
    from_end = day.day - _length(day) - 1
    return (
        day.month in (set(_numbers(parts, "BYMONTH")) or {day.month})
        and bool({day.day, from_end} & (set(_numbers(parts, "BYMONTHDAY")) or {day.day}))
        and _DAYS[day.weekday()] in (weekdays or {_DAYS[day.weekday()]})
    )


def _length(day: date) -> int:
    """Days of its month."""
    after = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return (after - timedelta(days=1)).day
