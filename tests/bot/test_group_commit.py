"""Group commit: durable when it returns, one bad write harms only itself, and a database that fails says so."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import StoreUnavailable
from bot.storage.db import Database
from bot.storage.group_commit import GroupCommit


class Bad(Exception):
    """What a caller's own mistake raises."""


async def note(connection: AsyncConnection, words: Sequence[str]) -> Sequence[int]:
    """Store each word; gives their lengths. A word that begins with "bad" breaks the whole batch."""
    for word in words:
        if word.startswith("bad"):
            raise Bad(word)
        await connection.execute(text("INSERT INTO notes (word) VALUES (:word)"), {"word": word})
    return [len(word) for word in words]


async def count(connection: AsyncConnection, words: Sequence[str]) -> Sequence[int]:
    """Another kind of batch: how many rows there are."""
    rows = (await connection.execute(text("SELECT count(*) FROM notes"))).scalar_one()
    return [rows] * len(words)


async def too_few(connection: AsyncConnection, words: Sequence[str]) -> Sequence[int]:
    await note(connection, words)
    return []


@pytest.fixture
async def notes(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'notes.sqlite3'}")
    await prepare(database)
    yield database
    await database.close()


async def prepare(database: Database) -> None:
    async with database.transaction() as connection:
        await connection.execute(text("CREATE TABLE notes (id INTEGER PRIMARY KEY, word TEXT NOT NULL)"))


async def stored(database: Database) -> list[str]:
    async with database.reading() as connection:
        return [row.word for row in await connection.execute(text("SELECT word FROM notes ORDER BY id"))]


async def test_many_writers_at_once_and_one_bad(notes: Database) -> None:
    writer = GroupCommit(notes)
    words = [f"word {number}" for number in range(300)]
    words[137] = "bad one"
    results = await asyncio.gather(*(writer.write(note, word) for word in words), return_exceptions=True)
    assert isinstance(results[137], Bad)
    good = [word for word in words if word != "bad one"]
    assert results[:137] + results[138:] == [len(word) for word in good]
    assert await stored(notes) == good


@settings(max_examples=25, deadline=None)
@given(words=st.lists(st.sampled_from(["a", "bb", "bad", "bad two"]), max_size=12), cap=st.integers(1, 5))
def test_every_caller_gets_its_own_result(words: list[str], cap: int) -> None:
    async def run() -> None:
        database = Database("sqlite+aiosqlite://")
        await prepare(database)
        writer = GroupCommit(database, cap=cap)
        results: list[Any] = await asyncio.gather(*(writer.write(note, word) for word in words), return_exceptions=True)
        for word, result in zip(words, results, strict=True):
            assert str(result) == word if word.startswith("bad") else result == len(word)
        assert await stored(database) == [word for word in words if not word.startswith("bad")]
        await database.close()

    asyncio.run(run())


async def test_it_is_durable_when_it_returns(notes: Database) -> None:
    """Read by somebody else, straight from the file."""
    writer = GroupCommit(notes)
    for number in range(5):
        await writer.write(note, f"word {number}")
        with sqlite3.connect(str(notes.url).partition("///")[2]) as other:
            assert other.execute("SELECT count(*) FROM notes").fetchone() == (number + 1,)
        other.close()


async def test_writes_of_one_caller_keep_their_order(notes: Database) -> None:
    writer = GroupCommit(notes, cap=3)

    async def caller(name: str) -> None:
        for number in range(20):
            await writer.write(note, f"{name}{number:02d}")

    await asyncio.gather(*(caller(name) for name in "abcde"))
    words = await stored(notes)
    for name in "abcde":
        assert [word for word in words if word[0] == name] == [f"{name}{number:02d}" for number in range(20)]


async def test_kinds_of_writes_are_mixed_in_one_group(notes: Database) -> None:
    writer = GroupCommit(notes)
    results = await asyncio.gather(writer.write(note, "a"), writer.write(count, ""), writer.write(note, "bcd"))
    assert results == [1, 2, 3]


async def test_a_batch_that_miscounts_its_results_stores_nothing(notes: Database) -> None:
    writer = GroupCommit(notes)
    with pytest.raises(ValueError, match="shorter"):
        await writer.write(too_few, "word")
    assert await stored(notes) == []
    assert await writer.write(note, "after") == 5


async def test_a_caller_that_gave_up_takes_nobody_along(notes: Database) -> None:
    writer = GroupCommit(notes)
    first = asyncio.create_task(writer.write(note, "first"))
    second = asyncio.create_task(writer.write(note, "second"))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == 6
    with pytest.raises(asyncio.CancelledError):
        await first
    assert await writer.write(note, "third") == 5
    assert {"second", "third"} <= set(await stored(notes))


