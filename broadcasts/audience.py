"""Who a campaign is for: a closed list of filters, as one question to the database, counted and shown masked.

There is no filter by what a person asked, read, tapped or voted, and there is none to be added here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    Subquery,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import CotMocError
from bot.storage.schema import deliveries, resident_places, resident_topics, residents, runs
from broadcasts.deliveries import Priority
from broadcasts.outbox import masked

WEEK = timedelta(days=7)
# States of a routine message that count against the weekly cap: it went out, or will.
_COUNTED = ("queued", "leased", "attempting", "sent", "unknown")
_MAY_HAVE = ("sent", "unknown", "withdrawn")
_MAY_GET = (*_MAY_HAVE, "attempting")  # of a version that another follows while its calls are still in flight


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
    ``earlier``: the runs of a notice's earlier versions; whom they reached is meant too, wherever they are now, and
    with ``only_earlier`` nobody else.
    """

    audience: Audience
    places: tuple[str, ...]
    exclusions: tuple[str, ...]
    languages: tuple[str, ...]
    priority: Priority = Priority.ROUTINE
    cap: int = 0
    corrects: int | None = None  # the run whose recipients are meant, instead of a rule
    this_week: tuple[int, ...] | None = None  # routine runs that count against the cap; None: not looked up yet
    earlier: tuple[int, ...] = ()
    only_earlier: bool = False

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

PLACE = (
    select(func.min(resident_places.c.place_code))
    .where(resident_places.c.resident_id == residents.c.id)
    .correlate(residents)
    .scalar_subquery()
)


def meant(wanted: Wanted) -> ColumnElement[bool]:
    """Which residents are the audience. Nobody without consent is ever in one."""
    rule = wanted.audience
    agreed = residents.c.safety.is_(True) if wanted.notice else residents.c.routine.is_(True)
    if wanted.corrects is not None:
        return and_(_got((wanted.corrects,)), agreed)
    if wanted.only_earlier:
        return and_(_got(wanted.earlier, _MAY_GET), agreed)
    parts: list[ColumnElement[bool]] = [agreed]
    if rule.places:
        here = _lives(wanted.places)
        parts.append(or_(here, _got(wanted.earlier, _MAY_GET)) if wanted.earlier else here)
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


def _got(run_ids: Sequence[int], states: Sequence[str] = _MAY_HAVE) -> ColumnElement[bool]:
    return exists().where(
        deliveries.c.resident_id == residents.c.id,
        deliveries.c.run_id.in_(run_ids),
        deliveries.c.state.in_(states),
    )


def _lives(codes: Sequence[str]) -> ColumnElement[bool]:
    return exists().where(resident_places.c.resident_id == residents.c.id, resident_places.c.place_code.in_(codes))


def language_of(wanted: Wanted) -> ColumnElement[str]:
    """The resident's own language where its text may be sent, else Vietnamese, else none."""
    own = func.coalesce(residents.c.language, "vi")
    otherwise = "vi" if "vi" in wanted.languages else ""
    return case((own.in_(wanted.languages), own), else_=literal(otherwise, String))


def obstacle_of(wanted: Wanted, now: datetime) -> ColumnElement[str]:
    """Why this resident gets nothing; empty: they will."""
    whens: list[tuple[ColumnElement[bool], Any]] = [
        (and_(residents.c.reachable != "ok", residents.c.reachable != "window"), residents.c.reachable),
        (language_of(wanted) == "", literal("language", String)),
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
            language_of(wanted).label("language"),
            func.coalesce(PLACE, "").label("place_code"),
            obstacle_of(wanted, now).label("obstacle"),
            residents.c.last_wrote_at.label("last_wrote_at"),
            residents.c.follower.label("follower"),
        )
        .where(meant(wanted))
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
        select(residents.c.channel, residents.c.external_id, language_of(wanted), func.coalesce(PLACE, ""))
        .where(meant(wanted), obstacle_of(wanted, now) == "")
        .order_by(residents.c.id)
        .limit(most)
    )
    return [Shown(row[0], masked(row[1]), row[2], row[3]) for row in await connection.execute(asked)]


# --- Ways -----------------------------------------------------------------------------------------------------------


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
