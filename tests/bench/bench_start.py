"""``start``: ``cotmoc serve`` from cold to ready (/readyz says yes), with the full content."""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.bench.harness import medians
from tests.faults.service import Service


async def once(folder: Path) -> float:
    service = Service(folder, None, warm=False, cache_dir=str(folder))
    begun = time.perf_counter()
    await service.start()
    took = time.perf_counter() - begun
    service.stop()
    return took


def run(*, full: bool = False) -> dict[str, Any]:
    rounds = 10 if full else 5
    fresh, again = [], []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            fresh.append({"seconds": asyncio.run(once(Path(folder)))})
            again.append({"seconds": asyncio.run(once(Path(folder)))})
    return {
        "name": "start",
        "settings": {"database": "SQLite", "poll_seconds": 0.02},
        "runs": rounds,
        "ours": {"empty folder": medians(fresh), "existing database": medians(again)},
        "peers": {},
    }
