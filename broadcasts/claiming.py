"""Leasing what is due from the outbox: urgent runs first, then equal shares, each row with its recipient's address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.schema import deliveries, residents, runs
from broadcasts import drills
from broadcasts.deliveries import DeliveryState
from broadcasts.outbox import MOST_IDS, QUEUED, Account, sending

_Contact = tuple[str, datetime | None, bool | None]  # address, when they wrote last, whether they follow the account
_NOBODY: _Contact = ("", None, None)


@dataclass(frozen=True, slots=True)
class Recipient:
    """A leased delivery with what is needed to send it. ``external_id`` is empty when the resident is gone.

    ``knows``: surely got the version before this one of the notice, so that what is new says enough. ``answers``: the
    newest message of it that they surely got (empty where there is none, or its id is not known).
    """

    id: int
    run_id: int
    resident_id: int
    external_id: str
    language: str
    place_code: str
    route: str
    attempts: int
    priority: int
    reason: str  # "repeat" when an earlier attempt's outcome is unknown
    last_wrote_at: datetime | None = None
    follower: bool | None = None
    drill: bool = False
    knows: bool = False
    answers: str = ""


@dataclass(frozen=True, slots=True)
class _Going:
    """What is asked of a run before its rows are leased."""

    id: int
    priority: int
    drill: bool
    follows: Sequence[int]


@dataclass(frozen=True, slots=True)
class Request:
    account: Account
    owner: str
    limit: int
    now: datetime


async def claim(connection: AsyncConnection, requests: Sequence[Request]) -> Sequence[list[Recipient]]:
    """Lease what is due: runs by priority, runs of equal priority in equal shares, each in the order of its rows."""
    return [await _claim(connection, request) for request in requests]


async def _claim(connection: AsyncConnection, request: Request) -> list[Recipient]:
    going = (
        await connection.execute(
            select(runs.c.id, runs.c.priority, runs.c.drill, runs.c.follows)
            .where(sending(request.now))
            .order_by(runs.c.priority, runs.c.id)
        )
    ).all()
    leased: list[Recipient] = []
    by_priority: dict[int, list[_Going]] = {}
    for run in going:
        by_priority.setdefault(run.priority, []).append(_Going(*run))
    for members in by_priority.values():
        shares: list[list[Recipient]] = []
        left = request.limit - len(leased)
        for position, each in enumerate(members):
            if left <= 0:
                break
            share = -(-left // (len(members) - position))
            shares.append(await _lease(connection, request, each, share))
            left -= len(shares[-1])
        leased += [row for turn in zip_longest(*shares) for row in turn if row is not None]
        if left <= 0:
            break
    return leased


async def _lease(connection: AsyncConnection, request: Request, run: _Going, limit: int) -> list[Recipient]:
    channel, account = request.account
    due = (
        select(deliveries.c.id)
        .where(
            QUEUED,
            deliveries.c.run_id == run.id,
            deliveries.c.channel == channel,
            deliveries.c.account == account,
            or_(deliveries.c.not_before.is_(None), deliveries.c.not_before <= request.now),
        )
        .order_by(deliveries.c.id)
        .limit(limit)
    )
    if connection.dialect.name == "postgresql":
        due = due.with_for_update(skip_locked=True)
    chosen = due.cte("due")
    if connection.dialect.name == "postgresql":
        chosen = chosen.prefix_with("MATERIALIZED")
    rows = (
        await connection.execute(
            update(deliveries)
            .where(deliveries.c.id.in_(select(chosen.c.id)))
            .values(state=DeliveryState.LEASED, owner=request.owner, at=request.now)
            .returning(
                deliveries.c.id,
                deliveries.c.resident_id,
                deliveries.c.language,
                deliveries.c.place_code,
                deliveries.c.route,
                deliveries.c.attempts,
                deliveries.c.reason,
            )
        )
    ).all()
    whom = [row.resident_id for row in rows]
    # A drill's recipients are looked up in the list of those who drill, and in no other.
    if run.drill:
        addresses: Mapping[int, _Contact] = {
            number: (external_id, None, None)
            for number, external_id in (await drills.addresses(connection, whom, request.account)).items()
        }
    else:
        addresses = await _addresses(connection, whom)
    had = await _had(connection, whom, run.follows) if run.follows else {}
    return [
        Recipient(
            row.id,
            run.id,
            row.resident_id,
            addresses.get(row.resident_id, _NOBODY)[0],
            row.language,
            row.place_code,
            row.route,
            row.attempts,
            run.priority,
            row.reason,
            *addresses.get(row.resident_id, _NOBODY)[1:],
            drill=run.drill,
            knows=row.resident_id in had and had[row.resident_id][0] == run.follows[-1],
            answers=had[row.resident_id][1] if row.resident_id in had else "",
        )
        for row in sorted(rows, key=lambda row: row.id)
    ]


async def _had(connection: AsyncConnection, ids: Sequence[int], follows: Sequence[int]) -> dict[int, tuple[int, str]]:
    """The newest of the earlier versions that each of these surely got, as (its run, the message)."""
    found: dict[int, tuple[int, str]] = {}
    for part in range(0, len(ids), MOST_IDS):
        asked = (
            select(deliveries.c.resident_id, deliveries.c.run_id, deliveries.c.message_id)
            .where(
                deliveries.c.resident_id.in_(ids[part : part + MOST_IDS]),
                deliveries.c.run_id.in_(follows),
                deliveries.c.state.in_(("sent", "withdrawn")),
            )
            .order_by(deliveries.c.run_id)
        )
        found |= {row.resident_id: (row.run_id, row.message_id) for row in await connection.execute(asked)}
    return found


async def _addresses(connection: AsyncConnection, ids: Sequence[int]) -> dict[int, _Contact]:
    found: dict[int, _Contact] = {}
    columns = (residents.c.id, residents.c.external_id, residents.c.last_wrote_at, residents.c.follower)
    for part in range(0, len(ids), MOST_IDS):
        for row in await connection.execute(select(*columns).where(residents.c.id.in_(ids[part : part + MOST_IDS]))):
            found[row.id] = (row.external_id, row.last_wrote_at, row.follower)
    return found
