"""Two texts compared word by word: what stayed, what came in, what went (pure)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

SAME, ADDED, REMOVED = "same", "added", "removed"
# Khmer writes no blanks between words: there it is compared by syllables, which are never cut.
_WORDS = re.compile(r"\s+|[\u1780-\u17b3](?:\u17d2[\u1780-\u17b3]|[\u17b4-\u17d1\u17d3\u17dd])*|[^\s\u1780-\u17b3]+")


@dataclass(frozen=True, slots=True)
class Piece:
    kind: str
    text: str


def difference(before: str, after: str) -> list[Piece]:
    """The whole of both, in reading order."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    found: list[Piece] = []
    for what, first, last, begin, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            found.append(Piece(SAME, "".join(new[begin:end])))
            continue
        if last > first:
            found.append(Piece(REMOVED, "".join(old[first:last])))
        if end > begin:
            found.append(Piece(ADDED, "".join(new[begin:end])))
    return found
