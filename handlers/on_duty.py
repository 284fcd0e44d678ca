"""The roster and the drill list as warning asks for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages import Address
from bot.staff import chats, drills, register, roster, shifts
from bot.staff.roles import Officer
from broadcasts.office import Office


class OnDuty:
    """Who may warn, who is called, who drills: read anew every time, for a shift may have just changed."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def may_issue(
        self, connection: AsyncConnection, officer: Officer, areas: Sequence[str], now: datetime
    ) -> bool:
        current = await shifts.current(connection, now)
        return roster.may_issue(officer, current, tuple(areas), now, self._office.within)

    async def areas(self, connection: AsyncConnection, officer: Officer, now: datetime) -> tuple[str, ...]:
        current = await shifts.current(connection, now)
        return roster.issues_in(officer, current, now, self._office.within)

    async def ladder(
        self, connection: AsyncConnection, areas: Sequence[str], now: datetime, but: frozenset[str]
    ) -> list[Officer]:
        officers = [each.officer for each in await register.everybody(connection) if each.active]
        current = await shifts.current(connection, now)
        found = roster.ladder(officers, current, tuple(areas), now, self._office.within, "")
        return [each for each in found if each.name not in but]

    async def reachable(self, connection: AsyncConnection, areas: Sequence[str], now: datetime) -> bool:
        current = await shifts.current(connection, now)
        within = self._office.within
        there = {number for area in areas for number in roster.on_duty(current, (area,), now, within)}
        return bool(there) and bool(await chats.addresses(connection, there, now))

    async def drill_members(self, connection: AsyncConnection, now: datetime) -> list[tuple[int, Address]]:
        return await drills.chats_of(connection, now)
