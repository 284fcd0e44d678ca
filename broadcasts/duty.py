"""What warning asks of the roster and of the drill list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages import Address
from bot.staff.roles import Officer


class Duty(Protocol):
    """Who may warn, who is called to confirm and in which order, and who drills."""

    async def may_issue(
        self, connection: AsyncConnection, officer: Officer, areas: Sequence[str], now: datetime
    ) -> bool: ...

    async def issues_in(self, connection: AsyncConnection, officer: Officer, now: datetime) -> tuple[str, ...]:
        """The areas in which the officer may warn now (empty string: everywhere); none: nowhere."""
        ...

    async def ladder(
        self, connection: AsyncConnection, areas: Sequence[str], now: datetime, but: frozenset[str]
    ) -> list[Officer]:
        """Those who may confirm, in the order in which they are called; nobody whose name is in ``but``."""
        ...

    async def reachable(self, connection: AsyncConnection, areas: Sequence[str], now: datetime) -> bool:
        """Whether somebody who is on duty in any of these areas has a linked chat."""
        ...

    async def drill_members(self, connection: AsyncConnection, now: datetime) -> list[tuple[int, Address]]:
        """Officers' numbers, each with the chat seen last."""
        ...
