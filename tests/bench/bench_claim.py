"""``claim``: a hundred deliveries leased and settled, with a million queued."""

from __future__ import annotations

import asyncio
from typing import Any

from broadcasts import claiming, outbox
from broadcasts.claiming import Request
from broadcasts.deliveries import DeliveryState, Outcome
from broadcasts.outbox import Beginning, Settlement
from tests.bench.many import NOW, Watch, a_run, database, people


async def once(kind: str, count: int, claims: int) -> dict[str, float]:
    async with database(kind) as db:
        await people(db, count)
        await a_run(db, count, frozen=True)
        leasing, settling = Watch(), Watch()
        for _ in range(claims):
            with leasing.step():
                async with db.transaction() as connection:
                    (rows,) = await claiming.claim(connection, [Request(("telegram", "main"), "bench", 100, NOW)])
            assert len(rows) == 100
            with settling.step():
                async with db.transaction() as connection:
                    await outbox.begin(connection, [Beginning(row.id, "bench", NOW) for row in rows])
                    sent = Outcome(DeliveryState.SENT, message_id="1")
                    await outbox.settle(connection, [Settlement(row.id, "bench", sent, NOW) for row in rows])
        return {
            "p50_ms": round(leasing.percentile(0.5), 2),
            "p99_ms": round(leasing.percentile(0.99), 2),
            "settle_p50_ms": round(settling.percentile(0.5), 2),
            "settle_p99_ms": round(settling.percentile(0.99), 2),
        }


def run(*, full: bool = False) -> dict[str, Any]:
    count, claims = 1_000_000, 2000 if full else 500
    return {
        "name": "claim",
        "settings": {"queued": count, "limit": 100, "claims": claims},
        "runs": 1,
        "ours": {kind: asyncio.run(once(kind, count, claims)) for kind in ("sqlite", "postgresql")},
        "peers": {},
    }
