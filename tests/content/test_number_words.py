"""Vietnamese numbers in words: as they are said, and read back by the reader of the content checks."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.checks.spelled_vietnamese import spelled_vietnamese
from content.number_words import decimal, digits, month, number, ordinal


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "không"),
        (4, "bốn"),
        (10, "mười"),
        (15, "mười lăm"),
        (21, "hai mươi mốt"),
        (44, "bốn mươi bốn"),
        (55, "năm mươi lăm"),
        (101, "một trăm linh một"),
        (110, "một trăm mười"),
        (111, "một trăm mười một"),
        (1000, "một nghìn"),
        (1005, "một nghìn không trăm linh năm"),
        (2026, "hai nghìn không trăm hai mươi sáu"),
        (100_000, "một trăm nghìn"),
        (15_000_000, "mười lăm triệu"),
        (1_005_000, "một triệu không trăm linh năm nghìn"),
        (2_000_000_000, "hai tỷ"),
        (3_000_000_000_000, "ba nghìn tỷ"),
    ],
)
def test_numbers_as_they_are_said(value: int, words: str) -> None:
    assert number(value) == words


@given(st.integers(2, 10**12))
def test_what_is_said_is_understood_as_the_same_number(value: int) -> None:
    found = [each.value for each in spelled_vietnamese(f"phạt {number(value)} đồng")]
    assert found == [Decimal(value)]


@given(st.lists(st.integers(0, 10**13), min_size=2, max_size=2, unique=True))
def test_two_numbers_never_sound_the_same(values: list[int]) -> None:
    assert number(values[0]) != number(values[1])


@given(st.integers(0, 10**15))
def test_the_other_word_for_a_thousand(value: int) -> None:
    assert number(value, "ngàn") == number(value).replace("nghìn", "ngàn")


def test_less_than_nothing_is_no_count() -> None:
    with pytest.raises(ValueError, match="negative"):
        number(-1)


def test_telephone_numbers_decimals_ordinals_and_april() -> None:
    assert digits("+84 112") == "tám bốn một một hai"
    assert decimal("3", "5") == "ba phẩy năm"
    assert decimal("2337", "459") == "hai nghìn ba trăm ba mươi bảy phẩy bốn năm chín"
    assert decimal("0", "05") == "không phẩy không năm"
    assert [ordinal(each) for each in (1, 2, 4, 5)] == ["thứ nhất", "thứ hai", "thứ tư", "thứ năm"]
    assert [month(each) for each in (4, 11)] == ["tư", "mười một"]
