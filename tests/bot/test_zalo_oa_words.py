"""What residents write on Zalo by habit, in our words; and that nobody else's words change."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.zalo_words import LONGEST_VALUE, PRESSED, button_value, spoken


@pytest.mark.parametrize(
    ("typed", "ours"),
    [
        ("#hoi mấy giờ mở cửa khẩu?", "mấy giờ mở cửa khẩu?"),
        ("#Hỏi   giá vé", "giá vé"),
        (unicodedata.normalize("NFD", "#HỎI giá vé"), "giá vé"),
        ("#hoi", "/menu"),
        ("#", "/menu"),
        ("##", "/menu"),
        ("#stop", "/stop"),
        (" #STOP ", "/stop"),
        ("# dừng", "/stop"),
        ("#huỷ", "/stop"),
        ("#xa Tân Thành", "/khuvuc Tân Thành"),
        ("#xã  Tân Thành", "/khuvuc Tân Thành"),
        ("#Phường Hà Tiên", "/khuvuc Hà Tiên"),
        ("#xa", "/khuvuc"),
        ("#đăng ký", "/dangky"),
        ("#dangky", "/dangky"),
        ("#xóa", "/xoa"),
        ("#1", "1"),
        ("# 12", "12"),
        ("#menu", "/menu"),
        # The account may pass on only what begins with "#": then the rest is simply what was said.
        ("#cửa khẩu Dinh Bà mở lúc nào", "cửa khẩu Dinh Bà mở lúc nào"),
        ("#dừng xe ở đâu", "dừng xe ở đâu"),
        ("#xoá án tích cần gì", "xoá án tích cần gì"),
        ("#cứu với", "cứu với"),
        ("#hội chợ ở đâu", "hội chợ ở đâu"),
        ("#dòng một\ndòng hai", "dòng một\ndòng hai"),
        ("មាត់ #1", "មាត់ #1"),
        ("stop", "stop"),
    ],
)
def test_habits(typed: str, ours: str) -> None:
    assert spoken(typed) == ours


@given(st.text().filter(lambda text: not unicodedata.normalize("NFC", text).strip().startswith("#")))
def test_other_words_stay_as_they_are(text: str) -> None:
    assert spoken(text) == text


@given(st.text())
def test_nothing_is_lost_and_nothing_breaks(text: str) -> None:
    assert spoken("#" + text).strip() or not text.strip()


def test_a_button_comes_back_as_its_value() -> None:
    assert button_value(f"{PRESSED}e:crossing.gate~gk2") == "e:crossing.gate~gk2"
    assert button_value(f" {PRESSED}m~1\n") == "m~1"
    assert button_value(PRESSED + "v" * LONGEST_VALUE) == "v" * LONGEST_VALUE
    for other in ("", "#", PRESSED, "m~1", "#hoi m~1", PRESSED + "v" * (LONGEST_VALUE + 1), "x #=m~1"):
        assert button_value(other) == ""
