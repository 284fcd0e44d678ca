"""How sure the evidence makes us that the first candidate is the one meant (pure)."""

from __future__ import annotations

import math
from dataclasses import dataclass

from content.match_values import Evidence


@dataclass(frozen=True, slots=True)
class Weights:
    """Coefficients of a logistic function of the evidence. They were fitted on the catalogue itself: each phrasing
    asked with itself left out (right or wrong first candidate), with its whole entry left out, and subjects from
    outside the catalogue. No question of a resident took part."""

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


VIETNAMESE = Weights(0.4, 0.53, -0.02, -1.61, 4.74, -0.95, 2.03, 0.16, 3.11, -8.17)
KHMER = Weights(0.32, -1.89, -3.86, 1.48, 2.83, -0.53, 2.5, -1.85, 0.64, -4.06)
ENGLISH = Weights(0.77, 0.43, -0.86, -0.39, 3.79, -0.88, 2.49, -0.66, 2.36, -7.76)

_BY_LANGUAGE = {"vi": VIETNAMESE, "km": KHMER, "en": ENGLISH}


def confidence(evidence: Evidence, language: str) -> float:
    """0 to 1; comparable within a language. 0 when nothing was read."""
    if not evidence.words or not evidence.best_raw:
        return 0.0
    weights = _BY_LANGUAGE.get(language, VIETNAMESE)
    strength = min(evidence.strength, 1.2)
    total = (
        weights.constant
        + weights.known_share * evidence.known_share
        + weights.explained * evidence.explained
        + weights.likeness * evidence.likeness
        + weights.strength * strength
        + weights.margin * min(evidence.margin, 0.6)
        + weights.neighbour * min(evidence.neighbour, 1.5)
        + weights.raw * math.log1p(evidence.best_raw)
        + weights.words * math.log1p(evidence.words)
        + weights.strength_and_likeness * strength * evidence.likeness
    )
    return 1 / (1 + math.exp(-total))
