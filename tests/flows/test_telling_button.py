"""The button "tell me": it opts in for the question it stands under, in its language, in any process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.storage import schema
from broadcasts import waiting
from handlers.chat.values import value
from tests.flows.talk import Talk, text_of
from tests.flows.test_telling import ANSWER, DAYS, TELL, TODAY, decide, told
from tests.flows.unanswerable import ANOTHER, IN_ENGLISH, UNANSWERABLE


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Talk]:
    started = await Talk.start(tmp_path)
    yield started
    await started.stop()


async def opted(talk: Talk) -> list[tuple[str, str]]:
    """Subjects and languages of all opt-ins."""
    async with talk.app.db.reading() as connection:
        rows = await connection.execute(select(schema.tell_me).order_by(schema.tell_me.c.subject))
        return [(row.subject, row.language) for row in rows]


def subject(talk: Talk, question: str) -> str:
    return waiting.question_subject(question, talk.app.intake.desk.key)


async def test_the_button_means_the_question_above_it(talk: Talk) -> None:
    """Also when another question was asked before it was tapped; and tapped twice is asked once."""
    await talk.hears(UNANSWERABLE)
    button = talk.button(TELL)
    await talk.hears(ANOTHER)
    for _ in range(2):
        said = text_of(await talk.hears(kind="button", value=button))
        assert said == "Dạ được. Khi có câu trả lời, Cột Mốc báo một lần rồi thôi."
    assert await opted(talk) == [(subject(talk, UNANSWERABLE), "vi")]


async def test_each_button_opts_in_for_its_own(talk: Talk) -> None:
    buttons = []
    for question in (UNANSWERABLE, ANOTHER):
        await talk.hears(question)
        buttons.append(talk.button(TELL))
        talk.clock.advance(700)
    for button in buttons:
        await talk.hears(kind="button", value=button)
    wanted = sorted((subject(talk, each), "vi") for each in (UNANSWERABLE, ANOTHER))
    assert await opted(talk) == wanted


async def test_it_works_after_a_restart_and_the_next_day(tmp_path: Path) -> None:
    """The heading names the day of the question, not that of the tap."""
    talk = await Talk.start(tmp_path)
    await talk.hears(UNANSWERABLE)
    button = talk.button(TELL)
    await talk.stop()
    again = await Talk.start(tmp_path)
    again.clock.advance(DAYS)
    await again.hears(kind="button", value=button, key="the next day")
    await decide(again)
    [(_, message)] = await told(again)
    assert message.text.startswith("Ngày 20/11/2026 bà con có hỏi")
    await again.stop()


async def test_any_process_that_has_the_key_understands_it(tmp_path: Path) -> None:
    """Nothing of the question is in the folder or the memory of the process that asked; the key alone is shared."""
    talks = [
        await Talk.start(tmp_path / name, secret_key=key) for name, key in (("a", "one"), ("b", "one"), ("c", "other"))
    ]
    first, second, stranger = talks
    await first.hears(UNANSWERABLE)
    button = first.button(TELL)
    for talk in (second, stranger):
        await talk.hears(kind="button", value=button)
        await decide(talk)
    assert [message.entry_id for _, message in await told(second)] == [ANSWER]
    assert await told(stranger) == []
    for talk in talks:
        await talk.stop()


async def test_it_keeps_the_language_of_the_question(talk: Talk) -> None:
    await talk.hears(IN_ENGLISH)
    button = talk.button("Tell me when you know")
    await talk.hears(ANOTHER)  # the conversation goes on in Vietnamese
    await talk.hears(kind="button", value=button)
    assert await opted(talk) == [(subject(talk, IN_ENGLISH), "en")]


async def test_a_number_typed_for_it_works_too(tmp_path: Path) -> None:
    talk = await Talk.start(tmp_path, buttons=False)
    await talk.hears(UNANSWERABLE)
    await talk.hears("1")
    assert await opted(talk) == [(subject(talk, UNANSWERABLE), "vi")]
    await talk.stop()


@pytest.mark.parametrize(
    "arguments",
    [(), ("service.who-runs",), ("x" * 32, "vi"), ("a" * 31, "vi"), ("a" * 32,), ("a" * 32, "fr"), ("A" * 32, "vi")],
)
async def test_what_we_never_wrote_opts_in_for_nothing(talk: Talk, arguments: tuple[str, ...]) -> None:
    said = text_of(await talk.hears(kind="button", value=value(TODAY, "t", *arguments)))
    assert said.startswith("Nút này đã cũ.")
    assert await opted(talk) == []


async def test_no_word_of_the_question_is_in_the_button(talk: Talk) -> None:
    await talk.hears(UNANSWERABLE)
    button = talk.button(TELL)
    assert len(button.encode()) <= 64
    assert not any(word in button for word in UNANSWERABLE.split() if len(word) > 2)
