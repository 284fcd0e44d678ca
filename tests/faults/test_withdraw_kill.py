"""SIGKILL in the middle of taking a campaign back: in the end nothing of it stands anywhere, and the counts add up."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.fakes.telegram_client import FakeTelegram
from tests.faults.service import Service
from tests.faults.test_send_kill import FIRST_CHAT, deliveries, put_run
from tests.warm import copy_warm_database

PEOPLE = 400


def ask(database: Path) -> None:
    """What ``cotmoc campaign withdraw`` leaves behind."""
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    with sqlite3.connect(database, timeout=30) as connection:
        connection.execute("UPDATE runs SET state = 'cancelled', finished_at = ?", (now,))
        connection.execute(
            "INSERT INTO withdrawals (run_id, channel, account, asked_by, asked_at) VALUES (1, 'telegram', 'main',"
            " 'an', ?)",
            (now,),
        )


def done(database: Path) -> bool:
    with sqlite3.connect(database) as connection:
        return bool(connection.execute("SELECT done_at FROM withdrawals").fetchone()[0])


async def deletions(fake: FakeTelegram) -> int:
    return (await fake.counts()).acts


@pytest.mark.soak
async def test_killed_while_it_takes_back(tmp_path: Path) -> None:
    async with FakeTelegram.start() as fake:
        service = Service(tmp_path, fake, mode="polling", only="sender", telegram_rate="300")
        copy_warm_database(service.database)
        put_run(service.database, PEOPLE)
        service.spawn()
        for _ in range(1500):
            if deliveries(service.database)["sent"] == PEOPLE:
                break
            await asyncio.sleep(0.05)
        service.stop()
        assert deliveries(service.database) == Counter({"sent": PEOPLE})
        ask(service.database)
        await fake.fault("latency", ms=60, jitter_ms=50)
        for share in (0.2, 0.5):
            service.spawn()
            for _ in range(1500):
                if await deletions(fake) >= share * PEOPLE:
                    break
                await asyncio.sleep(0.01)
            service.kill()
            found = deliveries(service.database)
            assert set(found) == {"sent", "withdrawn"}  # killed in the middle of it
            assert found.total() == PEOPLE
        service.spawn()
        for _ in range(1500):
            if done(service.database):
                break
            await asyncio.sleep(0.05)
        service.stop()
        assert deliveries(service.database) == Counter({"withdrawn": PEOPLE})
        acts = Counter(act.chat_id for act in await fake.acts() if act.method == "deletemessage")
        assert acts == Counter({FIRST_CHAT + number: 1 for number in range(1, PEOPLE + 1)})
        assert max(Counter(act.chat_id for act in await fake.sends()).values()) == 1
        for number in (1, PEOPLE // 2, PEOPLE):
            assert await fake.standing(FIRST_CHAT + number) == []
        log = service.log()
    assert not [number for number in range(1, PEOPLE + 1) if str(FIRST_CHAT + number) in log]
