"""What became of runs: counts that add up to their audience, with nobody to be found in them.

The report of several runs is the sum of their reports, small cells merged in each: the difference of two reports
tells nothing that a single one does not. Once the deliveries of a run are gone, its kept report stands for them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.schema import campaigns, deliveries, runs
from broadcasts import forecast, hours, store
from broadcasts.cells import SMALLEST, merged
from broadcasts.deliveries import Priority

__all__ = ["SMALLEST", "merged"]

# The states as a report names them; the first three are still on their way.
_WAITING = ("queued", "leased", "attempting")
STATES = ("sent", "waiting", "failed", "skipped", "unknown", "withdrawn")
HOME = "Asia/Ho_Chi_Minh"

Table = Mapping[str, Mapping[str, int]]
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Report:
    """``audience`` is always the sum of the states. ``by_place`` holds no cell under five but a whole's.

    ``by_hour``: sent messages by hour of the day. ``foreseen``: what was forecast at release; None: nothing was.
    ``seconds``: from the release to the end, of all runs that have ended. ``cost`` in VND.
    """

    audience: int
    counts: Mapping[str, int]
    reasons: Mapping[str, int] = field(default_factory=dict)
    by_place: Table = field(default_factory=dict)
    by_channel: Table = field(default_factory=dict)
    by_language: Table = field(default_factory=dict)
    by_route: Mapping[str, int] = field(default_factory=dict)
    by_hour: Mapping[str, int] = field(default_factory=dict)
    cost: int = 0
    runs: int = 1
    seconds: float = 0.0
    foreseen: Mapping[str, Any] | None = None

    @property
    def difference(self) -> int:
        """Zero, or something is wrong."""
        return self.audience - sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Prices:
    """Of one leaflet and of one text message, in VND; None: nobody has said."""

    leaflet: int | None = None
    text_message: int | None = None


@dataclass(frozen=True, slots=True)
class Printed:
    """What reaching as many people would have cost on paper and by text message, in VND; None: no price is known."""

    leaflets: int | None
    text_messages: int | None


def printed(found: Report, leaflet_price: int | None = None, text_price: int | None = None) -> Printed:
    """The comparison, from the price of one leaflet and of one text message (VND)."""
    reached = found.counts.get("sent", 0) + found.counts.get("withdrawn", 0)

    def cost(price: int | None) -> int | None:
        return None if price is None else price * reached

    return Printed(cost(leaflet_price), cost(text_price))


def state_of(raw: str) -> str:
    """A delivery's state as a report names it."""
    return "waiting" if raw in _WAITING else raw


async def totals(connection: AsyncConnection, run_id: int) -> dict[str, int]:
    """How many deliveries ended in which state."""
    rows = await connection.execute(
        select(deliveries.c.state, func.count()).where(deliveries.c.run_id == run_id).group_by(deliveries.c.state)
    )
    found = dict.fromkeys(STATES, 0)
    for state, count in rows:
        found[state_of(state)] += int(count)
    return found


async def report(
    connection: AsyncConnection, run_ids: Sequence[int], larger: Mapping[str, str], zone: str | tzinfo = HOME
) -> Report:
    """The report of one run, or of several as one. ``larger`` leads from a place to the next larger one; hours are
    those of ``zone``."""
    there = ZoneInfo(zone) if isinstance(zone, str) else zone
    return added([await _of_run(connection, run_id, larger, there) for run_id in dict.fromkeys(run_ids)])


async def keep(connection: AsyncConnection, run_id: int, larger: Mapping[str, str], zone: str | tzinfo = HOME) -> None:
    """Keep the report of a run that is over, for the time when its deliveries are gone.

    To be called again when something changes afterwards (what was sent is withdrawn).
    """
    await store.keep_totals(connection, run_id, as_json(await report(connection, [run_id], larger, zone)))


