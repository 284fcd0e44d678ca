"""Answers of different entries that say nearly the same, and buttons nobody can tell apart (pure)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from rapidfuzz import fuzz

from content.catalog import Catalog
from content.checks.faults import Fault

SHARED = 0.6  # of the words of both answers, counted where a sentence of one stands in the other too
SAME_SENTENCE = 90  # fuzz.ratio from which two sentences are one
WORTH_A_LOOK = 0.5  # of the words, wherever they stand; below this no sentences can be the same
_WORD = re.compile(r"[^\W_]+")
_SENTENCE = re.compile(r"(?<=[.?!])\s|\n")


Sentences = list[tuple[str, int]]  # each with the number of its words


def check_alike(catalog: Catalog, *, only: str = "") -> Iterator[Fault]:
    """Lines with the same emergency number stand in several answers and should; whole answers should not.

    ``only``: one entry, the last of the catalogue, against all others.
    """
    answers = [
        (entry.id, _sentences(text := entry.answers["vi"].text), Counter(_WORD.findall(text.lower())))
        for entry in catalog
        if "vi" in entry.answers
    ]
    for at, (one, mine, my_words) in enumerate(answers):
        for other, theirs, their_words in answers[-1:] if only and only != one else answers[at + 1 :]:
            total = my_words.total() + their_words.total()
            if 2 * (my_words & their_words).total() <= WORTH_A_LOOK * total:
                continue
            shared = _shared(mine, theirs) + _shared(theirs, mine)
            if shared > SHARED * total:
                yield Fault(other, f"câu trả lời có {round(100 * shared / total)}% chữ nằm trong câu trùng với {one}")


def _sentences(text: str) -> Sentences:
    found = (_WORD.findall(sentence.lower()) for sentence in _SENTENCE.split(text))
    return [(" ".join(words), len(words)) for words in found if words]


def _shared(mine: Sentences, theirs: Sentences) -> int:
    """The words of my sentences that stand in theirs too."""
    return sum(count for text, count in mine if any(fuzz.ratio(text, other) >= SAME_SENTENCE for other, _ in theirs))


def check_titles(catalog: Catalog) -> Iterator[Fault]:
    titles = Counter((entry.topic, language, title) for entry in catalog for language, title in entry.title.items())
    for (topic, language, title), count in titles.items():
        if count > 1:
            yield Fault(topic, f"hai mục cùng nhãn nút “{title}” ({language})")
