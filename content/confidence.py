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


VIETNAMESE = Weights(-0.05, -0.18, -0.5, -0.53, 5.37, -1.22, 1.93, 0.47, 3.12, -8.27)
KHMER = Weights(-0.33, -1.98, -4.84, 2.04, 3.06, 0.07, 2.98, -1.94, 0.54, -5.17)
ENGLISH = Weights(0.11, 0.53, -0.43, -0.43, 3.93, -0.28, 2.68, -0.73, 1.83, -7.44)

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
