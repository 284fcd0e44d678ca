"""A run to residents of an Official Account, put into the database of a running service, and what became of it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.fakes.zalo_oa_client import resident

FIRST_OF_A_RUN = 900_000
TEXT = "Bà con nhớ mang giấy tờ."


def put_run(database: Path, people: int) -> None:
    """A run that is being sent to residents who wrote just now, written as the scheduler leaves it."""
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    with closing(sqlite3.connect(database, timeout=10)) as connection, connection:
        connection.execute(
            "INSERT INTO campaigns (id, title, state, version, audience, schedule, entries, buttons, created_by,"
            " created_at) VALUES (1, 'Đợt thử', 'scheduled', 1, '{}', '{}', '[]', '[]', 'an', ?)",
            (now,),
        )
        for number in range(people):
            connection.execute(
                "INSERT INTO residents (id, channel, account, external_id, last_wrote_on, last_wrote_at, routine)"
                " VALUES (?, 'zalo-oa', 'main', ?, '2026-11-01', ?, 1)",
                (FIRST_OF_A_RUN + number, resident(FIRST_OF_A_RUN + number), now),
            )
        connection.execute(
            "INSERT INTO runs (id, campaign_id, planned_at, state, priority, content, audience, cursor, upto,"
            " audience_count) VALUES (1, 1, ?, 'sending', 5, ?, '{}', ?, ?, ?)",
            (now, f'{{"texts": {{"vi": "{TEXT}"}}}}', FIRST_OF_A_RUN + people, FIRST_OF_A_RUN + people, people),
        )
        connection.executemany(
            "INSERT INTO deliveries (run_id, resident_id, channel, account, language, state)"
            " VALUES (1, ?, 'zalo-oa', 'main', 'vi', 'queued')",
            [(FIRST_OF_A_RUN + number,) for number in range(people)],
        )


def deliveries(database: Path) -> dict[str, dict[str, Any]]:
    """By the resident's address."""
    with closing(sqlite3.connect(database, timeout=10)) as connection:
        connection.row_factory = sqlite3.Row
        rows = connection.execute("SELECT * FROM deliveries").fetchall()
        return {resident(row["resident_id"]): dict(row) for row in rows}


async def until_all(
    database: Path, condition: Callable[[dict[str, Any]], Any], patience: float = 30
) -> dict[str, dict[str, Any]]:
    for _ in range(int(patience / 0.1)):
        found = deliveries(database)
        if found and all(condition(row) for row in found.values()):
            return found
        await asyncio.sleep(0.1)
    raise TimeoutError(deliveries(database))
