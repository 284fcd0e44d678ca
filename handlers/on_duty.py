"""The roster and the drill list as warning asks for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages import Address
from bot.staff import chats, drills, register, roster, shifts
from bot.staff.roles import Officer, Within


class OnDuty:
    """Who may warn, who is called, who drills: read anew every time, for a shift may have just changed."""

    def __init__(self, within: Within) -> None:
        self._within = within

    async def may_issue(
        self, connection: AsyncConnection, officer: Officer, areas: Sequence[str], now: datetime
    ) -> bool:
        current = await shifts.current(connection, now)
        return roster.may_issue(officer, current, tuple(areas), now, self._within)

    async def issues_in(self, connection: AsyncConnection, officer: Officer, now: datetime) -> tuple[str, ...]:
        return roster.issues_in(officer, await shifts.current(connection, now), now, self._within)

    async def ladder(
        self, connection: AsyncConnection, areas: Sequence[str], now: datetime, but: frozenset[str]
    ) -> list[Officer]:
        officers = [each.officer for each in await register.everybody(connection) if each.active]
        current = await shifts.current(connection, now)
        found = roster.ladder(officers, current, tuple(areas), now, self._within, "")
        return [each for each in found if each.name not in but]

    async def reachable(self, connection: AsyncConnection, areas: Sequence[str], now: datetime) -> bool:
        there = await self.there(connection, areas, now)
        return bool(there) and bool(await chats.addresses(connection, there, now))

    async def there(self, connection: AsyncConnection, areas: Sequence[str], now: datetime) -> set[int]:
        """The numbers of the officers who are on duty in any of these areas."""
        officers = [each.officer for each in await register.everybody(connection) if each.active]
        current = roster.standing(await shifts.current(connection, now), officers, now, self._within)
        return {number for area in areas for number in roster.on_duty(current, (area,), now, self._within)}

    async def names(self, connection: AsyncConnection, now: datetime) -> list[str]:
        """Of everybody who is on duty anywhere."""
        officers = [each.officer for each in await register.everybody(connection) if each.active]
        current = roster.standing(await shifts.current(connection, now), officers, now, self._within)
        there = {each.officer_id for each in current}
        return sorted(each.name for each in officers if each.id in there)

    async def drill_members(self, connection: AsyncConnection, now: datetime) -> list[tuple[int, Address]]:
        return await drills.chats_of(connection, now)
