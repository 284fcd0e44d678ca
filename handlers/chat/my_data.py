"""My data and its erasure: everything that is kept of a chat, shown, as a file, and gone at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.inbox import effect
from broadcasts import notice_taps, subscribers, waiting
from handlers.chat import my_export
from handlers.chat.context import Reply, Turn
from handlers.chat.days import day_text
from handlers.chat.dialogue import Dialogue
from handlers.chat.listing import listed
from handlers.chat.subscriptions import place_name, topic_names, what_of

LATELY = timedelta(days=90)  # as long as it is kept what was sent to whom
MOST_DATES = 10  # in the message; the file has them all


async def on_my_data(turn: Turn) -> Reply:
    """Everything that is kept of this chat, and the same word for word: as a file where the channel takes one."""
    resident, address = turn.resident, turn.update.address
    async with turn.desk.db.reading() as connection:
        past = await subscribers.history(connection, address)
        questions = await waiting.count_for(connection, address)
        sent = await subscribers.messages_to(connection, address, turn.now - LATELY)
        asked = await notice_taps.of(connection, address)
    if not resident.known and not questions and not asked:
        lines = [turn.say("data.none")]
        if turn.dialogue != Dialogue():
            lines.append(turn.say("data.dialogue"))
        return listed(turn, "\n".join(lines), (turn.button("btn.menu", "m"),), step="")
    lines = [
        turn.say("data.shown"),
        turn.say("data.channel", channel=my_export.channel_name(address.channel), tail=address.external_id[-2:]),
        turn.say("data.language", language=turn.say(f"lang.name.{resident.language or turn.language}")),
        turn.say("data.place", place=place_name(turn) if turn.place else turn.say("place.none")),
    ]
    if resident.topics:
        lines.append(turn.say("data.topics", topics=topic_names(turn)))
    for kind in ("safety", "routine"):
        words = [each for each in past if each.kind == kind]
        if words:
            key = "data.consent" if words[-1].given else "data.refused"
            lines.append(turn.say(key, what=what_of(turn, kind), **turn.clock_fields(words[-1].at)))
    if resident.last_wrote_on:
        lines.append(turn.say("data.wrote", date=day_text(resident.last_wrote_on, turn.language)))
    if questions:
        lines.append(turn.say("data.tell", n=questions))
    if asked:
        lines.append(turn.say("data.help", n=len(asked)))
    messages = [(at.astimezone(turn.desk.settings.zone).date(), state) for at, state in sent]
    if messages:
        days = [day_text(day, turn.language) for day in dict.fromkeys(day for day, _ in messages)]
        dates = ", ".join(days[:MOST_DATES]) + (" …" if len(days) > MOST_DATES else "")
        lines.append(turn.say("data.sent", n=len(messages), date=dates))
    lines.append(turn.say("data.dialogue"))
    row = (turn.button("btn.erase", "d", "ask"),)
    reply = listed(turn, "\n".join(lines), row, step="")
    content = my_export.kept(resident, past, questions, turn.capabilities, messages, asked)
    shown = replace(reply.messages[0], buttons=())
    if turn.capabilities.takes(my_export.MIME):
        whole = replace(turn.message(turn.say("data.export"), row), attachment=my_export.as_file(content))
    else:
        whole = turn.message(my_export.as_lines(content), row)
    return replace(reply, messages=(shown, whole))


async def on_erase(turn: Turn) -> Reply:
    """Typed: done at once, with a receipt that leads to nobody."""
    address, now, key = turn.update.address, turn.now, turn.desk.key
    receipt = _receipt(turn.desk.token())

    async def erase(connection: AsyncConnection) -> None:
        await subscribers.erase(connection, address, now, key)

    said = turn.say("data.erased", code=receipt, **turn.clock_fields())
    return Reply((turn.message(said),), (effect(erase),), forget=True)


async def on_erase_button(turn: Turn, step: str) -> Reply:
    """The button asks once, because thumbs slip."""
    if step == "sure":
        return await on_erase(turn)
    row = (turn.button("btn.erase", "d", "sure"), turn.button("btn.back", "m"))
    return listed(turn, turn.say("data.sure"), row, step="")


def _receipt(token: str) -> str:
    letters = "".join(each for each in token.upper() if each.isalnum())
    return f"XD-{letters[:4]}-{letters[4:8]}"
