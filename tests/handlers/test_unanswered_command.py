"""``cotmoc content unanswered`` and ``content answered``: what officers see, what is refused, what is written down."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import SettingError
from bot.messages import Address
from bot.settings import Settings, secret_key
from bot.storage.db import Database
from bot.storage.migrate import migrate
from bot.storage.schema import found_answers, tell_me
from broadcasts import waiting
from content import store
from handlers.commands import unanswered

FERRY = "pha so thuong may gio chay chuyen cuoi"
ANSWER = "border.rules.permit-to-enter"
REFER = "crossing.gates.hours-cambodia"
ME = Address("telegram", "main", "4001")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(_env_file=None, var_dir=tmp_path)  # type: ignore[call-arg]
    inside(made, lambda connection: store.update_from_release(connection, datetime.now(UTC)))
    return made


def inside(settings: Settings, change: Callable[[AsyncConnection], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        db = Database(settings.database)
        await migrate(db)
        try:
            async with db.transaction() as connection:
                return await change(connection)
        finally:
            await db.close()

    return asyncio.run(run())


def today(settings: Settings) -> date:
    return datetime.now(settings.zone).date()


def keep(settings: Settings, *rows: tuple[str, str, int]) -> None:
    """(question, channel, days ago)."""

    async def change(connection: AsyncConnection) -> None:
        for text, channel, age in rows:
            day = today(settings) - timedelta(days=age)
            await store.note_unanswered(connection, text, "vi", channel, day)

    inside(settings, change)


def seen(settings: Settings, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert unanswered.show(settings, as_json=True) == 0
    shown: dict[str, Any] = json.loads(capsys.readouterr().out)
    return shown


def test_what_officers_see(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    keep(settings, (FERRY, "web", 1), (FERRY, "web", 2), (FERRY, "web", 2), ("rieng tu xyzzy", "web", 1))
    keep(settings, *[("qua lau roi", "web", age) for age in (91, 92, 93)])
    assert seen(settings, capsys) == {"total": 4, "held_back": 4, "groups": []}
    keep(settings, (f"{FERRY} vay goi 0912345678", "telegram", 9), (f"{FERRY} vay", "telegram", 2))
    shown = seen(settings, capsys)
    [group] = shown["groups"]
    assert (group["question"], group["count"], group["days"]) == (FERRY, 4, 2)
    assert group["channels"] == {"telegram": 1, "web": 3}
    assert group["last_day"] == (today(settings) - timedelta(days=1)).isoformat()  # no finer than the day
    assert (shown["total"], shown["held_back"]) == (6, 2)
    unanswered.show(settings, as_json=False)
    printed = capsys.readouterr().out
    assert FERRY in printed
    assert "2 câu không hiện" in printed
    assert "xyzzy" not in printed
    assert "0912" not in printed


@pytest.mark.parametrize(
    ("wanted", "entry_id", "why"),
    [
        ("1", "no.such", r"Không có câu trả lời no\.such\."),
        ("1", REFER, "chưa phải là câu trả lời"),
        ("1", "", "Thiếu --entry"),
        ("987654", ANSWER, "câu hỏi số 987654"),
        ("no.such", ANSWER, r"no\.such"),
    ],
)
def test_what_is_refused_changes_nothing(settings: Settings, wanted: str, entry_id: str, why: str) -> None:
    keep(settings, (FERRY, "web", 1))
    with pytest.raises(SettingError, match=why):
        unanswered.answer(settings, wanted, entry_id, as_json=False)
    assert inside(settings, lambda connection: connection.scalar(select(found_answers.c.subject))) is None


def test_a_group_by_its_number_and_who_decided(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    keep(settings, (FERRY, "web", 1), (f"{FERRY} vay", "web", 2), ("chuyen khac han", "web", 2))
    subject = waiting.question_subject(f"{FERRY}, vậy?", secret_key(settings))

    async def opt_in(connection: AsyncConnection) -> None:
        await waiting.ask_to_be_told(connection, ME, subject=subject, language="vi", asked_on=today(settings))

    inside(settings, opt_in)
    unanswered.answer(settings, "2", ANSWER, as_json=True, by="An")
    assert json.loads(capsys.readouterr().out) == {"entry_id": ANSWER, "questions": 2, "waiting": 1}
    assert seen(settings, capsys)["total"] == 1  # answered questions are unanswered no more
    unanswered.progress(settings, as_json=True)
    [listed] = json.loads(capsys.readouterr().out)
    assert listed["decided_by"] == "An"
    assert (listed["entry_id"], listed["waiting"], listed["unknown"], listed["refused"]) == (ANSWER, 1, 0, 0)
    assert inside(settings, lambda connection: connection.scalar(select(tell_me.c.state))) == "waiting"  # said later


def test_one_question_of_a_group_that_is_not_shown(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """Its words are not told."""
    keep(settings, ("rieng tu xyzzy", "web", 1))
    unanswered.answer(settings, "1", ANSWER, as_json=False)
    printed = capsys.readouterr().out
    assert printed.startswith("Đã ghi: 1 câu hỏi nay có trả lời là")
    assert "xyzzy" not in printed


def test_an_entry_that_could_not_confirm(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    unanswered.answer(settings, REFER, ANSWER, as_json=False)
    assert "0 người chờ" in capsys.readouterr().out
    stored = inside(settings, lambda connection: connection.scalar(select(found_answers.c.subject)))
    assert stored == waiting.entry_subject(REFER, secret_key(settings))


def test_nothing_decided_yet(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    unanswered.progress(settings, as_json=False)
    assert "Chưa có câu hỏi nào" in capsys.readouterr().out
