"""``cotmoc subscribers``: from a file to subscribers by what two officers type, and what is printed."""

from __future__ import annotations

import asyncio
import csv
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.errors import CotMocError, SettingError
from bot.settings import Settings
from bot.staff.proposals import OwnProposal
from bot.storage.schema import residents
from handlers.cli import _parser
from handlers.commands import subscribers
from handlers.commands.acting import Front
from tests.handlers.test_officer_command import Machine

GOOD = {
    "channel": "telegram",
    "external_id": "70001",
    "place": "c-29929",
    "consent_safety": "có",
    "consent_routine": "có",
    "consent_at": "20/10/2026",
    "consent_wording": "Bà con có muốn nhận tin không?",
    "consent_source": "phiếu số 12",
}


@pytest.fixture
def machine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Machine:
    made = Machine(tmp_path, capsys)
    settings = made.settings.model_dump() | {"telegram_token": "123456:abc"}
    made.settings = Settings(_env_file=None, **settings)  # type: ignore[call-arg]
    made.add("An")
    made.add("Bình")
    return made


def file_of(folder: Path, *rows: dict[str, str], name: str = "people.csv") -> str:
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(GOOD))
        writer.writeheader()
        writer.writerows(rows)
    return str(path)


def call(front: Front, *typed: str) -> int:
    """As on the command line."""
    return subscribers.call(front, _parser().parse_args(["subscribers", *typed]))


def kept(machine: Machine) -> list[Any]:
    async def ask() -> list[Any]:
        async with machine.front().database() as db, db.reading() as connection:
            return list((await connection.execute(select(residents))).all())

    return asyncio.run(ask())


def test_a_dry_run_asks_nobody_and_keeps_nothing(machine: Machine, tmp_path: Path) -> None:
    file = file_of(tmp_path, GOOD, GOOD | {"external_id": "-100"}, GOOD)
    assert call(machine.front(), "import", file, "--dry-run") == 1
    said = machine.said()
    assert "Dòng 3: Cột external_id" in said
    assert "Dòng 4: Địa chỉ này đã có ở dòng 2." in said
    assert "1 người nhập được, 2 dòng bị bỏ." in said
    assert "70001" not in said
    assert call(machine.front(), "import", file_of(tmp_path, GOOD), "--dry-run") == 0
    assert kept(machine) == []


def test_two_officers_and_the_very_same_file(machine: Machine, tmp_path: Path) -> None:
    file = file_of(tmp_path, GOOD, GOOD | {"external_id": "70002"})
    with pytest.raises(SettingError, match="--as"):
        call(machine.front(), "import", file)
    assert call(machine.front("An"), "import", file, "--as", "An", "--json") == 0
    made = machine.json()
    assert (made["people"], made["faults"]) == (2, [])
    number = str(made["proposal"])
    with pytest.raises(OwnProposal):
        call(machine.front("An"), "confirm", number, file, "--as", "An")
    with pytest.raises(CotMocError, match="đúng tệp"):
        call(machine.front("Bình"), "confirm", number, file_of(tmp_path, GOOD, name="x.csv"), "--as", "Bình")
    assert call(machine.front("Bình"), "confirm", number, file, "--as", "Bình") == 0
    said = machine.said()
    assert "Đã nhập 2 người. 0 người đã có" in said
    assert "Tin chào, có cách ngừng ở dòng đầu, gửi từ 09:" in said
    assert call(machine.front("An"), "import", file, "--as", "An") == 0
    assert "sẽ nhận một tin chào:\nMuốn ngừng mọi tin: nhắn STOP" in machine.said()
    assert call(machine.front("Bình"), "confirm", "2", file, "--as", "Bình", "--json") == 0
    assert machine.json() == {"added": 0, "left": 2, "run": None, "at": None}
    assert sorted(row.external_id for row in kept(machine)) == ["70001", "70002"]


def test_a_proposal_can_be_refused(machine: Machine, tmp_path: Path) -> None:
    file = file_of(tmp_path, GOOD)
    call(machine.front("An"), "import", file, "--as", "An", "--json")
    number = str(machine.json()["proposal"])
    assert call(machine.front("Bình"), "refuse", number, "--as", "Bình") == 0
    with pytest.raises(CotMocError):
        call(machine.front("Bình"), "confirm", number, file, "--as", "Bình")


def test_only_channels_that_are_set_up(machine: Machine, tmp_path: Path) -> None:
    file = file_of(tmp_path, GOOD | {"channel": "zalo-oa", "external_id": "123456789"})
    assert call(machine.front(), "import", file, "--dry-run", "--json") == 1
    assert machine.json()["people"] == 0
    with pytest.raises(SettingError, match="Không đọc được"):
        call(machine.front(), "import", str(tmp_path / "nothing.csv"), "--dry-run")
