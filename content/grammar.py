"""Which language the grammar of a message is, whatever names and terms it borrows from another one (pure)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import Enum
from itertools import pairwise

from content.syllables import SYLLABLES

ENGLISH_WORDS = 2  # that Vietnamese does not have, with grammar among them, make an English sentence
KHMER_WORDS = 2  # in Latin letters, and at least KHMER_SHARE of the message
KHMER_SHARE = 0.4


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Words that hold a sentence together, and that the other language does not have.
_ENGLISH_GRAMMAR = _set(
    "is are am was were been have has had will would should could must what where when which who whose why how and "
    "or if for from of with without near my our your his her their i'm it's you we they he she there this these those "
    "does did don't doesn't cannot can't not"
)
_VIETNAMESE_GRAMMAR = _set(
    "không khong ko kg hông hong được duoc dc đc là la thì thi tôi toi tui mình em của cua và với voi bị bi phải phai "
    "nào nao gì gi sao nhiêu nhieu ở đâu dau có cũng cung nên nen rồi roi chưa chua nữa nua vậy vay đi muốn muon xin "
    "hỏi hoi cần một như nhu nếu neu lấy lay làm lam"
)
# Words of both languages side by side: only English puts them so, or hardly ever Vietnamese without marks.
_ENGLISH_PAIRS = frozenset({("can", "i"), ("do", "i"), ("may", "i"), ("am", "i"), ("i", "am"), ("i", "do")})
_LIKELY_PAIRS = frozenset({("is", "the"), ("on", "the"), ("at", "the"), ("in", "the"), ("to", "the"), ("in", "a")})


class Frame(Enum):
    ENGLISH = "english"
    PERHAPS_ENGLISH = "perhaps"  # English words and no grammar of either language
    OTHER = "other"


def frame_of(words: Sequence[tuple[str, str]], english: Sequence[str]) -> Frame:
    """``words``: (with marks, folded); ``english``: those among them that only English has."""
    bare = [word for word, _ in words]
    pairs = set(pairwise(bare)) if english or "i" in bare else set()
    paired = 2 * (not _ENGLISH_PAIRS.isdisjoint(pairs)) or int(not _LIKELY_PAIRS.isdisjoint(pairs))
    found = len(english) + paired
    if found < ENGLISH_WORDS:
        return Frame.OTHER
    vietnamese = vietnamese_grammar(words)
    if 2 * vietnamese < found and (paired or not _ENGLISH_GRAMMAR.isdisjoint(english)):
        return Frame.ENGLISH
    return Frame.OTHER if vietnamese else Frame.PERHAPS_ENGLISH


def vietnamese_grammar(words: Sequence[tuple[str, str]]) -> int:
    """How many words hold a Vietnamese sentence together."""
    return sum([word in _VIETNAMESE_GRAMMAR for word, _ in words])


def is_khmer_in_latin(words: Sequence[tuple[str, str]], khmer: Collection[str], english: Collection[str]) -> bool:
    """Whether enough words are Khmer as it is typed in Latin letters, one of them no word of the other two."""
    found = [word for word, bare in words if word in khmer and word == bare]
    if len(found) < max(KHMER_WORDS, KHMER_SHARE * len(words)):
        return False
    return any(word not in SYLLABLES and word not in english for word in found)
