"""Words that act: STOP, START, numbers, commands; only as a whole message, and never another word that looks alike."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.chat import anger, words

STOP_WORDS = ["STOP", "DỪNG", "HỦY", "HUỶ", "CANCEL", "END", "QUIT", "UNSUBSCRIBE", "STOP ALL", "ឈប់", "បោះបង់"]
START_WORDS = ["START", "UNSTOP", "BATLAI", "BẬT LẠI", "ចាប់ផ្តើម", "បើកវិញ"]
BLANKS = st.text(" \n\t\u00a0\u200b", max_size=3)
# Full stops and their like, the quotes that telephones put in by themselves, Khmer's own signs.
SIGNS = st.text(".,!?;:…()[]\"'“”‘’«»–—-*#។៕", max_size=3)


def stops(text: str) -> bool:
    """As the router asks."""
    return words.whole(text) in words.STOP


def starts(text: str) -> bool:
    return words.whole(text) in words.START


def without_marks(text: str) -> str:
    plain = "".join(each for each in unicodedata.normalize("NFD", text) if unicodedata.category(each) != "Mn")
    return plain.replace("đ", "d").replace("Đ", "D")


def cased(word: str, upper: list[bool]) -> str:
    return "".join(each.upper() if up else each.lower() for each, up in zip(word, upper, strict=False))


cases = st.lists(st.booleans(), min_size=20, max_size=20)


@given(word=st.sampled_from(STOP_WORDS), upper=cases, marks=st.booleans(), left=BLANKS, signs=SIGNS, right=BLANKS)
def test_stop_in_any_case_with_or_without_marks(
    word: str, upper: list[bool], marks: bool, left: str, signs: str, right: str
) -> None:
    if not marks and word[0] < "ក":
        word = without_marks(word)
    assert stops(f"{left}{signs}{cased(word, upper)}{signs[::-1]}{right}")


@given(word=st.sampled_from(START_WORDS), upper=cases, left=BLANKS, signs=SIGNS)
def test_start_in_any_case(word: str, upper: list[bool], left: str, signs: str) -> None:
    assert starts(f"{left}{cased(word, upper)}{signs}")


@pytest.mark.parametrize("word", STOP_WORDS + START_WORDS)
@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_however_a_keyboard_composes_them(word: str, form: str) -> None:
    text = unicodedata.normalize(form, word)  # type: ignore[arg-type]
    assert stops(text) == (word in STOP_WORDS)
    assert starts(text) == (word in START_WORDS)


@given(
    word=st.sampled_from(STOP_WORDS + START_WORDS),
    more=st.sampled_from(["gửi", "tin", "please", "1", "xin", "ខ្ញុំ", "giấy phép", "?a"]),
    before=st.booleans(),
)
def test_inside_a_sentence_they_are_only_words(word: str, more: str, before: bool) -> None:
    text = f"{more} {word}" if before else f"{word} {more}"
    assert not stops(text)
    assert not starts(text)


@pytest.mark.parametrize("word", ["đúng", "Đúng", "ĐÚNG.", "đụng", "dũng", "dùng", "Dung dịch", "đừng", "bạt lái"])
def test_a_word_with_other_marks_is_another_word(word: str) -> None:
    """“Đúng” is yes: it must never end somebody's warnings. Only a message without any mark may mean DỪNG."""
    assert not stops(word)
    assert not starts(word)


@pytest.mark.parametrize("text", ["", " ", "...", "1", "dừng lại giúp tôi", "xe dừng", "ngừng đánh bắt", "huy chương"])
def test_other_messages_neither_stop_nor_start(text: str) -> None:
    assert not stops(text)
    assert not starts(text)


def test_stop_and_start_and_thanks_are_different_words() -> None:
    assert not words.STOP & words.START
    assert not words.STOP & words.THANKS
    assert not words.START & words.THANKS
    assert not [word for word in words.STOP | words.START | words.THANKS if words.key(word) is not None]


# --- numbers ----------------------------------------------------------------------------------------------------

