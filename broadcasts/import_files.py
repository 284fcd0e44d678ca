"""A file of subscribers as rows of plain text: CSV or XLSX, with everything refused that is not a plain table."""

from __future__ import annotations

import csv
import io
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from openpyxl import load_workbook
from openpyxl.cell.read_only import EmptyCell, ReadOnlyCell

from bot.errors import CotMocError

LARGEST = 20_000_000  # bytes of the file
LARGEST_UNPACKED = 150_000_000  # bytes of an XLSX once unpacked, as its own list says; no more is ever read of it
MOST_ROWS = 200_000
_BLOCK = 1 << 20
_EXACT = 10**15  # Excel keeps 15 digits of a number
# A document type is how XML is made to grow without end; no spreadsheet program writes one.
_DOCTYPE = tuple("<!DOCTYPE".encode(each) for each in ("ascii", "utf-16-le", "utf-16-be"))
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class BadFile(CotMocError):
    """Không đọc được tệp này."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table by the names of its columns; ``line`` as a person counts it, the header being 1.

    ``wrong``: one sentence for what keeps its cells from being read as text.
    """

    line: int
    cells: dict[str, str] = field(default_factory=dict)
    wrong: str = ""


_NO_OTHER_NAMES: Mapping[str, str] = {}


def read(
    content: bytes, columns: frozenset[str], needed: frozenset[str], also: Mapping[str, str] = _NO_OTHER_NAMES
) -> list[Row]:
    """Every line that is not empty. ``also``: other names by which a column may be called. Raises BadFile with one
    sentence."""
    if len(content) > LARGEST:
        raise BadFile(f"Tệp lớn hơn {LARGEST // 1_000_000} MB; hãy chia nhỏ.")
    lines = _xlsx(content) if content.startswith(b"PK\x03\x04") else _csv(content)
    try:
        header = [also.get(name, name) for name in map(_name, next(lines)[1])]
    except StopIteration:
        raise BadFile("Tệp không có dòng nào.") from None
    while header and not header[-1]:
        header.pop()
    for name in header:
        if name not in columns:
            raise BadFile(f"Không có cột “{name[:40]}”; chỉ nhận: {', '.join(sorted(columns))}.")
        if header.count(name) > 1:
            raise BadFile(f"Cột “{name}” có hai lần.")
    missing = sorted(needed - set(header))
    if missing:
        raise BadFile(f"Thiếu cột {', '.join(missing)}.")
    rows: list[Row] = []
    for line, values, wrong in lines:
        if not wrong and not any(value.strip() for value in values):
            continue
        if len(rows) >= MOST_ROWS:
            raise BadFile(f"Tệp có hơn {MOST_ROWS} dòng; hãy chia nhỏ.")
        rows.append(_row(line, header, values, wrong))
    return rows


Line = tuple[int, list[str], str]


def _row(line: int, header: list[str], values: list[str], wrong: str) -> Row:
    if not wrong and any(value.strip() for value in values[len(header) :]):
        wrong = "Dòng có nhiều ô hơn số cột."
    cells = {name: value.strip() for name, value in zip(header, values, strict=False)}
    if not wrong:
        pairs = zip(header, values, strict=False)
        formula = next((name for name, value in pairs if value.lstrip(" ").startswith(_FORMULA)), None)
        if formula is not None:
            wrong = f"Cột {formula}: ô bắt đầu bằng dấu của công thức (=, +, -, @); hãy ghi chữ hoặc số thường."
    return Row(line, cells, wrong)


def _name(value: str) -> str:
    return unicodedata.normalize("NFC", value).strip().lower().lstrip("\ufeff")


def _csv(content: bytes) -> Iterator[Line]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadFile("Tệp CSV phải ở dạng UTF-8, hoặc hãy dùng XLSX.") from None
    if "\x00" in text:
        raise BadFile("Đây không phải là tệp CSV hay XLSX.")
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    before = 0
    while True:
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise BadFile(f"Dòng {before + 1}: dấu ngoặc kép không khớp hoặc ô quá dài.") from None
        yield before + 1, values, ""
        before = reader.line_num


def _xlsx(content: bytes) -> Iterator[Line]:
    _looks_harmless(content)
    try:
        # The first sheet only; formulas are seen as formulas, not as what they once came to.
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what a file says of its own size is not to be relied on
        for line, row in enumerate(sheet.iter_rows(), 1):
            values, wrong = [], ""
            for cell in row:
                value, trouble = _cell(cell)
                values.append(value)
                wrong = wrong or trouble
            yield getattr(row[0], "row", line) if row else line, values, wrong
    except BadFile:
        raise
    # openpyxl says in many ways that a file is not what it should be.
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OSError, zipfile.BadZipFile, SyntaxError):
        raise BadFile("Tệp XLSX bị hỏng hoặc không có trang tính nào.") from None


def _looks_harmless(content: bytes) -> None:
    """Before anything in it is interpreted. Raises BadFile."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            if sum(each.file_size for each in parts) > LARGEST_UNPACKED or len(parts) > 1000:
                raise BadFile("Tệp XLSX khi bung ra quá lớn; hãy dùng CSV hoặc chia nhỏ.")
            if any(each.filename.lower().endswith("vbaproject.bin") for each in parts):
                raise BadFile("Tệp có macro; hãy lưu lại thành XLSX thường hoặc CSV.")
            if any(each.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for each in parts):
                raise BadFile("Tệp XLSX bị nén lạ.")
            for each in parts:
                with packed.open(each) as part:
                    tail = b""
                    while block := part.read(_BLOCK):
                        if any(mark in tail + block for mark in _DOCTYPE):
                            raise BadFile("Tệp XLSX có khai báo lạ; hãy lưu lại bằng chương trình bảng tính.")
                        tail = block[-32:]
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, ValueError):
        raise BadFile("Tệp XLSX bị hỏng, bị nén lạ hoặc có mật khẩu.") from None


def _cell(cell: ReadOnlyCell | EmptyCell) -> tuple[str, str]:
    """The cell as text, and what is wrong with it."""
    value = cell.value
    if value is None:
        return "", ""
    if cell.data_type == "f":
        return "", f"Ô {cell.coordinate} là công thức; hãy ghi giá trị."
    if cell.data_type == "e":
        return "", f"Ô {cell.coordinate} báo lỗi."
    if isinstance(value, bool):
        return ("true" if value else "false"), ""
    if isinstance(value, datetime | date):
        return value.isoformat(), ""
    if isinstance(value, int | float):
        if not float(value).is_integer() or abs(value) >= _EXACT:
            return "", f"Ô {cell.coordinate} là số mà Excel đã làm tròn; hãy định dạng cột thành chữ rồi nhập lại."
        return str(int(value)), ""
    return str(value), ""
