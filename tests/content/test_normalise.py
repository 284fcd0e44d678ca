"""One canonical spelling for whatever is pasted or typed."""

from __future__ import annotations

import unicodedata

import pytest

from content.normalise import clean, fold


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("  Cửa   khẩu\tDinh\nBà ", "cửa khẩu dinh bà"),
        (unicodedata.normalize("NFD", "Giấy thông hành"), "giấy thông hành"),
        ("ĐỒN BIÊN PHÒNG", "đồn biên phòng"),
        ("bi\u200bên\u200d gi\ufeffới", "biên giới"),
        ("\u202ecửa khẩu\u202c", "cửa khẩu"),
        ("ｅ－ｖｉｓａ", "e-visa"),
        ("Ðồng Tháp", "đồng tháp"),  # the Icelandic letter of old fonts
        ("số\x00 112\x07", "số 112"),
        ("", ""),
        ("\u200b\u200f", ""),
    ],
)
def test_clean(given: str, wanted: str) -> None:
    assert clean(given) == wanted


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("លេខ ១១២", "លេខ 112"),
        ("ព្រំ\u200bដែន", "ព្រំដែន"),
        ("ហេីយ", "ហើយ"),  # two signs that draw as one
        ("ឲ្យ", "ឱ្យ"),
        ("អោយ", "ឱ្យ"),
        ("បណ្ដឹង", "បណ្តឹង"),
    ],
)
def test_clean_khmer(given: str, wanted: str) -> None:
    assert clean(given) == wanted


def test_fold_takes_marks_away_and_leaves_other_scripts() -> None:
    assert fold("đường ranh giới ở Thường Phước") == "duong ranh gioi o Thuong Phuoc"
    assert fold("hoà hòa") == "hoa hoa"
    assert fold("ព្រំដែន") == "ព្រំដែន"
