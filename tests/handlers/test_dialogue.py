"""The state of a conversation: ids only, there and back, and gone after ten silent minutes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from bot.messages import Address
from bot.storage import schema
from bot.storage.db import Database
from handlers.chat import dialogue
from handlers.chat.dialogue import SILENT_FOR, Dialogue, Kept, from_state, to_state

NOW = datetime(2026, 11, 20, 2, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ME, OTHER = Address("telegram", "main", "4001"), Address("web", "main", "4001")
IDS = st.text("abcxyz0123456789.:~-", max_size=20)
DIALOGUES = st.builds(
    Dialogue,
    language=st.sampled_from(["", "vi", "km", "en"]),
    choices=st.lists(IDS, max_size=9).map(tuple),
    step=IDS,
    flow=IDS,
    topic=IDS,
    entry_id=IDS,
    topics_answered=st.lists(IDS, max_size=3).map(tuple),
    misses=st.integers(0, 5),
    thanked=st.booleans(),
    first=st.booleans(),
)


@given(talk=DIALOGUES)
def test_there_and_back_through_json(talk: Dialogue) -> None:
    state = to_state(talk)
    assert from_state(json.loads(json.dumps(state))) == talk
    assert not [name for name, value in state.items() if value == getattr(Dialogue(), name)]


def test_an_empty_dialogue_is_nothing() -> None:
    assert to_state(Dialogue()) == {}
    assert from_state({}) == Dialogue()


def test_what_an_older_or_newer_release_wrote_is_passed_over() -> None:
    """A state outlives the program that wrote it by at most ten minutes, a restart included."""
    state: dict[str, Any] = {"step": "place", "gone_with_release_3": [1, 2], "choices": ["m~1"]}
    assert from_state(state) == Dialogue(step="place", choices=("m~1",))


async def save(db: Database, *talks: Kept) -> None:
    async with db.transaction() as connection:
        await dialogue.save(connection, talks)


async def live(db: Database, now: datetime, *addresses: Address) -> dict[Address, Dialogue]:
    async with db.reading() as connection:
        return await dialogue.load(connection, addresses, now)


async def test_each_chat_has_its_own_and_only_its_last(db: Database) -> None:
    first, second = Dialogue(step="place", choices=("a~1", "b~1")), Dialogue(language="km", misses=2, first=True)
    await save(db, Kept(ME, first, NOW), Kept(OTHER, second, NOW))
    assert await live(db, NOW, ME, OTHER) == {ME: first, OTHER: second}
    assert await live(db, NOW, ME) == {ME: first}
    await save(db, Kept(ME, second, NOW))
    assert await live(db, NOW, ME, OTHER) == {ME: second, OTHER: second}
    await save(db, Kept(ME, first, NOW), Kept(ME, Dialogue(topic="x"), NOW))  # two replies in one group: in order
    assert await live(db, NOW, ME) == {ME: Dialogue(topic="x")}
    async with db.reading() as connection:
        assert (await connection.execute(select(func.count()).select_from(schema.dialogues))).scalar_one() == 2


async def test_ten_silent_minutes_end_it(db: Database) -> None:
    talk = Dialogue(step="place")
    assert timedelta(minutes=10) == SILENT_FOR
    await save(db, Kept(ME, talk, NOW))
    assert await live(db, NOW + SILENT_FOR - SECOND, ME) == {ME: talk}
    assert await live(db, NOW + SILENT_FOR, ME) == {}
    await save(db, Kept(ME, talk, NOW + SILENT_FOR - SECOND))  # a word keeps it alive
    assert await live(db, NOW + SILENT_FOR, ME) == {ME: talk}


async def test_what_comes_from_outside_changes_it_as_it_stands(db: Database) -> None:
    """A running conversation keeps the rest; what timed out, or never was, begins anew and lives as long as any."""

    def change(talk: Dialogue) -> Dialogue:
        return replace(talk, topic="x")

    await save(db, Kept(ME, Dialogue(step="place", misses=1), NOW))
    for address in (ME, OTHER):
        async with db.transaction() as connection:
            await dialogue.amend(connection, address, NOW + SECOND, change)
    expected = {ME: Dialogue(step="place", misses=1, topic="x"), OTHER: Dialogue(topic="x")}
    assert await live(db, NOW + SILENT_FOR, ME, OTHER) == expected
    later = NOW + SILENT_FOR + SECOND
    async with db.transaction() as connection:
        await dialogue.amend(connection, ME, later, change)
    assert await live(db, later, ME) == {ME: Dialogue(topic="x")}


async def test_nobody_asked_about_nobody_found(db: Database) -> None:
    assert await live(db, NOW) == {}
    assert await live(db, NOW, ME) == {}
