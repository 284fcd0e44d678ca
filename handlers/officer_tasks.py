"""What of the campaigns waits for an officer, wherever they look: in their chat and on the console's first page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.staff.roles import Action, Officer, may
from broadcasts import todo
from broadcasts.campaigns import CampaignState, RunState
from broadcasts.office import Office
from broadcasts.service import Service
from broadcasts.store import Campaign

_CURRENT = ("draft", "returned", "submitted", "approved", "scheduled")
_STOPPED = (RunState.HELD, RunState.MISSED)
_OWN = {CampaignState.DRAFT: "draft", CampaignState.RETURNED: "returned", CampaignState.APPROVED: "plan"}


@dataclass(frozen=True, slots=True)
class Task:
    """``why``: sign, approve, draft, returned, plan, stopped or running."""

    campaign_id: int
    title: str
    why: str


async def campaign_tasks(service: Service, office: Office, officer: Officer, now: datetime) -> list[Task]:
    """The newest campaigns first."""
    found = []
    for line in await service.campaigns(officer, _CURRENT):
        why = await _why(service, office, officer, await service.campaign(officer, line.id), now)
        if why:
            found.append(Task(line.id, line.title, why))
    return found


async def _why(service: Service, office: Office, officer: Officer, campaign: Campaign, now: datetime) -> str:
    areas = office.areas_of(campaign.audience)
    if campaign.state is CampaignState.SUBMITTED:
        return todo.waits_for(officer, campaign, areas, now, office.within)
    if campaign.state is CampaignState.SCHEDULED:
        if not may(officer, Action.CONTROL, areas, now, office.within):
            return ""
        states = [run.state for run in await service.runs(officer, campaign.id)]
        if any(each in _STOPPED for each in states):
            return "stopped"
        return "running" if {RunState.SENDING, RunState.PAUSED} & set(states) else ""
    writes = is_theirs(officer, campaign) and may(officer, Action.DRAFT, areas, now, office.within)
    return _OWN[campaign.state] if writes else ""


def is_theirs(officer: Officer, campaign: Campaign) -> bool:
    """Whether they began it, or wrote at it since it was last approved."""
    return officer.name == campaign.created_by or officer.name in campaign.authors
