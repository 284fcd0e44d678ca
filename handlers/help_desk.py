"""Requests for help as an officer on duty works them off: listed, read (which the log notes), and taken by one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.staff import audit
from bot.staff.roles import Officer
from bot.storage.db import Database
from broadcasts import notice_taps
from broadcasts.notice_taps import Asked, HelpRequest
from handlers.officers_helped import READ, TAKEN
from handlers.on_duty import OnDuty

LATELY = timedelta(hours=1)  # so long what was taken is listed too


class HelpDesk:
    """``key`` is the installation's."""

    def __init__(self, db: Database, key: bytes, duty: OnDuty) -> None:
        self._db = db
        self._key = key
        self._duty = duty

    async def theirs(self, officer: Officer, now: datetime) -> list[Asked]:
        """What waits where this officer is on duty; what nobody took comes first."""
        mine = []
        async with self._db.reading() as connection:
            for each in await notice_taps.asked(connection, now - LATELY):
                if officer.id in await self._duty.there(connection, each.area, now):
                    mine.append(each)
        return sorted(mine, key=lambda each: each.request.taken_at is not None)

    async def read(self, officer: Officer, shown: Sequence[Asked], now: datetime) -> None:
        """These are being shown to this officer."""
        async with self._db.transaction() as connection:
            for each in shown:
                await audit.record(connection, self._key, now, officer.name, READ, str(each.request.id))

    async def take(self, officer: Officer, number: int, now: datetime) -> tuple[bool, HelpRequest | None]:
        """Whether this officer took it; and the request as it is then, None when it is gone."""
        async with self._db.transaction() as connection:
            done = await notice_taps.take(connection, number, officer.name, now)
            if done:
                await audit.record(connection, self._key, now, officer.name, TAKEN, str(number))
            return done, await notice_taps.by_number(connection, number)
