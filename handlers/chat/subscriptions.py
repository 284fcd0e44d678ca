"""Start and stop, the two consents, topics and language."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages import Button
from bot.places import label
from bot.storage.inbox import Effect, effect
from broadcasts import subscribers, waiting
from broadcasts.subscribers import ConsentGiven
from content.entries import LANGUAGES, TOPICS
from handlers.chat.context import Reply, Turn
from handlers.chat.dialogue import Dialogue

SUBSCRIBABLE_TOPICS = tuple(topic for topic in TOPICS if topic != "service")


# --- hello ------------------------------------------------------------


async def on_start(turn: Turn, payload: str = "") -> Reply:
    """Who this is and who runs it; the place of the poster, if there was one; no consent is asked yet."""
    effects: list[Effect] = []
    place = turn.desk.gazetteer.resolve_start(payload) if payload else None
    address, day, remembers = turn.update.address, turn.today, turn.capabilities.subscribable
    back = turn.resident.known and not payload
    lines = [turn.say("greet.back"), *_trial(turn)] if back else greeting(turn)
    if place is not None:
        lines.append(turn.say("place.set", place=label(place, turn.language)))
    if remembers:

        async def remember(connection: AsyncConnection) -> None:
            if place is not None:
                await subscribers.choose_place(connection, address, day, place.code)
            else:
                await subscribers.keep(connection, address, day)

        effects.append(effect(remember))
    rows: list[tuple[Button, ...]] = [
        tuple(turn.labelled(turn.say(f"lang.name.{each}"), "l", each) for each in LANGUAGES)
    ]
    if remembers and turn.resident.safety is None:
        rows.append((turn.button("btn.subscribe", "s", "on"),))
    rows.append((turn.button("btn.menu", "m"),))
    message = turn.message("\n".join(lines), *rows)
    dialogue = Dialogue(
        language=turn.language,
        choices=tuple(each.value for each in message.choices()),
        first=remembers and turn.resident.safety is None,
    )
    return Reply((message,), tuple(effects), dialogue)


def greet(turn: Turn) -> Reply:
    """Somebody says hello: hello back, and the menu."""
    lines = [turn.say("greet.back")] if turn.resident.known else greeting(turn)
    return listed(turn, "\n".join(lines), (turn.button("btn.menu", "m"),), step="")


def greeting(turn: Turn) -> list[str]:
    """Who runs this is a setting; while it is empty no sentence says "official" or "approved"."""
    lines = [turn.say("greet.first", owner=turn.desk.owner) if turn.desk.owner else turn.say("greet.trial")]
    if turn.desk.owner and turn.desk.catalog.any_signed:
        lines.append(turn.say("greet.auto"))
    else:
        lines.append(turn.say("greet.auto_trial"))
    return lines + _trial(turn)


def _trial(turn: Turn) -> list[str]:
    return [] if turn.desk.catalog.any_signed else [turn.say("trial.unsigned")]


async def on_language(turn: Turn, language: str = "") -> Reply:
    if language not in LANGUAGES:
        row = tuple(turn.labelled(turn.say(f"lang.name.{each}"), "l", each) for each in LANGUAGES)
        return listed(turn, turn.say("menu.title"), row)
    turn = turn.in_language(language)
    address, day = turn.update.address, turn.today

    async def choose(connection: AsyncConnection) -> None:
        await subscribers.keep(connection, address, day, language=language)

    effects: tuple[Effect, ...] = (effect(choose),) if turn.capabilities.subscribable else ()
    return Reply(
        (turn.message(turn.say("lang.set"), (turn.button("btn.menu", "m"),)),),
        effects,
        replace(turn.dialogue, language=language, choices=(), chosen=True),
    )


# --- consent ------------------------------------------------------------


def first_consent(turn: Turn) -> Reply:
    """After the first answer that follows /start: the first of the two consents, once."""
    if not turn.dialogue.first or not turn.capabilities.subscribable or turn.resident.safety is not None:
        return Reply()
    dialogue = replace(turn.dialogue, first=False)
    if turn.place is None:
        return ask_place(replace(turn, dialogue=dialogue), flow="consent")
    return ask_safety(replace(turn, dialogue=dialogue))


async def on_subscribe(turn: Turn) -> Reply:
    """Place, life-safety messages, routine messages, topics; each can be skipped."""
    if not turn.capabilities.subscribable:
        return listed(turn, turn.say("consent.data"), (turn.button("btn.menu", "m"),))
    turn = replace(turn, dialogue=replace(turn.dialogue, first=False))
    return ask_place(turn, flow="consent") if turn.place is None else ask_safety(turn)


def ask_place(turn: Turn, *, flow: str = "") -> Reply:
    reply = listed(turn, turn.say("place.ask"), (turn.button("btn.skip", "p", "skip"),))
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
    word = _consent(turn, kind, given, wording)
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


def _consent(turn: Turn, kind: str, given: bool, wording: str) -> Effect:
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
    """One more topic, or one less; without a topic the choice is finished."""
    if not topic:
        chosen = topic_names(turn) or turn.say("what.all_topics")
        text = f"{turn.say('topics.set', topics=chosen)}\n{turn.say('consent.data')}"
        return listed(turn, text, (turn.button("btn.menu", "m"),))
    if topic not in SUBSCRIBABLE_TOPICS:
        return Reply()
    topics = set(turn.resident.topics) ^ {topic}
    chosen_topics = tuple(each for each in SUBSCRIBABLE_TOPICS if each in topics)
    address, day = turn.update.address, turn.today

    async def choose(connection: AsyncConnection) -> None:
        await subscribers.choose_topics(connection, address, day, chosen_topics)

    return replace(ask_topics(turn.with_resident(topics=chosen_topics)), effects=(effect(choose),))


# --- stop and start again ------------------------------------------------------------


async def on_stop(turn: Turn) -> Reply:
    """Everything ends at once; one confirmation; the same word again on the same day gets no second one."""
    address = turn.update.address
    # Who is not kept otherwise may wait for an answer too.
    effects = [effect(lambda connection: waiting.forget(connection, address))]
    if turn.resident.known:
        async with turn.desk.db.reading() as connection:
            past = await subscribers.history(connection, address)
        if past and _stopped_by(turn, past[-1]):
            return Reply(effects=tuple(effects))
        wording = turn.say("stop.done")
        effects += [_consent(turn, kind, False, wording) for kind in ("routine", "safety")]
    rows = [(turn.button("btn.safety", "k", "safety"),), (turn.button("btn.all_again", "k", "both"),)]
    reply = listed(turn, turn.say("stop.done"), *(rows if turn.capabilities.subscribable else ()), step="")
    return replace(reply, effects=tuple(effects))


def _stopped_by(turn: Turn, word: ConsentGiven) -> bool:
    """Whether this word was a STOP of today. A no to a question about consent is none, whatever it comes to."""
    stops = {turn.in_language(each).say("stop.done") for each in LANGUAGES}
    return word.wording in stops and word.at.astimezone(turn.desk.settings.zone).date() == turn.today


async def on_start_again(turn: Turn) -> Reply:
    if not turn.capabilities.subscribable:
        return await on_start(turn)
    rows = [
        (turn.button("btn.both", "k", "both"),),
        (turn.button("btn.safety_only", "k", "safety"),),
        (turn.button("btn.routine_only", "k", "routine"),),
    ]
    return listed(turn, turn.say("start.ask"), *rows, step="")


async def on_keep(turn: Turn, what: str) -> Reply:
    """After STOP or START: which messages are wanted again."""
    kinds = {"both": ("safety", "routine"), "safety": ("safety",), "routine": ("routine",)}.get(what)
    if kinds is None:
        return Reply()
    if turn.resident.safety is None and turn.resident.routine is None:
        return await on_subscribe(turn)  # who never agreed is asked in full first
    names = turn.say("what.both") if what == "both" else what_of(turn, what)
    said = turn.say("start.done", what=names, **turn.clock_fields())
    effects = tuple(_consent(turn, kind, True, said) for kind in kinds)
    return replace(listed(turn, said, (turn.button("btn.menu", "m"),), step=""), effects=effects)


async def on_notices(turn: Turn) -> Reply:
    """Live notices for the resident's places, and what is subscribed. None can be issued yet, which is said: "no
    notice" must not be taken for "no danger"."""
    lines = [turn.say("notice.none", place=place_name(turn)) if turn.place else turn.say("notice.none_anywhere")]
    lines.append(turn.say("notice.not_yet"))
    rows: list[tuple[Button, ...]] = []
    if turn.capabilities.subscribable:
        for kind in ("safety", "routine"):
            word = getattr(turn.resident, kind)
            state = turn.say("state.unset" if word is None else "state.on" if word else "state.off")
            lines.append(turn.say(f"notice.{kind}_now", what=state))
        rows.append((turn.button("btn.subscribe", "s", "on"), turn.button("btn.topics", "g", "list")))
    rows.append((turn.button("btn.menu", "m"),))
    return listed(turn, "\n".join(lines), *rows, step="")


# --- shared ------------------------------------------------------------


def place_name(turn: Turn) -> str:
    return label(turn.place, turn.language) if turn.place else ""


def topic_names(turn: Turn) -> str:
    return ", ".join(turn.say(f"topic.{topic}") for topic in turn.resident.topics)


def what_of(turn: Turn, kind: str) -> str:
    if kind == "safety":
        if turn.place:
            return turn.say("what.safety", place=place_name(turn))
        return turn.say("what.safety_anywhere")
    names = topic_names(turn)
    return turn.say("what.routine_topics", topics=names) if names else turn.say("what.routine")


def listed(turn: Turn, text: str, *rows: tuple[Button, ...], step: str | None = None) -> Reply:
    """A message whose buttons own the digits from now on."""
    message = turn.message(text, *rows)
    dialogue = replace(
        turn.dialogue,
        language=turn.language,
        choices=tuple(each.value for each in message.choices()),
        step=turn.dialogue.step if step is None else step,
    )
    return Reply((message,), dialogue=dialogue)
