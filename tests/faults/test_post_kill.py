"""SIGKILL of a poster with a call in flight: nothing is posted twice, and what cannot be known is listed."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.fakes.telegram_client import FakeTelegram
from tests.faults.service import Service
from tests.faults.test_send_kill import put_run
from tests.warm import copy_warm_database

FIRST, SECOND = -1001111111111, -1002222222222


def put_posts(database: Path) -> None:
    """Two posts, written as the scheduler leaves them."""
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    with sqlite3.connect(database) as connection:
        for number, target in enumerate((FIRST, SECOND), 1):
            connection.execute(
                "INSERT INTO posts (id, run_id, channel, account, target, language, state, at)"
                " VALUES (?, 1, 'telegram', 'main', ?, 'vi', 'queued', ?)",
                (number, str(target), now),
            )
            connection.execute(
                "INSERT INTO post_progress (post_id, name, kind) VALUES (?, ?, 'channel')", (number, f"kenh-{number}")
            )


def states(database: Path) -> list[str]:
    with sqlite3.connect(database) as connection:
        return [state for (state,) in connection.execute("SELECT state FROM posts ORDER BY id")]


async def until(database: Path, wanted: list[str]) -> None:
    for _ in range(1500):
        if states(database) == wanted:
            return
        await asyncio.sleep(0.02)
    raise TimeoutError(states(database))


@pytest.mark.soak
async def test_killed_while_it_posts(tmp_path: Path) -> None:
    async with FakeTelegram.start() as fake:
        service = Service(tmp_path, fake, mode="polling", only="sender")
        copy_warm_database(service.database)
        put_run(service.database, 0)
        put_posts(service.database)
        await fake.fault("latency", ms=3000, chat_id=FIRST)
        service.spawn()
        await until(service.database, ["attempting", "queued"])
        await asyncio.sleep(0.3)
        service.kill()
        assert states(service.database) == ["attempting", "queued"]
        await fake.clear_faults()
        service.spawn()
        await until(service.database, ["unknown", "sent"])
        await asyncio.sleep(1.5)
        service.stop()
        reached = Counter(act.chat_id for act in await fake.sends())
    assert reached[SECOND] == 1
    assert reached[FIRST] <= 1
    assert states(service.database) == ["unknown", "sent"]
