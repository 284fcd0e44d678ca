"""The roster in the database: shifts as they were, are and will be; only what is still to come is ever replaced."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.staff import audit, register, roster
from bot.staff.roles import Action, Officer, Within, require
from bot.staff.roster import Shift
from bot.storage.schema import duty_shifts, officers

_SHIFT = (duty_shifts.c.officer_id, duty_shifts.c.area, duty_shifts.c.begins_at, duty_shifts.c.ends_at)


async def between(connection: AsyncConnection, begin: datetime, end: datetime) -> list[Shift]:
    """The shifts of active officers that lie at least in part between two moments, touching ones joined."""
    asked = (
        select(*_SHIFT)
        .join(officers, officers.c.id == duty_shifts.c.officer_id)
        .where(officers.c.state == register.ACTIVE, duty_shifts.c.ends_at > begin, duty_shifts.c.begins_at < end)
    )
    return roster.merged(Shift(*row) for row in await connection.execute(asked))


async def current(connection: AsyncConnection, now: datetime) -> list[Shift]:
    """The shifts of active officers that have begun and not ended: all that ``roster`` needs to decide about now."""
    asked = (
        select(*_SHIFT)
        .join(officers, officers.c.id == duty_shifts.c.officer_id)
        .where(officers.c.state == register.ACTIVE, duty_shifts.c.ends_at > now, duty_shifts.c.begins_at <= now)
    )
    return roster.merged(Shift(*row) for row in await connection.execute(asked))


async def put(
    connection: AsyncConnection,
    key: bytes,
    by: Officer,
    new: Collection[Shift],
    now: datetime,
    within: Within,
) -> int:
    """The roster of these officers from now on, in place of what they had from now on; others keep theirs.

    Returns how many shifts are still to come or running. Raises Forbidden unless ``by`` administers every area that
    is named or loses a shift.
    """
    await audit.take_turn(connection)
    whose = {each.officer_id for each in new}
    require(by, Action.OFFICERS, _areas((*new, *await _ahead(connection, whose, now))), now, within)
    count = await _write(connection, whose, new, now)
    areas = sorted({each.area for each in new})
    await audit.record(connection, key, now, by.name, "roster.import", str(len(whose)), shifts=count, areas=areas[:50])
    return count


async def clear(
    connection: AsyncConnection, key: bytes, by: Officer, officer_ids: Collection[int], now: datetime, within: Within
) -> int:
    """These officers are on duty no more, from now on; returns how many shifts ended or were taken away.

    Raises Forbidden unless ``by`` administers every area of those shifts.
    """
    await audit.take_turn(connection)
    ahead = await _ahead(connection, officer_ids, now)
    if not ahead:
        return 0
    require(by, Action.OFFICERS, _areas(ahead), now, within)
    await _write(connection, {each.officer_id for each in ahead}, (), now)
    names = select(officers.c.name).where(officers.c.id.in_({each.officer_id for each in ahead}))
    subject = sorted((await connection.execute(names)).scalars())
    await audit.record(
        connection, key, now, by.name, "roster.clear", str(len(subject)), shifts=len(ahead), officers=subject[:50]
    )
    return len(ahead)


async def everyone(connection: AsyncConnection, now: datetime) -> set[int]:
    """The officers who have a shift that has not ended."""
    asked = select(duty_shifts.c.officer_id).where(duty_shifts.c.ends_at > now).distinct()
    return set((await connection.execute(asked)).scalars())


async def known_areas(connection: AsyncConnection, since: datetime) -> frozenset[str]:
    """The areas of the roster; those whose last shift ended before ``since`` only when there are no others."""
    asked = select(duty_shifts.c.area, func.max(duty_shifts.c.ends_at)).group_by(duty_shifts.c.area)
    found = {str(area): last for area, last in await connection.execute(asked)}
    return frozenset(area for area, last in found.items() if last > since) or frozenset(found)


async def _ahead(connection: AsyncConnection, officer_ids: Collection[int], now: datetime) -> list[Shift]:
    asked = select(*_SHIFT).where(duty_shifts.c.officer_id.in_(officer_ids), duty_shifts.c.ends_at > now)
    return [Shift(*row) for row in await connection.execute(asked)]


async def _write(connection: AsyncConnection, whose: Collection[int], new: Iterable[Shift], now: datetime) -> int:
    """Returns how many of their shifts have not ended."""
    # A shift that ended this very moment may have to be joined with one that begins now.
    asked = select(*_SHIFT).where(duty_shifts.c.officer_id.in_(whose), duty_shifts.c.ends_at >= now)
    old = [Shift(*row) for row in await connection.execute(asked)]
    kept = roster.replaced(old, new, now)
    mine = duty_shifts.c.officer_id.in_(whose) & (duty_shifts.c.ends_at >= now)
    await connection.execute(delete(duty_shifts).where(mine))
    if kept:
        rows = [
            {"officer_id": each.officer_id, "area": each.area, "begins_at": each.begins_at, "ends_at": each.ends_at}
            for each in kept
        ]
        await connection.execute(duty_shifts.insert(), rows)
    return sum(each.ends_at > now for each in kept)


def _areas(shifts: Iterable[Shift]) -> tuple[str, ...]:
    return tuple({each.area: None for each in shifts})
