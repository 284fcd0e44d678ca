"""What two versions of an entry say differently, field by field and word by word (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from content.entries import LANGUAGES

SAME, GONE, COME = "same", "gone", "come"
# A word or the blanks between two; Khmer writes none, so there each orthographic cluster is a piece.
_PIECE = re.compile(r"[\u1780-\u17b3](?:\u17d2[\u1780-\u17b3]|[\u17b4-\u17d3\u17dd])*|[^\s\u1780-\u17dd]+|\s+|.")
# What a row of a list consists of, in the order in which it is read.
_PARTS = ("law", "article", "text", "name", "url", "code", "source")
_BY_LANGUAGE = ("title", "answer", "text_without_owner", "phrasings", "who", "position_by")
_SHARED = (
    "kind", "topic", "scope", "basis", "sources", "facts", "own_facts", "as_of", "review_by", "valid_until", "owner",
    "related", "attachments",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Piece:
    """``kind``: same, gone or come."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One field; ``language`` is empty for what all languages share."""

    name: str
    language: str
    pieces: tuple[Piece, ...]


def differences(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> tuple[Difference, ...]:
    """Only the fields that differ, those of a language together. None: there is no such version."""
    found = [
        Difference(name, language, worded(before, after))
        for name, language, before, after in _fields(old or {}, new or {})
        if before != after
    ]
    return tuple(found)


def worded(old: str, new: str) -> tuple[Piece, ...]:
    """Word by word; putting the same and the gone together gives the old text, the same and the come the new one."""
    before, after = _PIECE.findall(old), _PIECE.findall(new)
    pieces: list[Piece] = []
    gone, come = "", ""
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for number, (tag, i, j, k, m) in enumerate(steps):
        same = "".join(before[i:j])
        # A blank that stays between two changes reads better as a part of them.
        if tag == "equal" and (same.strip() or "\n" in same or not (gone or come) or number == len(steps) - 1):
            pieces += _changed(gone, come)
            pieces.append(Piece(SAME, same))
            gone, come = "", ""
        else:
            gone += same
            come += "".join(after[k:m])
    return (*pieces, *_changed(gone, come))


def _changed(gone: str, come: str) -> list[Piece]:
    return [Piece(kind, text) for kind, text in ((GONE, gone), (COME, come)) if text]


def _fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    for language in LANGUAGES:
        for name in _BY_LANGUAGE:
            yield name, language, _in(old, name, language), _in(new, name, language)
    for name in _SHARED:
        yield name, "", _lines(old.get(name)), _lines(new.get(name))


def _in(body: Mapping[str, Any], name: str, language: str) -> str:
    if name in ("answer", "text_without_owner"):
        answer: Mapping[str, Any] = (body.get("answer") or {}).get(language) or {}
        return str(answer.get("text" if name == "answer" else name) or "")
    return _lines((body.get(name) or {}).get(language))


def _lines(value: Any) -> str:
    """One line for each member of a list; what a source or a paper consists of is divided by dots."""
    if isinstance(value, Mapping):
        return " · ".join(str(value[part]) for part in _PARTS if value.get(part))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "\n".join(_lines(each) for each in value)
    return "" if value is None else str(value)
