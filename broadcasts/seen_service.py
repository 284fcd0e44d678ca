"""Steps of an officer who has read one version of a campaign: what has changed since is left as it is."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock
from bot.storage.db import Database
from broadcasts.office import Office
from broadcasts.service import Service
from broadcasts.store import Campaign, ChangedMeanwhile


class SeenService(Service):
    """``seen``: the campaign's version that was read; None: whatever it is. ``write``, ``aim``, ``time``, ``link``,
    ``submit`` and ``schedule`` look at it in the transaction that changes it. Raises ChangedMeanwhile besides."""

    def __init__(self, db: Database, office: Office, clock: Clock, seen: int | None) -> None:
        super().__init__(db, office, clock)
        self._seen = seen

    async def _load(self, connection: AsyncConnection, campaign_id: int) -> Campaign:
        campaign = await super()._load(connection, campaign_id)
        if self._seen is not None and campaign.version != self._seen:
            raise ChangedMeanwhile
        return campaign
