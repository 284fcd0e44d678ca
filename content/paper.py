"""A sheet of paper: fonts for Vietnamese and Khmer, shaped lines that flow from page to page, QR codes in black.

Of fpdf2 only the drawing is used: where a line breaks is ours (content.line_breaking), because a Khmer word must not be
cut between the letters of a cluster.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from importlib.resources import files
from zoneinfo import ZoneInfo

from fpdf import FPDF
from fpdf.enums import Align, PathPaintRule, XPos, YPos
from fpdf.fonts import TTFFont

from bot.errors import CotMocError
from content.line_breaking import lines, tidy
from content.qr_codes import qr

_LATIN, _KHMER, _SIGNS = "noto-sans", "noto-sans-khmer", "noto-sans-signs"
_FACES = ((_LATIN, "", "400"), (_LATIN, "B", "700"), (_KHMER, "", "400"), (_KHMER, "B", "700"), (_SIGNS, "", "400"))
_FOLDER = files("content") / "data" / "fonts"
_WORDS = re.compile(r"[^ ]+| +")
_POINT = 25.4 / 72  # mm
# Khmer has signs above and below its letters, Vietnamese two marks on top.
_LEADING = {"km": 1.6, "vi": 1.4, "en": 1.35}


class Unprintable(CotMocError):
    """Có ký tự không in được."""


class Sheet(FPDF):
    """Pages of one size in mm. ``top`` and ``bottom`` are where text begins and must end; ``foot`` writes what stands
    under each page when it is full."""

    def __init__(self, size: tuple[float, float], *, margin: float, made_on: date, title: str, language: str) -> None:
        super().__init__(format=size)
        self.set_margin(margin)
        self.set_auto_page_break(False)
        self.c_margin = 0
        self.top, self.bottom = margin, size[1] - margin
        self.foot: Callable[[], None] = _nothing
        self._widths: dict[tuple[str, str, str], float] = {}  # mm a point
        for family, style, weight in _FACES:
            self.add_font(family, style, str(_FOLDER / f"{family}-{weight}.ttf"))
        # A tab is only a blank, and a line break is ours.
        self._signs = {ord("\t"), ord("\n")}.union(
            *(face.cmap for face in self.fonts.values() if isinstance(face, TTFFont))
        )
        self.set_text_shaping(True)
        self.set_fallback_fonts([_LATIN, _KHMER, _SIGNS], exact_match=False)
        self.set_lang(language)
        self.set_title(tidy(title))
        self.set_author("Cột Mốc")
        # The same text of the same day is the same file, to the byte.
        self.set_creation_date(datetime.combine(made_on, time(), ZoneInfo("UTC")))

    @property
    def room(self) -> float:
        """How wide a line may be."""
        return float(self.epw)

    def face(self, language: str, points: float, *, bold: bool = False) -> None:
        """The letters of what follows; ``points`` is their size."""
        self.set_font(_KHMER if language == "km" else _LATIN, "B" if bold else "", points)

    def leading(self, language: str) -> float:
        """The height of a line in mm, in the face that is set."""
        return float(self.font_size_pt) * _POINT * _LEADING[language]

    def broken(self, text: str, room: float) -> list[str]:
        """The text in lines of the face that is set; line breaks in it stay. Raises Unprintable."""
        text = tidy(text)
        self._check(text)
        return [line for part in text.split("\n") for line in lines(part.strip(), self._width, room)]

    def _check(self, text: str) -> None:
        """Raises Unprintable, naming the first character that no face has: it would silently be left out."""
        for sign in text:
            if ord(sign) not in self._signs:
                raise Unprintable(f"Không in được ký tự “{sign}” (U+{ord(sign):04X}); bỏ hoặc viết bằng chữ.")

    def _width(self, line: str) -> float:
        """In mm, word by word: nothing hangs together across a blank, and most words come again and again."""
        points = float(self.font_size_pt)
        wide = 0.0
        for part in _WORDS.findall(line):
            key = (self.font_family, self.font_style, part)
            if key not in self._widths:
                self._widths[key] = float(self.get_string_width(part)) / points
            wide += self._widths[key] * points
        return wide

    def height(self, text: str, language: str, room: float) -> float:
        """How high the text would be, in mm."""
        return len(self.broken(text, room)) * self.leading(language)

    def put(
        self, text: str, language: str, *, indent: float = 0, align: Align = Align.L, room: float | None = None
    ) -> None:
        """Write the text from the place the pen is at down, over as many pages as it needs. Raises Unprintable."""
        step = self.leading(language)
        for line in self.broken(text, (room or self.room) - indent):
            self.need(step)
            self.set_x(self.l_margin + indent)
            self.line_of(line, (room or self.room) - indent, step, align)
            self.set_xy(self.l_margin, self.y + step)

    def line_of(self, line: str, room: float, step: float, align: Align = Align.L) -> None:
        """One line where the pen is; readers that copy or speak get the text as it was written, not its glyphs."""
        spoken = line.encode("utf-16-be").hex().upper()
        self._out(f"/Span <</ActualText <FEFF{spoken}>>> BDC")
        self.cell(room, step, line, align=align, new_x=XPos.LEFT, new_y=YPos.TOP)
        self._out("EMC")

    def footer(self) -> None:
        """Called by fpdf2 whenever a page is full."""
        self.foot()

    def begin(self) -> None:
        """A new page, with the pen at its top."""
        self.add_page()
        self.set_y(self.top)

    def need(self, height: float) -> None:
        """Go to a new page unless so much fits on this one."""
        if self.y + height > self.bottom and self.y > self.top:
            self.begin()

    def code(self, link: str, x: float, y: float, size: float) -> None:
        """A QR code of ``size`` mm without its white border, which the caller leaves free (see qr_codes.border)."""
        matrix = qr(link).matrix
        module = size / len(matrix)
        # All in one path: beside each other, single squares would show hairlines of white.
        with self.new_path(paint_rule=PathPaintRule.FILL_NONZERO) as path:
            path.style.fill_color = "#000000"
            path.style.stroke_color = None
            for row, cells in enumerate(matrix):
                for begin, end in _runs(cells):
                    path.rectangle(x + begin * module, y + row * module, (end - begin) * module, module)

    def finished(self) -> bytes:
        """The whole document."""
        return bytes(self.output())


def _nothing() -> None:
    return None


def _runs(cells: Sequence[int]) -> list[tuple[int, int]]:
    """Where black begins and ends in a row."""
    found: list[tuple[int, int]] = []
    for at, cell in enumerate(cells):
        if cell and found and found[-1][1] == at:
            found[-1] = (found[-1][0], at + 1)
        elif cell:
            found.append((at, at + 1))
    return found
