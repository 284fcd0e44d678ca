"""Decide what to do with a match: answer, ask which of two or three, or say plainly that we do not know (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from content.confidence import confidence, nearness
from content.match_values import SHOWN, Match

LEAST_LEAD = 0.02  # over the next candidate; nearer than this is a tie, and a tie is asked back
NEAR = 0.55  # share of the first candidate's score from which another one is worth a button


@dataclass(frozen=True, slots=True)
class Answered:
    entry_id: str


@dataclass(frozen=True, slots=True)
class Clarify:
    """Two or three entries, the likeliest first."""

    entry_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fallback:
    """Nothing here is sure enough to be shown."""


Decision = Answered | Clarify | Fallback


@dataclass(frozen=True, slots=True)
class Thresholds:
    """``answer``: confidence from which the first candidate is shown; ``clarify``: nearness from which the candidates
    are offered as buttons."""

    answer: float
    clarify: float

    def __post_init__(self) -> None:
        if not (0 <= self.clarify <= 1 and 0 <= self.answer <= 1):
            raise ValueError(f"thresholds are shares, not {self.clarify}, {self.answer}")


# A wrong answer costs far more than a refusal. A language we do not speak, and bare numbers, need more.
DEFAULT_THRESHOLDS: Mapping[str, Thresholds] = {
    "vi": Thresholds(answer=0.60, clarify=0.30),
    "km": Thresholds(answer=0.60, clarify=0.30),
    "en": Thresholds(answer=0.66, clarify=0.30),
    "other": Thresholds(answer=0.80, clarify=0.6),
    "none": Thresholds(answer=0.70, clarify=0.5),
}


def decide(match: Match, thresholds: Mapping[str, Thresholds] = DEFAULT_THRESHOLDS) -> Decision:
    """One of three outcomes. Nothing is offered when a subject from outside the catalogue is nearer; an entry about a
    province that is not the one named is never shown as the answer."""
    if not match.candidates or match.evidence.neighbour > 1:
        return Fallback()
    limits = thresholds.get(match.language) or thresholds["other"]
    sure = confidence(match.evidence, match.language)
    if sure >= limits.answer and match.evidence.margin >= LEAST_LEAD and not match.evidence.elsewhere:
        return Answered(match.candidates[0].id)
    if nearness(match.evidence, match.language) < limits.clarify:
        return Fallback()
    floor = match.candidates[0].score * NEAR
    offered = tuple(each.id for each in match.candidates[:SHOWN] if each.score >= floor)
    return Clarify(offered) if len(offered) > 1 else Fallback()


@dataclass(frozen=True, slots=True)
class LiveNotice:
    """An urgent notice in force, as the answer needs it. ``text`` by language; times are aware.

    Empty ``topics`` and ``entry_ids`` concern every question, empty ``place_codes`` every place.
    """

    id: str
    head: str
    text: Mapping[str, str]
    issued_at: datetime
    expires_at: datetime
    confirmed_at: datetime | None = None
    topics: frozenset[str] = field(default_factory=frozenset)
    entry_ids: frozenset[str] = field(default_factory=frozenset)
    place_codes: frozenset[str] = field(default_factory=frozenset)

    def concerns(self, entry_id: str, topic: str, place_codes: frozenset[str]) -> bool:
        everything = not self.topics and not self.entry_ids
        subject = everything or topic in self.topics or entry_id in self.entry_ids
        return subject and (not self.place_codes or not self.place_codes.isdisjoint(place_codes))


def notices_first(
    live: Iterable[LiveNotice], entry_id: str, topic: str, place_codes: frozenset[str], now: datetime
) -> tuple[LiveNotice, ...]:
    """The notices to show before a stored answer (promise A5), the newest first; none that has expired."""
    due = [each for each in live if now < each.expires_at and each.concerns(entry_id, topic, place_codes)]
    return tuple(sorted(due, key=lambda each: (each.issued_at, each.id), reverse=True))
