"""Search one language group of the catalogue by words: BM25 over entries, then the closest single phrasing (pure)."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

from content.likeness import TELL_UNIT, PhrasingIndex
from content.scoring import IMPACT_UNIT, WEIGHT_UNIT, TermIndex
from content.tokens import Tokens, tokens
from content.vocabulary import Reading, TypingTables, Vocabulary

LOOKED_AT = 6  # entries that are compared phrasing by phrasing
MOST_TELLING = 24  # words of a long question that are looked for; the others only count as said
BACKGROUND_PERCENT = 40  # of a long question is the story before it,
BACKGROUND_WEIGHT = 60  # whose words count so many per cent
CONTEXT_WEIGHT = WEIGHT_UNIT // 2  # of a word that was not said but is being spoken of
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
    """``terms``: known term numbers to weight (WEIGHT_UNIT); ``told``: single ones to what they tell (TELL_UNIT);
    ``marks``: words with marks; ``mass``: what the whole question tells, unknown words included (TELL_UNIT);
    ``known``: the share of it the index knows; ``ideal``: the score of an entry that holds all of the question."""

    terms: Mapping[int, int]
    told: Mapping[int, int]
    marks: frozenset[str]
    mass: int
    known: float
    ideal: float


class _Word(NamedTuple):
    """A word ready to be counted. ``readings``: term numbers in order and their weight (WEIGHT_UNIT)."""

    readings: tuple[tuple[tuple[int, ...], int], ...]
    tells: int
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
        spoken = [[_words(each, slang) for each in texts] for texts in cut]
        words = sorted({word for texts in spoken for bag in texts for word in bag})
        words += sorted({run for texts in cut for each in texts for run in each.runs})
        self._numbers = {word: number for number, word in enumerate(words)}
        all_runs = {run for texts in cut for each in texts for run in each.runs}
        self._run_numbers = frozenset(self._numbers[run] for run in all_runs)
        self._width = len(words)
        pairs = sorted({pair for texts in cut for each in texts for pair in self._pairs_of(each)})
        self._pairs = {pair: self._width + number for number, pair in enumerate(pairs)}
        singles = [[[self._numbers[word] for word in bag] for bag in bags] for bags in spoken]
        runs = [[[self._numbers[run] for run in each.runs] for each in texts] for texts in cut]
        worded = [
            [
                number
                for each, bag in zip(texts, bags, strict=True)
                for number in (*bag, *[self._pairs[pair] for pair in self._pairs_of(each)])
            ]
            for texts, bags in zip(cut, singles, strict=True)
        ]
        self._index = TermIndex([worded, [list(chain(*bags)) for bags in runs]], self._width + len(pairs))
        highest = self._index.highest_idf
        self._tells = [round(TELL_UNIT * idf / highest) for idf in self._index.idf[: self._width]]
        unique = [
            sorted({frozenset(chain(*both)) for both in zip(bags, run_bags, strict=True)}, key=sorted)
            for bags, run_bags in zip(singles, runs, strict=True)
        ]
        self._phrasings = PhrasingIndex(unique, self._tells)
        self._marks = [frozenset(chain(*map(_spelt, texts))) for texts in cut]
        self.vocabulary = Vocabulary(
            Counter(words[number] for document in worded for number in set(document) if number < self._width),
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
        stem = self._stem
        if stem is None:
            return cut
        bare_stems = [(word, stem(bare)) for word, bare in cut.words]
        words = [(stemmed if word.isascii() else word, stemmed) for word, stemmed in bare_stems]
        return Tokens(tuple(words), cut.runs)

    def _pairs_of(self, cut: Tokens) -> list[int]:
        """Neighbouring words as one number each."""
        numbers = [self._numbers[bare] for _, bare in cut.words]
        return [first * self._width + second for first, second in pairwise(numbers)]

    def _word(self, word: str, bare: str) -> _Word:
        readings = self.vocabulary.readings(word, bare)
        known = [each for each in map(self._numbered, readings) if each[0]]
        if not known:
            rate = max(self._rates.get(bare, RARE), RARE)
            return _Word((), max(0, round(TELL_UNIT * math.log(COMMON / rate) / math.log(COMMON / RARE))), False)
        return _Word(tuple(known), max(self._tells[number] for numbers, _ in known for number in numbers), True)

    def _numbered(self, reading: Reading) -> tuple[tuple[int, ...], int]:
        numbers = [self._numbers[word] for word in reading.words if word in self._numbers]
        return tuple(numbers), round(reading.weight * WEIGHT_UNIT)

    def query(self, cut: Tokens) -> Query:
        cut = self._stemmed(cut)
        ready, tells, pairs = self._ready, self._tells, self._pairs
        width, pair_weight = self._width, self._pair_weight
        terms: dict[int, int] = {}
        told: dict[int, int] = {}
        mass = known = 0
        before: tuple[tuple[tuple[int, ...], int], ...] = ()
        found = [ready.get(word) or self._word(word, bare) for word, bare in cut.words]
        least, early = -1, 0
        if len(found) > MOST_TELLING:
            least = sorted([tell for _, tell, _ in found])[-MOST_TELLING]
            early = len(found) * BACKGROUND_PERCENT // 100
        for at, (readings, tell, is_known) in enumerate(found):
            mass += tell
            if is_known:
                known += tell
            if tell < least:
                before = ()
                continue
            for numbers, weight in readings:
                if at < early:
                    weight = weight * BACKGROUND_WEIGHT // 100
                last = -1
                for number in numbers:
                    if terms.get(number, 0) < weight:
                        terms[number] = weight
                        told[number] = tells[number] * weight // WEIGHT_UNIT
                    if last >= 0:
                        pair = pairs.get(last * width + number)
                        if pair is not None:
                            terms[pair] = int(pair_weight * weight)
                    last = number
                for left, left_weight in before:
                    pair = pairs.get(left[-1] * width + numbers[0])
                    if pair is not None:
                        joint = int(pair_weight * (weight if weight < left_weight else left_weight))
                        if terms.get(pair, 0) < joint:
                            terms[pair] = joint
            before = readings
        for run in cut.runs:
            number_of_run = self._numbers.get(run)
            mass += TELL_UNIT if number_of_run is None else tells[number_of_run]
            if number_of_run is not None:
                known += tells[number_of_run]
                terms[number_of_run] = WEIGHT_UNIT
                told[number_of_run] = tells[number_of_run]
        ideal = self._index.ideal(terms) + (mass - known) * self._index.highest_idf / TELL_UNIT
        return Query(terms, told, frozenset(_spelt(cut)), mass, known / mass if mass else 0.0, ideal)

    def in_context(self, query: Query, subject: Tokens) -> Query:
        """The question with the words of what was just spoken of, at a part of their weight."""
        terms, told = dict(query.terms), dict(query.told)
        spoken = self._stemmed(subject)
        unspaced = any(term in self._run_numbers for term in query.terms)  # a question in Khmer goes on in Khmer
        bare = [
            self._numbers[word]
            for word in (spoken.runs if unspaced else [word for _, word in spoken.words])
            if word in self._numbers
        ]
        pairs = [self._pairs.get(first * self._width + second) for first, second in pairwise(bare)]
        for number in bare:
            told.setdefault(number, self._tells[number] * CONTEXT_WEIGHT // WEIGHT_UNIT)
        for term in (*bare, *[pair for pair in pairs if pair is not None]):
            terms.setdefault(term, CONTEXT_WEIGHT)
        mass = query.mass + sum(told.values()) - sum(query.told.values())
        ideal = query.ideal + self._index.ideal(terms) - self._index.ideal(query.terms)
        return query._replace(terms=terms, told=told, mass=mass, ideal=ideal)

    def search(self, query: Query, favour: Mapping[int, float] | None = None) -> list[Hit]:
        """The likeliest entries, at most :data:`LOOKED_AT`; empty when no word is known. ``favour``: entry to the
        factor by which it counts more in the choice; the hits themselves tell what they are without it."""
        totals = self._index.scores(query.terms)
        favour = favour or {}
        for number, factor in favour.items():
            totals[number] = int(totals[number] * factor)
        highest = max(totals, default=0)
        if not highest:
            return []
        floor = highest * WORTH_A_LOOK
        near = sorted([(-total, number) for number, total in enumerate(totals) if total >= floor])[:LOOKED_AT]
        marks = query.marks
        return [
            Hit(
                number,
                -negative / (IMPACT_UNIT * WEIGHT_UNIT * favour.get(number, 1.0)),
                len(marks & self._marks[number]) / len(marks) if marks else 0.0,
                self._phrasings.closest(number, query.told, query.mass),
            )
            for negative, number in near
        ]

    def explained(self, number: int, query: Query) -> float:
        """0 to 1: how much of what the question says one entry knows."""
        if not query.mass:
            return 0.0
        index = self._index
        return min(1.0, sum([tell for term, tell in query.told.items() if index.holds(number, term)]) / query.mass)


def _spelt(cut: Tokens) -> list[str]:
    """The spellings of a text that carries marks; where there are none at all, the lack of one tells nothing."""
    if all(word is bare or word == bare for word, bare in cut.words):
        return []
    return [word for word, _ in cut.words]


def _words(cut: Tokens, slang: Mapping[str, Sequence[str]]) -> list[str]:
    """Folded words, each with what it is short for."""
    found: list[str] = []
    for word, bare in cut.words:
        found.append(bare)
        found += slang.get(word, ())
    return found
