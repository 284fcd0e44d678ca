"""A message whose buttons own the digits from now on."""

from __future__ import annotations

from dataclasses import replace

from bot.messages import Button, OutgoingMessage
from handlers.chat.context import Reply, Turn
from handlers.chat.dialogue import Dialogue


def listed(turn: Turn, text: str, *rows: tuple[Button, ...], step: str | None = None) -> Reply:
    """``step``: what is waited for from now on; None: as before."""
    dialogue = turn.dialogue if step is None else replace(turn.dialogue, step=step)
    return with_dialogue(turn, dialogue, turn.message(text, *rows))


def with_dialogue(turn: Turn, dialogue: Dialogue, message: OutgoingMessage) -> Reply:
    """The message, and the dialogue as it is after it; a message without buttons leaves the digits where they were."""
    choices = values(message)
    return Reply((message,), dialogue=replace(dialogue, language=turn.language, choices=choices or dialogue.choices))


def values(message: OutgoingMessage) -> tuple[str, ...]:
    return tuple(button.value for button in message.choices())


def owning_digits(turn: Turn, reply: Reply) -> Reply:
    """Whatever list a reply shows last, its numbers are the ones that count, on a channel that writes them too."""
    shown = next((each for each in reversed(reply.messages) if each.buttons), None)
    if shown is None or reply.forget:
        return reply
    dialogue = reply.dialogue or turn.dialogue
    language = dialogue.language or turn.language
    return replace(reply, dialogue=replace(dialogue, language=language, choices=values(shown)))
