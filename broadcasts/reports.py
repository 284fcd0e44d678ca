"""What became of a run: counts that add up to its audience, with nobody to be found in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.schema import deliveries

SMALLEST = 5  # cells below this are merged into the next larger place
# The states as a report names them; the first three are still on their way.
_WAITING = ("queued", "leased", "attempting")
STATES = ("sent", "waiting", "failed", "skipped", "unknown", "withdrawn")


@dataclass(frozen=True, slots=True)
class Report:
    """``audience`` is always the sum of the states. ``by_place`` holds no cell under five but the largest place's."""

    audience: int
    counts: Mapping[str, int]
    reasons: Mapping[str, int] = field(default_factory=dict)
    by_place: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    by_channel: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    by_language: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    by_route: Mapping[str, int] = field(default_factory=dict)
    by_hour: Mapping[str, int] = field(default_factory=dict)
    cost: int = 0  # VND

    @property
    def difference(self) -> int:
        """Zero, or something is wrong."""
        return self.audience - sum(self.counts.values())


async def totals(connection: AsyncConnection, run_id: int) -> dict[str, int]:
    """How many deliveries ended in which state."""
    rows = await connection.execute(
        select(deliveries.c.state, func.count()).where(deliveries.c.run_id == run_id).group_by(deliveries.c.state)
    )
    found = dict.fromkeys(STATES, 0)
    for state, count in rows:
        found["waiting" if state in _WAITING else state] += int(count)
    return found


def merged(cells: Mapping[str, int], larger: Mapping[str, str], smallest: int = SMALLEST) -> dict[str, int]:
    """Cells under ``smallest`` moved into the next larger place, until none is left but at the top; sums stay exact.

    ``larger`` leads from a place to the next larger one; what it does not know belongs to the whole, named "".
    """
    counts = Counter(cells)
    for _ in range(3):  # gate, commune, province, whole
        small = [place for place, count in counts.items() if place and 0 < count < smallest]
        # What is left of a place must not be told from its neighbours' sum: one small cell takes the next one along.
        if not small:
            break
        for place in small:
            counts[larger.get(place, "")] += counts.pop(place)
    return {place: count for place, count in sorted(counts.items()) if count}


async def report(
    connection: AsyncConnection, run_ids: Sequence[int], larger: Mapping[str, str], zone_hours: int = 7
) -> Report:
    """The report of one run, or of several as one."""
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
        .where(deliveries.c.run_id.in_(run_ids))
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
        state = "waiting" if raw in _WAITING else raw
        counts[state] += count
        if reason and state not in ("sent", "waiting"):
            reasons[f"{state}:{reason}"] += count
        places.setdefault(state, Counter())[place] += count
        channels.setdefault(channel, Counter())[state] += count
        languages.setdefault(language, Counter())[state] += count
        if state == "sent":
            routes[route] += count
            cost += int(price)
    by_place: dict[str, dict[str, int]] = {}
    for state, cells in places.items():
        for place, count in merged(cells, larger).items():
            by_place.setdefault(place, {})[state] = count
    return Report(
        audience=sum(counts.values()),
        counts=counts,
        reasons=dict(sorted(reasons.items())),
        by_place=dict(sorted(by_place.items())),
        by_channel={name: dict(cells) for name, cells in sorted(channels.items())},
        by_language={name: dict(cells) for name, cells in sorted(languages.items())},
        by_route=dict(routes),
        by_hour=await _by_hour(connection, run_ids, zone_hours),
        cost=cost,
    )


async def _by_hour(connection: AsyncConnection, run_ids: Sequence[int], zone_hours: int) -> dict[str, int]:
    """Sent messages by local hour."""
    rows = await connection.execute(
        select(deliveries.c.at, func.count())
        .where(deliveries.c.run_id.in_(run_ids), deliveries.c.state == "sent")
        .group_by(deliveries.c.at)
    )
    hours: Counter[str] = Counter()
    for at, count in rows:
        hours[f"{(at.hour + zone_hours) % 24:02d}"] += int(count)
    return dict(sorted(hours.items()))


def as_json(found: Report) -> dict[str, Any]:
    """The names that scripts rely on."""
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
    }
