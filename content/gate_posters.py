"""An A4 poster for a gate: its name, what the codes are for in three languages, and QR codes that open the service."""

from __future__ import annotations

from fpdf.enums import Align

from content.paper import Sheet
from content.printed import Code, GatePoster, short
from content.qr_codes import border

SIZE = (210.0, 297.0)  # mm, upright
LARGE, SMALL = 100.0, 32.0  # mm at most, without the white around it
_MARGIN = 15.0
_OWNER, _TITLE, _NAME, _SENTENCE, _LINK, _FOOT = 14.0, (34.0, 20.0), 16.0, 13.5, 11.0, 10.0  # points
_GAP = 3.0  # mm
_NOTE = 12.0  # points


def poster_pdf(poster: GatePoster) -> bytes:
    """One page; the first code as large as it can be, the others small below it. Raises Unprintable."""
    language, title = poster.title[0]
    sheet = Sheet(SIZE, margin=_MARGIN, made_on=poster.made_on, title=title, language=language)
    sheet.begin()
    _head(sheet, poster)
    first, *others = poster.codes
    share = sheet.room / max(1, len(others))
    low = _bottom(sheet, poster) - _GAP
    beneath = max((_height(sheet, each, share, SMALL, _LINK) for each in others), default=0)
    space = low - beneath - sheet.y - _height(sheet, first, sheet.room, 0, _NAME)
    # The white border grows with the code.
    large = min(LARGE, space / (1 + 2 * border(first.link, 1)))
    _code(sheet, first, sheet.l_margin, sheet.room, large, _NAME)
    top = sheet.y
    for at, each in enumerate(others):
        sheet.set_y(top)
        _code(sheet, each, sheet.l_margin + at * share, share, SMALL, _LINK)
    return sheet.finished()


def _head(sheet: Sheet, poster: GatePoster) -> None:
    if poster.owner:
        sheet.face("vi", _OWNER)
        sheet.put(poster.owner, "vi", align=Align.C)
    for at, (language, words) in enumerate(poster.title):
        sheet.face(language, _TITLE[min(at, 1)], bold=at == 0)
        sheet.put(words, language, align=Align.C)
    sheet.set_y(sheet.y + _GAP)
    for language, words in poster.sentences:
        sheet.face(language, _SENTENCE)
        sheet.put(words, language, align=Align.C)


def _height(sheet: Sheet, code: Code, room: float, size: float, points: float) -> float:
    """Of a code with its name, its white border and its link."""
    sheet.face("vi", points, bold=True)
    height = sheet.height(code.name, "vi", room)
    sheet.face("vi", _LINK)
    return (
        _GAP + height + sheet.height(short(code.link), "vi", room) + size + 2 * (border(code.link, size) if size else 0)
    )


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


def _bottom(sheet: Sheet, poster: GatePoster) -> float:
    """What stands at the foot; returns where it begins. The pen stays where it was."""
    before = sheet.y
    sheet.face("vi", _NOTE, bold=True)
    words = (*filter(None, (poster.emergency,)), *poster.notes)
    top = sheet.bottom - 6 - sum(sheet.height(each, "vi", sheet.room) for each in words)
    sheet.set_y(top)
    for each in words:
        sheet.put(each, "vi", align=Align.C)
    sheet.set_y(sheet.bottom - 5)
    sheet.face("vi", _FOOT)
    sheet.put(poster.imprint, "vi")
    sheet.set_y(before)
    return top
