"""A campaign by the command line, through a running service, to the log of Telegram's fake server."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from broadcasts.approval import SECRECY
from tests.fakes.telegram_client import FakeTelegram
from tests.faults.officials import Office
from tests.faults.service import Service

FIRST_CHAT = 6_000_000
TEXT = "Bà con vào vùng biên nhớ mang giấy tờ."


def residents(database: Path, count: int) -> None:
    with sqlite3.connect(database) as connection:
        connection.executemany(
            "INSERT INTO residents (channel, account, external_id, last_wrote_on, routine, safety)"
            " VALUES ('telegram', 'main', ?, '2026-11-01', 1, 1)",
            [(str(FIRST_CHAT + number),) for number in range(count)],
        )


@pytest.mark.soak  # codes of 30 seconds and a schedule in whole minutes take their time
async def test_from_the_command_line_to_everybodys_phone(tmp_path: Path) -> None:
    async with FakeTelegram.start() as fake:
        service = Service(tmp_path, fake, mode="polling", quiet_hours="03:00-03:01", telegram_rate="200")
        await service.start()
        residents(service.database, 25)
        office = Office(service)
        office.open(Chi="editor", Dung="reviewer", Giang="approver")
        office.script("Chi")
        number = str(office("", "campaign", "draft", "Giấy tờ vùng biên")["id"])
        office("", "campaign", "write", number, "vi", TEXT)
        at = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")) + timedelta(seconds=95)
        office("", "campaign", "time", number, at.strftime("%Y-%m-%dT%H:%M"), "--missed", "send")
        office("", "campaign", "submit", number)
        office("Dung", "campaign", "sign", number, "vi")
        seen = office("Giang", "campaign", "check", number)
        office("Giang", "campaign", "approve", number, "--digest", seen["digest"], "--tick", SECRECY)
        office("", "campaign", "schedule", number)
        for _ in range(1500):
            if (await fake.counts()).sends >= 25:
                break
            await asyncio.sleep(0.1)
        await asyncio.sleep(2)
        report = office("", "campaign", "report", number)
        sends = await fake.sends()
        service.stop()
    assert Counter(act.chat_id for act in sends) == Counter({FIRST_CHAT + each: 1 for each in range(25)})
    assert all(TEXT in str(act.text) and "STOP" in str(act.text) for act in sends)
    assert (report["audience"], report["sent"], report["waiting"]) == (25, 25, 0)
