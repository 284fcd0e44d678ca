"""A message as a channel can show it: buttons as numbered lines where there are none, long texts in parts (pure)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from bot.messages import Capabilities, Limits, OutgoingMessage
from content.phrases import Phrases

COUNTED = 40  # units kept free for the line that counts the parts
_COLONS = (":", "៖")
_QUESTION = "e"  # the verb of a button that asks another question (handlers.chat.values)
_BREAKS = (re.compile(r"\n\n"), re.compile(r"\n"), re.compile(r"(?<=[.?!។])\s"), re.compile(r"\s"))


def render(
    message: OutgoingMessage, capabilities: Capabilities, limits: Limits, phrases: Phrases
) -> list[OutgoingMessage]:
    """One message or more, none longer than the channel takes; buttons only on the last."""
    parts = split(shown(message, capabilities, phrases), room(message, limits), utf16=limits.utf16)
    if len(parts) == 1:
        return [replace(message, text=parts[0])]
    counted = [
        part
        if index == len(parts)
        else f"{part}\n{phrases.say('answer.part', message.language, i=index, n=len(parts))}"
        for index, part in enumerate(parts, start=1)
    ]
    return [
        *(replace(message, text=part, buttons=(), attachment=None) for part in counted[:-1]),
        replace(message, text=counted[-1]),
    ]


def shown(message: OutgoingMessage, capabilities: Capabilities, phrases: Phrases) -> str:
    """The whole text as the channel shows it, however long."""
    text = unicodedata.normalize("NFC", message.text)
    if message.buttons and not capabilities.buttons:
        text = f"{text}\n{numbered(message, phrases)}"
    return text.strip()


def room(message: OutgoingMessage, limits: Limits) -> int:
    """How long a text may be that stays one message, without the line that would count its parts."""
    with_file = message.attachment is not None and limits.caption_units is not None
    most = min(limits.text_units, limits.caption_units or 0) if with_file else limits.text_units
    return most - COUNTED


def numbered(message: OutgoingMessage, phrases: Phrases) -> str:
    """The choices as numbered lines; the keys of the next digits.

    A text that ends in a colon announces its list itself. Questions that follow an answer stand under a line of their
    own, so that nobody takes them for answers to "did it help".
    """
    lines = [] if message.text.rstrip().endswith(_COLONS) else [phrases.say("list.send", message.language)]
    before = ""
    for number, button in enumerate(message.choices(), start=1):
        verb = button.value.partition(":")[0]
        if verb == _QUESTION and before not in ("", _QUESTION):
            lines.append(phrases.say("answer.related", message.language))
        lines.append(f"{number}. {button.label}")
        before = verb
    return "\n".join(lines)


def units(text: str, *, utf16: bool) -> int:
    return len(text.encode("utf-16-le")) // 2 if utf16 else len(text)


def split(text: str, room: int, *, utf16: bool) -> list[str]:
    """Cut at a blank line, else a line, a sentence, a space; never inside a word unless it alone is too long."""
    parts: list[str] = []
    rest = text.strip()
    while units(rest, utf16=utf16) > room:
        window = rest[:room]
        while units(window, utf16=utf16) > room:
            window = window[:-1]
        cut = next((found for found in (_last(pattern, window) for pattern in _BREAKS) if found), len(window))
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    if rest or not parts:
        parts.append(rest)
    return parts


def _last(pattern: re.Pattern[str], window: str) -> int:
    """Where the last break of this kind ends, if it leaves a part that is worth sending."""
    ends = [match.end() for match in pattern.finditer(window) if match.end() > len(window) // 3]
    return ends[-1] if ends else 0
