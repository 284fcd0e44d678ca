"""Public holidays of Việt Nam on which a repeating campaign may keep silent (pure).

Those of the moon are a table: Tết by the first day of its year, and the day of the Hùng kings (10 of the third moon),
for the meridian of Hà Nội. The days around them on which offices are closed are decided anew every year.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

_TET = (
    date(2026, 2, 17), date(2027, 2, 6), date(2028, 1, 26), date(2029, 2, 13), date(2030, 2, 2), date(2031, 1, 23),
    date(2032, 2, 11), date(2033, 1, 31), date(2034, 2, 19), date(2035, 2, 8), date(2036, 1, 28), date(2037, 2, 15),
    date(2038, 2, 4), date(2039, 1, 24),
)  # fmt: skip
_KINGS = (
    date(2026, 4, 26), date(2027, 4, 16), date(2028, 4, 4), date(2029, 4, 23), date(2030, 4, 12), date(2031, 4, 1),
    date(2032, 4, 19), date(2033, 4, 9), date(2034, 4, 28), date(2035, 4, 17), date(2036, 4, 6), date(2037, 4, 24),
    date(2038, 4, 13), date(2039, 4, 3),
)  # fmt: skip
_EVERY_YEAR = ((1, 1), (4, 30), (5, 1), (9, 2))
_BEFORE, _AFTER = 2, 4  # days around the first of the year: from the eve's eve to the fifth
LAST_YEAR = _TET[-1].year


def tet(first: date, last: date) -> list[date]:
    """The days of Tết from one day to another, both counted."""
    days = (begin + timedelta(days=each) for begin in _TET for each in range(-_BEFORE, _AFTER + 1))
    return [each for each in days if first <= each <= last]


def public_holidays(first: date, last: date) -> list[date]:
    """The single days: New Year, the Hùng kings, 30 April, 1 May, 2 September."""
    return sorted(each for each in (*_fixed(first.year, last.year), *_KINGS) if first <= each <= last)


def _fixed(first: int, last: int) -> Iterator[date]:
    return (date(year, month, day) for year in range(first, last + 1) for month, day in _EVERY_YEAR)
