"""What officers were reminded of: marked before it is said, so that nobody is reminded of the same thing twice."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.db import insert_for
from bot.storage.schema import officer_reminders

KEPT_FOR = timedelta(days=400)  # longer than from one year's deadline to the next


async def mark(connection: AsyncConnection, officer_id: int, subject: str, now: datetime) -> bool:
    """True for whoever marks it first: they say it. ``subject``: at most 120 signs."""
    done = await connection.execute(
        insert_for(connection)(officer_reminders)
        .values(officer_id=officer_id, subject=subject, at=now)
        .on_conflict_do_nothing()
    )
    return bool(done.rowcount)


async def since(connection: AsyncConnection, officer_id: int, subject: str) -> datetime | None:
    """When it was marked; None: never."""
    asked = select(officer_reminders.c.at).where(
        officer_reminders.c.officer_id == officer_id, officer_reminders.c.subject == subject
    )
    return (await connection.execute(asked)).scalar()


async def whom(connection: AsyncConnection, beginning: str) -> set[int]:
    """The officers who heard of anything whose mark begins so."""
    asked = select(officer_reminders.c.officer_id).where(officer_reminders.c.subject.startswith(beginning))
    return set((await connection.execute(asked.distinct())).scalars())


async def marked(connection: AsyncConnection, subjects: Collection[str]) -> frozenset[tuple[int, str]]:
    """Which of these subjects are marked for whom: (officer, subject)."""
    asked = select(officer_reminders.c.officer_id, officer_reminders.c.subject)
    rows = await connection.execute(asked.where(officer_reminders.c.subject.in_(subjects)))
    return frozenset((int(officer_id), str(subject)) for officer_id, subject in rows)


async def unmark(connection: AsyncConnection, officer_id: int, subject: str) -> None:
    """It surely was not said: somebody may try again."""
    await connection.execute(
        delete(officer_reminders).where(
            officer_reminders.c.officer_id == officer_id, officer_reminders.c.subject == subject
        )
    )


async def forget_old(connection: AsyncConnection, now: datetime) -> int:
    """Remove marks of what nobody is reminded of any more; returns how many."""
    return (await connection.execute(delete(officer_reminders).where(officer_reminders.c.at < now - KEPT_FOR))).rowcount
