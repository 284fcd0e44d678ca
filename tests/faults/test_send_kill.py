"""SIGKILL of a sender in the middle of a campaign: nobody skipped, nobody doubled, every unknown one listed."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.fakes.telegram_client import FakeTelegram
from tests.faults.service import Service
from tests.warm import copy_warm_database

FIRST_CHAT = 5_000_000
TEXT = "Bà con nhớ mang giấy tờ."


def put_run(database: Path, people: int) -> None:
    """A run that is being sent, written as the scheduler leaves it."""
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    with sqlite3.connect(database) as connection:
        connection.execute(
            "INSERT INTO campaigns (id, title, state, version, audience, schedule, entries, buttons, created_by,"
            " created_at) VALUES (1, 'Đợt thử', 'scheduled', 1, '{}', '{}', '[]', '[]', 'an', ?)",
            (now,),
        )
        connection.execute(
            "INSERT INTO runs (id, campaign_id, planned_at, state, priority, content, audience, cursor, upto,"
            " audience_count) VALUES (1, 1, ?, 'sending', 5, ?, '{}', ?, ?, ?)",
            (now, f'{{"texts": {{"vi": "{TEXT}"}}}}', people, people, people),
        )
        connection.executemany(
            "INSERT INTO residents (id, channel, account, external_id, last_wrote_on, routine)"
            " VALUES (?, 'telegram', 'main', ?, '2026-11-01', 1)",
            [(number, str(FIRST_CHAT + number)) for number in range(1, people + 1)],
        )
        connection.executemany(
            "INSERT INTO deliveries (run_id, resident_id, channel, account, language, state)"
            " VALUES (1, ?, 'telegram', 'main', 'vi', 'queued')",
            [(number,) for number in range(1, people + 1)],
        )


def deliveries(database: Path) -> Counter[str]:
    with sqlite3.connect(database) as connection:
        return Counter(dict(connection.execute("SELECT state, count(*) FROM deliveries GROUP BY state")))


async def kill_while_sending(folder: Path, *, people: int, kills: int, seed: int) -> None:
    rng = random.Random(seed)
    async with FakeTelegram.start() as fake:
        await fake.fault("latency", ms=60, jitter_ms=50)
        service = Service(folder, fake, mode="polling", only="sender", telegram_rate="300")
        copy_warm_database(service.database)
        put_run(service.database, people)
        in_flight, most = 0, 0
        while in_flight < kills:
            before = (await fake.counts()).sends
            service.spawn()
            for _ in range(1500):  # until it sends again
                if (await fake.counts()).sends > before:
                    break
                await asyncio.sleep(0.02)
            await asyncio.sleep(rng.uniform(0, 0.6))
            service.kill()
            attempting = deliveries(service.database)["attempting"]
            in_flight += attempting > 0
            most = max(most, attempting)
            if not deliveries(service.database)["queued"] and in_flight < kills:
                pytest.fail(f"everything was sent after {in_flight} kills: more people are needed")
        service.spawn()
        for _ in range(3000):
            left = deliveries(service.database)
            if not left["queued"] + left["leased"] + left["attempting"]:
                break
            await asyncio.sleep(0.05)
        service.stop()
        reached = Counter(act.chat_id for act in await fake.sends())
        states = deliveries(service.database)
    with sqlite3.connect(service.database) as connection:
        unknown = {
            FIRST_CHAT + number
            for (number,) in connection.execute("SELECT resident_id FROM deliveries WHERE state = 'unknown'")
        }
    everybody = {FIRST_CHAT + number for number in range(1, people + 1)}
    assert set(states) <= {"sent", "unknown"}
    assert sum(states.values()) == people
    assert max(reached.values()) == 1  # the fake's log is the truth: nobody got it twice
    assert everybody - set(reached) <= unknown  # and who did not get it is listed
    assert most <= 64
    print(f"kills with a request in flight: {in_flight}, unknown: {len(unknown)}, most in flight: {most}")


@pytest.mark.soak
async def test_a_few_kills(tmp_path: Path) -> None:
    await kill_while_sending(tmp_path, people=900, kills=2, seed=1)


@pytest.mark.soak
async def test_a_hundred_kills(tmp_path: Path) -> None:
    await kill_while_sending(tmp_path, people=40_000, kills=100, seed=2)
