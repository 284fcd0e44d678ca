"""Turn what people paste and type into one canonical spelling, without losing what they meant (pure)."""

from __future__ import annotations

import re
import unicodedata

# Zero-width, direction and formatting controls, soft hyphen, variation selectors, tags: invisible, so never meaningful.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x9f]")
_KHMER = re.compile("[\u1780-\u17ff]")
_KHMER_DIGITS = {0x17E0 + digit: str(digit) for digit in range(10)}

# Sequences that look alike on a screen but are stored differently by Khmer keyboards.
_KHMER_REPAIRS: tuple[tuple[str, str], ...] = (
    ("\u17c1\u17b8", "\u17be"),  # េ + ី drawn as ើ
    ("\u17b8\u17c1", "\u17be"),
    ("\u17c1\u17b6", "\u17c4"),  # េ + ា drawn as ោ
    ("\u17c6\u17b6", "\u17b6\u17c6"),  # the nikahit follows its vowel
    ("\u17c6\u17bb", "\u17bb\u17c6"),
    ("\u17cb\u17b6", "\u17b6\u17cb"),
    ("\u17d2\u178a", "\u17d2\u178f"),  # subscript DA and TA have one shape
    ("\u17b2", "\u17b1"),  # ឲ and ឱ
    ("\u17a2\u17c4\u1799", "\u17b1\u17d2\u1799"),  # អោយ and ឱ្យ
)
_KHMER_DOUBLED = re.compile("([\u17b6-\u17d1])\\1+")


def clean(text: str) -> str:
    """The canonical form of any input: composed, lower case, no invisible characters, single blanks.

    Idempotent: ``clean(clean(x)) == clean(x)``. Tone marks are kept; see :func:`fold`.
    """
    if text.isascii():
        return " ".join(_CONTROLS.sub(" ", text).split()).lower()
    for _ in range(8):  # a removal or a repair may enable another composition; text settles in two rounds
        settled = _clean_once(text)
        if settled == text or (unicodedata.is_normalized("NFKC", settled) and _KHMER.search(settled) is None):
            return settled
        text = settled
    return text


def _clean_once(text: str) -> str:
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)
    if _INVISIBLE.search(text):
        text = _INVISIBLE.sub("", text)
    text = " ".join(_CONTROLS.sub(" ", text).split()).lower().replace("ð", "đ")  # the Icelandic letter from old fonts
    return _clean_khmer(text) if _KHMER.search(text) else text


def _clean_khmer(text: str) -> str:
    text = text.translate(_KHMER_DIGITS)
    for seen, meant in _KHMER_REPAIRS:
        if seen in text:
            text = text.replace(seen, meant)
    return _KHMER_DOUBLED.sub(r"\1", text)


def _fold_table() -> dict[int, str | None]:
    """Latin letters with marks to their bare letter; free-standing combining marks to nothing."""
    table: dict[int, str | None] = {code: chr(code) for code in range(128)}  # a letter that is found costs less
    table.update(dict.fromkeys(range(0x0300, 0x0370)))
    for code in (*range(0x00C0, 0x0250), *range(0x1E00, 0x1F00)):
        base = unicodedata.normalize("NFD", chr(code))[0]
        if base.isascii() and base.isalpha():
            table[code] = base
    table.update({ord("đ"): "d", ord("Đ"): "D"})
    return table


_FOLD = _fold_table()


def fold(text: str) -> str:
    """The text without tone and vowel marks (``đ`` becomes ``d``); scripts other than Latin stay as they are."""
    return text if text.isascii() else text.translate(_FOLD)
