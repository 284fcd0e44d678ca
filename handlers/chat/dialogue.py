"""Where a conversation stands: ids only, never words; kept in the database, gone after ten silent minutes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages import Address
from bot.storage.db import insert_for
from bot.storage.schema import dialogues

SILENT_FOR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Dialogue:
    """``choices``: the values that 1, 2, 3 … stand for · ``step``: what is being waited for · ``flow``: what follows.

    ``misses`` counts fallbacks in a row on one subject; ``missed`` is the entry nearest to the last of them, by which
    another wording is known from a new question; ``topic`` and ``entry_id`` are those of the last answer.
    """

    language: str = ""
    choices: tuple[str, ...] = ()
    step: str = ""
    flow: str = ""
    topic: str = ""
    entry_id: str = ""
    topics_answered: tuple[str, ...] = ()
    misses: int = 0
    thanked: bool = False
    chosen: bool = False  # the language was chosen, not guessed
    distress: str = ""  # kind and whereabouts of a cry for help that may go on
    first: bool = False  # /start was said and consent has not been asked for yet
    missed: str = ""
    voted: tuple[str, ...] = ()  # entries that were voted on, not how: a second vote is not counted
    place: str = ""  # chosen in this conversation, where nothing is kept of the resident
    noticed: tuple[int, ...] = ()  # runs of notices that were read in this conversation and need not be sent besides
    followed: bool = False  # began to follow the account in this conversation, where nothing is kept of them yet


_NAMES = tuple(field.name for field in fields(Dialogue))


def to_state(dialogue: Dialogue) -> dict[str, Any]:
    """Only what differs from an empty dialogue."""
    empty = Dialogue()
    state = {name: getattr(dialogue, name) for name in _NAMES}
    return {name: value for name, value in state.items() if value != getattr(empty, name)}


def from_state(state: dict[str, Any]) -> Dialogue:
    known = {name: value for name, value in state.items() if name in _NAMES}
    values: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in known.items()}
    return Dialogue(**values)


async def load(connection: AsyncConnection, addresses: Sequence[Address], now: datetime) -> dict[Address, Dialogue]:
    """The live dialogues of these addresses; one that timed out is as if it had never been."""
    rows = await connection.execute(
        select(dialogues).where(
            tuple_(dialogues.c.channel, dialogues.c.account, dialogues.c.external_id).in_(
                [(each.channel, each.account, each.external_id) for each in addresses]
            ),
            dialogues.c.expires_at > now,
        )
    )
    return {Address(row.channel, row.account, row.external_id): from_state(row.state) for row in rows}


@dataclass(frozen=True, slots=True)
class Kept:
    """A dialogue to keep, and since when it is silent."""

    address: Address
    dialogue: Dialogue
    at: datetime


async def save(connection: AsyncConnection, talks: Sequence[Kept]) -> None:
    """Keep dialogues, each in place of the one before."""
    statement = insert_for(connection)(dialogues)
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=["channel", "account", "external_id"],
            set_={"state": statement.excluded.state, "expires_at": statement.excluded.expires_at},
        ),
        [
            {
                "channel": each.address.channel,
                "account": each.address.account,
                "external_id": each.address.external_id,
                "state": to_state(each.dialogue),
                "expires_at": each.at + SILENT_FOR,
            }
            for each in talks
        ],
    )


async def amend(
    connection: AsyncConnection, address: Address, now: datetime, change: Callable[[Dialogue], Dialogue]
) -> None:
    """Change a conversation as it stands now, for what comes from outside it; one that has begun meanwhile stays."""
    mine = and_(
        dialogues.c.channel == address.channel,
        dialogues.c.account == address.account,
        dialogues.c.external_id == address.external_id,
    )
    live = select(dialogues.c.state).where(mine, dialogues.c.expires_at > now).with_for_update()
    row = (await connection.execute(live)).first()
    columns = {
        "state": to_state(change(from_state(row.state) if row else Dialogue())),
        "expires_at": now + SILENT_FOR,
    }
    if row is not None:
        await connection.execute(dialogues.update().where(mine).values(columns))
        return
    key = {"channel": address.channel, "account": address.account, "external_id": address.external_id}
    await connection.execute(
        insert_for(connection)(dialogues)
        .values(**key, **columns)
        .on_conflict_do_update(index_elements=list(key), set_=columns, where=dialogues.c.expires_at <= now)
    )
