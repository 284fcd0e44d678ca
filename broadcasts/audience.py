"""Who a campaign is for: a closed list of filters, counted, shown masked, and frozen in chunks when its run starts.

There is no filter by what a person asked, read, tapped or voted, and there is none to be added here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    Subquery,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import CotMocError
from bot.storage.db import insert_for
from bot.storage.schema import deliveries, resident_places, resident_topics, residents, runs
from broadcasts.deliveries import Priority
from broadcasts.outbox import masked

CHUNK = 10_000  # resident numbers frozen in one transaction
WEEK = timedelta(days=7)
# States of a routine message that count against the weekly cap: it went out, or will.
_COUNTED = ("queued", "leased", "attempting", "sent", "unknown")


class AudienceError(CotMocError):
    """Đối tượng nhận không hợp lệ."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Empty means: no restriction. ``places`` and ``exclusions`` are place codes, a province standing for all in it.

    ``posts`` restrict nobody: they are the public places, by the operator's names, where it is said besides.
    """

    places: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    exclusions: tuple[str, ...] = ()
    posts: tuple[str, ...] = ()

    def to_json(self) -> dict[str, list[str]]:
        return {name: list(values) for name, values in asdict(self).items() if values}


BESIDES = "posts"  # part of what is approved, and no filter: nobody is chosen or left out by it
FILTERS = tuple(field.name for field in fields(Audience) if field.name != BESIDES)


def from_json(raw: Any) -> Audience:
    """Raises AudienceError for any filter that is not on the closed list."""
    if not isinstance(raw, dict):
        raise AudienceError("Đối tượng nhận phải là một bảng các điều kiện.")
    for name, values in raw.items():
        if name not in (*FILTERS, BESIDES):
            raise AudienceError(f"Không có điều kiện “{name}”.")
        if not isinstance(values, list | tuple) or not all(isinstance(each, str) for each in values):
            raise AudienceError(f"Điều kiện “{name}” phải là danh sách chữ.")
    return Audience(**{name: tuple(values) for name, values in raw.items()})


@dataclass(frozen=True, slots=True)
class Wanted:
    """An audience as it is asked for in the database.

    ``places`` and ``exclusions`` have every code written out; ``languages`` are those with a text that may be sent,
    Vietnamese first where there is one. ``cap`` is how many routine messages a person may get in a week, 0: any.
    """

    audience: Audience
    places: tuple[str, ...]
    exclusions: tuple[str, ...]
    languages: tuple[str, ...]
    priority: Priority = Priority.ROUTINE
    cap: int = 0
    corrects: int | None = None  # the run whose recipients are meant, instead of a rule
    this_week: tuple[int, ...] | None = None  # routine runs that count against the cap; None: not looked up yet

    @property
    def notice(self) -> bool:
        return self.priority == Priority.NOTICE

    @property
    def capped(self) -> bool:
        """Whether anybody can have had their messages of this week already."""
        if not self.cap or self.priority != Priority.ROUTINE:
            return False
        return self.this_week is None or len(self.this_week) >= self.cap


# --- The question -------------------------------------------------------------------------------------------------

_PLACE = (
    select(func.min(resident_places.c.place_code))
    .where(resident_places.c.resident_id == residents.c.id)
    .correlate(residents)
    .scalar_subquery()
)


def _meant(wanted: Wanted) -> ColumnElement[bool]:
    """Which residents are the audience. Nobody without consent is ever in one."""
    rule = wanted.audience
    if wanted.corrects is not None:
        got = exists().where(
            deliveries.c.resident_id == residents.c.id,
            deliveries.c.run_id == wanted.corrects,
            deliveries.c.state.in_(("sent", "unknown", "withdrawn")),
        )
        return and_(got, residents.c.safety.is_(True) if wanted.notice else residents.c.routine.is_(True))
    parts: list[ColumnElement[bool]] = [
        residents.c.safety.is_(True) if wanted.notice else residents.c.routine.is_(True)
    ]
    if rule.places:
        parts.append(_lives(wanted.places))
    if rule.exclusions:
        parts.append(~_lives(wanted.exclusions))
    if rule.channels:
        parts.append(residents.c.channel.in_(rule.channels))
    if rule.languages:
        # Who never chose is written to in Vietnamese.
        parts.append(func.coalesce(residents.c.language, "vi").in_(rule.languages))
    if rule.topics and not wanted.notice:
        chose = resident_topics.c.resident_id == residents.c.id
        # Who chose no topic chose them all.
        parts.append(or_(exists().where(chose, resident_topics.c.topic.in_(rule.topics)), ~exists().where(chose)))
    return and_(*parts)


def _lives(codes: Sequence[str]) -> ColumnElement[bool]:
    return exists().where(resident_places.c.resident_id == residents.c.id, resident_places.c.place_code.in_(codes))


def _language(wanted: Wanted) -> ColumnElement[str]:
    """The resident's own language where its text may be sent, else Vietnamese, else none."""
    own = func.coalesce(residents.c.language, "vi")
    otherwise = "vi" if "vi" in wanted.languages else ""
    return case((own.in_(wanted.languages), own), else_=literal(otherwise, String))


