"""Calls of officers' scripts that must not be done twice: begun, then answered; what died in between stays in doubt.

The begin is a transaction of its own, before anything is done: whoever repeats a call finds it, whatever became of it.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import CotMocError
from bot.staff.roles import Officer
from bot.storage.db import insert_for
from bot.storage.schema import api_calls

KEPT_FOR = timedelta(hours=24)
_BEGUN = 0


class KeyReused(CotMocError):
    """Khoá này đã dùng cho một yêu cầu khác."""


class InDoubt(CotMocError):
    """Yêu cầu với khoá này đang được làm, hoặc đã bị ngắt giữa chừng."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What the first call was answered."""

    status: int
    body: str


async def begin(
    connection: AsyncConnection, key: bytes, officer: Officer, name: str, request: bytes, now: datetime
) -> Answered | None:
    """None: this call is the first of its ``name`` and has to be done. ``request``: all that it asks for.

    Raises KeyReused, InDoubt.
    """
    mine, asked = _hash(key, officer, name), hmac.new(key, request, hashlib.sha256).hexdigest()
    await connection.execute(delete(api_calls).where(api_calls.c.key_hash == mine, api_calls.c.expires_at <= now))
    begun = (
        insert_for(connection)(api_calls)
        .values(key_hash=mine, officer_id=officer.id, request_hash=asked, expires_at=now + KEPT_FOR)
        .on_conflict_do_nothing()
        .returning(api_calls.c.key_hash)
    )
    if (await connection.execute(begun)).scalar() is not None:
        return None
    kept = (await connection.execute(select(api_calls).where(api_calls.c.key_hash == mine))).first()
    if kept is None:  # gone in this very moment
        raise InDoubt
    if not hmac.compare_digest(kept.request_hash, asked):
        raise KeyReused
    if kept.status == _BEGUN:
        raise InDoubt
    return Answered(kept.status, kept.body)


async def answer(connection: AsyncConnection, key: bytes, officer: Officer, name: str, answered: Answered) -> None:
    """What it was answered, for whoever repeats it."""
    mine = api_calls.c.key_hash == _hash(key, officer, name)
    await connection.execute(update(api_calls).where(mine).values(status=answered.status, body=answered.body))


async def forget_expired(connection: AsyncConnection, now: datetime) -> int:
    """Remove those that are over; returns how many."""
    return (await connection.execute(delete(api_calls).where(api_calls.c.expires_at <= now))).rowcount


def _hash(key: bytes, officer: Officer, name: str) -> str:
    return hmac.new(key, f"api-call\x1f{officer.id}\x1f{name}".encode(errors="replace"), hashlib.sha256).hexdigest()
