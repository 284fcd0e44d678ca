"""Search one language group of the catalogue by words: BM25 over entries, then the closest single phrasing (pure)."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from content.scoring import TermIndex
from content.tokens import Tokens, tokens
from content.vocabulary import Reading, TypingTables, Vocabulary

RERANKED = 10  # entries that are compared phrasing by phrasing
PAIR_WEIGHT = 0.4
RARE = 3.0  # uses per million below which a syllable tells most
COMMON = 8000.0  # and above which it tells nothing


@dataclass(frozen=True, slots=True)
class Hit:
    """One entry. ``raw``: BM25 without marks; ``marks``: the same on spellings with marks; ``likeness``: 0 to 1, the
    closest phrasing; ``explained``: 0 to 1, the share of what the question says that this entry knows."""

    number: int
    raw: float
    marks: float
    likeness: float
    explained: float


@dataclass(frozen=True, slots=True)
class Query:
    """``terms``: known terms to weight; ``marks``: spellings with marks; ``told``: single terms to what they tell;
    ``mass``: what the whole question tells, unknown words included; ``known``: the share of it the index knows;
    ``ideal``: the BM25 score of an entry that holds everything in the question."""

    terms: Mapping[str, float]
    marks: Mapping[str, float]
    told: Mapping[str, float]
    mass: float
    known: float
    ideal: float


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of the index or of a question, ready to be counted; ``tells``: 0 to 1."""

    readings: tuple[Reading, ...]
    tells: float
    known: bool


