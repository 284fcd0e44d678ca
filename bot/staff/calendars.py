"""The secret address of an officer's private calendar: made anew at will, revocable, kept as a keyed hash only.

It reads dates and titles and nothing else: no command and no token takes it for a proof of who somebody is.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.staff import audit, register
from bot.staff.register import Registered
from bot.staff.roles import Action, Forbidden, Officer, Within, require
from bot.storage.schema import officer_tokens

SCOPE = "calendar"
LASTS = timedelta(days=365)  # an address that stands in a forgotten phone does not read for ever


async def make(connection: AsyncConnection, key: bytes, officer: Officer, now: datetime) -> str:
    """The secret of a new address, shown once; an earlier one ends. Raises Forbidden to a script."""
    if officer.scopes is not None:
        raise Forbidden
    await _forget(connection, officer.id)
    secret = secrets.token_urlsafe(32)
    await connection.execute(
        officer_tokens.insert().values(
            token_hash=_hash(key, secret), officer_id=officer.id, scopes=SCOPE, expires_at=now + LASTS
        )
    )
    await audit.record(connection, key, now, officer.name, "officer.calendar", officer.name)
    return secret


async def revoke(
    connection: AsyncConnection, key: bytes, officer: Officer, whose: Registered, now: datetime, within: Within
) -> bool:
    """End an address: one's own, or as an administrator somebody else's. False: there was none. Raises Forbidden."""
    if officer.scopes is not None:
        raise Forbidden
    if officer.id != whose.officer.id:
        require(officer, Action.OFFICERS, whose.areas, now, within)
    ended = await _forget(connection, whose.officer.id)
    if ended:
        await audit.record(connection, key, now, officer.name, "officer.calendar-end", whose.officer.name)
    return ended


async def lasts_until(connection: AsyncConnection, officer: Officer, now: datetime) -> datetime | None:
    """Until when the officer's address opens; None: there is none."""
    mine = (officer_tokens.c.officer_id == officer.id, officer_tokens.c.scopes == SCOPE)
    asked = select(officer_tokens.c.expires_at).where(*mine, officer_tokens.c.expires_at > now)
    return (await connection.execute(asked)).scalar()


async def reader(connection: AsyncConnection, key: bytes, secret: str, now: datetime) -> Officer | None:
    """Whose calendar this address reads; None: unknown, revoked, too old, or its officer is disabled."""
    row = (
        await connection.execute(
            select(officer_tokens.c.officer_id).where(
                officer_tokens.c.token_hash == _hash(key, secret),
                officer_tokens.c.scopes == SCOPE,
                officer_tokens.c.expires_at > now,
            )
        )
    ).first()
    return None if row is None else await register.acting(connection, row.officer_id)


async def _forget(connection: AsyncConnection, officer_id: int) -> bool:
    mine = delete(officer_tokens).where(officer_tokens.c.officer_id == officer_id, officer_tokens.c.scopes == SCOPE)
    return bool((await connection.execute(mine)).rowcount)


def _hash(key: bytes, secret: str) -> str:
    """Of its own kind: an address of a calendar is never found as a token, nor a token as an address."""
    return hmac.new(key, f"officer-calendar\x1f{secret}".encode(errors="replace"), hashlib.sha256).hexdigest()
