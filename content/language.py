"""Tell the language of one message: Vietnamese (with or without marks), Khmer, English, other, or no letters (pure)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from content.normalise import clean, fold
from content.residue import plain_syllable, plain_vni
from content.syllables import SYLLABLES

_KHMER_LETTER = re.compile("[\u1780-\u17b3]")
_LATIN_WORD = re.compile(r"[a-z\u00c0-\u024f\u0300-\u036f\u1e00-\u1eff]+(?:['’][a-z]+)?")
_VNI_WORD = re.compile(r"[a-z]+[1-9][a-z1-9]*")
_LETTER = re.compile(r"[^\W\d_]")
_ONLY_VIETNAMESE = re.compile("[ăđơưạ-ỹ]")  # letters that no other language of the region writes
_SHARED_MARK = re.compile("[\u00c0-\u024f\u0300-\u036f\u1e00-\u1eff]")
_ENGLISH_ENDING = re.compile("[a-z]{3,}(?:ing|tion|ment|ness|able|ible|ly|ed|ers|ies|ous|ful)$")


@dataclass(frozen=True, slots=True)
class LanguageTables:
    """``syllable_frequency``: uses per million of a folded Vietnamese syllable."""

    syllable_frequency: Mapping[str, float] = field(default_factory=dict)
    english_words: frozenset[str] = frozenset()
    loanwords: frozenset[str] = frozenset()
    slang: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Language:
    """``code``: vi, km, en, other, none. ``unmarked``: Vietnamese that came without any tone or vowel mark."""

    code: str
    unmarked: bool = False


def detect(text: str, tables: LanguageTables) -> Language:
    """The language of a message; mixed Khmer and Vietnamese counts as Khmer, mixed Vietnamese and English by weight."""
    text = clean(text)
    if _KHMER_LETTER.search(text) and len(_KHMER_LETTER.findall(text)) >= 2:
        return Language("km")
    words = _LATIN_WORD.findall(text)
    letters = len(_LETTER.findall(text))
    if letters == 0:
        return Language("none")
    if sum(map(len, words)) * 2 < letters:
        return Language("other")
    return _weigh(text, words[:60], tables)


def _weigh(text: str, words: list[str], tables: LanguageTables) -> Language:
    vietnamese = english = other = 0.0
    marked = False
    for word in words:
        if _SHARED_MARK.search(word):
            marked = True
            if fold(word) in SYLLABLES:
                vietnamese += 1.5 if _ONLY_VIETNAMESE.search(word) else 1.0
            elif not _ONLY_VIETNAMESE.search(word):
                other += 1.5
            else:
                vietnamese += 0.5  # a slip inside a marked word
            continue
        to_vietnamese, to_english, to_other = _evidence(word, tables)
        vietnamese += to_vietnamese
        english += to_english
        other += to_other
    if any(plain_vni(word) for word in _VNI_WORD.findall(text)):
        vietnamese += 1.0
    if vietnamese == english == other == 0.0:
        return Language("vi", unmarked=not marked)  # loanwords alone, "visa": the house language
    if other > vietnamese and other >= english:
        return Language("other")
    if english > vietnamese:
        return Language("en")
    return Language("vi", unmarked=not marked)


def _evidence(word: str, tables: LanguageTables) -> tuple[float, float, float]:
    """Weight of one unmarked word for Vietnamese, English and any other language."""
    if word in tables.loanwords:
        return 0.0, 0.0, 0.0
    syllable = word in SYLLABLES
    if word in tables.english_words:
        # "to", "can", "the" are words of both; a frequent syllable leans to neither, a rare one to English.
        shared = 0.5 if tables.syllable_frequency.get(word, 0.0) >= 200 else 0.25
        return (shared, 0.5, 0.0) if syllable else (0.0, 1.5, 0.0)
    if syllable:
        return (1.0 if len(word) > 1 else 0.4), 0.0, 0.0
    if word in tables.slang:
        return 0.8, 0.0, 0.0
    if _ENGLISH_ENDING.match(word):
        return 0.0, 0.5, 0.2
    if plain_syllable(word) is not None:
        return 0.8, 0.0, 0.2
    return 0.0, 0.1, 0.6
