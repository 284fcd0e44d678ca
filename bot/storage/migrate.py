"""Bring a database to the schema of this release; on a fresh or an old one, going forward or back."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from sqlalchemy import Connection, inspect, text

from bot.errors import SettingError
from bot.storage.db import Database

HEAD = "0009"  # the newest revision; tests/test_migrations.py holds it against the files


async def migrate(db: Database, revision: str = "head") -> bool:
    """True when something had to be done. Raises SettingError when the database is newer than this release."""
    async with db.reading() as connection:
        current = await connection.run_sync(_current)
    if revision == "head" and current == HEAD:
        return False  # Alembic takes a third of a second to import; most starts need none of it
    if db.sqlite and not db.memory:
        await db.forget()
    async with db.transaction() as connection:
        await connection.run_sync(_run, revision, current)
    return True


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _run(connection: Connection, revision: str, current: str | None) -> None:
    from alembic import command
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    config = _config(connection)
    if current is not None:
        try:
            ScriptDirectory.from_config(config).get_revision(current)
        except CommandError:
            raise SettingError(
                f"Cơ sở dữ liệu này thuộc bản phát hành mới hơn ({current}); hãy dùng đúng bản đó."
            ) from None
    going_back = revision == "base" or (revision != "head" and current is not None and revision < current)
    (command.downgrade if going_back else command.upgrade)(config, revision)


def _config(connection: Connection | None = None) -> Any:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(files("bot.storage") / "migrations"))
    config.attributes["connection"] = connection
    return config
