"""What a typed word may stand for: itself, slang, raw keys, southern spelling, one slip of the finger (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from rapidfuzz.distance import OSA

from content.normalise import fold
from content.residue import plain_syllable, plain_vni, released
from content.syllables import SYLLABLES, parts

_CORE = re.compile("([^aeiouy]*)([aeiouy]+)([^aeiouy]*)")


@dataclass(frozen=True, slots=True)
class Confusion:
    """``seen`` is typed where ``meant`` was spoken; ``where`` is onset, nucleus or final."""

    where: str
    meant: str
    seen: str


@dataclass(frozen=True, slots=True)
class TypingTables:
    """``slang``: short form (with its own marks) to meanings; ``real_words``: forms that are ordinary words too."""

    slang: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    real_words: frozenset[str] = frozenset()
    confusions: tuple[Confusion, ...] = ()
    syllable_frequency: Mapping[str, float] = field(default_factory=dict)


class Reading(NamedTuple):
    """One way to read a token: folded words in order, and how much it is believed (0 to 1)."""

    words: tuple[str, ...]
    weight: float


SLANG_WEIGHT = 0.9
SOUTHERN_WEIGHT = 0.6
SLIP_WEIGHT = 0.7
RAW_KEYS_WEIGHT = 0.95


class Vocabulary:
    """The folded words of an index, with the ways in which other spellings lead to them."""

    def __init__(
        self,
        words: Mapping[str, int],
        tables: TypingTables,
        *,
        marked_words: frozenset[str] = frozenset(),
        pairs: Iterable[str] = (),
    ) -> None:
        """``words``: folded word to number of entries; ``marked_words``: spellings with marks seen in the index;
        ``pairs``: two folded words with a blank, for words typed together."""
        self._words = words
        self._tables = tables
        self._marked = marked_words
        self._joined = {pair.replace(" ", ""): tuple(pair.split(" ")) for pair in pairs}
        self._slang = _folded_slang(tables.slang)
        self._slips = _deletions(word for word in words if len(word) >= 4 and word.isalpha())
        self._confusions = _by_place(tables.confusions)
        self._vietnamese = bool(tables.confusions)  # other languages have neither tone keys nor these confusions

    def __contains__(self, folded: str) -> bool:
        return folded in self._words

    def readings(self, marked: str, folded: str) -> tuple[Reading, ...]:
        """All readings of one token, best first; empty when nothing in the index resembles it."""
        found: list[Reading] = []
        slang = self._tables.slang.get(marked) or (self._slang.get(folded) if marked == folded else None)
        known = folded in self._words
        if known:
            found.append(Reading((folded,), 0.8 if slang and folded not in SYLLABLES else 1.0))
        if slang:
            share = SLANG_WEIGHT if len(slang) == 1 else 0.65
            if known and (marked in self._tables.real_words or folded in SYLLABLES):
                share *= 0.6
            found += [Reading(tuple(fold(meaning).split()), share) for meaning in slang]
        if known and (marked == folded or marked in self._marked):
            return tuple(found)
        if not slang:
            found += self._respelt(folded, known)
        return tuple(found)

    def _respelt(self, folded: str, known: bool) -> list[Reading]:
        if known:  # a known word with marks the index never saw: perhaps spelt as it is spoken
            return [Reading((word,), SOUTHERN_WEIGHT * 0.7) for word in self._spoken(folded)[:3]]
        raw = self._raw_keys(folded)
        if raw is not None:
            slang = self._slang.get(raw)
            if raw not in self._words and slang:
                return [Reading(tuple(fold(meaning).split()), SLANG_WEIGHT * 0.8) for meaning in slang]
            return [Reading((raw,), RAW_KEYS_WEIGHT)]
        for short in released(folded):
            if short in self._words:
                return [Reading((short,), RAW_KEYS_WEIGHT)]
        joined = self._joined.get(folded)
        if joined is not None:
            return [Reading(joined, RAW_KEYS_WEIGHT)]
        spoken = [Reading((word,), SOUTHERN_WEIGHT) for word in self._spoken(folded)[:3]]
        return spoken or [Reading((word,), SLIP_WEIGHT) for word in self._slipped(folded)]

    def _raw_keys(self, folded: str) -> str | None:
        if not self._vietnamese or folded in SYLLABLES:
            return None
        return plain_syllable(folded) if folded.isalpha() else plain_vni(folded)

    def _spoken(self, folded: str) -> list[str]:
        """Index words that sound the same in some region."""
        if not self._vietnamese:
            return []
        split = parts(folded)
        if split is None:
            core = _CORE.fullmatch(folded)
            if core is None:
                return []
            split = core[1], core[2] + core[3]
        onset, rime = split
        candidates = [meant + rime for meant in self._confusions["onset"].get(onset, ())]
        vowels = rime.rstrip("bcdghklmnpqrstvx")
        final = rime[len(vowels) :]
        candidates += [onset + vowels + meant for meant in self._confusions["final"].get(final, ())]
        candidates += [onset + meant + final for meant in self._confusions["nucleus"].get(vowels, ())]
        candidates += [onset + meant for meant in self._confusions["nucleus"].get(rime, ())]
        return sorted({word for word in candidates if word in self._words and word != folded}, key=self._rank)

    def _slipped(self, folded: str) -> list[str]:
        """The index words one edit away, the commonest first. Short words, numbers and words that
        exist in Vietnamese are left alone: they mean something else."""
        if len(folded) < 4 or not folded.isalpha() or (self._vietnamese and folded in SYLLABLES):
            return []
        near = set(self._slips.get(folded, ()))
        for at in range(len(folded)):
            shorter = folded[:at] + folded[at + 1 :]
            if shorter in self._words:
                near.add(shorter)
            near.update(self._slips.get(shorter, ()))
        close = [word for word in near if OSA.distance(word, folded, score_cutoff=1) == 1]
        return sorted(close, key=self._rank)[:2]

    def _rank(self, word: str) -> tuple[int, str]:
        return -self._words[word], word


def _folded_slang(slang: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    merged: dict[str, list[str]] = {}
    for form, meanings in slang.items():
        readings = merged.setdefault(fold(form), [])
        readings += [meaning for meaning in meanings if meaning not in readings]
    return {form: tuple(readings) for form, readings in merged.items()}


def _deletions(words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Every word less one letter, to the words it came from."""
    found: dict[str, set[str]] = {}
    for word in words:
        for at in range(len(word)):
            found.setdefault(word[:at] + word[at + 1 :], set()).add(word)
    return {shorter: tuple(sorted(longer)) for shorter, longer in found.items()}


def _by_place(confusions: Iterable[Confusion]) -> dict[str, dict[str, tuple[str, ...]]]:
    table: dict[str, dict[str, tuple[str, ...]]] = {"onset": {}, "nucleus": {}, "final": {}}
    for confusion in confusions:
        place = table[confusion.where]
        place[confusion.seen] = (*place.get(confusion.seen, ()), confusion.meant)
    return table
