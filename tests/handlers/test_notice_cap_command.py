"""``cotmoc notice cap``: a message of others from its file to a notice of ours, by a person; and ours as CAP."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.errors import SettingError
from bot.staff.roles import Forbidden
from broadcasts.cap import Area, MsgType, Named, Scope, Status
from broadcasts.cap_inbox import NoSuchDraft, NotForThis, NotTheirs, UnknownSender
from broadcasts.cap_reading import read_alert
from broadcasts.cap_writing import write_alert
from broadcasts.cap_xml import CapRefused
from broadcasts.hazards import NotSigned
from broadcasts.notice_store import NoSuchNotice
from handlers.commands import notice
from tests.bot.staff_sample import NOW
from tests.broadcasts.cap_messages import NOON, SENDER, made
from tests.handlers.test_notice_command import THUONG_PHUOC, Desk

AREA = Area("Thường Phước", geocodes=(Named("GSO", "29971"), Named("GSO", "99999")))


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, capsys)


def file_of(folder: Path, name: str = "bao", **given: Any) -> str:
    """A storm, for one commune of ours and one that there is not, until midnight."""
    areas = given.pop("areas", (AREA,))
    expires = given.pop("expires", NOON + timedelta(hours=5))
    alert = made(name, expires=expires, **given)
    alert = replace(alert, infos=tuple(replace(each, areas=areas) for each in alert.infos))
    path = folder / f"{name}.xml"
    path.write_bytes(write_alert(alert))
    return str(path)


def brought(desk: Desk, file: str) -> Any:
    return desk("Hà", "cap", "import", file, "--sender", SENDER)


def test_from_a_file_to_a_notice(desk: Desk, tmp_path: Path) -> None:
    desk.signed("storm")
    assert brought(desk, file_of(tmp_path)) == {"id": 1, "state": "waiting"}
    [draft] = desk("", "cap", "drafts")
    assert (draft["headline"], draft["places"], draft["unknown_codes"]) == ("Tin bao", [THUONG_PHUOC], ["99999"])
    told = desk.plainly("", "cap", "drafts", "1")
    assert "xã Thường Phước" in told
    assert "99999" in told
    issued = desk("Hà", "cap", "take", "1", "--template", "bão")
    assert (issued["draft"], issued["drill"], issued["area"]) == (1, False, [THUONG_PHUOC])
    found = desk("Hà", "status", "1")
    assert (found["state"], found["template"]) == ("pending", "storm")
    assert desk("", "cap", "drafts", "1")["state"] == "taken"
    assert desk("", "cap", "drafts") == []
    desk.refused(NotTheirs, "Nam", "cap", "take", "1", "--template", "storm", "--again")
    assert len(desk("Hà", "list")) == 1


def test_it_does_not_outlive_what_it_was_made_from(desk: Desk, tmp_path: Path) -> None:
    desk.signed("storm")
    brought(desk, file_of(tmp_path, minute=-605, expires=NOW + timedelta(hours=3)))
    desk("Hà", "cap", "take", "1", "--template", "storm")
    assert desk("Hà", "status", "1")["expires_at"].startswith((NOW + timedelta(hours=3)).isoformat()[:16])


def test_an_exercise_becomes_a_drill_and_nothing_else(desk: Desk, tmp_path: Path) -> None:
    desk.signed("storm")
    for number, status in enumerate((Status.EXERCISE, Status.TEST), 1):
        brought(desk, file_of(tmp_path, f"thu-{number}", status=status))
        made_of = desk("Hà", "cap", "take", str(number), "--template", "storm", "--again")
        assert made_of["drill"]
        assert desk("Hà", "status", str(made_of["id"]))["drill"]


def test_what_cannot_be_issued_leaves_the_draft_waiting(desk: Desk, tmp_path: Path) -> None:
    brought(desk, file_of(tmp_path))
    desk.refused(NotSigned, "Hà", "cap", "take", "1", "--template", "storm")
    desk.signed("storm")
    desk.refused(Forbidden, "An", "cap", "take", "1", "--template", "storm")
    desk.refused(SettingError, "", "cap", "take", "1", "--template", "storm")
    assert desk("", "cap", "drafts", "1")["state"] == "waiting"
    assert desk("Hà", "list", "--all") == []
    assert desk("Hà", "cap", "take", "1", "--template", "storm")["id"] == 1


def test_not_for_the_public_is_not_issued(desk: Desk, tmp_path: Path) -> None:
    """Refused by the last step of the same transaction: not a row of the notice is left."""
    desk.signed("storm")
    brought(desk, file_of(tmp_path, scope=Scope.RESTRICTED))
    desk.refused(NotForThis, "Hà", "cap", "take", "1", "--template", "storm")
    assert desk("Hà", "list", "--all") == []


def test_an_update_of_what_became_ours_is_no_new_notice(desk: Desk, tmp_path: Path) -> None:
    desk.signed("storm")
    brought(desk, file_of(tmp_path))
    desk("Hà", "cap", "take", "1", "--template", "storm")
    first = read_alert((tmp_path / "bao.xml").read_bytes())
    brought(desk, file_of(tmp_path, "bao-2", minute=5, kind=MsgType.UPDATE, after=(first.name,)))
    told = desk.refused(NotForThis, "Hà", "cap", "take", "2", "--template", "storm", "--again")
    assert "TK-0001" in told
    assert "Liên quan TK-0001" in desk.plainly("", "cap", "drafts")
    brought(desk, file_of(tmp_path, "bao-3", minute=6, kind=MsgType.CANCEL, after=(first.name,)))
    desk("Hà", "cancel", "1", "--reason", "nguồn đã huỷ")
    desk.refused(NotForThis, "Hà", "cap", "take", "3", "--template", "storm")
    assert desk("Hà", "cap", "refuse", "3", "--reason", "đã huỷ tin")["state"] == "refused"


def test_without_a_place_of_ours_the_officer_names_one(desk: Desk, tmp_path: Path) -> None:
    desk.signed("storm")
    brought(desk, file_of(tmp_path, areas=()))
    assert "--area" in desk.refused(SettingError, "Hà", "cap", "take", "1", "--template", "storm")
    made_of = desk("Hà", "cap", "take", "1", "--template", "storm", "--area", THUONG_PHUOC)
    assert made_of["area"] == [THUONG_PHUOC]


def test_a_whole_province_from_outside_is_said_again_by_the_officer(desk: Desk, tmp_path: Path) -> None:
    desk.signed("storm")
    brought(desk, file_of(tmp_path, areas=(Area("Đồng Tháp", geocodes=(Named("GSO", "82"),)),)))
    assert "--whole-province" in desk.refused(SettingError, "Hà", "cap", "take", "1", "--template", "storm")


def test_who_and_what_is_not_let_in(desk: Desk, tmp_path: Path) -> None:
    file = file_of(tmp_path)
    assert SENDER in desk.refused(UnknownSender, "Hà", "cap", "import", file)
    desk.refused(Forbidden, "Lan", "cap", "import", file, "--sender", SENDER)
    broken = tmp_path / "hong.xml"
    broken.write_text("<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", encoding="utf-8")
    desk.refused(CapRefused, "Hà", "cap", "import", str(broken), "--sender", SENDER)
    desk.refused(SettingError, "Hà", "cap", "import", str(tmp_path / "none.xml"))
    assert desk("", "cap", "drafts") == []
    assert "Không có bản tin CAP nào đang chờ." in desk.plainly("", "cap", "drafts")
    desk.refused(NoSuchDraft, "Hà", "cap", "take", "9", "--template", "storm")
    brought(desk, file)
    assert brought(desk, file)["id"] is None  # the very same once more
    desk.refused(Forbidden, "Lan", "cap", "refuse", "1", "--reason", "x")


def test_a_feed_of_the_operator_names_senders_too(desk: Desk, tmp_path: Path) -> None:
    listed = tmp_path / "tai-khoan.toml"
    listed.write_text(
        f'[[feeds]]\nname = "kttv"\nurl = "https://cap.example/a.atom"\nsenders = ["{SENDER}"]\n', encoding="utf-8"
    )
    machine = desk.machine
    given = {**machine.settings.model_dump(), "accounts_file": listed}
    machine.settings = type(machine.settings)(_env_file=None, **given)
    assert desk("Hà", "cap", "import", file_of(tmp_path))["state"] == "waiting"


def test_ours_as_cap(desk: Desk, tmp_path: Path) -> None:
    desk.issued()
    desk("Hà", "update", "1", "--say", "Đã rào 300 mét.")
    file = tmp_path / "ra.xml"
    for words, kind in (((), MsgType.UPDATE), (("--version", "0"), MsgType.ALERT)):
        given = desk._typed("notice", "cap", "export", "TK-0001", str(file), *words)
        assert notice.run(desk.machine.front(), given) == 0
        assert desk.machine.said() == "Đã ghi ra.xml.\n"
        assert read_alert(file.read_bytes()).msg_type is kind
    with pytest.raises(NoSuchNotice, match="không có bản 7"):
        notice.run(desk.machine.front(), desk._typed("notice", "cap", "export", "1", "--version", "7"))


def test_a_drill_as_cap_is_an_exercise(desk: Desk) -> None:
    desk("Hà", "issue", "landslide", "--area", THUONG_PHUOC, "--drill")
    assert notice.run(desk.machine.front(), desk._typed("notice", "cap", "export", "1")) == 0
    alert = read_alert(desk.machine.said().encode())
    assert (alert.status, alert.scope) == (Status.EXERCISE, Scope.RESTRICTED)
    assert alert.infos[0].web is None


def test_json_of_a_draft_is_json(desk: Desk, tmp_path: Path) -> None:
    brought(desk, file_of(tmp_path))
    assert json.loads(json.dumps(desk("", "cap", "drafts", "1")))["sender"] == SENDER
