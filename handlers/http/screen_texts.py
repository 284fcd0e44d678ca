"""A stored text cut into what one page of a screen holds: few words, whole sentences where they fit (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator

MOST_WORDS = 28  # on one page of a screen, title and all
LEAST_WORDS = 10  # left for the text, however long what stands above it
_SENTENCE = re.compile(r"(?<=[.?!។])\s+")
_CLAUSE = re.compile(r"(?<=[;:,៖])\s+")
_STEP = re.compile(r"\d{1,2}\.")
_BLANK = re.compile(r"[\s\u200b]+")
_KHMER = re.compile("[\u1780-\u17d3]")
_KHMER_WORD = 6  # signs: Khmer is written without spaces between words
MORE = "…"


def words_in(text: str) -> int:
    """How many words a reader meets; of Khmer, about so many."""
    return sum(max(1, -(-len(_KHMER.findall(each)) // _KHMER_WORD)) for each in _BLANK.split(text) if each)


def in_pages(text: str, most: int) -> list[str]:
    """The text in parts of at most ``most`` words, each with its lines; "…" where a sentence goes on.

    Only a run of letters without any space can be longer: nothing is cut inside a word.
    """
    pages: list[str] = []
    for line in (each.strip() for each in text.split("\n")):
        fresh = True
        for piece in _pieces(line, most):
            gap = "\n" if fresh else " "
            if pages and words_in(f"{pages[-1]} {piece}") <= most:
                pages[-1] += gap + piece
            else:
                pages.append(piece)
            fresh = False
    return pages


def _pieces(line: str, most: int) -> Iterator[str]:
    """Sentences, and parts of those that are too long; a step keeps its number."""
    number = ""
    for sentence in _SENTENCE.split(line):
        if _STEP.fullmatch(sentence):
            number = f"{sentence} "
            continue
        if sentence:
            yield from _parts(number + sentence, most)
        number = ""


def _parts(sentence: str, most: int) -> Iterator[str]:
    if words_in(sentence) <= most:
        yield sentence
        return
    part = ""
    for clause in _CLAUSE.split(sentence):
        for piece in [clause] if words_in(clause) <= most else _BLANK.split(clause):
            if part and words_in(f"{part} {piece}") > most:
                yield f"{part} {MORE}"
                part = f"{MORE} {piece}"
            else:
                part = f"{part} {piece}" if part else piece
    yield part
