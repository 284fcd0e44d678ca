"""What became of a notice: counts that add up, who cannot be reached, silent communes, who has an old version only."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from bot.messages import Address
from bot.storage.db import Database
from bot.storage.schema import deliveries
from broadcasts import cells, notice_reports, notice_taps
from broadcasts.notice_reports import Progress
from tests.broadcasts.offices import KEY, places
from tests.handlers.warned import DUTY, SECOND, TAN_HO_CO, THUONG_PHUOC, Warned

PROVINCE = "p-dong-thap"


@pytest.fixture
async def warned(db: Database) -> Warned:
    return await Warned.start(db)


def larger() -> dict[str, str]:
    return cells.larger_of(places())


async def progress(warned: Warned, notice_id: int) -> Progress:
    async with warned.db.reading() as connection:
        return await notice_reports.progress(connection, await warned.notice(notice_id))


async def set_states(warned: Warned, run_id: int, *states: tuple[str, str]) -> None:
    """Of the first deliveries of a run."""
    async with warned.db.transaction() as connection:
        rows = (await connection.execute(deliveries.select().where(deliveries.c.run_id == run_id))).all()
        for row, (state, reason) in zip(sorted(rows, key=lambda row: row.id), states, strict=False):
            mine = deliveries.c.id == row.id
            await connection.execute(update(deliveries).where(mine).values(state=state, reason=reason))


async def test_progress_adds_up_to_the_audience(warned: Warned) -> None:
    await warned.people(9)
    await warned.people(2, reachable="blocked")
    await warned.people(1, reachable="gone")
    issued = await warned.issued()
    before = await progress(warned, issued.notice_id)
    assert (before.sent, before.waiting, before.total) == (0, 9, 9)
    assert before.unreachable == {"blocked": 2, "gone": 1}
    await set_states(
        warned, issued.run_id, ("sent", ""), ("withdrawn", "edited"), ("failed", "content"), ("unknown", "no-answer"),
        ("leased", ""), ("attempting", ""), ("skipped", "expired"),
    )  # fmt: skip
    now = await progress(warned, issued.notice_id)
    assert (now.sent, now.waiting, now.failed, now.unknown, now.stopped) == (2, 4, 1, 1, 1)
    assert now.total + now.stopped + now.out_of_reach == 12


async def test_taps_and_officers_who_have_it_in_hand(warned: Warned) -> None:
    await warned.people(3)
    issued = await warned.issued()
    async with warned.db.transaction() as connection:
        for who, what in (("9000", notice_taps.CLEAR), ("9001", notice_taps.CLEAR), ("9002", notice_taps.HELP)):
            address = Address("fake", "main", who)
            await notice_taps.tap(connection, KEY, issued.notice_id, address, THUONG_PHUOC, what)
    await warned.service.acknowledge(SECOND, issued.run_id)
    now = await progress(warned, issued.notice_id)
    assert (now.understood, now.help_asked, now.answered, now.called) == (2, 1, 1, 2)


async def test_who_cannot_be_reached_is_counted_where_nobody_can_be_found(warned: Warned) -> None:
    await warned.people(6, reachable="blocked")
    await warned.people(2, TAN_HO_CO, reachable="blocked")
    await warned.people(1, TAN_HO_CO, reachable="gone")
    await warned.people(8, TAN_HO_CO)
    await warned.signed("landslide")
    issued = await warned.issued(area=PROVINCE)
    async with warned.db.reading() as connection:
        found = await notice_reports.unreachable(connection, issued.run_id, larger())
    assert sum(places_.get("blocked", 0) for places_ in found.values()) == 8
    assert sum(places_.get("gone", 0) for places_ in found.values()) == 1
    assert TAN_HO_CO not in found  # two and one: too few to be shown there
    assert all(count >= 5 for places_ in found.values() if "gone" not in places_ for count in places_.values())


async def test_a_commune_is_silent_from_twenty_reached_without_any_tap(warned: Warned) -> None:
    await warned.people(20)
    await warned.people(19, TAN_HO_CO)
    issued = await warned.issued(area=PROVINCE)
    async with warned.db.reading() as connection:
        assert await notice_reports.silent(connection, await warned.notice(issued.notice_id)) == {}  # nothing sent yet
    await warned.go()
    async with warned.db.reading() as connection:
        notice = await warned.notice(issued.notice_id)
        assert await notice_reports.silent(connection, notice) == {THUONG_PHUOC: 20}
    async with warned.db.transaction() as connection:
        address = Address("fake", "main", "9003")
        await notice_taps.tap(connection, KEY, issued.notice_id, address, THUONG_PHUOC, notice_taps.CLEAR)
        assert await notice_reports.silent(connection, notice) == {}


async def test_who_has_only_an_older_version(warned: Warned) -> None:
    await warned.people(9)
    issued = await warned.issued()
    await warned.go()
    async with warned.db.reading() as connection:
        assert await notice_reports.only_old(connection, await warned.notice(issued.notice_id), larger()) == {}
    warned.later(minutes=5)
    update_ = await warned.service.update(DUTY, issued.notice_id, {"vi": "Đã rào 300 mét."})
    async with warned.db.reading() as connection:
        notice = await warned.notice(issued.notice_id)
        assert await notice_reports.only_old(connection, notice, larger()) == {THUONG_PHUOC: 9}
    await warned.go()
    await set_states(warned, update_.run_id, *[("unknown", "no-answer")] * 6)
    async with warned.db.reading() as connection:
        assert await notice_reports.only_old(connection, notice, larger()) == {THUONG_PHUOC: 6}
