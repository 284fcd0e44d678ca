"""Entries, unanswered questions, votes and counts in the database; on SQLite and PostgreSQL."""

from __future__ import annotations

import re
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from bot.storage import schema
from bot.storage.db import Database
from content import files, store
from content.store import Count, masked

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

DIGITS = st.text("0123456789០១២៣", min_size=6, max_size=15)
WORDS = st.text("abc đ.,;:@-_ \n", max_size=15)
NAMES = st.text("abcxyz0123456789._-", min_size=1, max_size=10)
EMAILS = st.builds(lambda who, host, end: f"{who}@{host}.{end}", NAMES, NAMES, st.sampled_from(["vn", "com", "gov.vn"]))
LINKS = st.sampled_from(["http://x.vn/a?b=1", "https://zalo.me/0912345678", "www.facebook.com/nguyen.van.a"])
PIECES = st.lists(DIGITS | WORDS | EMAILS | LINKS | st.text(max_size=20), max_size=12)


@given(pieces=PIECES, glue=st.sampled_from(["", " ", ", ", "\n"]))
def test_no_long_number_and_no_address_survives(pieces: list[str], glue: str) -> None:
    kept = masked(glue.join(pieces))
    assert not re.search(r"\d{6}", kept)
    assert not re.search(r"[\w.+-]+@[\w-]+\.\w", kept)
    assert not re.search(r"@\w", kept)
    assert len(kept) <= 500


@given(digits=st.lists(st.sampled_from("0123456789"), min_size=6, max_size=12), chance=st.data())
def test_a_number_is_found_however_it_is_grouped(digits: list[str], chance: st.DataObject) -> None:
    """As people write numbers: with blanks, dots, dashes between any two digits."""
    signs = st.sampled_from(["", "", "", " ", ".", "-", "\u00a0"])
    number = digits[0] + "".join(chance.draw(signs) + digit for digit in digits[1:])
    assert masked(f"gọi {number} giùm") == "gọi [số] giùm"


@pytest.mark.parametrize(
    "question",
    [
        "gọi 0912 345 678 nha",
        "gọi 0912.345.678 nha",
        "gọi 0912-345-678 nha",
        "gọi 0912  345  678 nha",
        "gọi 0912 - 345 - 678 nha",
        "gọi 0912. 345. 678 nha",
        "gọi +84 912 345 678 nha",
        "căn cước 087 099 001 234 mất rồi",
        "gọi ០៩១២៣៤៥៦៧ ណា",
        "thư a.b-c+d@mail.gov.vn nha",
        "hỏi @nguyen_van_a nha",
        "xem http://x.vn/nguyenvana nha",
        "Https://facebook.com/nguyenvana là tôi",
        "HTTPS://FACEBOOK.COM/nguyenvana là tôi",
        "Www.facebook.com/nguyenvana là tôi",
    ],
)
def test_whatever_leads_to_a_person_is_masked(question: str) -> None:
    """Telephones begin a sentence with a capital letter, and fingers slip to two blanks."""
    kept = masked(question)
    assert "[" in kept
    assert len(re.findall(r"\d", kept)) < 6
    assert not re.search("nguyen|345|mail|099", kept)


@pytest.mark.parametrize(
    "question", ["mất 5 ngày", "từ 1/7/2025 xã nào", "điều 12345 khoản 6", "112, 113, 114, 115", "10 nghìn, 50 nghìn"]
)
def test_short_numbers_stay_readable(question: str) -> None:
    assert masked(question) == question


ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=[]), max_size=30)


@given(question=ANY_TEXT | st.sampled_from(["a\x00b", "a\ud83d", "\udc00"]))
def test_what_is_kept_can_be_stored(question: str) -> None:
    """PostgreSQL takes no null sign and no database takes half a sign; the question must not be stuck for it."""
    kept = masked(question)
    kept.encode()
    assert "\x00" not in kept


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
