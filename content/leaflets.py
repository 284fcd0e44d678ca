"""An A5 leaflet as PDF from one text: each language on a side of its own, with a QR code, its version and its day."""

from __future__ import annotations

from collections.abc import Mapping

from fpdf.enums import Align

from content.paper import Sheet
from content.printed import Leaflet, Paragraph, Side, paragraphs, short
from content.qr_codes import border

SIZE = (148.0, 210.0)  # mm, upright
CODE = 30.0  # mm, without the white around it
_MARGIN, _FOOT = 12.0, 7.0
_TITLE, _SMALL, _HEAD = 20.0, 9.5, 10.0  # points
_SIZES = (14.0, 13.0, 12.0, 11.0)  # the largest that fits one side; what fits none flows on at the middle one
_FLOWING = 13.0
_INDENT = 8.0  # of a point of a list
_GAP = 2.5  # between paragraphs, mm
_ASKING = 12.0  # points, beside the code
_LINK = 5.0  # mm for the link in letters, under the white border of the code
_THIN = 0.3


def leaflet_pdf(leaflet: Leaflet) -> bytes:
    """The pages of every side, one after the other. Raises Unprintable."""
    sheet, counts = _written(leaflet, {})
    if sheet.page_no() > len(leaflet.sides):  # now that it is known, each page says how many there are
        sheet, _ = _written(leaflet, counts)
    return sheet.finished()


def _written(leaflet: Leaflet, counts: Mapping[str, int]) -> tuple[Sheet, Mapping[str, int]]:
    """The sheet, and how many pages each language took. ``counts``: the same from before, where it is known."""
    first = leaflet.sides[0]
    sheet = Sheet(SIZE, margin=_MARGIN, made_on=leaflet.made_on, title=first.title, language=first.language)
    sheet.bottom -= _FOOT
    taken = {}
    for side in leaflet.sides:
        before = sheet.page_no()
        _Pages(sheet, side, leaflet.link, counts.get(side.language, 1)).write()
        taken[side.language] = sheet.page_no() - before
    return sheet, taken


class _Pages:
    """One side, over as many pages as it needs."""

    def __init__(self, sheet: Sheet, side: Side, link: str, count: int) -> None:
        self._sheet = sheet
        self._side = side
        self._link = link
        self._count = count
        self._before = sheet.page_no()
        self._parts = list(paragraphs(side.text))

    def write(self) -> None:
        sheet = self._sheet
        sheet.begin()  # the page before it is full now, and has its own foot
        sheet.foot = self._foot
        self._head()
        space = sheet.bottom - sheet.y - self._legal_height() - self._asking_height()
        points = next((each for each in _SIZES if self._body_height(each) <= space), _FLOWING)
        for part in self._parts:
            self._paragraph(part, points)
        self._legal()
        self._asking()

    def _head(self) -> None:
        sheet, side = self._sheet, self._side
        sheet.face(side.language, _HEAD)
        step = sheet.leading(side.language)
        if side.owner:
            sheet.put(side.owner, side.language, room=sheet.room * 0.68)
        top = sheet.y
        sheet.set_y(sheet.top)
        sheet.line_of(side.language_name, sheet.room, step, Align.R)
        sheet.set_y(max(top, sheet.top + step) + 1)
        sheet.face(side.language, _TITLE, bold=True)
        sheet.put(side.title, side.language)
        sheet.set_y(sheet.y + _GAP)

    def _body_height(self, points: float) -> float:
        sheet, language = self._sheet, self._side.language
        sheet.face(language, points)
        return sum(
            sheet.height(each.text, language, sheet.room - (_INDENT if each.mark else 0)) + _GAP for each in self._parts
        )

    def _paragraph(self, part: Paragraph, points: float) -> None:
        sheet, language = self._sheet, self._side.language
        sheet.face(language, points, bold=bool(part.mark))
        if part.mark:
            step = sheet.leading(language)
            sheet.need(step)
            sheet.line_of(part.mark, _INDENT, step)
            sheet.face(language, points)
        sheet.put(part.text, language, indent=_INDENT if part.mark else 0)
        sheet.set_y(sheet.y + _GAP)

    def _legal_height(self) -> float:
        self._sheet.face(self._side.language, _SMALL)
        texts = (*self._side.legal, *self._side.notes)
        return sum(self._sheet.height(each, self._side.language, self._sheet.room) for each in texts) + 2 * _GAP

    def _legal(self) -> None:
        """What it rests on, and what its standing is: kept together, for one is nothing without the other."""
        sheet, side = self._sheet, self._side
        if not side.legal and not side.notes:
            return
        height = self._legal_height()
        if height < sheet.bottom - sheet.top:
            sheet.need(height)
        sheet.face(side.language, _SMALL)
        for each in side.legal:
            sheet.put(each, side.language)
        sheet.face(side.language, _SMALL, bold=True)
        for each in side.notes:
            sheet.put(each, side.language)

    def _asking_height(self) -> float:
        return 2 * border(self._link, CODE) + max(CODE, self._words_height()) + _LINK

    def _words_height(self) -> float:
        sheet, side = self._sheet, self._side
        sheet.face(side.language, _ASKING)
        height = sheet.height(side.ask, side.language, self._beside)
        sheet.face(side.language, _ASKING, bold=True)
        return height + sheet.height(side.emergency, side.language, self._beside) + _GAP

    @property
    def _beside(self) -> float:
        """How wide the words beside the code may be."""
        return self._sheet.room - CODE - border(self._link, CODE)

    def _asking(self) -> None:
        """At the bottom of the last page: the code, what it is for, the link in letters, the numbers to call."""
        sheet, side = self._sheet, self._side
        sheet.need(self._asking_height())
        white, indent = border(self._link, CODE), sheet.room - self._beside
        low = sheet.bottom - _LINK - white
        top = low - max(CODE, self._words_height())
        sheet.set_line_width(_THIN)
        sheet.line(sheet.l_margin, top - white, sheet.l_margin + sheet.room, top - white)
        sheet.code(self._link, sheet.l_margin, low - CODE, CODE)
        sheet.set_y(top)
        sheet.face(side.language, _ASKING)
        sheet.put(side.ask, side.language, indent=indent)
        sheet.set_y(sheet.y + _GAP)
        sheet.face(side.language, _ASKING, bold=True)
        sheet.put(side.emergency, side.language, indent=indent)
        sheet.set_y(sheet.bottom - _LINK)
        sheet.face("vi", _SMALL)
        sheet.put(short(self._link), "vi")

    def _foot(self) -> None:
        sheet, side = self._sheet, self._side
        sheet.set_y(SIZE[1] - _MARGIN - 4)
        sheet.face(side.language, _SMALL)
        step = sheet.leading(side.language)
        sheet.line_of(side.imprint, sheet.room * 0.8, step)
        if self._count > 1:
            sheet.set_x(sheet.l_margin)
            sheet.line_of(f"{sheet.page_no() - self._before}/{self._count}", sheet.room, step, Align.R)
