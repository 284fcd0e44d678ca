"""A text from which each reader takes the figures it knows, so that no figure is read twice (pure)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_CANONICAL: dict[int, str | None] = {
    **{0x17E0 + digit: str(digit) for digit in range(10)},
    **dict.fromkeys(map(ord, "‐‑‒–—−"), "-"),
    **dict.fromkeys(map(ord, "\u00a0\u2009\u202f"), " "),
    **dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad")),
}
# The number of a step says where it stands in the list, nothing about the world; so does "(1)".
_POSITION = re.compile(r"(?m)^[ \t]*\d{1,2}[.)](?=\s)|\(\d\)")
_PLACEHOLDER = re.compile(r"\{[a-z_]+\}")
TAKEN = "¤"


class Scan:
    """``take`` yields the matches of a pattern and blots them out for whoever reads next."""

    def __init__(self, text: str) -> None:
        text = unicodedata.normalize("NFC", text).translate(_CANONICAL).replace("*", "")
        self.text = _PLACEHOLDER.sub(" ", _POSITION.sub(_blank, text))

    def take(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        found = list(pattern.finditer(self.text))
        for match in found:
            self.blot(match.start(), match.end())
        yield from found

    def blot(self, start: int, end: int) -> None:
        self.text = self.text[:start] + TAKEN * (end - start) + self.text[end:]


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())
