"""The bot's own sentences: filled in without blanks, complete in three languages, equal in what they say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content import files
from content.entries import LANGUAGES
from content.phrases import PLACEHOLDERS, Phrases, fill

FIELD = re.compile(r"\{([a-z_]+)\}")
KHMER = re.compile("[\u1780-\u17b3]")
ONLY_VIETNAMESE = re.compile("[ăđơưĂĐƠƯạ-ỹẠ-Ỹ]")
# Said in the languages themselves, whatever the language of the conversation.
OWN_NAMES = {"lang.name.en", "lang.name.vi", "lang.name.km", "lang.unsupported"}


def shipped() -> Mapping[str, Mapping[str, str]]:
    return files.read_yaml("phrases.yaml")  # type: ignore[no-any-return]


TABLE = shipped()
PHRASES = Phrases(TABLE)


# --- filling in -------------------------------------------------------------------------------------------------


def test_placeholders_are_filled_in() -> None:
    assert fill("Đã chọn: {place}. Còn {n} nơi.", place="Tân Hồng", n=0) == "Đã chọn: Tân Hồng. Còn 0 nơi."


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Gặp cán bộ. Điện thoại: {phone}. Đến cũng được.", "Gặp cán bộ. Đến cũng được."),
        ("Điện thoại: {phone}.", ""),
        ("Đến {address}? Gọi {phone}.", ""),
        ("Hỏi {owner} hoặc {phone}. Hết.", "Hết."),
        ("{owner}\nGiờ: 7 giờ.\n{phone}", "Giờ: 7 giờ."),
        ("ទូរស័ព្ទ៖ {phone}។ សូមមក។", "សូមមក។"),
        ("Xem gov.vn/{code} trước. Hết.", "Hết."),
        ("Từ 1.7.2025 {place} mới. Hết.", "Hết."),
        ("Gọi 1900.1234, giờ {hours}. Hết.", "Hết."),
    ],
    ids=["middle", "alone", "two", "one of two", "lines", "khmer", "address", "date", "number"],
)
def test_a_sentence_with_an_empty_placeholder_is_left_out_whole(text: str, left: str) -> None:
    """A dot inside a number or an address ends no sentence, so no half of one remains."""
    assert fill(text) == left
    assert fill(text, phone="", owner="", address="", code="", place="", hours="") == left


@given(value=st.text(max_size=20))
def test_what_is_filled_in_is_not_read_again(value: str) -> None:
    """A place called "{phone}" stays a strange name."""
    said = fill("Đã chọn: {place}.", place=f"x{{phone}}{value}x", phone="secret")
    assert said == f"Đã chọn: x{{phone}}{value}x."


WORDS = st.text("abc đạc ខ្មែរ ,;:", min_size=1, max_size=12).filter(str.strip).map(str.strip)


@given(
    sentences=st.lists(
        st.tuples(WORDS, st.none() | st.sampled_from(["place", "phone", "owner"]), st.sampled_from([".", "?", "។"])),
        min_size=1,
        max_size=6,
    ),
    place=st.sampled_from(["", "Tân Hồng"]),
    phone=st.sampled_from(["", "113"]),
)
def test_a_sentence_is_said_whole_or_not_at_all(
    sentences: list[tuple[str, str | None, str]], place: str, phone: str
) -> None:
    fields = {"place": place, "phone": phone, "owner": ""}
    text = " ".join(f"{words}{f' {{{name}}}' if name else ''}{end}" for words, name, end in sentences)
    if "{" not in text:
        assert fill(text, **fields) == text
        return
    wanted = [
        f"{words}{f' {fields[name]}' if name else ''}{end}"
        for words, name, end in sentences
        if not name or fields[name]
    ]
    assert fill(text, **fields) == " ".join(wanted)


def test_another_placeholder_is_refused_when_it_is_read() -> None:
    with pytest.raises(ValueError, match=r"greet: unknown placeholder surname"):
        Phrases({"greet": {"vi": "Chào {surname}"}})
    assert Phrases({"greet": {"vi": "Chào {owner}"}}).say("greet", "vi", owner="A") == "Chào A"


def test_vietnamese_stands_in_for_a_language_that_lacks_it() -> None:
    phrases = Phrases({"x": {"vi": "Dạ", "km": ""}})
    assert [phrases.say("x", language) for language in ("vi", "km", "en", "fr")] == ["Dạ"] * 4
    assert "x" in phrases
    assert "y" not in phrases
    with pytest.raises(KeyError):
        phrases.say("y", "vi")


# --- what ships -------------------------------------------------------------------------------------------------


def test_the_shipped_sentences_can_be_read() -> None:
    assert files.shipped_phrases().keys() == set(TABLE)
    assert len(TABLE) > 100


def test_every_sentence_is_there_in_three_languages() -> None:
    assert [key for key, texts in TABLE.items() if set(texts) != set(LANGUAGES)] == []
    untidy = [
        (key, language)
        for key, texts in TABLE.items()
        for language, text in texts.items()
        if not text or text != text.strip() or "  " in text
    ]
    assert untidy == []


def test_placeholders_are_the_same_in_every_language() -> None:
    used = {key: [Counter(FIELD.findall(text)) for text in texts.values()] for key, texts in TABLE.items()}
    assert {key: counts for key, counts in used.items() if counts[1:] != counts[:-1]} == {}
    assert {name for counts in used.values() for name in counts[0]} <= PLACEHOLDERS
    braces = [key for key, texts in TABLE.items() for text in texts.values() if set("{}") & set(FIELD.sub("", text))]
    assert braces == []


def test_a_khmer_sentence_is_khmer_and_an_english_one_english() -> None:
    translated = {key: texts for key, texts in TABLE.items() if key not in OWN_NAMES}
    assert [key for key, texts in translated.items() if not KHMER.search(texts["km"])] == []
    left_over = [
        (key, language)
        for key, texts in translated.items()
        for language in ("km", "en")
        if ONLY_VIETNAMESE.search(without_names(texts[language]))
    ]
    assert left_over == []


def without_names(text: str) -> str:
    """Without the names and words that stay as they are in every language."""
    for name in ("Cột Mốc", "Tân Thành An Giang", "DỪNG", "BATLAI", "HUỶ"):
        text = text.replace(name, "")
    return text


def test_everything_given_is_said_and_nothing_is_left_open() -> None:
    for key, texts in TABLE.items():
        for language, text in texts.items():
            assert "{" not in PHRASES.say(key, language), (key, language)
            whole = PHRASES.say(key, language, **dict.fromkeys(PLACEHOLDERS, "‹x›"))
            assert whole.count("‹x›") == len(FIELD.findall(text)), (key, language)
