"""Find the catalogue entries that a resident may mean, with the evidence for it; the policy decides what to do (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from content.english import stem
from content.entries import Entry
from content.language import LanguageTables, detect_words
from content.lexical import Hit, LexicalIndex, Query
from content.normalise import clean
from content.scopes import NATIONAL, prefer_places
from content.tokens import Tokens, tokens
from content.vocabulary import TypingTables

SHOWN = 3  # candidates that commands print and buttons offer
RAW_WEIGHT, LIKENESS_WEIGHT, EXPLAINED_WEIGHT, MARKS_WEIGHT = 0.7, 0.3, 0.0, 0.1
FOREIGN_PAIR_WEIGHT = 0.2  # two neighbouring English words say little that each does not say alone
TOPIC_BONUS = 0.25  # share of its own score that an entry of the running topic gains after a short follow-up
FOLLOW_UP_WORDS = 6
WEAK = 0.45  # below this score the other language group is asked too
_NATIVE = frozenset({"vi", "km"})  # languages that share one index; their scripts do not collide


@dataclass(frozen=True, slots=True)
class MatchSource:
    """What the matcher needs of an entry, and all that a foreign FAQ has. ``phrasings``: language to texts."""

    id: str
    phrasings: Mapping[str, Sequence[str]]
    topic: str = ""
    scope: str = NATIONAL

    @classmethod
    def of_entry(cls, entry: Entry) -> MatchSource:
        """Phrasings and button titles of a catalogue entry."""
        languages = dict.fromkeys((*entry.phrasings, *entry.title))
        texts = {
            language: (*entry.phrasings.get(language, ()), *filter(None, [entry.title.get(language)]))
            for language in languages
        }
        return cls(entry.id, texts, entry.topic, entry.scope)


@dataclass(frozen=True, slots=True)
class Candidate:
    """``score``: 0 to about 1, comparable between questions."""

    id: str
    score: float
    scope: str = NATIONAL
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Absolute signs that the first candidate is right; all but ``best_raw`` and ``words`` are shares from 0 to 1.

    ``known_share``: of what the question says, how much any entry knows; ``explained``: how much the first one knows;
    ``likeness``: its closest single phrasing; ``strength``: its BM25 score against that of an ideal entry;
    ``margin``: its lead over the second; ``neighbour``: score of the nearest subject outside the catalogue relative
    to the first (above 1: nearer); ``best_raw``: its BM25 score; ``words``: how many words were read.
    """

    known_share: float = 0.0
    explained: float = 0.0
    likeness: float = 0.0
    strength: float = 0.0
    margin: float = 0.0
    neighbour: float = 0.0
    best_raw: float = 0.0
    words: int = 0


@dataclass(frozen=True, slots=True)
class Match:
    """``text``: as it was cleaned; ``language``: vi, km, en, other, none; ``candidates``: best first."""

    text: str
    language: str
    unmarked: bool = False
    candidates: tuple[Candidate, ...] = ()
    evidence: Evidence = field(default_factory=Evidence)

    @property
    def shown(self) -> tuple[Candidate, ...]:
        return self.candidates[:SHOWN]


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
        self._native = LexicalIndex([_cleaned(each, native=True) for each in documents], typing)
        self._foreign = LexicalIndex([_cleaned(each, native=False) for each in documents], typing, pair_weight=FOREIGN_PAIR_WEIGHT, stem=stem)

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
        ``topic``: the running topic or the beginning of an entry id, for short follow-ups."""
        text = clean(utterance)
        cut = tokens(text)
        found = detect_words(text, cut, self._languages)
        code = language if language is not None and found.code in {"none", "other"} else found.code
        if not cut.words and not cut.runs:
            return Match(text, found.code, found.unmarked)
        query, scored = self._search(cut, code)
        if topic is not None and len(cut.words) <= FOLLOW_UP_WORDS:
            scored = [(self._in_topic(hit, score, topic), hit) for score, hit in scored]
            scored.sort(key=lambda pair: (-pair[0], pair[1].number))
        candidates, evidence = self._weigh(query, scored, len(cut.words) + len(cut.runs))
        candidates = prefer_places(candidates, place_scope, frozenset(named_scopes))
        return Match(text, found.code, found.unmarked, candidates, evidence)

    def _search(self, cut: Tokens, code: str) -> tuple[Query, list[tuple[float, Hit]]]:
        first, second = (self._native, self._foreign) if code in _NATIVE else (self._foreign, self._native)
        if not len(first):
            first, second = second, first
        query, scored = _ranked(first, cut)
        if (not scored or scored[0][0] < WEAK) and len(second) and not cut.runs:
            other_query, other = _ranked(second, cut)
            if other and (not scored or other[0][0] > scored[0][0]):
                return other_query, other
        return query, scored

    def _in_topic(self, hit: Hit, score: float, topic: str) -> float:
        if hit.number >= len(self._sources):
            return score
        source = self._sources[hit.number]
        near = source.topic == topic or source.id == topic or source.id.startswith(topic + ".")
        return score * (1 + TOPIC_BONUS) if near else score

    def _weigh(
        self, query: Query, scored: list[tuple[float, Hit]], words: int
    ) -> tuple[tuple[Candidate, ...], Evidence]:
        inside = [(score, hit) for score, hit in scored if hit.number < len(self._sources)]
        outside = max((score for score, hit in scored if hit.number >= len(self._sources)), default=0.0)
        if not inside:
            return (), Evidence(known_share=query.known, neighbour=2.0 if outside else 0.0, words=words)
        top_score, top = inside[0]
        second = inside[1][0] if len(inside) > 1 else 0.0
        evidence = Evidence(
            known_share=query.known,
            explained=top.explained,
            likeness=top.likeness,
            strength=min(1.0, top.raw / query.ideal) if query.ideal else 0.0,
            margin=(top_score - second) / top_score,
            neighbour=min(2.0, outside / top_score),
            best_raw=top.raw,
            words=words,
        )
        candidates = tuple(
            Candidate(source.id, round(score, 4), source.scope, source.topic)
            for score, hit in inside
            for source in (self._sources[hit.number],)
        )
        return candidates, evidence


def _cleaned(source: MatchSource, *, native: bool) -> list[str]:
    return [
        clean(text) for language, texts in source.phrasings.items() if (language in _NATIVE) is native for text in texts
    ]


def _ranked(index: LexicalIndex, cut: Tokens) -> tuple[Query, list[tuple[float, Hit]]]:
    """Entries with their score, best first; equal scores in the order of the catalogue."""
    query = index.query(cut)
    scored = [(_score(query, hit), hit) for hit in index.search(query)]
    scored.sort(key=lambda pair: (-pair[0], pair[1].number))
    return query, scored


def _score(query: Query, hit: Hit) -> float:
    ideal = query.ideal or 1.0
    score = RAW_WEIGHT * hit.raw / ideal + LIKENESS_WEIGHT * hit.likeness + EXPLAINED_WEIGHT * hit.explained
    if query.marks:
        score += MARKS_WEIGHT * hit.marks / len(query.marks)
    return score
