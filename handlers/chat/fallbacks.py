"""No answer: said plainly, with who knows, and with ways on (promise A2)."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages import Button
from bot.storage.inbox import Effect, effect
from broadcasts import waiting
from content import store
from content.confidence import nearness
from content.judge import HIT, Judgement
from handlers.chat import screen
from handlers.chat.anger import angry
from handlers.chat.answers import who_knows
from handlers.chat.context import Reply, Turn
from handlers.chat.listing import with_dialogue
from handlers.chat.values import pressed

# Signs that the nearest entry is about the same matter, though not sure enough to be shown or offered.
SAME_MATTER = 0.2  # nearness
UNDERSTOOD = 0.6  # share of the question that the entry knows
LEAST_WORDS = 5  # of a question; fewer may be about anything


def fallback(turn: Turn, decision: Judgement | None = None, offered: tuple[str, ...] = ()) -> Reply:
    """``decision``: None after "none of these"; then ``offered`` are those.

    The same question once more gets other words and the menu; a new one is a first miss again.
    """
    if decision is not None and decision.elsewhere:
        text = turn.say(f"elsewhere.{decision.elsewhere}")
        row = (turn.button("btn.human", "h"), turn.button("btn.menu", "m"))
        return with_dialogue(turn, turn.dialogue, turn.message(text, row, decision="fallback"))
    if angry(turn.text):
        return on_anger(turn)
    near = offered if decision is None else tuple(each.id for each in decision.match.candidates)
    nearest = near[0] if near else ""
    subject = waiting.question_subject(turn.text, turn.desk.key)
    again = turn.dialogue.misses > 0 and (nearest == turn.dialogue.missed != "" or _offered(turn, subject))
    dialogue = replace(turn.dialogue, misses=turn.dialogue.misses + 1 if again else 1, missed=nearest)
    rows: list[tuple[Button, ...]] = [(turn.button("btn.human", "h"), turn.button("btn.menu", "m"))]
    effects: tuple[Effect, ...] = ()
    keepable = decision is not None and decision.storable and bool(turn.text.strip())
    if keepable:
        effects = (_note_unanswered(turn, turn.text),)
    if again:
        text = turn.say("fallback.again")
    else:
        text = turn.say("fallback.unknown", who=_who(turn, decision, offered))
        if keepable:
            text = f"{text}\n{turn.say('fallback.offer')}"
            rows.insert(0, (tell_button(turn, subject),))
    return replace(with_dialogue(turn, dialogue, turn.message(text, *rows, decision="fallback")), effects=effects)


def none_of_these(turn: Turn) -> Reply:
    """After a list that did not hold what was meant."""
    return fallback(turn, offered=screen.offered(turn))


def on_anger(turn: Turn) -> Reply:
    """A calm sentence and two ways out; nothing of it is matched, counted or kept."""
    row = (turn.button("btn.human", "h"), turn.button("btn.menu", "m"))
    return with_dialogue(turn, turn.dialogue, turn.message(turn.say("sorry.anger"), row, decision="fallback"))


def tell_button(turn: Turn, subject: str) -> Button:
    """It carries its question as a keyed hash, so that nobody has to remember which one is meant; and its language."""
    return turn.button("btn.tell", "t", subject, turn.language)


def _offered(turn: Turn, subject: str) -> bool:
    """Whether it was this very question that the last message offered to tell about."""
    shown = [pressed(each, turn.today) for each in turn.dialogue.choices]
    return any(each.verb == "t" and each.argument() == subject for each in shown)


def _who(turn: Turn, decision: Judgement | None, offered: tuple[str, ...]) -> str:
    """The office of the nearest entry where it is about the same matter, else that of where everybody lives."""
    catalog = turn.desk.catalog
    if decision is None:
        return who_knows(turn.desk, turn.language, next(filter(None, map(catalog.get, offered)), None))
    match = decision.match
    if match.evidence.follow_up and turn.dialogue.entry_id:
        return who_knows(turn.desk, turn.language, catalog.get(turn.dialogue.entry_id))
    near = match.candidates[0] if match.candidates else None
    outside = match.outside.score if match.outside is not None else 0.0
    same = (
        near is not None
        and near.score >= max(HIT, outside)
        and match.evidence.words >= LEAST_WORDS
        and match.evidence.explained >= UNDERSTOOD
        and nearness(match.evidence, match.language) >= SAME_MATTER
    )
    return who_knows(turn.desk, turn.language, catalog.get(near.id) if near is not None and same else None)


def _note_unanswered(turn: Turn, question: str) -> Effect:
    language, channel, day = turn.language, turn.update.address.channel, turn.today

    async def note(connection: AsyncConnection) -> None:
        await store.note_unanswered(connection, question, language, channel, day)

    return effect(note)
