"""Which officers were called for a version of a notice, on which rung of the ladder, and who has it in hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.db import insert_for
from bot.storage.schema import notice_calls, notices, runs


@dataclass(frozen=True, slots=True)
class Call:
    """One officer who is called for one version."""

    run_id: int
    officer_id: int
    rung: int
    called_at: datetime
    answered_at: datetime | None


async def call(connection: AsyncConnection, run_id: int, officer_ids: Iterable[int], rung: int, now: datetime) -> None:
    """Call these officers; who was called on an earlier rung already is called again."""
    for officer_id in officer_ids:
        values = {"rung": rung, "called_at": now}
        await connection.execute(
            insert_for(connection)(notice_calls)
            .values(run_id=run_id, officer_id=officer_id, **values)
            .on_conflict_do_update(index_elements=["run_id", "officer_id"], set_=values)
        )


async def answer(connection: AsyncConnection, run_id: int, officer_id: int, now: datetime) -> bool:
    """The officer has it in hand; False: was never called, or had said so before."""
    mine = (notice_calls.c.run_id == run_id) & (notice_calls.c.officer_id == officer_id)
    done = await connection.execute(
        update(notice_calls).where(mine, notice_calls.c.answered_at.is_(None)).values(answered_at=now)
    )
    return done.rowcount == 1


async def of_run(connection: AsyncConnection, run_id: int) -> list[Call]:
    """Everybody who was called for a version, first rung first."""
    asked = (
        select(notice_calls)
        .where(notice_calls.c.run_id == run_id)
        .order_by(notice_calls.c.rung, notice_calls.c.officer_id)
    )
    return [_call(row) for row in await connection.execute(asked)]


async def unanswered(connection: AsyncConnection) -> list[Call]:
    """Calls for notices that have not ended which nobody has answered yet, oldest first."""
    asked = (
        select(notice_calls)
        .join(runs, runs.c.id == notice_calls.c.run_id)
        .join(notices, notices.c.id == runs.c.campaign_id)
        .where(notice_calls.c.answered_at.is_(None), notices.c.ended_at.is_(None))
        .order_by(notice_calls.c.called_at, notice_calls.c.officer_id)
    )
    return [_call(row) for row in await connection.execute(asked)]


async def alone(connection: AsyncConnection, run_ids: Sequence[int]) -> set[int]:
    """Officers who were called on a rung of their own for any of these versions, not only with everybody at first."""
    asked = select(notice_calls.c.officer_id).where(notice_calls.c.run_id.in_(run_ids), notice_calls.c.rung > 0)
    return set((await connection.execute(asked)).scalars())


def _call(row: Row[Any]) -> Call:
    return Call(row.run_id, row.officer_id, row.rung, row.called_at, row.answered_at)
