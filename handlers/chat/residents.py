"""Questions and their three outcomes, the numbered menu, and related questions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages import Button
from bot.storage.inbox import Effect, effect
from broadcasts import waiting
from content import store
from content.entries import LANGUAGES, TOPICS, Entry, Kind
from content.judge import Answered, Clarify, Judgement
from content.match_values import Match
from handlers.chat import anger, notices_shown, screen
from handlers.chat.answers import answer_text
from handlers.chat.context import Reply, Turn
from handlers.chat.fallbacks import fallback, on_anger, tell_button
from handlers.chat.listing import with_dialogue
from handlers.chat.subscriptions import first_consent

PAGE = 7  # so that the last choice is a single digit; entries of a topic on one page of the menu
RELATED = 3
NEAR_THIRD = 0.9  # share of the second candidate's score from which a third one is worth a button


async def on_question(turn: Turn) -> Reply:
    if anger.only_anger(turn.text):
        return on_anger(turn)
    decision = turn.desk.judge(
        turn.text,
        language=turn.resident.language,
        place_scope=turn.province,
        topic=turn.dialogue.entry_id or turn.dialogue.topic or None,
        shown=screen.offered(turn),
    )
    counted = _counted(turn, decision)
    match decision.outcome:
        case Answered(entry_id=entry_id):
            entry = turn.desk.catalog.get(entry_id)
            if entry is not None:
                return answer(turn, entry).also(counted)
        case Clarify(entry_ids=entry_ids):
            return clarify(turn, _near(entry_ids, decision.match)).also(counted)
    reply = fallback(turn, decision)
    return (reply if anger.angry(turn.text) else notices_shown.before_fallback(turn, reply)).also(counted)


def _near(entry_ids: tuple[str, ...], match: Match) -> tuple[str, ...]:
    """Two choices are soon read; a third one that falls behind them only puzzles."""
    scores = {each.id: each.score for each in match.candidates}
    scored = [scores[each] for each in entry_ids if each in scores]
    behind = len(scored) == len(entry_ids) > 2 and scored[2] < NEAR_THIRD * scored[1]
    return entry_ids[:2] if behind else entry_ids


def answer(turn: Turn, entry: Entry) -> Reply:
    """The stored answer with its related questions; "did it help" only with the first answer of a topic.

    Yes and no stand directly under their question. Where a place is asked for next, or numbers can belong to one list
    only, "did it help" waits for the next answer: with two questions open nobody could tell what a yes is meant for.
    """
    consent = first_consent(turn)
    asks_place = consent.dialogue is not None and consent.dialogue.step == "place"
    bare = bool(consent.messages) and not turn.capabilities.buttons
    asks_help = entry.topic not in turn.dialogue.topics_answered and not asks_place and not bare
    human, menu_button = turn.button("btn.human", "h"), turn.button("btn.menu", "m")
    related = [] if bare else _related(turn, entry, besides=human.label)
    text = notices_shown.before_answer(turn, answer_text(turn, entry), entry)
    rows: list[tuple[Button, ...]] = []
    if asks_help:
        text = f"{text}\n\n{turn.say('helpful.ask')}"
        rows.append((turn.button("btn.indeed", "v", "y", entry.id), turn.button("btn.no", "v", "n", entry.id)))
    elif related:
        text = f"{text}\n\n{turn.say('answer.related')}"
    rows.extend((each,) for each in related)
    if entry.kind is Kind.REFER:
        rows.append((tell_button(turn, waiting.entry_subject(entry.id, turn.desk.key)),))
    rows = [] if bare else [*rows, (human, menu_button)]
    topics = (*turn.dialogue.topics_answered, *((entry.topic,) if asks_help else ()))
    dialogue = replace(
        turn.dialogue,
        topic=entry.topic,
        entry_id=entry.id,
        topics_answered=tuple(dict.fromkeys(topics)),
        misses=0,
        missed="",
        step="",
    )
    reply = with_dialogue(turn, dialogue, turn.message(text, *rows, decision="answered", entry_id=entry.id))
    return reply.also(first_consent(replace(turn, dialogue=reply.dialogue or dialogue)))


def _related(turn: Turn, entry: Entry, besides: str) -> list[Button]:
    """Buttons for related questions; none that reads like the button ``besides``, which stands below them anyway."""
    found = [turn.desk.catalog.get(each) for each in entry.related]
    buttons = [
        turn.labelled(each.in_language(each.title, turn.language), "e", each.id) for each in found if each is not None
    ]
    return [each for each in buttons if each.label != besides][:RELATED]


def clarify(turn: Turn, entry_ids: tuple[str, ...]) -> Reply:
    """Two or three buttons, never a guess."""
    found = [entry for entry in map(turn.desk.catalog.get, entry_ids) if entry is not None]
    rows = [(turn.labelled(each.in_language(each.title, turn.language), "e", each.id),) for each in found[:3]]
    rows.append((turn.button("btn.none", "x"),))
    text = notices_shown.before_answer(turn, turn.say("clarify.ask"), *found)
    return with_dialogue(turn, turn.dialogue, turn.message(text, *rows, decision="clarify"))


async def on_entry(turn: Turn, entry_id: str) -> Reply:
    entry = turn.desk.catalog.get(entry_id)
    return old_button(turn) if entry is None else answer(turn, entry)


async def on_tell(turn: Turn, subject: str, language: str, asked_on: date) -> Reply:
    """ "Tell me when you know": an opt-in for this one question, erased when told or after 30 days.

    A page that is closed cannot be written to, and its visitor is told so.
    """
    address = turn.update.address
    if not waiting.SUBJECT.fullmatch(subject) or language not in LANGUAGES:
        return old_button(turn)

    async def ask(connection: AsyncConnection) -> None:
        await waiting.ask_to_be_told(connection, address, subject=subject, language=language, asked_on=asked_on)

    said = turn.say("notify.on" if turn.capabilities.subscribable else "notify.on_page")
    dialogue = replace(turn.dialogue, language=turn.language, choices=())
    return Reply((turn.message(said),), (effect(ask),), dialogue)


async def on_menu(turn: Turn, topic_number: str = "", page: str = "") -> Reply:
    """The menu of topics, or the questions of one topic that concern the resident's place."""
    if not topic_number:
        return menu(turn)
    try:
        number, first = int(topic_number), int(page or 0)
        topic = TOPICS[number - 1] if number > 0 else ""
    except (ValueError, IndexError):
        return old_button(turn)
    if not topic:
        return menu(turn)
    scopes = ("national", turn.province)
    entries = [entry for entry in turn.desk.catalog.of_topic(topic) if entry.scope in scopes]
    shown = entries[first : first + PAGE]
    rows = [(turn.labelled(each.in_language(each.title, turn.language), "e", each.id),) for each in shown]
    if first + PAGE < len(entries):
        rows.append((turn.button("btn.more", "m", str(number), str(first + PAGE)),))
    rows.append((turn.button("btn.menu", "m"),))
    title = turn.say("menu.topic", n=number, what=turn.say(f"topic.{topic}"))
    if not shown:
        title = f"{turn.say(f'topic.{topic}')}: {turn.say('menu.empty')}"
    return with_dialogue(turn, replace(turn.dialogue, topic=topic, step=""), turn.message(title, *rows))


def menu(turn: Turn, above: str = "") -> Reply:
    rows = [
        (turn.labelled(_numbered(turn, number, turn.say(f"topic.{topic}")), "m", str(number)),)
        for number, topic in enumerate(TOPICS, start=1)
    ]
    text = turn.say("menu.title")
    text = f"{above}\n{text}" if above else text
    return with_dialogue(turn, replace(turn.dialogue, step=""), turn.message(text, *rows))


def _numbered(turn: Turn, number: int, label: str) -> str:
    """The menu's numbers are its own; a channel without buttons writes them anyway."""
    return f"{number}. {label}" if turn.capabilities.buttons else label


def old_button(turn: Turn) -> Reply:
    return menu(turn, turn.say("button.expired"))


def _counted(turn: Turn, decision: Judgement) -> Reply:
    """One more in today's count of this outcome, by channel and language; never by place or person."""
    count = store.Count(turn.today, decision.name, turn.update.address.channel, turn.language)
    return Reply(effects=(Effect(store.add_counts, count),))
