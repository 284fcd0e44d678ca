"""Reads on in the audit log, from where it was read last, whoever did what and from which process.

How far it was read is kept, so that nothing is told twice after a restart; a line that is being told when the service
dies is told again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.db import Database, insert_for
from bot.storage.schema import audit, channel_state

AT_A_TIME = 50  # lines


class AuditCursor:
    """``name``: who reads, each from a place of their own. ``actions``: what is read; the rest is passed over."""

    def __init__(self, db: Database, name: str, actions: Collection[str]) -> None:
        self._db = db
        self._row = {"channel": "", "account": "", "key": name}
        self._actions = tuple(actions)

    async def new(self) -> AsyncIterator[Row[Any]]:
        """Lines that were not read yet, oldest first, ``AT_A_TIME`` at most; each is read when the next is asked for.

        On the first day there are none: what happened before is not told.
        """
        async with self._db.reading() as connection:
            after = await self._read_to(connection)
            newest = int((await connection.execute(select(func.coalesce(func.max(audit.c.id), 0)))).scalar_one())
            wanted = select(audit).where(audit.c.id > (after or 0), audit.c.action.in_(self._actions))
            lines = (await connection.execute(wanted.order_by(audit.c.id).limit(AT_A_TIME))).all()
        if after is None or (not lines and newest > after):
            await self._move(newest)
            return
        for line in lines:
            yield line
            await self._move(line.id)

    async def _read_to(self, connection: AsyncConnection) -> int | None:
        """The last line that was read; None: never yet."""
        kept = (await connection.execute(select(channel_state.c.value).filter_by(**self._row))).scalar()
        return None if kept is None else int(kept)

    async def _move(self, to: int) -> None:
        async with self._db.transaction() as connection:
            await connection.execute(
                insert_for(connection)(channel_state)
                .values(**self._row, value=str(to))
                .on_conflict_do_update(index_elements=["channel", "account", "key"], set_={"value": str(to)})
            )
