"""The tally of a Zalo bot in the database: one row of channel_state, added to and never overwritten."""

from __future__ import annotations

import json

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels.zalo_bot_quota import Tally
from bot.channels.zalo_bot_updates import CHANNEL
from bot.storage.db import Database, insert_for
from bot.storage.schema import channel_state

KEY = "quota"


class StoredQuotaBook:
    """The QuotaBook of one account."""

    def __init__(self, db: Database, account: str = "main") -> None:
        self._db = db
        self._account = account
        self._mine = _of(account)

    async def load(self) -> Tally:
        async with self._db.reading() as connection:
            return await kept_tally(connection, self._account)

    async def save(self, added: Tally) -> Tally:
        async with self._db.transaction() as connection:
            await self._make_row(connection)
            # The row is locked (SQLite: the database is), so that what two processes add is added twice.
            kept = select(channel_state.c.value).where(self._mine).with_for_update()
            whole = _read((await connection.execute(kept)).scalar()).plus(added)
            await connection.execute(channel_state.update().where(self._mine).values(value=_write(whole)))
        return whole

    async def _make_row(self, connection: AsyncConnection) -> None:
        row = {"channel": CHANNEL, "account": self._account, "key": KEY, "value": _write(Tally())}
        await connection.execute(insert_for(connection)(channel_state).values(row).on_conflict_do_nothing())


async def kept_tally(connection: AsyncConnection, account: str = "main") -> Tally:
    """What is kept of one account; an empty Tally at first."""
    return _read((await connection.execute(select(channel_state.c.value).where(_of(account)))).scalar())


def _of(account: str) -> ColumnElement[bool]:
    return and_(channel_state.c.channel == CHANNEL, channel_state.c.account == account, channel_state.c.key == KEY)


def _write(tally: Tally) -> str:
    return json.dumps({"month": tally.month, "sent": tally.sent, "chats": sorted(tally.chats)})


def _read(value: str | None) -> Tally:
    if not value:
        return Tally()
    kept = json.loads(value)
    return Tally(kept["month"], kept["sent"], frozenset(kept["chats"]))
