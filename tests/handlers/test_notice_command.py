"""``cotmoc notice``: from an unsigned template to the all-clear, by what is typed and what is printed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from bot.errors import CotMocError, SettingError
from bot.staff import tokens
from bot.staff.register import by_name
from bot.staff.roles import Forbidden
from bot.storage.schema import audit as audit_table
from bot.storage.schema import resident_places, residents
from broadcasts.approval import NotAllowed
from broadcasts.hazards import NotSigned
from broadcasts.notice_store import NoticeChangedMeanwhile
from broadcasts.notices import BadExpiry, IllegalNoticeMove
from handlers import cli
from handlers.commands import notice, notice_arguments, roster
from tests.bot.staff_sample import NOW
from tests.handlers.test_officer_command import Machine

THUONG_PHUOC = "c-29971"
ROSTER = "cán bộ,khu vực,từ,đến\n" + "".join(
    f"{name},tỉnh Đồng Tháp,20/11/2026 07:00,21/11/2026 07:00\n" for name in ("Hà", "Nam")
)


class Desk:
    """Hà and Nam are on duty in the province, Chi commands it, Lan only writes."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.machine = machine = Machine(folder, capsys)
        for name in ("An", "Bình"):
            machine.add(name)
        for name, role in (("Hà", "duty"), ("Nam", "duty"), ("Chi", "commander")):
            machine.add(name, role, "p-dong-thap", "An")
        machine.add("Lan", "editor", by="An")
        file = folder / "lich.csv"
        file.write_text(ROSTER, encoding="utf-8")
        assert roster.call(machine.front("An"), self._typed("roster", "import", str(file), "--as", "An")) == 0
        machine.said()

    @staticmethod
    def _typed(*words: str) -> Any:
        return cli._parser().parse_args(list(words))

    def __call__(self, by: str, *words: str) -> Any:
        """What the command says to scripts."""
        asked = self._typed("notice", *words, "--json", *(("--as", by) if by else ()))
        assert notice.run(self.machine.front(by), asked) == 0
        return json.loads(self.machine.said())

    def plainly(self, by: str, *words: str) -> str:
        """What it says to people."""
        assert notice.run(self.machine.front(by), self._typed("notice", *words, *(("--as", by) if by else ()))) == 0
        return self.machine.said()

    def refused(self, kind: type[CotMocError], by: str, *words: str) -> str:
        """The one sentence."""
        with pytest.raises(kind) as told:
            self(by, *words)
        assert "\n" not in str(told.value)
        return str(told.value)

    def signed(self, template: str = "landslide") -> None:
        found = {each["id"]: each for each in self("", "templates")}[template]
        self("Chi", "sign", template, "--digest", found["languages"]["vi"]["digest"])

    def issued(self, *words: str) -> Any:
        self.signed()
        return self("Hà", "issue", "sat lo", "--area", THUONG_PHUOC, *words)

    def people(self, count: int, place: str = THUONG_PHUOC) -> None:
        async def add() -> None:
            async with self.machine.front().database() as db, db.transaction() as connection:
                for number in range(count):
                    values = {"channel": "telegram", "account": "main", "external_id": str(9000 + number)}
                    values |= {"last_wrote_on": NOW.date(), "routine": True, "safety": True}
                    made = await connection.execute(insert(residents).values(values).returning(residents.c.id))
                    row = {"resident_id": made.scalar_one(), "place_code": place}
                    await connection.execute(insert(resident_places).values(row))

        asyncio.run(add())

    def log(self) -> list[tuple[str, str, Mapping[str, Any]]]:
        async def read() -> list[tuple[str, str, Mapping[str, Any]]]:
            async with self.machine.front().database() as db, db.reading() as connection:
                rows = await connection.execute(select(audit_table).order_by(audit_table.c.id))
                return [(row.officer, row.action, row.detail) for row in rows if row.action.startswith("notice.")]

        return asyncio.run(read())


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, capsys)


