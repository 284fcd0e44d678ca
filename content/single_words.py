"""A word sent all alone may mean several entries: which ones are offered for it (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from content.normalise import clean, fold
from content.residue import without_keys
from content.tokens import tokens

_LATIN = re.compile("[a-z\u00df-\u024f\u1e00-\u1eff]")
_KHMER = re.compile(r"[\u1780-\u17ff]+")
_NO_KHMER = re.compile(r"[^\u1780-\u17d3]+")
MOST_LETTERS = 30  # of a message without blanks
MOST_WORDS = 9  # of a message that may be one word with what politeness adds,
LONGEST = 4  # words of an entry of the table that are looked for inside a sentence
MOST_ALONE = 5  # and of what is left without it
_BEFORE = re.compile(
    r"^(?:(?:dạ|da|còn|and|what about|how about"
    r"|alo|chào|chao|xin|cho|toi|tôi|tui|em|mình|minh|con|cháu|chau|muốn|muon|cần|can|hỏi|hoi|biết|biet"
    r"|về|ve|vụ|vu|thông tin|thong tin|i|want|need|to|know|ask|please|tell|me|about|info|information|question|on|a|an)"
    r"(?!\w)\s*|(?:ចុះ|ខ្ញុំ|ចង់|សួរ|អំពី|រឿង|ពី|សូម|ដឹង|គេ|ត្រូវ)\s*)+"
)
_AFTER = re.compile(
    r"(?<=.)\s*(?:(?<!\w)(?:ạ|a|à|nha|nhé|nhe|với|voi|vậy|vay|z|dạ|ad|shop|please|pls|thì sao|thi sao|là gì|la gi"
    r"|sao|ra sao|thế nào|the nao|đâu|dau|được không|duoc khong|đc không|dc khong|dc ko|đc ko|dc k|duoc ko)(?!\w)"
    r"|(?<!\w)(?:ban te|ban ot|te)(?!\w)|បានទេ|បានអត់|បានតេ|ទេ|អត់|តេ|ម៉េច|បង|ផង|ណា|បាទ|ចាស|[^\w\u1780-\u17d3])+$"
)


class Group(NamedTuple):
    """``words`` that mean the same, the ids of the ``entries`` they may be about, the likeliest first, and whether
    they name an ``aspect`` of whatever was spoken of before."""

    words: Sequence[str]
    entries: tuple[str, ...]
    aspect: bool = False


class SingleWords:
    """Spellings with marks are told apart; a word typed without any is found by its bare letters."""

    def __init__(self, groups: Iterable[Group]) -> None:
        self._groups: dict[str, Group] = {}
        for group in groups:
            for word in group.words:
                spelt = _spelling(clean(word))
                self._groups.setdefault(spelt, group)
                self._groups.setdefault(fold(spelt), group)

    def find(self, message: str) -> Group | None:
        """None when the message is not one of the words, alone or politely wrapped."""
        cleaned = clean(message)
        if cleaned.count(" ") >= MOST_WORDS or (" " not in cleaned and len(cleaned) > MOST_LETTERS):
            return None
        bare = _BEFORE.sub("", cleaned)
        if bare.count(" ") >= MOST_ALONE:
            return None
        for text in dict.fromkeys((cleaned, bare, _AFTER.sub("", bare), _AFTER.sub("", cleaned))):
            spelt = _spelling(text)
            found = self._groups.get(spelt) or self._groups.get(without_keys(spelt))
            if found is not None:
                return found
        return None

    def inside(self, message: str) -> Group | None:
        """The one of several words that a short sentence holds; a word of one syllable is too often another."""
        words = _spelling(clean(message)).split()
        if len(words) > MOST_WORDS:
            return None
        spans = [words[at : at + size] for size in range(LONGEST, 1, -1) for at in range(len(words) - size + 1)]
        found = [self._groups[spelt] for spelt in map(" ".join, spans) if spelt in self._groups]
        return found[0] if found else None


def _spelling(cleaned: str) -> str:
    """Words with single blanks; Khmer, where there is nothing else, in one piece."""
    if _LATIN.search(cleaned) is None:
        return _NO_KHMER.sub("", cleaned)
    return " ".join([word for word, _ in tokens(_KHMER.sub(" ", cleaned)).words])
