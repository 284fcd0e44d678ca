"""My data and its erasure: everything that is kept of a chat, shown, as a file, and gone at once."""

from __future__ import annotations

import json
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages import Attachment
from bot.storage.inbox import effect
from broadcasts import subscribers, waiting
from handlers.chat.context import Reply, Turn, day_text
from handlers.chat.dialogue import Dialogue
from handlers.chat.subscriptions import listed, place_name, topic_names, what_of


async def on_my_data(turn: Turn) -> Reply:
    """Everything that is kept of this chat, and the same as a file."""
    resident, address = turn.resident, turn.update.address
    async with turn.desk.db.reading() as connection:
        past = await subscribers.history(connection, address)
        questions = await waiting.count_for(connection, address)
    if not resident.known and not questions:
        lines = [turn.say("data.none")]
        if turn.dialogue != Dialogue():
            lines.append(turn.say("data.dialogue"))
        return listed(turn, "\n".join(lines), (turn.button("btn.menu", "m"),), step="")
    lines = [
        turn.say("data.shown"),
        turn.say("data.channel", channel=address.channel.capitalize(), tail=address.external_id[-2:]),
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
    lines.append(turn.say("data.dialogue"))
    row = (turn.button("btn.erase", "d", "ask"),)
    reply = listed(turn, "\n".join(lines), row, step="")
    if not turn.capabilities.attachments:
        return reply
    kept = {
        "channel": address.channel,
        # A page's address is the secret of its cookie: it is not written into a file that may be passed on.
        "address": address.external_id if turn.capabilities.subscribable else f"…{address.external_id[-2:]}",
        "language": resident.language,
        "places": list(resident.places),
        "topics": list(resident.topics),
        "last_wrote_on": resident.last_wrote_on.isoformat() if resident.last_wrote_on else None,
        "reachable": resident.reachable,
        "consents": [
            {"kind": each.kind, "given": each.given, "at": each.at.isoformat(), "wording": each.wording}
            for each in past
        ],
        "questions_waiting": questions,
    }
    content = json.dumps(kept, ensure_ascii=False, indent=2).encode()
    shown = replace(reply.messages[0], buttons=())
    file = replace(
        turn.message(turn.say("data.export"), row),
        attachment=Attachment("cotmoc.json", "application/json", content),
    )
    return replace(reply, messages=(shown, file))


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
