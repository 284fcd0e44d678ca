"""Residents who chose to be remembered: language, places, topics, consent with its history, and erasure."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, Row, and_, delete, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages import Address
from bot.storage.db import insert_for
from bot.storage.schema import (
    consents,
    deliveries,
    dialogues,
    erasures,
    inbox,
    resident_places,
    resident_topics,
    residents,
)
from broadcasts import notice_taps, outbox, waiting


@dataclass(frozen=True, slots=True)
class Resident:
    """What is kept of one chat. ``safety`` and ``routine`` are the last word on each consent; None: never asked."""

    address: Address
    language: str | None = None
    safety: bool | None = None
    routine: bool | None = None
    places: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    last_wrote_on: date | None = None
    last_wrote_at: datetime | None = None
    follower: bool | None = None
    reachable: str = "ok"
    known: bool = False


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """One word on one consent, with the sentence that was shown."""

    kind: str
    given: bool
    at: datetime
    channel: str
    wording: str


def _at(address: Address) -> ColumnElement[bool]:
    return and_(
        residents.c.channel == address.channel,
        residents.c.account == address.account,
        residents.c.external_id == address.external_id,
    )


def whose(address: Address) -> ColumnElement[bool]:
    """Which row of residents is this chat's, for questions that join it to others."""
    return _at(address)


async def load(connection: AsyncConnection, addresses: Sequence[Address]) -> dict[Address, Resident]:
    """Residents of these addresses; one who is not kept is ``known=False``."""
    found = {address: Resident(address) for address in addresses}
    keys = [(each.channel, each.account, each.external_id) for each in found]
    rows = await connection.execute(
        select(residents).where(tuple_(residents.c.channel, residents.c.account, residents.c.external_id).in_(keys))
    )
    by_id: dict[int, Address] = {}
    for row in rows:
        resident = _resident(row)
        by_id[row.id] = resident.address
        found[resident.address] = resident
    if by_id:
        for table, column, name in (
            (resident_places, resident_places.c.place_code, "places"),
            (resident_topics, resident_topics.c.topic, "topics"),
        ):
            chosen: dict[int, list[str]] = {}
            for owner, value in await connection.execute(
                select(table.c.resident_id, column).where(table.c.resident_id.in_(by_id)).order_by(column)
            ):
                chosen.setdefault(owner, []).append(value)
            for owner, values in chosen.items():
                found[by_id[owner]] = replace(found[by_id[owner]], **{name: tuple(values)})  # type: ignore[arg-type]
    return found


def _resident(row: Row[tuple[object, ...]]) -> Resident:
    return Resident(
        address=Address(row.channel, row.account, row.external_id),
        language=row.language,
        safety=row.safety,
        routine=row.routine,
        last_wrote_on=row.last_wrote_on,
        last_wrote_at=row.last_wrote_at,
        follower=row.follower,
        reachable=row.reachable,
        known=True,
    )


async def keep(connection: AsyncConnection, address: Address, day: date, **columns: object) -> int:
    """Remember this chat (or refresh it); returns its internal id."""
    values = {
        "channel": address.channel,
        "account": address.account,
        "external_id": address.external_id,
        "last_wrote_on": day,
        **columns,
    }
    statement = insert_for(connection)(residents).values(values)
    result = await connection.execute(
        statement.on_conflict_do_update(
            index_elements=["channel", "account", "external_id"],
            set_={"last_wrote_on": day, "reachable": "ok", **columns},
        ).returning(residents.c.id)
    )
    return int(result.scalar_one())


async def wrote(connection: AsyncConnection, address: Address, day: date, at: datetime | None = None) -> None:
    """A kept resident wrote on this day, and so can be reached; ``at`` where the channel's windows need the minute."""
    minute = {} if at is None else {"last_wrote_at": at}
    await connection.execute(update(residents).where(_at(address)).values(last_wrote_on=day, reachable="ok", **minute))


async def mark_follower(connection: AsyncConnection, address: Address, follows: bool) -> None:
    """Whether a kept resident follows the account."""
    await connection.execute(update(residents).where(_at(address)).values(follower=follows))


async def mark_reachable(connection: AsyncConnection, address: Address, reachable: str) -> None:
    """ok, blocked, gone or invalid; the row stays, and comes back when the resident does."""
    await connection.execute(update(residents).where(_at(address)).values(reachable=reachable))


