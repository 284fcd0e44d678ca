"""How like a question the closest single phrasing of an entry is (pure).

As in :mod:`content.scoring`, the phrasings of one entry are lanes of one integer, 32 bits each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from struct import unpack

TELL_UNIT = 256  # steps of what a term tells
_LANE = 4  # bytes a phrasing


class PhrasingIndex:
    """Every phrasing of every entry as a set of term numbers."""

    def __init__(self, entries: Sequence[Sequence[frozenset[int]]], tells: Sequence[int]) -> None:
        """``entries``: the phrasings of each entry; ``tells``: for each term number, in units of ``TELL_UNIT``."""
        self._lanes: list[dict[int, int]] = []
        self._masses: list[tuple[int, ...]] = []
        for phrasings in entries:
            lanes: dict[int, int] = {}
            for at, phrasing in enumerate(phrasings):
                for term in sorted(phrasing):
                    lanes[term] = lanes.get(term, 0) | 1 << (8 * _LANE * at)
            self._lanes.append(lanes)
            self._masses.append(tuple(sum(tells[term] for term in phrasing) for phrasing in phrasings))

    def closest(self, number: int, told: Mapping[int, int], whole: float) -> float:
        """0 to 1: the best phrasing of one entry. ``told``: term number to what it tells, ``whole``: what the question
        tells, both in units of ``TELL_UNIT``."""
        lanes, masses = self._lanes[number], self._masses[number]
        total = 0
        for term, tell in told.items():
            at = lanes.get(term)
            if at is not None:
                total += at * tell
        if not total:
            return 0.0
        shared = unpack(f"<{len(masses)}I", total.to_bytes(len(masses) * _LANE, "little"))
        best = max([2 * common / (whole + mass) for common, mass in zip(shared, masses, strict=True) if common])
        return best if best < 1 else 1.0
