"""The database behind one small face: SQLite (WAL) and PostgreSQL, reading and writing alike."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool, StaticPool

from bot.errors import StoreUnavailable

_PATIENCE = "PRAGMA busy_timeout = 5000"
# Durable means: survives a power cut. SQLite needs FULL for that in WAL mode.
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
    _PATIENCE,
    "PRAGMA temp_store = MEMORY",
)
# PostgreSQL's classes of errors that say nothing of what was asked: no connection, undone because two waited for each
# other, no room left, shutting down or starting up (its manual, appendix A). Asked again it succeeds.
_AWAY = ("08", "40", "53", "57P")
_CUTS = 20  # tries to cut the journal


@contextmanager
def _told_plainly() -> Iterator[None]:
    """Whatever means that the database is away, full or locked becomes StoreUnavailable."""
    try:
        yield
    except (OperationalError, PoolTimeout) as error:
        raise StoreUnavailable from error
    except DBAPIError as error:
        if error.connection_invalidated or str(getattr(error.orig, "sqlstate", None) or "").startswith(_AWAY):
            raise StoreUnavailable from error
        raise
    except OSError as error:  # asyncpg, when its server is away; TimeoutError and ConnectionError are OSErrors
        raise StoreUnavailable from error


def insert_for(connection: AsyncConnection) -> Any:
    """The INSERT that knows ON CONFLICT, of this database."""
    return sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert


class Database:
    """One writer and several readers on SQLite; a pool on PostgreSQL.

    ``transaction()`` commits on leaving and raises StoreUnavailable when the database cannot take a write
    (disk full, locked, gone); nothing was written then.
    """

    def __init__(self, url: str, *, readers: int = 4) -> None:
        parsed = make_url(url)
        self.url = url
        self.sqlite = parsed.get_backend_name() == "sqlite"
        self.memory = self.sqlite and parsed.database in (None, "", ":memory:")
        self._write_lock = asyncio.Lock()
        self._writer: AsyncEngine
        self._reader: AsyncEngine
        if self.memory:
            self._writer = self._reader = create_async_engine(url, poolclass=StaticPool, hide_parameters=True)
            self._listen(self._writer, "BEGIN")
        elif self.sqlite:
            self._writer = create_async_engine(
                url, poolclass=AsyncAdaptedQueuePool, pool_size=1, max_overflow=0, hide_parameters=True
            )
            self._listen(self._writer, "BEGIN IMMEDIATE")
            self._reader = create_async_engine(
                url, poolclass=AsyncAdaptedQueuePool, pool_size=readers, max_overflow=0, hide_parameters=True
            )
            self._listen(self._reader, "BEGIN")
        else:
            self._writer = self._reader = create_async_engine(
                url, pool_size=readers + 2, max_overflow=4, pool_pre_ping=True, hide_parameters=True
            )

    @staticmethod
    def _listen(engine: AsyncEngine, begin: str) -> None:
        @event.listens_for(engine.sync_engine, "connect")
        def set_pragmas(connection: Any, _record: Any) -> None:
            connection.isolation_level = None  # we say BEGIN ourselves, so that writers take the lock at once
            cursor = connection.cursor()
            for pragma in SQLITE_PRAGMAS:
                cursor.execute(pragma)
            cursor.close()

        @event.listens_for(engine.sync_engine, "begin")
        def say_begin(connection: Any) -> None:
            connection.exec_driver_sql(begin)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """A write that is durable when the block ends, or did not happen."""
        with _told_plainly():
            if self.sqlite:
                async with self._write_lock, self._writer.begin() as connection:
                    yield connection
            else:
                async with self._writer.begin() as connection:
                    yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A connection for questions only."""
        with _told_plainly():
            if self.memory:  # one connection in all: readers must not start inside a writer's transaction
                async with self._write_lock, self._reader.connect() as connection:
                    yield connection
            else:
                async with self._reader.connect() as connection:
                    yield connection

    async def forget(self) -> bool:
        """Write the journal back and cut it to nothing, so that erased words are in no file (SQLite).

        False when somebody who reads kept it from being cut, however often it was tried: it has to be asked again.
        """
        if not self.sqlite or self.memory:
            return True
        for _ in range(_CUTS):
            if await self._cut():
                return True
            await asyncio.sleep(0.05)  # writers go first
        return False

    async def _cut(self) -> bool:
        async with self._write_lock, self._writer.connect() as connection:
            # Past SQLAlchemy, which would begin a transaction, in which SQLite refuses to write the journal back.
            driver: Any = (await connection.get_raw_connection()).driver_connection
            await driver.execute_fetchall("PRAGMA busy_timeout = 250")  # everybody who writes waits meanwhile
            [(busy, _, _)] = await driver.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
            await driver.execute_fetchall(_PATIENCE)
        return not busy

    async def close(self) -> None:
        await self._writer.dispose()
        if self._reader is not self._writer:
            await self._reader.dispose()
