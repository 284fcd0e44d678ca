"""``cotmoc campaign``: from an empty installation to a run that is planned, by what is typed and what is printed."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bot.errors import CotMocError
from bot.staff.roles import Forbidden
from broadcasts.approval import SECRECY, NotAllowed
from handlers import cli
from handlers.commands import campaign
from tests.handlers.test_officer_command import Machine


class Typing:
    """Officers who type commands."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine

    def __call__(self, by: str, *words: str, token: str = "") -> Any:
        """What the command says to scripts."""
        asked = cli._parser().parse_args(["campaign", *words, "--json", *(("--as", by) if by else ())])
        assert campaign.run(self.machine.front(by, token=token), asked) == 0
        return json.loads(self.machine.said())

    def plainly(self, by: str, *words: str) -> str:
        """What it says to people."""
        asked = cli._parser().parse_args(["campaign", *words, "--as", by])
        campaign.run(self.machine.front(by), asked)
        return self.machine.said()


@pytest.fixture
def types(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Typing:
    machine = Machine(tmp_path, capsys)
    machine.add("An")
    machine.add("Bình")
    machine.add("Chi", "editor", by="An")
    machine.add("Dung", "reviewer", by="An")
    machine.add("Giang", "approver", by="An")
    return Typing(machine)


def tomorrow(types: Typing) -> str:
    local = types.machine.clock.now().astimezone(types.machine.settings.zone)
    return datetime(local.year, local.month, local.day + 1, 7, 30).isoformat(timespec="minutes")


def written(types: Typing) -> str:
    number = str(types("Chi", "draft", "Giấy tờ vùng biên")["id"])
    types("Chi", "write", number, "vi", "Bà con nhớ mang giấy tờ.")
    types("Chi", "aim", number, "--place", "p-dong-thap")
    types("Chi", "time", number, tomorrow(types))
    types("Chi", "submit", number)
    return number


def test_from_a_draft_to_a_planned_run(types: Typing) -> None:
    number = written(types)
    types("Dung", "sign", number, "vi")
    seen = types("Giang", "check", number)
    assert seen["ticks"] == [SECRECY]
    types("Giang", "approve", number, "--digest", seen["digest"], "--tick", SECRECY)
    assert types("Chi", "schedule", number)["at"].endswith("07:30:00+07:00")
    found = types("Chi", "status", number)
    assert (found["state"], [run["state"] for run in found["runs"]]) == ("scheduled", ["scheduled"])
    assert types("Chi", "report", number)["audience"] == 0


def test_what_is_said_to_people_names_who_must_act(types: Typing) -> None:
    number = written(types)
    assert "chờ duyệt" in types.plainly("Chi", "status", number)
    assert "chưa ký" in types.plainly("Giang", "check", number)
    types("Giang", "return", number, "Thiếu số điều luật")
    assert "Thiếu số điều luật" in types.plainly("Chi", "status", number)


def test_the_author_neither_signs_nor_approves(types: Typing) -> None:
    number = written(types)
    with pytest.raises(Forbidden):
        types("Chi", "sign", number, "vi")
    with pytest.raises(Forbidden):
        types("Chi", "approve", number, "--digest", "x", "--tick", SECRECY)
    types("Dung", "sign", number, "vi")
    with pytest.raises(NotAllowed, match="đánh dấu"):
        types("Giang", "approve", number, "--digest", types("Giang", "check", number)["digest"])


def test_without_signing_in_nothing_is_done(types: Typing) -> None:
    with pytest.raises(CotMocError):
        types("", "draft", "Không ai")


@pytest.mark.parametrize("words", [("time", "1", "mai"), ("write", "1", "vi", "Chào {ten}"), ("status", "99")])
def test_what_is_wrong_is_said_in_one_sentence(types: Typing, words: tuple[str, ...]) -> None:
    written(types)
    with pytest.raises(CotMocError) as told:
        types("Chi", *words)
    assert "\n" not in str(told.value)
