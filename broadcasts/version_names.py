"""How a text that was approved is named wherever it comes out: in the chat, on paper, over the loudspeaker."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.schema import decisions
from broadcasts.campaigns import CampaignState
from broadcasts.notice_store import Notice
from broadcasts.notices import name_of
from broadcasts.store import Campaign

APPROVED = frozenset((CampaignState.APPROVED, CampaignState.SCHEDULED, CampaignState.DONE))


async def campaign_version(connection: AsyncConnection, campaign: Campaign) -> str:
    """``CD-118.v3``: the third text of it that was approved, or is on its way to be. A change of state alone gives no
    new number, so that what was printed before it was scheduled has the name of what was sent."""
    asked = select(func.count()).where(decisions.c.campaign_id == campaign.id, decisions.c.decision == "approved")
    count = int((await connection.execute(asked)).scalar_one())
    return f"CD-{campaign.id}.v{count + (campaign.state not in APPROVED)}"


def notice_version(notice: Notice) -> str:
    """``TK-0413.v2``: what was said at its first update."""
    return f"{name_of(notice.id)}.v{notice.newest.number + 1}"