async def move(connection: AsyncConnection, address: Address, external_id: str) -> None:
    """The chat has a new id; if that one is kept already, the old row goes."""
    new = Address(address.channel, address.account, external_id)
    await waiting.follow(connection, address, external_id)
    await notice_taps.follow(connection, address, external_id)
    taken = (await connection.execute(select(residents.c.id).where(_at(new)))).scalar()
    if taken is not None:
        await connection.execute(delete(residents).where(_at(address)))
    else:
        await connection.execute(update(residents).where(_at(address)).values(external_id=external_id))


async def choose_place(connection: AsyncConnection, address: Address, day: date, place_code: str) -> None:
    """The one place of this chat."""
    resident_id = await keep(connection, address, day)
    await connection.execute(delete(resident_places).where(resident_places.c.resident_id == resident_id))
    await connection.execute(resident_places.insert().values(resident_id=resident_id, place_code=place_code))


async def choose_topics(connection: AsyncConnection, address: Address, day: date, topics: Sequence[str]) -> None:
    resident_id = await keep(connection, address, day)
    await connection.execute(delete(resident_topics).where(resident_topics.c.resident_id == resident_id))
    for topic in topics:
        await connection.execute(resident_topics.insert().values(resident_id=resident_id, topic=topic))


async def consent(connection: AsyncConnection, address: Address, day: date, word: ConsentGiven) -> None:
    """Keep the word, its time and the sentence that was shown."""
    resident_id = await keep(connection, address, day, **{word.kind: word.given})
    await connection.execute(
        consents.insert().values(
            resident_id=resident_id,
            kind=word.kind,
            given=word.given,
            at=word.at,
            channel=word.channel,
            wording=word.wording,
        )
    )
    if not word.given:  # what is queued for them, or in a sender's hands, is not sent any more
        await outbox.stop(connection, resident_id, word.at, safety=word.kind == "safety")


async def history(connection: AsyncConnection, address: Address) -> list[ConsentGiven]:
    rows = await connection.execute(
        select(consents.c.kind, consents.c.given, consents.c.at, consents.c.channel, consents.c.wording)
        .join(residents, residents.c.id == consents.c.resident_id)
        .where(_at(address))
        .order_by(consents.c.id)
    )
    return [ConsentGiven(*row) for row in rows]


async def messages_to(connection: AsyncConnection, address: Address, since: datetime) -> list[tuple[datetime, str]]:
    """When campaigns and notices were sent to this chat since then, newest first, and whether each surely got out."""
    rows = await connection.execute(
        select(deliveries.c.at, deliveries.c.state)
        .join(residents, residents.c.id == deliveries.c.resident_id)
        .where(_at(address), deliveries.c.state.in_(("sent", "unknown", "withdrawn")), deliveries.c.at >= since)
        .order_by(deliveries.c.at.desc(), deliveries.c.id.desc())
    )
    return [(row.at, row.state) for row in rows]


async def erase(connection: AsyncConnection, address: Address, now: datetime, key: bytes) -> None:
    """Erase everything kept of this chat; only a keyed hash stays, so that a restored backup erases it again."""
    await waiting.forget(connection, address)
    await notice_taps.forget(connection, key, address)
    await connection.execute(
        delete(dialogues).where(
            dialogues.c.channel == address.channel,
            dialogues.c.account == address.account,
            dialogues.c.external_id == address.external_id,
        )
    )
    for resident_id in (await connection.execute(select(residents.c.id).where(_at(address)))).scalars().all():
        await outbox.forget(connection, resident_id, now)
    # Cascades to consents, places and topics.
    await connection.execute(delete(residents).where(_at(address)))
    await connection.execute(
        update(inbox)
        .where(
            inbox.c.channel == address.channel,
            inbox.c.account == address.account,
            inbox.c.lane == address.external_id,
            or_(inbox.c.state == "unknown", inbox.c.state == "dead"),
        )
        .values(body="", lane="")
    )
    await connection.execute(
        insert_for(connection)(erasures)
        .values(address_hash=address_hash(address, key), erased_at=now)
        .on_conflict_do_update(index_elements=["address_hash"], set_={"erased_at": now})
    )


def address_hash(address: Address, key: bytes) -> str:
    """A keyed hash: without the installation's key nobody can try addresses against it."""
    plain = "\x1f".join((address.channel, address.account, address.external_id))
    return hmac.new(key, plain.encode(), hashlib.sha256).hexdigest()
