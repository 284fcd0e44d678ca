"""The two consents, each asked for in its own words, and the topics of regular messages."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.places import label
from bot.storage.inbox import Effect, effect
from broadcasts import subscribers
from broadcasts.subscribers import ConsentGiven
from content.entries import LANGUAGES, TOPICS
from handlers.chat.context import Reply, Turn
from handlers.chat.listing import listed

SUBSCRIBABLE_TOPICS = tuple(topic for topic in TOPICS if topic != "service")


# --- consent ------------------------------------------------------------


def first_consent(turn: Turn) -> Reply:
    """After the first answer that follows /start: the first of the two consents, once."""
    if not turn.dialogue.first or not turn.capabilities.subscribable or turn.resident.safety is not None:
        return Reply()
    dialogue = replace(turn.dialogue, first=False)
    if turn.place is None:
        return ask_place(replace(turn, dialogue=dialogue), flow="consent", above=turn.say("place.why"))
    return ask_safety(replace(turn, dialogue=dialogue))


async def on_subscribe(turn: Turn) -> Reply:
    """Place, life-safety messages, routine messages, topics; each can be skipped."""
    if not turn.capabilities.subscribable:
        return listed(turn, turn.say("page.no_push"), (turn.button("btn.menu", "m"),), step="")
    turn = replace(turn, dialogue=replace(turn.dialogue, first=False))
    return ask_place(turn, flow="consent") if turn.place is None else ask_safety(turn)


def ask_place(turn: Turn, *, flow: str = "", above: str = "") -> Reply:
    asked = turn.say("place.ask")
    reply = listed(turn, f"{above}\n{asked}" if above else asked, (turn.button("btn.skip", "p", "skip"),))
    return replace(reply, dialogue=replace(reply.dialogue or turn.dialogue, step="place", flow=flow))


def safety_wording(turn: Turn) -> str:
    if turn.place is None:
        return turn.say("consent.safety_anywhere")
    return turn.say("consent.safety", place=place_name(turn))


def routine_wording(turn: Turn) -> str:
    start, end = turn.desk.settings.quiet_from_to
    return turn.say(
        "consent.routine",
        topics=topic_names(turn) or turn.say("what.all_topics"),
        n=turn.desk.settings.weekly_cap,
        **{"from": f"{start.hour}:{start.minute:02d}", "to": f"{end.hour}:{end.minute:02d}"},
    )


_WORDINGS = {"safety": safety_wording, "routine": routine_wording}


def ask_safety(turn: Turn, above: str = "") -> Reply:
    return _ask_consent(turn, "safety", above)


def ask_routine(turn: Turn, above: str = "") -> Reply:
    return _ask_consent(turn, "routine", above)


def _ask_consent(turn: Turn, kind: str, above: str) -> Reply:
    text = _WORDINGS[kind](turn)
    mark = _mark(text)
    row = (turn.button("btn.yes", "c", kind, "y", mark), turn.button("btn.no", "c", kind, "n", mark))
    return listed(turn, f"{above}\n{text}" if above else text, row, step="")


def _mark(wording: str) -> str:
    """Ties a button to the sentence above it: language, place and topics may change before it is tapped."""
    return hashlib.sha256(wording.encode()).hexdigest()[:8]


async def on_consent(turn: Turn, kind: str, answer: str, mark: str) -> Reply:
    if kind not in _WORDINGS or answer not in ("y", "n"):
        return Reply()
    given = answer == "y"
    wordings = (_WORDINGS[kind](turn.in_language(each)) for each in (turn.language, *LANGUAGES))
    wording = next((each for each in wordings if _mark(each) == mark), None)
    if wording is None:  # what was shown is no longer what would be kept: asked again as it is now
        return _ask_consent(turn, kind, "")
    word = consent_effect(turn, kind, given, wording)
    what = what_of(turn, kind)
    said = turn.say("consent.yes", what=what, **turn.clock_fields()) if given else turn.say("consent.no", what=what)
    if kind == "safety":
        after = turn.with_resident(safety=given)
        reply = ask_routine(after, above=said)
    elif given and not turn.resident.topics:
        reply = ask_topics(turn.with_resident(routine=True), above=said)
    else:
        reply = listed(turn, f"{said}\n{turn.say('consent.data')}", (turn.button("btn.menu", "m"),))
    return replace(reply, effects=(word,))


def consent_effect(turn: Turn, kind: str, given: bool, wording: str) -> Effect:
    address, day = turn.update.address, turn.today
    word = ConsentGiven(kind, given, turn.now, address.channel, wording)

    async def keep(connection: AsyncConnection) -> None:
        await subscribers.consent(connection, address, day, word)

    return effect(keep)


# --- topics ------------------------------------------------------------


def ask_topics(turn: Turn, above: str = "") -> Reply:
    rows = []
    for topic in SUBSCRIBABLE_TOPICS:
        label = turn.say(f"topic.{topic}")
        if topic in turn.resident.topics:
            label = turn.say("topics.chosen", what=label)
        rows.append((turn.labelled(label, "g", topic),))
    rows.append((turn.button("btn.done", "g"),))
    text = turn.say("topics.ask")
    return listed(turn, f"{above}\n{text}" if above else text, *rows, step="")


async def on_topic(turn: Turn, topic: str = "") -> Reply:
    """One more topic, or one less; without a topic the choice is finished.

    Topics are no consent: who never agreed to regular messages is asked, or nothing would ever come of the choice.
    """
    if not topic:
        chosen = topic_names(turn) or turn.say("what.all_topics")
        said = turn.say("topics.set", topics=chosen)
        if turn.resident.topics and not turn.resident.routine:
            return ask_routine(turn, above=said)
        text = f"{said}\n{turn.say('consent.data')}"
        return listed(turn, text, (turn.button("btn.menu", "m"),))
    if topic not in SUBSCRIBABLE_TOPICS:
        return Reply()
    topics = set(turn.resident.topics) ^ {topic}
    chosen_topics = tuple(each for each in SUBSCRIBABLE_TOPICS if each in topics)
    address, day = turn.update.address, turn.today

    async def choose(connection: AsyncConnection) -> None:
        await subscribers.choose_topics(connection, address, day, chosen_topics)

    return replace(ask_topics(turn.with_resident(topics=chosen_topics)), effects=(effect(choose),))


# --- shared ------------------------------------------------------------


def place_name(turn: Turn) -> str:
    return label(turn.place, turn.language) if turn.place else ""


def topic_names(turn: Turn) -> str:
    """In the order of the menu; a topic's own name may hold a comma."""
    return "; ".join(turn.say(f"topic.{topic}") for topic in TOPICS if topic in turn.resident.topics)


def what_of(turn: Turn, kind: str) -> str:
    if kind == "safety":
        if turn.place:
            return turn.say("what.safety", place=place_name(turn))
        return turn.say("what.safety_anywhere")
    names = topic_names(turn)
    return turn.say("what.routine_topics", topics=names) if names else turn.say("what.routine")
