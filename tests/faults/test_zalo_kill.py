"""SIGKILL in the middle of an Official Account's webhooks: every event is answered once, or listed as unknown.

Zalo sends an event again that was not answered with 200, also one that was stored just before the end, and some events
come twice anyway.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections import Counter
from pathlib import Path

import pytest

from tests.fakes.zalo_oa_client import FakeZaloOa, resident
from tests.faults.service import Service
from tests.faults.test_kill import QUESTION, open_rows, until_settled
from tests.faults.zalo_service import oa_settings, save_webhook

FIRST = 300_000
PER_SECOND = 40.0
BATCH = 60


async def kill_under_events(folder: Path, kills: int, seed: int) -> None:
    rng = random.Random(seed)
    # Retries after 1, 10, 30, 60, 120 s instead of half a minute to an hour: longer than any row of restarts here.
    async with FakeZaloOa.start(scale=0.0333, unsubscribe=False) as fake:
        service = Service(folder, None)
        service.add(**oa_settings(fake))
        await service.start()
        await save_webhook(fake, service)
        await fake.fault("latency", ms=150, methods=["cs"])
        in_flight_kills = people = 0
        while in_flight_kills < kills:
            await fake.duplicate_next(BATCH // 4)
            await fake.bulk(BATCH, [QUESTION], first=int(resident(FIRST + people)), rate=PER_SECOND)
            people += BATCH
            # Anywhere in the first second and a half, so that every step is hit sooner or later.
            await asyncio.sleep(rng.uniform(0.2, 1.4))
            service.kill()
            with sqlite3.connect(service.database) as connection:
                (replying,) = connection.execute("SELECT count(*) FROM inbox WHERE state = 'replying'").fetchone()
            in_flight_kills += replying > 0
            await service.start()
        await fake.clear_faults()
        await fake.wait_until_idle(300)
        await until_settled(service)
        sends = Counter(act.recipient for act in await fake.sends())
        deliveries = await fake.deliveries()
        # All of it once more, as after an outage on Zalo's side: nobody hears anything twice.
        for event in sorted({each.event for each in deliveries if each.event_name == "user_send_text"})[::7]:
            await fake.redeliver(event)
        await fake.wait_until_idle(60)
        await until_settled(service)
        states = Counter(service.states().values())
        again = Counter(act.recipient for act in await fake.sends())
        listed = open_rows(service)
        service.stop()

    asked = [each for each in deliveries if each.event_name == "user_send_text"]
    assert {each.event for each in asked if each.outcome == 200} == {each.event for each in asked}  # none was given up
    assert set(states) <= {"answered", "ignored", "unknown"}
    assert states["answered"] + states["unknown"] == people  # what came twice is there once
    assert states["ignored"] == states.total() - people  # receipts
    # The fake's log is the truth: nobody got two replies, and whoever got none is among the unknown.
    assert max(sends.values()) == 1
    assert again == sends
    assert people - len(sends) <= states["unknown"]
    assert listed == states["unknown"]
    tried_again = {each.event for each in asked if each.num_retry}
    print(
        f"kills with a reply in flight: {in_flight_kills}, events: {people}, tried again by Zalo: {len(tried_again)},"
        f" unknown: {states['unknown']}, of them not delivered: {people - len(sends)}"
    )


@pytest.mark.soak
async def test_a_few_kills(tmp_path: Path) -> None:
    await kill_under_events(tmp_path, kills=2, seed=3)


@pytest.mark.soak
async def test_fifty_kills(tmp_path: Path) -> None:
    await kill_under_events(tmp_path, kills=50, seed=4)