async def test_drain_waits_for_what_was_handed_in(notes: Database) -> None:
    writer = GroupCommit(notes)
    tasks = [asyncio.create_task(writer.write(note, f"word {number}")) for number in range(10)]
    await asyncio.sleep(0)
    await writer.drain()
    assert len(await stored(notes)) == 10
    await asyncio.gather(*tasks)
    await writer.drain()


# --- a database that cannot take a write ------------------------------------------------------------------------


async def fill_up(database: Database, spare_pages: int = 0) -> None:
    """As if the disk were full: the file may not grow any more."""
    async with database.transaction() as connection:
        pages = (await connection.execute(text("PRAGMA page_count"))).scalar_one()
        await connection.execute(text(f"PRAGMA max_page_count = {pages + spare_pages}"))


async def test_a_full_disk_is_said_and_nothing_is_half_written(notes: Database) -> None:
    writer = GroupCommit(notes)
    await writer.write(note, "before")
    await fill_up(notes)
    large = "x" * 100_000
    results = await asyncio.gather(*(writer.write(note, large) for _ in range(3)), return_exceptions=True)
    assert [type(result) for result in results] == [StoreUnavailable] * 3
    assert await stored(notes) == ["before"]
    async with notes.transaction() as connection:
        await connection.execute(text("PRAGMA max_page_count = 1000000"))
    assert await writer.write(note, large) == 100_000  # there is room again, and nothing else has to be done


async def test_what_still_fits_is_stored_though_its_group_failed(notes: Database) -> None:
    writer = GroupCommit(notes)
    await fill_up(notes)
    small, large = await asyncio.gather(
        writer.write(note, "small"), writer.write(note, "x" * 100_000), return_exceptions=True
    )
    assert small == 5
    assert isinstance(large, StoreUnavailable)
    assert await stored(notes) == ["small"]


async def test_a_read_only_database_is_said(notes: Database, tmp_path: Path) -> None:
    await GroupCommit(notes).write(note, "before")
    read_only = Database(f"sqlite+aiosqlite:///file:{tmp_path / 'notes.sqlite3'}?mode=ro&uri=true")
    writer = GroupCommit(read_only)
    try:
        with pytest.raises(StoreUnavailable):
            await writer.write(note, "after")
        assert await stored(read_only) == ["before"]
    finally:
        await read_only.close()


async def test_a_database_that_somebody_else_holds_is_said(notes: Database, tmp_path: Path) -> None:
    async with notes.transaction() as connection:
        await connection.execute(text("PRAGMA busy_timeout = 50"))  # milliseconds, instead of five seconds
    other = sqlite3.connect(tmp_path / "notes.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(StoreUnavailable):
            await GroupCommit(notes).write(note, "now")
    finally:
        other.execute("ROLLBACK")
        other.close()
    assert await GroupCommit(notes).write(note, "later") == 5


async def test_a_file_that_cannot_be_opened_is_said(tmp_path: Path) -> None:
    nowhere = Database(f"sqlite+aiosqlite:///{tmp_path / 'no folder' / 'x.sqlite3'}")
    try:
        with pytest.raises(StoreUnavailable):
            await GroupCommit(nowhere).write(note, "x")
        with pytest.raises(StoreUnavailable):
            await stored(nowhere)
    finally:
        await nowhere.close()


async def test_a_server_that_is_away_is_said_to_writers_and_readers() -> None:
    away = Database("postgresql+asyncpg://nobody@127.0.0.1:9/nothing")
    try:
        with pytest.raises(StoreUnavailable):
            await GroupCommit(away).write(note, "x")
        with pytest.raises(StoreUnavailable):
            await stored(away)
    finally:
        await away.close()


async def test_a_server_that_goes_away_is_said_and_comes_back(postgres: str) -> None:
    """The connection is cut in the middle; the next one is made anew."""
    from tests.conftest import fresh_postgres

    database = await fresh_postgres(postgres)
    await prepare_postgres(database)
    writer = GroupCommit(database)
    try:
        with pytest.raises(StoreUnavailable):
            await writer.write(cut_off, "x")
        await writer.write(note, "after")
        assert await stored(database) == ["after"]
        with pytest.raises(StoreUnavailable):
            async with database.reading() as connection:
                await cut_off(connection, ["x"])
        assert await stored(database) == ["after"]
    finally:
        await database.close()


async def prepare_postgres(database: Database) -> None:
    async with database.transaction() as connection:
        await connection.execute(text("CREATE TABLE notes (id SERIAL PRIMARY KEY, word TEXT NOT NULL)"))


async def cut_off(connection: AsyncConnection, words: Sequence[str]) -> Sequence[None]:
    """The server ends this very connection."""
    await connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    return [None] * len(words)
