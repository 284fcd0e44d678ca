"""Chats of officers: linked by a one-time code, ended with the account, with a new address, or after 90 silent days."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import CotMocError
from bot.messages import Address
from bot.staff import audit, codes, register
from bot.staff.roles import Officer
from bot.storage.db import insert_for
from bot.storage.schema import officer_chats, officers

SILENT_FOR = timedelta(days=90)
ENDED_FOR = timedelta(days=1)  # how long a chat that a reset ended is kept, when the officer cannot be told there


class ChatTaken(CotMocError):
    """Cuộc trò chuyện này đang nối với một cán bộ khác; người ấy phải ngắt trước."""


async def link(connection: AsyncConnection, key: bytes, code: str, address: Address, now: datetime) -> Officer | None:
    """Link the chat that sent this code; None: the code is unknown, used or too old.

    Raises ChatTaken (and the code stays good) where the chat is another officer's: two officers on one phone could
    approve their own work.
    """
    officer_id = await codes.spend_link(connection, key, code, now)
    officer = None if officer_id is None else await register.acting(connection, officer_id)
    if officer is None:
        return None
    bearer = await linked(connection, address, now)
    if bearer is not None and bearer.id != officer.id:
        raise ChatTaken
    values = {"officer_id": officer.id, "linked_at": now, "seen_on": now.date(), "ended_at": None}
    await connection.execute(
        insert_for(connection)(officer_chats)
        .values(channel=address.channel, account=address.account, external_id=address.external_id, **values)
        .on_conflict_do_update(index_elements=["channel", "account", "external_id"], set_=values)
    )
    await audit.record(connection, key, now, officer.name, "officer.link", officer.name, channel=address.channel)
    return officer


async def linked(connection: AsyncConnection, address: Address, now: datetime) -> Officer | None:
    """Whose chat this is; changes nothing."""
    row = await _row(connection, address, now)
    return None if row is None else await register.acting(connection, row.officer_id)


async def officer_of(connection: AsyncConnection, address: Address, now: datetime) -> Officer | None:
    """Whose chat this is, when they write: the link lives on. Needs a transaction; writes at most once a day."""
    row = await _row(connection, address, now)
    if row is None:
        return None
    if row.seen_on < now.date():
        await connection.execute(update(officer_chats).where(_at(address)).values(seen_on=now.date()))
    return await register.acting(connection, row.officer_id)


async def addresses(
    connection: AsyncConnection, officer_ids: Collection[int], now: datetime
) -> dict[int, tuple[Address, ...]]:
    """Where officers can be told something, those seen last first; who has no live chat is missing."""
    rows = await connection.execute(
        select(officer_chats)
        .join(officers, officers.c.id == officer_chats.c.officer_id)
        .where(officer_chats.c.officer_id.in_(officer_ids), officers.c.state == register.ACTIVE, _alive(now))
        .order_by(officer_chats.c.seen_on.desc(), officer_chats.c.linked_at.desc())
    )
    found: dict[int, tuple[Address, ...]] = {}
    for row in rows:
        found[row.officer_id] = (
            *found.get(row.officer_id, ()),
            Address(row.channel, row.account, row.external_id),
        )
    return found


async def unlink(connection: AsyncConnection, key: bytes, officer: Officer, now: datetime) -> int:
    """The officer ends all their chats; returns how many."""
    mine = delete(officer_chats).where(officer_chats.c.officer_id == officer.id, officer_chats.c.ended_at.is_(None))
    count = (await connection.execute(mine)).rowcount
    if count:
        await audit.record(connection, key, now, officer.name, "officer.unlink", officer.name, chats=count)
    return count


async def end_all(connection: AsyncConnection, officer_id: int, ended_at: datetime | None = None) -> None:
    """All chats of an officer end; with ``ended_at`` they are no officer's any more, but kept until that is said there
    (see ``ended``)."""
    mine = officer_chats.c.officer_id == officer_id
    if ended_at is None:
        await connection.execute(delete(officer_chats).where(mine))
    else:
        await connection.execute(update(officer_chats).where(mine).values(ended_at=ended_at))


async def ended(connection: AsyncConnection) -> list[tuple[Address, str, datetime]]:
    """Chats that a reset ended and where that was not said yet: where, whose they were, and since when."""
    rows = await connection.execute(
        select(officer_chats, officers.c.name)
        .join(officers, officers.c.id == officer_chats.c.officer_id)
        .where(officer_chats.c.ended_at.is_not(None))
        .order_by(officer_chats.c.ended_at)
    )
    return [(Address(row.channel, row.account, row.external_id), row.name, row.ended_at) for row in rows]


async def forget_ended(connection: AsyncConnection, address: Address, ended_at: datetime) -> None:
    """It was said there, or can never be."""
    await connection.execute(delete(officer_chats).where(_at(address), officer_chats.c.ended_at == ended_at))


async def end_chat(connection: AsyncConnection, key: bytes, address: Address, now: datetime, why: str) -> bool:
    """The service ends a link: the platform gave the chat another id, or said that it is gone."""
    row = (
        await connection.execute(
            delete(officer_chats).where(_at(address)).returning(officer_chats.c.officer_id, officer_chats.c.ended_at)
        )
    ).first()
    if row is None or row.ended_at is not None:
        return False
    await _ended(connection, key, row.officer_id, now, why)
    return True


async def end_silent(connection: AsyncConnection, key: bytes, now: datetime) -> int:
    """End every link that was silent for longer than 90 days; returns how many. What a reset ended a day ago goes."""
    await connection.execute(delete(officer_chats).where(officer_chats.c.ended_at <= now - ENDED_FOR))
    silent = delete(officer_chats).where(officer_chats.c.ended_at.is_(None), ~_alive(now))
    gone = await connection.execute(silent.returning(officer_chats.c.officer_id))
    ids = list(gone.scalars())
    for officer_id in ids:
        await _ended(connection, key, officer_id, now, "silent")
    return len(ids)


async def _ended(connection: AsyncConnection, key: bytes, officer_id: int, now: datetime, why: str) -> None:
    name = (await connection.execute(select(officers.c.name).where(officers.c.id == officer_id))).scalar_one()
    await audit.record(connection, key, now, "", "officer.unlink", name, why=why)


async def _row(connection: AsyncConnection, address: Address, now: datetime) -> Row[Any] | None:
    return (await connection.execute(select(officer_chats).where(_at(address), _alive(now)))).first()


def _at(address: Address) -> ColumnElement[bool]:
    return and_(
        officer_chats.c.channel == address.channel,
        officer_chats.c.account == address.account,
        officer_chats.c.external_id == address.external_id,
    )


def _alive(now: datetime) -> ColumnElement[bool]:
    oldest: date = now.date() - SILENT_FOR
    return and_(officer_chats.c.seen_on >= oldest, officer_chats.c.ended_at.is_(None))
