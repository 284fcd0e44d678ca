"""Cut the endings off English words, so that "crossing", "crossed" and "cross" are one term (pure)."""

from __future__ import annotations

_KEPT = frozenset(
    {"during", "nothing", "something", "anything", "everything", "king", "ring", "bring", "news", "species"}
)
_ENDINGS = (
    ("ations", "at"),
    ("ation", "at"),
    ("ments", ""),
    ("ment", ""),
    ("ings", ""),
    ("ing", ""),
    ("ions", ""),
    ("ion", ""),
    ("ies", "y"),
    ("ied", "y"),
    ("ed", ""),
    ("ers", ""),
    ("er", ""),
    ("es", ""),
    ("s", ""),
)
_SHORTEST = 4  # a shorter word is all stem


def stem(word: str) -> str:
    """A rough stem, equal for the common forms of one word; words with other letters stay as they are."""
    if len(word) < _SHORTEST or not (word.isascii() and word.isalpha()) or word in _KEPT:
        return word
    if not word.endswith("ss"):
        for ending, instead in _ENDINGS:
            if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST - 1:
                word = word[: -len(ending)] + instead
                break
    if word.endswith("e"):
        return word[:-1]
    return word[:-1] if len(word) > _SHORTEST and word[-1] == word[-2] and word[-1] not in "ls" else word
