"""The durable inbox: stored -> claimed -> replying -> answered | ignored | unknown | dead; or owed: stored again.

Every function is one batch for GroupCommit: it takes the connection and many arguments and returns one result each.
The body and the address are emptied in the transaction that settles a row; its key stays 24 h against repeats.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, case, func, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages import Address
from bot.storage.schema import inbox

MAX_TRIES = 3
LEASE_FOR = timedelta(seconds=60)

Change = Callable[[AsyncConnection], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Effect:
    """A change that belongs to a reply: made in the transaction that marks the reply as begun, or never.

    ``batch`` is called once with the arguments of all effects of its kind in the group.
    """

    batch: Callable[[AsyncConnection, Sequence[Any]], Awaitable[None]]
    argument: Any


def effect(change: Change) -> Effect:
    """A change that comes too seldom to be worth a batch of its own."""
    return Effect(_one_by_one, change)


async def _one_by_one(connection: AsyncConnection, changes: Sequence[Change]) -> None:
    for change in changes:
        await change(connection)


@dataclass(frozen=True, slots=True)
class Received:
    """One update as it is stored: its key, whose it is, and a body without files and names."""

    channel: str
    account: str
    key: str
    lane: str
    body: str
    received_at: datetime
    state: str = "stored"  # or ignored: known, so that it is not taken again, but never answered
    acted_at: datetime | None = None  # when the resident wrote, where the channel says so


@dataclass(frozen=True, slots=True)
class Claimed:
    id: int
    address: Address
    key: str
    body: str
    tries: int
    received_at: datetime


@dataclass(frozen=True, slots=True)
class ClaimRequest:
    """``without``: accounts (channel, account) that cannot be answered at present; their rows stay stored."""

    owner: str
    limit: int
    now: datetime
    without: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Settlement:
    """``state`` is answered, ignored, unknown, dead, or replying (which only begins)."""

    id: int
    owner: str
    state: str
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class Owed:
    """A reply that had begun and surely was not sent: ``body`` is what is still to be said."""

    id: int
    owner: str
    body: str


_ROWS = ("channel", "account", "update_key", "lane", "body", "state", "received_at")
_INSERTS = {
    "sqlite": sqlite.insert(inbox).values({name: bindparam(name) for name in _ROWS}).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(inbox).values({name: bindparam(name) for name in _ROWS}).on_conflict_do_nothing(),
}


async def remember(connection: AsyncConnection, rows: Sequence[Received]) -> Sequence[None]:
    """Store what came in; an update that is known already changes nothing."""
    await connection.execute(
        _INSERTS[connection.dialect.name],
        [
            {
                "channel": row.channel,
                "account": row.account,
                "update_key": row.key,
                "lane": row.lane,
                "body": row.body,
                "state": row.state,
                "received_at": row.received_at,
            }
            for row in rows
        ],
    )
    return [None] * len(rows)


_OTHER = inbox.alias("other")
_BUSY_ELSEWHERE = (
    select(_OTHER.c.id)
    .where(
        _OTHER.c.state.in_(("claimed", "replying")),
        _OTHER.c.owner != bindparam("claim_owner"),
        _OTHER.c.channel == inbox.c.channel,
        _OTHER.c.account == inbox.c.account,
        _OTHER.c.lane == inbox.c.lane,
    )
    .exists()
)
_OLDEST = select(inbox.c.id).where(text("inbox.state = 'stored'")).order_by(inbox.c.id).limit(bindparam("claim_limit"))


def _claim_statement(*, shared: bool, without: frozenset[tuple[str, str]] = frozenset()):  # type: ignore[no-untyped-def]
    ids = _OLDEST.where(~_BUSY_ELSEWHERE) if shared else _OLDEST
    for channel, account in sorted(without):
        ids = ids.where(or_(inbox.c.channel != channel, inbox.c.account != account))
    return (
        update(inbox)
        .where(inbox.c.id.in_(ids.scalar_subquery()))
        .values(
            state="claimed",
            owner=bindparam("new_owner"),
            lease_until=bindparam("new_lease"),
            tries=inbox.c.tries + 1,
        )
        .returning(
            inbox.c.id,
            inbox.c.channel,
            inbox.c.account,
            inbox.c.lane,
            inbox.c.update_key,
            inbox.c.body,
            inbox.c.tries,
            inbox.c.received_at,
        )
    )


_CLAIM_ALONE = _claim_statement(shared=False)
_CLAIM_SHARED = _claim_statement(shared=True)
CLAIM_LOCK = 0x43_4D_49  # PostgreSQL: claimers take turns, so that one resident is never with two of them


async def claim(connection: AsyncConnection, requests: Sequence[ClaimRequest]) -> Sequence[list[Claimed]]:
    """Take the oldest stored rows, at most ``limit``, never of a resident whom another process is answering."""
    answers: list[list[Claimed]] = []
    shared = connection.dialect.name == "postgresql"
    if shared:
        await connection.execute(select(func.pg_advisory_xact_lock(CLAIM_LOCK)))
    for request in requests:
        parameters = {
            "claim_limit": request.limit,
            "new_owner": request.owner,
            "new_lease": request.now + LEASE_FOR,
        }
        if shared:
            parameters["claim_owner"] = request.owner
        statement = _CLAIM_SHARED if shared else _CLAIM_ALONE
        if request.without:
            statement = _claim_statement(shared=shared, without=request.without)
        result = await connection.execute(statement, parameters)
        answers.append(sorted((_claimed(row) for row in result), key=lambda row: row.id))
    return answers


def _claimed(row: Row[tuple[int, str, str, str, str, str, int, datetime]]) -> Claimed:
    return Claimed(
        id=row.id,
        address=Address(row.channel, row.account, row.lane),
        key=row.update_key,
        body=row.body,
        tries=row.tries,
        received_at=row.received_at,
    )


_BEGIN = (
    update(inbox)
    .where(inbox.c.id.in_(bindparam("ids", expanding=True)), inbox.c.owner == bindparam("by"))
    .where(inbox.c.state == "claimed")
    .values(state="replying")
    .returning(inbox.c.id)
)
_CLOSE = (
    update(inbox)
    .where(inbox.c.id.in_(bindparam("ids", expanding=True)), inbox.c.owner == bindparam("by"))
    .where(inbox.c.state.in_(("claimed", "replying")))
    .values(state=bindparam("final"), body="", lane="", lease_until=None)
    .returning(inbox.c.id)
)


async def settle(connection: AsyncConnection, wanted: Sequence[Settlement]) -> Sequence[bool]:
    """Move rows on, with what belongs to the move. False: the row was no longer ours and nothing of it happened."""
    granted: set[int] = set()
    groups: dict[tuple[str, str], list[int]] = {}
    for each in wanted:
        groups.setdefault((each.owner, each.state), []).append(each.id)
    for (owner, state), ids in groups.items():
        if state == "replying":
            rows = await connection.execute(_BEGIN, {"ids": ids, "by": owner})
        else:
            rows = await connection.execute(_CLOSE, {"ids": ids, "by": owner, "final": state})
        granted.update(row.id for row in rows)
    await _apply(connection, [each.effects for each in wanted if each.id in granted and each.effects])
    return [each.id in granted for each in wanted]


async def _apply(connection: AsyncConnection, replies: Sequence[tuple[Effect, ...]]) -> None:
    """The first effects of all replies, then the second ones …: batched, and in order within each reply."""
    for layer in range(max(map(len, replies), default=0)):
        batches: dict[Any, list[Any]] = {}
        for effects in replies:
            if layer < len(effects):
                batches.setdefault(effects[layer].batch, []).append(effects[layer].argument)
        for batch, arguments in batches.items():
            await batch(connection, arguments)


_OWE = (
    update(inbox)
    .where(inbox.c.id == bindparam("row_id"), inbox.c.owner == bindparam("by"), inbox.c.state == "replying")
    .values(state="stored", body=bindparam("owed"), owner="", lease_until=None, tries=0)
)


async def owe(connection: AsyncConnection, replies: Sequence[Owed]) -> Sequence[None]:
    """Back to stored, with the reply in place of the question: what the reply changes has happened already."""
    for each in replies:
        await connection.execute(_OWE, {"row_id": each.id, "by": each.owner, "owed": each.body})
    return [None] * len(replies)


async def release(connection: AsyncConnection, owner: str, now: datetime, *, alone: bool) -> None:
    """Give back what nobody works on any more: claimed rows are stored again, begun replies become unknown.

    That is what a dead process held, and what this one could not settle: neither lease is renewed.
    ``alone``: no other process can be running, so nobody's lease has to run out first.
    """
    abandoned = or_(inbox.c.lease_until.is_(None), inbox.c.lease_until < now)
    if alone:
        abandoned = or_(abandoned, inbox.c.owner != owner)
    await connection.execute(
        update(inbox)
        .where(inbox.c.state.in_(("claimed", "replying")), abandoned)
        .values(
            state=case(
                (inbox.c.state == "replying", "unknown"),
                (inbox.c.tries >= MAX_TRIES, "dead"),
                else_="stored",
            ),
            body=case((inbox.c.state == "replying", ""), else_=inbox.c.body),
            lane=case((inbox.c.state == "replying", ""), else_=inbox.c.lane),
            owner="",
            lease_until=None,
        )
    )


async def give_back(connection: AsyncConnection, owner: str) -> None:
    """Hand back what this process claimed and did not begin to answer."""
    await connection.execute(
        update(inbox)
        .where(inbox.c.owner == owner, inbox.c.state == "claimed")
        .values(state="stored", owner="", lease_until=None, tries=inbox.c.tries - 1)
    )


async def renew(connection: AsyncConnection, owner: str, held: Sequence[int], now: datetime) -> None:
    """Say that this process still works on the rows ``held``."""
    await connection.execute(
        update(inbox)
        .where(inbox.c.id.in_(held), inbox.c.owner == owner, inbox.c.state.in_(("claimed", "replying")))
        .values(lease_until=now + LEASE_FOR)
    )


@dataclass(frozen=True, slots=True)
class OpenRow:
    """What the operator may see of an update that is not settled: no address, no words."""

    id: int
    channel: str
    state: str
    tries: int
    received_at: datetime


async def not_settled(connection: AsyncConnection, *, limit: int = 1_000_000) -> list[OpenRow]:
    rows = await connection.execute(
        select(inbox.c.id, inbox.c.channel, inbox.c.state, inbox.c.tries, inbox.c.received_at)
        .where(inbox.c.state.not_in(("answered", "ignored")))
        .order_by(inbox.c.id)
        .limit(limit)
    )
    return [OpenRow(*row) for row in rows]
