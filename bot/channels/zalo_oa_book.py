"""What an Official Account has used of what is not free, in the database: one row of channel_state, added to."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels.zalo_oa_events import CHANNEL
from bot.channels.zalo_oa_quota import Allowance
from bot.storage.db import Database, insert_for
from bot.storage.schema import channel_state

KEY = "quota"


class StoredAllowanceBook:
    """The AllowanceBook of one account."""

    def __init__(self, db: Database, account: str = "main") -> None:
        self._db = db
        self._account = account
        self._mine = _of(account)

    async def save(self, added: Allowance) -> Allowance:
        async with self._db.transaction() as connection:
            row = {"channel": CHANNEL, "account": self._account, "key": KEY, "value": _write(Allowance())}
            await connection.execute(insert_for(connection)(channel_state).values(row).on_conflict_do_nothing())
            # The row is locked (SQLite: the database is), so that what two processes add is added twice.
            kept = select(channel_state.c.value).where(self._mine).with_for_update()
            whole = _read((await connection.execute(kept)).scalar()).plus(added)
            await connection.execute(channel_state.update().where(self._mine).values(value=_write(whole)))
        return whole


async def kept_allowance(connection: AsyncConnection, account: str = "main") -> Allowance:
    """What is kept of one account; an empty Allowance at first."""
    return _read((await connection.execute(select(channel_state.c.value).where(_of(account)))).scalar())


def _of(account: str) -> ColumnElement[bool]:
    return and_(channel_state.c.channel == CHANNEL, channel_state.c.account == account, channel_state.c.key == KEY)


def _write(kept: Allowance) -> str:
    times = {"taken_at": kept.taken_at, "refused_at": kept.refused_at}
    said = {name: at.isoformat() for name, at in times.items() if at is not None}
    return json.dumps({"month": kept.month, "used": kept.used, "left": dict(kept.left), **said})


def _read(value: str | None) -> Allowance:
    if not value:
        return Allowance()
    kept = json.loads(value)
    times = {name: datetime.fromisoformat(kept[name]) for name in ("taken_at", "refused_at") if name in kept}
    return Allowance(kept["month"], kept["used"], kept["left"], **times)
