"""``cotmoc roster`` and ``cotmoc drill``: from a file to who is on duty, by what is typed and what is printed."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from bot.errors import SettingError
from bot.staff import chats
from bot.staff.drills import NotAMember
from bot.staff.register import NoSuchOfficer
from bot.staff.roles import Forbidden
from bot.staff.sign_in import Refused
from broadcasts.import_files import BadFile
from handlers.cli import _parser
from handlers.commands import audit, drill, officer, roster
from handlers.commands.acting import Front
from tests.bot.staff_sample import PHONE
from tests.handlers.test_officer_command import Machine

HEADER = "cán bộ,khu vực,từ,đến\n"


@pytest.fixture
def machine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Machine:
    """An and Bình, administrators; Hà is a duty officer of a commune, Chi commands the province. It is 9 o'clock."""
    made = Machine(tmp_path, capsys)
    made.add("An")
    made.add("Bình")
    made.add("Hà", "duty", "c-29929", "An")
    made.add("Chi", "commander", "p-dong-thap", "An")
    return made


def call(front: Front, *typed: str) -> int:
    """As on the command line."""
    given = _parser().parse_args(list(typed))
    return (roster if typed[0] == "roster" else drill).call(front, given)


def file_of(folder: Path, *lines: str) -> str:
    path = folder / "lich.csv"
    path.write_text(HEADER + "".join(f"{each}\n" for each in lines), encoding="utf-8")
    return str(path)


HA = "Hà,xã Tân Hộ Cơ,20/11/2026 07:00,20/11/2026 19:00"
CHI = "Chi,tỉnh Đồng Tháp,20/11/2026 19:00,21/11/2026 07:00"


