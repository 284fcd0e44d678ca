"""A report as tables for people, as CSV and as XLSX; nothing in it is ever a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from broadcasts.reasons import in_words
from broadcasts.reports import STATES, Period, Printed, Report, Table

Cell = str | int | float
NO_PRICE = "chưa khai giá in"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet reads as a formula at the start of a text
_STATE_NAMES = {
    "sent": "đã gửi",
    "waiting": "đang chờ",
    "failed": "không gửi được",
    "skipped": "bỏ qua",
    "unknown": "không rõ đã tới chưa",
    "withdrawn": "đã thu hồi",
}


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above a report. ``log``: how many lines the audit log has, and its head."""

    title: str
    made_at: datetime  # aware, in the zone of the installation
    log: tuple[int, str]
    printed: Printed | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def safe(value: Cell) -> Cell:
    """A text that no spreadsheet takes for a formula, without signs that XML cannot hold; numbers stay numbers."""
    if not isinstance(value, str):
        return value
    value = str(ILLEGAL_CHARACTERS_RE.sub("", value))  # first: what it hides may be a formula's beginning
    return f"'{value}" if value.startswith(_FORMULA) else value


def sheets(heading: Heading, found: Report, place: Callable[[str], str] = str) -> list[Sheet]:
    """The tables of a report; ``place`` puts a code into words."""
    tables = [
        _overview(heading, found),
        Sheet("Lý do", ("trạng thái", "lý do", "số người"), tuple(_reasons(found.reasons))),
        _by("Theo nơi", "nơi", found.by_place, lambda code: place(code) if code else "cả vùng"),
        _by("Theo kênh", "kênh", found.by_channel),
        _by("Theo ngôn ngữ", "ngôn ngữ", found.by_language),
        Sheet("Theo đường gửi", ("đường gửi", "đã gửi"), tuple(found.by_route.items())),
        Sheet("Theo giờ", ("giờ", "đã gửi"), tuple(found.by_hour.items())),
    ]
    if found.foreseen is not None:
        tables.insert(1, _foreseen(found, found.foreseen))
    return tables


def period_sheets(heading: Heading, found: Period, place: Callable[[str], str] = str) -> list[Sheet]:
    """The tables of a period: the whole, and each campaign on a line of its own."""
    header = ("chiến dịch", "tên", "đợt", "người nhận", *(_STATE_NAMES[state] for state in STATES), "chi phí (đồng)")
    lines: list[tuple[Cell, ...]] = [
        (number, title, each.runs, each.audience, *(each.counts.get(state, 0) for state in STATES), each.cost)
        for number, title, each in found.campaigns
    ]
    places = tuple(
        (number, title, place(code) if code else "cả vùng", row.get("sent", 0))
        for number, title, each in found.campaigns
        for code, row in each.by_place.items()
        if row.get("sent")
    )
    whole = sheets(heading, found.whole, place)
    return [
        whole[0],
        Sheet("Chiến dịch", header, tuple(lines)),
        Sheet("Chiến dịch theo nơi", ("chiến dịch", "tên", "nơi", "đã gửi"), places),
        *whole[1:],
    ]


def as_csv(tables: Sequence[Sheet]) -> bytes:
    """One file, the tables one below the other; with the mark by which spreadsheets know UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for number, table in enumerate(tables):
        if number:
            writer.writerow(())
        writer.writerow((safe(table.title),))
        writer.writerow([safe(each) for each in table.header])
        writer.writerows([safe(each) for each in row] for row in table.rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def as_xlsx(tables: Sequence[Sheet]) -> bytes:
    """One sheet for each table."""
    book = Workbook(write_only=True)
    for table in tables:
        sheet = book.create_sheet(table.title[:31])  # the longest name that Excel takes
        bold = [WriteOnlyCell(sheet, value=safe(each)) for each in table.header]
        for cell in bold:
            cell.font = Font(bold=True)
        sheet.append(bold)
        for row in table.rows:
            sheet.append([safe(each) for each in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _overview(heading: Heading, found: Report) -> Sheet:
    lines, head = heading.log
    rows: list[tuple[Cell, ...]] = [
        ("báo cáo", heading.title),
        ("lập lúc", heading.made_at.strftime("%H:%M %d/%m/%Y")),
        ("dấu nhật ký", f"{head or 'chưa có dòng nào'} ({lines} dòng)"),
        ("số đợt gửi", found.runs),
        ("người nhận", found.audience),
        *((_STATE_NAMES[state], found.counts.get(state, 0)) for state in STATES),
        ("chênh lệch (phải bằng 0)", found.difference),
        ("chi phí (đồng)", found.cost),
        ("nếu in tờ rơi (đồng)", _price(heading.printed.leaflets if heading.printed else None)),
        ("nếu nhắn SMS (đồng)", _price(heading.printed.text_messages if heading.printed else None)),
    ]
    return Sheet("Tổng quan", ("mục", "giá trị"), tuple(rows))


def _price(value: int | None) -> Cell:
    return NO_PRICE if value is None else value


def _foreseen(found: Report, foreseen: Mapping[str, object]) -> Sheet:
    """What was forecast at release, beside what came of it."""

    def number(name: str) -> float:
        value = foreseen.get(name, 0)
        return value if isinstance(value, int | float) else 0

    counts = found.counts
    rows: tuple[tuple[Cell, ...], ...] = (
        ("người nhận", number("audience"), found.audience),
        ("tới được", number("reachable"), counts.get("sent", 0) + counts.get("withdrawn", 0)),
        ("không tới", number("audience") - number("reachable"), counts.get("failed", 0) + counts.get("skipped", 0)),
        ("chưa rõ", 0, counts.get("unknown", 0) + counts.get("waiting", 0)),
        ("chi phí (đồng)", number("cost"), found.cost),
        ("số giây", round(number("finished_after")), round(found.seconds)),
    )
    return Sheet("Dự báo và thực tế", ("mục", "dự báo", "thực tế"), rows)


def _reasons(reasons: Mapping[str, int]) -> list[tuple[Cell, ...]]:
    found: list[tuple[Cell, ...]] = []
    for name, count in reasons.items():
        state, _, reason = name.partition(":")
        found.append((_STATE_NAMES.get(state, state), in_words(reason), count))
    return found


def _by(title: str, what: str, table: Table, named: Callable[[str], str] = str) -> Sheet:
    header = (what, *(_STATE_NAMES[state] for state in STATES))
    rows: list[tuple[Cell, ...]] = [
        (named(key), *(cells.get(state, 0) for state in STATES)) for key, cells in table.items()
    ]
    return Sheet(title, header, tuple(rows))
