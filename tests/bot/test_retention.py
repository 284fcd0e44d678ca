"""The purge: each table gives up what was kept long enough, and nothing else; on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, select, update

from bot import retention
from bot.retention import KEPT
from bot.storage import schema
from bot.storage.db import Database
from tests.broadcasts.sending import a_run

NOW = datetime(2026, 11, 20, 2, 12, tzinfo=UTC)
TODAY = date(2026, 11, 20)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def put(db: Database, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    async with db.transaction() as connection:
        await connection.execute(table.insert(), rows)


async def rows(db: Database, table: Table) -> list[Any]:
    async with db.reading() as connection:
        return list((await connection.execute(select(table))).all())


async def purge(db: Database) -> dict[str, int]:
    """How many rows of each table were erased or emptied; tables with none are left out."""
    async with db.transaction() as connection:
        done = await retention.purge(connection, NOW)
    return {table: count for table, count in done.items() if count}


def received(key: str, state: str, age: timedelta, body: str = "words", lane: str = "4001") -> dict[str, Any]:
    return {
        "channel": "telegram",
        "account": "main",
        "update_key": key,
        "lane": lane,
        "body": body,
        "state": state,
        "received_at": NOW - age,
    }


async def test_an_empty_database_has_nothing_to_give(db: Database) -> None:
    assert await purge(db) == {}


async def test_settled_updates_are_known_for_a_day_against_repeats(db: Database) -> None:
    young, old = 23 * HOUR, 25 * HOUR
    inbox = [
        received("1", "answered", young, "", ""),
        received("2", "ignored", young, "", ""),
        received("3", "answered", old, "", ""),
        received("4", "ignored", old, "", ""),
    ]
    await put(db, schema.inbox, inbox)
    assert await purge(db) == {"inbox": 2}
    assert sorted(row.update_key for row in await rows(db, schema.inbox)) == ["1", "2"]


async def test_an_unanswered_update_loses_words_and_address_after_a_day(db: Database) -> None:
    states = ("stored", "claimed", "replying", "dead")
    await put(db, schema.inbox, [received(f"young {state}", state, 23 * HOUR) for state in states])
    await put(db, schema.inbox, [received(f"old {state}", state, 25 * HOUR) for state in states])
    await put(db, schema.inbox, [received("old unknown", "unknown", 25 * HOUR, "", "")])
    assert await purge(db) == {"inbox": 4}
    for row in await rows(db, schema.inbox):
        if row.update_key.startswith("young"):
            assert (row.body, row.lane) == ("words", "4001")
        else:
            assert (row.body, row.lane) == ("", "")  # still listed for the operator, as nobody's
            assert row.state in ("dead", "unknown")
    assert await purge(db) == {}


async def test_after_a_week_nothing_is_listed_any_more(db: Database) -> None:
    """Also when the service was down all that week, so that the words were still there."""
    inbox = [received(state, state, 8 * DAY) for state in ("stored", "dead", "replying")]
    await put(db, schema.inbox, [*inbox, received("unknown", "unknown", 8 * DAY, "", "")])
    await put(db, schema.inbox, [received("listed", "unknown", 6 * DAY, "", "")])
    assert await purge(db) == {"inbox": 4}
    assert [row.update_key for row in await rows(db, schema.inbox)] == ["listed"]


async def test_dialogues_go_at_their_time_out(db: Database) -> None:
    talk = {"channel": "telegram", "account": "main", "state": {"step": "place"}}
    await put(
        db,
        schema.dialogues,
        [
            {**talk, "external_id": "over", "expires_at": NOW},
            {**talk, "external_id": "live", "expires_at": NOW + timedelta(seconds=1)},
        ],
    )
    assert await purge(db) == {"dialogues": 1}
    assert [row.external_id for row in await rows(db, schema.dialogues)] == ["live"]


async def test_who_asked_to_be_told_is_forgotten_when_the_time_is_up(db: Database) -> None:
    asked = {"channel": "telegram", "account": "main", "subject": "s", "language": "vi"}
    await put(
        db,
        schema.tell_me,
        [
            {**asked, "external_id": "over", "expires_on": TODAY - DAY},
            {**asked, "external_id": "last day", "expires_on": TODAY},
        ],
    )
    assert await purge(db) == {"tell_me": 1}
    assert [row.external_id for row in await rows(db, schema.tell_me)] == ["last day"]


async def test_a_found_answer_is_forgotten_after_thirty_days(db: Database) -> None:
    found = {"entry_id": "x.y"}
    days = [{**found, "subject": str(days), "decided_on": TODAY - days * DAY} for days in (0, 30, 31)]
    await put(db, schema.found_answers, days)
    assert await purge(db) == {"found_answers": 1}
    assert sorted(row.subject for row in await rows(db, schema.found_answers)) == ["0", "30"]


async def test_questions_go_after_ninety_days(db: Database) -> None:
    asked = {"question": "x", "language": "vi", "channel": "web"}
    days = [{**asked, "day": TODAY - days * DAY} for days in (0, 90, 91, 400)]
    await put(db, schema.unanswered, days)
    assert await purge(db) == {"unanswered": 2}
    assert sorted(row.day for row in await rows(db, schema.unanswered)) == [TODAY - 90 * DAY, TODAY]


async def ended(db: Database, run: int, age: timedelta, state: str = "done", totals: object = None) -> None:
    kept = {} if totals is None else {"totals": totals}
    async with db.transaction() as connection:
        statement = update(schema.runs).where(schema.runs.c.id == run)
        await connection.execute(statement.values(state=state, finished_at=NOW - age, **kept))


async def test_deliveries_go_ninety_days_after_their_run_when_its_report_is_kept(db: Database) -> None:
    kept = {"audience": 3}
    old, young, without, open_ = [await a_run(db, 3) for _ in range(4)]
    await ended(db, old, 91 * DAY, "cancelled", kept)
    await ended(db, young, 89 * DAY, totals=kept)
    await ended(db, without, 91 * DAY)
    await ended(db, open_, 91 * DAY, "paused", kept)
    assert await purge(db) == {"deliveries": 3}
    assert sorted({row.run_id for row in await rows(db, schema.deliveries)}) == [young, without, open_]
    assert next(row.totals for row in await rows(db, schema.runs) if row.id == old) == kept
    assert await purge(db) == {}


async def test_deliveries_go_a_part_at_a_time(db: Database) -> None:
    many = retention.DELIVERIES_AT_ONCE + 7
    run = await a_run(db, 1)
    ghost = {"run_id": run, "channel": "fake", "account": "main", "language": "vi", "state": "sent"}
    await put(db, schema.deliveries, [{**ghost, "resident_id": -number - 1} for number in range(many - 1)])
    await ended(db, run, 91 * DAY, totals={"audience": many})
    async with db.reading() as connection:
        assert (await retention.count_due(connection, NOW))["deliveries"] == many
    assert await purge(db) == {"deliveries": retention.DELIVERIES_AT_ONCE}
    assert await purge(db) == {"deliveries": 7}


async def test_what_has_no_end_by_the_clock_stays(db: Database) -> None:
    """Residents who agreed go when they say so; counts and the list of erasures lead to nobody."""
    chat = {"channel": "telegram", "account": "main", "external_id": "4001", "last_wrote_on": TODAY - 4000 * DAY}
    await put(db, schema.residents, [chat])
    agreed = {"resident_id": 1, "kind": "safety", "given": True, "at": NOW, "channel": "telegram", "wording": "?"}
    await put(db, schema.consents, [agreed])
    await put(db, schema.erasures, [{"address_hash": "h", "erased_at": NOW - 4000 * DAY}])
    day = TODAY - 4000 * DAY
    await put(db, schema.votes, [{"entry_id": "x", "language": "vi", "day": day, "verdict": "yes", "count": 1}])
    counted = {"day": day, "metric": "answered", "channel": "web", "language": "vi", "count": 1}
    await put(db, schema.statistics, [counted])
    assert await purge(db) == {}
    for table in (schema.residents, schema.erasures, schema.votes, schema.statistics):
        assert len(await rows(db, table)) == 1


async def test_what_is_foretold_is_what_is_done(db: Database) -> None:
    ages = (23 * HOUR, 25 * HOUR, 6 * DAY, 8 * DAY)
    states = ("stored", "claimed", "answered", "ignored", "dead")
    inbox = [received(f"{state} {age}", state, age) for state in states for age in ages]
    await put(db, schema.inbox, inbox)
    talk = {"channel": "telegram", "account": "main", "state": {}, "external_id": "over", "expires_at": NOW - DAY}
    await put(db, schema.dialogues, [talk])
    async with db.reading() as connection:
        foretold = await retention.count_due(connection, NOW)
    assert {table: count for table, count in foretold.items() if count} == await purge(db)
    async with db.reading() as connection:
        assert set((await retention.count_due(connection, NOW)).values()) == {0}


async def test_what_was_purged_is_in_no_file(tmp_path: Path, sqlite_db: Database) -> None:
    await put(sqlite_db, schema.inbox, [received("1", "dead", 25 * HOUR, "zqxwords", "zqxaddress")])
    await put(sqlite_db, schema.inbox, [received("2", "stored", 9 * DAY, "zqxwords", "zqxaddress")])
    await purge(sqlite_db)
    assert await sqlite_db.forget()
    assert b"zqx" not in everything_in(tmp_path)


async def test_a_reader_who_keeps_the_journal_from_being_cut_is_told_of(tmp_path: Path, sqlite_db: Database) -> None:
    await put(sqlite_db, schema.inbox, [received("1", "stored", 9 * DAY, "zqxwords", "zqxaddress")])
    async with sqlite_db.reading() as connection:
        await connection.execute(select(schema.inbox))
        await purge(sqlite_db)
        forgetting = asyncio.create_task(sqlite_db.forget())
        await asyncio.sleep(0.3)
        assert not forgetting.done()
        assert b"zqx" in everything_in(tmp_path)
        await put(sqlite_db, schema.inbox, [received("2", "stored", HOUR)])  # meanwhile others write
    assert await forgetting
    assert b"zqx" not in everything_in(tmp_path)


def everything_in(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())


@pytest.mark.parametrize("kept", KEPT, ids=lambda kept: kept.table.name)
def test_the_table_names_columns_that_exist(kept: retention.Kept) -> None:
    assert set(kept.columns) <= set(kept.table.columns.keys())
    assert kept.columns


async def test_cap_messages_go_90_days_after_somebody_decided(db: Database) -> None:
    def draft(name: str, received: timedelta, decided: timedelta | None) -> dict[str, Any]:
        row = {"source": "kttv", "sender": "a@b", "identifier": name, "sent_at": NOW - received, "status": "Actual"}
        row |= {"msg_type": "Alert", "refers_to": [], "body": "<alert/>", "received_at": NOW - received}
        return row | {
            "state": "waiting" if decided is None else "refused",
            "decided_at": None if decided is None else NOW - decided,
        }

    drafts = [
        draft("just refused", 200 * DAY, 89 * DAY),
        draft("waits", 89 * DAY, None),
        draft("refused long ago", 200 * DAY, 91 * DAY),
        draft("nobody looked", 91 * DAY, None),
    ]
    await put(db, schema.cap_drafts, drafts)
    assert await purge(db) == {"cap_drafts": 2}
    assert sorted(row.identifier for row in await rows(db, schema.cap_drafts)) == ["just refused", "waits"]
