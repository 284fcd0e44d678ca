"""Entries, unanswered questions, votes and counts in the database; on SQLite and PostgreSQL."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from bot.storage import schema
from bot.storage.db import Database
from content import files, store
from content.store import Count

NOW = datetime(2026, 11, 20, 2, 12, tzinfo=UTC)
DAY = date(2026, 11, 20)


def body(entry_id: str, text: str = "Được.", topic: str = "crossing") -> dict[str, Any]:
    return {
        "id": entry_id,
        "topic": topic,
        "scope": "national",
        "kind": "answer",
        "title": {"vi": entry_id, "km": entry_id, "en": entry_id},
        "answer": {"vi": {"text": text}},
        "phrasings": {"vi": [entry_id]},
        "facts": ["F1.1"],
        "as_of": "2026-11-01",
        "review_by": "2027-05-01",
    }


async def load(db: Database, *bodies: dict[str, Any], at: datetime = NOW) -> int:
    async with db.transaction() as connection:
        return await store.import_release(connection, deepcopy(list(bodies)), at)


async def shown(db: Database) -> list[tuple[str, str]]:
    """Ids in their order, with the Vietnamese text."""
    async with db.reading() as connection:
        return [(each["id"], each["answer"]["vi"]["text"]) for each in await store.load_bodies(connection)]


async def versions(db: Database, entry_id: str) -> list[tuple[str, str]]:
    async with db.reading() as connection:
        table = schema.entry_versions
        rows = await connection.execute(select(table).where(table.c.entry_id == entry_id).order_by(table.c.id))
        return [(row.origin, row.body["answer"]["vi"]["text"]) for row in rows]


async def edit(db: Database, entry_id: str, text: str) -> None:
    """What an officer's edit leaves in the table."""
    edited = body(entry_id, text)
    async with db.transaction() as connection:
        await connection.execute(
            update(schema.entries)
            .where(schema.entries.c.id == entry_id)
            .values(body=edited, digest="officer", edited=True)
        )


# --- releases ---------------------------------------------------------------------------------------------------


async def test_a_first_release_and_the_same_again(db: Database) -> None:
    release = [body("b.two"), body("a.one"), body("c.three", topic="safety")]
    assert await load(db, *release) == 3
    assert [entry_id for entry_id, _ in await shown(db)] == ["b.two", "a.one", "c.three"]
    assert await versions(db, "a.one") == [("release", "Được.")]
    turned = [dict(reversed(list(each.items()))) for each in release]
    assert await load(db, *turned) == 0  # the same content, its keys in another order
    assert await versions(db, "a.one") == [("release", "Được.")]
    async with db.reading() as connection:
        catalog = await store.load_catalog(connection)
    assert [(each.id, each.topic) for each in catalog] == [
        ("b.two", "crossing"),
        ("a.one", "crossing"),
        ("c.three", "safety"),
    ]


async def test_what_nobody_edited_is_replaced(db: Database) -> None:
    await load(db, body("a", "cũ"), body("b", "cũ"))
    assert await load(db, body("a", "mới"), body("b", "cũ"), at=NOW + timedelta(days=1)) == 1
    assert await shown(db) == [("a", "mới"), ("b", "cũ")]
    assert await versions(db, "a") == [("release", "cũ"), ("release", "mới")]
    assert await load(db, body("a", "cũ"), body("b", "cũ")) == 1  # an older release may be put back
    assert await shown(db) == [("a", "cũ"), ("b", "cũ")]


async def test_what_an_officer_edited_stays_and_the_release_is_a_proposal(db: Database) -> None:
    await load(db, body("a", "cũ"))
    await edit(db, "a", "của cán bộ")
    assert await load(db, body("a", "cũ")) == 0
    assert await load(db, body("a", "mới")) == 1
    assert await shown(db) == [("a", "của cán bộ")]
    assert await versions(db, "a") == [("release", "cũ"), ("proposal", "mới")]
    assert await load(db, body("a", "mới")) == 0  # proposed once
    assert await load(db, body("a", "mới hơn")) == 1
    assert await shown(db) == [("a", "của cán bộ")]
    assert [origin for origin, _ in await versions(db, "a")] == ["release", "proposal", "proposal"]


async def test_what_is_no_longer_released_is_no_longer_said(db: Database) -> None:
    await load(db, body("a"), body("b", "cũ"), body("c", "cũ"))
    await edit(db, "c", "của cán bộ")
    assert await load(db, body("a")) == 1
    assert await shown(db) == [("a", "Được."), ("c", "của cán bộ")]
    assert await versions(db, "b") == [("release", "cũ")]