def _obstacle(wanted: Wanted, now: datetime) -> ColumnElement[str]:
    """Why this resident gets nothing; empty: they will."""
    whens: list[tuple[ColumnElement[bool], Any]] = [
        (and_(residents.c.reachable != "ok", residents.c.reachable != "window"), residents.c.reachable),
        (_language(wanted) == "", literal("language", String)),
    ]
    if wanted.capped:
        this_week = deliveries.c.run_id.in_(wanted.this_week or ())
        if wanted.this_week is None:
            started = and_(runs.c.priority == int(Priority.ROUTINE), runs.c.started_at > now - WEEK)
            this_week = deliveries.c.run_id.in_(select(runs.c.id).where(started))
        lately = (
            select(func.count())
            .select_from(deliveries)
            .where(deliveries.c.resident_id == residents.c.id, this_week, deliveries.c.state.in_(_COUNTED))
            .correlate(residents)
            .scalar_subquery()
        )
        whens.append((lately >= wanted.cap, literal("cap", String)))
    return case(*whens, else_=literal("", String))


# --- Counting and showing -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Counted:
    """So many residents of one kind; ``obstacle`` says why they get nothing."""

    channel: str
    account: str
    language: str
    place_code: str
    obstacle: str
    count: int


def kinds(wanted: Wanted, now: datetime) -> Subquery:
    """One row for each of the audience, without any address: the columns of Counted, and what windows depend on."""
    return (
        select(
            residents.c.channel.label("channel"),
            residents.c.account.label("account"),
            _language(wanted).label("language"),
            func.coalesce(_PLACE, "").label("place_code"),
            _obstacle(wanted, now).label("obstacle"),
            residents.c.last_wrote_at.label("last_wrote_at"),
            residents.c.follower.label("follower"),
        )
        .where(_meant(wanted))
        .subquery()
    )


async def count(
    connection: AsyncConnection, wanted: Wanted, now: datetime, without: Sequence[str] = ()
) -> list[Counted]:
    """The audience as it is now, by channel, language, place and obstacle; ``without`` some channels."""
    inner = kinds(wanted, now)
    columns = [inner.c[name] for name in ("channel", "account", "language", "place_code", "obstacle")]
    asked = select(*columns, func.count()).group_by(*columns)
    if without:
        asked = asked.where(inner.c.channel.not_in(without))
    return [Counted(*row[:5], int(row[5])) for row in await connection.execute(asked)]


@dataclass(frozen=True, slots=True)
class Shown:
    """One of the audience, as an officer may see them: nobody can be found by it, and no topic is in it."""

    channel: str
    address: str
    language: str
    place_code: str


async def sample(connection: AsyncConnection, wanted: Wanted, now: datetime, most: int = 5) -> list[Shown]:
    """A few of those who will get it, masked."""
    asked = (
        select(residents.c.channel, residents.c.external_id, _language(wanted), func.coalesce(_PLACE, ""))
        .where(_meant(wanted), _obstacle(wanted, now) == "")
        .order_by(residents.c.id)
        .limit(most)
    )
    return [Shown(row[0], masked(row[1]), row[2], row[3]) for row in await connection.execute(asked)]


# --- Freezing -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Contact:
    """What decides by which route a resident can be reached, on a channel with windows."""

    last_wrote_at: datetime | None
    follower: bool | None


@dataclass(frozen=True, slots=True)
class Way:
    """How a recipient is reached and what it costs (VND); ``obstacle`` says why not at all."""

    route: str = "free"
    price: int = 0
    obstacle: str = ""


Routing = Callable[[Contact, datetime], Way]


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

    ``routings``: for channels with windows, by name. A chunk that is frozen twice changes nothing.
    """
    run = (await connection.execute(select(runs.c.cursor, runs.c.upto).where(runs.c.id == run_id))).one()
    wanted = replace(wanted, this_week=await _this_week(connection, run_id, now))
    low, high = run.cursor, min(run.cursor + chunk, run.upto)
    added = 0
    if low < high:
        within = and_(residents.c.id > low, residents.c.id <= high, _meant(wanted))
        added = await _freeze_plain(connection, run_id, wanted, now, within, tuple(routings))
        for channel, routing in routings.items():
            added += await _freeze_routed(connection, run_id, wanted, now, within, channel, routing)
    await connection.execute(
        update(runs)
        .where(runs.c.id == run_id)
        .values(cursor=max(low, high), audience_count=runs.c.audience_count + added)
    )
    return bool(high >= run.upto)


async def _this_week(connection: AsyncConnection, run_id: int, now: datetime) -> tuple[int, ...]:
    """The other routine runs that count against the weekly cap. Mostly there are fewer than the cap allows, and
    nobody needs to be looked up."""
    asked = select(runs.c.id).where(
        runs.c.priority == int(Priority.ROUTINE), runs.c.started_at > now - WEEK, runs.c.id != run_id
    )
    return tuple((await connection.execute(asked)).scalars())


_COLUMNS = ("run_id", "resident_id", "channel", "account", "language", "place_code", "state", "reason", "at")


def _frozen(run_id: int, wanted: Wanted, now: datetime, within: ColumnElement[bool]) -> Select[Any]:
    obstacle = _obstacle(wanted, now)
    return select(
        cast(literal(run_id), Integer),
        residents.c.id,
        residents.c.channel,
        residents.c.account,
        _language(wanted),
        func.coalesce(_PLACE, ""),
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
