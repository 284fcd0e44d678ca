"""How a run is going: sums at every moment, pace of the last minute, waits; on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, insert, update

from bot.storage.db import Database
from bot.storage.schema import deliveries, runs
from broadcasts import reports, run_progress, store
from broadcasts.run_progress import Progress
from broadcasts.store import Run
from tests.broadcasts.offices import Life

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)


async def going(db: Database, rows: list[dict[str, object]], **columns: object) -> Run:
    """A run that is being sent since ten minutes, with these messages."""
    life = Life(db)
    async with db.transaction() as connection:
        campaign = await store.create(connection, title="Giấy tờ", by="an", at=life.clock.now())
        run_id = await store.plan(connection, campaign, NOW, priority=5)
        state = {"state": "sending", "started_at": NOW - timedelta(minutes=10), "upto": 0, "audience_count": len(rows)}
        await connection.execute(update(runs).where(runs.c.id == run_id).values(**state | columns))
        same = {"run_id": run_id, "account": "main", "language": "vi", "at": None, "not_before": None}
        if rows:
            whole = [same | {"resident_id": number} | row for number, row in enumerate(rows, start=1)]
            await connection.execute(insert(deliveries), whole)
        assert run_id is not None
        return await store.load_run(connection, run_id)


async def look(db: Database, run: Run) -> Progress:
    async with db.reading() as connection:
        return await run_progress.progress(connection, run, NOW)


def row(state: str, channel: str = "telegram", *, seconds_ago: float = 300, later: float = 0) -> dict[str, object]:
    return {
        "channel": channel,
        "state": state,
        "at": NOW - timedelta(seconds=seconds_ago),
        "not_before": NOW + timedelta(seconds=later) if later else None,
    }


async def test_nothing_yet(db: Database) -> None:
    found = await look(db, await going(db, []))
    assert (found.audience, found.settled, found.channels, found.adds_up) == (0, 0, (), True)


async def test_every_state_of_every_channel_is_in_the_sum(db: Database) -> None:
    every = ["queued", "leased", "attempting", "sent", "failed", "skipped", "unknown", "withdrawn"]
    run = await going(db, [row(state, channel) for state in every for channel in ("telegram", "zalo-oa")])
    found = await look(db, run)
    assert found.counts == {"sent": 2, "waiting": 6, "failed": 2, "skipped": 2, "unknown": 2, "withdrawn": 2}
    assert (found.audience, found.settled, found.adds_up) == (16, 10, True)
    assert [(each.channel, each.waiting, each.audience) for each in found.channels] == [
        ("telegram", 3, 8),
        ("zalo-oa", 3, 8),
    ]


async def test_a_sum_that_is_not_the_audience_is_noticed(db: Database) -> None:
    found = await look(db, await going(db, [row("sent")], audience_count=2))
    assert (found.audience, found.listed, found.adds_up) == (1, 2, False)
    growing = await look(db, await going(db, [row("sent")], audience_count=2, upto=9))
    assert (growing.listed, growing.adds_up) == (None, True)


async def test_pace_is_of_the_last_minute(db: Database) -> None:
    rows = [row("sent", seconds_ago=30)] * 100 + [row("failed", seconds_ago=10)] * 20
    rows += [row("sent", seconds_ago=61)] * 500 + [row("skipped", seconds_ago=1)] * 7 + [row("queued")] * 60
    run = await going(db, rows)
    found = await look(db, run)
    [telegram] = found.channels
    assert run_progress.pace(telegram, run, NOW) == pytest.approx(2.0)
    ends = run_progress.finished_at(found, run, NOW, {}, {})
    assert ends == NOW + timedelta(seconds=30)
    silent = {"telegram": NOW + timedelta(seconds=40)}
    assert run_progress.finished_at(found, run, NOW, {}, silent) == NOW + timedelta(seconds=70)


async def test_what_rests_says_until_when(db: Database) -> None:
    rows = [row("queued", later=90), row("queued", later=60), row("queued"), row("sent", seconds_ago=1)]
    run = await going(db, rows)
    found = await look(db, run)
    [telegram] = found.channels
    assert (telegram.waiting, telegram.resting, telegram.next_at) == (3, 2, NOW + timedelta(seconds=60))
    ends = run_progress.finished_at(found, run, NOW, {}, {})
    assert ends is not None
    assert ends >= NOW + timedelta(seconds=60)


async def test_without_a_pace_the_rate_is_taken_and_without_that_nothing_is_said(db: Database) -> None:
    run = await going(db, [row("queued")] * 50)
    found = await look(db, run)
    assert run_progress.finished_at(found, run, NOW, {"telegram": 25}, {}) == NOW + timedelta(seconds=2)
    assert run_progress.finished_at(found, run, NOW, {}, {}) is None


async def test_what_is_gone_stands_as_it_was_kept(db: Database) -> None:
    run = await going(db, [row("sent")] * 6 + [row("skipped", "zalo-oa")] * 5, state="done")
    async with db.transaction() as connection:
        await reports.keep(connection, run.id, {})
        await connection.execute(delete(deliveries).where(deliveries.c.run_id == run.id))
        run = await store.load_run(connection, run.id)
    found = await look(db, run)
    assert (found.counts["sent"], found.counts["skipped"], found.audience, found.adds_up) == (6, 5, 11, True)
    assert [(each.channel, each.audience) for each in found.channels] == [("telegram", 6), ("zalo-oa", 5)]
