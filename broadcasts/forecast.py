"""Before anything is sent: who can be reached, by which way, until when, at what cost, and who cannot be and why.

The approver sees it, it is frozen into the run at its release, and the report shows it beside what came of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from broadcasts import audience, cells
from broadcasts.audience import Audience, Contact, Counted, Routing, Wanted, Way
from broadcasts.composing import placeholders
from broadcasts.deliveries import Priority
from broadcasts.hours import quarter_of
from broadcasts.office import Office
from broadcasts.store import Campaign

POST_ONLY = "post-only"  # the obstacle of those whom only a post reaches: they are no recipients by name


@dataclass(frozen=True, slots=True)
class Reached:
    """So many residents of one kind, and the way to them; ``way.price`` is for each, in VND."""

    counted: Counted
    way: Way = field(default_factory=Way)

    @property
    def obstacle(self) -> str:
        """Why they get nothing; empty: they will."""
        return self.counted.obstacle or self.way.obstacle


@dataclass(frozen=True, slots=True)
class Forecast:
    """``audience`` is always ``reachable`` + ``post_only`` + the sum of ``unreachable``.

    ``by_…`` count those who can be reached; ``by_place`` with no cell under five. ``cost`` in VND. ``seconds``: how
    long each channel needs at its rate, accounts of a channel beside each other; a channel without a rate is missing.
    ``quota_left``: what is left to each channel whose quota is used, which on channels with windows is by what costs
    something; ``beyond_quota``: how many messages are more than that.
    """

    audience: int = 0
    reachable: int = 0
    post_only: int = 0
    unreachable: Mapping[str, int] = field(default_factory=dict)
    by_channel: Mapping[str, int] = field(default_factory=dict)
    by_language: Mapping[str, int] = field(default_factory=dict)
    by_place: Mapping[str, int] = field(default_factory=dict)
    by_route: Mapping[str, int] = field(default_factory=dict)
    cost: int = 0
    seconds: Mapping[str, float] = field(default_factory=dict)
    quota_left: Mapping[str, int] = field(default_factory=dict)
    beyond_quota: Mapping[str, int] = field(default_factory=dict)
    languages: tuple[str, ...] = ()  # the texts it was reckoned with
    posts: tuple[tuple[str, str, str], ...] = ()  # name, channel, language: whom they reach cannot be known

    @property
    def finished_after(self) -> float:
        """Seconds until the slowest channel is done."""
        return max(self.seconds.values(), default=0.0)

    def to_json(self) -> dict[str, Any]:
        """The names that scripts and the report rely on."""
        return {
            "audience": self.audience,
            "reachable": self.reachable,
            "post_only": self.post_only,
            "unreachable": dict(self.unreachable),
            "by_channel": dict(self.by_channel),
            "by_language": dict(self.by_language),
            "by_place": dict(self.by_place),
            "by_route": dict(self.by_route),
            "cost": self.cost,
            "seconds": dict(self.seconds),
            "finished_after": self.finished_after,
            "quota_left": dict(self.quota_left),
            "beyond_quota": dict(self.beyond_quota),
            "languages": list(self.languages),
            "posts": [dict(zip(("name", "channel", "language"), each, strict=True)) for each in self.posts],
        }


def forecast(
    reached: Iterable[Reached],
    rates: Mapping[str, float],
    larger: Mapping[str, str],
    quotas: Mapping[str, int] | None = None,
    windows: Collection[str] = (),
) -> Forecast:
    """What a counted audience adds up to. ``rates``: messages a second of an account, by channel; ``quotas``: how
    many messages are left to a channel; ``windows``: channels whose quota is of what costs something only; ``larger``
    leads from a place to the next larger one."""
    unreachable: Counter[str] = Counter()
    channels: Counter[str] = Counter()
    metered: Counter[str] = Counter()
    accounts: Counter[tuple[str, str]] = Counter()
    languages: Counter[str] = Counter()
    places: Counter[str] = Counter()
    routes: Counter[str] = Counter()
    post_only = cost = 0
    for each in reached:
        counted = each.counted
        if each.obstacle == POST_ONLY:
            post_only += counted.count
        elif each.obstacle:
            unreachable[each.obstacle] += counted.count
        else:
            channels[counted.channel] += counted.count
            if each.way.price or counted.channel not in windows:
                metered[counted.channel] += counted.count
            accounts[counted.channel, counted.account] += counted.count
            languages[counted.language] += counted.count
            places[counted.place_code] += counted.count
            routes[each.way.route] += counted.count
            cost += counted.count * each.way.price
    seconds: dict[str, float] = {}
    for (channel, _), count in sorted(accounts.items()):
        if rates.get(channel, 0) > 0:
            seconds[channel] = max(seconds.get(channel, 0.0), round(count / rates[channel], 1))
    left = {channel: count for channel, count in (quotas or {}).items() if metered[channel]}
    beyond = {channel: metered[channel] - count for channel, count in left.items() if metered[channel] > count}
    reachable = channels.total()
    return Forecast(
        audience=reachable + post_only + unreachable.total(),
        reachable=reachable,
        post_only=post_only,
        unreachable=dict(sorted(unreachable.items())),
        by_channel=dict(sorted(channels.items())),
        by_language=dict(sorted(languages.items())),
        by_place=cells.merged(places, larger),
        by_route=dict(sorted(routes.items())),
        cost=cost,
        seconds=seconds,
        quota_left=left,
        beyond_quota=beyond,
    )


def added(raws: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Frozen forecasts of several runs as one: what is compared with what came of them."""
    names = ("audience", "reachable", "post_only", "cost", "finished_after")
    unreachable: Counter[str] = Counter()
    for each in raws:
        unreachable.update(each.get("unreachable", {}))
    return {name: sum(each.get(name, 0) for each in raws) for name in names} | {"unreachable": dict(unreachable)}


