"""Versions of a stored answer as numbers on paper: they grow with every change and never move."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime

from sqlalchemy import update

from bot.storage.db import Database
from bot.storage.schema import entries
from content import files, store
from content.version_numbers import version_number

NOW = datetime(2026, 11, 20, tzinfo=UTC)


async def test_each_changed_text_is_the_next_version(db: Database) -> None:
    first = files.shipped_bodies()[:2]
    entry_id = first[0]["id"]
    async with db.transaction() as connection:
        await store.import_release(connection, first, NOW)
        assert await version_number(connection, entry_id) == 1
        second = deepcopy(first)
        second[0]["title"]["vi"] += " mới"
        await store.import_release(connection, second, NOW)
        assert await version_number(connection, entry_id) == 2
        assert await version_number(connection, first[1]["id"]) == 1
        # An officer's own text keeps its number while the release only proposes another.
        await connection.execute(update(entries).where(entries.c.id == entry_id).values(edited=True))
        await store.import_release(connection, first, NOW)
        assert await version_number(connection, entry_id) == 2


async def test_what_there_is_not_has_the_first_number(db: Database) -> None:
    async with db.reading() as connection:
        assert await version_number(connection, "no.such.entry") == 1
