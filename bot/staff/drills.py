"""The drill list: officers whom a drill reaches, in their linked chats and nowhere else."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import CotMocError
from bot.messages import Address
from bot.staff import audit, chats, register
from bot.staff.register import Registered
from bot.staff.roles import Action, Forbidden, Officer, Role, Within, may
from bot.storage.db import insert_for
from bot.storage.schema import drill_members, officers


class NotAMember(CotMocError):
    """Người này không có trong danh sách diễn tập."""


async def members(connection: AsyncConnection) -> tuple[Officer, ...]:
    """Active officers of the drill list, by name."""
    listed = set((await connection.execute(select(drill_members.c.officer_id))).scalars())
    found = await register.everybody(connection)
    return tuple(each.officer for each in found if each.active and each.officer.id in listed)


async def chats_of(connection: AsyncConnection, now: datetime) -> list[tuple[int, Address]]:
    """Where a drill goes: (officer, the chat they were seen in last). Who has no live chat is missing."""
    asked = (
        select(drill_members.c.officer_id)
        .join(officers, officers.c.id == drill_members.c.officer_id)
        .where(officers.c.state == register.ACTIVE)
    )
    numbers = list((await connection.execute(asked)).scalars())
    where = await chats.addresses(connection, numbers, now)
    return [(number, where[number][0]) for number in sorted(where)]


async def add(
    connection: AsyncConnection, key: bytes, by: Officer, typed: str, now: datetime, within: Within
) -> tuple[Officer, bool]:
    """Who was put on the list, and whether they were not on it yet.

    Raises Forbidden unless ``by`` administers or commands where that officer works, NoSuchOfficer, and NotAMember
    for somebody who is disabled.
    """
    await audit.take_turn(connection)
    found = await register.by_name(connection, typed)
    _require(by, found, now, within)
    if not found.active:
        raise NotAMember(f"{found.officer.name} đã ngừng hoạt động, không thêm vào danh sách diễn tập được.")
    done = await connection.execute(
        insert_for(connection)(drill_members)
        .values(officer_id=found.officer.id, added_by=by.name, at=now)
        .on_conflict_do_nothing()
    )
    if done.rowcount:
        await audit.record(connection, key, now, by.name, "drill.add", found.officer.name)
    return found.officer, bool(done.rowcount)


async def remove(
    connection: AsyncConnection, key: bytes, by: Officer, typed: str, now: datetime, within: Within
) -> Officer:
    """Raises Forbidden, NoSuchOfficer, NotAMember."""
    await audit.take_turn(connection)
    found = await register.by_name(connection, typed)
    _require(by, found, now, within)
    gone = await connection.execute(delete(drill_members).where(drill_members.c.officer_id == found.officer.id))
    if not gone.rowcount:
        raise NotAMember(f"{found.officer.name} không có trong danh sách diễn tập.")
    await audit.record(connection, key, now, by.name, "drill.remove", found.officer.name)
    return found.officer


def _require(by: Officer, other: Registered, now: datetime, within: Within) -> None:
    """An administrator of all the areas of that officer, or a commander of them."""
    if may(by, Action.OFFICERS, other.areas, now, within):
        return
    commands = Officer(by.id, by.name, tuple(each for each in by.roles if each[0] is Role.COMMANDER), scopes=by.scopes)
    if not may(commands, Action.ISSUE, other.areas, now, within):
        raise Forbidden
