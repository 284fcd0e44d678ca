"""Tokens by which an officer's scripts draft and read; never good for signing, approving, confirming or issuing."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import CotMocError
from bot.staff import audit, register
from bot.staff.calendars import SCOPE
from bot.staff.roles import SCRIPTED, Forbidden, Officer
from bot.storage.schema import officer_tokens

LONGEST_DAYS = 90


class BadToken(CotMocError):
    """Mã truy cập của chương trình phải có phạm vi draft hoặc read, và hạn từ 1 đến 90 ngày."""


async def make(
    connection: AsyncConnection, key: bytes, officer: Officer, scopes: Collection[str], days: int, now: datetime
) -> str:
    """A new token, shown once. Raises BadToken, and Forbidden to a script: a token makes no tokens."""
    if officer.scopes is not None:
        raise Forbidden
    if not scopes or not set(scopes) <= set(SCRIPTED) or not 1 <= days <= LONGEST_DAYS:
        raise BadToken
    token = f"cotmoc_{secrets.token_urlsafe(32)}"
    kept = ",".join(sorted(set(scopes)))
    until = now + timedelta(days=days)
    await connection.execute(
        officer_tokens.insert().values(
            token_hash=_hash(key, token), officer_id=officer.id, scopes=kept, expires_at=until
        )
    )
    await audit.record(connection, key, now, officer.name, "officer.token", officer.name, scopes=kept, days=days)
    return token


async def bearer(connection: AsyncConnection, key: bytes, token: str, now: datetime) -> Officer | None:
    """Whose script this is, with the token's scopes; None: unknown, too old, or its officer is disabled."""
    row = (
        await connection.execute(
            select(officer_tokens).where(
                officer_tokens.c.token_hash == _hash(key, token.strip()), officer_tokens.c.expires_at > now
            )
        )
    ).first()
    officer = None if row is None else await register.acting(connection, row.officer_id)
    return None if row is None or officer is None else replace(officer, scopes=tuple(row.scopes.split(",")))


async def end(connection: AsyncConnection, key: bytes, officer: Officer, now: datetime) -> int:
    """The officer ends all their tokens; returns how many. The address of their calendar is none of them."""
    mine = delete(officer_tokens).where(officer_tokens.c.officer_id == officer.id, officer_tokens.c.scopes != SCOPE)
    count = (await connection.execute(mine)).rowcount
    if count:
        await audit.record(connection, key, now, officer.name, "officer.token-end", officer.name, tokens=count)
    return count


async def forget_expired(connection: AsyncConnection, now: datetime) -> int:
    """Remove those that are over; returns how many."""
    return (await connection.execute(delete(officer_tokens).where(officer_tokens.c.expires_at <= now))).rowcount


def _hash(key: bytes, token: str) -> str:
    return hmac.new(key, f"officer-token\x1f{token}".encode(errors="replace"), hashlib.sha256).hexdigest()
