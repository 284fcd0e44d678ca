"""Which language a reply is in, and how days are written."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages import Address, OutgoingMessage, Update, UpdateKind
from broadcasts.subscribers import Resident
from content.entries import LANGUAGES
from handlers.chat.context import Reply, language_for
from handlers.chat.days import day_text
from handlers.chat.dialogue import Dialogue

NOW = datetime(2026, 11, 20, 2, 12, tzinfo=UTC)
ME = Address("telegram", "main", "4001")


def language(chosen: str | None = None, detected: str = "none", talk: str = "", hint: str = "") -> str:
    update = Update("1", ME, UpdateKind.TEXT, NOW, language_hint=hint)
    return language_for(update, Resident(ME, language=chosen), Dialogue(language=talk), detected)


@pytest.mark.parametrize(
    ("given_languages", "spoken"),
    [
        ({"chosen": "vi", "detected": "km", "talk": "en", "hint": "en"}, "vi"),
        ({"detected": "km", "talk": "en", "hint": "vi"}, "km"),
        ({"detected": "none", "talk": "en", "hint": "km"}, "en"),
        ({"detected": "other", "talk": "km", "hint": "vi"}, "km"),
        ({"detected": "none", "hint": "km"}, "km"),
        ({"detected": "other", "hint": "en-GB"}, "en"),
        ({"hint": "fr"}, "vi"),
        ({"hint": "th-TH"}, "vi"),
        ({}, "vi"),
    ],
    ids=["chosen", "message", "talk", "talk, foreign words", "phone", "variant", "fr", "th", "nothing"],
)
def test_the_choice_then_the_message_then_the_talk_then_the_phone(given_languages: dict[str, str], spoken: str) -> None:
    assert language(**given_languages) == spoken


ANY = st.sampled_from(["", *LANGUAGES])


@given(
    chosen=st.none() | st.sampled_from(LANGUAGES),
    detected=st.sampled_from([*LANGUAGES, "other", "none"]),
    talk=ANY,
    hint=st.text(max_size=8) | ANY,
)
def test_it_is_always_a_language_we_speak(chosen: str | None, detected: str, talk: str, hint: str) -> None:
    spoken = language(chosen, detected, talk, hint)
    assert spoken in LANGUAGES
    if chosen:
        assert spoken == chosen
    elif detected in LANGUAGES:
        assert spoken == detected


def test_days_are_written_as_the_language_does() -> None:
    day = date(2026, 7, 1)
    assert [day_text(day, each) for each in LANGUAGES] == ["1/7/2026", "1/7/2026", "1 Jul 2026"]
    assert day_text(date(2026, 12, 31), "en") == "31 Dec 2026"


def test_two_replies_as_one() -> None:
    first, second = OutgoingMessage("một"), OutgoingMessage("hai")
    talk, later = Dialogue(step="a"), Dialogue(step="b")
    joined = Reply((first,), dialogue=talk).also(Reply((second,), dialogue=later, forget=True))
    assert joined == Reply((first, second), dialogue=later, forget=True)
    assert Reply((first,), dialogue=talk).also(Reply()).dialogue == talk
