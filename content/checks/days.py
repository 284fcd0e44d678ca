"""Dates in a text, in every way the three languages write them (pure)."""

from __future__ import annotations

import re
from typing import NamedTuple

from content.checks.scan import Scan

_ENGLISH_MONTHS = "January February March April May June July August September October November December"
_KHMER_MONTHS = "មករា កុម្ភៈ មីនា មេសា ឧសភា មិថុនា កក្កដា សីហា កញ្ញា តុលា វិច្ឆិកា ធ្នូ"
_ENGLISH, _KHMER = _ENGLISH_MONTHS.split(" "), _KHMER_MONTHS.split(" ")
_MONTHS = {name: at for names in (_ENGLISH, _KHMER) for at, name in enumerate(names, start=1)}
_MONTHS.update({name[:3]: at for at, name in enumerate(_ENGLISH, start=1)})
_NAME = "|".join(sorted(_MONTHS, key=len, reverse=True))
_D = r"(?P<d>[0-3]?\d)"
_M = r"(?P<m>1[0-2]|0?[1-9])"
_Y = r"(?P<y>(?:18|19|20)\d\d)"
_TO = r"\s*(?:-|/|đến|tới|hoặc|và|to|or|and|ដល់|ឬ|និង)\s*(?:ngày\s*|ថ្ងៃទី\s*)?"
_FIRST = rf"(?:(?P<d0>[0-3]?\d){_TO})?"
_OPEN = r"(?<![\w.,/])"
_SHUT = r"(?![\w/]|[.,]\d)"

# Longest forms first; what one pattern takes the next does not see.
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_OPEN}{_FIRST}{_D}/{_M}/{_Y}{_SHUT}",
        rf"{_OPEN}{_D}-{_M}-{_Y}{_SHUT}",
        rf"{_OPEN}{_D}\.{_M}\.{_Y}{_SHUT}",
        rf"{_OPEN}{_FIRST}{_D}\s*tháng\s*{_M}\s*,?\s*năm\s*{_Y}{_SHUT}",
        rf"{_OPEN}{_FIRST}{_D}\s*tháng\s*{_M}(?:/{_Y})?{_SHUT}",
        # In Khmer a count may stand before the month, so a day is one only when it is called so.
        rf"ថ្ងៃ(?:ទី)?\s*{_FIRST}{_D}\s*ខែ\s*{_M}\s*(?:ឆ្នាំ|/)\s*{_Y}{_SHUT}",
        rf"ថ្ងៃ(?:ទី)?\s*{_FIRST}{_D}\s*ខែ\s*{_M}{_SHUT}",
        rf"{_OPEN}{_FIRST}{_D}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:ខែ)?(?P<name>{_NAME})(?!\w)\.?(?:,?\s*(?:ឆ្នាំ)?\s*{_Y})?",
        rf"\b(?P<name>{_NAME})\s+{_D}(?:st|nd|rd|th)?,?\s+{_Y}{_SHUT}",
        rf"(?<!\w)(?:ខែ)?(?P<name>{_NAME})\.?,?\s*(?:of\s+|ឆ្នាំ\s*)?{_Y}{_SHUT}",
        rf"(?:tháng|ខែ)\s*{_M}\s*(?:năm|ឆ្នាំ|/|-)\s*{_Y}{_SHUT}",
        rf"{_OPEN}{_M}/{_Y}{_SHUT}",
        rf"{_OPEN}{_FIRST}{_D}/{_M}{_SHUT}",
        rf"(?:[Tt]háng|ខែ)\s*{_M}{_SHUT}",
        rf"(?<=\b[Ii]n )(?P<name>{_NAME})\b",
    )
)
_SCALE_OF_A_MAP = re.compile(r"(?<![\w.,/])1/(?=\d{1,3}[.,]\d{3})")
_DAY_AND_NIGHT = re.compile(r"(?<![\d/])24/(?:7|24)(?![\d/])")


class Day(NamedTuple):
    """A date, or as much of one as was said; 0 stands for what was not."""

    year: int
    month: int
    day: int

    def within(self, other: Day) -> bool:
        """Whether the other date says everything this one says."""
        return all(not mine or mine == theirs for mine, theirs in zip(self, other, strict=True))


def days(scan: Scan) -> list[tuple[str, Day]]:
    found: list[tuple[str, Day]] = []
    scan.text = _SCALE_OF_A_MAP.sub("  ", scan.text)
    for match in list(_DAY_AND_NIGHT.finditer(scan.text)):  # the hours stay as a number: some say it in words
        scan.blot(match.start() + 2, match.end())
    for pattern in _PATTERNS:
        for match in scan.take(pattern):
            part = {"d": "0", "m": "0", "y": "0", "d0": "", "name": ""} | {
                key: value for key, value in match.groupdict().items() if value
            }
            month = _MONTHS[part["name"]] if part["name"] else int(part["m"])
            said = match.group().strip()
            found.extend((said, Day(int(part["y"]), month, int(each))) for each in (part["d0"], part["d"]) if each)
    return found
