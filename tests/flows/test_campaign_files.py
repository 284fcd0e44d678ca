"""A file from the command line to the log of Telegram's fake server: cleaned, with the text of its language, in one
message."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path
from random import Random

import aiohttp
import pytest
from PIL import Image

from bot.settings import Settings
from broadcasts.approval import SECRECY
from handlers.app import build
from tests.bot.test_attachments import PLACE, photo
from tests.fakes.telegram.launch import launch
from tests.fakes.telegram_client import Act, FakeTelegram
from tests.handlers.test_campaign_command import Typing, signed, tomorrow
from tests.handlers.test_officer_command import Machine
from tests.warm import warm_folder, warm_judge

FIRST_CHAT = 6_100_000
VI, KM = "Bà con xem tờ rơi kèm theo.", "សូមមើលរូបភាពភ្ជាប់។"


@pytest.fixture(scope="module")
def running() -> Iterator[dict[str, str]]:
    with launch() as said:
        yield said


@pytest.fixture
def types(running: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Typing:
    machine = Machine(tmp_path, capsys)
    given = {
        **machine.settings.model_dump(),
        "telegram_token": running["token"],
        "telegram_api_url": running["url"],
        "cache_dir": warm_folder(),
    }
    machine.settings = Settings(_env_file=None, **given)  # type: ignore[call-arg]
    for name, role, by in (
        ("An", "administrator", ""),
        ("Bình", "administrator", ""),
        ("Chi", "editor", "An"),
        ("Dung", "reviewer", "An"),
        ("Giang", "approver", "An"),
    ):
        machine.add(name, role, by=by)
    return Typing(machine)


def residents(folder: Path) -> None:
    """Two who read Vietnamese and one who reads Khmer."""
    with sqlite3.connect(folder / "cotmoc.sqlite3") as connection:
        connection.executemany(
            "INSERT INTO residents (channel, account, external_id, language, last_wrote_on, routine, safety)"
            " VALUES ('telegram', 'main', ?, ?, '2026-11-01', 1, 1)",
            [(str(FIRST_CHAT + number), "km" if number == 2 else "vi") for number in range(3)],
        )


async def sent(types: Typing, running: dict[str, str]) -> tuple[list[Act], dict[int, bytes]]:
    """The next morning: what left, and the files as residents open them."""
    machine = types.machine
    gazetteer, judge = warm_judge(machine.settings.province)
    async with FakeTelegram.attach(running) as fake:
        app = await build(
            machine.settings,
            clock=machine.clock,
            rng=Random(1),
            roles=("sender", "scheduler"),
            gazetteer=gazetteer,
            judge=judge,
        )
        await app.accounts.open()
        try:
            assert app.campaigning.scheduler is not None
            await app.campaigning.scheduler.tick()
            for sender in app.campaigning.senders:
                await sender.work_off()
            acts = await fake.sends()
            return acts, {act.chat_id: await opened(fake, act.file_id) for act in acts if act.file_id}
        finally:
            await app.close()


async def opened(fake: FakeTelegram, file_id: str) -> bytes:
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{fake.base_url}{fake.token}/getFile", json={"file_id": file_id}) as told:
            path = (await told.json())["result"]["file_path"]
        async with session.get(f"{fake.base_file_url}{fake.token}/{path}") as answer:
            return await answer.read()


def test_a_picture_goes_with_its_language_and_tells_nothing_of_who_took_it(
    types: Typing, running: dict[str, str], tmp_path: Path
) -> None:
    picture = tmp_path / "tờ rơi.jpg"
    picture.write_bytes(photo())
    number = str(types("Chi", "draft", "Tờ rơi")["id"])
    types("Chi", "write", number, "vi", VI)
    types("Chi", "write", number, "km", KM)
    types("Chi", "attach", number, str(picture), "--language", "vi")
    types("Chi", "time", number, tomorrow(types))
    types("Chi", "submit", number)
    for language in ("vi", "km"):
        signed(types, number, language)
    seen = types("Giang", "check", number)
    types("Giang", "approve", number, "--digest", seen["digest"], "--tick", SECRECY)
    at = types("Chi", "schedule", number)["at"]
    residents(tmp_path)
    machine = types.machine
    machine.clock.advance((datetime.fromisoformat(at) - machine.clock.now()).total_seconds() + 1)
    acts, files = asyncio.run(sent(types, running))
    assert "tới được: 3 → 3" in types.plainly("Chi", "report", number)
    by_chat = {act.chat_id: act.text for act in acts}
    assert sorted(by_chat) == [FIRST_CHAT, FIRST_CHAT + 1, FIRST_CHAT + 2]
    assert by_chat[FIRST_CHAT].startswith(VI)
    assert by_chat[FIRST_CHAT + 2].startswith(KM)
    assert sorted(files) == [FIRST_CHAT, FIRST_CHAT + 1]  # the Khmer text goes without a Vietnamese picture
    for content in files.values():
        assert PLACE not in content
        assert Image.open(BytesIO(content)).size == (40, 60)
