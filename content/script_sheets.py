"""The loudspeaker script on A4 paper: what is read in large letters, how often, and who has read it when."""

from __future__ import annotations

from fpdf.enums import Align

from content.paper import Sheet
from content.printed import ScriptSheet

SIZE = (210.0, 297.0)  # mm, upright
_MARGIN, _FOOT = 18.0, 8.0
_HEAD, _TITLE, _READ, _SMALL = 11.0, 20.0, 17.0, 10.5  # points
_GAP, _THIN = 3.0, 0.3  # mm
_HANGING = 8.0  # what follows in the same breath stands further in


def script_pdf(given: ScriptSheet) -> bytes:
    """The pages of one script. Raises Unprintable."""
    sheet = _written(given, 1)
    if sheet.page_no() > 1:  # now that it is known, each page says how many there are
        sheet = _written(given, sheet.page_no())
    return sheet.finished()


def _written(given: ScriptSheet, count: int) -> Sheet:
    sheet = Sheet(SIZE, margin=_MARGIN, made_on=given.made_on, title=given.title, language=given.language)
    sheet.bottom -= _FOOT

    def foot() -> None:
        sheet.set_y(SIZE[1] - _MARGIN - 4)
        sheet.face(given.language, _SMALL)
        step = sheet.leading(given.language)
        sheet.line_of(given.imprint, sheet.room * 0.85, step)
        if count > 1:
            sheet.set_x(sheet.l_margin)
            sheet.line_of(f"{sheet.page_no()}/{count}", sheet.room, step, Align.R)

    sheet.begin()
    sheet.foot = foot
    _top(sheet, given)
    _lines(sheet, given)
    _end(sheet, given)
    return sheet


def _top(sheet: Sheet, given: ScriptSheet) -> None:
    language = given.language
    sheet.face(language, _HEAD, bold=True)
    sheet.put(given.language_name, language, align=Align.R)
    sheet.put(given.head, language)
    sheet.set_y(sheet.y + _GAP)
    sheet.face(language, _TITLE, bold=True)
    sheet.put(given.title, language)
    for each in given.notes:
        sheet.face(language, _HEAD, bold=True)
        sheet.put(each, language)
    _rule(sheet)


def _lines(sheet: Sheet, given: ScriptSheet) -> None:
    language = given.language
    sheet.face(language, _READ)
    step = sheet.leading(language)
    for breath in given.lines:
        # A pause mark stays with the word before it.
        first, *rest = sheet.broken(breath.replace(" /", "\u00a0/"), sheet.room - _HANGING)
        # A breath is not torn over two pages, unless it is longer than one.
        if len(rest) < (sheet.bottom - sheet.top) / step:
            sheet.need(step * (1 + len(rest)))
        sheet.put(first, language)
        for each in rest:
            sheet.put(each, language, indent=_HANGING)
        sheet.set_y(sheet.y + 1)


def _end(sheet: Sheet, given: ScriptSheet) -> None:
    """How the signs are read, and lines to fill in by hand; all of it on one page."""
    language = given.language
    sheet.face(language, _SMALL)
    legend = sum(sheet.height(each, language, sheet.room) for each in given.legend)
    line = sheet.leading(language) * 1.7
    sheet.need(legend + 3 * _GAP + line * len(given.blanks))
    _rule(sheet)
    sheet.face(language, _SMALL)
    for each in given.legend:
        sheet.put(each, language)
    sheet.set_y(sheet.y + _GAP)
    for each in given.blanks:
        _blank(sheet, each, line, language)


def _blank(sheet: Sheet, label: str, height: float, language: str) -> None:
    """A label, and a line behind it to write on."""
    step = sheet.leading(language)
    sheet.set_y(sheet.y + height - step)
    sheet.line_of(label, sheet.room, step)
    begin = sheet.l_margin + sheet.get_string_width(label) + 2
    sheet.set_line_width(_THIN)
    sheet.line(begin, sheet.y + step * 0.85, sheet.l_margin + sheet.room, sheet.y + step * 0.85)
    sheet.set_y(sheet.y + step)


def _rule(sheet: Sheet) -> None:
    sheet.set_line_width(_THIN)
    sheet.line(sheet.l_margin, sheet.y + _GAP, sheet.l_margin + sheet.room, sheet.y + _GAP)
    sheet.set_y(sheet.y + 2 * _GAP)
