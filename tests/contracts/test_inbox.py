"""The durable inbox keeps its promises on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from bot.storage import inbox
from bot.storage.db import Database
from bot.storage.group_commit import GroupCommit
from bot.storage.inbox import ClaimRequest, Owed, Received, Settlement, effect
from bot.storage.schema import inbox as table

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def received(number: int, lane: str = "r1", body: str = "xin chào") -> Received:
    return Received("telegram", "main", str(number), lane, body, NOW)


async def states(db: Database) -> dict[str, str]:
    async with db.reading() as connection:
        rows = await connection.execute(select(table.c.update_key, table.c.state))
        return {row.update_key: row.state for row in rows}


async def claim(writer: GroupCommit, owner: str = "a", limit: int = 10) -> list[inbox.Claimed]:
    return await writer.write(inbox.claim, ClaimRequest(owner, limit, NOW))


async def test_an_update_is_stored_once(db: Database) -> None:
    writer = GroupCommit(db)
    await asyncio.gather(*(writer.write(inbox.remember, received(1)) for _ in range(5)))
    await writer.write(inbox.remember, received(1, body="noch einmal"))
    claimed = await claim(writer)
    assert [row.body for row in claimed] == ["xin chào"]
    assert await claim(writer) == []


async def test_claims_are_oldest_first_and_taken_once(db: Database) -> None:
    writer = GroupCommit(db)
    for number in range(20):
        await writer.write(inbox.remember, received(number, lane=f"r{number}"))
    first, second = await asyncio.gather(claim(writer, "a", 12), claim(writer, "a", 12))
    keys = [int(row.key) for row in first + second]
    assert sorted(keys) == list(range(20))
    assert [int(row.key) for row in first] == sorted(int(row.key) for row in first)


async def test_settling_empties_words_and_address(db: Database) -> None:
    writer = GroupCommit(db)
    await writer.write(inbox.remember, received(1))
    (row,) = await claim(writer)
    assert await writer.write(inbox.settle, Settlement(row.id, "a", "replying"))
    assert await writer.write(inbox.settle, Settlement(row.id, "a", "answered"))
    async with db.reading() as connection:
        kept = (await connection.execute(select(table))).one()
    assert (kept.state, kept.body, kept.lane) == ("answered", "", "")
    await writer.write(inbox.remember, received(1))
    assert await claim(writer) == []


async def test_only_the_owner_moves_a_row_and_only_forward(db: Database) -> None:
    writer = GroupCommit(db)
    await writer.write(inbox.remember, received(1))
    (row,) = await claim(writer, "a")
    assert not await writer.write(inbox.settle, Settlement(row.id, "b", "replying"))
    assert await writer.write(inbox.settle, Settlement(row.id, "a", "replying"))
    assert not await writer.write(inbox.settle, Settlement(row.id, "a", "replying"))
    assert await writer.write(inbox.settle, Settlement(row.id, "a", "answered"))
    assert not await writer.write(inbox.settle, Settlement(row.id, "a", "unknown"))


async def test_an_account_that_cannot_speak_keeps_its_rows_in_the_store(db: Database) -> None:
    writer = GroupCommit(db)
    await writer.write(inbox.remember, received(1))
    shut = frozenset({("telegram", "main"), ("telegram", "other")})
    assert await writer.write(inbox.claim, ClaimRequest("a", 10, NOW, shut)) == []
    assert len(await writer.write(inbox.claim, ClaimRequest("a", 10, NOW, frozenset({("web", "main")})))) == 1


async def test_a_reply_that_is_owed_is_claimed_again_in_place_of_the_question(db: Database) -> None:
    writer = GroupCommit(db)
    await writer.write(inbox.remember, received(1))
    (row,) = await claim(writer, "a")
    await writer.write(inbox.owe, Owed(row.id, "a", "too early"))
    assert await states(db) == {"1": "claimed"}
    assert await writer.write(inbox.settle, Settlement(row.id, "a", "replying"))
    await writer.write(inbox.owe, Owed(row.id, "somebody else", "not theirs"))
    assert await states(db) == {"1": "replying"}
    await writer.write(inbox.owe, Owed(row.id, "a", "the reply"))
    (again,) = await claim(writer, "b")
    assert (again.body, again.address, again.tries) == ("the reply", row.address, 1)


async def test_effects_belong_to_the_mark(db: Database) -> None:
    """What a reply changes is there with the mark, or not at all."""
    writer = GroupCommit(db)
    await writer.write(inbox.remember, received(1))
    (row,) = await claim(writer)

    async def note(connection) -> None:  # type: ignore[no-untyped-def]
        await connection.execute(text("INSERT INTO erasures VALUES ('x', '2026-11-20 00:00:00')"))

    async def broken(connection) -> None:  # type: ignore[no-untyped-def]
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        await writer.write(inbox.settle, Settlement(row.id, "a", "replying", (effect(note), effect(broken))))
    assert (await states(db))["1"] == "claimed"
    assert not await writer.write(inbox.settle, Settlement(row.id, "somebody else", "replying", (effect(note),)))
    async with db.reading() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM erasures"))).scalar() == 0
    assert await writer.write(inbox.settle, Settlement(row.id, "a", "replying", (effect(note),)))
    async with db.reading() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM erasures"))).scalar() == 1


async def test_a_dead_process_gives_back_what_it_held(db: Database) -> None:
    writer = GroupCommit(db)
    for number in (1, 2):
        await writer.write(inbox.remember, received(number, lane=f"r{number}"))
    first, _second = await claim(writer, "dead")
    await writer.write(inbox.settle, Settlement(first.id, "dead", "replying"))
    async with db.transaction() as connection:
        await inbox.release(connection, "new", NOW + timedelta(seconds=1), alone=False)
    assert await states(db) == {"1": "replying", "2": "claimed"}  # the lease still runs
    async with db.transaction() as connection:
        await inbox.release(connection, "new", NOW + timedelta(seconds=61), alone=False)
    assert await states(db) == {"1": "unknown", "2": "stored"}
    async with db.reading() as connection:
        listed = await inbox.not_settled(connection)
        words = (await connection.execute(select(table.c.body, table.c.lane).where(table.c.state == "unknown"))).one()
    assert [(row.state, row.tries) for row in listed] == [("unknown", 1), ("stored", 1)]
    assert tuple(words) == ("", "")


async def test_what_kills_three_processes_is_dead(db: Database) -> None:
    writer = GroupCommit(db)
    await writer.write(inbox.remember, received(1))
    for owner in ("a", "b", "c"):
        assert len(await claim(writer, owner)) == 1
        async with db.transaction() as connection:
            await inbox.release(connection, "next", NOW, alone=True)
    assert await states(db) == {"1": "dead"}


async def test_a_living_process_keeps_its_rows(db: Database) -> None:
    writer = GroupCommit(db)
    await writer.write(inbox.remember, received(1))
    await claim(writer, "a")
    later = NOW + timedelta(seconds=59)
    async with db.transaction() as connection:
        (held,) = (await connection.execute(select(table.c.id))).scalars()
        await inbox.renew(connection, "a", [held], later)
        await inbox.release(connection, "b", later + timedelta(seconds=30), alone=False)
    assert await states(db) == {"1": "claimed"}


async def test_what_this_process_could_not_settle_comes_back_too(db: Database) -> None:
    writer = GroupCommit(db)
    await writer.write(inbox.remember, received(1))
    await claim(writer, "a")
    later = NOW + timedelta(seconds=61)
    async with db.transaction() as connection:
        await inbox.renew(connection, "a", [], later)  # nobody works on it
        await inbox.release(connection, "a", later, alone=False)
    assert await states(db) == {"1": "stored"}


async def test_one_resident_is_with_one_process_at_a_time(postgres: str) -> None:
    """Two processes on PostgreSQL never hold updates of the same resident."""
    from bot.storage.migrate import migrate
    from tests.conftest import fresh_postgres

    db = await fresh_postgres(postgres)
    await migrate(db)
    first, second = GroupCommit(db), GroupCommit(db)
    try:
        for number in range(30):
            await first.write(inbox.remember, received(number, lane=f"r{number % 3}"))
        holders: dict[str, set[str]] = {}
        for _ in range(4):
            one, two = await asyncio.gather(claim(first, "a", 4), claim(second, "b", 4))
            for owner, rows in (("a", one), ("b", two)):
                for row in rows:
                    holders.setdefault(row.address.external_id, set()).add(owner)
        assert holders
        assert all(len(owners) == 1 for owners in holders.values())
    finally:
        await db.close()


async def test_a_bad_write_harms_only_its_own_caller(db: Database) -> None:
    writer = GroupCommit(db)
    good = [writer.write(inbox.remember, received(number, lane=f"r{number}")) for number in range(5)]
    naive = Received("telegram", "main", "99", "r", "x", datetime(2026, 1, 1))
    results = await asyncio.gather(*good, writer.write(inbox.remember, naive), return_exceptions=True)
    assert results[:5] == [None] * 5
    assert isinstance(results[5], Exception)
    assert len(await states(db)) == 5
