"""Deputies: who is told besides an officer what waits for that officer; they gain no right by it."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.staff import register
from bot.storage.db import insert_for
from bot.storage.schema import officer_deputies, officers


async def name(connection: AsyncConnection, officer_id: int, deputy_id: int | None) -> None:
    """Name the officer's one deputy, in place of an earlier one; None: nobody any more."""
    if deputy_id is None:
        await connection.execute(delete(officer_deputies).where(officer_deputies.c.officer_id == officer_id))
        return
    await connection.execute(
        insert_for(connection)(officer_deputies)
        .values(officer_id=officer_id, deputy_id=deputy_id)
        .on_conflict_do_update(index_elements=["officer_id"], set_={"deputy_id": deputy_id})
    )


async def of(connection: AsyncConnection, officer_ids: Collection[int]) -> dict[int, int]:
    """The deputy of each of these officers who has an active one, by number."""
    rows = await connection.execute(
        select(officer_deputies.c.officer_id, officer_deputies.c.deputy_id)
        .join(officers, officers.c.id == officer_deputies.c.deputy_id)
        .where(officer_deputies.c.officer_id.in_(officer_ids), officers.c.state == register.ACTIVE)
    )
    return {int(officer_id): int(deputy_id) for officer_id, deputy_id in rows}
