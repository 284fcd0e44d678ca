"""One-time ids: the code that links a chat, and buttons bound to an officer, an action and what it is about.

The database keeps keyed hashes only, so that whoever reads it can press nothing. An id is spent in the caller's
transaction: where what it was for did not happen, it is not spent either. Making one is no line of the audit log
but for linking; what is done with it is.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.staff import audit, register
from bot.staff.credentials import SIGNS
from bot.staff.roles import Forbidden, Officer
from bot.storage.schema import officer_codes, officers

LINK_FOR = timedelta(minutes=10)
BUTTON_FOR = timedelta(minutes=30)
LINK_SIGNS = 8
_LINK = "link"


@dataclass(frozen=True, slots=True)
class Pressed:
    """What the button was made for."""

    action: str
    subject: str


async def link_code(connection: AsyncConnection, key: bytes, officer: Officer, now: datetime) -> str:
    """The code by which the officer links a chat, as it is shown: "ABCD-EFGH". An earlier one ends.

    Raises Forbidden to a script.
    """
    if officer.scopes is not None:
        raise Forbidden
    await connection.execute(
        delete(officer_codes).where(officer_codes.c.officer_id == officer.id, officer_codes.c.action == _LINK)
    )
    code = "".join(secrets.choice(SIGNS) for _ in range(LINK_SIGNS))
    await _keep(connection, _hash(key, _LINK, code), officer.id, _LINK, "", now + LINK_FOR)
    await audit.record(connection, key, now, officer.name, "officer.link-code", officer.name)
    return f"{code[:4]}-{code[4:]}".upper()


async def spend_link(connection: AsyncConnection, key: bytes, typed: str, now: datetime) -> int | None:
    """The number of the officer whose code this is; None: unknown, used or too old."""
    code = "".join(sign for sign in typed.lower() if sign.isalnum())
    pressed = await _spend(connection, _hash(key, _LINK, code), None, now)
    return pressed[0] if pressed else None


async def button(
    connection: AsyncConnection, key: bytes, officer_id: int, action: str, subject: str, now: datetime
) -> str:
    """The id of a button for this officer only: 16 signs of a-z A-Z 0-9 - _, single use, half an hour.

    ``action`` has at most 20 characters, ``subject`` 120: for example a campaign's number and its digest.
    """
    made = secrets.token_urlsafe(12)
    await _keep(connection, _hash(key, "button", made), officer_id, action, subject, now + BUTTON_FOR)
    return made


async def press(
    connection: AsyncConnection, key: bytes, button_id: str, officer: Officer, now: datetime
) -> Pressed | None:
    """Spend the button; None: unknown, used, too old, or somebody else's (which stays theirs)."""
    found = await _spend(connection, _hash(key, "button", button_id), officer.id, now)
    return found[1] if found else None


async def forget_expired(connection: AsyncConnection, now: datetime) -> int:
    """Remove what nobody can use any more; returns how many."""
    return (await connection.execute(delete(officer_codes).where(officer_codes.c.expires_at <= now))).rowcount


async def _keep(
    connection: AsyncConnection, code_hash: str, officer_id: int, action: str, subject: str, until: datetime
) -> None:
    await connection.execute(
        officer_codes.insert().values(
            code_hash=code_hash, officer_id=officer_id, action=action, subject=subject, expires_at=until
        )
    )


async def _spend(
    connection: AsyncConnection, code_hash: str, officer_id: int | None, now: datetime
) -> tuple[int, Pressed] | None:
    active = select(officers.c.id).where(officers.c.state == register.ACTIVE)
    spent = delete(officer_codes).where(
        officer_codes.c.code_hash == code_hash,
        officer_codes.c.expires_at > now,
        officer_codes.c.officer_id.in_(active),
    )
    if officer_id is not None:
        spent = spent.where(officer_codes.c.officer_id == officer_id)
    row = (
        await connection.execute(
            spent.returning(officer_codes.c.officer_id, officer_codes.c.action, officer_codes.c.subject)
        )
    ).first()
    return (row.officer_id, Pressed(row.action, row.subject)) if row else None


def _hash(key: bytes, kind: str, code: str) -> str:
    return hmac.new(key, f"officer-code\x1f{kind}\x1f{code}".encode(errors="replace"), hashlib.sha256).hexdigest()
