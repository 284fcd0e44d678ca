"""Hello, who this is, and in which language."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages import Button
from bot.places import label
from bot.storage.inbox import Effect, effect
from broadcasts import subscribers
from content.entries import LANGUAGES
from handlers.chat import notices_shown
from handlers.chat.context import Reply, Turn
from handlers.chat.dialogue import Dialogue
from handlers.chat.listing import listed, values


async def on_start(turn: Turn, payload: str = "") -> Reply:
    """Who this is and who runs it; the place of the poster, if there was one; no consent is asked yet.

    Nothing is kept of who only says /start: without a choice or a consent nobody is a subscriber (promise P1).
    """
    place = turn.desk.gazetteer.resolve_start(payload) if payload else None
    address, day, remembers = turn.update.address, turn.today, turn.capabilities.subscribable
    effects: tuple[Effect, ...] = ()
    back = turn.resident.known and not payload
    lines = [turn.say("greet.back"), *_trial(turn)] if back else greeting(turn)
    if place is not None:
        code = place.code
        lines.append(turn.say("place.set", place=label(place, turn.language)))
        if remembers:

            async def remember(connection: AsyncConnection) -> None:
                await subscribers.choose_place(connection, address, day, code)

            effects = (effect(remember),)
    rows: list[tuple[Button, ...]] = [_languages(turn)]
    if remembers and turn.resident.safety is None:
        rows.append((turn.button("btn.subscribe", "s", "on"),))
    rows.append((turn.button("btn.menu", "m"),))
    message = turn.message("\n".join(lines), *rows)
    chosen = place.code if place is not None and not remembers else turn.dialogue.place
    there = replace(turn, dialogue=replace(turn.dialogue, place=chosen))
    if place is not None and remembers:
        there = there.with_resident(places=(place.code,))
    shown = notices_shown.joined(there, notices_shown.own_places(there))
    dialogue = Dialogue(
        language=turn.language,
        choices=values(message),
        first=remembers and turn.resident.safety is None,
        voted=turn.dialogue.voted,
        place=chosen,
        noticed=(shown.dialogue or turn.dialogue).noticed,
    )
    return Reply((*shown.messages, message), effects, dialogue)


def greet(turn: Turn) -> Reply:
    """Somebody says hello: hello back; who this is only to who has not been told in this conversation."""
    menu = (turn.button("btn.menu", "m"),)
    if turn.dialogue.language:
        return listed(turn, turn.say("greet.again"), menu, step="")
    if turn.resident.known:
        return listed(turn, turn.say("greet.back"), menu, step="")
    return listed(turn, "\n".join(greeting(turn)), _languages(turn), menu, step="")


def greeting(turn: Turn) -> list[str]:
    """Who runs this is a setting; while it is empty no sentence says "official" or "approved"."""
    lines = [turn.say("greet.first", owner=turn.desk.owner) if turn.desk.owner else turn.say("greet.trial")]
    if turn.desk.owner and turn.desk.catalog.any_signed:
        lines.append(turn.say("greet.auto"))
    else:
        lines.append(turn.say("greet.auto_trial"))
    return lines + _trial(turn)


async def on_language(turn: Turn, language: str = "") -> Reply:
    if language not in LANGUAGES:
        return listed(turn, turn.say("menu.title"), _languages(turn))
    turn = turn.in_language(language)
    address, day = turn.update.address, turn.today

    async def choose(connection: AsyncConnection) -> None:
        await subscribers.keep(connection, address, day, language=language)

    reply = listed(turn, turn.say("lang.set"), (turn.button("btn.menu", "m"),))
    effects: tuple[Effect, ...] = (effect(choose),) if turn.capabilities.subscribable else ()
    return replace(reply, effects=effects, dialogue=replace(reply.dialogue or turn.dialogue, chosen=True))


def _languages(turn: Turn) -> tuple[Button, ...]:
    return tuple(turn.labelled(turn.say(f"lang.name.{each}"), "l", each) for each in LANGUAGES)


def _trial(turn: Turn) -> list[str]:
    return [] if turn.desk.catalog.any_signed else [turn.say("trial.unsigned")]
