"""Read the words of a message as the distress finder compares them: with marks, without, and as they sound (pure)."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

from content.normalise import fold
from content.residue import plain_syllable, plain_vni, released
from content.syllables import SYLLABLES

WORD = re.compile(r"[a-z0-9\u00c0-\u024f\u0300-\u036f\u1e00-\u1eff]+(?:'[a-z]+)?")
KHMER = re.compile("[\u1780-\u17ff]+")
_LONGEST = 160  # words looked at; a call for help stands at the beginning

# Hỏi and ngã are one tone in the South; the place of the tone in open oa, uy is a matter of taste.
_ONE_SOUND = str.maketrans("ãẽĩõũỹẵẫễỗỡữ", "ảẻỉỏủỷẳẩểổởử")
_TWO_SPELLINGS = re.compile("[ãẽĩõũỹẵẫễỗỡữ]|[òóỏọ]a|[ủụ]y")
_TONE_PLACES = (("òa", "oà"), ("óa", "oá"), ("ỏa", "oả"), ("ọa", "oạ"), ("ủy", "uỷ"), ("ụy", "uỵ"))


@dataclass(frozen=True, slots=True)
class Words:
    """The words twice, in one order: without marks, and with one spelling for what sounds the same.

    ``mostly_bare``: typed without marks; ``english``: too few are Vietnamese.
    """

    bare: tuple[str, ...]
    sounds: tuple[str, ...]
    mostly_bare: bool
    english: bool


class WordReader:
    """Undoes slang, raw Telex and VNI keys and held keys on the way."""

    def __init__(
        self,
        known: Container[str],
        slang: Mapping[str, Sequence[str]],
        usual: Iterable[str] = (),
        english: frozenset[str] = frozenset(),
    ) -> None:
        """``known``: bare words that mean something as they stand; ``slang``: short form to its meanings; ``usual``:
        words with marks whose bare form and sound are kept at hand; ``english``: frequent English words."""
        self._english = english
        self._known = known
        self._slang = slang
        self._usual = {word: (fold(word), sound(word)) for word in usual if not word.isascii()}

    def read(self, text: str) -> Words:
        """The words of a cleaned text, at most ``_LONGEST``."""
        known, usual = self._known, self._usual
        bare: list[str] = []
        sounds: list[str] = []
        strange = unmarked = 0
        typed = WORD.findall(text)[:_LONGEST]
        for word in typed:
            ready = usual.get(word)  # all of them with marks
            if ready is not None:
                bare.append(ready[0])
                sounds.append(ready[1])
                continue
            if word not in SYLLABLES and word not in known:
                meanings = self._slang.get(word, ())
                if len(meanings) == 1:
                    for each in meanings[0].split():
                        bare.append(fold(each))
                        sounds.append(sound(each))
                        unmarked += each.isascii()
                    continue
            if not word.isascii():
                word = released(word)[0]
                unmarked += word.isascii()
                bare.append(fold(word))
                sounds.append(sound(word))
                continue
            if word in known and word not in SYLLABLES:
                strange += 1
                word = released(word)[0]
            elif word not in SYLLABLES:
                held = next((each for each in released(word) if each in known), None)
                raw = held or plain_vni(word) or plain_syllable(word)
                strange += raw is None
                word = raw or word
            bare.append(word)
            sounds.append(word)
            unmarked += 1
        english = unmarked == len(bare) and strange * 10 >= len(bare) * 3
        english = english or (unmarked == len(bare) and self._mostly_listed(typed))
        if english:  # "down" is no Telex for "đon"
            as_typed = tuple(typed)
            return Words(as_typed, as_typed, True, True)
        return Words(tuple(bare), tuple(sounds), unmarked * 2 > len(bare), False)

    def _mostly_listed(self, typed: Sequence[str]) -> bool:
        """Whether the words are frequent English ones: "a lot of blood" is spelled like Vietnamese, nearly."""
        foreign = [word for word in typed if word not in SYLLABLES and not word.isdigit()]
        if self._english.isdisjoint(foreign):
            return False
        listed = len(foreign) + sum([word in self._english for word in typed if word in SYLLABLES])
        return listed * 5 >= len(typed) * 4


def sound(marked: str) -> str:
    """The word with one spelling for what sounds the same."""
    if marked.isascii() or _TWO_SPELLINGS.search(marked) is None:
        return marked
    text = marked.translate(_ONE_SOUND)
    for newer, older in _TONE_PLACES:
        text = text.replace(newer, older)
    return text
