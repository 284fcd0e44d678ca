"""What is said to who asked to be told: the answer as it is given to a question, under the day it was asked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.channels.base import Channel
from bot.messages import OutgoingMessage, Update, UpdateKind
from broadcasts import subscribers
from broadcasts.waiting import Due
from content import store
from handlers.chat import dialogue as dialogues
from handlers.chat import residents
from handlers.chat.context import Desk, Turn
from handlers.chat.days import day_text
from handlers.chat.dialogue import Dialogue
from handlers.chat.rendering import render


@dataclass(frozen=True, slots=True)
class Words:
    """What is said, part by part; ``shown``: the conversation as it would be if nothing else were going on."""

    parts: tuple[OutgoingMessage, ...]
    shown: Dialogue

    def after(self, talk: Dialogue) -> Dialogue:
        """What the resident is in the middle of goes on; the numbers belong to the newest list."""
        shown = self.shown
        return replace(
            talk,
            language=talk.language or shown.language,
            choices=shown.choices,
            topic=shown.topic,
            entry_id=shown.entry_id,
        )


async def words_for(desk: Desk, channel: Channel, each: Due, now: datetime) -> Words | None:
    """The words for one resident; None when the entry is no answer that can be told."""
    async with desk.db.reading() as connection:
        entry = await store.load_entry(connection, each.entry_id)
        resident = (await subscribers.load(connection, [each.address]))[each.address]
        talk = (await dialogues.load(connection, [each.address], now)).get(each.address, Dialogue())
    language = resident.language or each.language
    turn = Turn(
        update=Update("", each.address, UpdateKind.QUIET, now),
        now=now,
        resident=resident,
        dialogue=replace(talk, first=False),  # consent is asked for after an answer that was just asked for
        desk=desk,
        capabilities=channel.capabilities,
        language=language,
    )
    if entry is None or not entry.tellable(turn.today):
        return None
    reply = residents.answer(turn, entry)
    heading = turn.say("notify.told", date=day_text(each.asked_on, language))
    message = replace(reply.messages[0], text=f"{heading}\n{reply.messages[0].text}")
    parts = render(message, channel.capabilities, channel.limits, desk.phrases)
    return Words(tuple(parts), reply.dialogue or talk)
