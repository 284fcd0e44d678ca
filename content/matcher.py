"""Find the entries that a resident may mean, with the evidence for it; the policy decides what to do (pure)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from content.english import stem
from content.entries import Entry
from content.follow_up import OFFERED, Relations, Turn
from content.follow_up_shapes import subject_for
from content.language import Language, LanguageTables, detect_words
from content.lexical import Hit, LexicalIndex, Query
from content.match_values import SHOWN, Candidate, Evidence, Match, MatchSource
from content.news import News, by_news
from content.normalise import clean
from content.scopes import NATIONAL, prefer_places
from content.tokens import Tokens, tokens
from content.vocabulary import TypingTables

RAW_WEIGHT, LIKENESS_WEIGHT, MARKS_WEIGHT = 0.7, 0.3, 0.1
FOREIGN_PAIR_WEIGHT = 0.2  # two neighbouring English words say little that each does not say alone
WEAK = 0.45  # below this score the other language group is asked too,
UNSURE_WORDS = 10  # when the message is no longer than this
_NATIVE = frozenset({"vi", "km"})  # languages that share one index; their scripts do not collide


class Matcher:
    """Built once from the entries; ``match`` keeps nothing of what it is asked."""

    def __init__(
        self,
        sources: Iterable[MatchSource],
        typing: TypingTables,
        languages: LanguageTables,
        *,
        neighbours: Mapping[str, Mapping[str, Sequence[str]]] | None = None,
    ) -> None:
        """``neighbours``: subjects that the service does not cover, each with phrasings by language."""
        self._sources = tuple(sources)
        self._languages = languages
        outside = [MatchSource(name, texts) for name, texts in (neighbours or {}).items()]
        documents = [*self._sources, *outside]
        self._outside = [each.id for each in outside]
        self._relations = Relations(self._sources)
        self._subjects = {each.id: (clean(each.subject), clean(each.foreign_subject)) for each in self._sources}
        self._native = LexicalIndex([_cleaned(each, native=True) for each in documents], typing)
        self._foreign = LexicalIndex(
            [_cleaned(each, native=False) for each in documents],
            TypingTables(syllable_frequency=typing.syllable_frequency),
            pair_weight=FOREIGN_PAIR_WEIGHT,
            stem=stem,
        )

    @classmethod
    def of_entries(
        cls,
        entries: Iterable[Entry],
        typing: TypingTables,
        languages: LanguageTables,
        *,
        neighbours: Mapping[str, Mapping[str, Sequence[str]]] | None = None,
    ) -> Matcher:
        return cls(map(MatchSource.of_entry, entries), typing, languages, neighbours=neighbours)

    def match(
        self,
        utterance: str,
        *,
        language: str | None = None,
        place_scope: str | None = None,
        named_scopes: Iterable[str] = (),
        topic: str | None = None,
        shown: Sequence[str] = (),
    ) -> Match:
        """Candidates for one message: :meth:`find`, weighed for one place."""
        found = self.find(utterance, language=language, topic=topic, shown=shown)
        return found.match(place_scope=place_scope, named_scopes=named_scopes)

    def find(
        self, utterance: str, *, language: str | None = None, topic: str | None = None, shown: Sequence[str] = ()
    ) -> Findings:
        """What one message may mean anywhere. ``language``: the resident's choice, for texts that could be several;
        for short follow-ups ``topic``: the running topic, or better the entry shown last, and ``shown``: the entries
        that are offered as buttons just now."""
        text = clean(utterance)
        cut = tokens(text)
        found = detect_words(text, cut, self._languages)
        code = language if language is not None and found.code in {"none", "other"} else found.code
        if not cut.words and not cut.runs:
            return Findings(Match(text, found.code, found.unmarked))
        doubtful = found.unmarked or found.code in {"en", "other", "none"}
        turn = self._relations.turn(text, cut, topic, shown)
        if turn.asked != text:
            cut = tokens(turn.asked)
            if not cut.words and not cut.runs:
                return Findings(self._nothing_new(text, found, topic))
        kin = turn.kin
        index, query, ranked = self._search(cut, code, doubtful and len(cut.words) <= UNSURE_WORDS, kin.favour)
        news, alone = (News(index, cut) if turn.short else None), ranked
        if news is not None and turn.goes_on and ranked:
            query, ranked = self._going_on(index, query, ranked, turn, news, topic)
        outside = next((self._named(score, hit) for score, hit in ranked if not self._is_inside(hit)), None)
        return Findings(
            Match(text, found.code, found.unmarked, outside=outside),
            _Search(
                lexical=index,
                query=query,
                inside=[self._scored(score, hit) for score, hit in ranked if self._is_inside(hit)],
                words=len(cut.words) + len(cut.runs),
                nearness=kin.nearness,
                goes_on=turn.goes_on,
                news=news,
                rival=partial(self._rival, alone=alone, favour=kin.favour),
            ),
        )

    def _going_on(
        self,
        index: LexicalIndex,
        bare: Query,
        alone: list[tuple[float, Hit]],
        turn: Turn,
        news: News,
        topic: str | None,
    ) -> tuple[Query, list[tuple[float, Hit]]]:
        """Ranked by what is asked now together with what was spoken of. The running entry knows all of its own
        subject, so it counts by what is asked now, unless that is but another name."""
        if topic not in self._subjects:
            return bare, by_news(alone, news)
        subject = subject_for(self._subjects[topic][index is self._foreign], turn.asked)
        query = index.in_context(bare, tokens(subject))
        ranked = _ranked(index, query, turn.kin.favour)
        if not turn.named:
            running = self._relations.number(topic)
            ranked = [pair for pair in ranked if pair[1].number != running]
            ranked += [pair for pair in alone if pair[1].number == running]
        ranked = by_news(ranked, news)
        if not ranked or not news.known_to(ranked[0][1].number):
            return bare, alone  # what was spoken of drowns what is asked
        return query, ranked

    def _rival(self, number: int, alone: Sequence[tuple[float, Hit]], favour: Mapping[int, float]) -> float:
        own = [score / favour.get(number, 1.0) for score, hit in alone if hit.number == number]
        outside = max([score for score, hit in alone if not self._is_inside(hit)], default=0.0)
        return min(9.0, outside / own[0]) if own and own[0] else 9.0 * (outside > 0)

    def _nothing_new(self, text: str, found: Language, topic: str | None) -> Match:
        """Who says "and then?" is shown what is offered below the last answer."""
        offered = self._relations.offered(topic)
        candidates = tuple([Candidate(each.id, 0.0, each.scope, each.topic, OFFERED) for each in offered])
        return Match(text, found.code, found.unmarked, candidates, Evidence(follow_up=True))

    def _scored(self, score: float, hit: Hit) -> _Scored:
        source = self._sources[hit.number]
        return _Scored(score, source.scope, source.id, source.topic, hit)

    def _named(self, score: float, hit: Hit) -> Candidate:
        return Candidate(self._outside[hit.number - len(self._sources)], round(score, 4))

    def _is_inside(self, hit: Hit) -> bool:
        return hit.number < len(self._sources)

    def _search(
        self, cut: Tokens, code: str, doubtful: bool, favour: Mapping[int, float]
    ) -> tuple[LexicalIndex, Query, list[tuple[float, Hit]]]:
        """In the index of the language; a short message whose language is doubtful may be known to the other one."""
        first, second = (self._native, self._foreign) if code in _NATIVE else (self._foreign, self._native)
        if not len(first):
            first, second = second, first
        query = first.query(cut)
        scored = _ranked(first, query, favour)
        if doubtful and (not scored or scored[0][0] < WEAK) and len(second):
            other_query = second.query(cut)
            other = _ranked(second, other_query, favour)
            if other and (not scored or other[0][0] > scored[0][0]):
                return second, other_query, other
        return first, query, scored


class _Scored(NamedTuple):
    score: float
    scope: str
    id: str
    topic: str
    hit: Hit


class _Search(NamedTuple):
    """What a search left to be weighed. ``words``: of the question; ``rival``: see :meth:`Matcher._rival`."""

    lexical: LexicalIndex
    query: Query
    inside: list[_Scored]
    words: int
    nearness: Mapping[int, int]
    goes_on: bool
    news: News | None
    rival: Callable[[int], float]


class Findings(NamedTuple):
    """What was found for a message; which of it comes first may depend on a place. ``bare``: without candidates."""

    bare: Match
    search: _Search | None = None

    def match(self, *, place_scope: str | None = None, named_scopes: Iterable[str] = ()) -> Match:
        """``place_scope``: the resident's province; ``named_scopes``: provinces named in the message."""
        if self.search is None:
            return self.bare
        lexical, query, inside, words, nearness, goes_on, news, rival = self.search
        provinces, outside = frozenset(named_scopes), self.bare.outside
        ordered = prefer_places(inside, place_scope, provinces)
        explained = lexical.explained(ordered[0].hit.number, query) if ordered else 0.0
        nearest = outside.score if outside is not None else 0.0
        evidence = _weigh(query, ordered, nearest, explained, words, place_scope, provinces)
        if news is not None and ordered:
            hit = ordered[0].hit
            evidence = replace(
                evidence,
                follow_up=goes_on,
                said=news.known_to(hit.number),
                spelt=hit.marks if query.marks else 1.0,
                rival=rival(hit.number),
            )
        return replace(self.bare, candidates=tuple([_candidate(each, nearness) for each in ordered]), evidence=evidence)


