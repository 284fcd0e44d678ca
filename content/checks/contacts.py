"""Phone numbers, addresses and codes in a text (pure)."""

from __future__ import annotations

import re

from content.checks.scan import Scan

_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_SITE = re.compile(r"(?:https?://)?(?:www\.)?((?:[a-z0-9-]+\.)+(?:vn|com|org|net|int|kh))\b(?:/[\w./-]*)?", re.ASCII)
_PHONE = re.compile(r"(?<![\d.,/])(?:\+\d{1,3}|00\d{1,3}|0\d{1,4}|1[89]00)(?:[ .-]?\d{1,4}){1,6}(?![\d/])")
_END_OF_PHONE = re.compile(r"(?<![\d.,/+])\d{2,4}(?: \d{2,4}){2,}(?![\d/])")
_COUNTRY_CODE = re.compile(r"\+\d{1,3}(?![\d ]?\d)")
_CODE = re.compile(r"(?<![\w.-])[A-ZĐ]{1,4}-?\d{1,3}(?![\w.,/]\d|\w)")
LEAST_DIGITS = 8  # shorter ones (112, 115) are compared as numbers


def contacts(scan: Scan) -> list[tuple[str, str]]:
    """What was said, and the form in which two spellings of it are equal."""
    found = [(match.group(), match.group().lower().rstrip(".")) for match in scan.take(_MAIL)]
    found.extend((match.group(), match.group(1)) for match in scan.take(_SITE))
    for match in list(_PHONE.finditer(scan.text)):
        digits = re.sub(r"\D", "", match.group())
        if len(digits) >= LEAST_DIGITS:
            scan.blot(match.start(), match.end())
            found.append((match.group().strip(), _dialled(match.group().strip(), digits)))
    found.extend((match.group(), re.sub(r"\D", "", match.group())) for match in scan.take(_END_OF_PHONE))
    found.extend((match.group(), match.group()) for match in scan.take(_COUNTRY_CODE))
    return found


def codes(scan: Scan) -> list[tuple[str, str]]:
    """Names that end in a number: a visa E8, a level N5, a form M01."""
    return [(match.group(), match.group().replace("-", "")) for match in scan.take(_CODE)]


def _dialled(said: str, digits: str) -> str:
    """The digits as dialled inside Việt Nam, or with the country code of another country."""
    if said.startswith("00"):
        digits, said = digits[2:], "+"
    if said.startswith("+"):
        return "0" + digits[2:].removeprefix("0") if digits.startswith("84") else "+" + digits
    return digits
