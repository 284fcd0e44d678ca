"""Charts as the server draws them: values in, rectangles, lines and texts of an SVG picture out (pure).

All lengths are units of the picture's own box, one unit a pixel on a narrow phone. A chart is never alone: the page
shows the same values as a table beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

WIDTH = 328.0
MOST_ROWS = 12  # bars of one chart; the table has them all
LONGEST_LABEL = 34  # letters
_LINE, _BAR, _GAP = 20.0, 16.0, 12.0  # heights of a row's words, of its bar, and what is left free under it
_TALL, _HEAD, _FOOT = 140.0, 24.0, 24.0  # of columns: the columns, the room above them, and the hours below
_MOST_NUMBERED = 8  # columns that are wide enough for their number
_MOST_HOURS = 12  # labels below columns


@dataclass(frozen=True, slots=True)
class Rect:
    """``look`` says what it stands for: ``solid`` or ``hatched``."""

    x: float
    y: float
    width: float
    height: float
    look: str


@dataclass(frozen=True, slots=True)
class Text:
    """``anchor``: start, middle or end, of what stands at ``x``."""

    x: float
    y: float
    anchor: str
    words: str


@dataclass(frozen=True, slots=True)
class Chart:
    width: float
    height: float
    rects: tuple[Rect, ...]
    texts: tuple[Text, ...]
    base: float | None = None  # where a line is drawn from edge to edge


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: what it is called, its ``solid`` and its ``hatched`` part, neither of them negative."""

    label: str
    solid: int
    hatched: int = 0

    @property
    def whole(self) -> int:
        return self.solid + self.hatched


def rows(bars: Sequence[Bar], shown: Callable[[int], str] = str) -> Chart:
    """Bars from left to right, the longest first, both parts behind each other; the longest fills the width.
    ``shown`` writes a number."""
    chosen = sorted(bars, key=lambda each: (-each.whole, each.label))[:MOST_ROWS]
    most = max((each.whole for each in chosen), default=0)
    rects, texts, y = [], [], 0.0
    for each in chosen:
        number = shown(each.solid) + (f" + {shown(each.hatched)}" if each.hatched else "")
        texts.append(Text(0, y + _LINE - 5, "start", shortened(each.label)))
        texts.append(Text(WIDTH, y + _LINE - 5, "end", number))
        begin = 0.0
        for value, look in ((each.solid, "solid"), (each.hatched, "hatched")):
            if value:
                length = value / most * WIDTH
                rects.append(Rect(_round(begin), _round(y + _LINE), _round(length), _BAR, look))
                begin += length
        y += _LINE + _BAR + _GAP
    return Chart(WIDTH, _round(y), tuple(rects), tuple(texts))


def columns(values: Sequence[tuple[str, int]], shown: Callable[[int], str] = str) -> Chart:
    """Columns beside each other in the order given, the highest as high as the chart; every label is said where there
    is room, else every second, third …"""
    most = max((value for _, value in values), default=0)
    step = WIDTH / max(1, len(values))
    base = _HEAD + _TALL
    rects, texts = [], []
    every = -(-len(values) // _MOST_HOURS)
    for place, (label, value) in enumerate(values):
        middle = _round(step * (place + 0.5))
        height = value / most * _TALL if most else 0.0
        if value:
            rects.append(
                Rect(
                    _round(step * place + step * 0.1),
                    _round(base - height),
                    _round(step * 0.8),
                    _round(height),
                    "solid",
                )
            )
            if len(values) <= _MOST_NUMBERED:
                texts.append(Text(middle, _round(base - height - 6), "middle", shown(value)))
        if place % max(1, every) == 0:
            texts.append(Text(middle, base + _FOOT - 6, "middle", label))
    if most and len(values) > _MOST_NUMBERED:
        texts.append(Text(0, _HEAD - 8, "start", shown(most)))
    return Chart(WIDTH, base + _FOOT, tuple(rects), tuple(texts), base)


def shortened(label: str) -> str:
    """What fits into a row beside its number; the table has it whole."""
    return label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1].rstrip() + "…"


def _round(number: float) -> float:
    return round(number, 1)
