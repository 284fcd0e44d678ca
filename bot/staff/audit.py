"""Who did what and when: append-only, each line chained to the one before by a keyed hash.

No line holds an address or a resident's words. The head (the newest hash) is written elsewhere every day, so that a
log that was cut off at its end is noticed too.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.schema import audit

AUDIT_LOCK = 0x43_4D_41  # PostgreSQL: writers take turns, so that the chain has no fork
_FIRST = "0" * 64


@dataclass(frozen=True, slots=True)
class Line:
    """One line; ``officer`` is empty where the service itself acted."""

    id: int
    at: datetime
    officer: str
    action: str
    subject: str
    detail: Mapping[str, Any]
    mac: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """``broken_at``: the first line that does not fit, or None; ``head`` is the newest hash."""

    count: int
    head: str
    broken_at: int | None
    missing_head: bool = False

    @property
    def good(self) -> bool:
        return self.broken_at is None and not self.missing_head


def mac(key: bytes, before: str, at: datetime, officer: str, action: str, subject: str, detail: Any) -> str:
    """The keyed hash of one line and the hash of the line before it."""
    whole = [before, at.astimezone(UTC).isoformat(), officer, action, subject, detail]
    canonical = json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hmac.new(key, canonical.encode(), hashlib.sha256).hexdigest()


async def record(
    connection: AsyncConnection,
    key: bytes,
    at: datetime,
    officer: str,
    action: str,
    subject: str,
    **detail: Any,
) -> str:
    """Write one line in the caller's transaction: what was done and its line stand or fall together."""
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_advisory_xact_lock(AUDIT_LOCK)))
    before = (await connection.execute(select(audit.c.mac).order_by(audit.c.id.desc()).limit(1))).scalar() or _FIRST
    made = mac(key, before, at, officer, action, subject, detail)
    await connection.execute(
        audit.insert().values(at=at, officer=officer, action=action, subject=subject, detail=detail, mac=made)
    )
    return made


async def lines(connection: AsyncConnection, *, newest: int | None = None) -> AsyncIterator[Line]:
    """All lines, oldest first, or the ``newest`` so many, newest first."""
    asked = select(audit).order_by(audit.c.id)
    if newest is not None:
        asked = select(audit).order_by(audit.c.id.desc()).limit(newest)
    for row in await connection.execute(asked):
        yield Line(row.id, row.at, row.officer, row.action, row.subject, row.detail, row.mac)


async def verify(connection: AsyncConnection, key: bytes, head: str = "") -> Verdict:
    """Whether any line was changed, removed or put elsewhere; with a head that was written down, also cut off."""
    before, count, broken, seen = _FIRST, 0, None, not head
    async for line in lines(connection):
        count += 1
        if broken is None and line.mac != mac(
            key, before, line.at, line.officer, line.action, line.subject, dict(line.detail)
        ):
            broken = line.id
        before = line.mac
        seen = seen or hmac.compare_digest(line.mac, head)
    return Verdict(count, before, broken, missing_head=not seen)
