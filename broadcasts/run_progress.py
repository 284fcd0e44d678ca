"""How a run is going: its states by channel, its pace of the last minute, and what the rest is waiting for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.schema import deliveries
from broadcasts.campaigns import RunState
from broadcasts.reports import STATES, from_json, state_of
from broadcasts.store import Run

LATELY = timedelta(seconds=60)  # over which the pace is measured


@dataclass(frozen=True, slots=True)
class OnChannel:
    """``lately``: messages begun and settled in the last minute; ``resting``: those that may not go out before
    ``next_at``, the earliest of their times."""

    channel: str
    counts: Mapping[str, int]
    lately: int = 0
    resting: int = 0
    next_at: datetime | None = None

    @property
    def waiting(self) -> int:
        return self.counts.get("waiting", 0)

    @property
    def audience(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Progress:
    """``counts``: of the six states, whose sum is the audience, always. ``listed``: how many recipients the run says
    that it has; None while its list is still being made."""

    counts: Mapping[str, int]
    channels: tuple[OnChannel, ...]
    listed: int | None

    @property
    def audience(self) -> int:
        return sum(self.counts.values())

    @property
    def settled(self) -> int:
        return self.audience - self.counts["waiting"]

    @property
    def adds_up(self) -> bool:
        return self.listed is None or self.listed == self.audience


async def progress(connection: AsyncConnection, run: Run, now: datetime) -> Progress:
    """As it is in this transaction. Once the deliveries are gone, the kept report stands for them."""
    queued = deliveries.c.state == "queued"
    rests = and_(queued, deliveries.c.not_before > now)
    gone_out = and_(deliveries.c.state.in_(("sent", "failed", "unknown")), deliveries.c.at > now - LATELY)
    rows = await connection.execute(
        select(
            deliveries.c.channel,
            deliveries.c.state,
            func.count(),
            func.sum(case((gone_out, 1), else_=0)),
            func.sum(case((rests, 1), else_=0)),
            func.min(case((rests, deliveries.c.not_before))),
        )
        .where(deliveries.c.run_id == run.id)
        .group_by(deliveries.c.channel, deliveries.c.state)
    )
    found: dict[str, OnChannel] = {}
    for channel, raw, count, lately, resting, next_at in rows:
        before = found.get(channel, OnChannel(channel, dict.fromkeys(STATES, 0)))
        state = state_of(raw)
        times = [each for each in (before.next_at, next_at) if each is not None]
        found[channel] = OnChannel(
            channel,
            {**before.counts, state: before.counts[state] + int(count)},
            before.lately + int(lately or 0),
            before.resting + int(resting or 0),
            min(times, default=None),
        )
    channels = tuple(found[name] for name in sorted(found))
    live = sum(each.audience for each in channels)
    if run.totals and live < run.totals.get("audience", 0):
        kept = from_json(run.totals)
        channels = tuple(OnChannel(name, {**dict.fromkeys(STATES, 0), **row}) for name, row in kept.by_channel.items())
        return Progress(kept.counts, channels, kept.audience)
    counts = {state: sum(each.counts[state] for each in channels) for state in STATES}
    return Progress(counts, channels, run.audience_count if run.frozen or run.upto is None else None)


def pace(one: OnChannel, run: Run, now: datetime) -> float:
    """Messages a second that left on a channel in the last minute, or since the run began if that is less."""
    began = run.started_at or now
    seconds = min(LATELY, max(timedelta(seconds=1), now - began)).total_seconds()
    return one.lately / seconds


def finished_at(
    found: Progress, run: Run, now: datetime, rates: Mapping[str, float], silent: Mapping[str, datetime]
) -> datetime | None:
    """When the slowest channel will be done, as things go now; None: not being sent, or nobody can tell.

    ``rates``: messages a second by channel, for one that has sent nothing lately; ``silent``: until when a channel's
    platform wants no message.
    """
    if run.state is not RunState.SENDING or not found.counts["waiting"]:
        return None
    ends = []
    for each in found.channels:
        if not each.waiting:
            continue
        speed = pace(each, run, now) or rates.get(each.channel, 0)
        if speed <= 0:
            return None
        begins = max(now, silent.get(each.channel, now))
        ends.append(begins + timedelta(seconds=(each.waiting - each.resting) / speed))
        if each.next_at is not None:
            ends.append(max(begins, each.next_at) + timedelta(seconds=each.resting / speed))
    return max(ends, default=None)
