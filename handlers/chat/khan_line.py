"""A notice in one line, for where every round trip may be lost: ``khan satlo thuong phuoc 6h 123456`` (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from content.notice_templates import NoticeTemplate
from handlers.chat import words
from handlers.chat.typed_codes import code_in

CALLED = frozenset(("khan", "tin khan", "phat tin khan"))  # the word alone, without marks
_MOST_WORDS = 5  # of a hazard's short name
_DRILL = "dientap"
_HOURS = re.compile(r"([0-9]{1,3})(?:h|g|gio|tieng)")
_UNITS = frozenset(("h", "gio", "tieng"))


@dataclass(frozen=True, slots=True)
class Line:
    """``place``: as it was typed, perhaps empty; ``hours``: None: not given; ``code``: empty or six digits."""

    template: NoticeTemplate
    place: str
    hours: int | None
    code: str
    drill: bool


def rest_of(text: str) -> str | None:
    """What follows the word that calls for a notice: empty where it is alone; None: it is not called for."""
    bare = words.bare(text)
    if bare in CALLED:
        return ""
    parts = text.split()
    for count in (1, 2):
        if len(parts) > count and words.bare(" ".join(parts[:count])) in CALLED:
            return " ".join(parts[count:])
    return None


def read(rest: str, templates: Iterable[NoticeTemplate]) -> Line | None:
    """None: no hazard is called so."""
    parts = rest.split()
    drill, parts = _drill(parts)
    template, parts = _hazard(parts, templates)
    if template is None:
        return None
    code, parts = _code(parts)
    hours, parts = _hours(parts)
    return Line(template, " ".join(parts), hours, code, drill or template.drill_only)


def _drill(parts: list[str]) -> tuple[bool, list[str]]:
    for count in (1, 2):
        if _glued(parts[:count]) == _DRILL:
            return True, parts[count:]
    return False, parts


def _hazard(parts: list[str], templates: Iterable[NoticeTemplate]) -> tuple[NoticeTemplate | None, list[str]]:
    """The longest name that fits: "dịch bệnh" rather than "dịch"."""
    known = {short.replace(" ", ""): each for each in templates for short in each.short}
    for count in range(min(_MOST_WORDS, len(parts)), 0, -1):
        found = known.get(_glued(parts[:count]))
        if found is not None:
            return found, parts[count:]
    return None, parts


def _code(parts: list[str]) -> tuple[str, list[str]]:
    """At the end; apps show it in two groups of three."""
    for count in (1, 2):
        code = code_in(" ".join(parts[-count:])) if len(parts) >= count else ""
        if code:
            return code, parts[:-count]
    return "", parts


def _hours(parts: list[str]) -> tuple[int | None, list[str]]:
    for place, part in enumerate(parts):
        found = _HOURS.fullmatch(words.bare(part))
        if found:
            return int(found[1]), parts[:place] + parts[place + 1 :]
        if part.isdecimal() and words.bare(" ".join(parts[place + 1 : place + 2])) in _UNITS:
            return int(part), parts[:place] + parts[place + 2 :]
    return None, parts


def _glued(parts: list[str]) -> str:
    return words.bare(" ".join(parts)).replace(" ", "")
