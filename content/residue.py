"""Undo what an input method left in a word: Telex and VNI keys typed as letters and digits, keys held too long (pure)."""

from __future__ import annotations

import re

from content.syllables import SYLLABLES

_TONE_LETTERS = re.compile("[sfrxj]")
_VOWEL_KEY = re.compile("[aeiouyw]")
_LATE_KEY = re.compile("(.*([aeod]).*)\\2$")  # the key that turns a into â may follow the whole syllable
_DOUBLED = re.compile(r"(.)\1+")
_HELD = re.compile(r"(.)\1{2,}")
_VNI = re.compile(r"[a-z]*[aeiouyd][a-z]*[1-9][a-z1-9]*")


def plain_syllable(folded: str) -> str | None:
    """The folded syllable behind raw Telex keys or a held key, or ``None`` when there is none.

    ``ddeen`` gives ``den``, ``giowis`` gives ``gioi``, ``mayas`` gives ``may``. Tones and vowel marks are dropped,
    because the index is free of them. The caller decides whether the word was already known as it stands.
    """
    if len(folded) > 12 or not folded.isascii():
        return None
    word = _DOUBLED.sub(r"\1", folded)
    first_vowel = _VOWEL_KEY.search(word)
    if first_vowel is None:
        return None
    cut = first_vowel.end()
    head, rest = word[:cut], _DOUBLED.sub(r"\1", _TONE_LETTERS.sub("", word[cut:]))
    for bare in (head + rest.replace("w", ""), (head + rest).replace("w", "u")):
        bare = _DOUBLED.sub(r"\1", bare)
        if bare in SYLLABLES:
            return bare if bare != folded else None
        shorter = _LATE_KEY.sub(r"\1", bare)
        if shorter in SYLLABLES:
            return shorter
    return None


def plain_vni(run: str) -> str | None:
    """The folded syllable behind raw VNI keys (``d9o6n2`` gives ``don``), or ``None``: ``12m``, ``a1`` are no syllables."""
    if _VNI.fullmatch(run) is None:
        return None
    letters = "".join(letter for letter in run if letter.isalpha())
    if len(letters) < 2 or letters not in SYLLABLES:
        return None
    inner = any(run[at].isdigit() and run[at + 1 :].isalpha() for at in range(len(run) - 1))
    return letters if inner or run[-1] in "1234567" or run.startswith("d9") else None


def released(folded: str) -> str:
    """Letters held three times or more cut to one (``vooooi`` to ``voi``)."""
    return _HELD.sub(r"\1", folded)
