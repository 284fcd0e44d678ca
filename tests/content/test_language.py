"""The language of one message, and whether Vietnamese came without marks."""

from __future__ import annotations

import pytest

from content.language import Language, detect
from content.language_tables import language_tables

TABLES = language_tables()


@pytest.mark.parametrize(
    "text",
    [
        "Đi chơi vào xã biên giới có cần xin giấy phép không?",
        "cấm bay không",
        "đi",
        "ai lấy hộ chiếu please",
        "check in cột mốc được hông ad",
    ],
)
def test_vietnamese_with_marks(text: str) -> None:
    assert detect(text, TABLES) == Language("vi", unmarked=False)


@pytest.mark.parametrize(
    "text",
    [
        "di choi vo xa bien gioi co can xin giay phep ko z",
        "an com chua",
        "the can cuoc cho con toi",
        "ban do no do",
        "lam so thong hanh di cam o dau",
        "ddeen bieen bij phatj",
        "d9o6n2 bie6n pho2ng o73 d9a6u",
        "xkld nhat ban",
        "visa",
    ],
)
def test_vietnamese_without_marks(text: str) -> None:
    assert detect(text, TABLES) == Language("vi", unmarked=True)


@pytest.mark.parametrize(
    "text",
    [
        "can i leave here with e-visa?",
        "names of the border gates of An Giang",
        "how much cash can I take to Cambodia",
        "where is the gate",
        "territorial sea",
        "do I need a permit",
        "is it open on Sunday",
    ],
)
def test_english(text: str) -> None:
    assert detect(text, TABLES).code == "en"


@pytest.mark.parametrize("text", ["ចូលឃុំព្រំដែនត្រូវសុំច្បាប់ទេ", "qua Campuchia ត្រូវការ CCCD ទេ", "លេខ ១១២"])
def test_khmer_even_when_mixed(text: str) -> None:
    assert detect(text, TABLES).code == "km"


@pytest.mark.parametrize(
    "text",
    [
        "Wie komme ich über die Grenze",
        "où est la frontière",
        "中国边境怎么过",
        "ผ่านแดนที่ไหน",
        "xcvb poiu tyrew",
        "Где граница",
    ],
)
def test_other_languages(text: str) -> None:
    assert detect(text, TABLES).code == "other"


@pytest.mark.parametrize("text", ["", " ", "😂😂", "?!", "112", "❤️🌹", "\u200b"])
def test_no_letters(text: str) -> None:
    assert detect(text, TABLES).code == "none"
