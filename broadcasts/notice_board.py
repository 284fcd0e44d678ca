"""Notices in force as everybody else needs them: read again every second at most, whoever asks how often."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock
from bot.storage.db import Database
from broadcasts import notice_store
from broadcasts.duty import Duty
from broadcasts.notice_store import Notice, Version
from broadcasts.office import Office

FRESH_FOR = 1.0  # seconds; what one process changed is known to every other so much later
KEPT_AREAS = 64  # whose places are written out in memory


class NoticeBoard:
    """Real notices and drills alike; ``live`` leaves drills out, for no resident may see one."""

    def __init__(self, db: Database, office: Office, duty: Duty, clock: Clock) -> None:
        self._db = db
        self._office = office
        self._duty = duty
        self._helped: frozenset[int] = frozenset()
        self._clock = clock
        self._all: Sequence[Notice] = ()
        self._over: dict[int, Notice] = {}  # asked for since the last look
        self._read_at = float("-inf")
        self._reading = asyncio.Lock()
        self._codes: dict[tuple[str, ...], frozenset[str]] = {}

    async def live(self) -> list[Notice]:
        """In force now, no drill, the newest first."""
        await self._refresh()
        now = self._clock.now()
        return [each for each in self._all if not each.drill and each.live and now < each.expires_at]

    async def live_at(self, places: Sequence[str]) -> list[Notice]:
        """Those in force now that concern one of these places. A province stands for all that lies in it."""
        return self.near(await self.live(), places)

    def near(self, found: Iterable[Notice], places: Sequence[str]) -> list[Notice]:
        """Those of some notices that concern one of these places."""
        wanted = frozenset[str]().union(*(self._within((code,)) for code in places))
        return [each for each in found if wanted & self._within(each.area)]

    async def notice(self, notice_id: int) -> Notice:
        """Any notice, drills and those that are over too, at most a second old. Raises NoSuchNotice."""
        await self._refresh()
        for each in (*self._all, *self._over.values()):
            if each.id == notice_id:
                return each
        async with self._db.reading() as connection:
            return await self._noted(connection, await notice_store.load(connection, notice_id))

    async def version(self, run_id: int) -> tuple[Notice, Version]:
        """The notice of this run and the version, at most a second old. Raises NoSuchNotice."""
        await self._refresh()
        notice = next((each for each in (*self._all, *self._over.values()) if run_id in each.run_ids), None)
        if notice is None:
            async with self._db.reading() as connection:
                notice = await self._noted(connection, await notice_store.of_run(connection, run_id))
        return notice, next(each for each in notice.versions if each.run_id == run_id)

    async def helped(self, notice: Notice) -> bool:
        """Whether an officer on duty in its area can be reached, who would see a request for help."""
        await self._refresh()
        return self.has_help(notice)

    def has_help(self, notice: Notice) -> bool:
        """The same as it was at the last look."""
        return notice.id in self._helped

    async def _refresh(self) -> None:
        """One look for everybody who asks at the same moment."""
        if self._fresh():
            return
        async with self._reading:
            if self._fresh():
                return
            now = self._clock.monotonic()
            async with self._db.reading() as connection:
                found = await notice_store.live(connection)
                at = self._clock.now()
                helped = [each.id for each in found if await self._duty.reachable(connection, each.area, at)]
            self._all, self._helped, self._over = found, frozenset(helped), {}
            self._read_at = now

    async def _noted(self, connection: AsyncConnection, notice: Notice) -> Notice:
        """What was not seen at the last look: over, or so new that whether there is help is not known either."""
        if notice.ended_at is not None:
            self._over[notice.id] = notice
            return notice
        if await self._duty.reachable(connection, notice.area, self._clock.now()):
            self._helped |= {notice.id}
        others = [each for each in self._all if each.id != notice.id]
        self._all = sorted([notice, *others], key=lambda each: (each.issued_at, each.id), reverse=True)
        return notice

    def _fresh(self) -> bool:
        return self._clock.monotonic() - self._read_at < FRESH_FOR

    def _within(self, area: Sequence[str]) -> frozenset[str]:
        key = tuple(area)
        if key not in self._codes:
            if len(self._codes) > KEPT_AREAS:
                self._codes.clear()
            known = tuple(code for code in key if self._office.gazetteer.get(code))
            self._codes[key] = frozenset((*key, *self._office.codes(known)))
        return self._codes[key]
