"""Find words of distress in a message and say which kind, and where the person seems to be (pure)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from content.distress_rules import Distress, DistressKind, DistressRules, Signal, Whereabouts
from content.normalise import clean, fold
from content.residue import plain_syllable, plain_vni, released
from content.syllables import SYLLABLES

_PHRASE_WORD = re.compile(r"[_#a-z0-9\u00c0-\u024f\u0300-\u036f\u1e00-\u1eff]+(?:'[a-z]+)?")
_WORD = re.compile(r"[a-z0-9\u00c0-\u024f\u0300-\u036f\u1e00-\u1eff]+(?:'[a-z]+)?")
_KHMER = re.compile("[\u1780-\u17ff]")
_LONGEST = 160  # words looked at; a call for help stands at the beginning
_EXTRA = 0.75  # what a second, different signal adds to the best one
_REPEATED = 0.5  # and what the same one adds when it is said in two places
_IDIOM = "idiom"
_DAMPERS = frozenset({"asking", "reported"})
_ANY_WORD = "_"
_NUMBER = "#"
_ENDS_AS_QUESTION = re.compile(
    r"\?|\b(?:khong|hong|hem|ko|hok|k|chua|ha|gi|sao|nao|nhieu|nhiu|dau|may|vay|day|the|bn|ntn)\W*(?:a|vay|z|v|day|the|nhi|nhe|ta)?\W*$"
)

# Hỏi and ngã are one tone in the South; the place of the tone in open oa, uy is a matter of taste.
_ONE_SOUND = str.maketrans("ãẽĩõũỹẵẫễỗỡữ", "ảẻỉỏủỷẳẩểổởử")
_TWO_SPELLINGS = re.compile("[ãẽĩõũỹẵẫễỗỡữ]|[òóỏọ]a|[ủụ]y")
_TONE_PLACES = (("òa", "oà"), ("óa", "oá"), ("ỏa", "oả"), ("ọa", "oạ"), ("ủy", "uỷ"), ("ụy", "uỵ"))


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


@dataclass(frozen=True, slots=True)
class _Words:
    marked: Sequence[str]
    bare: Sequence[str]
    sounds: Sequence[str]
    mostly_bare: bool
    english: bool


@dataclass(frozen=True, slots=True)
class _Found:
    """Words ``start`` to ``end`` (exclusive) of the message belong to ``group``; Khmer has no words: all are at 0."""

    group: str
    start: int
    end: int


class DistressFinder:
    """Looks for the phrases of the rules, weighs them, and never calls an everyday idiom distress."""

    def __init__(self, rules: DistressRules) -> None:
        self._rules = rules
        # By the first word, then by the second ("" when there is none): a message is compared with few phrases.
        self._phrases: dict[str, dict[str, list[_Phrase]]] = {}
        self._khmer: list[tuple[str, str]] = []
        for group, by_language in (*rules.groups.items(), *rules.where.items(), (_IDIOM, rules.idioms)):
            for language, phrases in by_language.items():
                for phrase in phrases:
                    self._add(group, language, clean(phrase))
        self._open = {signal.groups[0] for signal in rules.signals} | {"plea"}

    def _add(self, group: str, language: str, text: str) -> None:
        if language == "km":
            self._khmer.append((group, text))
            return
        words = _PHRASE_WORD.findall(text)
        bare = tuple(map(fold, words))
        languages = (False, True) if group in self._rules.where else (language == "en",)
        phrase = _Phrase(group, bare, tuple(map(_sound, words)), text.endswith("!"), languages)
        second = bare[1] if len(bare) > 1 else ""
        self._phrases.setdefault(bare[0], {}).setdefault(second, []).append(phrase)

    def find(self, text: str) -> Distress | None:
        """The kind of distress in a message, or ``None``. Never raises; the length of the text is bounded inside."""
        text = clean(text)
        found = self._spot_khmer(text) if _KHMER.search(text) else []
        words = self._words(text)
        found += self._spot(words)
        groups = {each.group for each in found}
        if self._open.isdisjoint(groups):
            return None
        where = _whereabouts(groups)
        signals = [signal for signal in self._rules.signals if _holds(signal, groups, found)]
        if signals:
            swing = sum(score for group, score in self._rules.modifiers.items() if group in groups)
            best = max(signals, key=lambda signal: signal.score)
            others = {signal.groups[-1] for signal in signals} - {best.groups[-1]}
            swing += _EXTRA * len(others) + _REPEATED * _said_twice(best.groups[-1], found)
            if _ENDS_AS_QUESTION.search(fold(text)) is None:
                swing += self._rules.statement
            elif groups.isdisjoint({"plea", "asking_whom"}):
                swing += self._rules.question
            if best.score + swing >= self._rules.threshold:
                at_sea = best.kind is DistressKind.BOAT and where is not Whereabouts.ABROAD
                return Distress(best.kind, Whereabouts.SEA if at_sea else where)
        if "plea" in groups and groups.isdisjoint(_DAMPERS) and self._says_little_else(words, found):
            return Distress(DistressKind.GENERAL, where)
        return None

    def _says_little_else(self, words: _Words, found: Sequence[_Found]) -> bool:
        calling = {"plea", "asking_whom", "now", "person"}
        covered = {at for each in found if each.group in calling for at in range(each.start, each.end)}
        return len(words.bare) - len(covered) <= self._rules.lone_plea_words

    def _words(self, text: str) -> _Words:
        marked: list[str] = []
        strange = 0
        for word in _WORD.findall(text)[:_LONGEST]:
            if word.isascii() and word not in SYLLABLES and word not in self._phrases:
                meanings = self._rules.slang.get(word, ())
                if len(meanings) == 1:
                    marked += meanings[0].split()
                    continue
                held = next((each for each in released(word) if each in self._phrases), None)
                raw = held or plain_vni(word) or plain_syllable(word)
                strange += raw is None
                word = raw or word
            elif word not in SYLLABLES:
                strange += word.isascii()
                word = released(word)[0]
            marked.append(word)
        bare = [word if word.isascii() else fold(word) for word in marked]
        unmarked = sum(word.isascii() for word in marked)
        english = unmarked == len(marked) and strange * 10 >= len(marked) * 3
        return _Words(marked, bare, list(map(_sound, marked)), unmarked * 2 > len(marked), english)

    def _spot(self, words: _Words) -> list[_Found]:
        found = []
        for at, (word, following) in enumerate(zip_longest(words.bare, words.bare[1:], fillvalue="")):
            by_second = self._phrases.get(_NUMBER if word.isdigit() else word)
            if by_second is None:
                continue
            for second in dict.fromkeys(("", following, _ANY_WORD, _NUMBER if following.isdigit() else "")):
                for phrase in by_second.get(second, ()):
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


def _stands(phrase: _Phrase, words: _Words, at: int) -> bool:
    """Whether the phrase is at this place; a word typed with marks must carry the right ones."""
    if words.english not in phrase.languages:
        return False
    end = at + len(phrase.bare)
    if end > len(words.bare):
        return False
    for bare, sound, typed_bare, typed in zip(
        phrase.bare, phrase.sounds, words.bare[at:end], words.sounds[at:end], strict=True
    ):
        if bare == _ANY_WORD or (bare == _NUMBER and typed_bare.isdigit()):
            continue
        if bare != typed_bare:
            return False
        if typed != typed_bare:
            if typed != sound:
                return False
        elif sound != bare and (phrase.needs_marks or not words.mostly_bare):
            return False
    return True


def _sound(marked: str) -> str:
    """The word with one spelling for what sounds the same."""
    if marked.isascii() or _TWO_SPELLINGS.search(marked) is None:
        return marked
    text = marked.translate(_ONE_SOUND)
    for newer, older in _TONE_PLACES:
        text = text.replace(newer, older)
    return text


def _holds(signal: Signal, groups: set[str], found: Sequence[_Found]) -> bool:
    if not groups.issuperset(signal.groups) or (signal.place and signal.place not in groups):
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


def _whereabouts(groups: set[str]) -> Whereabouts:
    named = [place for place in (Whereabouts.ABROAD, Whereabouts.SEA, Whereabouts.VIET_NAM) if place in groups]
    return named[0] if len(named) == 1 else Whereabouts.UNCLEAR
