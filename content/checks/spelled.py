"""Small numbers that stand in words: they may hold a figure, whatever it counts (pure)."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise

_VI_DOUBLE = re.compile(r"(?i)(?<!\w)đôi(?!\w)")
_EN_UNITS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_EN_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_EN_ORDINALS = {
    "first": 1, "once": 1, "second": 2, "twice": 2, "both": 2, "double": 2, "third": 3, "fourth": 4, "fifth": 5,
    "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10,
}  # fmt: skip
_EN = (
    {word: at for at, word in enumerate(_EN_UNITS.split(" "), start=1)}
    | {word: 10 * at for at, word in enumerate(_EN_TENS.split(" "), start=2)}
    | _EN_ORDINALS
)
_KM_DIGITS = "មួយ ពីរ បី បួន ប្រាំ ប្រាំមួយ ប្រាំពីរ ប្រាំបី ប្រាំបួន ដប់"
_KM = {word: at for at, word in enumerate(_KM_DIGITS.split(" "), start=1)} | {"ម្ភៃ": 20, "ទ្វេដង": 2}
_HALF = {"vi": re.compile(r"(?<!\w)nửa(?!\w)"), "en": re.compile(r"\bhalf\b"), "km": re.compile("ពាក់កណ្តាល")}
_ROMAN = re.compile(r"(?<![\w-])[IVX]{2,5}(?!\w)")
_ROMAN_SIGNS = {"I": 1, "V": 5, "X": 10}


def in_words(text: str, language: str) -> frozenset[Decimal]:
    """Khmer writes no blanks, so there a number inside a longer one is found too. Vietnamese numbers: see
    ``spelled_vietnamese``; here only what is no number word."""
    found = [_roman(match.group()) for match in _ROMAN.finditer(text)]
    if language == "km":
        found += [value for word, value in _KM.items() if word in text]
    elif language == "en":
        words = re.findall(r"[a-z]+", text.lower())
        found += [_EN[word] for word in words if word in _EN]
        found += [
            _EN[ten] + _EN[unit] for ten, unit in pairwise(words) if _EN.get(ten, 0) >= 20 > 10 > _EN.get(unit, 10)
        ]
    elif _VI_DOUBLE.search(text):
        found.append(2)
    halves = {Decimal("0.5")} if language in _HALF and _HALF[language].search(text) else set()
    return frozenset(map(Decimal, found)) | halves


def _roman(text: str) -> int:
    values = [_ROMAN_SIGNS[sign] for sign in text]
    return sum(-one if one < two else one for one, two in pairwise([*values, 0]))
