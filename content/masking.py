"""A question without what leads to a person: e-mail addresses, @names, links, long numbers (pure)."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.messages import storable

_LONGEST = 500  # characters that are kept
# Endings of addresses that people type without "https://"; the short ones are words too, unless a path follows.
_ENDINGS = frozenset(["com", "net", "org", "info", "vn", "biz", "xyz", "online", "site", "shop"])
_SHORT_ENDINGS = _ENDINGS | frozenset(
    ["me", "io", "ly", "gl", "gg", "be", "co", "cc", "tv", "us", "kh", "la", "cn", "th", "to", "app", "link", "page"]
)
_EMERGENCY = frozenset(["111", "112", "113", "114", "115"])
_LINK = "[liên kết]"
_PATH = r"[\u200b-\u200d\u2060]?(?:[/?#]\S|:\d)"  # what may follow the name of a place in the net


def _unlinked(found: re.Match[str]) -> str:
    """A word with dots in it, masked if it is the address of a page."""
    _, *labels = found[1].strip(".-").lower().split(".")
    leads = not _ENDINGS.isdisjoint(labels) or (found[2] and labels and labels[-1] in _SHORT_ENDINGS)
    return _LINK if leads else found[0]


def _unnumbered(found: re.Match[str]) -> str:
    """A long number, unless it is a list of the numbers for help, which lead to nobody in particular."""
    return found[0] if _EMERGENCY.issuperset(re.findall(r"\d+", found[0])) else "[số]"


# Each pattern looks at a sign only a few times, so that a long message of dots and signs costs no more than any other.
_MASKS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"(?<![^\s@])[^\s@]++@[^\s@]+\.[^\s@]+"), "[thư]"),
    (re.compile(r"[@＠]\w+"), "[tên]"),
    (re.compile(r"(?i)(?<![a-z0-9+.-])[a-z0-9+.-]++://\S+|www\.\S+"), _LINK),
    (re.compile(rf"([\w.-]++)(?=({_PATH})?)"), _unlinked),
    (re.compile(rf"{re.escape(_LINK)}{_PATH}\S*"), _LINK),
    # A number may be written in groups, with blanks, dots, commas, slashes or dashes between them.
    (re.compile(r"\d(?:[\s.,;/|*()_·‐-―\u200b-\u200d\u2060-]{0,5}\d){5,}"), _unnumbered),
)


def masked(question: str) -> str:
    """The question as it may be kept: masked, storable, at most 500 characters.

    Masking twice changes nothing: what was typed and what is kept of it have the same hash (``broadcasts.waiting``).
    """
    before, question = None, storable(question)
    # What one mask leaves may be the beginning of something else. Every mask takes signs away, so this ends.
    while question != before:
        before = question
        for pattern, mask in _MASKS:
            question = pattern.sub(mask, question)
        question = question[:_LONGEST]
    return question
