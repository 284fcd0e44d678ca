"""Residents who chose to be remembered: what is kept, its history, moving house, and leaving without a trace."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from bot.messages import Address
from bot.storage import schema
from bot.storage.db import Database
from broadcasts import subscribers, waiting
from broadcasts.subscribers import ConsentGiven, Resident, address_hash
from tests.broadcasts.sending import NOON, a_run, states

NOW = datetime(2026, 11, 20, 2, 12, tzinfo=UTC)
TODAY = date(2026, 11, 20)
LATER = TODAY + timedelta(days=9)
ME = Address("telegram", "main", "998877665544")
OTHER = Address("telegram", "main", "112233445566")
KEY = b"the key of this installation"


async def one(db: Database, address: Address = ME) -> Resident:
    async with db.reading() as connection:
        return (await subscribers.load(connection, [address]))[address]


async def count(db: Database, name: str) -> int:
    table = schema.metadata.tables[name]
    async with db.reading() as connection:
        return int((await connection.execute(select(func.count()).select_from(table))).scalar_one())


def word(kind: str, given: bool, wording: str = "Bà con có muốn nhận không?", at: datetime = NOW) -> ConsentGiven:
    return ConsentGiven(kind, given, at, "telegram", wording)


async def test_who_never_asked_for_it_is_not_kept(db: Database) -> None:
    assert await one(db) == Resident(ME)
    async with db.transaction() as connection:
        await subscribers.wrote(connection, ME, TODAY)
        await subscribers.mark_reachable(connection, ME, "blocked")
    assert not (await one(db)).known
    assert await count(db, "residents") == 0


async def test_keeping_and_keeping_again(db: Database) -> None:
    async with db.transaction() as connection:
        first = await subscribers.keep(connection, ME, TODAY, language="km")
        assert await subscribers.keep(connection, ME, LATER) == first
        assert await subscribers.keep(connection, OTHER, TODAY) != first
    assert await one(db) == Resident(ME, language="km", last_wrote_on=LATER, known=True)
    assert (await one(db, OTHER)).language is None


async def test_the_same_number_elsewhere_is_somebody_else(db: Database) -> None:
    elsewhere = [Address("zalo-oa", "main", ME.external_id), Address("telegram", "second", ME.external_id)]
    async with db.transaction() as connection:
        await subscribers.keep(connection, ME, TODAY, language="km")
        for address in elsewhere:
            await subscribers.keep(connection, address, TODAY, language="en")
    async with db.reading() as connection:
        found = await subscribers.load(connection, [ME, *elsewhere, OTHER])
    assert [found[each].language for each in (ME, *elsewhere, OTHER)] == ["km", "en", "en", None]
    assert [found[each].known for each in (ME, *elsewhere, OTHER)] == [True, True, True, False]


async def test_both_consents_with_their_history(db: Database) -> None:
    """The last word counts; every word stays, with its time, its channel and the sentence that was shown."""
    words = [
        word("safety", True, "Tin khẩn ở Tân Hồng?"),
        word("routine", False, "Tin thường kỳ?", NOW + timedelta(minutes=1)),
        word("routine", True, "Tin thường kỳ về biên giới?", NOW + timedelta(days=1)),
        word("safety", False, "Đã ngừng mọi tin.", NOW + timedelta(days=2)),
    ]
    async with db.transaction() as connection:
        await subscribers.consent(connection, ME, TODAY, words[0])
    assert ((await one(db)).safety, (await one(db)).routine) == (True, None)
    async with db.transaction() as connection:
        for each in words[1:]:
            await subscribers.consent(connection, ME, LATER, each)
    assert ((await one(db)).safety, (await one(db)).routine) == (False, True)
    async with db.reading() as connection:
        assert await subscribers.history(connection, ME) == words
        assert await subscribers.history(connection, OTHER) == []


async def test_one_place_and_any_topics(db: Database) -> None:
    async with db.transaction() as connection:
        await subscribers.choose_place(connection, ME, TODAY, "c-29938")
        await subscribers.choose_topics(connection, ME, TODAY, ("safety", "crossing"))
        await subscribers.choose_place(connection, OTHER, TODAY, "c-30001")
    mine = await one(db)
    assert (mine.places, mine.topics, mine.last_wrote_on) == (("c-29938",), ("crossing", "safety"), TODAY)
    async with db.transaction() as connection:
        await subscribers.choose_place(connection, ME, LATER, "g-dinh-ba")
        await subscribers.choose_topics(connection, ME, LATER, ("fishing",))
    assert ((await one(db)).places, (await one(db)).topics) == (("g-dinh-ba",), ("fishing",))
    async with db.transaction() as connection:
        await subscribers.choose_topics(connection, ME, LATER, ())
    assert (await one(db)).topics == ()
    assert (await one(db, OTHER)).places == ("c-30001",)


async def test_a_resident_who_blocked_us_is_kept_and_comes_back_by_writing(db: Database) -> None:
    async with db.transaction() as connection:
        await subscribers.consent(connection, ME, TODAY, word("safety", True))
    for reason in ("blocked", "gone", "invalid"):
        async with db.transaction() as connection:
            await subscribers.mark_reachable(connection, ME, reason)
        assert (await one(db)).reachable == reason
        async with db.transaction() as connection:
            await subscribers.wrote(connection, ME, LATER)
        assert ((await one(db)).reachable, (await one(db)).last_wrote_on) == ("ok", LATER)
    async with db.transaction() as connection:
        await subscribers.mark_reachable(connection, ME, "blocked")
        await subscribers.keep(connection, ME, LATER)
    assert ((await one(db)).reachable, (await one(db)).safety) == ("ok", True)


# --- a new id ---------------------------------------------------------------------------------------------------

MOVED = Address("telegram", "main", "-1000000000077")


async def test_moving_to_a_new_id_takes_everything_along(db: Database) -> None:
    async with db.transaction() as connection:
        await subscribers.choose_place(connection, ME, TODAY, "c-29938")
        await subscribers.consent(connection, ME, TODAY, word("safety", True))
        await ask(connection, ME)
        await subscribers.move(connection, ME, MOVED.external_id)
    assert not (await one(db)).known
    there = await one(db, MOVED)
    assert (there.places, there.safety) == (("c-29938",), True)
    async with db.reading() as connection:
        assert len(await subscribers.history(connection, MOVED)) == 1
        assert await waiting.count_for(connection, MOVED) == 1
        assert await waiting.count_for(connection, ME) == 0


async def test_moving_to_an_id_that_is_kept_already_merges(db: Database) -> None:
    async with db.transaction() as connection:
        await subscribers.choose_place(connection, ME, TODAY, "old")
        await subscribers.consent(connection, ME, TODAY, word("safety", True))
        await subscribers.choose_place(connection, MOVED, TODAY, "new")
        await subscribers.move(connection, ME, MOVED.external_id)
    assert not (await one(db)).known
    assert (await one(db, MOVED)).places == ("new",)
    assert await count(db, "residents") == 1
    assert await count(db, "resident_places") == 1


async def test_moving_who_is_not_kept_keeps_nobody(db: Database) -> None:
    async with db.transaction() as connection:
        await subscribers.move(connection, ME, MOVED.external_id)
    assert await count(db, "residents") == 0


# --- leaving ----------------------------------------------------------------------------------------------------


async def ask(connection, address: Address) -> None:  # type: ignore[no-untyped-def]
    await waiting.ask_to_be_told(connection, address, subject="s", language="vi", asked_on=TODAY)


async def fill(db: Database, address: Address) -> None:
    """One row of this chat in every table that can hold its address."""
    at = {"channel": address.channel, "account": address.account}
    async with db.transaction() as connection:
        await subscribers.choose_place(connection, address, TODAY, "c-29938")
        await subscribers.choose_topics(connection, address, TODAY, ("safety",))
        await subscribers.consent(connection, address, TODAY, word("safety", True))
        await ask(connection, address)
        talk = {**at, "external_id": address.external_id, "state": {"step": "place"}, "expires_at": NOW}
        await connection.execute(schema.dialogues.insert().values(talk))
        for state in ("unknown", "dead"):
            row = {**at, "update_key": f"{address.external_id[:3]}{state}", "lane": address.external_id}
            row |= {"body": "câu hỏi riêng", "state": state, "received_at": NOW}
            await connection.execute(schema.inbox.insert().values(row))


async def everything(db: Database) -> str:
    lines = []
    async with db.reading() as connection:
        for table in schema.metadata.sorted_tables:
            lines += [f"{table.name} {tuple(row)}" for row in await connection.execute(select(table))]
    return "\n".join(lines)


async def test_erasure_leaves_nothing_but_a_hash(db: Database) -> None:
    await fill(db, ME)
    await fill(db, OTHER)
    async with db.transaction() as connection:
        await subscribers.erase(connection, ME, NOW, KEY)
    left = await everything(db)
    assert ME.external_id not in left
    assert left.count("câu hỏi riêng") == 2  # the other one's
    for table in ("residents", "consents", "resident_places", "resident_topics", "dialogues", "tell_me", "erasures"):
        assert await count(db, table) == 1, table
    assert address_hash(ME, KEY) in left
    assert not (await one(db)).known
    assert (await one(db, OTHER)).safety is True


async def test_erasing_again_moves_the_time_only(db: Database) -> None:
    for at in (NOW, NOW + timedelta(days=1)):
        async with db.transaction() as connection:
            await subscribers.erase(connection, ME, at, KEY)
    async with db.reading() as connection:
        [row] = (await connection.execute(select(schema.erasures))).all()
    assert tuple(row) == (address_hash(ME, KEY), NOW + timedelta(days=1))


async def test_who_comes_back_after_erasure_begins_anew(db: Database) -> None:
    await fill(db, ME)
    async with db.transaction() as connection:
        await subscribers.erase(connection, ME, NOW, KEY)
        await subscribers.keep(connection, ME, LATER)
    assert await one(db) == Resident(ME, last_wrote_on=LATER, known=True)
    async with db.reading() as connection:
        assert await subscribers.history(connection, ME) == []


async def test_what_one_waits_for_is_counted_for_oneself(db: Database) -> None:
    async with db.transaction() as connection:
        for address in (ME, ME, OTHER):
            await ask(connection, address)
        assert await waiting.count_for(connection, ME) == 1  # asked twice, told once
        for subject in ("r1", "r2"):
            await waiting.ask_to_be_told(connection, ME, subject=subject, language="vi", asked_on=TODAY)
        assert await waiting.count_for(connection, ME) == 3
        assert await waiting.count_for(connection, OTHER) == 1


# --- the hash ---------------------------------------------------------------------------------------------------

PARTS = st.text(max_size=6)
ADDRESSES = st.builds(Address, PARTS.filter(lambda part: "\x1f" not in part), PARTS, PARTS)


@given(one=ADDRESSES, other=ADDRESSES, key=st.binary(min_size=1, max_size=40), other_key=st.binary(min_size=1))
def test_the_hash_is_of_the_address_and_the_key(one: Address, other: Address, key: bytes, other_key: bytes) -> None:
    made = address_hash(one, key)
    assert len(made) == 64
    assert made == address_hash(one, key)
    if one != other and "\x1f" not in "".join((one.account, other.account)):
        assert made != address_hash(other, key)
    if key.rstrip(b"\0") != other_key.rstrip(b"\0"):
        assert made != address_hash(one, other_key)


def test_parts_of_an_address_do_not_run_together() -> None:
    hashes = {
        address_hash(Address(*parts), KEY)
        for parts in (("telegram", "main", "12"), ("telegram", "main1", "2"), ("telegrammain", "", "12"))
    }
    assert len(hashes) == 3


async def test_stop_and_erasure_reach_what_is_queued(db: Database) -> None:
    run = await a_run(db, 2)
    async with db.transaction() as connection:
        for number, word in ((1001, "stop"), (1002, "erase")):
            address = Address("fake", "main", str(number))
            if word == "stop":
                refused = ConsentGiven("routine", False, NOON, "fake", "STOP")
                await subscribers.consent(connection, address, NOON.date(), refused)
            else:
                await subscribers.erase(connection, address, NOON, b"key")
    assert await states(db, run) == Counter({"skipped(stopped)": 1, "skipped(erased)": 1})
