"""The durable outbox: queued -> leased -> attempting -> sent | failed | unknown; skipped and withdrawn from outside.

``claim``, ``begin`` and ``settle`` are batches for GroupCommit: one connection, many arguments, one result each. What
may be sent is asked at two moments: when a row is claimed, and again in the transaction that marks it as attempting.
A pause, a STOP or another sender's take-over between the two is therefore always in time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Table, and_, bindparam, case, func, literal_column, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.schema import deliveries, residents, runs
from broadcasts.deliveries import DeliveryState, Outcome, Priority

Account = tuple[str, str]  # channel, account
MOST_IDS = 500  # in one statement
LAST_BEFORE_EXPIRY = timedelta(seconds=10)
# Literals, not parameters: the partial indexes are only used for the very words they were made with.
QUEUED: ColumnElement[bool] = literal_column("deliveries.state = 'queued'")
_OPEN: ColumnElement[bool] = literal_column("deliveries.state IN ('leased', 'attempting')")
_NO_REPEAT_ABOVE = 2  # attempts of a notice whose outcome stays unknown


def of_account(table: Table, account: Account) -> ColumnElement[bool]:
    """The rows of one channel account, in any table that names it."""
    return and_(table.c.channel == account[0], table.c.account == account[1])


def sending(now: datetime) -> ColumnElement[bool]:
    """No send is begun shortly before the run expires: it would arrive afterwards."""
    return and_(
        runs.c.state == "sending", or_(runs.c.expires_at.is_(None), runs.c.expires_at > now + LAST_BEFORE_EXPIRY)
    )


@dataclass(frozen=True, slots=True)
class Beginning:
    """``doubtful``: this owner asked before, and whether the mark was set is not known; nothing has left since."""

    id: int
    owner: str
    now: datetime
    doubtful: bool = False


async def begin(connection: AsyncConnection, beginnings: Sequence[Beginning]) -> Sequence[bool]:
    """The durable mark before the call. False: the row is no longer ours, or its run no longer sends."""
    granted: set[tuple[int, str]] = set()
    by_owner: dict[str, list[Beginning]] = {}
    for each in beginnings:
        by_owner.setdefault(each.owner, []).append(each)
    for owner, members in by_owner.items():
        leased: ColumnElement[bool] = deliveries.c.state == "leased"
        doubtful = [each.id for each in members if each.doubtful]
        if doubtful:
            leased = or_(leased, and_(deliveries.c.id.in_(doubtful), deliveries.c.state == "attempting"))
        rows = await connection.execute(
            update(deliveries)
            .where(
                deliveries.c.id.in_([each.id for each in members]),
                leased,
                deliveries.c.owner == owner,
                deliveries.c.run_id.in_(select(runs.c.id).where(sending(members[-1].now))),
            )
            .values(state=DeliveryState.ATTEMPTING, attempts=deliveries.c.attempts + 1, at=members[-1].now)
            .returning(deliveries.c.id)
        )
        granted.update((row.id, owner) for row in rows)
    return [(each.id, each.owner) in granted for each in beginnings]


@dataclass(frozen=True, slots=True)
class Settlement:
    """``waited``: a wait that the channel asked for, which is no attempt of ours."""

    id: int
    owner: str
    outcome: Outcome
    at: datetime
    waited: bool = False


_SETTLE = (
    update(deliveries)
    .where(
        deliveries.c.id == bindparam("d_id"),
        deliveries.c.owner == bindparam("d_owner"),
        _OPEN,
    )
    .values(
        state=bindparam("d_state"),
        reason=bindparam("d_reason"),
        message_id=bindparam("d_message"),
        not_before=bindparam("d_not_before"),
        attempts=deliveries.c.attempts - bindparam("d_waited"),
        owner="",
        at=bindparam("d_at"),
    )
)


async def settle(connection: AsyncConnection, settlements: Sequence[Settlement]) -> Sequence[None]:
    """What attempts came to, and what was learned of the residents by them."""
    await connection.execute(
        _SETTLE,
        [
            {
                "d_id": each.id,
                "d_owner": each.owner,
                "d_state": str(each.outcome.state),
                "d_reason": each.outcome.reason,
                "d_message": each.outcome.message_id,
                "d_not_before": each.outcome.not_before,
                "d_waited": int(each.waited),
                "d_at": each.at,
            }
            for each in settlements
        ],
    )
    for each in settlements:
        if each.outcome.gone or each.outcome.moved:
            await _learned(connection, each)
    return [None] * len(settlements)


async def _learned(connection: AsyncConnection, settlement: Settlement) -> None:
    """A resident who blocked us, or whose chat has a new id."""
    mine = select(deliveries.c.resident_id).where(deliveries.c.id == settlement.id).scalar_subquery()
    outcome = settlement.outcome
    if outcome.gone:
        await connection.execute(update(residents).where(residents.c.id == mine).values(reachable=outcome.gone))
        return
    here = (await connection.execute(select(residents).where(residents.c.id == mine))).first()
    if here is None:
        return
    taken = select(residents.c.id).where(
        residents.c.channel == here.channel,
        residents.c.account == here.account,
        residents.c.external_id == outcome.moved,
    )
    if (await connection.execute(taken)).first() is None:
        await connection.execute(update(residents).where(residents.c.id == here.id).values(external_id=outcome.moved))
    else:  # the new chat is kept already, and gets a row of its own where it is meant
        await connection.execute(update(residents).where(residents.c.id == here.id).values(reachable="gone"))


# --- What comes from outside ----------------------------------------------------------------------------------


async def take_over(connection: AsyncConnection, account: Account, owner: str, now: datetime) -> int:
    """Give back what another sender of this account held: leased rows are queued again, attempted ones are unknown.

    A notice whose outcome is unknown is sent once more, marked as a repeat. Returns how many became unknown.
    """
    held = and_(_OPEN, of_account(deliveries, account))
    await connection.execute(
        update(deliveries)
        .where(held, deliveries.c.owner != owner, deliveries.c.state == "leased")
        .values(state=DeliveryState.QUEUED, owner="", at=now)
    )
    notice = deliveries.c.run_id.in_(select(runs.c.id).where(runs.c.priority == int(Priority.NOTICE)))
    again = and_(notice, deliveries.c.attempts <= _NO_REPEAT_ABOVE)
    lost = await connection.execute(
        update(deliveries)
        .where(held, deliveries.c.owner != owner, deliveries.c.state == "attempting")
        .values(
            state=case((again, str(DeliveryState.QUEUED)), else_=str(DeliveryState.UNKNOWN)),
            reason=case((again, "repeat"), else_="interrupted"),
            owner="",
            at=now,
        )
    )
    return int(lost.rowcount)


async def unlease(connection: AsyncConnection, run_id: int, now: datetime) -> None:
    """Put a run's leased rows back: it was paused or held."""
    await _queue_again(connection, deliveries.c.run_id == run_id, now)


