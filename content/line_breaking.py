"""Lines of a paragraph that fit a width, cut at blanks only; a word wider than a line between its letters (pure).

Khmer is written without blanks between words: what stands between two blanks (or zero-width blanks) stays together, and
where that is wider than the paper it is cut before a letter that begins a cluster, never inside one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

Width = Callable[[str], float]
# A letter with what hangs on it: Khmer subscripts and vowel signs, the loose marks of other scripts. A joiner or a
# no-break blank also holds on to what follows.
_CLUSTER = re.compile(
    "(?:[\u1780-\u17b3](?:[\u200c\u200d]*(?:\u17d2[\u1780-\u17b3]|[\u17b4-\u17d1\u17dd]))*|.)"
    "[\u0300-\u036f\u200c\u200d\ufe00-\ufe0f]*",
    re.DOTALL,
)
_BLANKS = re.compile("([ \t\u200b]+)")
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u200e\u200f\u2028-\u202e\u2060\ufeff]")
_STARTS_NO_LINE = frozenset(",.;:!?)”’»។៕៖%…")


def tidy(text: str) -> str:
    """The text as it is printed: composed letters, plain line ends, nothing that only steers a screen."""
    return _UNWANTED.sub("", unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")).strip()


def lines(text: str, width: Width, room: float) -> list[str]:
    """The text in lines no wider than ``room``, as far as single clusters allow; no letter is lost or changed places.

    ``width`` measures a line in the unit of ``room``.
    """
    found: list[str] = []
    line = ""
    parts = _BLANKS.split(text)
    for gap, word in zip(["", *parts[1::2]], parts[::2], strict=True):
        if not word:
            continue
        longer = f"{line}{gap}{word}" if line else word
        if width(longer) <= room:
            line = longer
            continue
        if line:
            found.append(line)
        *whole, line = _cut(word, width, room)
        found += whole
    return [*found, line] if line else found


def clusters(text: str) -> list[str]:
    """The pieces of a text that must never be cut."""
    return _CLUSTER.findall(text)


def _cut(word: str, width: Width, room: float) -> Iterator[str]:
    """One word, in pieces if it alone is too wide; there is always at least one."""
    if width(word) <= room:
        yield word
        return
    piece = ""
    for cluster in clusters(word):
        hangs = cluster in _STARTS_NO_LINE and piece[-1:] not in _STARTS_NO_LINE
        if piece and width(piece + cluster) > room and not hangs:
            yield piece
            piece = ""
        piece += cluster
    yield piece
