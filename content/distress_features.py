"""A message as what the learned part of the distress finder weighs: its words, their neighbours and classes (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise

from content.distress_text import KHMER, Words
from content.distress_words import Spot

_NEAR = 2  # words between two classes that stand together
_KHMER_GRAMS = (2, 3, 4, 5)
_LONG = 6  # four words each; longer messages are alike in length

Blocks = Sequence[Sequence[str]]  # a feature may stand twice


def blocks(text: str, words: Words, spots: Sequence[Spot], *, asks: bool, ruled: bool, hint: str) -> Blocks:
    """Features by kind. The last block is of plain statements about the whole message, the others grow with its length.

    ``asks``: whether it ends as a question; ``ruled``: whether the hand-written rules call it distress; ``hint``: the
    kind they think of, or nothing.
    """
    bare = words.bare
    framed = ("^", *bare, "$")
    marked: list[str] = []
    if not words.mostly_bare:
        marked = ["m:" + word for word in words.sounds if not word.isascii()]
    khmer: list[str] = []
    script = "en" if words.english else "vi"
    if not text.isascii() and KHMER.search(text) is not None:
        script = "km"
        run = "".join(KHMER.findall(text))
        khmer = [run[at : at + size] for size in _KHMER_GRAMS for at in range(len(run) - size + 1)]
    names = sorted({name for _, _, name in spots})
    whole = (
        f"script:{script}",
        f"asks:{asks:d}",
        f"ruled:{ruled:d}",
        f"length:{min(_LONG, len(bare) // 4)}",
        f"hint:{hint}",
    )
    return (
        bare,
        [f"{first} {second}" for first, second in pairwise(framed)],
        [f"{first} _ {second}" for first, second in zip(framed, framed[2:], strict=False)],
        marked,
        khmer,
        ["c:" + name for name in names],
        [f"c:{first}&{second}" for first, second in combinations(names, 2)],
        _together(spots),
        whole,
    )


def _together(spots: Sequence[Spot]) -> list[str]:
    found: list[str] = []
    for at, (_, end, name) in enumerate(spots, start=1):
        for start, _, other in spots[at : at + 2 * _NEAR + 2]:
            if start > end + _NEAR:
                break
            if start >= end:
                found.append(f"c:{name}>{other}")
    return found
