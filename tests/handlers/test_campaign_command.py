"""``cotmoc campaign``: from an empty installation to a run that is planned, by what is typed and what is printed."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from bot.channels.zalo_bot_book import StoredQuotaBook
from bot.channels.zalo_bot_quota import Tally, month_of
from bot.errors import CotMocError, SettingError
from bot.settings import Settings
from bot.staff.roles import Forbidden
from bot.storage.schema import residents
from broadcasts.approval import SECRECY, NotAllowed
from broadcasts.store import ChangedMeanwhile
from handlers import cli
from handlers.commands import campaign
from tests.bot.staff_sample import NOW
from tests.bot.test_attachments import photo
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


def signed(types: Typing, number: str, language: str = "vi") -> None:
    """Dung reads the text in ``check`` and signs what was read."""
    read = types("Dung", "check", number)["texts"][language]
    types("Dung", "sign", number, language, "--digest", read)


def test_from_a_draft_to_a_planned_run(types: Typing) -> None:
    number = written(types)
    signed(types, number)
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
        types("Chi", "sign", number, "vi", "--digest", "x")
    with pytest.raises(Forbidden):
        types("Chi", "approve", number, "--digest", "x", "--tick", SECRECY)
    signed(types, number)
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


# --- Files, previews, copies, templates ---------------------------------------------------------------------------


@pytest.fixture
def reachable(types: Typing) -> Typing:
    """The same installation with Telegram and a Zalo Bot switched on."""
    given = {**types.machine.settings.model_dump(), "telegram_token": "123:abc", "zalo_bot_token": "1:x"}
    types.machine.settings = Settings(_env_file=None, **given)  # type: ignore[call-arg]
    return types


def test_a_file_is_attached_cleaned_shown_and_taken_away(reachable: Typing, tmp_path: Path) -> None:
    types, picture = reachable, tmp_path / "tờ rơi.jpg"
    picture.write_bytes(photo())
    number = written(types)
    types("Chi", "write", number, "km", "សូមយកឯកសារ។")
    made = types("Chi", "attach", number, str(picture), "--language", "vi")
    assert made["name"] == "tờ rơi.jpg"
    assert types("Chi", "status", number)["files"] == [{"id": made["file"], "language": "vi", "name": "tờ rơi.jpg"}]
    shown = {(each["channel"], each["language"]): each for each in types("Chi", "preview", number)}
    assert shown["telegram", "vi"]["file"] == "tờ rơi.jpg"
    assert shown["zalo-bot", "vi"]["left_out"] == "tờ rơi.jpg"
    assert shown["telegram", "km"]["file"] is None
    said = types.plainly("Chi", "preview", number, "--channel", "zalo-bot", "--language", "vi")
    assert "kênh này không nhận tệp “tờ rơi.jpg”" in said
    assert "Bà con nhớ mang giấy tờ." in said
    types("Chi", "detach", number, str(made["file"]))
    assert types("Chi", "status", number)["files"] == []


async def people(types: Typing, counts: dict[str, int]) -> None:
    """So many who agreed to routine messages, by channel."""
    async with types.machine.front().database() as db, db.transaction() as connection:
        rows = [
            {"channel": channel, "account": "main", "external_id": str(n), "last_wrote_on": NOW.date(), "routine": True}
            for channel, count in counts.items()
            for n in range(count)
        ]
        await connection.execute(insert(residents), rows)


async def used(types: Typing, messages: int) -> None:
    """So many more messages that the Zalo Bot has sent this month."""
    month = month_of(types.machine.clock.now(), types.machine.settings.zone)
    async with types.machine.front().database() as db:
        await StoredQuotaBook(db).save(Tally(month, messages))


@pytest.mark.parametrize("content", [b"MZ no picture", None])
def test_a_file_that_is_none_is_refused_in_one_sentence(types: Typing, tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "x.pdf"
    if content is not None:
        path.write_bytes(content)
    number = written(types)
    with pytest.raises(CotMocError) as told:
        types("Chi", "attach", number, str(path))
    assert "\n" not in str(told.value)
    assert types("Chi", "status", number)["state"] == "submitted"


def test_a_text_too_long_for_a_channel_is_refused_with_its_name_and_by_how_much(reachable: Typing) -> None:
    types = reachable
    number = str(types("Chi", "draft", "Giấy tờ vùng biên")["id"])
    types("Chi", "write", number, "vi", "Bà con nhớ mang giấy tờ. " * 80)
    types("Chi", "time", number, tomorrow(types))
    over = next(each["over"] for each in types("Chi", "preview", number) if each["channel"] == "zalo-bot")
    assert over > 0
    with pytest.raises(CotMocError) as told:
        types("Chi", "submit", number)
    assert str(told.value) == f"Bản tiếng Việt dài quá trên Zalo Bot: bớt {over} ký tự."
    types("Chi", "write", number, "vi", ("Bà con nhớ mang giấy tờ. " * 80)[: -over - 1])
    types("Chi", "submit", number)


def test_a_copy_waits_for_its_time_and_its_signature(types: Typing, tmp_path: Path) -> None:
    number = written(types)
    (tmp_path / "a.jpg").write_bytes(photo())
    types("Chi", "attach", number, str(tmp_path / "a.jpg"))
    types("Chi", "submit", number)
    signed(types, number)
    copied = str(types("Chi", "copy", number)["id"])
    assert "(bản sao)" in types.plainly("Chi", "status", copied)
    assert [each["name"] for each in types("Chi", "status", copied)["files"]] == ["a.jpg"]
    assert "chưa ký" in types.plainly("Chi", "check", copied)
    with pytest.raises(CotMocError, match="giờ gửi"):
        types("Chi", "submit", copied)


def test_a_draft_from_a_template_of_the_plans(types: Typing) -> None:
    listed = {each["id"]: each for each in types("Chi", "templates")}
    assert len(listed) == 54
    number = str(types("Chi", "draft", "--template", "cmp.fish.iuu-core")["id"])
    assert listed["cmp.fish.iuu-core"]["title"] in types.plainly("Chi", "status", number)
    said = types.plainly("Chi", "draft", "--template", "cmp.farm.harvest")
    assert "tự ghi" in said
    with pytest.raises(CotMocError, match="Không có mẫu"):
        types("Chi", "draft", "--template", "cmp.farm")
    with pytest.raises(CotMocError, match="Tên chiến dịch"):
        types("Chi", "draft")


def test_what_was_read_is_what_is_signed(types: Typing) -> None:
    number = written(types)
    with pytest.raises(SettingError, match="--digest"):
        types("Dung", "sign", number, "vi")
    read = types("Dung", "check", number)["texts"]["vi"]
    types("Chi", "write", number, "vi", "Bà con không cần mang giấy tờ.")
    with pytest.raises(ChangedMeanwhile):
        types("Dung", "sign", number, "vi", "--digest", read)
    signed(types, number)


def test_the_forecast_and_what_is_left_of_the_quota_stand_in_check_and_status(reachable: Typing) -> None:
    types = reachable
    asyncio.run(people(types, {"zalo-bot": 4, "telegram": 3}))
    asyncio.run(used(types, 2998))
    number = written(types)
    types("Chi", "aim", number)  # everywhere
    found = types("Giang", "check", number)["forecast"]
    assert (found["audience"], found["by_channel"]) == (7, {"telegram": 3, "zalo-bot": 4})
    assert (found["quota_left"], found["beyond_quota"]) == ({"zalo-bot": 2}, {"zalo-bot": 2})
    for command in ("check", "status"):
        said = types.plainly("Giang", command, number)
        assert "Dự báo: 7 người, tới được 7." in said
        assert "Zalo Bot còn gửi được 2 tin tháng này: thiếu 2 tin, bớt người nhận hoặc đợi tháng sau." in said
    asyncio.run(used(types, -2988))
    assert "còn gửi được 2.990 tin tháng này: đủ." in types.plainly("Chi", "status", number)


def test_a_template_for_an_officer_of_one_province_is_for_that_province(types: Typing) -> None:
    types.machine.add("Lan", "editor", "p-dong-thap", by="An")
    number = str(types("Lan", "draft", "--template", "cmp.safety.hotlines")["id"])
    types("Lan", "time", number, tomorrow(types))
    types("Lan", "submit", number)  # which asks for the right to write to whom it is for
