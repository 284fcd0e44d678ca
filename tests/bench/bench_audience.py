"""``audience``: count, sample and forecast of a million subscribers, exact and asked anew each time."""

from __future__ import annotations

import asyncio
from typing import Any
from zoneinfo import ZoneInfo

from bot.place_files import load_gazetteer
from broadcasts import audience, forecast
from broadcasts.audience import Audience, Wanted
from broadcasts.office import Office
from content.catalog import Catalog
from tests.bench.many import COMMUNES, NOW, Watch, database, people

ROUNDS = 5


def asked(places: tuple[str, ...]) -> Wanted:
    return Wanted(Audience(places=places), places, (), ("vi",), cap=3)


async def once(kind: str, count: int) -> dict[str, dict[str, float]]:
    from datetime import time

    office = Office(load_gazetteer(), Catalog([]), b"key", ZoneInfo("Asia/Ho_Chi_Minh"), (time(21), time(7)), 3)
    codes = [str(20000 + each) for each in range(COMMUNES)]
    sizes = {
        "one commune": asked((codes[0],)),
        "a province": asked(tuple(codes[: COMMUNES * 3 // 10])),
        "all": asked(()),
    }
    found: dict[str, dict[str, float]] = {}
    async with database(kind) as db:
        await people(db, count)
        async with db.transaction() as connection:
            await connection.exec_driver_sql("ANALYZE")
        for name, wanted in sizes.items():
            watch = Watch()
            for _ in range(ROUNDS):
                with watch.step():
                    async with db.reading() as connection:
                        counted = sum(each.count for each in await audience.count(connection, wanted, NOW))
                        await audience.sample(connection, wanted, NOW)
                        foreseen = await forecast.foretell(connection, office, wanted, NOW)
                assert foreseen.audience == counted
            found[name] = {"people": counted, "p50_ms": round(watch.percentile(0.5), 1)}
    return found


def run(*, full: bool = False) -> dict[str, Any]:
    count = 1_000_000
    return {
        "name": "audience",
        "settings": {"residents": count, "communes": COMMUNES},
        "runs": ROUNDS,
        "ours": {kind: asyncio.run(once(kind, count)) for kind in ("sqlite", "postgresql")},
        "peers": {},
    }