def test_before_there_is_a_roster(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fresh = Machine(tmp_path, capsys)
    assert call(fresh.front(), "roster", "list") == 0
    assert fresh.said() == (
        "Bây giờ không có ai trực: chỉ chỉ huy phát được tin khẩn.\n"
        "Trong 7 ngày tới chưa có ca nào kế tiếp.\n"
        "Chưa nhập lịch trực:  cotmoc roster import TỆP --as TÊN\n"
    )


def test_a_dry_run_asks_nobody_and_keeps_nothing(machine: Machine, tmp_path: Path) -> None:
    assert call(machine.front(), "roster", "import", file_of(tmp_path, HA, CHI), "--dry-run") == 0
    assert machine.said() == "Tệp đọc được: 2 ca của 2 cán bộ. Chưa nhập gì.\n"
    call(machine.front(), "roster", "list", "--json")
    assert machine.json()["now"] == []


def test_from_a_file_to_who_is_on_duty(machine: Machine, tmp_path: Path) -> None:
    over = "Hà,c-29929,19/11/2026 07:00,19/11/2026 19:00"
    assert call(machine.front("An"), "roster", "import", file_of(tmp_path, HA, CHI, over), "--as", "An") == 0
    assert machine.said() == (
        "Đã nhập 2 ca của 2 cán bộ. 1 dòng đã qua, bỏ qua.\nXem giờ chưa có người:  cotmoc roster list\n"
    )
    call(machine.front(), "roster", "list")
    now = machine.clock.now().astimezone(machine.settings.zone)
    assert machine.said() == (
        "Đang trực:\n"
        "  xã Tân Hộ Cơ, tỉnh Đồng Tháp: Hà, đến 19:00 20/11/2026\n"
        "Ca kế tiếp:\n"
        "  tỉnh Đồng Tháp: Chi, từ 19:00 20/11/2026 đến 07:00 21/11/2026\n"
        "Chưa có người trực trong 7 ngày tới:\n"
        f"  xã Tân Hộ Cơ, tỉnh Đồng Tháp: từ 07:00 21/11/2026 đến {now:%H:%M} 27/11/2026\n"
        f"  tỉnh Đồng Tháp: từ {now:%H:%M} 20/11/2026 đến 19:00 20/11/2026\n"
        f"  tỉnh Đồng Tháp: từ 07:00 21/11/2026 đến {now:%H:%M} 27/11/2026\n"
    )
    audit.show(machine.settings, 1)
    assert "  An  roster.import  2" in machine.said()


def test_a_wrong_line_and_nothing_is_taken(machine: Machine, tmp_path: Path) -> None:
    wrong = "Hà,xã Không Có,20/11/2026 07:00,20/11/2026 19:00"
    assert call(machine.front(), "roster", "import", file_of(tmp_path, HA, wrong), "--as", "An") == 1
    said = machine.said()
    assert "Dòng 3: " in said
    assert "1 dòng sai: chưa nhập gì, lịch trực giữ nguyên. Sửa tệp rồi nhập lại.\n" in said
    call(machine.front(), "roster", "import", file_of(tmp_path, HA, wrong), "--as", "An", "--json")
    found = machine.json()
    assert (found["imported"], [each["line"] for each in found["faults"]]) == (None, [3])
    call(machine.front(), "roster", "list", "--json")
    assert machine.json()["now"] == []


def test_who_may_and_who_may_not(machine: Machine, tmp_path: Path) -> None:
    file = file_of(tmp_path, HA)
    for name in ("Hà", "Chi"):
        with pytest.raises(Forbidden):
            call(machine.front(name), "roster", "import", file, "--as", name)
    with pytest.raises(SettingError, match="--as"):
        call(machine.front(), "roster", "import", file)
    machine.proofs["An"] = ("sai mật khẩu này", machine.proofs["An"][1])
    with pytest.raises(Refused):
        call(machine.front("An"), "roster", "import", file, "--as", "An")
    call(machine.front(), "roster", "list", "--json")
    assert machine.json()["now"] == []


def test_files_that_are_none(machine: Machine, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"Không đọc được tệp lich\.csv"):
        call(machine.front(), "roster", "import", str(tmp_path / "lich.csv"), "--as", "An")
    (tmp_path / "lich.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadFile):
        call(machine.front(), "roster", "import", str(tmp_path / "lich.csv"), "--as", "An")
    over = "Hà,c-29929,19/11/2026 07:00,19/11/2026 19:00"
    with pytest.raises(SettingError, match="không có ca trực nào chưa qua"):
        call(machine.front(), "roster", "import", file_of(tmp_path, over), "--as", "An")


def test_clear_for_some_and_for_all(machine: Machine, tmp_path: Path) -> None:
    call(machine.front("An"), "roster", "import", file_of(tmp_path, HA, CHI), "--as", "An")
    machine.said()
    with pytest.raises(NoSuchOfficer):
        call(machine.front("An"), "roster", "clear", "Không Ai", "--as", "An")
    assert call(machine.front("An"), "roster", "clear", "Hà", "--as", "An") == 0
    assert machine.said().startswith("Đã bỏ 1 ca trực từ bây giờ.")
    call(machine.front(), "roster", "list", "--json")
    found = machine.json()
    assert (found["now"], [each["officer"] for each in found["next"]]) == ([], ["Chi"])
    call(machine.front("An"), "roster", "clear", "--as", "An", "--json")
    assert machine.json() == {"cleared": 1}


# --- the drill list -------------------------------------------------------------------------------------------------


def link(machine: Machine, name: str) -> None:
    officer.link(machine.front(name), name, as_json=True)
    code = machine.json()["code"]

    async def linked() -> None:
        async with machine.front().database() as db, db.transaction() as connection:
            assert await chats.link(connection, machine.front().key, code, PHONE, machine.clock.now())

    asyncio.run(linked())


def test_who_is_on_the_drill_list_and_who_cannot_be_reached(machine: Machine) -> None:
    call(machine.front(), "drill", "list")
    assert machine.said() == "Danh sách diễn tập đang trống:  cotmoc drill add TÊN --as TÊN\n"
    link(machine, "Hà")
    assert call(machine.front("Chi"), "drill", "add", "Hà", "--as", "Chi") == 0
    assert machine.said() == "Hà đã vào danh sách diễn tập.\n"
    call(machine.front("Chi"), "drill", "add", "Hà", "--as", "Chi")
    assert machine.said() == "Hà đã có trong danh sách diễn tập.\n"
    call(machine.front("An"), "drill", "add", "Bình", "--as", "An")
    assert machine.said() == (
        "Bình đã vào danh sách diễn tập.\n"
        "Bình chưa nối điện thoại, tin diễn tập chưa tới được:  cotmoc officer link --as Bình\n"
    )
    call(machine.front(), "drill", "list")
    assert machine.said() == (
        "Bình  (chưa nối điện thoại, tin diễn tập không tới)\nHà\n"
        "2 người, 1 người nhận được. Tin diễn tập không tới ai khác.\n"
    )
    call(machine.front(), "drill", "list", "--json")
    assert machine.json() == [{"name": "Bình", "chat": False}, {"name": "Hà", "chat": True}]
    call(machine.front("An"), "drill", "remove", "Hà", "--as", "An")
    assert machine.said() == "Hà không còn trong danh sách diễn tập.\n"
    with pytest.raises(NotAMember):
        call(machine.front("An"), "drill", "remove", "Hà", "--as", "An")
    with pytest.raises(Forbidden):
        call(machine.front("Hà"), "drill", "add", "Hà", "--as", "Hà")
    audit.show(machine.settings, 20)
    said = machine.said()
    found = [re.split(r" {2,}", line.strip()) for line in said.splitlines() if "drill." in line]
    assert [each[-3:] for each in found] == [
        ["An", "drill.remove", "Hà"],
        ["An", "drill.add", "Bình"],
        ["Chi", "drill.add", "Hà"],
    ]
