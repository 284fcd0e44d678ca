"""A calendar as other programs read it (iCalendar, RFC 5545): times in UTC, lines folded, texts escaped (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

LONGEST_LINE = 75  # octets without the line break (RFC 5545, 3.1)
CONFIRMED, TENTATIVE = "CONFIRMED", "TENTATIVE"


@dataclass(frozen=True, slots=True)
class Event:
    """``uid``: the same for the same event for ever; ``at``: aware; ``status``: CONFIRMED or TENTATIVE."""

    uid: str
    at: datetime
    title: str
    status: str = CONFIRMED


def calendar(name: str, events: Iterable[Event], made_at: datetime) -> bytes:
    """The whole file. ``made_at``: aware, when this was so (DTSTAMP)."""
    return b"".join(fold(line) for line in _lines(name, events, made_at))


def _lines(name: str, events: Iterable[Event], made_at: datetime) -> Iterator[str]:
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Cot Moc//campaigns//VI", "CALSCALE:GREGORIAN")
    yield f"NAME:{escaped(name)}"  # RFC 7986; X-WR-CALNAME is what programs read before it
    yield f"X-WR-CALNAME:{escaped(name)}"
    yield "REFRESH-INTERVAL;VALUE=DURATION:PT1H"
    for each in events:
        yield from ("BEGIN:VEVENT", f"UID:{escaped(each.uid)}", f"DTSTAMP:{_utc(made_at)}", f"DTSTART:{_utc(each.at)}")
        yield f"SUMMARY:{escaped(each.title)}"
        yield from (f"STATUS:{each.status}", "CLASS:PRIVATE", "TRANSP:TRANSPARENT", "END:VEVENT")
    yield "END:VCALENDAR"


def escaped(text: str) -> str:
    """A text value: backslash, semicolon, comma and line breaks escaped (3.3.11); other control signs left out."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    plain = plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
    return "".join(sign for sign in plain if sign == "\t" or (ord(sign) >= 32 and ord(sign) != 127))


def fold(line: str) -> bytes:
    """One content line with its break, folded so that no line has more than 75 octets and no letter is cut in two."""
    folded, length = bytearray(), 0
    for sign in line:
        octets = sign.encode("utf-8", "replace")
        if length + len(octets) > LONGEST_LINE:
            folded += b"\r\n "
            length = 1  # the blank that a continued line begins with counts
        folded += octets
        length += len(octets)
    return bytes(folded + b"\r\n")


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
