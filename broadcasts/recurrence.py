"""When a campaign goes out: once, or by a rule with an end and exclusions, outside quiet hours (pure).

Times are the installation's local time, as officials write them; what is returned is aware UTC.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from bot.errors import CotMocError
from broadcasts.recurrence_limits import unfit

# RFC 5545, section 3.3.10; what is not on this list is refused rather than half understood.
_PARTS = frozenset(
    ("FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "BYHOUR", "BYMINUTE", "WKST")
)
_FREQUENCIES = frozenset(("YEARLY", "MONTHLY", "WEEKLY", "DAILY"))
LONGEST = timedelta(days=2 * 366)  # a rule ends within two years: what nobody looks at again is not sent for ever
NEAR = timedelta(hours=2)  # closer to each other, two campaigns are one too many for whoever gets both
_MOST = 1000  # dates looked at; a rule that skips them all has no next date
_TEXT = re.compile(r"[A-Z0-9=;,+\-]+")


class ScheduleError(CotMocError):
    """Lịch gửi không hợp lệ."""


class Missed(StrEnum):
    """What happens to a date on which the service was down."""

    SEND = "send"
    SKIP = "skip"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Schedule:
    """``at``: the first (or only) local time. ``rule``: an RRULE without its end; ``until`` is the last local day.

    ``except_on``: local days left out. ``too_late_after``: minutes after which a missed date is not sent any more,
    whatever ``missed`` says.
    """

    at: datetime
    rule: str = ""
    until: date | None = None
    except_on: tuple[date, ...] = ()
    missed: Missed = Missed.ASK
    too_late_after: int = 24 * 60

    @property
    def repeats(self) -> bool:
        return bool(self.rule)

    def to_json(self) -> dict[str, Any]:
        """As it is kept and digested."""
        return {
            "at": self.at.isoformat(),
            "rule": self.rule,
            "until": self.until.isoformat() if self.until else "",
            "except_on": sorted(day.isoformat() for day in self.except_on),
            "missed": str(self.missed),
            "too_late_after": self.too_late_after,
        }


def from_json(raw: Mapping[str, Any]) -> Schedule:
    """Raises ScheduleError with one sentence."""
    try:
        schedule = Schedule(
            at=datetime.fromisoformat(raw["at"]),
            rule=str(raw.get("rule", "")).strip().upper().removeprefix("RRULE:"),
            until=date.fromisoformat(raw["until"]) if raw.get("until") else None,
            except_on=tuple(date.fromisoformat(day) for day in raw.get("except_on", ())),
            missed=Missed(raw.get("missed", "ask")),
            too_late_after=int(raw.get("too_late_after", 24 * 60)),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ScheduleError("Lịch gửi thiếu hoặc sai ngày giờ.") from error
    check(schedule)
    return schedule


def check(schedule: Schedule) -> None:
    """Raises ScheduleError with one sentence that says what to change."""
    if schedule.at.tzinfo is not None:
        raise ScheduleError("Ghi giờ địa phương, không kèm múi giờ.")
    if schedule.at.second or schedule.at.microsecond:
        raise ScheduleError("Giờ gửi chỉ tới phút.")
    if not 1 <= schedule.too_late_after <= 7 * 24 * 60:
        raise ScheduleError("“Trễ quá thì thôi” phải từ 1 phút tới 7 ngày.")
    if not schedule.rule:
        return
    if not _TEXT.fullmatch(schedule.rule):
        raise ScheduleError("Quy tắc lặp có ký tự lạ.")
    parts = dict(part.partition("=")[::2] for part in schedule.rule.split(";"))
    unknown = set(parts) - _PARTS
    if unknown:
        raise ScheduleError(f"Quy tắc lặp không nhận {sorted(unknown)[0]}.")
    if parts.get("FREQ") not in _FREQUENCIES:
        raise ScheduleError("Chỉ lặp theo ngày, tuần, tháng hoặc năm.")
    if schedule.until is None:
        raise ScheduleError("Lịch lặp phải có ngày kết thúc.")
    if not timedelta(0) <= schedule.until - schedule.at.date() <= LONGEST:
        raise ScheduleError("Ngày kết thúc phải sau ngày đầu và trong vòng hai năm.")
    why = unfit(parts, schedule.at.date(), schedule.until)
    if why:
        raise ScheduleError(why)
    try:
        next(_local_dates(schedule), None)
    except (ValueError, TypeError, OverflowError, IndexError) as error:
        raise ScheduleError("Không hiểu quy tắc lặp.") from error


def _local_dates(schedule: Schedule) -> Iterator[datetime]:
    if not schedule.rule:
        yield schedule.at
        return
    left_out = frozenset(schedule.except_on)
    for at in islice(rrulestr(schedule.rule, dtstart=schedule.at), _MOST):
        if schedule.until is not None and at.date() > schedule.until:
            return
        if at.date() not in left_out:
            yield at


def next_dates(schedule: Schedule, after: datetime, zone: ZoneInfo, most: int = 5) -> list[datetime]:
    """The next so many dates strictly after ``after``, as aware UTC."""
    coming = (at.replace(tzinfo=zone).astimezone(UTC) for at in _local_dates(schedule))
    return list(islice((at for at in coming if at > after), most))


def quiet(at: datetime, zone: ZoneInfo, quiet_from_to: tuple[time, time]) -> bool:
    """Whether this moment lies in the quiet hours, which may go over midnight."""
    begin, end = quiet_from_to
    local = at.astimezone(zone).time()
    return begin <= local < end if begin <= end else local >= begin or local < end


def after_quiet(at: datetime, zone: ZoneInfo, quiet_from_to: tuple[time, time]) -> datetime:
    """The moment itself, or the end of the quiet hours it lies in."""
    if not quiet(at, zone, quiet_from_to):
        return at
    local, end = at.astimezone(zone), quiet_from_to[1]
    day = local.date() if local.time() < end else local.date() + timedelta(days=1)
    return datetime.combine(day, end, zone).astimezone(UTC)


def too_late(schedule: Schedule, planned_at: datetime, now: datetime) -> bool:
    return now > planned_at + timedelta(minutes=schedule.too_late_after)


def clashes(
    dates: Sequence[datetime], others: Sequence[tuple[datetime, str]], *, within: timedelta = NEAR
) -> list[tuple[datetime, str]]:
    """Other campaigns (time and title) that go out close to one of these dates."""
    return sorted({other for other in others for at in dates if abs(other[0] - at) < within})
