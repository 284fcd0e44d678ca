"""What is printed from one text: the values that the makers of PDFs take, with every word already chosen (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from content.line_breaking import tidy

_POINT = re.compile(r"(?:(\d{1,2})[.)]|[-–•*])[ \t]+(?=\S)")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """``mark`` stands before a point of a list, empty before plain words."""

    text: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """One language on a side of its own. ``text``: paragraphs and points on lines of their own. ``legal``: basis, day
    and source, a line each. ``notes``: what the reader must know of its standing; none on a text that is approved.
    ``owner`` and ``emergency`` may be empty. ``imprint``: version and day, as they stand in the corner."""

    language: str
    language_name: str
    title: str
    text: str
    ask: str
    imprint: str
    owner: str = ""
    legal: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    emergency: str = ""


@dataclass(frozen=True, slots=True)
class Leaflet:
    """One text for paper. ``link``: where it stands on the web, as the QR code holds it."""

    version_id: str
    made_on: date
    link: str
    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class ScriptSheet:
    """What an announcer gets. ``lines``: one reading, a breath a line; ``head``: version, duration, how often;
    ``legend``: how the signs are read; ``blanks``: what is filled in by hand, each with a dotted line."""

    language: str
    language_name: str
    title: str
    version_id: str
    made_on: date
    head: str
    lines: tuple[str, ...]
    legend: tuple[str, ...]
    blanks: tuple[str, ...]
    imprint: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code with what stands beside it: its name, and its link in letters."""

    name: str
    link: str


@dataclass(frozen=True, slots=True)
class GatePoster:
    """An A4 sheet for a gate. ``sentences``: (language, what the codes are for); the first code is the largest."""

    title: tuple[tuple[str, str], ...]
    sentences: tuple[tuple[str, str], ...]
    codes: tuple[Code, ...]
    made_on: date
    imprint: str
    owner: str = ""
    notes: tuple[str, ...] = ()
    emergency: str = ""


def paragraphs(text: str) -> Iterator[Paragraph]:
    """The text as points and plain paragraphs, without its empty lines."""
    for line in tidy(text).split("\n"):
        words = line.strip()
        point = _POINT.match(words)
        if point:
            yield Paragraph(words[point.end() :], point[1] or "•")
        elif words:
            yield Paragraph(words)


def short(link: str) -> str:
    """The link as people type it."""
    return re.sub(r"^https?://", "", link).rstrip("/")