async def runs_between(connection: AsyncConnection, first: date, last: date, zone: tzinfo) -> dict[int, list[int]]:
    """Runs of campaigns that began on these local days, both included, by campaign: what a plan's deadline asks for."""
    begin = datetime.combine(first, time(), zone)
    end = datetime.combine(last + timedelta(days=1), time(), zone)
    rows = await connection.execute(
        select(runs.c.campaign_id, runs.c.id)
        .where(runs.c.started_at >= begin, runs.c.started_at < end, runs.c.priority > int(Priority.NOTICE))
        .order_by(runs.c.campaign_id, runs.c.id)
    )
    found: dict[int, list[int]] = {}
    for campaign_id, run_id in rows:
        found.setdefault(campaign_id, []).append(run_id)
    return found


@dataclass(frozen=True, slots=True)
class Period:
    """A period as a whole and campaign by campaign: (number, title, report)."""

    first: date
    last: date
    whole: Report
    campaigns: tuple[tuple[int, str, Report], ...]


async def period(
    connection: AsyncConnection, first: date, last: date, larger: Mapping[str, str], zone: str | tzinfo = HOME
) -> Period:
    """What was published between two local days."""
    there = ZoneInfo(zone) if isinstance(zone, str) else zone
    chosen = await runs_between(connection, first, last, there)
    named = select(campaigns.c.id, campaigns.c.title).where(campaigns.c.id.in_(chosen))
    titles = {row.id: row.title for row in await connection.execute(named)}
    parts = [
        (number, titles[number], await report(connection, run_ids, larger, there)) for number, run_ids in chosen.items()
    ]
    return Period(first, last, added([each for _, _, each in parts]), tuple(parts))


# --- One run ------------------------------------------------------------------------------------------------------


async def _of_run(connection: AsyncConnection, run_id: int, larger: Mapping[str, str], zone: tzinfo) -> Report:
    row = (
        await connection.execute(
            select(runs.c.forecast, runs.c.totals, runs.c.started_at, runs.c.finished_at).where(runs.c.id == run_id)
        )
    ).first()
    if row is None:
        raise store.NoSuchCampaign("Không có đợt gửi này.")
    kept = row.totals or {}
    live = await totals(connection, run_id)
    if kept and sum(live.values()) < kept.get("audience", 0):  # purged, or being purged
        return from_json(kept)
    lasted = (row.finished_at - row.started_at).total_seconds() if row.started_at and row.finished_at else 0.0
    return await _live(connection, run_id, larger, zone, lasted, row.forecast)


async def _live(
    connection: AsyncConnection,
    run_id: int,
    larger: Mapping[str, str],
    zone: tzinfo,
    seconds: float,
    foreseen: Mapping[str, Any] | None,
) -> Report:
    grouped = (
        deliveries.c.state,
        deliveries.c.reason,
        deliveries.c.place_code,
        deliveries.c.channel,
        deliveries.c.language,
        deliveries.c.route,
    )
    asked = (
        select(*grouped, func.count(), func.coalesce(func.sum(deliveries.c.price), 0))
        .where(deliveries.c.run_id == run_id)
        .group_by(*grouped)
    )
    counts = dict.fromkeys(STATES, 0)
    reasons: Counter[str] = Counter()
    places: dict[str, Counter[str]] = {}
    channels: dict[str, Counter[str]] = {}
    languages: dict[str, Counter[str]] = {}
    routes: Counter[str] = Counter()
    cost = 0
    for row in await connection.execute(asked):
        raw, reason, place, channel, language, route, count, price = row
        state = state_of(raw)
        counts[state] += count
        if reason and state not in ("sent", "waiting"):
            reasons[f"{state}:{reason}"] += count
        places.setdefault(state, Counter())[place] += count
        channels.setdefault(channel, Counter())[state] += count
        languages.setdefault(language, Counter())[state] += count
        if state in ("sent", "withdrawn"):  # what was taken back was paid for all the same
            routes[route] += count
            cost += int(price)
    by_place: dict[str, dict[str, int]] = {}
    for state, cells in places.items():
        for place, count in merged(cells, larger).items():
            by_place.setdefault(place, {})[state] = count
    return Report(
        audience=sum(counts.values()),
        counts=counts,
        reasons=_sorted(reasons),
        by_place=_sorted(by_place),
        by_channel={name: dict(cells) for name, cells in sorted(channels.items())},
        by_language={name: dict(cells) for name, cells in sorted(languages.items())},
        by_route=_sorted(routes),
        by_hour=await _by_hour(connection, run_id, zone),
        cost=cost,
        seconds=seconds,
        foreseen=forecast.added([foreseen]) if foreseen else None,
    )


