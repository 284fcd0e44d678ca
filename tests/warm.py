"""What every service of a test run would build anew from the same content, once: in a folder and in memory."""

from __future__ import annotations

import asyncio
import atexit
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from bot.place_files import load_gazetteer
from bot.places import Gazetteer
from bot.storage.db import Database
from bot.storage.migrate import migrate
from content import files, store
from content.judge import Judge
from content.match_values import MatchSource


@cache
def warm_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="cotmoc-warm-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def warm_judge(home: str = "dong-thap") -> tuple[Gazetteer, Judge]:
    """Places and judge of the shipped catalogue; both keep nothing of what they are asked."""
    gazetteer = load_gazetteer()
    return gazetteer, Judge(map(MatchSource.of_entry, files.shipped_catalog()), gazetteer, home=home)


def copy_warm_database(into: Path) -> None:
    """A database that is migrated and holds the release, as after a first start; nothing where there is one already."""
    if not into.exists():
        into.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(_warm_database(), into)


@cache
def _warm_database() -> Path:
    path = warm_folder() / "warm.sqlite3"

    async def make() -> None:
        db = Database(f"sqlite+aiosqlite:///{path}")
        await migrate(db)
        async with db.transaction() as connection:
            await store.update_from_release(connection, datetime(2026, 11, 20, tzinfo=UTC))
        await db.forget()
        await db.close()

    with ThreadPoolExecutor(1) as beside:  # a test's own loop is running
        beside.submit(asyncio.run, make()).result()
    return path