async def test_the_menu_has_the_order_of_the_release(db: Database) -> None:
    """Also when an entry comes between two that did not change, or they change places."""
    await load(db, body("b"), body("d"))
    await load(db, body("b"), body("x"), body("d"))
    assert [entry_id for entry_id, _ in await shown(db)] == ["b", "x", "d"]
    await load(db, body("d"), body("b"), body("x"))
    assert [entry_id for entry_id, _ in await shown(db)] == ["d", "b", "x"]


async def test_shipped_entries_load_and_read_back(db: Database) -> None:
    shipped = files.shipped_bodies()[::5]  # every start of the service loads them all
    assert await load(db, *shipped) == len(shipped)
    async with db.reading() as connection:
        catalog = await store.load_catalog(connection)
    assert list(catalog) == list(files.catalog_of(shipped))


# --- questions without an answer --------------------------------------------------------------------------------


async def test_a_question_is_kept_by_day_without_address(db: Database) -> None:
    async with db.transaction() as connection:
        await store.note_unanswered(connection, "gọi 0912345678", "vi", "telegram", DAY)
        await store.note_unanswered(connection, "hỏi a@b.vn", "km", "web", DAY - timedelta(days=91))
    async with db.reading() as connection:
        rows = (await connection.execute(select(schema.unanswered).order_by(schema.unanswered.c.id))).all()
        assert [tuple(row)[1:] for row in rows] == [
            ("gọi [số]", "vi", "telegram", DAY),
            ("hỏi [thư]", "km", "web", DAY - timedelta(days=91)),
        ]


async def test_questions_are_read_for_ninety_days_until_they_have_their_answer(db: Database) -> None:
    async with db.transaction() as connection:
        for age in (0, 89, 90, 91):
            await store.note_unanswered(connection, f"câu {age}", "vi", "web", DAY - timedelta(days=age))
    async with db.transaction() as connection:
        read = await store.load_unanswered(connection, DAY)
        assert [each.question for each in read] == ["câu 0", "câu 89", "câu 90"]
        assert await store.forget_unanswered(connection, [read[0].id, read[2].id, 4711]) == 2
        assert [each.question for each in await store.load_unanswered(connection, DAY)] == ["câu 89"]
        assert await store.forget_unanswered(connection, []) == 0


async def test_one_entry_is_read_as_it_is_now(db: Database) -> None:
    await load(db, body("a", "Được."))
    await edit(db, "a", "Không.")
    async with db.reading() as connection:
        entry = await store.load_entry(connection, "a")
        assert entry is not None
        assert entry.answers["vi"].text == "Không."
        assert await store.load_entry(connection, "b") is None


# --- counts -----------------------------------------------------------------------------------------------------


async def test_votes_add_up_by_entry_language_day_and_verdict(db: Database) -> None:
    async with db.transaction() as connection:
        for verdict in ("yes", "yes", "no", "yes"):
            await store.count_vote(connection, "a", "vi", DAY, verdict)
        await store.count_vote(connection, "a", "km", DAY, "yes")
        await store.count_vote(connection, "a", "vi", DAY - timedelta(days=1), "yes", by=5)
    async with db.transaction() as connection:
        await store.count_vote(connection, "b", "vi", DAY, "yes", by=2)
        rows = (await connection.execute(select(schema.votes))).all()
    assert {tuple(row) for row in rows} == {
        ("a", "vi", DAY, "yes", 3),
        ("a", "vi", DAY, "no", 1),
        ("a", "km", DAY, "yes", 1),
        ("a", "vi", DAY - timedelta(days=1), "yes", 5),
        ("b", "vi", DAY, "yes", 2),
    }


async def test_statistics_add_up_within_a_group_and_over_groups(db: Database) -> None:
    answered, fallback = Count(DAY, "answered", "telegram", "vi"), Count(DAY, "fallback", "web", "km")
    for group in ([answered, fallback, answered], [answered], [fallback, fallback]):
        async with db.transaction() as connection:
            await store.add_counts(connection, group)
    async with db.reading() as connection:
        rows = (await connection.execute(select(schema.statistics))).all()
    assert {tuple(row) for row in rows} == {
        (DAY, "answered", "telegram", "vi", 3),
        (DAY, "fallback", "web", "km", 3),
    }
