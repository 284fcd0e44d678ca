"""Undo what an input method left in a word: Telex and VNI keys typed as they are, keys held too long (pure)."""

from __future__ import annotations

import re

from content.syllables import SYLLABLES

_TONE_LETTERS = re.compile("[sfrxj]")
_VOWEL_KEY = re.compile("[aeiouyw]")
_LATE_KEY = re.compile("(.*([aeod]).*)\\2$")  # the key that turns a into â may follow the whole syllable
_DOUBLED = re.compile(r"([^u])\1+")  # "uu" is a rime of its own (cứu, hưu)
_HELD = re.compile(r"(.)\1{2,}")
_VNI = re.compile(r"[a-z]*[aeiouyd][a-z]*[1-9][a-z1-9]*")


def plain_syllable(folded: str) -> str | None:
    """The folded syllable behind raw Telex keys or a held key, or ``None`` when there is none.

    ``ddeen`` gives ``den``, ``giowis`` gives ``gioi``, ``mayas`` gives ``may``. Tones and vowel marks are dropped,
    because the index is free of them. The caller decides whether the word was already known as it stands.
    """
    if len(folded) > 12 or not folded.isascii():
        return None
    first_vowel = _VOWEL_KEY.search(folded)
    if first_vowel is None:
        return None
    cut = first_vowel.end()
    rest = _TONE_LETTERS.sub("", folded[cut:])
    for keys in (folded[:cut] + rest.replace("w", ""), (folded[:cut] + rest).replace("w", "u")):
        word = _DOUBLED.sub(r"\1", keys)
        for bare in (word, word.replace("uu", "u"), _LATE_KEY.sub(r"\1", word)):
            if bare in SYLLABLES:
                return bare if bare != folded else None
    return None


def plain_vni(run: str) -> str | None:
    """The folded syllable behind raw VNI keys (``d9o6n2`` gives ``don``), or ``None`` (``12m``, ``a1``)."""
    if _VNI.fullmatch(run) is None:
        return None
    letters = "".join(letter for letter in run if letter.isalpha())
    if len(letters) < 2 or letters not in SYLLABLES:
        return None
    inner = any(run[at].isdigit() and run[at + 1 :].isalpha() for at in range(len(run) - 1))
    return letters if inner or run[-1] in "1234567" or run.startswith("d9") else None


def released(word: str) -> tuple[str, ...]:
    """The word with every letter held three times or more cut to one, then to two (``vooooi`` to ``voi``, ``vooi``)."""
    if _HELD.search(word) is None:
        return (word,)
    return _HELD.sub(r"\1", word), _HELD.sub(r"\1\1", word)


def without_keys(text: str) -> str:
    """A short text with raw Telex and VNI keys undone word by word ("camr own" is "cam on"), for comparing whole
    messages; words that are syllables as they stand, or no residue, stay."""
    return " ".join(_undone(word) for word in text.split())


def _undone(word: str) -> str:
    if not word.isascii() or word in SYLLABLES:
        return word
    return (plain_syllable(word) if word.isalpha() else plain_vni(word)) or word
