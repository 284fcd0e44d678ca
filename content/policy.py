"""Decide what to do with a match: answer, ask which of two or three, or say plainly that we do not know (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from content.confidence import confidence, nearness
from content.follow_up import FAMILY
from content.match_values import SHOWN, Candidate, Match

LEAST_LEAD = 0.02  # over the next candidate; nearer than this is a tie, and a tie is asked back
# The lead that an entry near to what was shown needs: when a short question has the shape of going on from it, when
# it has not, and when it says little.
GOING_ON, SHORT, LITTLE = 0.15, 0.2, 0.35
KNOWS = 0.9  # how much it must know of what is asked now
TELLS = 4.2  # the score of a question that says something; "how much" alone says nothing,
WHISPERS = 3.5  # and below this even a clear lead means nothing,
TELLS_A_WORD = 1.5  # nor does it where so many words say so little
ALONE = 0.75  # confidence in a question without what was spoken of, from which that does not matter
SPELT = 0.66  # how many of its marked words must be spelt so there: "ví" is not "vị"
RIVAL = (
    1.25  # the nearest subject outside the catalogue must not be nearer than this, to be asked back; than 1, to answer
)
APART = 0.8  # and to offer what a single word may mean
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
    evidence = match.evidence
    if evidence.follow_up and not evidence.words:
        return _clarify(match.candidates)
    measure = "vi" if match.language == "km" and match.text.isascii() else match.language  # Khmer in Latin letters
    limits = thresholds.get(measure) or thresholds["other"]
    goes_on = follows(match)
    lead = GOING_ON if evidence.follow_up else SHORT
    plain = evidence.said >= KNOWS and evidence.rival <= 1
    dense = match.language == "km" or evidence.best_raw >= TELLS_A_WORD * evidence.words
    if goes_on and plain and dense and evidence.spelt >= SPELT and evidence.margin >= lead and not evidence.elsewhere:
        return Answered(match.candidates[0].id)
    sure = confidence(evidence, measure) if plain or not evidence.follow_up else 0.0
    if sure >= limits.answer and evidence.margin >= LEAST_LEAD and not evidence.elsewhere:
        return Answered(match.candidates[0].id)
    floor = match.candidates[0].score * NEAR
    near = [each for each in match.candidates if each.score >= floor]
    near.sort(key=lambda each: each.kin < FAMILY)
    if goes_on:
        family = [each for each in near if each.kin >= FAMILY]
        return _clarify(family if len(family) > 1 else near)
    return _clarify(near) if nearness(evidence, measure) >= limits.clarify else Fallback()


def stands_alone(match: Match) -> bool:
    """Whether a question is so plain that what was spoken of before it does not matter."""
    return isinstance(decide(match), Answered) and confidence(match.evidence, match.language) >= ALONE


def follows(match: Match) -> bool:
    """Whether a short question goes on to an entry that is near to what was shown."""
    evidence = match.evidence
    if not match.candidates or match.candidates[0].kin < FAMILY:
        return False
    says = evidence.best_raw >= (WHISPERS if evidence.margin >= LITTLE else TELLS)
    return says and evidence.said >= KNOWS and evidence.rival <= RIVAL


def _clarify(candidates: Sequence[Candidate]) -> Decision:
    offered = tuple(each.id for each in candidates[:SHOWN])
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
