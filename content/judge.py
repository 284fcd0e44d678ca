"""What a message means, from raw text to decision: the matcher, the places it names, the policy, put together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from bot.places import Gazetteer
from content.confidence import in_its_words
from content.entries import LANGUAGES
from content.follow_up_shapes import asks_for_money, only_an_aspect
from content.language import detect
from content.language_tables import language_tables, neighbours, neighbours_where, single_words, typing_tables
from content.match_values import SHOWN, Match, MatchSource
from content.matcher import Matcher
from content.policy import APART, KNOWS, Answered, Clarify, Decision, Fallback, decide, follows, stands_alone
from content.scopes import NATIONAL
from content.single_words import Group
from content.tokens import tokens

__all__ = ["Answered", "Clarify", "Decision", "Fallback", "Judge", "Judgement"]

# Questions near these subjects are never kept, not even without an address (promise A9).
UNSTORED_TOPIC = "safety"
UNSTORED_IDS = ("safety.", "sea.safety.", "labour.scam.", "labour.rights.abuse")  # … whatever topic they stand in
LONGEST_ALONE = 60  # letters of a word sent alone, with what politeness adds
PLAIN = 0.3  # the lead from which even one word leaves no choice
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
        self._alone = single_words()
        outside = neighbours() if outside is None else outside
        sources = tuple(sources)
        self._sources = {source.id: source for source in sources}
        self._provinces = {source.scope for source in sources}
        self._matcher = Matcher(sources, typing_tables(), self._tables, neighbours=outside)
        self._gazetteer = gazetteer
        self._home = home

    def language_of(self, text: str) -> str:
        """As it is detected; a word that every language here uses ("visa") tells none."""
        found = detect(text, self._tables)
        return "none" if found.borrowed else found.code

    def __call__(
        self,
        text: str,
        *,
        language: str | None = None,
        place_scope: str | None = None,
        topic: str | None = None,
        shown: Sequence[str] = (),
    ) -> Judgement:
        """``place_scope``: the resident's province; for short follow-ups ``topic``: the running one, or the entry
        shown last, and ``shown``: the entries offered as buttons just now."""
        judge = partial(self._judge, language=language, place_scope=place_scope, topic=topic, shown=shown)
        judged = judge(text)
        if isinstance(judged.outcome, Fallback) and not judged.match.text.isascii():
            # Who mixes Khmer and Vietnamese borrows the words that matter: "ចង់ធ្វើ hộ chiếu".
            cut = tokens(judged.match.text)
            borrowed = " ".join(word for word, bare in cut.words if not bare.isdigit()) if cut.runs else ""
            again = judge(borrowed) if borrowed else judged
            if not isinstance(again.outcome, Fallback):
                return replace(judged, outcome=again.outcome, elsewhere="")
        return judged

    def _judge(
        self,
        text: str,
        *,
        language: str | None,
        place_scope: str | None,
        topic: str | None,
        shown: Sequence[str],
    ) -> Judgement:
        mentions = self._gazetteer.mentions(text, home_province=self._home)
        named = mentions.provinces
        found = self._matcher.find(text, language=language, topic=topic, shown=shown)
        match = found.match(place_scope=place_scope, named_scopes=named)
        if not named and match.candidates and match.candidates[0].scope != NATIONAL:
            # A gate or a commune does not say which province's rules are asked about, but it is where the resident is.
            around = {place.province_slug for place in mentions.places}
            if len(around) == 1 and around != {place_scope}:
                match = found.match(place_scope=around.pop())
        outcome = decide(match)
        if isinstance(outcome, Answered) and follows(match) and not match.evidence.follow_up:
            plain = self._matcher.match(text, language=language, place_scope=place_scope, named_scopes=named)
            if stands_alone(plain) and plain.candidates[0].id != outcome.entry_id:
                match, outcome = plain, decide(plain)
        scopes = {NATIONAL, place_scope, *named} if place_scope or named else self._provinces
        again = isinstance(outcome, Answered) and outcome.entry_id == topic and match.evidence.follow_up
        if again and match.evidence.said < KNOWS:
            # "And gold?" after an answer asks for something else: saying the same again is no answer to it.
            outcome = _choice([each.id for each in match.shown if each.id != topic])
        if isinstance(outcome, Answered) and _belongs_to_the_last(match, outcome, topic):
            outcome = Fallback()
        alone = self._alone.find(text) if len(match.text) <= LONGEST_ALONE else None
        if alone is not None and not _answers(match, outcome, alone):
            outcome = self._offered(alone, scopes, topic, outcome)
        elif isinstance(outcome, Clarify):
            near = [each for each in outcome.entry_ids if self._sources[each].scope in scopes]
            outcome = _choice(near) if len(near) > 1 else outcome  # another province's entries are no choice
        elif isinstance(outcome, Fallback):
            outcome = self._instead(text, match, scopes, topic, shown)
        return Judgement(outcome, match, _elsewhere(match) if isinstance(outcome, Fallback) else "")

    def _offered(
        self, group: Group, scopes: Collection[str | None], topic: str | None, otherwise: Decision
    ) -> Decision:
        """What a word may mean, what is of the running topic first."""
        known = [self._sources[each] for each in group.entries if each in self._sources]
        running = self._sources[topic].topic if topic in self._sources else topic
        if group.aspect:
            known.sort(key=lambda each: each.topic != running)
        choice = _choice([each.id for each in known if each.scope in scopes])
        return otherwise if isinstance(choice, Fallback) else choice

    def _instead(
        self, text: str, match: Match, scopes: Collection[str | None], topic: str | None, shown: Sequence[str]
    ) -> Decision:
        """What is offered where nothing is near enough."""
        if only_an_aspect(match.text) and (shown or topic in self._sources):
            of_the_last = [topic, *self._sources[topic].related] if topic in self._sources else list(shown)
            return _choice([each for each in of_the_last if each in self._sources])
        if match.language not in LANGUAGES or match.evidence.neighbour > APART:
            return Fallback()
        group = self._alone.inside(text)
        return Fallback() if group is None else self._offered(group, scopes, topic, Fallback())


def _choice(entry_ids: Sequence[str]) -> Decision:
    return Clarify(tuple(entry_ids[:SHOWN])) if len(entry_ids) > 1 else Fallback()


def _belongs_to_the_last(match: Match, outcome: Answered, topic: str | None) -> bool:
    """Whether "where?" or "how long?" would be answered with another entry than the one it is asked of."""
    asks = topic is not None and outcome.entry_id != topic and only_an_aspect(match.text)
    return asks and not asks_for_money(match.text) and not in_its_words(match.evidence)


def _answers(match: Match, outcome: Decision, alone: Group) -> bool:
    """Whether there is a better reason for an outcome than that one word."""
    if isinstance(outcome, Answered):
        gone_on = follows(match) and (alone.aspect or outcome.entry_id in alone.entries)
        plain = match.evidence.margin >= PLAIN or in_its_words(match.evidence)
        return gone_on or match.evidence.follow_up or (plain and not follows(match))
    return isinstance(outcome, Clarify) and alone.aspect and follows(match)


def _elsewhere(match: Match) -> str:
    """Only when the question is plainly about a subject outside the catalogue."""
    near = match.outside
    if near is None or near.score < HIT or match.evidence.neighbour <= 1:
        return ""
    return neighbours_where().get(near.id, "")
