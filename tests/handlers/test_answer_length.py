"""What the content check measures is never shorter than what a chat without buttons really shows."""

from __future__ import annotations

from pathlib import Path

from bot.messages import Address, Limits, Update, UpdateKind
from broadcasts.subscribers import Resident
from content.checks.lengths import SETTING, longest_message
from content.entries import LANGUAGES
from handlers.chat.context import Turn
from handlers.chat.dialogue import Dialogue
from handlers.chat.rendering import render
from handlers.chat.residents import answer
from tests.flows.talk import MORNING, Talk

ROOMY = Limits(text_units=100_000, utf16=False, button_rows=30)


async def test_no_shown_answer_is_longer_than_the_check_thinks(tmp_path: Path) -> None:
    filled = dict.fromkeys(("owner_name", "owner_phone", "owner_address", "office_hours", "privacy_contact"), SETTING)
    talk = await Talk.start(tmp_path, buttons=False, **filled)
    desk = talk.app.intake.desk
    address = Address("fake", "main", "1")
    update = Update("u1", address, UpdateKind.TEXT, MORNING, "?")
    for entry in desk.catalog:
        for language in LANGUAGES:
            turn = Turn(
                update, MORNING, Resident(address), Dialogue(), desk, talk.channel.capabilities, language=language
            )
            shown = answer(turn, entry).messages[0]
            [message] = render(shown, talk.channel.capabilities, ROOMY, desk.phrases)
            measured = longest_message(entry, language, desk.catalog, desk.phrases)
            assert len(message.text) <= len(measured), f"{entry.id} ({language})"
    await talk.stop()
