"""Weigh what was learned from examples: how much a message is like a call for help, and of which kind (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import repeat
from math import sqrt

from content.distress_features import Blocks
from content.distress_rules import DistressKind

Weights = Mapping[str, int]
BIAS = ""  # the feature that every message has
UNIT = 100  # steps of a weight


class LearnedWeights:
    """``call``: what speaks for a call for help; ``kinds``: for each kind, what speaks for it in a call."""

    def __init__(self, call: Weights, kinds: Mapping[DistressKind, Weights]) -> None:
        self._call = call
        self._kinds = kinds

    @classmethod
    def from_lines(cls, lines: Iterable[str]) -> LearnedWeights:
        """Lines of the stored file, by tabs: whose weight (``call`` or a kind), the weight, its features."""
        call: dict[str, int] = {}
        kinds: dict[DistressKind, dict[str, int]] = {kind: {} for kind in DistressKind}
        for line in lines:
            whose, weight, *features = line.split("\t")
            table = call if whose == "call" else kinds[DistressKind(whose)]
            table.update(dict.fromkeys(features, int(weight)))
        return cls(call, kinds)

    def score(self, blocks: Blocks) -> float:
        """Above 0 rather a call for help, below 0 rather not."""
        return weigh(self._call, blocks)

    def kind(self, blocks: Blocks) -> DistressKind:
        return max(self._kinds, key=lambda kind: weigh(self._kinds[kind], blocks))


def weigh(weights: Weights, blocks: Blocks) -> float:
    """The sum of the weights, each block divided by the root of its size: a long message is not louder than a short."""
    *grown, whole = blocks
    get = weights.get
    total = float(get(BIAS, 0) + sum(map(get, whole, repeat(0))))
    for block in grown:
        if block:
            total += sum(map(get, block, repeat(0))) / sqrt(len(block))
    return total / UNIT
