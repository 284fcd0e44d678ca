"""Tell the language of one message: Vietnamese (with or without marks), Khmer, English, other, or no letters (pure)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from content.grammar import Frame, frame_of, is_khmer_in_latin, vietnamese_grammar
from content.normalise import clean
from content.residue import plain_syllable
from content.syllables import SYLLABLES
from content.tokens import Tokens, tokens

_KHMER_LETTER = re.compile("[\u1780-\u17b3]")
_LETTER = re.compile(r"[^\W\d_]")
_LATIN = re.compile("[a-z\u00df-\u024f\u1e00-\u1eff']+")
_ONLY_VIETNAMESE = re.compile("[ăđơưạ-ỹ]")  # letters that no other language of the region writes
_ENGLISH_ENDING = re.compile("[a-z]{3,}(?:ing|tion|ment|ness|able|ible|ly|ed|ers|ies|ous|ful)$")

_Weights = tuple[float, float, float]  # for Vietnamese, English, any other language
_NEITHER: _Weights = (0.0, 0.0, 0.0)
_ONLY_ENGLISH: _Weights = (0.0, 1.5, 0.0)
_RAW_KEYS: _Weights = (0.8, 0.0, 0.2)
WORDS_READ = 40  # more add nothing,
ENOUGH = 8  # and a clear lead after this many decides


@dataclass(frozen=True, slots=True)
class LanguageTables:
    """``syllable_frequency``: uses per million of a folded Vietnamese syllable; ``loanwords`` speak for no language;
    ``khmer_latin``: Khmer words as they are typed in Latin letters."""

    syllable_frequency: Mapping[str, float] = field(default_factory=dict)
    english_words: frozenset[str] = frozenset()
    loanwords: frozenset[str] = frozenset()
    slang: frozenset[str] = frozenset()
    khmer_latin: frozenset[str] = frozenset()
    weights: Mapping[str, _Weights] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        words = SYLLABLES | self.english_words | self.loanwords | self.slang
        object.__setattr__(self, "weights", {word: _evidence(word, self) for word in words})


@dataclass(frozen=True, slots=True)
class Language:
    """``code``: vi, km, en, other, none. ``unmarked``: Vietnamese that came without any tone or vowel mark;
    ``borrowed``: nothing but words that every language here uses ("visa"), taken for that of the house."""

    code: str
    unmarked: bool = False
    borrowed: bool = False


def detect(text: str, tables: LanguageTables) -> Language:
    """The language of a message; mixed Khmer and Vietnamese is what most of it is, mixed Vietnamese and English what
    its grammar is, or else by weight."""
    text = clean(text)
    return detect_words(text, tokens(text), tables)


def detect_words(cleaned: str, cut: Tokens, tables: LanguageTables) -> Language:
    """The same for a text that is cleaned and cut already."""
    if cut.runs:
        khmer = len(_KHMER_LETTER.findall(cleaned))
        if khmer >= 2 and not (len(cut.words) > khmer and vietnamese_grammar(cut.words) >= 2):
            return Language("km")  # names and terms may stand in it in Vietnamese
        latin = sum(len(bare) for _, bare in cut.words)
        if len(_LETTER.findall(cleaned)) > 2 * latin + khmer:
            return Language("other")
    words = [pair for pair in cut.words[:WORDS_READ] if not pair[1].isdigit()]
    if not words:
        return Language("other" if _LETTER.search(cleaned) else "none")
    frame = frame_of(words, _english_alone(words, tables))
    if frame is Frame.ENGLISH:
        return Language("en")  # whatever places it names
    if len(cut.words) > 2 and frame is not Frame.PERHAPS_ENGLISH and _ONLY_VIETNAMESE.search(cleaned):
        marked = sum([word is not bare for word, bare in cut.words])
        if 5 * marked >= 2 * len(cut.words):
            return Language("vi")  # so many words with marks leave no doubt
    if is_khmer_in_latin(words, tables.khmer_latin, tables.english_words):
        return Language("km")
    return _weigh(words, tables)


def _english_alone(words: Sequence[tuple[str, str]], tables: LanguageTables) -> list[str]:
    """The words that only English has."""
    weights = tables.weights
    return [word for word, _ in words if weights.get(word) == _ONLY_ENGLISH]


def _weigh(words: Sequence[tuple[str, str]], tables: LanguageTables) -> Language:
    vietnamese = english = other = 0.0
    raw = 0
    weights = tables.weights
    for at, (word, bare) in enumerate(words):
        if at >= ENOUGH and abs(vietnamese - english) > at / 2 and vietnamese + english > 4 * other:
            break
        if word is bare or word == bare:
            found = weights.get(word) or _evidence(word, tables)
            raw += found == _RAW_KEYS
            vietnamese += found[0]
            english += found[1]
            other += found[2]
            continue
        if bare in SYLLABLES:
            vietnamese += 1.5 if _ONLY_VIETNAMESE.search(word) else 1.0
        elif _ONLY_VIETNAMESE.search(word):
            vietnamese += 0.5  # a slip inside a marked word
        else:
            other += 1.5
    if raw and english > vietnamese:
        english = _less_what_keys_may_be(words, raw, english, tables)
    if other > vietnamese and other >= english:
        return Language("other")
    if english > vietnamese:
        return Language("en")
    # Loanwords alone ("visa") count as the language of the house.
    unmarked = all(word == bare for word, bare in words)
    return Language("vi", unmarked=unmarked, borrowed=not vietnamese and not english and not other)


def _less_what_keys_may_be(words: Sequence[tuple[str, str]], raw: int, english: float, tables: LanguageTables) -> float:
    """Beside a word of raw keys ("camr"), an English word may be raw keys too ("own")."""
    alone = _english_alone(words, tables)
    perhaps = sum([plain_syllable(word) is not None for word in alone])
    return english - perhaps * _ONLY_ENGLISH[1] if len(alone) - perhaps < raw else english


def _evidence(word: str, tables: LanguageTables) -> _Weights:
    """Weight of one unmarked word for Vietnamese, English and any other language."""
    if word in tables.loanwords:
        return _NEITHER
    syllable = word in SYLLABLES
    if word in tables.english_words:
        # "to", "can", "the" are words of both; a frequent syllable leans to neither, a rare one to English.
        shared = 0.5 if tables.syllable_frequency.get(word, 0.0) >= 200 else 0.25
        return (shared, 0.5, 0.0) if syllable else _ONLY_ENGLISH
    if syllable:
        return (1.0 if len(word) > 1 else 0.4), 0.0, 0.0
    if word in tables.slang:
        return 0.8, 0.0, 0.0
    if _LATIN.fullmatch(word) is None:
        return 0.0, 0.0, 1.5
    if _ENGLISH_ENDING.match(word):
        return 0.0, 0.5, 0.2
    if plain_syllable(word) is not None:
        return _RAW_KEYS
    return 0.0, 0.1, 0.6
