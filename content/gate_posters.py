"""An A4 poster for a gate: its name, what the codes are for in three languages, and QR codes that open the service."""

from __future__ import annotations

from fpdf.enums import Align

from content.paper import Sheet
from content.printed import Code, GatePoster, short
from content.qr_codes import border

SIZE = (210.0, 297.0)  # mm, upright
LARGE, SMALL = 100.0, 40.0  # mm, without the white around it
_MARGIN = 15.0
_OWNER, _TITLE, _NAME, _SENTENCE, _LINK, _FOOT = 14.0, (34.0, 22.0), 16.0, 15.0, 11.0, 10.0  # points
_GAP = 4.0  # mm
_NOTE = 12.0  # points


def poster_pdf(poster: GatePoster) -> bytes:
    """One page; the first code large, the others small below it. Raises Unprintable."""
    language, title = poster.title[0]
    sheet = Sheet(SIZE, margin=_MARGIN, made_on=poster.made_on, title=title, language=language)
    sheet.begin()
    if poster.owner:
        sheet.face("vi", _OWNER)
        sheet.put(poster.owner, "vi", align=Align.C)
    for at, (language, words) in enumerate(poster.title):
        sheet.face(language, _TITLE[min(at, 1)], bold=at == 0)
        sheet.put(words, language, align=Align.C)
    sheet.set_y(sheet.y + _GAP / 2)
    for language, words in poster.sentences:
        sheet.face(language, _SENTENCE)
        sheet.put(words, language, align=Align.C)
    first, *others = poster.codes
    _code(sheet, first, sheet.l_margin, sheet.room, LARGE, _NAME)
    top = sheet.y
    for at, each in enumerate(others):
        sheet.set_y(top)
        share = sheet.room / len(others)
        _code(sheet, each, sheet.l_margin + at * share, share, SMALL, _LINK)
    _bottom(sheet, poster)
    return sheet.finished()


def _code(sheet: Sheet, code: Code, left: float, room: float, size: float, points: float) -> None:
    """A code in the middle of ``room``, its name above and its link below, clear of its white border."""
    white = border(code.link, size)
    sheet.set_y(sheet.y + _GAP)
    _middle(sheet, code.name, left, room, points, bold=True)
    sheet.set_y(sheet.y + white)
    sheet.code(code.link, left + (room - size) / 2, sheet.y, size)
    sheet.set_y(sheet.y + size + white)
    _middle(sheet, short(code.link), left, room, _LINK)


def _middle(sheet: Sheet, words: str, left: float, room: float, points: float, *, bold: bool = False) -> None:
    sheet.face("vi", points, bold=bold)
    step = sheet.leading("vi")
    for line in sheet.broken(words, room):
        sheet.set_x(left)
        sheet.line_of(line, room, step, Align.C)
        sheet.set_y(sheet.y + step)


def _bottom(sheet: Sheet, poster: GatePoster) -> None:
    sheet.face("vi", _NOTE, bold=True)
    words = (*filter(None, (poster.emergency,)), *poster.notes)
    sheet.set_y(sheet.bottom - 6 - sum(sheet.height(each, "vi", sheet.room) for each in words))
    for each in words:
        sheet.put(each, "vi", align=Align.C)
    sheet.set_y(sheet.bottom - 5)
    sheet.face("vi", _FOOT)
    sheet.put(poster.imprint, "vi")
