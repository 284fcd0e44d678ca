"""Who may do a thing that only one process may do at a time: a lease by compare-and-swap, on both databases.

The platform's limit is per channel account, so one process sends for it; the schedule is advanced by one process.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.db import insert_for
from bot.storage.schema import channel_state

HELD_FOR = timedelta(seconds=12)  # without renewal; another process takes over within 15 s
RENEW_EVERY = 3.0  # seconds


@dataclass(frozen=True, slots=True)
class Post:
    """What is owned. ``channel`` and ``account`` are empty for what belongs to no channel."""

    name: str
    channel: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """``taken``: the one before us is gone, and what it held must be given back. ``epoch`` grows with every change."""

    epoch: int
    taken: bool


async def hold(
    connection: AsyncConnection, post: Post, owner: str, now: datetime, *, alone: bool = False
) -> Held | None:
    """Take the post, or keep it. None: somebody else has it.

    ``alone``: no other process can be alive (the file's lock is ours), so nobody's lease is waited for.
    """
    row = and_(
        channel_state.c.channel == post.channel,
        channel_state.c.account == post.account,
        channel_state.c.key == post.name,
    )
    before = (await connection.execute(select(channel_state.c.value).where(row))).scalar()
    mine: dict[str, Any] = json.loads(before) if before else {"owner": "", "epoch": 0, "until": ""}
    same = mine["owner"] == owner
    if not alone and not same and mine["until"] and datetime.fromisoformat(mine["until"]) > now:
        return None
    epoch = mine["epoch"] if same else mine["epoch"] + 1
    after = json.dumps({"owner": owner, "epoch": epoch, "until": (now + HELD_FOR).isoformat()})
    if before is None:
        done = await connection.execute(
            insert_for(connection)(channel_state)
            .values(channel=post.channel, account=post.account, key=post.name, value=after)
            .on_conflict_do_nothing()
        )
    else:
        done = await connection.execute(
            update(channel_state).where(row, channel_state.c.value == before).values(value=after)
        )
    return Held(epoch, not same) if done.rowcount == 1 else None


async def let_go(connection: AsyncConnection, post: Post, owner: str, now: datetime) -> None:
    """Give the post up, so that nobody has to wait for the lease to end."""
    if await hold(connection, post, owner, now) is None:
        return
    row = and_(
        channel_state.c.channel == post.channel,
        channel_state.c.account == post.account,
        channel_state.c.key == post.name,
    )
    value = json.loads((await connection.execute(select(channel_state.c.value).where(row))).scalar_one())
    await connection.execute(
        update(channel_state).where(row).values(value=json.dumps({**value, "owner": "", "until": ""}))
    )