def test_a_notice_from_its_signature_to_the_all_clear(desk: Desk) -> None:
    desk.people(3)
    shown = desk.plainly("", "sign", "landslide")  # nobody signs in to read
    assert "Sạt lở" in shown
    assert "vẫn giữ" in shown
    desk.signed()
    assert "vi: Chi ký lúc" in desk.plainly("", "templates")
    seen = desk("Hà", "preview", "landslide", "--area", "xã Thường Phước")
    assert (seen["forecast"]["audience"], seen["alike"]) == (3, None)
    issued = desk("Hà", "issue", "landslide", "--area", "xã Thường Phước", "--for", "2h")
    assert (issued["name"], issued["preview"]["seen"] == seen["seen"]) == ("TK-0001", False)  # another duration
    found = desk("Nam", "status", "TK-0001")
    assert (found["state"], found["versions"][0]["counts"]["waiting"]) == ("pending", 3)
    desk("Nam", "confirm", "1", "--version", "0")
    desk("Hà", "update", "1", "--say", "Đã rào 300 mét bờ sông.", "--for", "4h")
    said = desk.plainly("Chi", "status", "1")
    assert "Bản 1 (cập nhật): Hà" in said
    assert "Đã rào 300 mét bờ sông." in said
    assert "đã gửi 0/" in said
    desk("Hà", "clear", "1")
    assert desk("Chi", "list") == []
    assert "Hiện không có tin khẩn." in desk.plainly("Chi", "list")
    [over] = desk("Chi", "list", "--all")
    assert (over["state"], over["ended_by"]) == ("cleared", "Hà")
    done = [(who, what) for who, what, _ in desk.log()]
    expected = [("Chi", "sign"), ("Hà", "issue"), ("Nam", "confirm"), ("Hà", "update"), ("Hà", "clear")]
    assert done == [(who, f"notice.{what}") for who, what in expected]


def test_before_anybody_has_signed_nothing_is_said(desk: Desk) -> None:
    desk.refused(NotSigned, "Hà", "issue", "landslide", "--area", THUONG_PHUOC)
    assert desk("Hà", "list") == []
    assert "chưa ký" in desk.plainly("", "templates")


def test_who_may_not(desk: Desk) -> None:
    desk.signed()
    for name in ("Lan", "An"):
        desk.refused(Forbidden, name, "issue", "landslide", "--area", THUONG_PHUOC)
    digest = {each["id"]: each for each in desk("", "templates")}["storm"]["languages"]["vi"]["digest"]
    desk.refused(Forbidden, "Hà", "sign", "storm", "--digest", digest)
    desk.refused(NoticeChangedMeanwhile, "Chi", "sign", "storm", "--digest", "0" * 64)
    desk("Hà", "issue", "landslide", "--area", THUONG_PHUOC)
    desk.refused(NotAllowed, "Hà", "confirm", "1")
    desk.refused(Forbidden, "Lan", "confirm", "1")
    desk.refused(Forbidden, "Lan", "cancel", "1", "--reason", "nhầm")
    desk.refused(SettingError, "", "issue", "landslide", "--area", THUONG_PHUOC)


def test_a_second_officer_is_told_and_may_join(desk: Desk) -> None:
    desk.issued()
    told = desk.refused(SettingError, "Nam", "issue", "landslide", "--area", "p-dong-thap", "--whole-province")
    assert "TK-0001" in told
    assert "notice join 1" in told
    assert len(desk("Hà", "list")) == 1
    assert desk("Nam", "join", "1")["id"] == 1
    assert desk("Nam", "issue", "landslide", "--area", THUONG_PHUOC, "--again")["id"] == 2


def test_not_so_and_a_mistake(desk: Desk) -> None:
    desk.issued()
    desk("Nam", "reject", "1")
    assert desk("Nam", "status", "1")["state"] == "withdrawn"
    desk("Hà", "issue", "landslide", "--area", THUONG_PHUOC)
    desk.refused(SettingError, "Hà", "cancel", "2", "--reason", " ")
    desk("Hà", "cancel", "2", "--reason", "nhìn nhầm")
    assert desk.log()[-1] == ("Hà", "notice.cancel", desk.log()[-1][2])
    assert desk.log()[-1][2]["reason"] == "nhìn nhầm"
    desk.refused(IllegalNoticeMove, "Hà", "clear", "2")


