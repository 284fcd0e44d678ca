"""The sentences around an urgent notice: all there, short enough to be read out, each with what it has to say."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from content import files
from content.entries import LANGUAGES

TABLE: Mapping[str, Mapping[str, str]] = files.read_yaml("phrases.yaml")
FIELD = re.compile(r"\{([a-z_]+)\}")
WANTED = {
    "head.urgent": set(), "head.update": {"n"}, "head.clear": set(), "head.cancel": set(), "head.correct": set(),
    "head.withdrawn": {"time"}, "head.expired": {"time"}, "head.repeat": set(), "head.drill": set(),
    "notice.times": {"time", "date", "confirmed", "until"}, "notice.until": {"time", "date"},
    "notice.pending": set(), "notice.confirmed": {"time"}, "notice.waiting": set(), "notice.unconfirmed_hold": set(),
    "notice.first": set(), "notice.joined": {"place"}, "notice.none": {"place"}, "notice.said_at": {"time", "date"},
    "notice.sender": {"owner"}, "notice.sender_trial": set(), "notice.superseded": {"time"},
    "notice.cancelled_old": {"time"}, "notice.cleared_old": {"time"}, "notice.cancel_text": {"time"},
    "ack.ok": set(), "ack.help": {"place"}, "help.ask": set(), "help.sent": set(), "help.not_sent": set(),
    "help.words_ask": set(), "help.words_kept": set(), "help.nobody": set(), "help.taken": {"time"},
    "btn.ack": set(), "btn.help": set(), "btn.help_send": set(),
}  # fmt: skip


@pytest.mark.parametrize("key", sorted(WANTED))
def test_each_sentence_is_there_with_its_placeholders(key: str) -> None:
    for language in LANGUAGES:
        assert set(FIELD.findall(TABLE[key][language])) == WANTED[key], (key, language)


@pytest.mark.parametrize("key", sorted(WANTED))
def test_nothing_soft_and_nothing_long_is_said_in_danger(key: str) -> None:
    said = TABLE[key]["vi"]
    assert not re.search(r"(?i)(?<!\w)(dạ|ạ|nhé|vui lòng|yên tâm|cảm ơn)(?!\w)", said)
    for sentence in re.split(r"(?<=[.?])\s", said):
        assert len(sentence.split()) <= 16, sentence


def test_the_five_ends_of_a_notice_look_different() -> None:
    """An old message that was replaced, cancelled, cleared, withdrawn or ran out is never mistaken for another."""
    ends = ("notice.superseded", "notice.cancelled_old", "notice.cleared_old", "head.withdrawn", "head.expired")
    for language in LANGUAGES:
        heads = [TABLE[key][language].split("]")[0] for key in ends]
        assert all(head.startswith("[") for head in heads)
        assert len(set(heads)) == len(ends)


def test_an_unconfirmed_notice_that_is_held_is_not_called_false() -> None:
    held = TABLE["notice.unconfirmed_hold"]
    assert "nhầm" not in held["vi"]
    assert "sai" not in held["vi"]
    assert "vẫn giữ" in held["vi"]
    assert "mistake" not in held["en"]


def test_who_asks_for_help_is_told_what_officers_will_see_and_how_long() -> None:
    """No placeholder: a sentence with an empty one would be left out, and this one must never be."""
    for language, words in {
        "vi": ("địa chỉ chat", "nơi đã chọn", "lời nhắn", "72 giờ"),
        "km": ("អាសយដ្ឋានឆាត", "កន្លែង", "72 ម៉ោង"),
        "en": ("chat's address", "place", "what you add", "72 hours"),
    }.items():
        assert all(word in TABLE["help.ask"][language] for word in words)


def test_who_waits_for_an_officer_is_still_told_to_call() -> None:
    for key in ("help.sent", "help.nobody"):
        assert all("112" in TABLE[key][language] for language in LANGUAGES)
