"""Cut cleaned text into words (with and without marks) and, for scripts without blanks, into short runs (pure)."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from content.normalise import fold
from content.residue import plain_vni

# Thai, Lao, Myanmar, Khmer, Japanese, Chinese: no blanks between words.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17dd\u3040-\u30ff\u3400-\u9fff"
_PIECE = re.compile(rf"[{_UNSPACED}]+|\d+(?:[.,]\d{{3}})+(?!\d)|[^\W_]+(?:'[a-z]{{1,2}}\b)?")
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_HAS_DIGIT = re.compile(r"\d")
_LETTERS_OR_DIGITS = re.compile(r"\d+|[^\d]+")
# A Khmer orthographic cluster: a letter, its subscripts, its vowel signs; any other character stands alone.
_CLUSTER = re.compile("[\u1780-\u17b3](?:\u17d2[\u1780-\u17b3]|[\u17b6-\u17d1\u17dd])*|.")
_VOWEL_SIGNS = re.compile("[\u17b6-\u17d1\u17dd]")

MOST_WORDS = 70  # of a long message: its beginning and its end, where the question stands
MOST_RUNS = 90


class Tokens(NamedTuple):
    """``words``: (with marks, folded) pairs in order; ``runs``: overlapping pieces of unspaced script."""

    words: tuple[tuple[str, str], ...]
    runs: tuple[str, ...] = ()


def tokens(cleaned: str) -> Tokens:
    """``cleaned`` comes from :func:`content.normalise.clean`. Very long texts are cut in the middle."""
    words: list[tuple[str, str]] = []
    runs: list[str] = []
    unspaced = not cleaned.isascii() and _IS_UNSPACED.search(cleaned) is not None
    for piece in _PIECE.findall(cleaned):
        if piece.isalpha() and not (unspaced and _IS_UNSPACED.match(piece)):
            words.append((piece, piece if piece.isascii() else fold(piece)))
        elif unspaced and _IS_UNSPACED.match(piece):
            runs += _runs(piece)
        else:
            words += _mixed(piece)
    if len(words) > MOST_WORDS:
        words = words[: MOST_WORDS // 3] + words[-(MOST_WORDS - MOST_WORDS // 3) :]
    return Tokens(tuple(words), tuple(runs[:MOST_RUNS]))


def _mixed(piece: str) -> list[tuple[str, str]]:
    """Numbers lose their separators, raw VNI keys become a word, ``15m`` becomes ``15`` and ``m``."""
    if "." in piece or "," in piece:
        piece = piece.replace(".", "").replace(",", "")
    if piece.isdigit() or _HAS_DIGIT.search(piece) is None:
        bare = fold(piece)
        return [(piece, bare)]
    bare = fold(piece)
    raw = plain_vni(bare)
    if raw is not None:
        return [(raw, raw)]
    return [(part, fold(part)) for part in _LETTERS_OR_DIGITS.findall(piece)]


def _runs(text: str) -> list[str]:
    """Pairs and triples of clusters, and triples of bare consonants that survive a wrong vowel sign."""
    clusters = _CLUSTER.findall(text)
    if len(clusters) == 1:
        return clusters
    bare = [_VOWEL_SIGNS.sub("", cluster) for cluster in clusters]
    found = [first + second for first, second in pairwise(clusters)]
    found += map("".join, zip(clusters, clusters[1:], clusters[2:], strict=False))
    found += ["*" + a + b + c for a, b, c in zip(bare, bare[1:], bare[2:], strict=False)]
    return found
