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
        "camr own",
        "camr own nhieu nha",
        "cho toi xin so phone tai xe",
        "in the can cuoc o dau",
        "tree em qua cuar khaaur",
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
        "is Hà Tiên open to foreigners",
        "can I cross at Thường Phước with an e-visa",
        "where is Dinh Bà",
        "what is a giấy thông hành",
        "can I go to dinh ba",
        "is the gate at thuong phuoc open",
        "Hà Tiên gate hours",
        "how far is Cần Thơ from the border",
        "interest",
    ],
)
def test_english(text: str) -> None:
    assert detect(text, TABLES).code == "en"


@pytest.mark.parametrize(
    "text",
    [
        "ចូលឃុំព្រំដែនត្រូវសុំច្បាប់ទេ",
        "qua Campuchia ត្រូវការ CCCD ទេ",
        "លេខ ១១២",
        "ខ្ញុំចង់ធ្វើ hộ chiếu",
        "ឃុំព្រំដែន Tân Hồng, Tân Thành, Thường Phước នៅ Đồng Tháp",
    ],
)
def test_khmer_even_when_mixed(text: str) -> None:
    assert detect(text, TABLES).code == "km"


@pytest.mark.parametrize(
    "text",
    [
        "knhom chong tov tver ka nov japan",
        "bong oi tver passport tlai ponman",
        "likhet chlong den tlai ponman",
        "khchey luy tov krav protes ban te",
    ],
)
def test_khmer_in_latin_letters(text: str) -> None:
    assert detect(text, TABLES).code == "km"


@pytest.mark.parametrize("text", ["nha hoy na", "ban do no do", "bong ban te khong", "what do you mean man", "so on"])
def test_words_that_are_also_vietnamese_or_english_make_no_khmer(text: str) -> None:
    assert detect(text, TABLES).code != "km"


@pytest.mark.parametrize(
    "text",
    ["how to xin giấy phép", "cho tui hỏi បង ơi giấy thông hành làm ở đâu", "tui muốn check visa working holiday Úc"],
)
def test_the_grammar_decides_what_a_mixed_message_is(text: str) -> None:
    assert detect(text, TABLES).code == "vi"


@pytest.mark.parametrize("text", ["visa", "passport", "casino Bavet"])
def test_words_that_every_language_here_uses_tell_none(text: str) -> None:
    assert detect(text, TABLES) == Language("vi", unmarked=True, borrowed=True)
    assert not detect(f"làm {text}", TABLES).borrowed


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
