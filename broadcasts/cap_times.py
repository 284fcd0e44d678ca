"""Times as CAP writes them: whole seconds and a numeric offset, never a letter for the zone (pure).

Source: CAP-v1.2-os, 3.3.2: UTC is written ``-00:00``.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

_WRITTEN = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)([-+])(\d\d):(\d\d)", re.ASCII)
_FIRST, _LAST = 1970, 2200  # years: others are slips, and some of them break arithmetic with zones
_WIDEST = timedelta(hours=14)


def read_time(text: str) -> datetime:
    """Aware. Raises ValueError for whatever is not written as CAP writes it, and for years no warning is from."""
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise ValueError("not a time of CAP")
    offset = timedelta(hours=int(found[8]), minutes=int(found[9]))
    if offset > _WIDEST or int(found[9]) > 59 or not _FIRST <= int(found[1]) <= _LAST:
        raise ValueError("not a time of CAP")
    zone = timezone(-offset if found[7] == "-" else offset) if offset else UTC
    year, month, day, hour, minute, second = map(int, found.groups()[:6])
    return datetime(year, month, day, hour, minute, second, tzinfo=zone)


def write_time(at: datetime) -> str:
    """``2026-11-21T19:30:00+07:00``; parts of a second are cut off. Raises ValueError for a time without a zone, for
    an offset of seconds and for a year that ``read_time`` would refuse."""
    offset = at.utcoffset()
    if offset is None or offset % timedelta(minutes=1) or abs(offset) > _WIDEST or not _FIRST <= at.year <= _LAST:
        raise ValueError("not a time that CAP can write")
    sign = "+" if offset > timedelta(0) else "-"
    hours, minutes = divmod(int(abs(offset).total_seconds()) // 60, 60)
    local = at.replace(tzinfo=None, microsecond=0).isoformat(timespec="seconds")
    return f"{local}{sign}{hours:02d}:{minutes:02d}"
