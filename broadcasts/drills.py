"""Whom a drill reaches: officers on the drill list in their linked chats, and nobody else by any way.

A drill's recipients carry negated numbers of officers. A resident's number in a drill, or an officer's in a real run,
leads to no address: whatever wrote the row, it is not sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages import Address
from bot.storage.db import insert_for
from bot.storage.schema import deliveries, drill_members, officer_chats, runs


class DrillLeak(Exception):
    """A drill's message without its mark, or a real one with it: nothing is sent."""


async def freeze(
    connection: AsyncConnection, run_id: int, members: Sequence[tuple[int, Address]], now: datetime
) -> int:
    """The members of a drill, each in one chat; returns how many. Raises ValueError for a run that is no drill."""
    if not (await connection.execute(select(runs.c.drill).where(runs.c.id == run_id))).scalar():
        raise ValueError("not a drill")
    rows = [
        {
            "run_id": run_id,
            "resident_id": -officer_id,
            "channel": address.channel,
            "account": address.account,
            "language": "vi",
            "place_code": "",
            "state": "queued",
            "reason": "",
            "at": now,
        }
        for officer_id, address in members
    ]
    if rows:
        await connection.execute(insert_for(connection)(deliveries).on_conflict_do_nothing(), rows)
    await connection.execute(update(runs).where(runs.c.id == run_id).values(audience_count=len(rows)))
    return len(rows)


async def addresses(connection: AsyncConnection, numbers: Sequence[int], account: tuple[str, str]) -> dict[int, str]:
    """Chats on this account of those among the numbers who are on the drill list now, by number."""
    asked = (
        select(officer_chats.c.officer_id, officer_chats.c.external_id)
        .join(drill_members, drill_members.c.officer_id == officer_chats.c.officer_id)
        .where(
            officer_chats.c.officer_id.in_([-number for number in numbers if number < 0]),
            officer_chats.c.channel == account[0],
            officer_chats.c.account == account[1],
            officer_chats.c.ended_at.is_(None),
        )
        .order_by(officer_chats.c.seen_on)
    )
    return {-row.officer_id: row.external_id for row in await connection.execute(asked)}


def guard(*, drill: bool, text: str, marks: Sequence[str]) -> None:
    """The last look before a message leaves: a drill begins and ends with one of ``marks``, nothing else has one.

    Raises DrillLeak.
    """
    lines = text.strip().split("\n")
    marked = len(lines) > 2 and lines[0] in marks and lines[-1] in marks
    anywhere = any(mark in text for mark in marks)
    if drill and not marked:
        raise DrillLeak("a drill without its mark")
    if not drill and anywhere:
        raise DrillLeak("the mark of a drill on a real message")
