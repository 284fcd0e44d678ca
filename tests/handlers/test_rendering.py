"""Rendering: nothing too long for the channel, nothing lost, buttons once, numbers that mean what they say."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels import telegram, terminal, webchat
from bot.messages import Attachment, Button, Capabilities, Limits, OutgoingMessage
from content import files
from content.entries import LANGUAGES
from handlers.chat.rendering import numbered, render, split, units

PHRASES = files.shipped_phrases()
CATALOG = files.shipped_catalog()
BUTTONS = Capabilities(buttons=True, attachments=True, subscribable=True)
LINES = Capabilities(buttons=False, attachments=False, subscribable=True)

pieces = st.sampled_from(
    ["Dạ.", "Bà con hỏi gì?", "cửa khẩu", "ខ្ញុំចង់សួរ។", "ស្ត្រី", "😀", "👨‍👩‍👧", "e\u0302\u0301", "x" * 70, "😀" * 40, "-"]
)
blanks = st.sampled_from([" ", "\n", "\n\n", "  ", ". ", "", "\n \n"])
texts = st.lists(st.tuples(pieces, blanks) | st.tuples(st.text(max_size=30), blanks), max_size=40).map(
    lambda parts: "".join(piece + blank for piece, blank in parts)
)
labels = st.sampled_from(["Có", "Không", "Cửa khẩu", "ច្រកទ្វារ", "Menu", "😀 x"])
rows = st.lists(
    st.lists(st.builds(Button, labels, st.text("abc", min_size=1, max_size=5)), min_size=1, max_size=3).map(tuple),
    max_size=5,
).map(tuple)
limits = st.builds(Limits, text_units=st.integers(60, 400), utf16=st.booleans(), button_rows=st.just(25))


def counting_line(language: str) -> re.Pattern[str]:
    """The line that says "1 of 3, to be continued"."""
    line = re.escape(PHRASES.say("answer.part", language, i="00", n="00")).replace("00", r"\d+")
    return re.compile(rf"\n{line}$")


def letters(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).split())


@given(
    text=texts,
    buttons=rows,
    limit=limits,
    language=st.sampled_from(LANGUAGES),
    capabilities=st.sampled_from([BUTTONS, LINES]),
)
def test_no_part_is_too_long_and_nothing_is_lost(
    text: str, buttons: tuple[tuple[Button, ...], ...], limit: Limits, language: str, capabilities: Capabilities
) -> None:
    message = OutgoingMessage(text, buttons, language, attachment=Attachment("x", "text/plain", b"x"))
    parts = render(message, capabilities, limit, PHRASES)
    assert all(units(part.text, utf16=limit.utf16) <= limit.text_units for part in parts)
    assert [part.buttons for part in parts] == [()] * (len(parts) - 1) + [buttons]
    assert [part.attachment for part in parts] == [None] * (len(parts) - 1) + [message.attachment]
    assert {part.language for part in parts} == {language}
    line = counting_line(language)
    said = [line.sub("", part.text) if part is not parts[-1] else part.text for part in parts]
    if len(parts) > 1:
        assert all(line.search(part.text) for part in parts[:-1])
        assert all(each.strip() for each in said)
    whole = text if capabilities.buttons or not buttons else f"{text}\n{numbered(message, PHRASES)}"
    # Blanks go where a message is cut; no letter does.
    assert letters("".join(said)) == letters(whole)


@given(text=texts, room=st.integers(2, 200), utf16=st.booleans())
def test_a_cut_is_made_at_a_blank_if_there_is_one(text: str, room: int, utf16: bool) -> None:
    parts = split(text, room, utf16=utf16)
    assert all(units(part, utf16=utf16) <= room for part in parts)
    assert letters("".join(parts)) == letters(text)
    at = 0
    for part, following in pairwise(parts):
        at = text.index(part, at) + len(part)
        if text.startswith(
            following, at
        ):  # cut without a blank: then the word alone was too long for what is left of a part
            assert units(part, utf16=utf16) * 3 >= room - 3


def test_cuts_prefer_paragraphs_then_lines_then_sentences() -> None:
    paragraph = "Một câu ngắn. Một câu nữa."
    assert split(f"{paragraph}\n\n{paragraph}", 40, utf16=False) == [paragraph, paragraph]
    assert split(f"{paragraph}\n{paragraph}", 40, utf16=False) == [paragraph, paragraph]
    assert split("Một câu ngắn. Một câu nữa.", 20, utf16=False) == ["Một câu ngắn.", "Một câu nữa."]
    assert split("không có câu nào cả", 10, utf16=False) == ["không có", "câu nào cả"]
    assert split("", 10, utf16=False) == [""]


@given(text=st.text(max_size=50))
def test_units(text: str) -> None:
    assert units(text, utf16=False) == len(text)
    assert units(text, utf16=True) == len(text) + sum(ord(each) > 0xFFFF for each in text)


def test_a_short_message_is_left_as_it_is() -> None:
    message = OutgoingMessage("Dạ.", ((Button("Có", "y"),),), decision="answered", entry_id="a.b")
    assert render(message, BUTTONS, telegram.LIMITS, PHRASES) == [message]


def test_text_is_sent_composed() -> None:
    [part] = render(OutgoingMessage("xa\u0303"), BUTTONS, telegram.LIMITS, PHRASES)
    assert part.text == "xã"


# --- numbered lines ---------------------------------------------------------------------------------------------


@given(text=st.sampled_from(["Hỏi gì?", "Chọn:"]), buttons=rows, language=st.sampled_from(LANGUAGES))
def test_numbered_lines_are_the_choices_in_their_order(
    text: str, buttons: tuple[tuple[Button, ...], ...], language: str
) -> None:
    message = OutgoingMessage(text, buttons, language)
    [part] = render(message, LINES, terminal.Terminal.limits, PHRASES)
    if not buttons:
        assert part.text == text
        return
    said = part.text.removeprefix(f"{text}\n").split("\n")
    if not text.endswith(":"):  # which announces the list itself
        assert said.pop(0) == PHRASES.say("list.send", language)
    assert said == [f"{number}. {choice.label}" for number, choice in enumerate(message.choices(), start=1)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_related_questions_stand_under_a_line_of_their_own(language: str) -> None:
    rows = ((Button("Có", "v:y:a"), Button("Không", "v:n:a")), (Button("A", "e:a"),), (Button("B", "e:b"),))
    lines = numbered(OutgoingMessage("Hỏi?", (*rows, (Button("Menu", "m"),)), language), PHRASES).split("\n")
    heading = PHRASES.say("answer.related", language)
    assert lines[1:] == ["1. Có", "2. Không", heading, "3. A", "4. B", "5. Menu"]
    assert heading not in numbered(OutgoingMessage("Hỏi?", rows[1:], language), PHRASES)


def test_with_buttons_no_lines_are_written() -> None:
    message = OutgoingMessage("Hỏi gì?", ((Button("Có", "y"),),))
    assert render(message, BUTTONS, telegram.LIMITS, PHRASES)[0].text == "Hỏi gì?"


# --- what really ships ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [telegram.LIMITS, webchat.WebChat.limits, terminal.Terminal.limits])
def test_every_shipped_answer_is_one_message(limit: Limits) -> None:
    """The longest text the rules allow stays whole on every channel of ours."""
    for entry in CATALOG:
        for language, answer in entry.answers.items():
            assert len(render(OutgoingMessage(answer.text, (), language), BUTTONS, limit, PHRASES)) == 1
