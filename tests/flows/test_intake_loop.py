"""The loop that claims: at once, with as few transactions as an update needs, and right about how much waits."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import errors
from bot.storage.db import Database
from bot.storage.group_commit import GroupCommit
from bot.storage.inbox import Received
from handlers.chat.intake import Intake
from tests.flows.talk import Talk


@pytest_asyncio.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Talk]:
    talk = await Talk.start(tmp_path)
    yield talk
    await talk.stop()


class CountingDatabase(Database):
    """Knows how many transactions there were."""

    count = 0

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        self.count += 1
        async with super().transaction() as connection:
            yield connection


def intake_on(talk: Talk, writer: GroupCommit, *, capacity: int = 256) -> Intake:
    app = talk.app
    return Intake(
        db=app.db,
        writer=writer,
        channels=app.channels,
        pacers={},
        desk=app.intake.desk,
        clock=app.clock,
        metrics=app.metrics,
        rng=Random(1),
        owner="this one",
        capacity=capacity,
    )


def rows(talk: Talk, first: int, count: int, who: str = "") -> list[Received]:
    found = []
    for number in range(first, first + count):
        frame = {"key": f"k{number}", "chat": who or str(number), "kind": "text", "text": "menu"}
        found += talk.channel.receive({}, json.dumps(frame).encode(), talk.app.clock.now())
    return found


@asynccontextmanager
async def running(intake: Intake) -> AsyncIterator[None]:
    loop = asyncio.create_task(intake.run())
    try:
        async with asyncio.timeout(30):
            yield
    finally:
        await intake.stop()
        await loop


async def settled(intake: Intake) -> None:
    """Like ``idle``, whose clock stands still here."""
    while intake.waits:
        await asyncio.sleep(0.001)


@pytest.mark.parametrize("at_once", [1, 3])
async def test_an_update_by_itself_takes_three_transactions(talk: Talk, at_once: int) -> None:
    """Stored and claimed · begun · answered."""
    database = CountingDatabase(talk.app.db.url)
    intake = intake_on(talk, GroupCommit(database))
    times = 10
    async with running(intake):
        while not database.count:  # the first look
            await asyncio.sleep(0.001)
        database.count, begun = 0, time.monotonic()
        for number in range(times):
            await intake.receive(rows(talk, at_once * number, at_once))
            await settled(intake)
        looks = int(time.monotonic() - begun) + 1  # the loop looks once a second anyway
        assert len(talk.channel.said) == times * at_once
        assert database.count <= 3 * times + looks + (at_once - 1) * 2 * times
    await database.close()


async def test_what_finds_no_place_is_taken_when_there_is_one(talk: Talk) -> None:
    """Not after the second in which the loop looks anyway."""
    intake = intake_on(talk, GroupCommit(talk.app.db), capacity=2)
    async with running(intake):
        await asyncio.sleep(0.05)
        begun = time.monotonic()
        await intake.receive(rows(talk, 0, 24))
        await settled(intake)
        assert len(talk.channel.said) == 24
        assert time.monotonic() - begun < 8


async def test_one_resident_is_answered_in_order_while_more_comes(talk: Talk) -> None:
    intake = intake_on(talk, GroupCommit(talk.app.db))
    async with running(intake):
        for number in range(0, 20, 2):
            await intake.receive(rows(talk, number, 2, who="7"))
        await settled(intake)
    assert [said.message.answers for said in talk.channel.said] == [f"k{number}" for number in range(20)]


class AwayWriter(GroupCommit):
    async def write(self, batch: Any, argument: Any) -> Any:
        if isinstance(argument, Received):
            raise errors.StoreUnavailable
        return await super().write(batch, argument)


@pytest.mark.parametrize("count", [1, 3])
async def test_what_could_not_be_stored_does_not_count_as_waiting(talk: Talk, count: int) -> None:
    intake = intake_on(talk, AwayWriter(talk.app.db))
    intake.limit_backlog(0)
    with pytest.raises(errors.StoreUnavailable):
        await intake.receive(rows(talk, 0, count))
    assert not intake.full


async def test_what_is_ignored_does_not_count_as_waiting(talk: Talk) -> None:
    """A flood that nobody answers must not close the door to others."""
    intake = intake_on(talk, GroupCommit(talk.app.db))
    intake.limit_backlog(30)
    for number in range(200):
        await intake.receive(rows(talk, number, 1, who="7"))
    assert not intake.full
