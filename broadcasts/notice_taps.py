"""What residents tap under a notice: counted once a chat, by commune; and who asks the officers on duty for help.

A tap keeps a keyed hash and no address, and only until the notice has ended. An address is kept only where the
resident pressed that the officers on duty may see it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages import Address
from bot.storage.db import insert_for
from bot.storage.schema import campaigns, help_requests, help_words, notice_taps, notices

CLEAR, HELP = "clear", "help"  # "Đã rõ", "Cần giúp"
LONGEST_WORDS = 1000  # characters of what somebody adds


def _hash(key: bytes, notice_id: int, address: Address) -> str:
    whole = "\n".join(("notice tap", str(notice_id), address.channel, address.account, address.external_id))
    return hmac.new(key, whole.encode(), hashlib.sha256).hexdigest()


async def tap(
    connection: AsyncConnection, key: bytes, notice_id: int, address: Address, place_code: str, what: str
) -> None:
    """Count a tap. The same chat again: its last word counts, but who needs help is not taken back by "understood"."""
    statement = insert_for(connection)(notice_taps).values(
        notice_id=notice_id, address_hash=_hash(key, notice_id, address), place_code=place_code, tap=what
    )
    if what == HELP:
        statement = statement.on_conflict_do_update(index_elements=["notice_id", "address_hash"], set_={"tap": HELP})
    else:
        statement = statement.on_conflict_do_nothing()
    live = select(notices.c.id).where(notices.c.id == notice_id, notices.c.ended_at.is_(None))
    live = live.with_for_update(read=True)  # it does not end before this tap is there to be counted
    if (await connection.execute(live)).first() is not None:
        await connection.execute(statement)


async def counts(connection: AsyncConnection, notice_id: int) -> dict[str, dict[str, int]]:
    """Taps by kind and commune, as they are; whoever shows them merges small cells first."""
    kept = (await connection.execute(select(notices.c.taps).where(notices.c.id == notice_id))).scalar()
    if kept is not None:
        return {what: dict(by_place) for what, by_place in kept.items()}
    asked = (
        select(notice_taps.c.tap, notice_taps.c.place_code, func.count())
        .where(notice_taps.c.notice_id == notice_id)
        .group_by(notice_taps.c.tap, notice_taps.c.place_code)
    )
    found: dict[str, dict[str, int]] = {}
    for what, place, count in await connection.execute(asked):
        found.setdefault(what, {})[place] = int(count)
    return found


async def close(connection: AsyncConnection, notice_id: int) -> dict[str, Any]:
    """The counts of a notice that ends; the hashes go. Nobody taps meanwhile."""
    await connection.execute(select(notices.c.id).where(notices.c.id == notice_id).with_for_update())
    found = await counts(connection, notice_id)
    await connection.execute(delete(notice_taps).where(notice_taps.c.notice_id == notice_id))
    return found


# --- Help -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HelpRequest:
    """What a resident let the officers on duty see."""

    id: int
    notice_id: int
    address: Address
    place_code: str
    asked_at: datetime
    words: str
    taken_by: str
    taken_at: datetime | None


async def ask_help(
    connection: AsyncConnection, notice_id: int, address: Address, place_code: str, now: datetime
) -> int:
    """The resident pressed that the officers on duty may see this; once a notice and chat. Returns its number."""
    made = await connection.execute(
        insert_for(connection)(help_requests)
        .values(
            notice_id=notice_id,
            channel=address.channel,
            account=address.account,
            external_id=address.external_id,
            place_code=place_code,
            asked_at=now,
        )
        .on_conflict_do_update(
            index_elements=["notice_id", "channel", "account", "external_id"], set_={"place_code": place_code}
        )
        .returning(help_requests.c.id)
    )
    return int(made.scalar_one())


async def add_words(connection: AsyncConnection, notice_id: int, address: Address, text: str) -> bool:
    """What the resident adds to their request under a notice, in place of what was there; False: there is none."""
    mine = select(help_requests.c.id).where(help_requests.c.notice_id == notice_id, _theirs(address))
    request_id = (await connection.execute(mine)).scalar()
    if request_id is None:
        return False
    values = {"text": text[:LONGEST_WORDS]}
    await connection.execute(
        insert_for(connection)(help_words)
        .values(request_id=request_id, **values)
        .on_conflict_do_update(index_elements=["request_id"], set_=values)
    )
    return True


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with the notice it belongs to; ``area`` are its place codes."""

    request: HelpRequest
    title: str
    area: tuple[str, ...]


