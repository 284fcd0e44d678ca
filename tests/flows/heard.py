"""What a resident can tell of a reply by its text alone: which answer it is, in which language, with which choices."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from content import files
from content.entries import LANGUAGES

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_NUMBERED = re.compile(r"(\d+)\. (.+)")
_MOMENT = re.compile(r"(\d{1,2}):(\d\d) ngày (\d{1,2})/(\d{1,2})/(\d{4})")
_PHRASES = files.shipped_phrases()
_TELLING = 12  # characters of a line that is no chance


@dataclass(frozen=True, slots=True)
class File:
    content: bytes


@dataclass(frozen=True, slots=True)
class Heard:
    """One reply, under the names that the messages of the service have. ``labels``: its choices, however shown."""

    text: str
    labels: tuple[str, ...] = ()
    values: dict[str, str] = field(default_factory=dict)
    language: str = ""
    decision: str = ""
    entry_id: str = ""
    attachment: File | None = None


def _said(key: str) -> set[str]:
    """The sentence in every language, as far as nothing is filled into it."""
    return {_PHRASES.say(key, each, **dict.fromkeys("in", "\0"), who="\0").partition("\0")[0] for each in LANGUAGES}


@cache
def _answers() -> list[tuple[str, str, list[str]]]:
    """Entry, language and the lines of its answer that stand in a message as they are in the catalogue."""
    found = []
    for entry in files.shipped_catalog():
        for language, answer in entry.answers.items():
            for text in filter(None, (answer.text, answer.text_without_owner)):
                lines = [each for each in text.split("\n") if "{" not in each and len(each) >= _TELLING]
                if lines:
                    found.append((entry.id, language, lines))
    return found


def recognised(text: str) -> tuple[str, str, str]:
    """Entry id, language and decision."""
    fitting = [each for each in _answers() if all(line in text for line in each[2])]
    if fitting:
        entry_id, language, _ = max(fitting, key=lambda each: sum(map(len, each[2])))
        return entry_id, language, "answered"
    if text in _said("clarify.ask"):
        return "", "", "clarify"
    if any(sentence in text for sentence in _said("fallback.unknown")):
        return "", "", "fallback"
    return "", "", ""


def unnumbered(text: str) -> tuple[str, tuple[str, ...]]:
    """The text without the list at its end, and the choices of that list."""
    lines = text.split("\n")
    labels: list[str] = []
    while lines:
        found = _NUMBERED.fullmatch(lines[-1])
        if found:
            labels.insert(0, found[2])
            if int(found[1]) == 1:
                lines.pop()
                break
        elif lines[-1] not in _said("answer.related"):
            return text, ()  # no list, or one that does not begin with 1
        lines.pop()
    while lines and lines[-1] in _said("answer.related") | _said("list.send"):
        lines.pop()
    return ("\n".join(lines), tuple(labels)) if labels else (text, ())


def joined(parts: list[str]) -> list[str]:
    """Messages that were sent in parts as one again."""
    whole: list[str] = []
    going_on = False
    counting = re.compile(
        "|".join(re.escape(_PHRASES.say("answer.part", each, i="0", n="0")).replace("0", r"\d+") for each in LANGUAGES)
    )
    for part in parts:
        body, _, last = part.rpartition("\n")
        continued = bool(counting.fullmatch(last))
        text = body if continued else part
        if going_on:
            whole[-1] += f"\n{text}"
        else:
            whole.append(text)
        going_on = continued
    assert not going_on, "the last part never came"
    return whole


def retimed(text: str, shown: datetime) -> str:
    """The time that a reply names must be that of the clock on the wall; it is replaced by ``shown``."""

    def replace(found: re.Match[str]) -> str:
        hour, minute, day, month, year = map(int, found.groups())
        at = datetime(year, month, day, hour, minute, tzinfo=ZONE)
        now = datetime.now(ZONE)
        assert now - timedelta(minutes=3) <= at <= now, found[0]
        local = shown.astimezone(ZONE)
        return f"{local.hour}:{local.minute:02d} ngày {local.day}/{local.month}/{local.year}"

    return _MOMENT.sub(replace, text)
