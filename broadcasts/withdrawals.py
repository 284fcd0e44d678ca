"""Runs that are being taken back, in the database: the intention, what is left to do, and what stays where it is.

One row for each account a run went out by. A message that was taken back is ``withdrawn``; one that cannot be stays
``sent`` and carries the reason, so that nothing is tried for ever and the report still adds up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.db import insert_for
from bot.storage.schema import deliveries, post_progress, posts, residents, withdrawals
from broadcasts import store
from broadcasts.campaigns import CampaignState, Event
from broadcasts.deliveries import DeliveryState
from broadcasts.outbox import Account, of_account

REASON = "withdrawn"  # of a run that is cancelled for it, and of its rows that were not sent yet
CHANNEL = "channel"  # why a message stays: its channel takes nothing back
_OPEN = ("leased", "attempting")


async def ask(connection: AsyncConnection, campaign_id: int, run_id: int, by: str, now: datetime) -> None:
    """Note that a run, which must be over, is to be taken back on every account it went out by.

    Asked again: what stayed is tried once more. A campaign whose last run this was is done.
    """
    went_out = union(
        select(deliveries.c.channel, deliveries.c.account).where(
            deliveries.c.run_id == run_id, deliveries.c.state.in_((*_OPEN, "sent", "withdrawn"))
        ),
        select(posts.c.channel, posts.c.account)
        .join(post_progress, post_progress.c.post_id == posts.c.id)
        .where(posts.c.run_id == run_id, or_(posts.c.state != "skipped", post_progress.c.article_job != "")),
    )
    stayed = and_(deliveries.c.run_id == run_id, deliveries.c.state == "sent", deliveries.c.reason != "")
    await connection.execute(update(deliveries).where(stayed).values(reason=""))
    stayed = and_(posts.c.run_id == run_id, posts.c.state == "sent", posts.c.reason != "")
    await connection.execute(update(posts).where(stayed).values(reason=""))
    for channel, account in (await connection.execute(went_out)).all():
        await connection.execute(
            insert_for(connection)(withdrawals)
            .values(run_id=run_id, channel=channel, account=account, asked_by=by, asked_at=now)
            .on_conflict_do_update(
                index_elements=["run_id", "channel", "account"],
                set_={"asked_by": by, "asked_at": now, "cursor": 0, "done_at": None},
            )
        )
    campaign = await store.load(connection, campaign_id)
    if campaign.state is CampaignState.SCHEDULED and not await store.open_runs(connection, campaign_id):
        await store.move(connection, campaign, Event.FINISH)


async def mark(connection: AsyncConnection, run_ids: Sequence[int], word: str, by: str, now: datetime) -> None:
    """The messages of these runs stay and get a mark: ``word`` says which. Marked before: they get this one instead."""
    for run_id in run_ids:
        went_out = select(deliveries.c.channel, deliveries.c.account).where(
            deliveries.c.run_id == run_id, deliveries.c.state.in_((*_OPEN, "sent"))
        )
        marked = and_(deliveries.c.run_id == run_id, deliveries.c.state == "sent", deliveries.c.reason != "")
        await connection.execute(update(deliveries).where(marked).values(reason=""))
        for channel, account in (await connection.execute(went_out.distinct())).all():
            values = {"asked_by": by, "asked_at": now, "cursor": 0, "done_at": None, "mark": word}
            await connection.execute(
                insert_for(connection)(withdrawals)
                .values(run_id=run_id, channel=channel, account=account, **values)
                .on_conflict_do_update(index_elements=["run_id", "channel", "account"], set_=values)
            )


@dataclass(frozen=True, slots=True)
class Open:
    """A run that is to be taken back on one account; ``mark``: its messages stay, and this is put over them."""

    run_id: int
    cursor: int
    mark: str = ""


async def open_ones(connection: AsyncConnection, account: Account) -> list[Open]:
    """What was asked for and is not done, the oldest first; marks after everything that is taken back."""
    asked = (
        select(withdrawals.c.run_id, withdrawals.c.cursor, withdrawals.c.mark)
        .where(of_account(withdrawals, account), withdrawals.c.done_at.is_(None))
        .order_by(withdrawals.c.mark != "", withdrawals.c.asked_at, withdrawals.c.run_id)
    )
    return [Open(*row) for row in await connection.execute(asked)]


@dataclass(frozen=True, slots=True)
class Standing:
    """A message that is still where it was sent. ``external_id`` is empty when the resident is gone."""

    id: int
    external_id: str
    message_id: str
    language: str
    at: datetime  # when it was sent


def _untouched(run_id: int, account: Account) -> ColumnElement[bool]:
    return and_(
        deliveries.c.run_id == run_id,
        of_account(deliveries, account),
        deliveries.c.state == "sent",
        deliveries.c.reason == "",
    )


async def batch(
    connection: AsyncConnection, run_id: int, account: Account, cursor: int, most: int, without: Sequence[int] = ()
) -> list[Standing]:
    """The next messages behind the cursor that nothing was done about yet; ``without`` those that must wait."""
    asked = (
        select(
            deliveries.c.id,
            func.coalesce(residents.c.external_id, ""),
            deliveries.c.message_id,
            deliveries.c.language,
            deliveries.c.at,
        )
        .outerjoin(residents, residents.c.id == deliveries.c.resident_id)
        .where(_untouched(run_id, account), deliveries.c.id > cursor, deliveries.c.id.not_in(without))
        .order_by(deliveries.c.id)
        .limit(most)
    )
    return [Standing(*row) for row in await connection.execute(asked)]


@dataclass(frozen=True, slots=True)
class End:
    """What became of a message: ``taken`` says how it was taken back; else ``stays`` says why it was not."""

    id: int
    taken: str = ""
    stays: str = ""


_TAKEN = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("d_id"), deliveries.c.state == "sent")
    .values(state=DeliveryState.WITHDRAWN, reason=bindparam("d_reason"), at=bindparam("d_at"))
)
_STAYS = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("d_id"), deliveries.c.state == "sent")
    .values(reason=bindparam("d_reason"))
)


async def settle(
    connection: AsyncConnection, run_id: int, account: Account, ends: Sequence[End], cursor: int, now: datetime
) -> None:
    """Write down what became of some messages, and how far we are."""
    taken = [{"d_id": each.id, "d_reason": each.taken, "d_at": now} for each in ends if each.taken]
    if taken:
        await connection.execute(_TAKEN, taken)
    stays = [{"d_id": each.id, "d_reason": each.stays} for each in ends if each.stays]
    if stays:
        await connection.execute(_STAYS, stays)
    await connection.execute(update(withdrawals).where(_row(run_id, account)).values(cursor=cursor))


def _row(run_id: int, account: Account) -> ColumnElement[bool]:
    return and_(withdrawals.c.run_id == run_id, of_account(withdrawals, account))


async def drop(connection: AsyncConnection, run_id: int, account: Account, now: datetime) -> None:
    """Nothing can be put over a message of this channel."""
    await connection.execute(update(withdrawals).where(_row(run_id, account)).values(done_at=now))


async def all_stay(connection: AsyncConnection, run_id: int, account: Account) -> None:
    """The channel takes nothing back."""
    await connection.execute(update(deliveries).where(_untouched(run_id, account)).values(reason=CHANNEL))


async def finish(connection: AsyncConnection, run_id: int, account: Account, now: datetime) -> bool:
    """Done, if nothing is left; else from the beginning again: what was in flight then has arrived meanwhile."""
    flying = select(deliveries.c.id).where(
        deliveries.c.run_id == run_id, of_account(deliveries, account), deliveries.c.state.in_(_OPEN)
    )
    posting = select(posts.c.id).where(
        posts.c.run_id == run_id, of_account(posts, account), posts.c.state == "attempting"
    )
    left = select(deliveries.c.id).where(_untouched(run_id, account))
    for asked in (flying, posting, left):
        if (await connection.execute(asked.limit(1))).first() is not None:
            await connection.execute(update(withdrawals).where(_row(run_id, account)).values(cursor=0))
            return False
    counted = (
        select(deliveries.c.reason, func.count())
        .where(
            deliveries.c.run_id == run_id,
            of_account(deliveries, account),
            deliveries.c.state == "sent",
            deliveries.c.reason != "",
        )
        .group_by(deliveries.c.reason)
    )
    stays = {str(reason): int(count) for reason, count in await connection.execute(counted)}
    await connection.execute(update(withdrawals).where(_row(run_id, account)).values(done_at=now, stays=stays or None))
    return True


# --- Posts --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StandingPost:
    """A post that is still there. ``article_job`` without ``article_id``: an article that was not waited for."""

    id: int
    target: str
    kind: str
    message_id: str
    language: str
    article_job: str
    article_id: str
    at: datetime


async def standing_posts(connection: AsyncConnection, run_id: int, account: Account) -> list[StandingPost]:
    """Posts of the run that are there, and articles of it that were made, broadcast or not."""
    asked = (
        select(
            posts.c.id,
            posts.c.target,
            post_progress.c.kind,
            posts.c.message_id,
            posts.c.language,
            post_progress.c.article_job,
            post_progress.c.article_id,
            posts.c.at,
        )
        .join(post_progress, post_progress.c.post_id == posts.c.id)
        .where(
            posts.c.run_id == run_id,
            of_account(posts, account),
            or_(
                and_(posts.c.state == "sent", posts.c.reason == ""),
                and_(post_progress.c.article_job != "", posts.c.state.in_(("skipped", "failed", "unknown"))),
            ),
        )
        .order_by(posts.c.id)
    )
    return [StandingPost(*row) for row in await connection.execute(asked)]


async def settle_post(connection: AsyncConnection, end: End, now: datetime) -> None:
    """A post was taken back, or stays."""
    mine = posts.c.id == end.id
    if end.taken:
        withdrawn = update(posts).values(state=DeliveryState.WITHDRAWN, reason=end.taken, at=now)
        await connection.execute(withdrawn.where(mine))
    else:
        await connection.execute(update(posts).where(mine, posts.c.state == "sent").values(reason=end.stays))


# --- Asking -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is on one account. ``left``: messages still to be taken back; ``unknown``: those of which nobody
    knows whether they arrived, and which therefore cannot be. ``stays``: why messages stay, with their numbers."""

    run_id: int
    channel: str
    account: str
    asked_by: str
    done: bool
    withdrawn: int
    left: int
    unknown: int
    stays: dict[str, int]