async def _by_hour(connection: AsyncConnection, run_id: int, zone: tzinfo) -> dict[str, int]:
    quarter = hours.quarter_of(connection, deliveries.c.at)
    rows = await connection.execute(
        select(quarter, func.count())
        .where(deliveries.c.run_id == run_id, deliveries.c.state == "sent", deliveries.c.at.is_not(None))
        .group_by(quarter)
    )
    found: Counter[str] = Counter()
    for began, count in rows:
        found[f"{hours.local(int(began), zone).hour:02d}"] += int(count)
    return _sorted(found)


# --- Adding up and writing down -----------------------------------------------------------------------------------


def added(parts: Sequence[Report]) -> Report:
    """Several reports as one; none: an empty one."""
    if len(parts) == 1:
        return parts[0]
    foreseen = [each.foreseen for each in parts if each.foreseen is not None]
    return Report(
        audience=sum(each.audience for each in parts),
        counts={name: sum(each.counts.get(name, 0) for each in parts) for name in STATES},
        reasons=_sum(each.reasons for each in parts),
        by_place=_table(each.by_place for each in parts),
        by_channel=_table(each.by_channel for each in parts),
        by_language=_table(each.by_language for each in parts),
        by_route=_sum(each.by_route for each in parts),
        by_hour=_sum(each.by_hour for each in parts),
        cost=sum(each.cost for each in parts),
        runs=sum(each.runs for each in parts),
        seconds=sum(each.seconds for each in parts),
        # A forecast for some of the runs is no forecast of them all.
        foreseen=forecast.added(foreseen) if foreseen and len(foreseen) == len(parts) else None,
    )


def _sum(parts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for each in parts:
        found.update(each)
    return _sorted(found)


def _table(parts: Iterable[Table]) -> dict[str, dict[str, int]]:
    found: dict[str, Counter[str]] = {}
    for each in parts:
        for name, cells in each.items():
            found.setdefault(name, Counter()).update(cells)
    return {name: dict(cells) for name, cells in sorted(found.items())}


def _sorted(cells: Mapping[str, _Value]) -> dict[str, _Value]:
    return dict(sorted(cells.items()))


def as_json(found: Report) -> dict[str, Any]:
    """The names that scripts rely on; also what is kept of a run."""
    return {
        "audience": found.audience,
        **found.counts,
        "reasons": dict(found.reasons),
        "by_place": {place: dict(cells) for place, cells in found.by_place.items()},
        "by_channel": {name: dict(cells) for name, cells in found.by_channel.items()},
        "by_language": {name: dict(cells) for name, cells in found.by_language.items()},
        "by_route": dict(found.by_route),
        "by_hour": dict(found.by_hour),
        "cost": found.cost,
        "runs": found.runs,
        "seconds": found.seconds,
        "forecast": dict(found.foreseen) if found.foreseen is not None else None,
    }


def from_json(raw: Mapping[str, Any]) -> Report:
    """A report as it was kept."""
    counts = {name: int(raw.get(name, 0)) for name in STATES}
    names = ("reasons", "by_place", "by_channel", "by_language", "by_route", "by_hour")
    return Report(
        audience=int(raw.get("audience", sum(counts.values()))),
        counts=counts,
        **{name: raw.get(name, {}) for name in names},
        cost=int(raw.get("cost", 0)),
        runs=int(raw.get("runs", 1)),
        seconds=float(raw.get("seconds", 0.0)),
        foreseen=raw.get("forecast"),
    )
