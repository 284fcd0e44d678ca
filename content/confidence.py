"""How sure the evidence makes us that the first candidate, or one of the first three, is the one meant (pure)."""

from __future__ import annotations

import math
from dataclasses import dataclass

from content.match_values import Evidence


@dataclass(frozen=True, slots=True)
class Weights:
    """Coefficients of a logistic function of the evidence, made by ``python -m tests.bench.fit_confidence`` from the
    catalogue itself: what one hand wrote is asked of what the others wrote; with whole entries left out, and with
    subjects from outside. Signs that speak for an entry were not allowed to count against it. No question of a
    resident took part."""

    known_share: float
    explained: float
    likeness: float
    strength: float
    margin: float
    spread: float
    neighbour: float
    raw: float
    words: float
    strength_and_likeness: float
    constant: float

    @property
    def of_features(self) -> tuple[float, ...]:
        return (
            self.known_share, self.explained, self.likeness, self.strength, self.margin, self.spread,
            self.neighbour, self.raw, self.words, self.strength_and_likeness,
        )  # fmt: skip


def features(evidence: Evidence) -> tuple[float, ...]:
    """What is weighed, in the order of the fields of :class:`Weights`, the constant left out."""
    strength = min(evidence.strength, 1.2)
    return (
        evidence.known_share,
        evidence.explained,
        evidence.likeness,
        strength,
        min(evidence.margin, 0.6),
        min(evidence.spread, 0.8),
        min(evidence.neighbour, 1.5),
        math.log1p(evidence.best_raw),
        math.log1p(evidence.words),
        strength * evidence.likeness,
    )


# fmt: off
SURE = {
    "vi": Weights(0.00, 0.84, 1.42, 0.00, 4.29, 0.00, -1.17, 2.24, 0.52, 1.64, -10.38),
    "km": Weights(0.00, 1.61, 0.00, 0.00, 2.39, 0.18, -1.12, 1.68, 0.03, 0.00, -8.29),
    "en": Weights(0.00, 4.03, 2.16, 0.00, 3.03, 0.00, -1.00, 1.94, 1.25, 0.00, -11.91),
}
NEAR = {
    "vi": Weights(0.00, 0.64, 3.77, 0.00, 1.47, 0.04, -1.21, 3.18, 0.11, 0.00, -11.39),
    "km": Weights(0.15, 1.27, 0.00, 0.00, 0.46, 0.40, -1.37, 1.86, -0.09, 0.00, -7.51),
    "en": Weights(0.00, 3.20, 2.86, 0.00, 0.24, 0.00, -1.10, 2.87, 0.94, 0.00, -12.36),
}
# fmt: on

SAME_WORDS = 0.95  # likeness from which the question is one of the phrasings
CLEAR = 0.03  # lead that such a question needs, because two entries may share a phrasing
CERTAIN = 0.95
FOLLOW_UP = 0.8  # what the running topic adds, in the units of the logistic function


def confidence(evidence: Evidence, language: str) -> float:
    """0 to 1, that the first candidate is right; comparable within a language. 0 when nothing was read."""
    if in_its_words(evidence):
        return CERTAIN
    return _logistic(evidence, SURE.get(language, SURE["vi"]))


def in_its_words(evidence: Evidence) -> bool:
    """Whether the question is one of the phrasings of the first candidate, and of no other."""
    return evidence.likeness >= SAME_WORDS and evidence.margin >= CLEAR and evidence.best_raw > 0


def nearness(evidence: Evidence, language: str) -> float:
    """0 to 1, that one of the first three is right."""
    return _logistic(evidence, NEAR.get(language, NEAR["vi"]))


def _logistic(evidence: Evidence, weights: Weights) -> float:
    if not evidence.words or not evidence.best_raw:
        return 0.0
    total = weights.constant + FOLLOW_UP * evidence.follow_up
    for weight, feature in zip(weights.of_features, features(evidence), strict=True):
        total += weight * feature
    return 1 / (1 + math.exp(-total))
