"""What is looked at every second stays cheap, and what residents tap while a notice ends is counted and forgotten."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import event, select, text

from bot.messages import Address
from bot.storage.db import Database
from bot.storage.schema import notice_taps
from broadcasts import notice_taps as taps
from broadcasts import outbox
from tests.handlers.warned import DUTY, KEY, THUONG_PHUOC, Warned


async def test_whether_a_run_is_done_is_asked_without_reading_what_is_settled(sqlite_db: Database) -> None:
    warned = await Warned.start(sqlite_db)
    await warned.people(1)
    issued = await warned.issued()
    asked: list[tuple[str, object]] = []
    async with sqlite_db.reading() as connection:
        keep = lambda *given: asked.append((given[2], given[3]))  # noqa: E731
        event.listen(connection.sync_connection, "before_cursor_execute", keep)
        assert await outbox.waiting(connection, issued.run_id)
        await outbox.waiting(connection, 0)
        event.remove(connection.sync_connection, "before_cursor_execute", keep)
        plans = ""
        for statement, given in asked:
            plans += str((await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)).all())
    assert "ix_deliveries_queued" in plans
    assert "ix_deliveries_open" in plans
    assert "ix_deliveries_run_id" not in plans
    assert "TEMP B-TREE" not in plans
    await warned.go()
    async with sqlite_db.reading() as connection:
        assert not await outbox.waiting(connection, issued.run_id)


async def test_a_tap_while_the_notice_ends_leaves_nothing_behind(db: Database) -> None:
    warned = await Warned.start(db)
    issued = await warned.issued()
    address = Address("fake", "main", "9000")
    tapped, ended = asyncio.Event(), asyncio.Event()

    async def tap() -> None:
        async with db.transaction() as connection:
            await taps.tap(connection, KEY, issued.notice_id, address, THUONG_PHUOC, taps.CLEAR)
            tapped.set()
            await connection.execute(text("SELECT 1"))
            await asyncio.sleep(0.2)

    async def end() -> None:
        await tapped.wait()
        await warned.service.clear(DUTY, issued.notice_id)
        ended.set()

    await asyncio.gather(tap(), end())
    async with db.reading() as connection:
        assert (await connection.execute(select(notice_taps))).all() == []
    assert (await warned.notice(issued.notice_id)).taps == {taps.CLEAR: {THUONG_PHUOC: 1}}


@pytest.mark.parametrize("state", ["leased", "attempting"])
async def test_what_is_begun_is_waited_for(db: Database, state: str) -> None:
    warned = await Warned.start(db)
    await warned.people(1)
    issued = await warned.issued()
    async with db.transaction() as connection:
        await connection.execute(text(f"UPDATE deliveries SET state = '{state}'"))
        assert await outbox.waiting(connection, issued.run_id)
        assert not await outbox.waiting(connection, issued.run_id + 1)
