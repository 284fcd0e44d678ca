"""Opt-ins and decisions: who is due, told once, released after a crash; on SQLite and PostgreSQL."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot.messages import Address
from bot.storage.db import Database
from bot.storage.schema import tell_me
from broadcasts import subscribers, waiting
from broadcasts.waiting import Due, Progress, question_subject
from content.masking import masked

NOW = datetime(2026, 11, 20, 2, 12, tzinfo=UTC)
TODAY = date(2026, 11, 20)
MINUTE = timedelta(minutes=1)
TELEGRAM = ("telegram", "main")
ME, OTHER = Address(*TELEGRAM, "998877665544"), Address(*TELEGRAM, "112233445566")
KEY = b"the key of this installation"


async def ask(db: Database, address: Address = ME, subject: str = "s", on: date = TODAY) -> None:
    async with db.transaction() as connection:
        await waiting.ask_to_be_told(connection, address, subject=subject, language="km", asked_on=on)


async def decide(db: Database, *subjects: str, entry_id: str = "x.y", day: date = TODAY) -> int:
    async with db.transaction() as connection:
        return await waiting.decide(connection, subjects or ["s"], entry_id=entry_id, day=day, by="An")


async def due(db: Database, today: date = TODAY, **more: object) -> list[Due]:
    async with db.reading() as connection:
        return await waiting.due(connection, TELEGRAM, today, **more)  # type: ignore[arg-type]


async def begin(db: Database, each: Due, owner: str = "us") -> list[int]:
    async with db.transaction() as connection:
        return await waiting.begin(connection, each, owner, NOW)


async def told(db: Database, ids: list[int], address: Address = ME) -> bool:
    async with db.transaction() as connection:
        return await waiting.told(connection, ids, address)


async def states(db: Database) -> list[tuple[str, str]]:
    async with db.reading() as connection:
        return [
            (row.state, row.external_id) for row in await connection.execute(select(tell_me).order_by(tell_me.c.id))
        ]


async def test_nobody_is_due_before_the_decision_or_for_another_question(db: Database) -> None:
    await ask(db)
    assert await due(db) == []
    assert await decide(db, "another") == 0
    assert await due(db) == []
    assert await decide(db) == 1
    [one] = await due(db)
    assert (one.address, one.entry_id, one.language, one.asked_on) == (ME, "x.y", "km", TODAY)


async def test_who_opts_in_after_the_decision_is_told_too(db: Database) -> None:
    """The button was shown before the officer decided and tapped after it."""
    assert await decide(db) == 0
    await ask(db)
    assert [each.address for each in await due(db)] == [ME]


async def test_two_wordings_of_one_group_are_told_once(db: Database) -> None:
    await ask(db, subject="s1", on=TODAY - timedelta(days=2))
    await ask(db, subject="s2")
    await ask(db, OTHER, subject="s2")
    assert await decide(db, "s1", "s2") == 2
    first, *rest = await due(db)
    assert (first.address, first.asked_on) == (ME, TODAY - timedelta(days=2))
    assert sorted(each.telling == first.telling for each in rest) == [False, True]
    ids = await begin(db, first)
    assert len(ids) == 2
    assert [await begin(db, each) for each in rest if each.telling == first.telling] == [[]]
    assert await told(db, ids)
    assert [each.address for each in await due(db)] == [OTHER]


async def test_two_answers_are_begun_one_by_one(db: Database) -> None:
    await ask(db, subject="s1")
    await ask(db, subject="s2")
    await decide(db, "s1", entry_id="a")
    await decide(db, "s2", entry_id="b")
    assert [len(await begin(db, each)) for each in await due(db)] == [1, 1]


async def test_two_answers_are_two_tellings(db: Database) -> None:
    await ask(db, subject="s1")
    await ask(db, subject="s2")
    await decide(db, "s1", entry_id="a")
    await decide(db, "s2", entry_id="b")
    assert sorted(each.entry_id for each in await due(db)) == ["a", "b"]


async def test_a_later_decision_stands(db: Database) -> None:
    await ask(db)
    await decide(db, entry_id="wrong")
    await decide(db, entry_id="right")
    assert [each.entry_id for each in await due(db)] == ["right"]


async def test_after_thirty_days_nobody_is_told(db: Database) -> None:
    await ask(db)
    late = TODAY + timedelta(days=30)
    assert await decide(db, day=late) == 1
    assert len(await due(db, late)) == 1
    assert await due(db, late + timedelta(days=1)) == []  # also before the purge comes by
    assert await decide(db, day=late + timedelta(days=1)) == 0


async def test_only_those_who_are_there(db: Database) -> None:
    await ask(db)
    await ask(db, OTHER)
    await decide(db)
    assert [each.address for each in await due(db, present={OTHER.external_id})] == [OTHER]
    assert await due(db, present=set()) == []
    assert len(await due(db)) == 2


async def test_everybody_is_reached_page_by_page(db: Database) -> None:
    """The longest waiting first, nobody twice, nobody left out; entries that cannot be told take no places."""
    for number in range(7):
        address = Address(*TELEGRAM, str(number))
        await ask(db, address, on=TODAY - timedelta(days=number // 3))
        await ask(db, address, subject="hidden", on=TODAY - timedelta(days=9))
    await decide(db)
    await decide(db, "hidden", entry_id="not.tellable")
    pages: list[list[Due]] = []
    while page := await due(db, hidden={"not.tellable"}, after=pages[-1][-1] if pages else None, limit=2):
        pages.append(page)
    found = [each for page in pages for each in page]
    assert [len(page) for page in pages] == [2, 2, 2, 1]
    assert sorted(each.address.external_id for each in found) == list("0123456")
    assert [each.asked_on for each in found] == sorted(each.asked_on for each in found)
    assert len(await due(db)) == 14


async def test_it_is_begun_once(db: Database) -> None:
    await ask(db)
    await decide(db)
    [one] = await due(db)
    assert await begin(db, one)
    assert not await begin(db, one, "somebody else")
    assert await due(db) == []
    assert await told(db, [one.id])
    assert await states(db) == []
    assert not await begin(db, one)


async def test_whether_it_was_still_theirs_when_it_was_told(db: Database) -> None:
    """Stopped, erased, moved or given up while it was being said: nothing more may be written for this address."""
    for meanwhile in ("stop", "erase", "move", "release"):
        await ask(db)
        await decide(db)
        [one] = await due(db)
        ids = await begin(db, one)
        async with db.transaction() as connection:
            match meanwhile:
                case "stop":
                    await waiting.forget(connection, ME)
                case "erase":
                    await subscribers.erase(connection, ME, NOW, KEY)
                case "move":
                    await subscribers.move(connection, ME, "777")
                case _:
                    await waiting.release(connection, "us", NOW + waiting.LEASE_FOR + MINUTE, alone=False)
        assert not await told(db, ids), meanwhile
        assert await states(db) == []


async def test_what_surely_was_not_said_waits_again(db: Database) -> None:
    await ask(db)
    await decide(db)
    [one] = await due(db)
    await begin(db, one)
    async with db.transaction() as connection:
        await waiting.put_back(connection, [one.id], "somebody else")
    assert await due(db) == []
    async with db.transaction() as connection:
        await waiting.put_back(connection, [one.id], "us")
    assert await due(db) == [one]


async def test_what_a_dead_process_was_saying_is_unknown_and_leads_to_nobody(db: Database) -> None:
    await ask(db)
    await ask(db, OTHER)
    await decide(db)
    one, other = await due(db)
    await begin(db, one, "dead")
    for alone, at in ((False, NOW), (False, NOW + waiting.LEASE_FOR)):
        async with db.transaction() as connection:
            await waiting.release(connection, "us", at, alone=alone)
        assert ("unknown", "") not in await states(db)  # it may be alive
    async with db.transaction() as connection:
        await waiting.release(connection, "us", NOW, alone=True)
    assert sorted(await states(db)) == [("unknown", ""), ("waiting", other.address.external_id)]
    await begin(db, other, "silent")
    async with db.transaction() as connection:
        await waiting.release(connection, "us", NOW + waiting.LEASE_FOR + MINUTE, alone=False)
    assert await states(db) == [("unknown", ""), ("unknown", "")]
    assert await due(db) == []
    async with db.reading() as connection:
        assert await waiting.progress(connection) == [Progress("x.y", TODAY, "An", 0, 2, 0)]


async def test_what_is_ours_and_alive_is_left_alone(db: Database) -> None:
    await ask(db)
    await decide(db)
    [one] = await due(db)
    await begin(db, one)
    async with db.transaction() as connection:
        await waiting.release(connection, "us", NOW, alone=True)
    assert await states(db) == [("telling", ME.external_id)]


async def test_stop_and_erasure_take_the_opt_in_away(db: Database) -> None:
    for leaving in ("stop", "erase"):
        await ask(db)
        await decide(db)
        [one] = await due(db)
        async with db.transaction() as connection:
            if leaving == "stop":
                await waiting.forget(connection, ME)
            else:
                await subscribers.erase(connection, ME, NOW, KEY)
        assert await due(db) == []
        assert not await begin(db, one)  # also when it was read just before


async def test_a_new_id_is_followed(db: Database) -> None:
    await ask(db)
    await decide(db)
    async with db.transaction() as connection:
        await subscribers.move(connection, ME, "777")
    assert [each.address.external_id for each in await due(db)] == ["777"]


def test_nobody_else_writes_or_reads_this_table() -> None:
    """Who waits is known in one module; besides it the schema names the table, and the purge, which knows only days."""
    root = Path(__file__).parent.parent.parent
    found = {
        path.relative_to(root).as_posix()
        for layer in ("bot", "content", "broadcasts", "handlers")
        for path in (root / layer).rglob("*.py")
        if "migrations" not in path.parts and re.search(r"(?<!kept_)\btell_me\b", path.read_text(encoding="utf-8"))
    }
    assert found == {"bot/storage/schema.py", "bot/retention.py", "broadcasts/waiting.py"}


# --- the hash ---------------------------------------------------------------------------------------------------


def test_marks_case_and_signs_do_not_matter() -> None:
    one = question_subject("Phà Sở Thượng mấy giờ chạy?", KEY)
    assert one == question_subject("pha so thuong MAY GIO chay", KEY)
    assert one != question_subject("pha so thuong may gio chay", b"another key")
    assert one != question_subject("pha so thuong may gio toi", KEY)
    assert waiting.entry_subject("x", KEY) != question_subject("x", KEY)
    assert waiting.SUBJECT.fullmatch(one)


@given(question=st.text(max_size=60))
def test_the_kept_question_has_the_hash_of_the_one_that_was_asked(question: str) -> None:
    """The opt-in hashes what was typed, the decision what was kept of it."""
    assert question_subject(masked(question), KEY) == question_subject(question, KEY)
