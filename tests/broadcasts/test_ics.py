"""The calendar file: whatever a title holds, another program reads it back; lines are short and whole."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from broadcasts.ics import CONFIRMED, LONGEST_LINE, TENTATIVE, Event, calendar, escaped, fold

NOON = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
TIMES = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(
    lambda at: at.replace(microsecond=0, tzinfo=timezone(timedelta(hours=7)))
)
TITLES = st.text(max_size=120) | st.text("đấế;,\\\nកខ🙂", max_size=120)


def unfolded(content: bytes) -> list[str]:
    """As RFC 5545 says: a break before a blank is none."""
    return content.replace(b"\r\n ", b"").decode().split("\r\n")[:-1]


def read(value: str) -> str:
    """A text value as it was meant."""
    out, signs = [], iter(value)
    for sign in signs:
        if sign == "\\":
            following = next(signs)
            out.append("\n" if following in "nN" else following)
        else:
            assert sign not in ";,"
            out.append(sign)
    return "".join(out)


def plain(text: str) -> str:
    """What may be kept of a text: its lines, and no other control sign."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in lines if sign in "\t\n" or (ord(sign) >= 32 and ord(sign) != 127))


@given(st.lists(st.tuples(TIMES, TITLES, st.sampled_from([CONFIRMED, TENTATIVE])), max_size=5), TITLES)
def test_what_is_written_can_be_read_back(given_events: list[tuple[datetime, str, str]], name: str) -> None:
    events = [Event(f"uid-{number}", *each) for number, each in enumerate(given_events)]
    content = calendar(name, events, NOON)
    for line in content.split(b"\r\n"):
        assert len(line) <= LONGEST_LINE
        assert b"\n" not in line
        assert b"\r" not in line
        line.decode()  # no letter is cut in two
    lines = unfolded(content)
    assert (lines[0], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == len(events)
    assert read(next(each for each in lines if each.startswith("NAME:"))[5:]) == plain(name)
    values = [line.partition(":") for line in lines]
    assert [read(value) for key, _, value in values if key == "SUMMARY"] == [plain(each.title) for each in events]
    assert [value for key, _, value in values if key == "UID"] == [each.uid for each in events]
    assert [value for key, _, value in values if key == "STATUS"] == [each.status for each in events]
    starts = [datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) for key, _, value in values
              if key == "DTSTART"]  # fmt: skip
    assert starts == [each.at for each in events]


@given(st.text(max_size=400))
def test_folding_changes_nothing(text: str) -> None:
    line = f"SUMMARY:{escaped(text)}"
    assert fold(line).replace(b"\r\n ", b"") == line.encode() + b"\r\n"


def test_a_line_of_just_the_length_is_not_folded() -> None:
    assert fold("x" * 75) == b"x" * 75 + b"\r\n"
    assert fold("x" * 76) == b"x" * 75 + b"\r\n x\r\n"
    assert fold("x" * 74 + "đ") == b"x" * 74 + b"\r\n " + "đ".encode() + b"\r\n"
