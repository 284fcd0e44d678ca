"""``cotmoc officer`` and ``audit``: from an empty database to officers, by what is typed and what is printed."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pyotp import TOTP
from sqlalchemy import update

from bot.clock import SystemClock
from bot.errors import CotMocError, SettingError
from bot.settings import Settings
from bot.staff import audit_heads, chats
from bot.staff.changes import Kind
from bot.staff.roles import Action, Forbidden, may
from bot.staff.sign_in import Refused
from bot.storage.schema import audit as audit_table
from bot.testing import ManualClock
from handlers.commands import audit, officer
from handlers.commands.acting import Front, Lines, within
from tests.bot.staff_sample import CHEAP, NOW, PHONE


class Machine:
    """One installation and whoever types; each command is given the password and the code of who acts."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.settings = Settings(_env_file=None, var_dir=folder)  # type: ignore[call-arg]
        self.clock = ManualClock(NOW)
        self.capsys = capsys
        self.proofs: dict[str, tuple[str, str]] = {}

    def front(self, by: str = "", *more: str, token: str = "") -> Front:
        typed = list(more)
        if by in self.proofs:
            self.clock.advance(30)  # every code works once
            password, secret = self.proofs[by]
            typed = [password, TOTP(secret).at(int(self.clock.now().timestamp())), *more]
        settings = Settings(_env_file=None, **{**self.settings.model_dump(), "officer_token": token})  # type: ignore[call-arg]
        return Front(settings, self.clock, Lines(iter(typed)), CHEAP)

    def said(self) -> str:
        return self.capsys.readouterr().out

    def json(self) -> dict[str, Any]:
        whole: dict[str, Any] = json.loads(self.said())
        return whole

    def came(self) -> dict[str, Any]:
        """The credentials that were just shown."""
        made = self.json()
        self.proofs[made["officer"]] = (made["password"], made["secret"])
        return made

    def add(self, name: str, role: str = "administrator", area: str = "", by: str = "") -> None:
        """Directly, or proposed by ``by`` and confirmed by Bình."""
        assert officer.add(self.front(by), name, role, area, by, as_json=True) == 0
        if by:
            assert officer.confirm(self.front("Bình"), self.json()["proposal"], "Bình", as_json=True) == 0
        self.came()

    def listed(self) -> dict[str, dict[str, Any]]:
        officer.show(self.front(), as_json=True)
        return {each["name"]: each for each in self.json()["officers"]}


@pytest.fixture
def machine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Machine:
    made = Machine(tmp_path, capsys)
    made.add("An")
    made.add("Bình")
    return made


