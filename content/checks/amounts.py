"""Amounts and counts in a text: digits with their scale (pure)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from content.checks.scan import Scan
from content.checks.units import DONG, HOUR, MONTH, PAY, UNSAID, Units, unit_of

_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*")
_WHOLE_HOUR = re.compile(r"(?<=\d):00(?!\d)")
_AFTERNOON = re.compile(r"(?<![\w:])(\d{1,2})(?::00)?\s*(a\.?m|p\.?m)\b\.?")
_SCALES = (
    (re.compile(r"\s*(?:nghìn|ngàn) (?:tỷ|tỉ)(?!\w)"), Decimal(10) ** 12),
    (re.compile(r"\s*trăm triệu(?!\w)"), Decimal(10) ** 8),
    (re.compile(r"\s*trăm (?:nghìn|ngàn)(?!\w)"), Decimal(10) ** 5),
    (re.compile(r"\s*(?:tỷ|tỉ|billion|ពាន់លាន|ប៊ីលាន)(?!\w)"), Decimal(10) ** 9),
    (re.compile(r"\s*(?:triệu|tr|million)(?!\w)|\s*លាន"), Decimal(10) ** 6),
    (re.compile(r"\s*(?:nghìn|ngàn|thousand)(?!\w)|\s*ពាន់"), Decimal(1000)),
    (re.compile(r"\s*ម៉ឺន"), Decimal(10000)),
    (re.compile(r"\s*សែន"), Decimal(100000)),
)
MILLION = Decimal(10) ** 6
ONE = Decimal(1)
_DAY = re.compile(
    r"(?:[Nn]gày|ថ្ងៃទី|ថ្ងៃ)\s*\d{1,2}(?:\s*(?:-|hoặc|và|đến|ឬ|និង|ដល់)\s*(?:ngày|ថ្ងៃទី)?\s*\d{1,2})?(?!\d)|\d{1,2}(?:st|nd|rd|th)\b"
)
# "5 đến 10 triệu đồng": the scale and the unit of the second number are those of the first too.
_RANGE = re.compile(r"\s*(?:-|/|đến|tới|to|ដល់)\s*(?:dưới|under|[<>≤≥~≈])?\s*")
_LIST = re.compile(r"\s*(?:,|;|và|hoặc|hay)\s*")
# A sheet that speaks of months of pay writes "0,7 tháng/12 tháng" for short.
_OF_PAY = re.compile(r"tháng lương|tháng\s?/\s?\d+ tháng|months?['’]s? salary|ខែប្រាក់ខែ")
_UNITLESS = re.compile(r"\s*(?:[;:,)/|]|\.(?!\d)|$)")
_THOUSANDS_DOT = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+,\d+")
_THOUSANDS_COMMA = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+")


@dataclass(frozen=True, slots=True)
class Amount:
    """``readings``: usually one; more where a language writes the same number in two ways.

    ``bare``: nothing says what is counted, as in tables of fines whose last column alone says "triệu".
    ``day``: said as the day of a month that stands elsewhere ("ngày 25 hoặc 26").
    ``units``: in what it is counted; several where one word means two. ``implied``: what it may be counted in without
    saying so, as in "3, 6 hoặc 12 tháng"; good enough to hold a figure, not to ask for it.
    """

    said: str
    readings: frozenset[Decimal]
    bare: bool = False
    day: bool = False
    units: Units = UNSAID
    implied: Units = UNSAID


def amounts(scan: Scan, language: str) -> list[Amount]:
    for _ in scan.take(_WHOLE_HOUR):
        pass
    found = [
        Amount(
            match.group().rstrip("."),
            frozenset({Decimal(int(match.group(1)) % 12 + 12 * (match.group(2)[0] == "p"))}),
            units=HOUR,
        )
        for match in scan.take(_AFTERNOON)
    ]
    matches = list(_NUMBER.finditer(scan.text))
    days = [match.span() for match in _DAY.finditer(scan.text)]
    of_pay = _OF_PAY.search(scan.text) is not None
    scale, bare, after, units, listed = Decimal(1), False, len(scan.text), UNSAID, UNSAID
    for match in reversed(matches):
        rest = scan.text[match.end() :]
        own = next(((size.end(), by) for pattern, by in _SCALES if (size := pattern.match(rest))), None)
        end = match.end() + (own[0] if own else 0)
        joined = _RANGE.fullmatch(scan.text[match.end() : after]) is not None and match is not matches[-1]
        if own is not None:
            scale, bare = own[1], False
        elif not joined:
            scale, bare = Decimal(1), _UNITLESS.match(rest) is not None
        near = match is not matches[-1] and _RANGE.fullmatch(scan.text[end:after]) is not None
        in_list = near or (match is not matches[-1] and _LIST.fullmatch(scan.text[end:after]) is not None)
        units = unit_of(scan.text, match.start(), end) or (units if near else UNSAID)
        listed = units or (listed if in_list else UNSAID)
        implied = listed | (DONG if scale > 1 and not units else UNSAID)
        if of_pay and MONTH in units:
            implied |= {PAY}
        said = match.group() + (rest[: own[0]] if own else "")
        found.extend(
            Amount(
                said,
                frozenset(each * scale for each in readings),
                bare,
                any(start <= match.start() and match.end() <= stop for start, stop in days),
                units,
                implied,
            )
            for readings in _readings(match.group(), language)
        )
        after = match.start()
    return found[::-1]


def _readings(token: str, language: str) -> list[frozenset[Decimal]]:
    """Vietnamese writes 1.045,5 and English 1,045.5; Khmer texts are seen with both."""
    if token.isdigit():
        return [frozenset({Decimal(token)})]
    dotted = frozenset({Decimal(token.replace(".", "").replace(",", "."))}) if _THOUSANDS_DOT.fullmatch(token) else None
    comma = frozenset({Decimal(token.replace(",", ""))}) if _THOUSANDS_COMMA.fullmatch(token) else None
    first, second = (comma, dotted) if language == "en" else (dotted, comma)
    if language == "km" and first and second:
        return [first | second]
    read = first or second
    return [read] if read else [frozenset({Decimal(each)}) for each in re.split(r"[.,]", token)]
