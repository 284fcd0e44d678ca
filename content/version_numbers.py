"""Which version of a stored answer is said now, as a number that people can read on paper."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.schema import entries, entry_versions


async def version_number(connection: AsyncConnection, entry_id: str) -> int:
    """1 for the first text this installation had of the entry; a proposal that nobody took counts too, for numbers
    must not move."""
    current = (
        select(func.max(entry_versions.c.id))
        .join(entries, (entries.c.id == entry_versions.c.entry_id) & (entries.c.digest == entry_versions.c.digest))
        .where(entries.c.id == entry_id)
        .scalar_subquery()
    )
    count = select(func.count()).where(entry_versions.c.entry_id == entry_id, entry_versions.c.id <= current)
    return max(1, int((await connection.execute(count)).scalar_one()))
