"""What officers ask about dates: the calendar as far as they may read, and what comes too close to a campaign."""

from __future__ import annotations

from datetime import datetime

from bot.staff.roles import Action, Officer, may
from bot.storage.db import Database
from broadcasts import clashing, planned, recurrence
from broadcasts.campaigns import CampaignState, RunState
from broadcasts.deliveries import Priority
from broadcasts.office import Office
from broadcasts.planned import Planned
from broadcasts.store import Campaign

LOOKED_AT = 5  # dates of a campaign that others are compared with
# What others have handed in will most likely go out, too.
_COMING = (CampaignState.SUBMITTED, CampaignState.APPROVED)
_MATTERS = (CampaignState.DRAFT, CampaignState.RETURNED, *_COMING, CampaignState.SCHEDULED)


class Dates:
    """``now`` is an argument everywhere: aware."""

    def __init__(self, db: Database, office: Office) -> None:
        self._db = db
        self._office = office

    async def calendar(self, officer: Officer, first: datetime, last: datetime, now: datetime) -> list[Planned]:
        """Everything from ``first`` until before ``last`` that the officer may read where it goes."""
        async with self._db.reading() as connection:
            found = await planned.planned(connection, self._office, first, last, now)
        return [
            each
            for each in found
            if may(officer, Action.READ, self._office.areas_of(each.audience), now, self._office.within)
        ]

    async def warnings(self, campaign: Campaign, now: datetime) -> tuple[str, ...]:
        """What is planned close to the campaign's next dates, one sentence each; for whoever may read it."""
        dates = planned.dates(self._office, campaign.schedule, now, LOOKED_AT)
        if not dates or campaign.state not in _MATTERS:
            return ()
        first, last = dates[0] - clashing.WEEK, dates[-1] + recurrence.NEAR
        async with self._db.reading() as connection:
            found = await planned.planned(connection, self._office, first, last, now, _COMING)
        others = [
            (each.at, f"CD-{each.campaign_id} “{each.title}”")
            for each in found
            if each.campaign_id != campaign.id
            and each.state != RunState.MISSED
            and each.priority in (None, Priority.ROUTINE)
            and clashing.overlap(self._office, campaign.audience, each.audience)
        ]
        return clashing.warnings(dates, others, self._office.cap, self._office.zone)
