"""Migrations and schema say the same, forward and back, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from bot.errors import SettingError
from bot.storage.db import Database
from bot.storage.migrate import HEAD, _config, migrate
from bot.storage.schema import metadata


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, metadata))


async def test_the_migrated_database_is_the_schema(db: Database) -> None:
    async with db.reading() as connection:
        assert await connection.run_sync(differences) == []


async def test_back_to_nothing_and_forward_again(db: Database) -> None:
    assert await migrate(db, "base")
    async with db.reading() as connection:
        left = await connection.run_sync(lambda each: set(inspect(each).get_table_names()))
    assert left <= {"alembic_version"}
    assert await migrate(db)
    async with db.reading() as connection:
        assert await connection.run_sync(differences) == []
    assert not await migrate(db)  # nothing left to do


def test_head_is_the_newest_file() -> None:
    assert ScriptDirectory.from_config(_config()).get_heads() == [HEAD]


async def test_a_database_of_a_newer_release_is_refused(tmp_path: Path) -> None:
    db = Database(f"sqlite+aiosqlite:///{tmp_path / 'new.sqlite3'}")
    await migrate(db)
    async with db.transaction() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SettingError, match="9999"):
        await migrate(db)
    await db.close()