async def give_back(
    connection: AsyncConnection, account: Account, owner: str, now: datetime, but: Sequence[int] = ()
) -> None:
    """Put back what a sender that stops, or has lost the account, had not begun; ``but`` what it still holds."""
    mine = and_(of_account(deliveries, account), deliveries.c.owner == owner, deliveries.c.id.not_in(but))
    await _queue_again(connection, mine, now)


async def _queue_again(connection: AsyncConnection, where: ColumnElement[bool], now: datetime) -> None:
    await connection.execute(
        update(deliveries)
        .where(_OPEN, where, deliveries.c.state == "leased")
        .values(state=DeliveryState.QUEUED, owner="", at=now)
    )


async def skip(connection: AsyncConnection, where: ColumnElement[bool], reason: str, now: datetime) -> int:
    """What has not begun will not: STOP, a cancelled or expired run, an erased resident. What was tried, and would be
    tried again, may have arrived: that is unknown. Returns how many in all."""
    tried = deliveries.c.reason == "repeat"
    done = await connection.execute(
        update(deliveries)
        .where(where, deliveries.c.state.in_(("queued", "leased")))
        .values(
            state=case((tried, str(DeliveryState.UNKNOWN)), else_=str(DeliveryState.SKIPPED)),
            reason=case((tried, "no-answer"), else_=reason),
            owner="",
            at=now,
        )
    )
    return int(done.rowcount)


async def stop(
    connection: AsyncConnection, resident_id: int, now: datetime, *, safety: bool, reason: str = "stopped"
) -> int:
    """A resident no longer wants life-safety messages (``safety``) or routine ones."""
    notices = select(runs.c.id).where(runs.c.priority == int(Priority.NOTICE))
    concerned = deliveries.c.run_id.in_(notices) if safety else deliveries.c.run_id.not_in(notices)
    return await skip(connection, and_(deliveries.c.resident_id == resident_id, concerned), reason, now)


async def forget(connection: AsyncConnection, resident_id: int, now: datetime) -> None:
    """An erased resident: nothing more is sent, and what was sent leads to nobody."""
    mine = deliveries.c.resident_id == resident_id
    await skip(connection, mine, "erased", now)
    # The row's own number, negated: unique, and nobody's.
    await connection.execute(update(deliveries).where(mine).values(resident_id=-deliveries.c.id, message_id=""))


async def delivered(connection: AsyncConnection, account: str, message_id: str, at: datetime) -> None:
    """The Official Account says that a message reached its device; only what was sent can have been."""
    await connection.execute(
        update(deliveries)
        .where(
            literal_column("deliveries.channel = 'zalo-oa'"),
            literal_column("deliveries.message_id <> ''"),
            deliveries.c.account == account,
            deliveries.c.message_id == message_id,
            deliveries.c.state == "sent",
            deliveries.c.delivered_at.is_(None),
        )
        .values(delivered_at=at)
    )


async def waiting(connection: AsyncConnection, run_id: int) -> bool:
    """Whether any row of a run is not settled yet. Asked every second, so what is settled is not counted for it."""
    # In the order of the index of what is queued, and past the index of runs, which holds what is settled too.
    of_index = (deliveries.c.channel, deliveries.c.account, deliveries.c.id)
    queued = select(deliveries.c.id).where(QUEUED, deliveries.c.run_id == run_id).order_by(*of_index)
    begun = select(deliveries.c.id).where(_OPEN, deliveries.c.run_id + 0 == run_id)
    for asked in (queued, begun):
        if (await connection.execute(asked.limit(1))).first() is not None:
            return True
    return False


@dataclass(frozen=True, slots=True)
class Unknown:
    """A delivery that may have arrived; the address is masked."""

    id: int
    run_id: int
    channel: str
    address: str
    at: datetime | None


async def unknown(connection: AsyncConnection, run_id: int) -> list[Unknown]:
    rows = await connection.execute(
        select(
            deliveries.c.id,
            deliveries.c.run_id,
            deliveries.c.channel,
            func.coalesce(residents.c.external_id, "").label("address"),
            deliveries.c.at,
        )
        .outerjoin(residents, residents.c.id == deliveries.c.resident_id)
        .where(deliveries.c.run_id == run_id, deliveries.c.state == "unknown")
        .order_by(deliveries.c.id)
    )
    return [replace(Unknown(*row), address=masked(row.address)) for row in rows]


def masked(external_id: str) -> str:
    """The last two signs: enough for the operator to compare, too little to find somebody."""
    return f"…{external_id[-2:]}" if external_id else ""
