"""The audit log: whatever is changed, removed, put elsewhere or cut off is found, and two writers make one chain."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update

from bot.staff import audit, audit_heads
from bot.storage.db import Database
from bot.storage.schema import audit as table

KEY = b"the key of this installation"
AT = datetime(2026, 11, 20, 2, 0, 0, 123456, tzinfo=UTC)


async def write(db: Database, count: int, start: int = 0) -> list[str]:
    """That many lines, each in its own transaction; their hashes."""
    made = []
    for number in range(start, start + count):
        async with db.transaction() as connection:
            at = AT + timedelta(seconds=number)
            made.append(await audit.record(connection, KEY, at, "An", "campaign.draft", str(number), size=number))
    return made


async def verdict(db: Database, *heads: str, key: bytes = KEY) -> audit.Verdict:
    async with db.reading() as connection:
        return await audit.verify(connection, key, *heads)


async def spoil(db: Database, statement: Any) -> None:
    async with db.transaction() as connection:
        assert (await connection.execute(statement)).rowcount == 1


async def test_a_whole_log(db: Database) -> None:
    assert await verdict(db) == audit.Verdict(0, "", None)
    made = await write(db, 4)
    found = await verdict(db, made[1], made[3].upper(), "")
    assert found == audit.Verdict(4, made[3], None)
    assert found.good
    async with db.reading() as connection:
        assert await audit.head(connection) == (4, made[3])
        [newest, before] = await audit.newest_lines(connection, 2)
    assert (newest.subject, before.subject) == ("3", "2")
    assert newest == audit.Line(4, AT + timedelta(seconds=3), "An", "campaign.draft", "3", {"size": 3}, made[3])


@pytest.mark.parametrize(
    "changed",
    [
        {"officer": "Bình"},
        {"action": "campaign.approve"},
        {"subject": "7"},
        {"detail": {"size": 99}},
        {"detail": {}},
        {"at": AT},
        {"mac": "0" * 64},
    ],
    ids=str,
)
async def test_a_changed_line(sqlite_db: Database, changed: dict[str, Any]) -> None:
    await write(sqlite_db, 5)
    await spoil(sqlite_db, update(table).where(table.c.id == 3).values(**changed))
    found = await verdict(sqlite_db)
    assert found.broken_at == 3
    assert not found.good
    assert found.count == 5


async def test_a_changed_detail(db: Database) -> None:
    await write(db, 5)
    await spoil(db, update(table).where(table.c.id == 3).values(detail={"size": 2.0}))
    assert (await verdict(db)).broken_at == 3


async def test_a_removed_line(db: Database) -> None:
    await write(db, 5)
    for gone, noticed_at in ((3, 4), (1, 2)):
        await spoil(db, delete(table).where(table.c.id == gone))
        assert (await verdict(db)).broken_at == noticed_at


async def test_lines_put_elsewhere(db: Database) -> None:
    await write(db, 5)
    for old, new in ((2, 99), (4, 2), (99, 4)):
        await spoil(db, update(table).where(table.c.id == old).values(id=new))
    assert (await verdict(db)).broken_at == 2


async def test_a_line_moved_to_the_end(db: Database) -> None:
    await write(db, 5)
    await spoil(db, update(table).where(table.c.id == 2).values(id=6))
    assert (await verdict(db)).broken_at == 3


async def test_an_end_that_was_cut_off(db: Database) -> None:
    made = await write(db, 5)
    await spoil(db, delete(table).where(table.c.id == 5))
    assert (await verdict(db)).good  # by itself a shorter log looks whole …
    found = await verdict(db, made[2], made[4])
    assert (found.broken_at, found.missing_head, found.missing) == (None, True, (made[4],))
    assert not found.good
    await write(db, 3, start=10)  # … and growing again hides nothing
    assert (await verdict(db, made[4])).missing == (made[4],)
    assert (await verdict(db, made[3])).good


async def test_everything_removed(sqlite_db: Database) -> None:
    made = await write(sqlite_db, 2)
    async with sqlite_db.transaction() as connection:
        await connection.execute(delete(table))
    assert (await verdict(sqlite_db, made[1])).missing_head


async def test_a_line_by_somebody_without_the_key(db: Database) -> None:
    made = await write(db, 2)
    forged = audit.mac(b"a guess", made[1], AT, "An", "campaign.approve", "1", {})
    async with db.transaction() as connection:
        await connection.execute(
            table.insert().values(at=AT, officer="An", action="campaign.approve", subject="1", detail={}, mac=forged)
        )
    assert (await verdict(db)).broken_at == 3
    assert (await verdict(db, key=b"a guess")).broken_at == 1


async def test_a_head_that_is_none(sqlite_db: Database) -> None:
    await write(sqlite_db, 1)
    assert (await verdict(sqlite_db, "dấu lạ")).missing == ("dấu lạ",)


@pytest.mark.parametrize(
    "change",
    ["detail = '{'", "detail = '[]'", "detail = 7", "at = 'hôm qua'", "at = 5", "mac = x'00'", "officer = x'00'"],
)
async def test_a_line_that_cannot_be_read_is_a_finding_and_no_crash(sqlite_db: Database, change: str) -> None:
    made = await write(sqlite_db, 4)
    await spoil(sqlite_db, text(f"UPDATE audit SET {change} WHERE id = 2"))
    found = await verdict(sqlite_db, made[3])
    assert (found.broken_at, found.count, found.missing) == (2, 4, ())
    async with sqlite_db.reading() as connection:
        assert len(await audit.newest_lines(connection, 10)) >= 3


async def test_a_line_stands_and_falls_with_what_it_tells(db: Database) -> None:
    async def fails() -> None:
        async with db.transaction() as connection:
            await audit.record(connection, KEY, AT, "An", "campaign.draft", "1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fails()
    assert (await verdict(db)).count == 0
    made = await write(db, 2)  # a number that was given and not used breaks no chain
    assert await verdict(db) == audit.Verdict(2, made[1], None)


async def test_any_detail_comes_back_as_it_was_hashed(db: Database) -> None:
    detail = {"b": [1, 2.5, None, True], "a": {"z": "Đồng Tháp ភូមិ 😀", "y": "\\\"'\n"}, "officer": "Bình", "at": "now"}
    async with db.transaction() as connection:
        abroad = AT.astimezone(timezone(timedelta(hours=7)))
        await audit.record(connection, KEY, abroad, "Nguyễn Văn Ẩn", "officer.add", "x", **detail)
    assert (await verdict(db)).good
    async with db.reading() as connection:
        [line] = await audit.newest_lines(connection, 1)
    assert (line.at, dict(line.detail)) == (AT, detail)


async def test_two_writers_at_once_make_one_chain(db: Database) -> None:
    """On PostgreSQL both transactions are open at the same time; without taking turns both would follow one line."""
    started = [asyncio.Event(), asyncio.Event()]

    async def writer(number: int) -> None:
        for turn in range(10):
            async with db.transaction() as connection:
                await connection.execute(select(table.c.id).limit(1))  # the transaction has begun
                started[number].set()
                if turn == 0 and not db.sqlite:
                    await started[1 - number].wait()
                await audit.record(connection, KEY, AT, f"writer {number}", "note", str(turn))
                await asyncio.sleep(0.002)

    await asyncio.gather(writer(0), writer(1))
    found = await verdict(db)
    assert (found.count, found.broken_at) == (20, None)
    async with db.reading() as connection:
        lines = await audit.newest_lines(connection, 20)
    assert {line.officer for line in lines} == {"writer 0", "writer 1"}
    assert len({line.mac for line in lines}) == 20


async def test_a_long_log_is_read_in_pages(sqlite_db: Database) -> None:
    before, rows = "0" * 64, []
    for number in range(audit.PAGE + 5):
        before = audit.mac(KEY, before, AT, "", "note", str(number), {})
        rows.append({"at": AT, "officer": "", "action": "note", "subject": str(number), "detail": {}, "mac": before})
    async with sqlite_db.transaction() as connection:
        await connection.execute(table.insert(), rows)
    assert await verdict(sqlite_db, rows[3]["mac"]) == audit.Verdict(audit.PAGE + 5, before, None)
    await spoil(sqlite_db, update(table).where(table.c.id == audit.PAGE + 1).values(subject="0"))
    assert (await verdict(sqlite_db)).broken_at == audit.PAGE + 1


# --- the heads outside the database ---------------------------------------------------------------------------------


async def kept(db: Database, folder: Path, day: date) -> bool:
    async with db.reading() as connection:
        return await audit_heads.keep_head(connection, folder, day)


async def test_a_head_a_day(sqlite_db: Database, tmp_path: Path) -> None:
    folder, today = tmp_path / "var", date(2026, 11, 20)
    assert audit_heads.kept_heads(folder) == ()
    assert not await kept(sqlite_db, folder, today)  # nothing to keep
    first = (await write(sqlite_db, 2))[-1]
    assert await kept(sqlite_db, folder, today)
    second = (await write(sqlite_db, 1, start=5))[-1]
    assert not await kept(sqlite_db, folder, today)
    assert await kept(sqlite_db, folder, today + timedelta(days=1))
    heads = audit_heads.kept_heads(folder)
    assert heads == (audit_heads.Head(today, 2, first), audit_heads.Head(today + timedelta(days=1), 3, second))
    assert (await verdict(sqlite_db, *(each.mac for each in heads))).good
    await spoil(sqlite_db, delete(table).where(table.c.id == 3))
    assert (await verdict(sqlite_db, *(each.mac for each in heads))).missing == (second,)


async def test_a_torn_line_spoils_no_other(sqlite_db: Database, tmp_path: Path) -> None:
    made = await write(sqlite_db, 1)
    await kept(sqlite_db, tmp_path, date(2026, 11, 20))
    path = tmp_path / audit_heads.FILE
    path.write_text(path.read_text() + "2026-11-21\t5\tab", encoding="utf-8")
    assert await kept(sqlite_db, tmp_path, date(2026, 11, 22))
    path.write_text(path.read_text() + f"2026-99-99\t5\t{'a' * 64}\n", encoding="utf-8")
    assert [(each.day.day, each.mac) for each in audit_heads.kept_heads(tmp_path)] == [(20, made[0]), (22, made[0])]


def test_the_hash_of_a_line_is_what_it_was_in_every_release() -> None:
    """A log of years must be read by later releases: this value may never change."""
    made = audit.mac(KEY, "0" * 64, AT, "An", "officer.add", "Bình", {"role": "editor", "area": ""})
    assert made == "95d355cc03edb697ebdbc45ba759c0c244ddc00e86d1f9a6fe61c230b89107aa"
    canonical = (
        f'["{"0" * 64}","2026-11-20T02:00:00.123456+00:00","An","officer.add","Bình",{{"area":"","role":"editor"}}]'
    )
    assert made == hmac.new(KEY, canonical.encode(), hashlib.sha256).hexdigest()
