"""Which classes of words a message holds, and where: kin, wounds, water, paperwork, … (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from content.distress_text import KHMER, Words, sound
from content.normalise import fold

_NUMBER = "#"
_ANY_WORD = "_"
_START = 2  # letters by which Khmer phrases are looked up; none is shorter
_KHMER_WORD = 4  # letters, roughly; Khmer has no blanks, and nearness is counted in words


class Spot(NamedTuple):
    """Words ``start`` to ``end`` (exclusive) belong to the class."""

    start: int
    end: int
    name: str


class _Table:
    """Phrases of one spelling: the text of a phrase to its classes, and how long the phrases are that begin with one
    word or with two."""

    def __init__(self) -> None:
        self.classes: dict[str, tuple[str, ...]] = {}
        self.longest: dict[str, int] = {}
        self.open: set[str] = set()  # first words of phrases in which any word may stand

    def add(self, phrase: str, name: str) -> None:
        before = self.classes.get(phrase)
        if before is not None:
            self.classes[phrase] = tuple(sorted({*before, name}))
            return
        self.classes[phrase] = (name,)
        words = phrase.split()
        size, longest = len(words), self.longest
        for opening in (words[0], f"{words[0]} {words[1]}") if size > 1 else (phrase,):
            if longest.get(opening, 0) < size:
                longest[opening] = size
        if size > 2 and _ANY_WORD in words:
            self.open.add(words[0])


class WordClasses:
    def __init__(self, rows: Iterable[tuple[str, str, str]]) -> None:
        """``rows``: class, language (vi, en, km), phrases in canonical spelling separated by " | "."""
        self._marked, self._bare, self._english = _Table(), _Table(), _Table()
        khmer: dict[str, set[str]] = {}
        self.usual: set[str] = set()
        """Words of the Vietnamese phrases."""
        self.english: set[str] = set()
        """Words of the English phrases."""
        for name, language, phrases in rows:
            if language == "km":
                for phrase in phrases.split(" | "):
                    khmer.setdefault(phrase, set()).add(name)
                continue
            if language == "vi":
                self.usual.update(phrases.replace("!", "").split())
            else:
                self.english.update(phrases.split())
            # Folding a whole row at once is many times quicker than phrase by phrase.
            for heard, bare in zip(sound(phrases).split(" | "), fold(phrases).split(" | "), strict=True):
                if language == "en":
                    self._english.add(bare, name)
                    continue
                self._marked.add(heard.removesuffix("!"), name)
                if not bare.endswith("!"):
                    self._bare.add(bare, name)
        self._khmer = {phrase: tuple(sorted(names)) for phrase, names in khmer.items()}
        lengths: dict[str, set[int]] = {}
        for phrase in khmer:
            lengths.setdefault(phrase[:_START], set()).add(len(phrase))
        self._khmer_lengths = {start: tuple(sorted(each, reverse=True)) for start, each in lengths.items()}

    def spots(self, text: str, words: Words) -> list[Spot]:
        """From left to right; a phrase within a longer one is not counted."""
        if words.english:
            found = _spots(self._english, words.bare)
        elif words.mostly_bare:
            found = _spots(self._bare, words.bare)
        else:
            found = _spots(self._marked, words.sounds)
        if KHMER.search(text) is not None:
            found = sorted([*found, *self._khmer_spots(text)])
        return found

    def _khmer_spots(self, text: str) -> list[Spot]:
        """Always the longest phrase, none inside another."""
        found: list[Spot] = []
        at = 0
        while at < len(text):
            for length in self._khmer_lengths.get(text[at : at + _START], ()):
                names = self._khmer.get(text[at : at + length])
                if names is not None:
                    start, end = at // _KHMER_WORD, (at + length) // _KHMER_WORD + 1
                    found += [Spot(start, end, name) for name in names]
                    at += length
                    break
            else:
                at += 1
        return found


def _spots(table: _Table, typed: tuple[str, ...]) -> list[Spot]:
    words = [_NUMBER if word.isdigit() else word for word in typed]
    classes, longest = table.classes, table.longest
    found: list[Spot] = []
    reach = 0  # end of what was found so far: a phrase that ends before it lies within a longer one
    for start, word in enumerate(words):
        most = longest.get(word)
        if most is None:
            continue
        if most > 1 and word not in table.open:
            most = longest.get(" ".join(words[start : start + 2]), 1)
        for end in range(min(start + most, len(words)), max(start, reach), -1):
            names = classes.get(" ".join(words[start:end]))
            if names is None and word in table.open and end - start >= 3:
                names = classes.get(" ".join([*words[start : end - 2], _ANY_WORD, words[end - 1]]))
            if names is not None:
                found += [Spot(start, end, name) for name in names]
                reach = end
                break
    return found
