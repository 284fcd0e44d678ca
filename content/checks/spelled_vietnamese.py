"""Vietnamese numbers that stand in words, with their value and what they count (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from content.checks.units import DONG, MEASURES, MONTH, UNSAID, Units, unit_of

_DIGITS = {"một": 1, "hai": 2, "ba": 3, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9}
_AFTER_TENS = {"mốt": 1, "tư": 4, "lăm": 5, "nhăm": 5}
_SCALES = {
    "nghìn": Decimal(10) ** 3, "ngàn": Decimal(10) ** 3, "triệu": Decimal(10) ** 6, "tỷ": Decimal(10) ** 9,
    "tỉ": Decimal(10) ** 9,
}  # fmt: skip
_ODD = ("linh", "lẻ", "không")
_BEFORE_ODD = ("trăm", *_SCALES, "không")
_BEFORE_TEN = ("trăm", *_SCALES, *_ODD)
_SCALED = re.compile(rf"(?i) (?:mươi|trăm|{'|'.join(_SCALES)})(?!\w)")
_WORD = re.compile(r"[^\W\d_]+")
_START = re.compile(rf"(?i)(?<!\w)(?:mười|{'|'.join(_DIGITS)})(?!\w)")
_LONGEST = 120  # signs of one number
# "Năm" is five only before what is counted; else it is a year.
_COUNTED_BY_FIVE = re.compile(
    r" (?:mươi|trăm|phường|xã|nhóm|phần|người|nước|tỉnh|cửa|loại|bước|đặc|mục|số|cách|nơi|việc|quân|vùng)\b"
)
_A_YEAR = re.compile(r"(?<!\w)(?:hằng|hàng|mỗi|từng|cả|cuối|đầu|giữa|nửa|qua|theo|các|những|nhiều|mấy|vài|mùa) $")
# Behind these a small number says which one, not how many.
_WHICH = re.compile(
    r"(?<!\w)(?:thứ|quý|tháng|khoá|khóa|số|lần|điều|khoản|cấp|lớp|hạng|mồng|mùng|bậc|vòng|đợt|kỳ|thế kỷ|chủ nhật) $"
)
_DAY_OF = re.compile(r"(?<!\w)ngày $")
_AND_A_HALF = re.compile(r" [^\W\d_]+(?: lý)? rưỡi(?!\w)")
_LAST_MONTH = 12
_LARGEST_SMALL = 10


@dataclass(frozen=True, slots=True)
class Spelled:
    """``asked``: a figure, which a fact must hold; the others are ordinary words and only hold what digits say."""

    said: str
    value: Decimal
    units: Units
    implied: Units
    asked: bool


def spelled_vietnamese(text: str) -> Iterator[Spelled]:
    end = 0
    for start in _START.finditer(text):
        if start.start() < end:
            continue
        words = list(_WORD.finditer(text, start.start(), start.start() + _LONGEST))
        value, count = _number(text, words)
        if count:
            end = words[count - 1].end()
            yield _spelled(text, start.start(), end, value, {word.group().lower() for word in words[:count]})


def _spelled(text: str, start: int, end: int, value: Decimal, words: set[str]) -> Spelled:
    units = unit_of(text, start, end)
    before = text[max(0, start - 12) : start].lower()
    which = value <= _LAST_MONTH and _WHICH.search(before) is not None
    which = which or (MONTH in units and _DAY_OF.search(before) is not None)
    if units and _AND_A_HALF.match(text, end):
        value += Decimal("0.5")
    # "Một tháng" is mostly "a month" or "per month".
    asked = not which and value != 1 and (not units.isdisjoint(MEASURES) or value > _LARGEST_SMALL)
    implied = UNSAID if units or words.isdisjoint(_SCALES) else DONG
    return Spelled(text[start:end], value, UNSAID if which else units, implied, asked)


def _number(text: str, words: list[re.Match[str]]) -> tuple[Decimal, int]:
    """The number that the first words say, and how many of them; none if they say no number."""
    total = group = digit = Decimal(0)
    before, here = "", 0
    for here, match in enumerate(words):
        word = match.group().lower()
        if here and text[words[here - 1].end() : match.start()] != " ":
            break
        if word == "mười" and not digit and (before in _BEFORE_TEN or not before):
            group += 10
        elif word == "mươi" and digit:
            group, digit = group + digit * 10, Decimal(0)
        elif word == "trăm" and (digit or before == "không"):
            group, digit = group + digit * 100, Decimal(0)
        elif word in _SCALES and (group or digit):
            total, group, digit = total + (group + digit) * _SCALES[word], Decimal(0), Decimal(0)
        elif word in _SCALES and before in _SCALES:
            total *= _SCALES[word]  # "hai nghìn tỷ"
        elif word == "rưỡi" and before in _SCALES:
            return total + _SCALES[before] / 2, here + 1
        elif not digit and (value := _digit(word, before, text, match)):
            digit = Decimal(value)
        elif word not in _ODD or before not in _BEFORE_ODD:
            break
        before = word
    else:
        here = len(words)
    return total + group + digit, here - (before in _ODD)


def _digit(word: str, before: str, text: str, match: re.Match[str]) -> int:
    """What the word adds as one digit; 0 where it is another word."""
    if word in _AFTER_TENS and before in ("mươi", "mười", *_ODD):
        return _AFTER_TENS[word]
    if word != "năm":
        return _DIGITS.get(word, 0)
    if before in ("mười", "mươi"):
        return 0  # fifteen has another word for its five
    if before in _ODD or _SCALED.match(text, match.end()):
        return 5
    if before or _A_YEAR.search(text[max(0, match.start() - 8) : match.start()].lower()):
        return 0
    measured = not unit_of(text, match.start(), match.end()).isdisjoint(MEASURES)
    return 5 * bool(measured or _COUNTED_BY_FIVE.match(text, match.end()))
