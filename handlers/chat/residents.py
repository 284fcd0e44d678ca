"""Questions and their three outcomes, the numbered menu, related questions, and whether an answer helped."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages import Button, OutgoingMessage
from bot.storage.inbox import Effect, effect
from broadcasts import waiting
from content import store
from content.entries import LANGUAGES, TOPICS, Entry, Kind
from content.judge import Answered, Clarify, Judgement
from handlers.chat import words
from handlers.chat.answers import answer_text, who_knows
from handlers.chat.context import Reply, Turn
from handlers.chat.dialogue import Dialogue
from handlers.chat.subscriptions import first_consent

PAGE = 7  # so that the last choice is a single digit; entries of a topic on one page of the menu
VERDICTS = {"y": "yes", "n": "no", "w": "wrong", "u": "unclear", "o": "other"}


async def on_question(turn: Turn) -> Reply:
    decision = turn.desk.judge(
        turn.text,
        language=turn.resident.language,
        place_scope=turn.province,
        topic=turn.dialogue.entry_id or turn.dialogue.topic or None,
    )
    counted = _counted(turn, decision)
    match decision.outcome:
        case Answered(entry_id=entry_id):
            entry = turn.desk.catalog.get(entry_id)
            if entry is not None:
                return answer(turn, entry).also(counted)
        case Clarify(entry_ids=entry_ids):
            return clarify(turn, entry_ids).also(counted)
    return fallback(turn, decision).also(counted)


def answer(turn: Turn, entry: Entry) -> Reply:
    """The stored answer with its related questions; "did it help" only with the first answer of a topic."""
    first = entry.topic not in turn.dialogue.topics_answered
    text = answer_text(turn, entry)
    rows: list[tuple[Button, ...]] = []
    related = [turn.desk.catalog.get(each) for each in entry.related]
    rows.extend(
        (turn.labelled(each.in_language(each.title, turn.language), "e", each.id),)
        for each in related[:3]
        if each is not None
    )
    if entry.kind is Kind.REFER:
        rows.append((_tell_button(turn, waiting.entry_subject(entry.id, turn.desk.key)),))
    if first:
        text = f"{text}\n\n{turn.say('helpful.ask')}"
        rows.append((turn.button("btn.indeed", "v", "y", entry.id), turn.button("btn.no", "v", "n", entry.id)))
    rows.append((turn.button("btn.human", "h"), turn.button("btn.menu", "m")))
    dialogue = replace(
        turn.dialogue,
        topic=entry.topic,
        entry_id=entry.id,
        topics_answered=tuple(dict.fromkeys((*turn.dialogue.topics_answered, entry.topic))),
        misses=0,
        step="",
    )
    reply = _reply(turn, dialogue, turn.message(text, *rows, decision="answered", entry_id=entry.id))
    return reply.also(first_consent(replace(turn, dialogue=reply.dialogue or dialogue)))


def clarify(turn: Turn, entry_ids: tuple[str, ...]) -> Reply:
    """Two or three buttons, never a guess."""
    found = [entry for entry in map(turn.desk.catalog.get, entry_ids) if entry is not None]
    rows = [(turn.labelled(each.in_language(each.title, turn.language), "e", each.id),) for each in found[:3]]
    rows.append((turn.button("btn.none", "x"),))
    return _reply(turn, turn.dialogue, turn.message(turn.say("clarify.ask"), *rows, decision="clarify"))


def fallback(turn: Turn, decision: Judgement | None = None) -> Reply:
    """Says so plainly, names who knows, offers to tell later; a second miss in a row offers the menu and a person."""
    misses = turn.dialogue.misses + 1
    dialogue = replace(turn.dialogue, misses=misses)
    effects: tuple[Effect, ...] = ()
    rows: list[tuple[Button, ...]]
    keepable = not words.angry(turn.text) and decision is not None and decision.storable and bool(turn.text.strip())
    if decision is not None and decision.elsewhere:
        text = turn.say(f"elsewhere.{decision.elsewhere}")
        row = (turn.button("btn.human", "h"), turn.button("btn.menu", "m"))
        return _reply(turn, turn.dialogue, turn.message(text, row, decision="fallback"))
    if keepable:
        effects = (_note_unanswered(turn, turn.text),)
    if words.angry(turn.text):
        text = turn.say("sorry.anger")
        rows = [(turn.button("btn.human", "h"), turn.button("btn.menu", "m"))]
    elif misses > 1:
        text = turn.say("fallback.again")
        rows = [(turn.button("btn.human", "h"), turn.button("btn.menu", "m"))]
    else:
        text = turn.say("fallback.unknown", who=who_knows(turn))
        rows = [(turn.button("btn.human", "h"), turn.button("btn.menu", "m"))]
        if keepable:
            text = f"{text}\n{turn.say('fallback.offer')}"
            rows.insert(0, (_tell_button(turn, waiting.question_subject(turn.text, turn.desk.key)),))
    reply = _reply(turn, dialogue, turn.message(text, *rows, decision="fallback"))
    return replace(reply, effects=effects)


async def on_entry(turn: Turn, entry_id: str) -> Reply:
    entry = turn.desk.catalog.get(entry_id)
    return old_button(turn) if entry is None else answer(turn, entry)


def _tell_button(turn: Turn, subject: str) -> Button:
    """It carries its question as a keyed hash, so that nobody has to remember which one is meant; and its language."""
    return turn.button("btn.tell", "t", subject, turn.language)


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
    reply = _reply(turn, turn.dialogue, turn.message(said))
    return replace(reply, effects=(effect(ask),))


async def on_vote(turn: Turn, letter: str, entry_id: str) -> Reply:
    verdict = VERDICTS.get(letter)
    if verdict is None or entry_id not in turn.desk.catalog:
        return old_button(turn)
    day, language = turn.today, turn.language

    async def count(connection: AsyncConnection) -> None:
        await store.count_vote(connection, entry_id, language, day, verdict)

    if verdict == "no":
        message = turn.message(
            turn.say("helpful.no"),
            (turn.button("btn.wrong", "v", "w", entry_id),),
            (turn.button("btn.unclear", "v", "u", entry_id),),
            (turn.button("btn.not_asked", "v", "o", entry_id),),
        )
    else:
        message = turn.message(turn.say("helpful.yes"))
    return replace(_reply(turn, turn.dialogue, message), effects=(effect(count),))


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
    return _reply(turn, replace(turn.dialogue, topic=topic, step=""), turn.message(title, *rows))


def menu(turn: Turn, above: str = "") -> Reply:
    rows = [
        (turn.labelled(_numbered(turn, number, turn.say(f"topic.{topic}")), "m", str(number)),)
        for number, topic in enumerate(TOPICS, start=1)
    ]
    text = turn.say("menu.title")
    text = f"{above}\n{text}" if above else text
    # The digits of the main menu are its own numbers, so nothing has to be remembered for them.
    dialogue = replace(turn.dialogue, language=turn.language, choices=(), step="")
    return Reply((turn.message(text, *rows),), dialogue=dialogue)


def _numbered(turn: Turn, number: int, label: str) -> str:
    """The menu's numbers are its own; a channel without buttons writes them anyway."""
    return f"{number}. {label}" if turn.capabilities.buttons else label


def old_button(turn: Turn) -> Reply:
    return menu(turn, turn.say("button.expired"))


def _counted(turn: Turn, decision: Judgement) -> Reply:
    """One more in today's count of this outcome, by channel and language; never by place or person."""
    count = store.Count(turn.today, decision.name, turn.update.address.channel, turn.language)
    return Reply(effects=(Effect(store.add_counts, count),))


def _note_unanswered(turn: Turn, question: str) -> Effect:
    language, channel, day = turn.language, turn.update.address.channel, turn.today

    async def note(connection: AsyncConnection) -> None:
        await store.note_unanswered(connection, question, language, channel, day)

    return effect(note)


def _reply(turn: Turn, dialogue: Dialogue, message: OutgoingMessage) -> Reply:
    """The message, and the dialogue in which its buttons own the digits."""
    choices = tuple(button.value for button in message.choices())
    return Reply(
        (message,),
        dialogue=replace(dialogue, language=turn.language, choices=choices or dialogue.choices),
    )
