"""What an Official Account has uploaded, in the database: rows of channel_state, thrown out when they expire."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select

from bot.channels.zalo_oa_events import CHANNEL
from bot.channels.zalo_uploads import PREFIX
from bot.storage.db import Database, insert_for
from bot.storage.schema import channel_state


class StoredUploadBook:
    """The UploadBook of one account."""

    def __init__(self, db: Database, account: str = "main") -> None:
        self._db = db
        self._account = account

    async def look_up(self, key: str) -> str | None:
        async with self._db.reading() as connection:
            found = (await connection.execute(select(channel_state.c.value).where(self._row(key)))).scalar()
        return None if found is None else str(found)

    async def note(self, key: str, value: str, before: datetime) -> None:
        mine = (channel_state.c.channel == CHANNEL) & (channel_state.c.account == self._account)
        async with self._db.transaction() as connection:
            uploads = select(channel_state.c.key, channel_state.c.value).where(
                mine, channel_state.c.key.startswith(PREFIX, autoescape=True)
            )
            for row in (await connection.execute(uploads)).all():
                if json.loads(row.value)["at"] < before.timestamp():
                    await connection.execute(delete(channel_state).where(self._row(row.key)))
            made = insert_for(connection)(channel_state).values(
                channel=CHANNEL, account=self._account, key=key, value=value
            )
            await connection.execute(
                made.on_conflict_do_update(index_elements=["channel", "account", "key"], set_={"value": value})
            )

    def _row(self, key: str) -> ColumnElement[bool]:
        return (
            (channel_state.c.channel == CHANNEL)
            & (channel_state.c.account == self._account)
            & (channel_state.c.key == key)
        )
