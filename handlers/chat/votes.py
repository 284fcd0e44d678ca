"""Did it help: counted by entry, language and day, never by person, and once in a conversation."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.inbox import Effect, effect
from content import store
from handlers.chat.context import Reply, Turn
from handlers.chat.listing import with_dialogue
from handlers.chat.values import pressed

_HELPED = {"y": "yes", "n": "no"}
_REASONS = {"w": "wrong", "u": "unclear", "o": "other"}


async def on_vote(turn: Turn, letter: str, entry_id: str) -> Reply | None:
    """None when it is no vote on an entry there is.

    The conversation remembers on which entries there was a vote, not which: the vote itself stands beside no address.
    """
    verdict = _HELPED.get(letter) or _REASONS.get(letter)
    if verdict is None or entry_id not in turn.desk.catalog:
        return None
    before = entry_id in turn.dialogue.voted
    counted = not before if letter in _HELPED else not before or _asked_why(turn, entry_id)
    effects: tuple[Effect, ...] = (_count(turn, entry_id, verdict),) if counted else ()
    voted = tuple(dict.fromkeys((*turn.dialogue.voted, entry_id)))
    if letter == "n":
        why = turn.message(
            turn.say("helpful.no"),
            (turn.button("btn.wrong", "v", "w", entry_id),),
            (turn.button("btn.unclear", "v", "u", entry_id),),
            (turn.button("btn.not_asked", "v", "o", entry_id),),
        )
        return replace(with_dialogue(turn, replace(turn.dialogue, voted=voted), why), effects=effects)
    # A reason that was taken is no longer on the screen, so that it counts once.
    choices = turn.dialogue.choices if letter == "y" else ()
    dialogue = replace(turn.dialogue, voted=voted, choices=choices)
    return replace(with_dialogue(turn, dialogue, turn.message(turn.say("helpful.yes"))), effects=effects)


def _asked_why(turn: Turn, entry_id: str) -> bool:
    """Whether the reasons for this entry are what was shown last."""
    shown = [pressed(each, turn.today) for each in turn.dialogue.choices]
    return any(press.verb == "v" and press.argument(0) in _REASONS and press.argument(1) == entry_id for press in shown)


def _count(turn: Turn, entry_id: str, verdict: str) -> Effect:
    day, language = turn.today, turn.language

    async def count(connection: AsyncConnection) -> None:
        await store.count_vote(connection, entry_id, language, day, verdict)

    return effect(count)
