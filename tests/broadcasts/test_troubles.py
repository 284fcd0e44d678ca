"""Sending through troubles of the machine: a database that goes away, a full disk, a clock that jumps."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import errors
from bot.errors import StoreUnavailable
from bot.storage.db import Database
from bot.testing import ManualClock
from broadcasts.engine import CANARY, SAME_ERRORS
from tests.broadcasts.sending import NOON, Sending, a_run, states

PEOPLE = 120


class Weather(Database):
    """A database whose next ``storms`` writes fail, once ``calm`` writes have gone well."""

    calm = 0
    storms = 0

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        if self.calm:
            self.calm -= 1
        elif self.storms:
            self.storms -= 1
            raise StoreUnavailable
        async with super().transaction() as connection:
            yield connection


class EventfulClock(ManualClock):
    """``happens`` is called after so many sleeps, and then no more; ``jump`` moves the time of day alone."""

    def __init__(self) -> None:
        super().__init__(NOON)
        self.sleeps = 0
        self.happens: tuple[int, Callable[[], Awaitable[None]]] | None = None

    async def sleep(self, seconds: float) -> None:
        self.sleeps += 1
        if self.happens is not None and self.sleeps >= self.happens[0]:
            _, event = self.happens
            self.happens = None
            await event()
        await super().sleep(seconds)

    def jump(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


async def run_until_sent(sending: Sending, db: Database, run: int, clock: ManualClock) -> None:
    """As the service does: what breaks is tried again."""
    async with asyncio.timeout(30):
        while set(await states(db, run)) & {"queued", "leased", "attempting"}:
            with contextlib.suppress(StoreUnavailable):
                await sending.sender.work_off()
            await clock.sleep(1.0)


@pytest.mark.parametrize("calm", [0, 1, 2, 3, 4, 5])
async def test_a_database_that_goes_away_between_any_two_steps(db: Database, calm: int) -> None:
    weather = Weather(db.url)
    run = await a_run(db, PEOPLE)
    sending = Sending(weather)
    weather.calm, weather.storms = calm, 12
    await run_until_sent(sending, db, run, sending.clock)
    assert weather.storms == 0
    assert Counter(sending.reached()) == Counter({str(1000 + number): 1 for number in range(1, PEOPLE + 1)})
    assert await states(db, run) == {"sent": PEOPLE}
    await weather.close()


async def test_a_database_that_was_away_lets_nobody_past_the_canary(db: Database) -> None:
    """What was not even begun tells nothing of the text: a refused one still goes to a few only."""
    weather = Weather(db.url)
    run = await a_run(db, PEOPLE)
    sending = Sending(weather)
    sending.channel.script.extend([errors.ContentRejected("can't parse")] * SAME_ERRORS)
    weather.calm, weather.storms = 2, 4 * CANARY
    with contextlib.suppress(StoreUnavailable):
        await sending.sender.work_off()
    while weather.storms:
        with contextlib.suppress(StoreUnavailable):
            await sending.sender.work_off()
        await sending.clock.sleep(1.0)
    await sending.sender.work_off()
    assert sending.stopped == [(run, "content")]
    assert len(sending.reached()) < CANARY
    await weather.close()


async def test_a_disk_that_is_full_for_a_while(sqlite_db: Database) -> None:
    run = await a_run(sqlite_db, PEOPLE)
    sending = Sending(sqlite_db)
    async with sqlite_db.transaction() as connection:
        await connection.execute(text("CREATE TABLE other (filling BLOB)"))
        await _pages(connection, (await connection.execute(text("PRAGMA page_count"))).scalar_one())
    with pytest.raises(StoreUnavailable):
        async with sqlite_db.transaction() as connection:
            await connection.execute(text("INSERT INTO other VALUES (zeroblob(100000))"))
    clock = EventfulClock()

    async def room_again() -> None:
        async with sqlite_db.transaction() as connection:
            await _pages(connection, 1_000_000)

    clock.happens = 40, room_again
    sending = Sending(sqlite_db, clock=clock)
    await run_until_sent(sending, sqlite_db, run, clock)
    assert Counter(sending.reached()) == Counter({str(1000 + number): 1 for number in range(1, PEOPLE + 1)})
    assert await states(sqlite_db, run) == {"sent": PEOPLE}


async def _pages(connection: AsyncConnection, most: int) -> None:
    await connection.execute(text(f"PRAGMA max_page_count = {most}"))


@pytest.mark.parametrize("seconds", [-7200, 7200, -86_400 * 40])
async def test_a_clock_that_jumps_skips_nobody_and_repeats_nothing(db: Database, seconds: float) -> None:
    run = await a_run(db, PEOPLE)
    clock = EventfulClock()

    async def jump() -> None:
        clock.jump(seconds)

    clock.happens = 20, jump
    sending = Sending(db, clock=clock, rate=50)
    await run_until_sent(sending, db, run, clock)
    assert clock.happens is None
    assert Counter(sending.reached()) == Counter({str(1000 + number): 1 for number in range(1, PEOPLE + 1)})
    assert await states(db, run) == {"sent": PEOPLE}
