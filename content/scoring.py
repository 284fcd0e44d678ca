"""BM25 over one document per entry, with everything that does not depend on the question worked out beforehand (pure).

The impacts of a common term are packed side by side into one large integer, 32 bits a document, so that one
multiplication and one addition score all documents at once; rare terms keep a short list.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from struct import unpack

SATURATION = 1.2  # BM25 k1
LENGTH = 0.7  # BM25 b: many phrasings must not make an entry win by size
IMPACT_UNIT = 1000  # steps of an impact
WEIGHT_UNIT = 64  # steps of a weight in a question
_LANE = 4  # bytes a document: 150 terms of the highest impact and weight fit
_DENSE = 32  # a term in more than one of this many documents is packed


class TermIndex:
    """Documents as bags of term numbers. Equal input gives equal output, on every machine: all sums are integers."""

    def __init__(self, documents: Sequence[Sequence[int]], terms: int) -> None:
        """``terms``: how many term numbers there are."""
        counts = [Counter(document) for document in documents]
        lengths = [sum(count.values()) for count in counts]
        mean = (sum(lengths) / len(lengths) if lengths else 0.0) or 1.0
        self.size = len(documents)
        spread = Counter(term for count in counts for term in count)
        self.idf = [math.log(1 + (self.size - spread[term] + 0.5) / (spread[term] + 0.5)) for term in range(terms)]
        self.highest_idf = max(self.idf, default=1.0)
        impacts: list[list[tuple[int, int]]] = [[] for _ in range(terms)]
        for number, (count, length) in enumerate(zip(counts, lengths, strict=True)):
            norm = SATURATION * (1 - LENGTH + LENGTH * length / mean)
            for term, times in count.items():
                impact = self.idf[term] * times * (SATURATION + 1) / (times + norm)
                impacts[term].append((number, max(1, round(impact * IMPACT_UNIT))))
        self._packed: dict[int, int] = {}
        self._listed: list[tuple[tuple[int, int], ...]] = [()] * terms
        for term, found in enumerate(impacts):
            if len(found) * _DENSE > self.size:
                self._packed[term] = _pack(dict(found), self.size)
            else:
                self._listed[term] = tuple(found)

    def scores(self, terms: Mapping[int, int]) -> list[int]:
        """One score a document, in units of ``IMPACT_UNIT * WEIGHT_UNIT``. ``terms``: term number to weight in units
        of ``WEIGHT_UNIT``, at most 150 of them."""
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
        lanes = self._packed.get(term)
        if lanes is not None:
            return lanes >> (8 * _LANE * number) & 0xFFFFFFFF != 0
        return any(each == number for each, _ in self._listed[term])

    def ideal(self, terms: Mapping[int, int]) -> float:
        """The score of a document of mean length that holds every term once, in the units of an idf."""
        idf = self.idf
        return sum([weight * idf[term] for term, weight in terms.items()]) / WEIGHT_UNIT


def _pack(impacts: Mapping[int, int], size: int) -> int:
    lanes = b"".join(impacts.get(number, 0).to_bytes(_LANE, "little") for number in range(size))
    return int.from_bytes(lanes, "little")
