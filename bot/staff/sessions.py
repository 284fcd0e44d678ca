"""Who is signed in to the console: a secret in the browser, its keyed hash here; short, and ended from both sides."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.staff import register
from bot.staff.roles import Officer
from bot.storage.schema import officer_sessions

IDLE_FOR = timedelta(minutes=30)  # without a click, then it is over
LONGEST = timedelta(hours=10)  # a watch; whatever is clicked
_SEEN_EVERY = timedelta(minutes=1)  # written down no oftener


@dataclass(frozen=True, slots=True)
class Session:
    """``token`` is what the browser keeps; ``csrf`` is what its forms carry, and leads to no token."""

    officer: Officer
    token: str = field(repr=False)
    csrf: str = field(repr=False)


async def begin(connection: AsyncConnection, key: bytes, officer: Officer, now: datetime) -> Session:
    """Always a new secret: whoever planted one in this browser before has nothing."""
    token = secrets.token_urlsafe(32)
    await connection.execute(
        officer_sessions.insert().values(
            token_hash=_hash(key, token), officer_id=officer.id, began_at=now, seen_at=now, expires_at=now + LONGEST
        )
    )
    return Session(officer, token, csrf_of(key, token))


async def find(connection: AsyncConnection, key: bytes, token: str, now: datetime) -> tuple[Session, bool] | None:
    """The session, and whether it is time to call ``seen``; None: unknown, over, or its officer is disabled."""
    asked = select(officer_sessions).where(
        officer_sessions.c.token_hash == _hash(key, token),
        officer_sessions.c.expires_at > now,
        officer_sessions.c.seen_at > now - IDLE_FOR,
    )
    row = (await connection.execute(asked)).first()
    officer = None if row is None else await register.acting(connection, row.officer_id)
    if row is None or officer is None:
        return None
    return Session(officer, token, csrf_of(key, token)), now - row.seen_at >= _SEEN_EVERY


async def seen(connection: AsyncConnection, key: bytes, token: str, now: datetime) -> None:
    mine = officer_sessions.c.token_hash == _hash(key, token)
    await connection.execute(update(officer_sessions).where(mine).values(seen_at=now))


async def end(connection: AsyncConnection, key: bytes, token: str) -> None:
    await connection.execute(delete(officer_sessions).where(officer_sessions.c.token_hash == _hash(key, token)))


async def end_all(connection: AsyncConnection, officer_id: int) -> None:
    """Of an officer who was disabled, was reset or has a new password."""
    await connection.execute(delete(officer_sessions).where(officer_sessions.c.officer_id == officer_id))


async def forget_expired(connection: AsyncConnection, now: datetime) -> int:
    """Remove those that are over; returns how many."""
    over = (officer_sessions.c.expires_at <= now) | (officer_sessions.c.seen_at <= now - IDLE_FOR)
    return (await connection.execute(delete(officer_sessions).where(over))).rowcount


def csrf_of(key: bytes, token: str) -> str:
    """What a form of this session carries, so that no other site can send one in its name."""
    return hmac.new(key, f"console-form\x1f{token}".encode(), hashlib.sha256).hexdigest()


def _hash(key: bytes, token: str) -> str:
    return hmac.new(key, f"console-session\x1f{token}".encode(errors="replace"), hashlib.sha256).hexdigest()