def test_an_empty_installation_says_how_to_begin(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    empty = Machine(tmp_path, capsys)
    officer.show(empty.front())
    assert "officer add TÊN --role administrator" in empty.said()
    for role, area in (("editor", ""), ("administrator", "p-dong-thap")):
        with pytest.raises(SettingError, match="Hai cán bộ đầu tiên"):
            officer.add(empty.front(), "An", role, area, "")
    officer.add(empty.front(), "An", "administrator", "", "")
    shown = empty.said()
    assert "Mật khẩu:" in shown
    assert "otpauth://totp/" in shown
    assert "Chỉ hiện một lần" in shown


def test_the_second_administrator_may_be_added_by_the_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small = Machine(tmp_path, capsys)
    small.add("An")
    officer.add(small.front("An"), "Bình", "administrator", "", "An", as_json=True)
    small.came()
    audit.show(small.settings, 1)
    assert "  An  officer.add  Bình" in small.said()
    with pytest.raises(SettingError, match="--as"):
        officer.add(small.front(), "Cúc", "administrator", "", "")


def test_an_editor_of_a_commune(machine: Machine) -> None:
    officer.add(machine.front("An"), "Cúc", "editor", "xã Thường Phước", "An")
    shown = machine.said()
    assert "Đề nghị 1: thêm cán bộ Cúc, vai trò soạn (editor) ở xã Thường Phước, tỉnh Đồng Tháp" in shown
    assert "cotmoc officer confirm 1 --as TÊN" in shown
    officer.show(machine.front())
    assert "Đề nghị 1 của An, chờ quản trị khác xác nhận: thêm cán bộ Cúc" in machine.said()
    with pytest.raises(CotMocError, match="tự xác nhận"):
        officer.confirm(machine.front("An"), 1, "An")
    officer.confirm(machine.front("Bình", "một câu dài để nhớ"), 1, "Bình", own_password=True, as_json=True)
    assert machine.came()["password"] == "một câu dài để nhớ"
    found = machine.listed()["Cúc"]
    assert [each["role"] for each in found["roles"]] == ["editor"]
    assert found["roles"][0]["area"].startswith("c-")
    officer.show(machine.front())
    assert "soạn (editor) ở xã Thường Phước" in machine.said()


def test_a_place_that_is_none(machine: Machine) -> None:
    with pytest.raises(CotMocError, match="Atlantis"):
        officer.add(machine.front("An"), "Cúc", "editor", "Atlantis", "An")


def test_roles_and_the_end(machine: Machine) -> None:
    machine.add("Cúc", "editor", by="An")
    for kind, role in ((Kind.GRANT, "duty"), (Kind.REVOKE, "editor"), (Kind.DISABLE, "")):
        officer.change(machine.front("An"), kind, "Cúc", role, "", "An", as_json=True)
        officer.confirm(machine.front("Bình"), machine.json()["proposal"], "Bình")
        assert machine.said().startswith("Đã làm: ")
    found = machine.listed()["Cúc"]
    assert (found["active"], [each["role"] for each in found["roles"]]) == (False, ["duty"])
    officer.show(machine.front())
    assert "Cúc  (đã ngừng; 0 chat)" in machine.said()
    with pytest.raises(Refused):
        officer.link(machine.front("Cúc"), "Cúc")


def test_refusing(machine: Machine) -> None:
    officer.change(machine.front("An"), Kind.GRANT, "Bình", "approver", "", "An")
    machine.said()
    officer.refuse(machine.front("Bình"), 1, "Bình")
    assert machine.said() == "Đã từ chối đề nghị 1: giao cho Bình vai trò duyệt (approver) ở mọi nơi.\n"
    assert machine.listed()["Bình"]["roles"] == [{"role": "administrator", "area": ""}]


def test_a_reset_names_whom_to_tell(machine: Machine) -> None:
    machine.add("Cúc", "approver", by="An")
    machine.add("Dũng", "administrator", by="An")
    officer.reset(machine.front("An"), "Cúc", "An")
    shown = machine.said()
    told = next(line for line in shown.splitlines() if line.startswith("Phải báo ngay cho: "))
    assert set(told.removeprefix("Phải báo ngay cho: ").rstrip(".").split(", ")) == {"Cúc", "Bình", "Dũng"}
    assert "chưa được duyệt, ký hay xác nhận" in shown
    officer.show(machine.front())
    assert "Cúc  (vừa cấp lại, chưa được duyệt đến " in machine.said()
    officer.reset(machine.front("An"), "Cúc", "An", as_json=True)
    assert machine.came()["tell"] == ["Cúc", "Bình", "Dũng"]


def test_nothing_is_done_without_password_and_code(machine: Machine) -> None:
    calls = [
        lambda front: officer.add(front, "Cúc", "editor", "", "An"),
        lambda front: officer.change(front, Kind.DISABLE, "Bình", "", "", "An"),
        lambda front: officer.confirm(front, 1, "An"),
        lambda front: officer.refuse(front, 1, "An"),
        lambda front: officer.reset(front, "Bình", "An"),
        lambda front: officer.password(front, "An"),
        lambda front: officer.link(front, "An"),
        lambda front: officer.token(front, "An", ("read",), 30),
    ]
    password, _ = machine.proofs["An"]
    for call in calls:
        with pytest.raises(SettingError, match="Thiếu mật khẩu của An: mỗi thứ một dòng"):
            call(machine.front())
        with pytest.raises(SettingError, match="Thiếu mã 6 số"):
            call(machine.front("nobody", password))
    with pytest.raises(Refused):
        officer.link(machine.front("nobody", password, "000000"), "An")
    with pytest.raises(SettingError, match="--as"):
        officer.link(machine.front("An"), "")


def test_ones_own_password(machine: Machine) -> None:
    officer.password(machine.front("An", "câu mới của riêng tôi"), "An")
    assert "Đã đổi" in machine.said()
    with pytest.raises(Refused):
        officer.link(machine.front("An"), "An")
    machine.proofs["An"] = ("câu mới của riêng tôi", machine.proofs["An"][1])
    assert officer.link(machine.front("An"), "An") == 0


def test_a_link_code_opens_a_chat(machine: Machine) -> None:
    officer.link(machine.front("An"), "An", as_json=True)
    code = machine.json()["code"]

    async def send() -> None:
        front = machine.front()
        async with front.database() as db, db.transaction() as connection:
            assert await chats.link(connection, front.key, code, PHONE, machine.clock.now())

    asyncio.run(send())
    assert machine.listed()["An"]["chats"] == 1
    officer.link(machine.front("An"), "An", end=True)
    assert machine.said() == "Đã ngắt 1 cuộc trò chuyện.\n"
    assert machine.listed()["An"]["chats"] == 0
    officer.link(machine.front("An"), "An")
    assert "/noi " in machine.said()


def test_a_token_acts_for_its_officer_and_never_decides(machine: Machine) -> None:
    machine.add("Cúc", "editor", by="An")
    officer.token(machine.front("Cúc"), "Cúc", ("draft",), 7, as_json=True)
    made = machine.json()["token"]

    async def who(front: Front, name: str) -> Any:
        async with front.database() as db:
            return await front.officer(db, name)

    for name in ("", "Cúc"):
        script = asyncio.run(who(machine.front(token=made), name))
        assert (script.name, script.scopes) == ("Cúc", ("draft",))
        assert may(script, Action.DRAFT, (), machine.clock.now(), within)
    with pytest.raises(SettingError, match="của cán bộ khác"):
        asyncio.run(who(machine.front(token=made), "An"))
    with pytest.raises(SettingError, match="không đúng"):
        asyncio.run(who(machine.front(token="cotmoc_x"), ""))
    # What only a person may do asks for password and code, whatever token there is.
    with pytest.raises(SettingError, match="Thiếu mật khẩu"):
        officer.token(machine.front(token=made), "Cúc", ("draft",), 7)
    with pytest.raises(Forbidden):
        officer.reset(machine.front("Cúc", token=made), "An", "Cúc")
    officer.token(machine.front("Cúc"), "Cúc", (), 0, end=True)
    with pytest.raises(SettingError, match="không đúng"):
        asyncio.run(who(machine.front(token=made), ""))


# --- the log --------------------------------------------------------------------------------------------------------


def keep_head(machine: Machine, day: date) -> None:
    async def keep() -> None:
        async with machine.front().database() as db, db.reading() as connection:
            assert await audit_heads.keep_head(connection, machine.settings.var_dir, day)

    asyncio.run(keep())


def spoil(machine: Machine, statement: Any) -> None:
    async def change() -> None:
        async with machine.front().database() as db, db.transaction() as connection:
            await connection.execute(statement)

    asyncio.run(change())


def test_the_log_is_whole_and_then_it_is_not(machine: Machine) -> None:
    keep_head(machine, date(2026, 11, 20))
    machine.add("Cúc", "editor", by="An")
    assert audit.verify(machine.settings, "") == 0
    shown = machine.said()
    assert "Nhật ký nguyên vẹn: " in shown
    assert "1 dấu ghi ngoài" in shown
    head = shown.rpartition("Dấu cuối: ")[2].strip()
    assert audit.verify(machine.settings, head) == 0
    machine.said()
    spoil(machine, audit_table.delete().where(audit_table.c.mac == head))
    assert audit.verify(machine.settings, "") == 0  # nobody wrote that head down
    assert audit.verify(machine.settings, head, as_json=True) == 1
    found = json.loads(machine.said().splitlines()[-1])
    assert (found["good"], found["broken_at"], found["missing_heads"]) == (False, None, [head])
    spoil(machine, update(audit_table).where(audit_table.c.id == 1).values(subject="Ai đó"))
    assert audit.verify(machine.settings, "") == 1
    assert "HỎNG: dòng 1 " in machine.said()
    spoil(machine, audit_table.delete().where(audit_table.c.id <= 2))
    assert audit.verify(machine.settings, "") == 1
    assert "mất dòng cuối của ngày 20/11/2026 (khi ấy có 2 dòng)" in machine.said()


def test_the_newest_lines(machine: Machine) -> None:
    machine.add("Cúc", "editor", by="An")
    audit.show(machine.settings, 2, as_json=True)
    newest, before = [json.loads(line) for line in machine.said().splitlines()]
    assert (newest["officer"], newest["action"], newest["subject"]) == ("Bình", "officer.add", "Cúc")
    assert before["action"] == "proposal.confirmed"
    audit.show(machine.settings, 100)
    shown = machine.said()
    assert "(dịch vụ)  officer.add  An" in shown
    for password, secret in machine.proofs.values():
        assert password not in shown
        assert secret not in shown


# --- as it is typed -------------------------------------------------------------------------------------------------


def cotmoc(folder: Path, *arguments: str, typed: tuple[str, ...] = (), **environment: str) -> tuple[int, str, str]:
    """The program itself, in its own process."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("COTMOC_")}
    done = subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        input="".join(f"{line}\n" for line in typed),
        capture_output=True,
        text=True,
        timeout=60,
        env={**clean, "COTMOC_VAR_DIR": str(folder), "PYTHONIOENCODING": "utf-8", **environment},
    )
    return done.returncode, done.stdout, done.stderr


def test_from_the_shell(tmp_path: Path) -> None:
    def proofs(name: str) -> tuple[str, str]:
        made = known[name]
        return made["password"], TOTP(made["secret"]).at(int(SystemClock().now().timestamp()))

    known = {}
    for name in ("An", "Bình"):
        code, out, _ = cotmoc(tmp_path, "officer", "add", name, "--role", "administrator", "--json")
        assert code == 0
        known[name] = json.loads(out)
    wanted = ("officer", "add", "Cúc", "--role", "editor", "--area", "dong-thap", "--as", "An")
    code, _, error = cotmoc(tmp_path, *wanted)
    assert (code, error.startswith("cotmoc: Thiếu mật khẩu của An")) == (2, True)
    code, out, _ = cotmoc(tmp_path, *wanted, typed=proofs("An"))
    assert (code, "confirm 1" in out) == (0, True)
    code, out, _ = cotmoc(tmp_path, "officer", "confirm", "1", "--as", "Bình", "--json", typed=proofs("Bình"))
    assert (code, json.loads(out)["officer"]) == (0, "Cúc")
    code, out, _ = cotmoc(tmp_path, "audit", "verify", "--head", "0" * 64)
    assert (code, "không có dòng nào mang dấu đã cho" in out) == (1, True)


# --- who is told besides, and the calendar ---------------------------------------------------------------------------


def test_a_deputy_is_proposed_and_confirmed(machine: Machine) -> None:
    machine.add("Cúc", "approver", by="An")
    officer.deputy(machine.front("An"), "Cúc", "Bình", "An")
    assert "Đề nghị 2: khi có việc chờ Cúc thì báo cả Bình, không thêm quyền nào." in machine.said()
    assert machine.listed()["Cúc"]["deputy"] is None
    officer.confirm(machine.front("Bình"), 2, "Bình")
    assert machine.said().startswith("Đã làm: khi có việc chờ Cúc")
    assert machine.listed()["Cúc"]["deputy"] == "Bình"
    officer.show(machine.front())
    assert "    báo cả cho Bình" in machine.said()
    officer.deputy(machine.front("An"), "Cúc", "", "An", as_json=True)
    officer.confirm(machine.front("Bình"), machine.json()["proposal"], "Bình")
    assert "thôi báo người thay của Cúc" in machine.said()
    assert machine.listed()["Cúc"]["deputy"] is None
    with pytest.raises(CotMocError, match="Ai đó"):
        officer.deputy(machine.front("An"), "Cúc", "Ai đó", "An")


def test_the_address_of_ones_own_calendar(machine: Machine) -> None:
    machine.add("Cúc", "editor", by="An")
    officer.calendar(machine.front("Cúc"), "Cúc", "", as_json=True)
    first = machine.json()["address"]
    assert first.startswith("http://127.0.0.1:8080/calendar/")
    assert first.endswith(".ics")
    officer.calendar(machine.front("Cúc"), "", "Cúc")
    said = machine.said()
    assert "Chỉ hiện một lần" in said
    assert "chỉ mở được ở ngay máy chủ" in said
    assert first not in said
    with pytest.raises(SettingError, match="chính cán bộ ấy"):
        officer.calendar(machine.front("An"), "Cúc", "An")
    officer.calendar(machine.front("An"), "Cúc", "An", revoke=True)
    assert machine.said() == "Đã huỷ địa chỉ lịch của Cúc.\n"
    officer.calendar(machine.front("Cúc"), "Cúc", "", revoke=True)
    assert machine.said() == "Không có địa chỉ lịch nào của Cúc.\n"
    officer.calendar(machine.front("An"), "An", "", as_json=True)
    with pytest.raises(Forbidden):
        officer.calendar(machine.front("Cúc"), "An", "Cúc", revoke=True)


@pytest.mark.parametrize(
    "words",
    [
        ("deputy", "Cúc", "--is", "Bình", "--as", "An"),
        ("deputy", "Cúc", "--none", "--as", "An"),
        ("calendar", "Cúc"),
        ("calendar", "Cúc", "--revoke", "--as", "An"),
        ("calendar", "--as", "Cúc"),
    ],
)
def test_nobody_does_so_without_signing_in(machine: Machine, words: tuple[str, ...]) -> None:
    code, _, error = cotmoc(machine.settings.var_dir, "officer", *words)
    assert (code, "Thiếu mật khẩu của" in error) == (2, True)


def test_a_deputy_needs_a_name_or_none(machine: Machine) -> None:
    assert cotmoc(machine.settings.var_dir, "officer", "deputy", "Cúc", "--as", "An")[0] == 2
