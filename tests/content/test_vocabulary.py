"""What a typed word may stand for."""

from __future__ import annotations

import pytest

from content.vocabulary import Confusion, TypingTables, Vocabulary

TABLES = TypingTables(
    slang={"ko": ("không",), "hông": ("không",), "ck": ("cửa khẩu", "chồng"), "bp": ("biên phòng",)},
    real_words=frozenset({"hông"}),
    confusions=(
        Confusion("onset", "l", "n"),
        Confusion("onset", "gi", "d"),
        Confusion("final", "t", "c"),
        Confusion("nucleus", "au", "ao"),
    ),
)
WORDS = dict.fromkeys(
    [
        "luat",
        "giay",
        "khong",
        "cua",
        "khau",
        "bien",
        "gioi",
        "phong",
        "chong",
        "mat",
        "tau",
        "hong",
        "campuchia",
        "passport",
    ],
    3,
)
VOCABULARY = Vocabulary(
    WORDS,
    TABLES,
    marked_words=frozenset({"giấy", "mật", "hồng", "cửa"}),
    pairs=("cua khau", "bien gioi"),
)


def first(word: str, folded: str) -> tuple[str, ...]:
    readings = VOCABULARY.readings(word, folded)
    return readings[0].words if readings else ()


def test_a_known_word_is_itself() -> None:
    assert [reading.words for reading in VOCABULARY.readings("giấy", "giay")] == [("giay",)]


@pytest.mark.parametrize(
    ("word", "folded", "meant"),
    [
        ("ko", "ko", ("khong",)),
        ("bp", "bp", ("bien", "phong")),
        ("bieen", "bieen", ("bien",)),
        ("nuật", "nuat", ("luat",)),  # n for l
        ("dấy", "day", ("giay",)),  # d for gi
        ("mặc", "mac", ("mat",)),  # c for t
        ("tào", "tao", ("tau",)),
        ("cuakhau", "cuakhau", ("cua", "khau")),
        ("campuchai", "campuchai", ("campuchia",)),  # two letters swapped
        ("pasport", "pasport", ("passport",)),
        ("giaaaay", "giaaaay", ("giay",)),
    ],
)
def test_other_spellings_lead_to_it(word: str, folded: str, meant: tuple[str, ...]) -> None:
    assert first(word, folded) == meant


def test_slang_with_two_meanings_has_both() -> None:
    assert [reading.words for reading in VOCABULARY.readings("ck", "ck")] == [("cua", "khau"), ("chong",)]


def test_a_short_form_that_is_a_word_too_keeps_both_readings_and_the_word_counts_more() -> None:
    word, meaning = VOCABULARY.readings("hông", "hong")
    assert (word.words, meaning.words) == (("hong",), ("khong",))
    assert word.weight > meaning.weight


@pytest.mark.parametrize("word", ["xyz", "112", "qq", "bóng"])
def test_what_nothing_resembles_has_no_reading(word: str) -> None:
    assert VOCABULARY.readings(word, word if word.isascii() else "bong") == ()


def test_other_languages_have_no_tone_keys() -> None:
    plain = Vocabulary({"visa": 1, "via": 1}, TypingTables())
    assert plain.readings("vias", "vias") != plain.readings("via", "via")
    assert [reading.words for reading in plain.readings("gates", "gates")] == []