class LexicalIndex:
    def __init__(
        self,
        phrasings: Sequence[Sequence[str]],
        tables: TypingTables,
        *,
        pair_weight: float = PAIR_WEIGHT,
        stem: Callable[[str], str] | None = None,
    ) -> None:
        """``phrasings``: for each entry, in order, its cleaned ways of asking (may be empty); ``pair_weight``: of two
        neighbouring words, beside each word alone; ``stem``: makes one term of the forms of a word."""
        self._pair_weight = pair_weight
        self._stem = stem
        self._rates = tables.syllable_frequency
        self._slang = {
            form: meanings[0].split()
            for form, meanings in tables.slang.items()
            if len(meanings) == 1 and form not in tables.real_words
        }
        cut = [[self._stemmed(tokens(text)) for text in texts] for texts in phrasings]
        singles = [[self._singles(each) for each in texts] for texts in cut]
        documents = [
            [term for each, bag in zip(texts, bags, strict=True) for term in (*bag, *_pairs(each))]
            for texts, bags in zip(cut, singles, strict=True)
        ]
        self._index = TermIndex(documents)
        self._marks = TermIndex([[word for each in texts for word, bare in each.words if word != bare] for texts in cut])
        self._tells = {term: idf / self._index.highest_idf for term, idf in self._index.idf.items()}
        self._places: list[dict[str, list[int]]] = []  # for each entry: term to the phrasings that hold it
        self._masses: list[list[float]] = []
        for bags in singles:
            self._add_places(bags)
        self.vocabulary = Vocabulary(
            Counter(term for document in documents for term in set(document) if " " not in term),
            tables,
            marked_words=frozenset(self._marks.idf),
            pairs=[term for term in self._index.idf if " " in term],
        )
        spellings = {pair for texts in cut for each in texts for pair in each.words}
        spellings |= {(bare, bare) for _, bare in spellings}
        self._ready = {word: self._word(word, bare) for word, bare in sorted(spellings)}

    def __len__(self) -> int:
        return self._index.size if self._index.idf else 0

    def _stemmed(self, cut: Tokens) -> Tokens:
        if self._stem is None:
            return cut
        words = [(self._stem(word), self._stem(bare)) for word, bare in cut.words]
        return Tokens(tuple(words), cut.runs)

    def _singles(self, cut: Tokens) -> list[str]:
        found = list(cut.runs)
        for word, bare in cut.words:
            found.append(bare)
            found += self._slang.get(word, ())
        return found

    def _add_places(self, bags: Sequence[Sequence[str]]) -> None:
        unique = sorted({tuple(sorted(set(bag))) for bag in bags})
        places: dict[str, list[int]] = {}
        for at, bag in enumerate(unique):
            for term in bag:
                places.setdefault(term, []).append(at)
        self._places.append(places)
        self._masses.append([sum([self._tells[term] for term in bag]) for bag in unique])

    def _word(self, word: str, bare: str) -> _Word:
        readings = self.vocabulary.readings(word, bare)
        if not readings:
            return _Word((), self._rarity(bare), False)
        tells = max(max(self._tells.get(term, 0.0) for term in reading.words) for reading in readings)
        return _Word(readings, tells, True)

    def _rarity(self, bare: str) -> float:
        """What a word outside the index tells, 0 to 1: a function word of everyday speech tells nothing."""
        rate = max(self._rates.get(bare, RARE), RARE)
        return max(0.0, math.log(COMMON / rate) / math.log(COMMON / RARE))

    def query(self, cut: Tokens) -> Query:
        cut = self._stemmed(cut)
        pair_weight = self._pair_weight
        tells, ready = self._tells, self._ready
        terms: dict[str, float] = {}
        told: dict[str, float] = {}
        marks: dict[str, float] = {}
        mass = known = 0.0
        before: tuple[Reading, ...] = ()
        for word, bare in cut.words:
            found = ready.get(word) or self._word(word, bare)
            mass += found.tells
            if found.known:
                known += found.tells
            if word != bare and word in self._marks.idf:
                marks[word] = 1.0
            readings = found.readings
            for reading in readings:
                weight = reading.weight
                last = None
                for term in reading.words:
                    if term in tells:
                        if terms.get(term, 0.0) < weight:
                            terms[term] = weight
                            told[term] = tells[term] * weight
                        if last is not None:
                            pair = last + " " + term
                            if pair in tells:
                                terms[pair] = pair_weight * weight
                    last = term
                first = reading.words[0]
                for left in before:
                    pair = left.words[-1] + " " + first
                    if pair in tells:
                        joint = pair_weight * (weight if weight < left.weight else left.weight)
                        if terms.get(pair, 0.0) < joint:
                            terms[pair] = joint
            before = readings
        for run in cut.runs:
            tell = tells.get(run)
            mass += 1.0 if tell is None else tell
            if tell is not None:
                known += tell
                terms[run] = 1.0
                told[run] = tell
        ideal = self._index.ideal(terms) + (mass - known) * self._index.highest_idf
        return Query(terms, marks, told, mass, known / mass if mass else 0.0, ideal)

    def search(self, query: Query) -> list[Hit]:
        """The likeliest entries; empty when no word is known."""
        hits = []
        for number in self._index.best(query.terms, RERANKED):
            likeness, explained = self._compare(number, query)
            raw = self._index.score(number, query.terms)
            marks = self._marks.score(number, query.marks) if query.marks else 0.0
            hits.append(Hit(number, raw, marks, likeness, explained))
        return hits

    def _compare(self, number: int, query: Query) -> tuple[float, float]:
        """How like the question the closest phrasing is, and how much of the question the entry knows at all."""
        places = self._places[number]
        masses = self._masses[number]
        shared = [0.0] * len(masses)
        explained = 0.0
        for term, tell in query.told.items():
            at = places.get(term)
            if at is not None:
                explained += tell
                for each in at:
                    shared[each] += tell
        if not explained:
            return 0.0, 0.0
        whole = query.mass
        likeness = max([2 * common / (whole + mass) for common, mass in zip(shared, masses, strict=True)])
        return min(1.0, likeness), min(1.0, explained / whole)


def _pairs(cut: Tokens) -> list[str]:
    return [first + " " + second for (_, first), (_, second) in zip(cut.words, cut.words[1:], strict=False)]
