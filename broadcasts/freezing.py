"""Freezing an audience when its run starts: in chunks with a cursor, each resident with the way they are reached by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, case, cast, delete, func, literal, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.db import insert_for
from bot.storage.schema import deliveries, resident_places, residents, runs
from broadcasts.audience import PLACE, WEEK, Contact, Routing, Wanted, language_of, meant, obstacle_of
from broadcasts.deliveries import Priority

CHUNK = 10_000  # resident numbers frozen in one transaction
# Why somebody got nothing who can have come back since: they are asked anew when they join.
_PASSING = ("stopped", "unfollowed", "blocked", "gone", "invalid", "refused", "window", "never-wrote", "language")


async def highest(connection: AsyncConnection) -> int:
    """The highest resident number now: who comes later is not in a run that starts now."""
    return int((await connection.execute(select(func.coalesce(func.max(residents.c.id), 0)))).scalar_one())


async def expand(
    connection: AsyncConnection,
    run_id: int,
    wanted: Wanted,
    now: datetime,
    routings: Mapping[str, Routing],
    chunk: int = CHUNK,
) -> bool:
    """Freeze the next chunk of the run's recipients and move its cursor; True when all are frozen.

    ``routings``: for channels with windows, by name. A chunk that is frozen twice changes nothing. A drill has no
    residents among its recipients, whoever asks for it.
    """
    run = (await connection.execute(select(runs.c.cursor, runs.c.upto, runs.c.drill).where(runs.c.id == run_id))).one()
    if run.drill:
        await connection.execute(update(runs).where(runs.c.id == run_id).values(cursor=run.upto))
        return True
    wanted = replace(wanted, this_week=await _this_week(connection, run_id, now))
    low, high = run.cursor, min(run.cursor + chunk, run.upto)
    added = await _freeze(connection, run_id, wanted, now, _between(low, high), routings) if low < high else 0
    if wanted.notice and not added and high < run.upto:
        # A warning does not wait for chunks of residents who live elsewhere.
        low = await _before_the_next(connection, wanted, high, run.upto)
        high = min(low + chunk, run.upto)
        added = await _freeze(connection, run_id, wanted, now, _between(low, high), routings)
    await connection.execute(
        update(runs)
        .where(runs.c.id == run_id)
        .values(cursor=max(low, high), audience_count=runs.c.audience_count + added)
    )
    return bool(high >= run.upto)


def _between(low: int, high: int) -> ColumnElement[bool]:
    return and_(residents.c.id > low, residents.c.id <= high)


async def _before_the_next(connection: AsyncConnection, wanted: Wanted, low: int, upto: int) -> int:
    """The number before that of the next resident who lives in the area; ``low`` where others may be meant too."""
    if not wanted.audience.places or wanted.earlier:
        return low
    asked = select(func.min(resident_places.c.resident_id)).where(
        resident_places.c.place_code.in_(wanted.places), resident_places.c.resident_id > low
    )
    first = (await connection.execute(asked)).scalar()
    return upto if first is None else min(int(first) - 1, upto)


async def _freeze(
    connection: AsyncConnection,
    run_id: int,
    wanted: Wanted,
    now: datetime,
    who: ColumnElement[bool],
    routings: Mapping[str, Routing],
) -> int:
    """Those of these residents who are meant, each by their way; returns how many came in."""
    within = and_(who, meant(wanted))
    added = await _freeze_plain(connection, run_id, wanted, now, within, tuple(routings))
    for channel, routing in routings.items():
        added += await _freeze_routed(connection, run_id, wanted, now, within, channel, routing)
    return added


async def join(
    connection: AsyncConnection,
    run_id: int,
    wanted: Wanted,
    now: datetime,
    routings: Mapping[str, Routing],
    who: ColumnElement[bool],
) -> int:
    """Add these residents to a run that is in force, where they are meant; who is in it already stays as they are,
    but for those who got nothing for a reason that can have passed.

    Returns how many came in. A drill is joined by nobody.
    """
    if (await connection.execute(select(runs.c.drill).where(runs.c.id == run_id))).scalar():
        return 0
    mine = deliveries.c.resident_id.in_(select(residents.c.id).where(who, meant(wanted)))
    passed = deliveries.c.state.in_(("skipped", "failed")) & deliveries.c.reason.in_(_PASSING)
    gone = await connection.execute(delete(deliveries).where(deliveries.c.run_id == run_id, passed, mine))
    added = await _freeze(connection, run_id, wanted, now, who, routings)
    if added != gone.rowcount:
        more = runs.c.audience_count + added - gone.rowcount
        await connection.execute(update(runs).where(runs.c.id == run_id).values(audience_count=more))
    return added


async def _this_week(connection: AsyncConnection, run_id: int, now: datetime) -> tuple[int, ...]:
    """The other routine runs that count against the weekly cap. Mostly there are fewer than the cap allows, and
    nobody needs to be looked up."""
    asked = select(runs.c.id).where(
        runs.c.priority == int(Priority.ROUTINE), runs.c.started_at > now - WEEK, runs.c.id != run_id
    )
    return tuple((await connection.execute(asked)).scalars())


_COLUMNS = ("run_id", "resident_id", "channel", "account", "language", "place_code", "state", "reason", "at")


def _frozen(run_id: int, wanted: Wanted, now: datetime, within: ColumnElement[bool]) -> Select[Any]:
    obstacle = obstacle_of(wanted, now)
    return select(
        cast(literal(run_id), Integer),
        residents.c.id,
        residents.c.channel,
        residents.c.account,
        language_of(wanted),
        func.coalesce(PLACE, ""),
        case((obstacle == "", "queued"), else_="skipped"),
        obstacle,
        literal(now, deliveries.c.at.type),
    ).where(within)


async def _freeze_plain(
    connection: AsyncConnection,
    run_id: int,
    wanted: Wanted,
    now: datetime,
    within: ColumnElement[bool],
    routed: Sequence[str],
) -> int:
    chosen = _frozen(run_id, wanted, now, within).where(residents.c.channel.not_in(routed) if routed else true())
    statement = insert_for(connection)(deliveries).from_select(list(_COLUMNS), chosen.order_by(residents.c.id))
    done = await connection.execute(statement.on_conflict_do_nothing())
    return int(done.rowcount)


async def _freeze_routed(
    connection: AsyncConnection,
    run_id: int,
    wanted: Wanted,
    now: datetime,
    within: ColumnElement[bool],
    channel: str,
    routing: Routing,
) -> int:
    asked = _frozen(run_id, wanted, now, within).add_columns(residents.c.last_wrote_at, residents.c.follower)
    rows = (await connection.execute(asked.where(residents.c.channel == channel).order_by(residents.c.id))).all()
    frozen = []
    for row in rows:
        values = dict(zip(_COLUMNS, row[: len(_COLUMNS)], strict=True))
        way = routing(Contact(row[-2], row[-1]), now)
        if not values["reason"] and way.obstacle:
            values |= {"state": "skipped", "reason": way.obstacle}
        frozen.append(values | {"route": way.route, "price": 0 if values["state"] == "skipped" else way.price})
    if not frozen:
        return 0
    done = await connection.execute(insert_for(connection)(deliveries).on_conflict_do_nothing(), frozen)
    return int(done.rowcount) if done.rowcount >= 0 else len(frozen)