async def progress(connection: AsyncConnection, run_ids: Sequence[int]) -> list[Progress]:
    """Of the runs that somebody wanted taken back."""
    rows = (
        await connection.execute(
            select(withdrawals)
            .where(withdrawals.c.run_id.in_(run_ids))
            .order_by(withdrawals.c.run_id, withdrawals.c.channel, withdrawals.c.account)
        )
    ).all()
    found = []
    for row in rows:
        counts: dict[tuple[str, str], int] = {}
        grouped = (
            select(deliveries.c.state, deliveries.c.reason, func.count())
            .where(deliveries.c.run_id == row.run_id, of_account(deliveries, (row.channel, row.account)))
            .group_by(deliveries.c.state, deliveries.c.reason)
        )
        for state, reason, count in await connection.execute(grouped):
            counts[state, reason] = int(count)
        stays = {reason: count for (state, reason), count in counts.items() if state == "sent" and reason}
        found.append(
            Progress(
                row.run_id,
                row.channel,
                row.account,
                row.asked_by,
                row.done_at is not None,
                sum(count for (state, _), count in counts.items() if state == "withdrawn"),
                sum(
                    count
                    for (state, reason), count in counts.items()
                    if state in _OPEN or (state, reason) == ("sent", "")
                ),
                sum(count for (state, _), count in counts.items() if state == "unknown"),
                stays or dict(row.stays or {}),
            )
        )
    return found
