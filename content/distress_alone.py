"""Messages of a few words that are a cry for help because nothing else is said, as "muốn chết" is (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from content.distress_rules import DistressKind, Phrases
from content.distress_text import KHMER, WORD, Words, sound
from content.normalise import clean, fold

_MOST_WORDS = 9  # with those that say nothing more
_NEEDS_MARKS = "!"


class _Cry(NamedTuple):
    """``bare``: words without marks; ``heard``: with marks, one spelling per sound."""

    kind: DistressKind
    bare: tuple[str, ...]
    heard: tuple[str, ...]
    needs_marks: bool


class AloneCries:
    """A few words are too little to weigh, so they are listed; whoever says more is heard by the other means."""

    def __init__(self, cries: Mapping[DistressKind, Phrases], around: Phrases) -> None:
        """``cries``: phrases by kind, then language, "!" at the end of one that needs its marks; ``around``: words that
        may stand beside and between theirs, by language."""
        self._around = {language: frozenset(map(fold, map(clean, words))) for language, words in around.items()}
        self._khmer_around = sorted(self._around.get("km", ()), key=len, reverse=True)
        # By language, then by what is left of the phrase without those words.
        self._cries: dict[str, dict[str, list[_Cry]]] = {"vi": {}, "en": {}}
        self._khmer: dict[str, list[tuple[str, DistressKind]]] = {}
        for kind, by_language in cries.items():
            for language, phrases in by_language.items():
                for phrase in map(clean, phrases):
                    self._add(kind, language, phrase)

    def _add(self, kind: DistressKind, language: str, phrase: str) -> None:
        if language == "km":
            self._khmer.setdefault(self._khmer_core(phrase), []).append((phrase, kind))
            return
        words = phrase.removesuffix(_NEEDS_MARKS)
        bare, heard = tuple(WORD.findall(fold(words))), tuple(WORD.findall(sound(words)))
        cry = _Cry(kind, bare, heard, words != phrase)
        self._cries[language].setdefault(self._core(language, bare), []).append(cry)

    def kind(self, text: str, words: Words) -> DistressKind | None:
        """Of a cleaned text and its words; ``None`` when it is no such cry or asks something."""
        if "?" in text or len(words.bare) > _MOST_WORDS:
            return None
        if not text.isascii() and KHMER.search(text) is not None:
            core = self._khmer_core(text)
            found = [] if words.bare else self._khmer.get(core, [])
            return next((kind for phrase, kind in found if phrase == core or phrase in text), None)
        if words.mostly_bare:  # "i want to die" is read as Vietnamese
            typed = tuple(WORD.findall(text))
            for cry in self._cries["en"].get(self._core("en", typed), ()):
                if _says(cry, typed, typed, bare_typing=True):
                    return cry.kind
        if not words.english:
            for cry in self._cries["vi"].get(self._core("vi", words.bare), ()):
                if _says(cry, words.bare, words.sounds, bare_typing=words.mostly_bare):
                    return cry.kind
        return None

    def _core(self, language: str, bare: Sequence[str]) -> str:
        around = self._around.get(language, frozenset())
        return " ".join([word for word in bare if word not in around])

    def _khmer_core(self, text: str) -> str:
        whole = left = "".join(KHMER.findall(text))
        for word in self._khmer_around:
            left = left.replace(word, "")
        return left or whole


def _says(cry: _Cry, bare: Sequence[str], sounds: Sequence[str], *, bare_typing: bool) -> bool:
    """Whether the words of the cry stand there in their order; what else stands there says nothing."""
    at = 0
    for word, heard in zip(bare, sounds, strict=True):
        if at < len(cry.bare) and word == cry.bare[at]:
            at += heard == cry.heard[at] or (heard == word and bare_typing and not cry.needs_marks)
    return at == len(cry.bare)
