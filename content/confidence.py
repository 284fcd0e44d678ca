"""How sure the evidence makes us that the first candidate is the one meant (pure)."""

from __future__ import annotations

import math
from dataclasses import dataclass

from content.match_values import Evidence


@dataclass(frozen=True, slots=True)
class Weights:
    """Coefficients of a logistic function of the evidence. They were fitted on the catalogue itself: each phrasing
    asked with itself left out (right or wrong first candidate), with its whole entry left out, and subjects from
    outside the catalogue. Signs that speak for an entry were not allowed to count against it. No question of a
    resident took part."""

    known_share: float
    explained: float
    likeness: float
    strength: float
    margin: float
    neighbour: float
    raw: float
    words: float
    strength_and_likeness: float
    constant: float

    @property
    def of_features(self) -> tuple[float, ...]:
        return (
            self.known_share, self.explained, self.likeness, self.strength, self.margin, self.neighbour, self.raw,
            self.words, self.strength_and_likeness,
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
        min(evidence.neighbour, 1.5),
        math.log1p(evidence.best_raw),
        math.log1p(evidence.words),
        strength * evidence.likeness,
    )


VIETNAMESE = Weights(0.0, 0.0, 0.16, 0.0, 5.55, -1.4, 1.99, 0.58, 2.17, -9.21)
KHMER = Weights(0.0, 0.0, 0.0, 1.25, 2.94, 0.0, 1.3, 0.14, 0.0, -7.95)
ENGLISH = Weights(0.0, 0.33, 0.31, 0.01, 3.83, -1.23, 1.84, -0.83, 1.98, -5.05)

SAME_WORDS = 0.95  # likeness from which the question is one of the phrasings
CLEAR = 0.03  # lead that such a question needs, because two entries may share a phrasing
CERTAIN = 0.95
FOLLOW_UP = 0.8  # what the running topic adds, in the units of the logistic function

_BY_LANGUAGE = {"vi": VIETNAMESE, "km": KHMER, "en": ENGLISH}


def confidence(evidence: Evidence, language: str) -> float:
    """0 to 1; comparable within a language. 0 when nothing was read."""
    if not evidence.words or not evidence.best_raw:
        return 0.0
    if evidence.likeness >= SAME_WORDS and evidence.margin >= CLEAR:
        return CERTAIN
    weights = _BY_LANGUAGE.get(language, VIETNAMESE)
    total = weights.constant + FOLLOW_UP * evidence.follow_up
    for weight, feature in zip(weights.of_features, features(evidence), strict=True):
        total += weight * feature
    return 1 / (1 + math.exp(-total))
