"""The audit log is read on from where it was read last: every line once, and again only when telling it broke."""

from __future__ import annotations

import pytest

from bot.staff import audit
from bot.storage.db import Database
from handlers import audit_cursor
from handlers.audit_cursor import AuditCursor
from tests.broadcasts.offices import EVENING, KEY


async def done(db: Database, *actions: str) -> None:
    async with db.transaction() as connection:
        for action in actions:
            await audit.record(connection, KEY, EVENING, "an", action, "1")


async def read(cursor: AuditCursor) -> list[str]:
    return [line.action async for line in cursor.new()]


def opened(db: Database, name: str = "one") -> AuditCursor:
    return AuditCursor(db, name, ("run.held", "run.missed"))


async def test_every_line_is_read_once_from_the_first_day_on(db: Database) -> None:
    await done(db, "run.held")
    assert await read(opened(db)) == []  # from before the first day
    await done(db, "run.missed", "officer.reset", "run.held")
    assert await read(opened(db)) == ["run.missed", "run.held"]
    assert await read(opened(db)) == []
    await done(db, "officer.reset")
    assert await read(opened(db)) == []
    assert await read(opened(db, "two")) == []  # for whom this is the first day
    await done(db, "run.held")
    assert (await read(opened(db)), await read(opened(db, "two"))) == (["run.held"], ["run.held"])


async def test_a_line_whose_telling_broke_is_read_again(db: Database) -> None:
    cursor = opened(db)
    await read(cursor)
    await done(db, "run.missed", "run.held", "run.missed")
    told: list[str] = []

    async def tell() -> None:
        async for line in cursor.new():
            if line.action == "run.held":
                raise RuntimeError("the platform does not answer")
            told.append(line.action)

    with pytest.raises(RuntimeError):
        await tell()
    assert told == ["run.missed"]
    assert await read(cursor) == ["run.held", "run.missed"]


async def test_many_lines_are_read_in_several_goes(db: Database) -> None:
    cursor = opened(db)
    await read(cursor)
    await done(db, *["run.held"] * (audit_cursor.AT_A_TIME + 1))
    assert [len(await read(cursor)) for _ in range(3)] == [audit_cursor.AT_A_TIME, 1, 0]
