"""What a message means, from raw text to decision: the matcher, the places it names, the policy, put together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.places import Gazetteer
from content.language import detect
from content.language_tables import language_tables, neighbours, neighbours_where, typing_tables
from content.match_values import Match, MatchSource
from content.matcher import Matcher
from content.policy import Answered, Clarify, Decision, Fallback, decide
from content.scopes import NATIONAL

__all__ = ["Answered", "Clarify", "Decision", "Fallback", "Judge", "Judgement"]

# Questions near these subjects are never kept, not even without an address (promise A9).
UNSTORED_TOPIC = "safety"
UNSTORED_IDS = ("safety.", "sea.safety.", "labour.scam.", "labour.rights.abuse")  # … whatever topic they stand in
HIT = 0.6  # score from which a question is near an entry at all


@dataclass(frozen=True, slots=True)
class Judgement:
    """``storable``: an unanswered question of this kind may be kept for the officers; ``elsewhere``: who takes care of
    a subject that is not ours, as the key of a sentence, empty when that is not known."""

    outcome: Decision
    match: Match
    elsewhere: str = ""

    @property
    def storable(self) -> bool:
        outside = self.match.outside.score if self.match.outside is not None else 0.0
        return not any(
            each.score >= max(HIT, outside) and (each.topic == UNSTORED_TOPIC or each.id.startswith(UNSTORED_IDS))
            for each in self.match.candidates
        )

    @property
    def name(self) -> str:
        return type(self.outcome).__name__.lower()


class Judge:
    """Keeps nothing of what it is asked. ``home`` is the province whose place names need no level word."""

    def __init__(
        self,
        sources: Iterable[MatchSource],
        gazetteer: Gazetteer,
        *,
        home: str = "",
        outside: Mapping[str, Mapping[str, Sequence[str]]] | None = None,
    ) -> None:
        """``outside``: subjects that are not covered, instead of the shipped ones."""
        self._tables = language_tables()
        outside = neighbours() if outside is None else outside
        self._matcher = Matcher(sources, typing_tables(), self._tables, neighbours=outside)
        self._gazetteer = gazetteer
        self._home = home

    def language_of(self, text: str) -> str:
        return detect(text, self._tables).code

    def __call__(
        self, text: str, *, language: str | None = None, place_scope: str | None = None, topic: str | None = None
    ) -> Judgement:
        """``place_scope``: the resident's province; ``topic``: the running one, for short follow-ups."""
        named = self._gazetteer.provinces_mentioned(text, home_province=self._home)
        match = self._matcher.match(text, language=language, place_scope=place_scope, named_scopes=named, topic=topic)
        if not named and match.candidates and match.candidates[0].scope != NATIONAL:
            # A gate or a commune does not say which province's rules are asked about, but it is where the resident is.
            places = self._gazetteer.mentioned(text, home_province=self._home)
            around = {place.province_slug for place in places}
            if len(around) == 1 and around != {place_scope}:
                match = self._matcher.match(text, language=language, place_scope=around.pop(), topic=topic)
        outcome = decide(match)
        if isinstance(outcome, Answered) and outcome.entry_id == topic and match.evidence.follow_up:
            # "And gold?" after an answer asks for something else: saying the same again is no answer to it.
            others = tuple(each.id for each in match.shown if each.id != topic)
            outcome = Clarify(others) if len(others) > 1 else Fallback()
        return Judgement(outcome, match, _elsewhere(match) if isinstance(outcome, Fallback) else "")


def _elsewhere(match: Match) -> str:
    """Only when the question is plainly about a subject outside the catalogue."""
    near = match.outside
    if near is None or near.score < HIT or match.evidence.neighbour <= 1:
        return ""
    return neighbours_where().get(near.id, "")