def test_a_whole_province_is_said_twice(desk: Desk) -> None:
    desk.signed()
    told = desk.refused(SettingError, "Hà", "issue", "landslide", "--area", "tỉnh Đồng Tháp")
    assert "--whole-province" in told
    assert desk("Hà", "issue", "landslide", "--area", "tỉnh Đồng Tháp", "--whole-province")["preview"]["whole_province"]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (SettingError, ("issue", "nothing", "--area", THUONG_PHUOC)),
        (SettingError, ("issue", "landslide", "--area", "nowhere at all")),
        (SettingError, ("issue", "landslide", "--area", THUONG_PHUOC, "--blank", "x")),
        (BadExpiry, ("issue", "landslide", "--area", THUONG_PHUOC, "--for", "25h")),
        (BadExpiry, ("issue", "landslide", "--area", THUONG_PHUOC, "--for", "0p")),
        (CotMocError, ("issue", "landslide")),
        (CotMocError, ("status", "99")),
        (CotMocError, ("confirm", "99")),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(
    desk: Desk, kind: type[CotMocError], words: tuple[str, ...]
) -> None:
    desk.signed()
    desk.refused(kind, "Hà", *words)
    assert desk("Hà", "list") == []


def test_a_blank_is_filled(desk: Desk) -> None:
    desk.signed("other")
    made = desk("Hà", "issue", "khac", "--area", THUONG_PHUOC, "--blank", "tin=cầu treo đứt cáp, đi vòng")
    assert made["preview"]["texts"]["vi"] == "Tin cho bà con ở xã Thường Phước: cầu treo đứt cáp, đi vòng."


def test_a_drill_says_so_and_needs_no_signature(desk: Desk) -> None:
    made = desk.plainly("Hà", "issue", "landslide", "--area", THUONG_PHUOC, "--drill")
    assert "[DIỄN TẬP]" in made
    assert desk("Hà", "status", "1")["drill"]


def test_a_script_reads_and_does_nothing_else(desk: Desk) -> None:
    """With its officer's token alone no step is taken; the service refuses it too."""
    desk.issued()
    front = desk.machine.front()

    async def token_of(name: str) -> str:
        async with front.database() as db, db.transaction() as connection:
            officer = (await by_name(connection, name)).officer
            return await tokens.make(connection, front.key, officer, ("read", "draft"), 1, desk.machine.clock.now())

    token = asyncio.run(token_of("Nam"))
    asked = desk._typed("notice", "list", "--json")
    assert notice.run(desk.machine.front(token=token), asked) == 0
    assert [each["id"] for each in json.loads(desk.machine.said())] == [1]
    for words in (
        ("issue", "landslide", "--area", THUONG_PHUOC, "--again"),
        ("sign", "storm", "--digest", "x"),
        ("confirm", "1"),
        ("reject", "1"),
        ("update", "1", "--say", "x"),
        ("clear", "1"),
        ("cancel", "1", "--reason", "x"),
        ("join", "1"),
    ):
        with pytest.raises(SettingError, match="--as"):
            notice.run(desk.machine.front(token=token), desk._typed("notice", *words))
    assert desk("Hà", "status", "1")["state"] == "pending"


def test_a_wrong_step_ends_with_1_and_one_sentence(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    given = desk._typed("notice", "issue", "landslide", "--area", THUONG_PHUOC)
    assert notice_arguments.call(given, desk.machine.settings) == 1
    told = capsys.readouterr().err
    assert told.startswith("cotmoc: Thiếu --as")
    assert told.count("\n") == 1


@pytest.mark.parametrize(
    ("typed", "minutes"), [("6h", 360), ("90p", 90), ("1h30p", 90), ("2 giờ", 120), ("1g 5ph", 65)]
)
def test_hours_are_typed_as_people_do(typed: str, minutes: int) -> None:
    assert notice_arguments.lasting(typed).total_seconds() == minutes * 60


@pytest.mark.parametrize("typed", ["", "6", "h", "mai", "-1h"])
def test_what_are_no_hours(desk: Desk, typed: str) -> None:
    with pytest.raises(SystemExit):
        desk._typed("notice", "issue", "x", f"--for={typed}")


def test_the_printed_sheet(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "to-in.html"
    given = desk._typed("notice", "script", str(file))
    assert notice.run(desk.machine.front(), given) == 0
    assert "<h2>Ai trực</h2>" in file.read_text(encoding="utf-8")
