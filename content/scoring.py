"""BM25 over one document per entry, with everything that does not depend on the question worked out beforehand (pure)."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

SATURATION = 1.2  # BM25 k1
LENGTH = 0.7  # BM25 b: many phrasings must not make an entry win by size
BUDGET = 1500  # postings read in the first pass; the commonest words wait for the exact score of the best entries
WORTH_A_LOOK = 0.4  # of the highest score in the first pass; entries below it are not looked at again


class TermIndex:
    """Documents as bags of terms. Equal input gives equal output, ties go to the earlier document."""

    def __init__(self, documents: Sequence[Sequence[str]]) -> None:
        counts = [Counter(document) for document in documents]
        lengths = [sum(count.values()) for count in counts]
        mean = (sum(lengths) / len(lengths) if lengths else 0.0) or 1.0
        spread: Counter[str] = Counter()
        for count in counts:
            spread.update(count.keys())
        self.size = len(documents)
        self.idf: dict[str, float] = {
            term: math.log(1 + (self.size - found + 0.5) / (found + 0.5)) for term, found in spread.items()
        }
        self.highest_idf = max(self.idf.values(), default=1.0)
        self._impacts: list[dict[str, float]] = []
        self._postings: dict[str, list[tuple[int, float]]] = {term: [] for term in spread}
        for number, (count, length) in enumerate(zip(counts, lengths, strict=True)):
            norm = SATURATION * (1 - LENGTH + LENGTH * length / mean)
            impacts = {
                term: self.idf[term] * times * (SATURATION + 1) / (times + norm) for term, times in count.items()
            }
            self._impacts.append(impacts)
            for term, impact in impacts.items():
                self._postings[term].append((number, impact))

    def best(self, terms: Mapping[str, float], limit: int) -> list[int]:
        """The numbers of the likeliest documents, best first. ``terms``: known terms and how much each counts."""
        idf, postings = self.idf, self._postings
        totals = [0.0] * self.size
        budget = BUDGET
        for _, term in sorted([(-idf[term] * weight, term) for term, weight in terms.items()]):
            found = postings[term]
            budget -= len(found)
            weight = terms[term]
            for number, impact in found:
                totals[number] += weight * impact
            if budget < 0:
                break
        highest = max(totals, default=0.0)
        if not highest:
            return []
        floor = highest * WORTH_A_LOOK
        near = sorted([(-total, number) for number, total in enumerate(totals) if total >= floor])
        return [number for _, number in near[:limit]]

    def score(self, number: int, terms: Mapping[str, float]) -> float:
        """The exact score of one document."""
        impacts = self._impacts[number]
        return sum([weight * impacts[term] for term, weight in terms.items() if term in impacts])

    def ideal(self, terms: Mapping[str, float]) -> float:
        """The score of a document that holds every term once at mean length."""
        idf = self.idf
        return sum([weight * idf[term] for term, weight in terms.items()])
