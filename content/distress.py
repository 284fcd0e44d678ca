"""Find words of distress in a message and say which kind, and where the person seems to be (pure)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from content.distress_alone import AloneCries
from content.distress_features import Blocks, blocks
from content.distress_learned import LearnedWeights
from content.distress_rules import Distress, DistressKind, DistressRules, Signal, Whereabouts
from content.distress_text import KHMER, WordReader, Words, sound
from content.distress_words import Spot, WordClasses
from content.normalise import clean, fold

_PHRASE_WORD = re.compile(r"[_#a-z0-9\u00c0-\u024f\u0300-\u036f\u1e00-\u1eff]+(?:'[a-z]+)?")
_EXTRA = 0.75  # what a second, different signal adds to the best one
_REPEATED = 0.5  # and what the same one adds when it is said in two places
_IDIOM = "idiom"
_DAMPERS = frozenset({"asking", "reported"})
_ANY_WORD = "_"
_NUMBER = "#"
_ASKING = frozenset(
    (
        "khong",
        "hong",
        "hem",
        "ko",
        "hok",
        "k",
        "chua",
        "ha",
        "gi",
        "sao",
        "nao",
        "nhiu",
        "dau",
        "may",
        "ai",
        "bn",
        "ntn",
    )
)
# Before "nhieu", which else is "many" ("máu nhiều").
_HOW_MUCH = frozenset(("bao", "gia", "phat", "phi", "luong", "ton", "het", "mat", "tien", "la", "co"))
_SOFTENING = frozenset(("a", "vay", "z", "v", "day", "the", "nhi", "nhe", "ta"))  # may follow the word that asks


@dataclass(frozen=True, slots=True)
class _Phrase:
    """``bare``: folded words; ``sounds``: the same with marks, one spelling per sound; ``needs_marks``: see the file.

    ``languages``: whether it counts in messages that are English, that are not, or both (place names).
    """

    group: str
    bare: tuple[str, ...]
    sounds: tuple[str, ...]
    needs_marks: bool
    languages: tuple[bool, ...]


class _Found(NamedTuple):
    """Words ``start`` to ``end`` (exclusive) of the message belong to ``group``; Khmer has no words: all are at 0."""

    group: str
    start: int
    end: int


class _Message(NamedTuple):
    """``groups``: of what was found; ``asks``: whether it ends as a question."""

    words: Words
    found: list[_Found]
    groups: set[str]
    asks: bool


class _Ruled(NamedTuple):
    """What the hand-written rules make of a message. ``score``: 0 when no signal holds."""

    kind: DistressKind
    score: float
    called: bool


_SILENT = _Ruled(DistressKind.GENERAL, 0.0, False)


class DistressFinder:
    """Looks for the phrases of the rules, weighs them, and never calls an everyday idiom distress.

    With ``learned`` and ``classes`` what was learned from examples has the last word, unless the rules are very sure.
    """

    def __init__(
        self, rules: DistressRules, learned: LearnedWeights | None = None, classes: WordClasses | None = None
    ) -> None:
        self._rules = rules
        self._learned = learned
        self._classes = classes or WordClasses(())
        self._alone = AloneCries(rules.alone, rules.around)
        # By their bare words; those with an open place by their first word. With one word or two goes the
        # length of the longest phrase that begins so.
        self._exact: dict[str, list[_Phrase]] = {}
        self._open_places: dict[str, list[_Phrase]] = {}
        self._longest: dict[str, int] = {}
        self._khmer: list[tuple[str, str]] = []
        for group, by_language in (*rules.groups.items(), *rules.where.items(), (_IDIOM, rules.idioms)):
            for language, phrases in by_language.items():
                for phrase in phrases:
                    self._add(group, language, clean(phrase))
        english = rules.english_words | self._classes.english
        self._reader = WordReader(self._longest, rules.slang, self._classes.usual, english)
        self._open = {signal.groups[0] for signal in rules.signals} | {"plea"}

    def _add(self, group: str, language: str, text: str) -> None:
        if language == "km":
            self._khmer.append((group, text))
            return
        bare = tuple(_PHRASE_WORD.findall(fold(text)))
        sounds = tuple(_PHRASE_WORD.findall(sound(text)))
        languages = (False, True) if group in self._rules.where else (language == "en",)
        phrase = _Phrase(group, bare, sounds, text.endswith("!"), languages)
        if {_ANY_WORD, _NUMBER}.isdisjoint(bare):
            self._exact.setdefault(" ".join(bare), []).append(phrase)
            for opening in (bare[0], " ".join(bare[:2])):
                self._longest[opening] = max(self._longest.get(opening, 0), len(bare))
        else:
            self._open_places.setdefault(bare[0], []).append(phrase)
            self._longest.setdefault(bare[0], 0)

    def find(self, text: str) -> Distress | None:
        """The kind of distress in a message, or ``None``. Never raises; the length of the text is bounded inside."""
        text, words = self._read(text)
        kind, message = self._alone.kind(text, words), None
        if kind is None:
            kind, message = self._heard(text, words)
        if kind is None:
            return None
        return Distress(kind, _whereabouts((message or self._spotted(text, words)).groups, kind))

    def features(self, text: str, *, dangers_known: bool = True) -> Blocks:
        """What the learned part sees of a message, for training.

        With ``dangers_known`` off as if none of its words of danger stood in any class.
        """
        text, words = self._read(text)
        spots = self._classes.spots(text, words)
        if not dangers_known:
            spots = [spot for spot in spots if spot.name not in self._rules.dangers]
        return self._seen(text, words, spots, self._phrases_of_danger(text, words, spots))[1]

    def _heard(self, text: str, words: Words) -> tuple[DistressKind | None, _Message | None]:
        """The kind, and what was looked at for it if anything."""
        if self._learned is None:
            ruled = self._ruled(self._spotted(text, words))
            return ruled.kind if ruled.called else None, None
        spots = self._classes.spots(text, words)
        message = self._phrases_of_danger(text, words, spots)
        if message is None and _asks(text, words):
            return None, None  # most questions; hardly a call is put like that
        ruled, seen = self._seen(text, words, spots, message)
        threshold = self._rules.calm_threshold if message is None else self._rules.learned_threshold
        if ruled.score < self._rules.sure and self._learned.score(seen) < threshold:
            return None, None
        return self._learned.kind(seen), message

    def _phrases_of_danger(self, text: str, words: Words, spots: Sequence[Spot]) -> _Message | None:
        """The phrases of the rules. To look for them takes half the time, so only where there is a word of danger."""
        if self._rules.dangers.isdisjoint([spot.name for spot in spots]):
            return None
        return self._spotted(text, words)

    def _seen(self, text: str, words: Words, spots: Sequence[Spot], message: _Message | None) -> tuple[_Ruled, Blocks]:
        ruled = _SILENT if message is None else self._ruled(message)
        hint = ruled.kind if ruled.score > 0 else ""
        return ruled, blocks(text, words, spots, asks=_asks(text, words), ruled=ruled.called, hint=hint)

    def _read(self, text: str) -> tuple[str, Words]:
        text = clean(text).replace("\u2019", "'")
        return text, self._reader.read(text)

    def _spotted(self, text: str, words: Words) -> _Message:
        found = self._spot(words)
        if not text.isascii() and KHMER.search(text) is not None:
            found += self._spot_khmer(text)
        return _Message(words, found, {each.group for each in found}, _asks(text, words))

    def _ruled(self, message: _Message) -> _Ruled:
        kind, score, groups, found = DistressKind.GENERAL, 0.0, message.groups, message.found
        if self._open.isdisjoint(groups):
            return _Ruled(kind, score, False)
        signals = [signal for signal in self._rules.signals if _holds(signal, groups, found)]
        if signals:
            swing = sum([score for group, score in self._rules.modifiers.items() if group in groups])
            best = max(signals, key=lambda signal: signal.score)
            others = {signal.groups[-1] for signal in signals} - {best.groups[-1]}
            swing += _EXTRA * len(others) + _REPEATED * _said_twice(best.groups[-1], found)
            if not message.asks:
                swing += self._rules.statement
            elif groups.isdisjoint({"plea", "asking_whom"}):
                swing += self._rules.question
            kind, score = best.kind, best.score + swing
            if score >= self._rules.threshold:
                return _Ruled(kind, score, True)
        if "plea" in groups and groups.isdisjoint(_DAMPERS) and self._says_little_else(message.words, found):
            return _Ruled(DistressKind.GENERAL, score, True)
        return _Ruled(kind, score, False)

    def _says_little_else(self, words: Words, found: Sequence[_Found]) -> bool:
        calling = {"plea", "asking_whom", "now", "person"}
        covered = {at for each in found if each.group in calling for at in range(each.start, each.end)}
        return len(words.bare) - len(covered) <= self._rules.lone_plea_words

    def _spot(self, words: Words) -> list[_Found]:
        found: list[_Found] = []
        bare = words.bare
        for at, word in enumerate(bare):
            if word in self._longest:
                longest = self._longest.get(" ".join(bare[at : at + 2]), 1)
                for end in range(at + 1, min(at + longest, len(bare)) + 1):
                    for phrase in self._exact.get(" ".join(bare[at:end]), ()):
                        if _stands(phrase, words, at):
                            found.append(_Found(phrase.group, at, end))
            for phrase in self._open_places.get(_NUMBER if word.isdigit() else word, ()):
                if _stands(phrase, words, at):
                    found.append(_Found(phrase.group, at, at + len(phrase.bare)))
        struck = {at for each in found if each.group == _IDIOM for at in range(each.start, each.end)}
        return [
            each
            for each in found
            if struck.isdisjoint(range(each.start, each.end)) and not (each.group in _DAMPERS and _inside(each, found))
        ]

    def _spot_khmer(self, text: str) -> list[_Found]:
        for group, phrase in self._khmer:
            if group == _IDIOM:
                text = text.replace(phrase, " ")
        return [_Found(group, 0, 0) for group, phrase in self._khmer if phrase in text]


def _asks(text: str, words: Words) -> bool:
    if "?" in text:
        return True
    if not words.bare:
        return False
    *before, last = words.bare
    if last in _SOFTENING and before:
        *before, last = before
    return last in _ASKING or (last == "nhieu" and bool(before) and before[-1] in _HOW_MUCH)


def _stands(phrase: _Phrase, words: Words, at: int) -> bool:
    """Whether the phrase is at this place; a word typed with marks must carry the right ones."""
    if words.english not in phrase.languages:
        return False
    end = at + len(phrase.bare)
    if end > len(words.bare):
        return False
    for bare, heard, typed_bare, typed in zip(
        phrase.bare, phrase.sounds, words.bare[at:end], words.sounds[at:end], strict=True
    ):
        if bare == _ANY_WORD or (bare == _NUMBER and typed_bare.isdigit()):
            continue
        if bare != typed_bare:
            return False
        if typed != typed_bare:
            if typed != heard:
                return False
        elif heard != bare and (phrase.needs_marks or not words.mostly_bare):
            return False
    return True


def _holds(signal: Signal, groups: set[str], found: Sequence[_Found]) -> bool:
    if (
        signal.groups[0] not in groups
        or not groups.issuperset(signal.groups)
        or (signal.place and signal.place not in groups)
    ):
        return False
    first, *others = signal.groups
    return any(
        start.group == first and all(_near(other, start, signal.within, found) for other in others) for start in found
    )


def _near(group: str, start: _Found, within: int, found: Sequence[_Found]) -> bool:
    return any(
        each.group == group and each.start - within < start.end and start.start - within < each.end for each in found
    )


def _inside(small: _Found, found: Sequence[_Found]) -> bool:
    """Whether a phrase is only a part of a longer one: "bồi thường" asks, "đòi bồi thường" does not."""
    return any(
        each.start <= small.start and small.end <= each.end and each.end - each.start > small.end - small.start
        for each in found
        if each.group not in _DAMPERS
    )


def _said_twice(group: str, found: Sequence[_Found]) -> bool:
    spans = [each for each in found if each.group == group]
    return any(one.end <= other.start for one in spans for other in spans)


def _whereabouts(groups: set[str], kind: DistressKind) -> Whereabouts:
    named = [place for place in (Whereabouts.ABROAD, Whereabouts.SEA, Whereabouts.VIET_NAM) if place in groups]
    where = named[0] if len(named) == 1 else Whereabouts.UNCLEAR
    return Whereabouts.SEA if kind is DistressKind.BOAT and where is not Whereabouts.ABROAD else where
