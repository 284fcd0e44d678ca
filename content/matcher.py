"""Find the entries that a resident may mean, with the evidence for it; the policy decides what to do (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from content.english import stem
from content.entries import Entry
from content.follow_up import MOST_WORDS, continues, kinship
from content.language import LanguageTables, detect_words
from content.lexical import Hit, LexicalIndex, Query
from content.match_values import SHOWN, Candidate, Evidence, Match, MatchSource
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
        self._subjects = {each.id: tokens(clean(each.subject)) for each in self._sources if each.subject}
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
    ) -> Match:
        """Candidates for one message. ``language``: the resident's choice, for texts that could be several;
        ``place_scope``: the resident's province; ``named_scopes``: provinces named in the message;
        ``topic``: the running topic, or better the entry shown last, for short follow-ups."""
        text = clean(utterance)
        cut = tokens(text)
        found = detect_words(text, cut, self._languages)
        code = language if language is not None and found.code in {"none", "other"} else found.code
        if not cut.words and not cut.runs:
            return Match(text, found.code, found.unmarked)
        doubtful = found.unmarked or found.code in {"en", "other", "none"}
        short = topic is not None and len(cut.words) <= MOST_WORDS
        favour = kinship(self._sources, topic) if topic is not None and short else {}
        index, query, ranked = self._search(cut, code, doubtful and len(cut.words) <= UNSURE_WORDS, favour)
        goes_on = short and bool(ranked) and continues(text)
        if goes_on and topic in self._subjects:
            query = index.in_context(query, self._subjects[topic])
            ranked = _ranked(index, query, favour)
        named = frozenset(named_scopes)
        inside = [self._scored(score, hit) for score, hit in ranked if self._is_inside(hit)]
        outside = next((self._named(score, hit) for score, hit in ranked if not self._is_inside(hit)), None)
        nearest = outside.score if outside is not None else 0.0
        ordered = prefer_places(inside, place_scope, named)
        explained = index.explained(ordered[0].hit.number, query) if ordered else 0.0
        words = len(cut.words) + len(cut.runs)
        return Match(
            text=text,
            language=found.code,
            unmarked=found.unmarked,
            candidates=tuple([Candidate(each.id, round(each.score, 4), each.scope, each.topic) for each in ordered]),
            evidence=_weigh(query, ordered, nearest, explained, words, place_scope, named, goes_on),
            outside=outside,
        )

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


def _weigh(
    query: Query,
    ordered: Sequence[_Scored],
    outside: float,
    explained: float,
    words: int,
    home: str | None,
    named: frozenset[str],
    goes_on: bool,
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
        follow_up=goes_on,
    )


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
