"""A duty roster from a file: what may stand in a line, and the sentence for what may not."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from openpyxl import Workbook

from bot.staff.areas import NoSuchArea
from bot.staff.register import Registered
from bot.staff.roles import Officer, Role
from bot.staff.roster import Shift
from broadcasts import import_files, roster_rows
from broadcasts.import_rows import Fault
from broadcasts.roster_rows import Roster, Rules
from tests.bot.staff_sample import within

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # 9:00
COMMUNE, OTHER = "c-29929", "c-29938"


def registered(number: int, name: str, role: Role, area: str, *, active: bool = True) -> Registered:
    return Registered(Officer(number, name, ((role, area),)), active, None, NOW)


OFFICERS = {
    each.officer.name: each
    for each in (
        registered(1, "Hà", Role.DUTY, COMMUNE),
        registered(2, "Chi", Role.COMMANDER, ""),
        registered(3, "Em", Role.EDITOR, ""),
        registered(4, "Nghỉ", Role.DUTY, "", active=False),
    )
}


def find_area(typed: str) -> str:
    if typed not in ("", COMMUNE, OTHER):
        raise NoSuchArea(f"Không có nơi “{typed}”.")
    return typed


RULES = Rules(OFFICERS, find_area, within, ZONE, NOW)
GOOD = {"cán bộ": "Hà", "khu vực": COMMUNE, "từ": "21/11/2026 07:00", "đến": "21/11/2026 19:00"}


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


def one(**changed: str) -> Roster:
    names = {"officer": "cán bộ", "area": "khu vực", "begin": "từ", "end": "đến"}
    return roster_rows.checked([(2, GOOD | {names[key]: value for key, value in changed.items()}, "")], RULES)


def read(content: bytes) -> Roster:
    rows = import_files.read(content, roster_rows.COLUMNS, roster_rows.NEEDED, roster_rows.ALSO)
    return roster_rows.checked([(row.line, row.cells, row.wrong) for row in rows], RULES)


@pytest.mark.parametrize(
    "typed",
    [
        *("21/11/2026 07:00", "21/11/2026 7:00", "21/11/2026 7h", "21/11/2026 7h00", "21/11/2026, 7H00"),
        *("07:00 21/11/2026", "7h 21/11/2026", "2026-11-21 07:00", "2026-11-21T07:00:00", "21/11/2026  07.00"),
    ],
)
def test_a_moment_in_every_usual_form(typed: str) -> None:
    assert one(begin=typed) == Roster((Shift(1, COMMUNE, at(21, 7), at(21, 19)),), (), 0)


def test_midnight_as_duty_books_write_it() -> None:
    assert one(begin="21/11/2026 19:00", end="30/11/2026 24:00").shifts[0].ends_at == datetime(2026, 12, 1, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"officer": "Không Ai"}, "Không có cán bộ nào tên “Không Ai”; xem tên bằng: cotmoc officer list."),
        ({"officer": " "}, "Cột cán bộ: chưa ghi tên."),
        ({"officer": "Nghỉ"}, "Nghỉ đã ngừng hoạt động."),
        ({"officer": "Em"}, "Em không có quyền phát tin khẩn ở nơi này"),
        ({"area": OTHER}, "Hà không có quyền phát tin khẩn ở nơi này"),
        ({"area": ""}, "Hà không có quyền phát tin khẩn ở nơi này"),  # everywhere
        ({"area": "đâu đó"}, "Cột khu vực: Không có nơi “đâu đó”."),
        ({"begin": "mai"}, "Cột từ: ghi ngày và giờ, ví dụ 21/11/2026 07:00."),
        ({"begin": "21/11/2026"}, "Cột từ: ghi ngày và giờ"),  # no guessing at which hour
        ({"begin": "21/11/26 07:00"}, "Cột từ: ghi ngày và giờ"),
        ({"end": "31/11/2026 07:00"}, "Cột đến: không có ngày, giờ này."),
        ({"end": "21/11/2026 25:00"}, "Cột đến: không có ngày, giờ này."),
        ({"end": "21/11/2026 24:30"}, "Cột đến: không có ngày, giờ này."),
        ({"begin": "21/11/2026 19:00", "end": "21/11/2026 07:00"}, "Cột đến phải sau cột từ"),
        ({"end": "21/11/2026 07:00"}, "Cột đến phải sau cột từ"),
        ({"end": "21/01/2027 07:00"}, "Ca dài hơn 31 ngày"),
        ({"begin": "21/11/2062 07:00", "end": "21/11/2062 08:00"}, "Ca bắt đầu sau hơn một năm nữa"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(changed: dict[str, str], sentence: str) -> None:
    found = one(**changed)
    assert found.shifts == ()
    assert [each.line for each in found.faults] == [2]
    assert found.faults[0].sentence.startswith(sentence)


def test_a_name_from_another_keyboard_is_the_same_officer() -> None:
    assert one(officer="  Ha\u0300 ").shifts


def test_a_commander_may_be_on_the_roster_anywhere() -> None:
    assert one(officer="Chi", area="").shifts[0].area == ""


def test_overlapping_lines_are_one_shift_and_what_is_over_is_counted() -> None:
    lines = [
        (2, GOOD, ""),
        (3, GOOD | {"từ": "21/11/2026 18:00", "đến": "22/11/2026 07:00"}, ""),
        (4, GOOD | {"từ": "19/11/2026 18:00", "đến": "20/11/2026 09:00"}, ""),
        (5, GOOD | {"cán bộ": "Chi"}, ""),
    ]
    found = roster_rows.checked(lines, RULES)
    assert found == Roster((Shift(1, COMMUNE, at(21, 7), at(22, 7)), Shift(2, COMMUNE, at(21, 7), at(21, 19))), (), 1)


def test_a_table_in_vietnamese_or_english_with_marks_or_without() -> None:
    line = f"Hà;{COMMUNE};21/11/2026 07:00;21/11/2026 19:00\n"
    for header in (
        "Cán bộ;Khu vực;Từ;Đến",
        "officer;area;from;to",
        "can bo;khu vuc;tu;den",
        "Ca\u0301n bo\u0323\u0302;area;tu;to",
    ):
        assert read(f"{header}\n{line}".encode()).shifts == one().shifts, header
    with pytest.raises(import_files.BadFile, match="Thiếu cột từ, đến"):
        read(b"officer;area\nx;y\n")
    with pytest.raises(import_files.BadFile, match="có hai lần"):
        read("officer;cán bộ;from;to\n".encode())
    with pytest.raises(import_files.BadFile, match="Không có cột “phone”"):
        read(b"officer;from;to;phone\n")


def test_a_spreadsheet_with_real_dates() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Cán bộ", "Khu vực", "Từ", "Đến"])
    sheet.append(["Hà", COMMUNE, datetime(2026, 11, 21, 7), datetime(2026, 11, 21, 19)])
    sheet.append(["Hà", COMMUNE, "=NOW()", datetime(2026, 11, 21, 19)])
    out = io.BytesIO()
    book.save(out)
    found = read(out.getvalue())
    assert found.shifts == one().shifts
    assert found.faults == (Fault(3, "Ô C3 là công thức; hãy ghi giá trị."),)


def test_the_zone_is_an_argument() -> None:
    rules = Rules(OFFICERS, find_area, within, UTC, NOW)
    found = roster_rows.shift(GOOD, rules)
    assert found.begins_at - at(21, 7) == timedelta(hours=7)
