"""``expand``: a million subscribers frozen into deliveries, in chunks."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import psutil

from broadcasts import freezing
from broadcasts.audience import Audience, Wanted
from tests.bench.many import NOW, Watch, a_run, database, people

WANTED = Wanted(Audience(), (), (), ("vi",), cap=3)


async def once(kind: str, count: int) -> dict[str, float]:
    async with database(kind) as db:
        await people(db, count)
        run = await a_run(db, count, frozen=False)
        before = psutil.Process().memory_info().rss
        watch, begun, done = Watch(), time.perf_counter(), False
        while not done:
            with watch.step():
                async with db.transaction() as connection:
                    done = await freezing.expand(connection, run, WANTED, NOW, {})
        seconds = time.perf_counter() - begun
        return {
            "seconds": round(seconds, 2),
            "p50_ms": round(watch.percentile(0.5), 1),
            "p99_ms": round(watch.percentile(0.99), 1),
            "rss_mb": round((psutil.Process().memory_info().rss - before) / 1e6, 1),
        }


def run(*, full: bool = False) -> dict[str, Any]:
    count = 1_000_000
    kinds = ("sqlite", "postgresql")
    return {
        "name": "expand",
        "settings": {"residents": count, "chunk": freezing.CHUNK, "weekly_cap": 3},
        "runs": 1,
        "ours": {kind: asyncio.run(once(kind, count)) for kind in kinds},
        "peers": {},
    }
