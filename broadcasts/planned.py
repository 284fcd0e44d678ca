"""What goes out when: runs as they stand, and the dates that rules will bring, as the scheduler would plan them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.schema import campaigns, runs
from broadcasts import recurrence
from broadcasts.campaigns import CampaignState, RunState
from broadcasts.office import Office
from broadcasts.recurrence import Schedule, ScheduleError
from broadcasts.store import CAMPAIGN

MOST_DATES = 60  # of one rule
SHOWN = (RunState.SCHEDULED, RunState.SENDING, RunState.PAUSED, RunState.HELD, RunState.MISSED, RunState.DONE)


@dataclass(frozen=True, slots=True)
class Planned:
    """One release of a campaign. ``state``: of its run; empty: a date that is not yet a run.

    ``audience``: the rule of the campaign as it is kept: whoever shows this asks first who may see it.
    """

    campaign_id: int
    title: str
    at: datetime
    state: str
    audience: Mapping[str, Any]
    priority: int | None = None
    run_id: int | None = None


async def planned(
    connection: AsyncConnection,
    office: Office,
    first: datetime,
    last: datetime,
    now: datetime,
    also: Sequence[CampaignState] = (),
) -> list[Planned]:
    """What began or begins from ``first`` until before ``last``, the earliest first.

    ``also``: campaigns in these states count as if they were planned already.
    """
    shown = runs.c.state.in_([str(each) for each in SHOWN])
    columns = (campaigns.c.id, campaigns.c.title, runs.c.planned_at, runs.c.state, campaigns.c.audience)
    rows = await connection.execute(
        select(*columns, runs.c.priority, runs.c.id)
        .join(campaigns, campaigns.c.id == runs.c.campaign_id)
        .where(shown, campaigns.c.kind == CAMPAIGN, runs.c.planned_at >= first, runs.c.planned_at < last)
    )
    found = [Planned(*row) for row in rows]
    known = {(each.campaign_id, each.at) for each in found}
    for row in await _of_rules(connection, (CampaignState.SCHEDULED, *also)):
        for at in dates(office, row.schedule, now):
            if first <= at < last and (row.id, at) not in known:
                known.add((row.id, at))
                found.append(Planned(row.id, row.title, at, "", row.audience))
    return sorted(found, key=lambda each: (each.at, each.campaign_id))


async def _of_rules(connection: AsyncConnection, states: Iterable[CampaignState]) -> Sequence[Any]:
    columns = (campaigns.c.id, campaigns.c.title, campaigns.c.state, campaigns.c.schedule, campaigns.c.audience)
    planned = campaigns.c.state.in_([str(each) for each in states])
    asked = select(*columns).where(campaigns.c.kind == CAMPAIGN, planned).order_by(campaigns.c.id)
    rows = (await connection.execute(asked)).all()
    # Of what is planned once there is a run already, or it was cancelled: it does not come again by itself.
    return [row for row in rows if row.state != CampaignState.SCHEDULED or row.schedule.get("rule")]


def dates(office: Office, raw: Mapping[str, Any], now: datetime, most: int = MOST_DATES) -> list[datetime]:
    """The next dates of a schedule as it is kept, moved out of the quiet hours; none where there is no schedule."""
    try:
        schedule: Schedule = recurrence.from_json(raw)
    except ScheduleError:
        return []
    coming = recurrence.next_dates(schedule, now, office.zone, most)
    return [recurrence.after_quiet(each, office.zone, office.quiet_from_to) for each in coming]
