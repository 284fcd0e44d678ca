"""What an officer who comes on duty takes over besides the notices in force: requests for help that nobody has taken,
and when there was last a drill. Counts only, nothing of residents.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.staff.roles import EVERYWHERE, Within
from bot.staff.roster import touch
from bot.storage.schema import help_requests, notices


async def open_help(connection: AsyncConnection) -> list[tuple[tuple[str, ...], int]]:
    """How many requests for help wait for somebody to take them, with the area of their notice; drills left out."""
    waiting = (
        select(help_requests.c.notice_id, func.count().label("count"))
        .where(help_requests.c.taken_by == "")
        .group_by(help_requests.c.notice_id)
        .subquery()
    )
    asked = select(notices.c.area, waiting.c.count).join(waiting, waiting.c.notice_id == notices.c.id)
    rows = await connection.execute(asked.where(notices.c.drill.is_(False)))
    return [(tuple(row[0]), int(row[1])) for row in rows]


async def drills_since(connection: AsyncConnection, since: datetime) -> list[tuple[tuple[str, ...], datetime]]:
    """Area and time of every drill since then, the newest first."""
    asked = select(notices.c.area, notices.c.issued_at).where(notices.c.drill.is_(True), notices.c.issued_at >= since)
    rows = await connection.execute(asked.order_by(notices.c.issued_at.desc()))
    return [(tuple(row.area), row.issued_at) for row in rows]


def concerns(area: Sequence[str], theirs: Sequence[str], within: Within) -> bool:
    """Whether one of these places lies in one of those areas, or around it. No place means everywhere."""
    return any(touch(each, other, within) for each in area or (EVERYWHERE,) for other in theirs)
