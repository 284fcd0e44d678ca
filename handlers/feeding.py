"""Feeds of warnings of others, looked at by the process that holds the schedule; nothing urgent waits for them."""

from __future__ import annotations

from bot.clock import Clock
from bot.fetching import Fetcher
from bot.settings import Settings
from bot.storage.db import Database
from broadcasts import feed_troubles
from broadcasts.cap_inbox import CapInbox
from broadcasts.feeds import Feeds
from handlers.accounts_file import cap_feeds


class Feeding:
    """Raises SettingError when the operator's list is wrong."""

    def __init__(
        self, *, settings: Settings, db: Database, key: bytes, clock: Clock, fetcher: Fetcher | None = None
    ) -> None:
        sources = cap_feeds(settings)
        self._feeds = Feeds(sources, CapInbox(db, key), fetcher or Fetcher(), clock)
        self._db = db
        self._clock = clock
        self._told: list[str] | None = None
        self.wanted = bool(sources)

    async def tick(self) -> int:
        """Look at what is due; how many new drafts wait. What is wrong is kept, when it has changed."""
        new = await self._feeds.tick()
        troubles = self._feeds.troubles()
        if troubles != self._told:
            async with self._db.transaction() as connection:
                await feed_troubles.keep(connection, troubles, self._clock.now())
            self._told = troubles
        return new
