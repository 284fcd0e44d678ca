"""Joining a notice that is in force, on both databases: once, by the version that is being sent, and never a drill."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.messages import Address
from bot.storage.db import Database
from bot.storage.schema import deliveries, runs
from broadcasts import notice_sending, outbox, subscribers
from broadcasts.notices import NoticeDraft
from tests.handlers.warned import COMMANDER, DUTY, TAN_HO_CO, THUONG_PHUOC, Warned


@pytest.fixture
async def warned(db: Database) -> Warned:
    return await Warned.start(db)


async def joins(warned: Warned, notice_id: int, who: str, *, told: bool = False) -> int:
    notice = await warned.notice(notice_id)
    async with warned.db.transaction() as connection:
        whose = subscribers.whose(Address("fake", "main", who))
        return await notice_sending.join(connection, warned.office, notice, whose, warned.clock.now(), told=told)


async def moves(warned: Warned, who: str, place: str) -> None:
    async with warned.db.transaction() as connection:
        address = Address("fake", "main", who)
        await subscribers.choose_place(connection, address, warned.clock.now().date(), place)


async def audience(warned: Warned, run_id: int) -> tuple[int, int]:
    """As it is counted on the run, and as it is."""
    async with warned.db.reading() as connection:
        counted = (await connection.execute(select(runs.c.audience_count).where(runs.c.id == run_id))).scalar_one()
        rows = (await connection.execute(select(deliveries.c.id).where(deliveries.c.run_id == run_id))).all()
    return int(counted), len(rows)


async def test_who_moves_there_comes_in_once(warned: Warned) -> None:
    [here] = await warned.people(1)
    [mover] = await warned.people(1, TAN_HO_CO)
    issued = await warned.issued()
    await warned.go()
    assert await joins(warned, issued.notice_id, mover) == 0  # lives elsewhere
    await moves(warned, mover, THUONG_PHUOC)
    assert [await joins(warned, issued.notice_id, each) for each in (mover, mover, here)] == [1, 0, 0]
    await warned.go()
    assert len(warned.heard(mover)) == len(warned.heard(here)) == 1
    assert await audience(warned, issued.run_id) == (2, 2)


async def test_who_was_stopped_or_blocked_comes_in_anew(warned: Warned) -> None:
    [stopped] = await warned.people(1)
    [blocked] = await warned.people(1, reachable="blocked")
    issued = await warned.issued()
    async with warned.db.transaction() as connection:
        rows = await connection.execute(select(deliveries.c.resident_id).where(deliveries.c.state == "queued"))
        await outbox.stop(connection, rows.scalar_one(), warned.clock.now(), safety=True)
    await warned.change(blocked, reachable="ok")
    await warned.go()
    assert await warned.states(issued.run_id) == {"skipped(stopped)": 1, "skipped(blocked)": 1}
    assert [await joins(warned, issued.notice_id, each) for each in (stopped, blocked)] == [1, 1]
    await warned.go()
    assert await warned.states(issued.run_id) == {"sent": 2}
    assert await audience(warned, issued.run_id) == (2, 2)


async def test_without_consent_nobody_comes_in(warned: Warned) -> None:
    [silent] = await warned.people(1, safety=False)
    issued = await warned.issued()
    assert await joins(warned, issued.notice_id, silent) == 0


async def test_who_has_read_it_hears_only_of_what_changes(warned: Warned) -> None:
    [reader] = await warned.people(1, TAN_HO_CO)
    issued = await warned.issued()
    await moves(warned, reader, THUONG_PHUOC)
    assert await joins(warned, issued.notice_id, reader, told=True) == 1
    await warned.go()
    assert warned.heard(reader) == []
    await warned.service.update(DUTY, issued.notice_id, {"vi": "Đã rào bờ sông."})
    await warned.go()
    await warned.service.clear(DUTY, issued.notice_id)
    await warned.go()
    assert [each.partition("]")[0] for each in warned.heard(reader)] == ["[CẬP NHẬT LẦN 1", "[ĐÃ AN TOÀN"]


async def test_nobody_joins_what_is_over_or_a_drill(warned: Warned) -> None:
    [mover] = await warned.people(1, TAN_HO_CO)
    issued = await warned.issued()
    before = await warned.notice(issued.notice_id)
    await warned.service.clear(DUTY, issued.notice_id)
    await moves(warned, mover, THUONG_PHUOC)
    assert await joins(warned, issued.notice_id, mover) == 0
    async with warned.db.transaction() as connection:  # somebody still has the notice as it was a second ago
        whose = subscribers.whose(Address("fake", "main", mover))
        assert await notice_sending.join(connection, warned.office, before, whose, warned.clock.now()) == 0
    await warned.drilling(COMMANDER)
    drill = await warned.service.issue(DUTY, NoticeDraft("landslide", (THUONG_PHUOC,), drill=True))
    assert await joins(warned, drill.notice_id, mover) == 0
    await warned.go()
    assert warned.heard(mover) == []