def _weigh(
    query: Query,
    ordered: Sequence[_Scored],
    outside: float,
    explained: float,
    words: int,
    home: str | None,
    named: frozenset[str],
) -> Evidence:
    if not ordered:
        return Evidence(known_share=query.known, neighbour=2.0 if outside else 0.0, words=words)
    top = ordered[0]
    settled = top.scope != NATIONAL and (top.scope in named or top.scope == home)
    rivals = [each.score for each in ordered[1:] if not settled or each.scope in {NATIONAL, top.scope}]
    return Evidence(
        known_share=query.known,
        explained=explained,
        likeness=top.hit.likeness,
        strength=top.hit.raw / query.ideal if query.ideal else 0.0,
        margin=max(0.0, (top.score - max(rivals, default=0.0)) / top.score),
        spread=max(0.0, (top.score - max(sorted(rivals, reverse=True)[SHOWN - 1 :], default=0.0)) / top.score),
        neighbour=min(2.0, outside / top.score),
        best_raw=top.hit.raw,
        words=words,
        elsewhere=bool(named) and top.scope != NATIONAL and top.scope not in named,
    )


def _candidate(each: _Scored, nearness: Mapping[int, int]) -> Candidate:
    return Candidate(each.id, round(each.score, 4), each.scope, each.topic, nearness.get(each.hit.number, 0))


def _best_first(ranked: tuple[float, Hit]) -> tuple[float, int]:
    return -ranked[0], ranked[1].number


def _cleaned(source: MatchSource, *, native: bool) -> list[str]:
    return [
        clean(text) for language, texts in source.phrasings.items() if (language in _NATIVE) is native for text in texts
    ]


def _ranked(index: LexicalIndex, query: Query, favour: Mapping[int, float]) -> list[tuple[float, Hit]]:
    """Entries with their score, best first; equal scores in the order of the catalogue."""
    hits = index.search(query, favour)
    return sorted([(_score(query, hit) * favour.get(hit.number, 1.0), hit) for hit in hits], key=_best_first)


def _score(query: Query, hit: Hit) -> float:
    score = RAW_WEIGHT * hit.raw / (query.ideal or 1.0) + LIKENESS_WEIGHT * hit.likeness
    return score + MARKS_WEIGHT * hit.marks if query.marks else score
