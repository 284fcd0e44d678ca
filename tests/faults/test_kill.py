"""SIGKILL in the middle of traffic: every stored update is answered exactly once, or listed as unknown."""

from __future__ import annotations

import asyncio
import json
import random
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.fakes.telegram_client import FakeTelegram
from tests.faults.service import ROOT, Service

QUESTION = "di choi vo xa bien gioi co can xin giay phep ko"
FIRST_CHAT = 3_000_000
PER_SECOND = 40.0


async def kill_under_traffic(folder: Path, kills: int, seed: int) -> None:
    rng = random.Random(seed)
    async with FakeTelegram.start(scale=0.02) as fake:
        service = Service(folder, fake)
        await service.start()
        await asyncio.sleep(0.5)  # the webhook is registered
        await fake.fault("latency", ms=120, jitter_ms=80)
        in_flight_kills = 0
        conversations = 0
        while in_flight_kills < kills:
            batch = 60
            await fake.bulk(batch, [QUESTION], first_chat_id=FIRST_CHAT + conversations, rate=PER_SECOND)
            conversations += batch
            # Anywhere in the first second and a half, so that every step is hit sooner or later.
            await asyncio.sleep(rng.uniform(0.2, 1.4))
            service.kill()
            with sqlite3.connect(service.database) as connection:
                (replying,) = connection.execute("SELECT count(*) FROM inbox WHERE state = 'replying'").fetchone()
            in_flight_kills += replying > 0
            await service.start()
        await fake.clear_faults()
        await fake.wait_until_idle(60)
        await until_settled(service)
        states = service.states()
        sends = Counter(act.chat_id for act in await fake.sends())
        listed = open_rows(service)
        service.stop()

    assert set(states.values()) <= {"answered", "unknown"}
    assert len(states) == conversations
    unknown = sum(state == "unknown" for state in states.values())
    # The fake's log is the truth: nobody got two replies, and whoever got none is among the unknown.
    assert max(sends.values()) == 1
    assert conversations - len(sends) <= unknown
    assert len(sends) >= conversations - unknown
    assert listed == unknown
    print(f"kills with a reply in flight: {in_flight_kills}, updates: {conversations}, unknown: {unknown}")


async def until_settled(service: Service, patience: float = 30) -> None:
    for _ in range(int(patience / 0.1)):
        if not {"stored", "claimed", "replying"} & set(service.states().values()):
            return
        await asyncio.sleep(0.1)
    raise TimeoutError(Counter(service.states().values()))


def open_rows(service: Service) -> int:
    """What ``cotmoc inbox`` lists."""
    listed = subprocess.run(
        [sys.executable, "-m", "bot", "inbox", "--json"],
        cwd=ROOT,
        env=dict(service.env),
        capture_output=True,
        text=True,
        check=True,
    )
    return len(json.loads(listed.stdout))


async def test_a_few_kills(tmp_path: Path) -> None:
    await kill_under_traffic(tmp_path, kills=2, seed=1)


@pytest.mark.soak
async def test_fifty_kills(tmp_path: Path) -> None:
    await kill_under_traffic(tmp_path, kills=50, seed=2)