async def asked(connection: AsyncConnection, taken_since: datetime) -> list[Asked]:
    """Every request that nobody took, and those taken since then, oldest first; of drills none."""
    found = (
        _REQUESTS.add_columns(campaigns.c.title, notices.c.area)
        .join(notices, notices.c.id == help_requests.c.notice_id)
        .join(campaigns, campaigns.c.id == notices.c.id)
        .where(
            notices.c.drill.is_(False),
            or_(help_requests.c.taken_at.is_(None), help_requests.c.taken_at >= taken_since),
        )
        .order_by(help_requests.c.asked_at, help_requests.c.id)
    )
    return [Asked(_request(row), row.title, tuple(row.area)) for row in await connection.execute(found)]


async def by_number(connection: AsyncConnection, request_id: int) -> HelpRequest | None:
    row = (await connection.execute(_REQUESTS.where(help_requests.c.id == request_id))).first()
    return None if row is None else _request(row)


async def of(connection: AsyncConnection, address: Address) -> list[HelpRequest]:
    """What this chat asked the officers on duty, oldest first."""
    mine = _REQUESTS.where(_theirs(address)).order_by(help_requests.c.asked_at)
    return [_request(row) for row in await connection.execute(mine)]


_REQUESTS = select(help_requests, func.coalesce(help_words.c.text, "").label("words")).outerjoin(
    help_words, help_words.c.request_id == help_requests.c.id
)


def _request(row: Any) -> HelpRequest:
    return HelpRequest(
        row.id,
        row.notice_id,
        Address(row.channel, row.account, row.external_id),
        row.place_code,
        row.asked_at,
        row.words,
        row.taken_by,
        row.taken_at,
    )


def _theirs(address: Address) -> ColumnElement[bool]:
    return and_(
        help_requests.c.channel == address.channel,
        help_requests.c.account == address.account,
        help_requests.c.external_id == address.external_id,
    )


async def requests(connection: AsyncConnection, notice_ids: Sequence[int]) -> list[HelpRequest]:
    """Who asked for help under these notices, those that nobody took first."""
    found = _REQUESTS.where(help_requests.c.notice_id.in_(notice_ids)).order_by(
        help_requests.c.taken_at.is_not(None), help_requests.c.asked_at
    )
    return [_request(row) for row in await connection.execute(found)]


async def take(connection: AsyncConnection, request_id: int, officer: str, now: datetime) -> bool:
    """An officer takes a request; False: somebody has, or it is gone."""
    done = await connection.execute(
        update(help_requests)
        .where(help_requests.c.id == request_id, help_requests.c.taken_by == "")
        .values(taken_by=officer, taken_at=now)
    )
    return done.rowcount == 1


async def forget(connection: AsyncConnection, key: bytes, address: Address) -> None:
    """An erased resident asks for nothing any more, and what they tapped is counted no longer."""
    await connection.execute(delete(help_requests).where(_theirs(address)))
    tapped = (await connection.execute(select(notice_taps.c.notice_id).distinct())).scalars().all()
    for notice_id in tapped:
        mine = notice_taps.c.address_hash == _hash(key, notice_id, address)
        await connection.execute(delete(notice_taps).where(notice_taps.c.notice_id == notice_id, mine))


async def follow(connection: AsyncConnection, address: Address, external_id: str) -> None:
    """The chat has a new id, by which the officers find it; what that one asked already stays as it is."""
    there = help_requests.alias("there")
    taken = exists().where(
        there.c.notice_id == help_requests.c.notice_id,
        there.c.channel == address.channel,
        there.c.account == address.account,
        there.c.external_id == external_id,
    )
    await connection.execute(update(help_requests).where(_theirs(address), ~taken).values(external_id=external_id))
    await connection.execute(delete(help_requests).where(_theirs(address)))
