"""How like a question the closest single phrasing of an entry is, counted on the words that tell something (pure)."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence

TELLING = 0.12  # words that tell less are left out on both sides


class PhrasingIndex:
    """Every phrasing of every entry as a set of term numbers."""

    def __init__(self, entries: Sequence[Sequence[frozenset[int]]], tells: Sequence[float]) -> None:
        """``entries``: the phrasings of each entry; ``tells``: 0 to 1 for each term number."""
        self._postings = [array("I") for _ in tells]
        self._masses = array("d")
        self._starts = array("I", [0])
        for phrasings in entries:
            for phrasing in phrasings:
                at = len(self._masses)
                telling = [term for term in sorted(phrasing) if tells[term] >= TELLING]
                for term in telling:
                    self._postings[term].append(at)
                self._masses.append(sum([tells[term] for term in telling]))
            self._starts.append(len(self._masses))

    def shared(self, told: Mapping[int, float]) -> list[float]:
        """For each phrasing, what it has in common with the question. ``told``: term number to what it tells."""
        totals = [0.0] * len(self._masses)
        postings = self._postings
        for term, tell in told.items():
            for at in postings[term]:
                totals[at] += tell
        return totals

    def closest(self, number: int, shared: Sequence[float], whole: float) -> float:
        """0 to 1: the best phrasing of one entry. ``whole``: what the question tells."""
        start, end = self._starts[number], self._starts[number + 1]
        best = 0.0
        for common, mass in zip(shared[start:end], self._masses[start:end], strict=True):
            if common:
                like = 2 * common / (whole + mass)
                if like > best:
                    best = like
        return best if best < 1 else 1.0
