"""A duty roster from a file: each line a shift of an officer, or one sentence for what is wrong with it (pure).

A roster with a fault is not taken in part: an hour that was left out would look as if it were covered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from bot.errors import CotMocError
from bot.staff import register, roster
from bot.staff.register import Registered
from bot.staff.roles import Action, Within, may
from bot.staff.roster import Shift
from broadcasts.import_rows import Fault, Wrong

OFFICER, AREA, FROM, TO = "cán bộ", "khu vực", "từ", "đến"
COLUMNS = frozenset((OFFICER, AREA, FROM, TO))
NEEDED = frozenset((OFFICER, FROM, TO))
ALSO = {
    "officer": OFFICER,
    "can bo": OFFICER,
    "area": AREA,
    "khu vuc": AREA,
    "from": FROM,
    "tu": FROM,
    "to": TO,
    "den": TO,
}
LONGEST = timedelta(days=31)  # of one shift: more is a mistyped month
FARTHEST = timedelta(days=400)
_DAY_FIRST = re.compile(r"(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})[ ,]+(?P<clock>\S+)")
_CLOCK_FIRST = re.compile(r"(?P<clock>\S+)[ ,]+(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})")
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})[T ]+(?P<clock>\S+)")
_CLOCK = re.compile(r"(\d{1,2})(?:[:hg.](\d{2})?(?::\d{2}(?:\.\d+)?)?)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rules:
    """``find_area`` raises a CotMocError with the sentence for a place that it does not know."""

    officers: Mapping[str, Registered]  # by name, disabled ones too
    find_area: Callable[[str], str]
    within: Within
    zone: tzinfo
    now: datetime


@dataclass(frozen=True, slots=True)
class Roster:
    """``shifts``: what is still to come or running, touching ones joined; ``over``: lines whose time has passed."""

    shifts: tuple[Shift, ...]
    faults: tuple[Fault, ...]
    over: int


def checked(rows: Sequence[tuple[int, Mapping[str, str], str]], rules: Rules) -> Roster:
    """The lines of a file: (line, cells, what kept the cells from being read)."""
    shifts: list[Shift] = []
    faults: list[Fault] = []
    over = 0
    for line, cells, wrong in rows:
        try:
            if wrong:
                raise Wrong(wrong)
            found = shift(cells, rules)
        except Wrong as error:
            faults.append(Fault(line, str(error)))
            continue
        if found.ends_at <= rules.now:
            over += 1
        else:
            shifts.append(found)
    return Roster(tuple(roster.merged(shifts)), tuple(faults), over)


def shift(cells: Mapping[str, str], rules: Rules) -> Shift:
    """Raises Wrong."""
    typed = register.called(cells.get(OFFICER, ""))
    if not typed:
        raise Wrong("Cột cán bộ: chưa ghi tên.")
    found = rules.officers.get(typed)
    if found is None:
        raise Wrong(f"Không có cán bộ nào tên “{typed[:80]}”; xem tên bằng: cotmoc officer list.")
    if not found.active:
        raise Wrong(f"{typed} đã ngừng hoạt động.")
    try:
        area = rules.find_area(cells.get(AREA, ""))
    except CotMocError as error:
        raise Wrong(f"Cột khu vực: {error}") from None
    begins_at = _moment(cells.get(FROM, ""), FROM, rules)
    ends_at = _moment(cells.get(TO, ""), TO, rules)
    if ends_at <= begins_at:
        raise Wrong("Cột đến phải sau cột từ; ca qua đêm thì ghi ngày hôm sau.")
    if ends_at - begins_at > LONGEST:
        raise Wrong(f"Ca dài hơn {LONGEST.days} ngày; xem lại ngày, tháng.")
    if begins_at - rules.now > FARTHEST:
        raise Wrong("Ca bắt đầu sau hơn một năm nữa; xem lại năm.")
    if not may(found.officer, Action.ISSUE, (area,), rules.now, rules.within):
        raise Wrong(f"{typed} không có quyền phát tin khẩn ở nơi này; cần vai trò trực ban (duty) hoặc chỉ huy.")
    return Shift(found.officer.id, area, begins_at, ends_at)


def _moment(typed: str, column: str, rules: Rules) -> datetime:
    """A local time; 24:00 is the midnight that ends the day, as duty books write it. Raises Wrong."""
    found = next(filter(None, (each.fullmatch(typed) for each in (_DAY_FIRST, _CLOCK_FIRST, _YEAR_FIRST))), None)
    clock = found and _CLOCK.fullmatch(found["clock"])
    if not found or not clock:
        raise Wrong(f"Cột {column}: ghi ngày và giờ, ví dụ 21/11/2026 07:00.")
    hour, minute = int(clock[1]), int(clock[2] or 0)
    next_day = (hour, minute) == (24, 0)
    try:
        day = datetime(int(found["year"]), int(found["month"]), int(found["day"]), tzinfo=rules.zone)
        at = day.replace(hour=0 if next_day else hour, minute=minute)
    except ValueError:
        raise Wrong(f"Cột {column}: không có ngày, giờ này.") from None
    return at + timedelta(days=1) if next_day else at
