"""BM25 over one document per entry, with everything that does not depend on the question worked out beforehand (pure).

Terms are numbers and postings are flat arrays: a question touches little memory, which is what costs time here.
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence

SATURATION = 1.2  # BM25 k1
LENGTH = 0.7  # BM25 b: many phrasings must not make an entry win by size
TOO_COMMON = 0.75  # a term in a larger share of the documents says nothing; its postings are not kept
FEW = 20  # below this number of documents no term counts as too common


class TermIndex:
    """Documents as bags of term numbers. Equal input gives equal output."""

    def __init__(self, documents: Sequence[Sequence[int]], terms: int) -> None:
        """``terms``: how many term numbers there are."""
        counts = [Counter(document) for document in documents]
        lengths = [sum(count.values()) for count in counts]
        mean = (sum(lengths) / len(lengths) if lengths else 0.0) or 1.0
        self.size = len(documents)
        self._documents = [array("I") for _ in range(terms)]
        self._impacts = [array("d") for _ in range(terms)]
        for number, count in enumerate(counts):
            for term in count:
                self._documents[term].append(number)
        self.idf = array("d", [_idf(self.size, len(found)) for found in self._documents])
        self.highest_idf = max(self.idf, default=1.0)
        kept = self.size * TOO_COMMON if self.size >= FEW else self.size
        for number, (count, length) in enumerate(zip(counts, lengths, strict=True)):
            norm = SATURATION * (1 - LENGTH + LENGTH * length / mean)
            for term, times in count.items():
                if len(self._documents[term]) <= kept:
                    self._impacts[term].append(self.idf[term] * times * (SATURATION + 1) / (times + norm))

    def scores(self, terms: Mapping[int, float]) -> list[float]:
        """One score a document. ``terms``: term number to how much it counts."""
        totals = [0.0] * self.size
        documents, impacts = self._documents, self._impacts
        for term, weight in terms.items():
            for number, impact in zip(documents[term], impacts[term]):  # noqa: B905  no impacts when too common
                totals[number] += weight * impact
        return totals

    def holds(self, number: int, term: int) -> bool:
        """Whether a document holds a term."""
        found = self._documents[term]
        at = bisect_left(found, number)
        return at < len(found) and found[at] == number

    def ideal(self, terms: Mapping[int, float]) -> float:
        """The score of a document of mean length that holds every term once."""
        idf = self.idf
        return sum([weight * idf[term] for term, weight in terms.items()])


def _idf(size: int, found: int) -> float:
    return math.log(1 + (size - found + 0.5) / (found + 0.5))
