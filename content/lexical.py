"""Search one language group of the catalogue by words: BM25 over entries, then the closest single phrasing (pure)."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from content.likeness import PhrasingIndex
from content.scoring import TermIndex
from content.tokens import Tokens, tokens
from content.vocabulary import Reading, TypingTables, Vocabulary

LOOKED_AT = 6  # entries that are compared phrasing by phrasing
WORTH_A_LOOK = 0.4  # of the highest score; entries below it are not looked at
PAIR_WEIGHT = 0.4
RARE = 3.0  # uses per million below which a syllable tells most
COMMON = 8000.0  # and above which it tells nothing


class Hit(NamedTuple):
    """One entry. ``raw``: BM25; ``marks``: 0 to 1, the share of words spelt with marks that it spells alike;
    ``likeness``: 0 to 1, the closest phrasing."""

    number: int
    raw: float
    marks: float
    likeness: float


class Query(NamedTuple):
    """``terms``: known term numbers to weight; ``told``: single ones to what they tell; ``marks``: words with marks;
    ``mass``: what the whole question tells, unknown words included; ``known``: the share of it the index knows;
    ``ideal``: the BM25 score of an entry that holds everything in the question."""

    terms: Mapping[int, float]
    told: Mapping[int, float]
    marks: frozenset[str]
    mass: float
    known: float
    ideal: float


class _Word(NamedTuple):
    """A word ready to be counted. ``readings``: term numbers in order and their weight; ``tells``: 0 to 1."""

    readings: tuple[tuple[tuple[int, ...], float], ...]
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
        slang = {
            form: meanings[0].split()
            for form, meanings in tables.slang.items()
            if len(meanings) == 1 and form not in tables.real_words
        }
        cut = [[self._stemmed(tokens(text)) for text in texts] for texts in phrasings]
        singles = [[[*each.runs, *_words(each, slang)] for each in texts] for texts in cut]
        words = sorted({word for texts in singles for bag in texts for word in bag})
        self._numbers = {word: number for number, word in enumerate(words)}
        self._width = len(words)
        pairs = sorted({pair for texts in cut for each in texts for pair in self._pairs_of(each)})
        self._pairs = {pair: self._width + number for number, pair in enumerate(pairs)}
        documents = [
            [
                number
                for each, bag in zip(texts, bags, strict=True)
                for number in (*map(self._numbers.__getitem__, bag), *map(self._pairs.__getitem__, self._pairs_of(each)))
            ]
            for texts, bags in zip(cut, singles, strict=True)
        ]
        self._index = TermIndex(documents, self._width + len(pairs))
        self._tells = [idf / self._index.highest_idf for idf in self._index.idf[: self._width]]
        bags_of = [sorted({frozenset(map(self._numbers.__getitem__, bag)) for bag in bags}, key=sorted) for bags in singles]
        self._phrasings = PhrasingIndex(bags_of, self._tells)
        self._marks = [
            frozenset(word for each in texts for word, bare in each.words if word != bare) for texts in cut
        ]
        self.vocabulary = Vocabulary(
            Counter(words[number] for document in documents for number in set(document) if number < self._width),
            tables,
            marked_words=frozenset().union(*self._marks),
            pairs=[f"{words[pair // self._width]} {words[pair % self._width]}" for pair in pairs],
        )
        spellings = {pair for texts in cut for each in texts for pair in each.words}
        spellings |= {(bare, bare) for _, bare in spellings}
        self._ready = {word: self._word(word, bare) for word, bare in sorted(spellings)}

    def __len__(self) -> int:
        """The number of entries, 0 when none has a phrasing here."""
        return self._index.size if self._numbers else 0

    def _stemmed(self, cut: Tokens) -> Tokens:
        if self._stem is None:
            return cut
        return Tokens(tuple([(self._stem(word), self._stem(bare)) for word, bare in cut.words]), cut.runs)

    def _pairs_of(self, cut: Tokens) -> list[int]:
        """Neighbouring words as one number each."""
        numbers = [self._numbers[bare] for _, bare in cut.words]
        return [first * self._width + second for first, second in zip(numbers, numbers[1:], strict=False)]

    def _word(self, word: str, bare: str) -> _Word:
        readings = self.vocabulary.readings(word, bare)
        known = [each for each in map(self._numbered, readings) if each[0]]
        if not known:
            rate = max(self._rates.get(bare, RARE), RARE)
            return _Word((), max(0.0, math.log(COMMON / rate) / math.log(COMMON / RARE)), False)
        return _Word(tuple(known), max(self._tells[number] for numbers, _ in known for number in numbers), True)

    def _numbered(self, reading: Reading) -> tuple[tuple[int, ...], float]:
        numbers = [self._numbers[word] for word in reading.words if word in self._numbers]
        return tuple(numbers), reading.weight

    def query(self, cut: Tokens) -> Query:
        cut = self._stemmed(cut)
        ready, tells, pairs = self._ready, self._tells, self._pairs
        width, pair_weight = self._width, self._pair_weight
        terms: dict[int, float] = {}
        told: dict[int, float] = {}
        mass = known = 0.0
        before: tuple[tuple[tuple[int, ...], float], ...] = ()
        for word, bare in cut.words:
            readings, tell, is_known = ready.get(word) or self._word(word, bare)
            mass += tell
            if is_known:
                known += tell
            for numbers, weight in readings:
                last = -1
                for number in numbers:
                    if terms.get(number, 0.0) < weight:
                        terms[number] = weight
                        told[number] = tells[number] * weight
                    if last >= 0:
                        pair = pairs.get(last * width + number)
                        if pair is not None:
                            terms[pair] = pair_weight * weight
                    last = number
                for left, left_weight in before:
                    pair = pairs.get(left[-1] * width + numbers[0])
                    if pair is not None:
                        joint = pair_weight * (weight if weight < left_weight else left_weight)
                        if terms.get(pair, 0.0) < joint:
                            terms[pair] = joint
            before = readings
        for run in cut.runs:
            found = self._numbers.get(run)
            mass += 1.0 if found is None else tells[found]
            if found is not None:
                known += tells[found]
                terms[found] = 1.0
                told[found] = tells[found]
        ideal = self._index.ideal(terms) + (mass - known) * self._index.highest_idf
        marks = frozenset([word for word, bare in cut.words if word is not bare and word != bare])
        return Query(terms, told, marks, mass, known / mass if mass else 0.0, ideal)

    def search(self, query: Query) -> list[Hit]:
        """The likeliest entries, at most :data:`LOOKED_AT`; empty when no word is known."""
        totals = self._index.scores(query.terms)
        highest = max(totals, default=0.0)
        if not highest:
            return []
        floor = highest * WORTH_A_LOOK
        near = sorted([(-total, number) for number, total in enumerate(totals) if total >= floor])[:LOOKED_AT]
        shared = self._phrasings.shared(query.told)
        marks = query.marks
        return [
            Hit(
                number,
                -negative,
                len(marks & self._marks[number]) / len(marks) if marks else 0.0,
                self._phrasings.closest(number, shared, query.mass),
            )
            for negative, number in near
        ]

    def explained(self, number: int, query: Query) -> float:
        """0 to 1: how much of what the question says one entry knows."""
        if not query.mass:
            return 0.0
        index = self._index
        return min(1.0, sum([tell for term, tell in query.told.items() if index.holds(number, term)]) / query.mass)


def _words(cut: Tokens, slang: Mapping[str, Sequence[str]]) -> list[str]:
    """Folded words, each with what it is short for."""
    found: list[str] = []
    for word, bare in cut.words:
        found.append(bare)
        found += slang.get(word, ())
    return found
