"""Posts in the database: written with the release, begun, settled, skipped; whom they reach cannot be known.

queued -> attempting -> sent | failed | unknown, as with deliveries: the mark is durable before the call, and what was
attempted without a result is unknown and not repeated. An article is queued again between its steps.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.db import insert_for
from bot.storage.schema import post_progress, posts, runs
from broadcasts import outbox
from broadcasts.deliveries import DeliveryState, Outcome
from broadcasts.outbox import Account, of_account
from broadcasts.post_targets import PostTarget

REACH = "not provable"  # how many people a post reached, as scripts read it
_ON_THEIR_WAY = ("queued", "attempting")


async def plan(
    connection: AsyncConnection, run_id: int, targets: Sequence[PostTarget], languages: Sequence[str], now: datetime
) -> None:
    """One row for each place and each of its languages; ``languages`` are those that may be sent.

    A row that is there already stays as it is: a run that was held is released again.
    """
    for target in targets:
        for language in target.languages:
            signed = language in languages
            made = await connection.execute(
                insert_for(connection)(posts)
                .values(
                    run_id=run_id,
                    channel=target.channel,
                    account=target.account,
                    target=target.target,
                    language=language,
                    state=DeliveryState.QUEUED if signed else DeliveryState.SKIPPED,
                    reason="" if signed else "language",
                    at=now,
                )
                .on_conflict_do_nothing()
                .returning(posts.c.id)
            )
            post_id = made.scalar()
            if post_id is not None:
                await connection.execute(
                    post_progress.insert().values(
                        post_id=post_id,
                        name=target.name,
                        kind=target.kind,
                        place_code=target.place_code,
                        cover=target.cover,
                    )
                )


async def names(connection: AsyncConnection, run_id: int) -> tuple[str, ...]:
    """The places that a run was posted to, or may have been: those its correction goes to."""
    asked = (
        select(post_progress.c.name)
        .join(posts, posts.c.id == post_progress.c.post_id)
        .where(posts.c.run_id == run_id, posts.c.state.in_(("sent", "unknown", "withdrawn")))
        .order_by(posts.c.id)
    )
    return tuple(dict.fromkeys((await connection.execute(asked)).scalars()))


# --- On its way ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Due:
    """A post that is to be sent. ``article_job``, ``article_id``: how far its article has come; empty: not begun."""

    id: int
    run_id: int
    target: str
    language: str
    kind: str
    place_code: str
    cover: str
    attempts: int
    article_job: str
    article_id: str


async def open_ones(connection: AsyncConnection, account: Account) -> bool:
    """Whether anything of this account is on its way."""
    asked = select(posts.c.id).where(of_account(posts, account), posts.c.state.in_(_ON_THEIR_WAY)).limit(1)
    return (await connection.execute(asked)).first() is not None


async def due(connection: AsyncConnection, account: Account, now: datetime) -> list[Due]:
    """What may be sent now; those that matter most first."""
    asked = (
        select(
            posts.c.id,
            posts.c.run_id,
            posts.c.target,
            posts.c.language,
            post_progress.c.kind,
            post_progress.c.place_code,
            post_progress.c.cover,
            post_progress.c.attempts,
            post_progress.c.article_job,
            post_progress.c.article_id,
        )
        .join(post_progress, post_progress.c.post_id == posts.c.id)
        .join(runs, runs.c.id == posts.c.run_id)
        .where(
            of_account(posts, account),
            posts.c.state == "queued",
            outbox.sending(now),
            runs.c.drill.is_(False),  # what everybody reads is no place for a drill
            or_(post_progress.c.not_before.is_(None), post_progress.c.not_before <= now),
        )
        .order_by(runs.c.priority, posts.c.id)
    )
    return [Due(*tuple(row)) for row in await connection.execute(asked)]


async def begin(connection: AsyncConnection, post_id: int, now: datetime) -> bool:
    """The durable mark before the call. False: its run no longer sends, or somebody else was quicker."""
    allowed = posts.c.run_id.in_(select(runs.c.id).where(outbox.sending(now)))
    done = await connection.execute(
        update(posts)
        .where(posts.c.id == post_id, posts.c.state == "queued", allowed)
        .values(state=DeliveryState.ATTEMPTING, at=now)
    )
    if done.rowcount != 1:
        return False
    await connection.execute(
        update(post_progress).where(post_progress.c.post_id == post_id).values(attempts=post_progress.c.attempts + 1)
    )
    return True


async def put_back(connection: AsyncConnection, post_ids: Collection[int], now: datetime) -> None:
    """Posts whose mark may have been set although its answer was lost: nothing has left."""
    mine = posts.c.id.in_(post_ids), posts.c.state == "attempting"
    await connection.execute(update(posts).where(*mine).values(state=DeliveryState.QUEUED, at=now))


async def settle(
    connection: AsyncConnection,
    post_id: int,
    outcome: Outcome,
    now: datetime,
    progress: Mapping[str, object],
    *,
    begun: bool = True,
) -> None:
    """What an attempt came to; ``progress``: columns of its progress that are known now. ``begun`` False: nothing
    was attempted, it was only asked after or put off.

    What another sender has given up meanwhile stays given up; a group that moved is posted to at its new place.
    """
    values: dict[str, object] = {
        "state": outcome.state,
        "reason": outcome.reason,
        "message_id": outcome.message_id,
        "at": now,
    }
    if outcome.moved:
        values["target"] = outcome.moved
    mine = and_(posts.c.id == post_id, posts.c.state == ("attempting" if begun else "queued"))
    await connection.execute(update(posts).where(mine).values(values))
    await connection.execute(
        update(post_progress)
        .where(post_progress.c.post_id == post_id)
        .values(not_before=outcome.not_before, **progress)
    )


async def take_over(connection: AsyncConnection, account: Account, now: datetime) -> int:
    """What a sender that died had begun may be there or not; returns how many that are."""
    lost = await connection.execute(
        update(posts)
        .where(of_account(posts, account), posts.c.state == "attempting")
        .values(state=DeliveryState.UNKNOWN, reason="interrupted", at=now)
    )
    return int(lost.rowcount)


async def skip(connection: AsyncConnection, run_id: int, reason: str, now: datetime) -> None:
    """What has not begun will not: the run was cancelled, or has expired."""
    await connection.execute(
        update(posts)
        .where(posts.c.run_id == run_id, posts.c.state == "queued")
        .values(state=DeliveryState.SKIPPED, reason=reason, at=now)
    )


async def waiting(connection: AsyncConnection, run_id: int) -> int:
    """Posts of a run that are not settled yet."""
    asked = select(func.count()).select_from(posts)
    return int(
        (await connection.execute(asked.where(posts.c.run_id == run_id, posts.c.state.in_(_ON_THEIR_WAY)))).scalar_one()
    )


# --- Afterwards ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """A post in a report."""

    run_id: int
    name: str
    channel: str
    account: str
    kind: str
    language: str
    state: str
    reason: str
    at: datetime


async def listed(connection: AsyncConnection, run_ids: Sequence[int]) -> list[Line]:
    """The posts of these runs, in the order in which they were planned."""
    asked = (
        select(
            posts.c.run_id,
            post_progress.c.name,
            posts.c.channel,
            posts.c.account,
            post_progress.c.kind,
            posts.c.language,
            posts.c.state,
            posts.c.reason,
            posts.c.at,
        )
        .join(post_progress, post_progress.c.post_id == posts.c.id)
        .where(posts.c.run_id.in_(run_ids))
        .order_by(posts.c.run_id, posts.c.id)
    )
    return [Line(*row) for row in await connection.execute(asked)]