KEYS = [
    (1, ["1", "១", "１", " 1 ", "1.", "1)", "(1)", "số 1", "so 1", "one"]),
    (1, ["một", "mot", "MỘT", "Một.", "Số một", "so mot"]),
    (2, ["2", "២", "hai", "số hai", "two"]),
    (3, ["3", "៣", "ba", "so 3", "three"]),
    (4, ["4", "៤", "bốn", "bon", "số 4", "four"]),
    (5, ["5", "៥", "năm", "nam", "five"]),
    (6, ["6", "៦", "sáu", "sau", "six"]),
    (7, ["7", "៧", "bảy", "bay", "seven"]),
    (8, ["8", "៨", "tám", "tam", "eight"]),
    (9, ["9", "៩", "chín", "chin", "số 9", "nine"]),
    (0, ["0", "០", "quay lại", "Quay lai", "back", "BACK!"]),
]


@pytest.mark.parametrize(("number", "text"), [(number, text) for number, texts in KEYS for text in texts])
def test_a_number_in_digits_and_words(number: int, text: str) -> None:
    assert words.key(text) == number


@pytest.mark.parametrize(
    "text", ["", "10", "11", "1 2", "1a", "113", "một hai", "so", "số", "không", "mot nguoi", "ba con", "½", "一", "-"]
)
def test_anything_else_is_no_number(text: str) -> None:
    assert words.key(text) is None


@given(text=st.text(max_size=30))
def test_any_text_can_be_looked_at(text: str) -> None:
    number = words.key(text)
    assert number is None or 0 <= number <= 9
    assert words.bare(words.bare(text)) == words.bare(text)
    anger.angry(text)
    words.command(text)


# --- commands ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("/start", ("start", "")),
        ("/START", ("start", "")),
        ("/start g-dinh-ba", ("start", "g-dinh-ba")),
        ("/start   g-dinh-ba  ", ("start", "g-dinh-ba")),
        ("/start@CotMocBot", ("start", "")),
        ("/start@CotMocBot g-dinh-ba", ("start", "g-dinh-ba")),
        ("/khuvuc Tân Thành An Giang", ("khuvuc", "Tân Thành An Giang")),
        ("/xoa\n", ("xoa", "")),
        ("/khuvuc\nTân Thành", ("khuvuc", "Tân Thành")),
        ("/my_command", ("my_command", "")),
    ],
)
def test_a_command(text: str, meant: tuple[str, str]) -> None:
    assert words.command(text) == meant


@pytest.mark.parametrize("text", ["", "/", "//", "/ start", "start", " /start", "/xoá", "/a-b", "/.", "1/2", "/@bot"])
def test_no_command(text: str) -> None:
    assert words.command(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "ok cam on nha",
        "thank you so much",
        "dạ cảm ơn",
        "ok bye",
        "👍",
        "🙏🙏",
        "👍🏻 ❤️",
        "cảm ơn chú nhiều nha",
        "អរគុណច្រើន",
    ],
)
def test_thanks_with_what_politeness_adds(text: str) -> None:
    assert words.thanks(text)


@pytest.mark.parametrize(
    "text", ["cam on cho hoi may gio mo cua khau", "cám ơn ai?", "🚢", "?", "", "ok mấy giờ mở", "🆘"]
)
def test_no_thanks(text: str) -> None:
    assert not words.thanks(text)


# --- moods ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["ok", "Dạ!", "cảm ơn", "Cam on nha", "thank you", "អរគុណ", "បាទ"])
def test_thanks(text: str) -> None:
    assert words.whole(text) in words.THANKS


@pytest.mark.parametrize("text", ["ok mấy giờ mở", "cảm ơn, còn phà?", "dạ cho hỏi"])
def test_thanks_with_a_question_is_a_question(text: str) -> None:
    assert words.whole(text) not in words.THANKS


@pytest.mark.parametrize("text", ["bot ngu quá", "Làm ăn kiểu gì vậy?", "chán quá đi", "useless"])
def test_anger(text: str) -> None:
    assert anger.angry(text)


@pytest.mark.parametrize("text", ["ngư dân", "ngủ quán", "chưa bực", "đội ngũ quản lý", "mua vé", ""])
def test_no_anger(text: str) -> None:
    assert not anger.angry(text)
