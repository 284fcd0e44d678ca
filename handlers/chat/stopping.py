"""STOP, and what is wanted again after it."""

from __future__ import annotations

from dataclasses import replace

from bot.messages import Button
from bot.storage.inbox import effect
from broadcasts import subscribers, waiting
from broadcasts.subscribers import ConsentGiven
from content.entries import LANGUAGES
from handlers.chat import words
from handlers.chat.context import Reply, Turn
from handlers.chat.greetings import on_start
from handlers.chat.listing import listed, values
from handlers.chat.subscriptions import consent_effect, on_subscribe, what_of
from handlers.chat.values import pressed


async def on_stop(turn: Turn) -> Reply:
    """Everything ends at once; one confirmation; the same word again on the same day gets no second one."""
    address = turn.update.address
    # Who is not kept otherwise may wait for an answer too.
    effects = [effect(lambda connection: waiting.forget(connection, address))]
    if not turn.capabilities.subscribable:
        return replace(await _on_page(turn), effects=tuple(effects))
    if turn.resident.known:
        async with turn.desk.db.reading() as connection:
            past = await subscribers.history(connection, address)
        if past and _stopped_by(turn, past[-1]):
            return Reply(effects=tuple(effects))
        wording = turn.say("stop.done")
        effects += [consent_effect(turn, kind, False, wording) for kind in ("routine", "safety")]
    rows = [(turn.button("btn.safety", "k", "safety"),), (turn.button("btn.all_again", "k", "both"),)]
    reply = listed(turn, turn.say("stop.done"), *rows, step="")
    if values(reply.messages[0]) == turn.dialogue.choices and not turn.resident.known:
        return Reply(effects=tuple(effects))  # said a moment ago
    return replace(reply, effects=tuple(effects))


async def _on_page(turn: Turn) -> Reply:
    """A page never writes first: there is nothing to stop but what somebody asked to be told."""
    async with turn.desk.db.reading() as connection:
        waits = await waiting.count_for(connection, turn.update.address)
    lines = [turn.say("page.no_push"), *([turn.say("page.tell_dropped")] if waits else [])]
    return listed(turn, "\n".join(lines), (turn.button("btn.menu", "m"),), step="")


def yes_or_stop(turn: Turn, yes: str) -> Reply:
    """ "dung" under a question may be yes and may be STOP: asked back, for either would be wrong for the other.

    ``yes``: the value that a yes presses.
    """
    agree, stop = Button(turn.say("btn.correct"), yes), turn.button("btn.stop", "k", "none")
    return listed(turn, turn.say("stop.or_yes"), (agree, stop))


def _stopped_by(turn: Turn, word: ConsentGiven) -> bool:
    """Whether this word was a STOP of today. A no to a question about consent is none, whatever it comes to."""
    stops = {turn.in_language(each).say("stop.done") for each in LANGUAGES}
    return word.wording in stops and word.at.astimezone(turn.desk.settings.zone).date() == turn.today


async def on_start_again(turn: Turn) -> Reply:
    """What is wanted again. Who never said a word on any consent has nothing to take up again: greeted, or asked."""
    if not turn.capabilities.subscribable:
        return await on_start(turn)
    stopped = any(pressed(each, turn.today).verb == "k" for each in turn.dialogue.choices)
    if turn.resident.safety is None and turn.resident.routine is None and not stopped:
        return await on_start(turn) if words.whole(turn.text) in words.BEGIN else await on_subscribe(turn)
    rows = [
        (turn.button("btn.both", "k", "both"),),
        (turn.button("btn.safety_only", "k", "safety"),),
        (turn.button("btn.routine_only", "k", "routine"),),
    ]
    return listed(turn, turn.say("start.ask"), *rows, step="")


async def on_keep(turn: Turn, what: str) -> Reply:
    """After STOP or START: which messages are wanted again."""
    if what == "none":
        return await on_stop(turn)
    kinds = {"both": ("safety", "routine"), "safety": ("safety",), "routine": ("routine",)}.get(what)
    if kinds is None:
        return Reply()
    if turn.resident.safety is None and turn.resident.routine is None:
        return await on_subscribe(turn)  # who never agreed is asked in full first
    names = turn.say("what.both") if what == "both" else what_of(turn, what)
    said = turn.say("start.done", what=names, **turn.clock_fields())
    effects = tuple(consent_effect(turn, kind, True, said) for kind in kinds)
    return replace(listed(turn, said, (turn.button("btn.menu", "m"),), step=""), effects=effects)