# --- Asking the database ------------------------------------------------------------------------------------------


async def reach(
    connection: AsyncConnection, wanted: Wanted, now: datetime, routings: Mapping[str, Routing]
) -> list[Reached]:
    """The audience as it is now, with the way to each; ``routings`` are those of channels with windows."""
    plain = await audience.count(connection, wanted, now, tuple(routings))
    found = [Reached(each) for each in plain]
    for channel, routing in routings.items():
        found += await _routed(connection, wanted, now, channel, routing)
    return found


async def _routed(
    connection: AsyncConnection, wanted: Wanted, now: datetime, channel: str, routing: Routing
) -> list[Reached]:
    """Counted by the quarter of an hour of their last word; a quarter in which a window closes, one by one."""
    inner = audience.kinds(wanted, now)
    same = (inner.c.channel, inner.c.account, inner.c.language, inner.c.place_code, inner.c.obstacle)
    quarter, wrote = quarter_of(connection, inner.c.last_wrote_at), inner.c.last_wrote_at
    asked = (
        select(*same, func.count(), inner.c.follower, quarter, func.min(wrote), func.max(wrote))
        .where(inner.c.channel == channel)
        .group_by(*same, inner.c.follower, quarter)
    )
    found, split = [], set()
    for row in await connection.execute(asked):
        first = routing(Contact(row[8], row[6]), now)
        if routing(Contact(row[9], row[6]), now) == first:
            found.append(Reached(Counted(*row[:6]), first))
        else:
            split.add((int(row[7]), row[6], tuple(row[:5])))
    if split:
        single = (
            select(*same, func.count(), inner.c.follower, quarter, wrote)
            .where(inner.c.channel == channel, quarter.in_({each[0] for each in split}))
            .group_by(*same, inner.c.follower, quarter, wrote)
        )
        for row in await connection.execute(single):
            if (int(row[7]), row[6], tuple(row[:5])) in split:
                found.append(Reached(Counted(*row[:6]), routing(Contact(row[8], row[6]), now)))
    return found


def _filled(reached: Reached, needed: Mapping[str, frozenset[str]], office: Office) -> Reached:
    """Who lives nobody knows where gets no text with the name of their commune in it."""
    counted = reached.counted
    wanted = needed.get(counted.language, frozenset())
    if reached.obstacle or wanted <= office.known_of(counted.place_code):
        return reached
    return replace(reached, counted=replace(counted, obstacle="placeholder"))


def wanted_of(office: Office, campaign: Campaign, languages: tuple[str, ...]) -> Wanted:
    """The audience of a campaign as a question. Raises AudienceError."""
    corrects = campaign.audience.get("corrects")
    if corrects:
        return office.wanted(Audience(), languages, Priority.CORRECTION, int(corrects[0]))
    return office.wanted(audience.from_json(campaign.audience), languages)


async def foretell(
    connection: AsyncConnection,
    office: Office,
    wanted: Wanted,
    now: datetime,
    priority: int = Priority.ROUTINE,
    texts: Mapping[str, str] | None = None,
) -> Forecast:
    """The forecast of an audience as it is now. ``texts``: by language, for whoever misses what a placeholder asks."""
    routings = office.routings_for(priority)
    found = await reach(connection, wanted, now, routings)
    needed = {language: placeholders(text) for language, text in (texts or {}).items()}
    found = [_filled(each, needed, office) for each in found]
    quotas = await office.quotas(connection, now)
    made = forecast(found, office.rates, cells.larger_of(office.gazetteer), quotas, tuple(routings))
    posts = tuple(
        (target.name, target.channel, language)
        for target in map(office.posts.get, wanted.audience.posts)
        if target is not None
        for language in target.languages
        if language in wanted.languages
    )
    return replace(made, languages=wanted.languages, posts=posts)
