"""Runs that are being watched: counting the messages of a large one takes a while, so watchers share what was counted.

However many look, and however large the run is, counting takes no more than a small part of the machine's time.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

from bot.clock import Clock
from bot.storage.db import Database
from broadcasts import posts, run_progress, store, withdrawals
from broadcasts.campaigns import FINAL_RUN
from broadcasts.office import Office
from broadcasts.run_progress import Progress
from broadcasts.store import NoSuchCampaign
from handlers.console.channel_health import ChannelHealth
from handlers.console.run_live import Standing

SHARED_FOR = 1.5  # seconds that a count is good for, at least …
_SHARE = 8  # … and so many times as long as it took
_MOST = 20  # runs that are remembered


@dataclass(frozen=True, slots=True)
class _Counted:
    progress: Progress
    at: datetime
    good_until: float


class RunWatch:
    """``health`` knows until when platforms want no message."""

    def __init__(self, *, db: Database, office: Office, clock: Clock, health: ChannelHealth) -> None:
        self._db = db
        self._office = office
        self._clock = clock
        self._health = health
        self._counting = asyncio.Lock()
        self._counted: dict[int, _Counted] = {}

    async def look(self, run_id: int, *, fresh: bool = True) -> Standing | None:
        """How the run stands. None: there is no such run of a campaign. Not ``fresh``: as it was counted last, where
        that is not long ago."""
        async with self._db.reading() as connection:
            try:
                run = await store.load_run(connection, run_id)
                campaign = await store.load(connection, run.campaign_id)
            except NoSuchCampaign:
                return None
            listed = await posts.listed(connection, [run_id])
            going_back = await withdrawals.progress(connection, [run_id]) if run.started_at else []
        counted = await self._count(run_id, fresh=fresh or run.state in FINAL_RUN)
        return Standing(
            run=run,
            campaign=campaign,
            progress=counted.progress,
            at=counted.at,
            posts=listed,
            going_back=going_back,
            areas=self._office.areas_of(campaign.audience),
            silent=self._health.silent(self._clock.now()),
        )

    async def _count(self, run_id: int, *, fresh: bool) -> _Counted:
        async with self._counting:
            known = self._counted.get(run_id)
            began = self._clock.monotonic()
            if known is not None and not fresh and began < known.good_until:
                return known
            now = self._clock.now()
            async with self._db.reading() as connection:
                run = await store.load_run(connection, run_id)
                progress = await run_progress.progress(connection, run, now)
            ended = self._clock.monotonic()
            counted = _Counted(progress, now, ended + max(SHARED_FOR, _SHARE * (ended - began)))
            self._counted.pop(run_id, None)
            self._counted[run_id] = counted
            if len(self._counted) > _MOST:
                del self._counted[next(iter(self._counted))]
            return counted
