"""Changes that wait for a second person: proposed by one, confirmed or refused by another, each decided once.

What a proposal changes is the business of whoever understands its action; here is only who said what and when.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import CotMocError
from bot.staff import audit
from bot.storage.schema import proposals

OPEN, CONFIRMED, REFUSED = "open", "confirmed", "refused"


class NoSuchProposal(CotMocError):
    """Không có đề nghị nào đang chờ với số này."""


class OwnProposal(CotMocError):
    """Không ai tự xác nhận đề nghị của mình; cần một quản trị khác."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """``body`` is what the action needs to know: no password, no secret, no address."""

    id: int
    action: str
    body: Mapping[str, Any]
    proposed_by: str
    proposed_at: datetime


async def propose(
    connection: AsyncConnection, key: bytes, by: str, action: str, subject: str, body: Mapping[str, Any], now: datetime
) -> int:
    """Keep what is proposed; returns its number. ``subject`` is what the log names."""
    made = await connection.execute(
        proposals.insert()
        .values(action=action, body=dict(body), state=OPEN, proposed_by=by, proposed_at=now)
        .returning(proposals.c.id)
    )
    number = int(made.scalar_one())
    await audit.record(
        connection, key, now, by, "proposal.open", subject, proposal=number, change=action, body=dict(body)
    )
    return number


async def load(connection: AsyncConnection, number: int) -> Proposal:
    """An open one. Raises NoSuchProposal."""
    row = (
        await connection.execute(select(proposals).where(proposals.c.id == number, proposals.c.state == OPEN))
    ).first()
    if row is None:
        raise NoSuchProposal
    return Proposal(row.id, row.action, row.body, row.proposed_by, row.proposed_at)


async def waiting(connection: AsyncConnection) -> list[Proposal]:
    """Those that wait, the oldest first."""
    rows = await connection.execute(select(proposals).where(proposals.c.state == OPEN).order_by(proposals.c.id))
    return [Proposal(row.id, row.action, row.body, row.proposed_by, row.proposed_at) for row in rows]


async def decide(
    connection: AsyncConnection, key: bytes, number: int, by: str, confirmed: bool, now: datetime
) -> Proposal:
    """Decide an open one, once. Raises NoSuchProposal, and OwnProposal to whoever confirms their own; refusing
    one's own takes it back."""
    found = await load(connection, number)
    if confirmed and found.proposed_by == by:
        raise OwnProposal
    state = CONFIRMED if confirmed else REFUSED
    done = await connection.execute(
        update(proposals)
        .where(proposals.c.id == number, proposals.c.state == OPEN)
        .values(state=state, decided_by=by, decided_at=now)
    )
    if done.rowcount != 1:
        raise NoSuchProposal  # somebody else was quicker
    await audit.record(
        connection, key, now, by, f"proposal.{state}", str(number), change=found.action, proposed_by=found.proposed_by
    )
    return found
