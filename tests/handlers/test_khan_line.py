"""A notice in one line: hazard, place, hours and code in the order in which people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.notice_files import shipped_notices
from handlers.chat import khan_line

TEMPLATES = tuple(shipped_notices().values())
SHORTS = [(short, each.id) for each in TEMPLATES for short in each.short]


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("khan", ""),
        ("KHẨN", ""),
        ("Tin khẩn!", ""),
        ("TIN KHAN", ""),
        ("khan satlo thuong phuoc", "satlo thuong phuoc"),
        ("tin khẩn sạt lở Thường Phước", "sạt lở Thường Phước"),
        ("khăn giấy", "giấy"),  # no hazard: nobody is asked anything
        ("tin gì mới", None),
        ("khanh", None),
        ("", None),
    ],
)
def test_what_calls_for_a_notice(text: str, rest: str | None) -> None:
    assert khan_line.rest_of(text) == rest


@pytest.mark.parametrize(
    ("rest", "found"),
    [
        ("satlo thuong phuoc 6h 123456", ("landslide", "thuong phuoc", 6, "123456", False)),
        ("sạt lở Thường Phước 6h 123 456", ("landslide", "Thường Phước", 6, "123456", False)),
        ("sat lo bo song c-29971", ("landslide", "c-29971", None, "", False)),
        ("lu tan ho co 12 giờ", ("flood", "tan ho co", 12, "", False)),
        ("dien tap bao thuong phuoc 1h", ("storm", "thuong phuoc", 1, "", True)),
        ("dientap satlo", ("landslide", "", None, "", True)),
        ("goi thu thuong phuoc", ("duty-call", "thuong phuoc", None, "", True)),
        ("dich benh thuong phuoc 200h", ("disease", "thuong phuoc", 200, "", False)),
        ("satlo ១២៣៤៥៦", ("landslide", "", None, "123456", False)),
    ],
)
def test_a_line_is_read(rest: str, found: tuple[str, str, int | None, str, bool]) -> None:
    line = khan_line.read(rest, TEMPLATES)
    assert line is not None
    assert (line.template.id, line.place, line.hours, line.code, line.drill) == found


@pytest.mark.parametrize("rest", ["", "cap cuu", "123456", "thuong phuoc satlo", "dien tap"])
def test_what_names_no_hazard_first_is_no_line(rest: str) -> None:
    assert khan_line.read(rest, TEMPLATES) is None


@given(st.sampled_from(SHORTS), st.booleans(), st.integers(1, 24), st.integers(0, 999_999))
def test_every_short_name_can_be_typed_in_one_word(short: tuple[str, str], glued: bool, hours: int, code: int) -> None:
    name = short[0].replace(" ", "") if glued else short[0]
    line = khan_line.read(f"{name} thường phước {hours}h {code:06}", TEMPLATES)
    assert line is not None
    assert (line.template.id, line.place, line.hours, line.code) == (short[1], "thường phước", hours, f"{code:06}")


@given(st.text(max_size=60))
def test_nothing_that_is_typed_breaks_it(text: str) -> None:
    rest = khan_line.rest_of(text)
    if rest:
        khan_line.read(rest, TEMPLATES)
    khan_line.read(text, TEMPLATES)
