"""BM25 over one document per entry, with everything that does not depend on the question worked out beforehand (pure).

The impacts of a common term are packed side by side into one large integer, 32 bits a document, so that one
multiplication and one addition score all documents at once; rare terms keep a short list.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain
from struct import pack, unpack

SATURATION = 1.2  # BM25 k1
LENGTH = 0.7  # BM25 b: many phrasings must not make an entry win by size
IMPACT_UNIT = 1000  # steps of an impact
WEIGHT_UNIT = 64  # steps of a weight in a question
_LANE = 4  # bytes a document: two thousand terms of the highest impact and weight fit
_DENSE = 32  # a term in more than one of this many documents is packed


class TermIndex:
    """Documents as bags of term numbers. Equal input gives equal output, on every machine: all sums are integers."""

    def __init__(self, fields: Sequence[Sequence[Sequence[int]]], terms: int) -> None:
        """``fields``: the documents as bags of terms, once for each field; a field has lengths of its own, so that a
        text in one script does not make the other one look long. ``terms``: how many term numbers there are."""
        self.size = len(fields[0]) if fields else 0
        spread = [0] * terms
        for documents in fields:
            for document in documents:
                for term in set(document):
                    spread[term] += 1
        by_spread = [math.log(1 + (self.size - found + 0.5) / (found + 0.5)) for found in range(self.size + 1)]
        self.idf = [by_spread[found] for found in spread]
        self.highest_idf = max(self.idf, default=1.0)
        self._held = [frozenset(chain(*bags)) for bags in zip(*fields, strict=True)]
        impacts: list[list[tuple[int, int]]] = [[] for _ in range(terms)]
        for documents in fields:
            self._add_field(documents, impacts)
        self._packed: dict[int, int] = {}
        self._listed: list[tuple[tuple[int, int], ...]] = [()] * terms
        for term, found in enumerate(impacts):
            if len(found) * _DENSE > self.size:
                self._packed[term] = _pack(found, self.size)
            else:
                self._listed[term] = tuple(found)

    def _add_field(self, documents: Sequence[Sequence[int]], impacts: list[list[tuple[int, int]]]) -> None:
        filled = [len(document) for document in documents if document]
        mean = sum(filled) / len(filled) if filled else 1.0
        highest = (SATURATION + 1) * IMPACT_UNIT
        for number, document in enumerate(documents):
            norm = SATURATION * (1 - LENGTH + LENGTH * len(document) / mean)
            for term, times in Counter(document).items():
                impacts[term].append((number, int(self.idf[term] * times * highest / (times + norm)) + 1))

    def scores(self, terms: Mapping[int, int]) -> list[int]:
        """One score a document, in units of ``IMPACT_UNIT * WEIGHT_UNIT``. ``terms``: term number to weight in units
        of ``WEIGHT_UNIT``."""
        packed, listed = self._packed, self._listed
        total = 0
        rest = []
        for term, weight in terms.items():
            lanes = packed.get(term)
            if lanes is None:
                rest.append((listed[term], weight))
            else:
                total += lanes * weight
        scores = list(unpack(f"<{self.size}I", total.to_bytes(self.size * _LANE, "little")))
        for found, weight in rest:
            for number, impact in found:
                scores[number] += weight * impact
        return scores

    def holds(self, number: int, term: int) -> bool:
        """Whether a document holds a term."""
        return term in self._held[number]

    def ideal(self, terms: Mapping[int, int]) -> float:
        """The score of a document of mean length that holds every term once, in the units of an idf."""
        idf = self.idf
        return sum([weight * idf[term] for term, weight in terms.items()]) / WEIGHT_UNIT


def _pack(impacts: Sequence[tuple[int, int]], size: int) -> int:
    lanes = [0] * size
    for number, impact in impacts:
        lanes[number] = impact
    return int.from_bytes(pack(f"<{size}I", *lanes), "little")
