"""Who did what and when: append-only, each line chained to the one before by a keyed hash.

No line holds an address or a resident's words. The head (the newest hash) is written elsewhere every day
(``audit_heads``), so that a log that was cut off at its end is noticed too.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, String, Text, cast, func, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.schema import audit

AUDIT_LOCK = 0x43_4D_41  # PostgreSQL: writers take turns, so that the chain has no fork
PAGE = 1000  # lines read at a time: the log grows for years
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
    """``broken_at``: the first line that does not fit, or None; ``head`` is the newest hash; ``missing``: those of
    the heads asked for that are in no line any more."""

    count: int
    head: str
    broken_at: int | None
    missing: tuple[str, ...] = ()

    @property
    def missing_head(self) -> bool:
        return bool(self.missing)

    @property
    def good(self) -> bool:
        return self.broken_at is None and not self.missing


def mac(key: bytes, before: str, at: datetime, officer: str, action: str, subject: str, detail: Any) -> str:
    """The keyed hash of one line and the hash of the line before it."""
    whole = [before, at.astimezone(UTC).isoformat(), officer, action, subject, detail]
    canonical = json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hmac.new(key, canonical.encode(), hashlib.sha256).hexdigest()


async def take_turn(connection: AsyncConnection) -> None:
    """Be the only writer of the log until this transaction ends. SQLite has one writer anyway.

    ``record`` does it by itself. Who changes officers does it first, so that such changes come one after the other.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_advisory_xact_lock(AUDIT_LOCK)))


async def record(
    connection: AsyncConnection,
    key: bytes,
    at: datetime,
    officer: str,
    action: str,
    subject: str,
    /,
    **detail: Any,
) -> str:
    """Write one line in the caller's transaction: what was done and its line stand or fall together.

    Best the last thing in a transaction: until it ends every other writer of the log waits.
    """
    await take_turn(connection)
    before = (await connection.execute(select(audit.c.mac).order_by(audit.c.id.desc()).limit(1))).scalar() or _FIRST
    made = mac(key, before, at, officer, action, subject, detail)
    await connection.execute(
        audit.insert().values(at=at, officer=officer, action=action, subject=subject, detail=detail, mac=made)
    )
    return made


async def head(connection: AsyncConnection) -> tuple[int, str]:
    """How many lines there are, and the newest hash; empty when there is no line."""
    count = (await connection.execute(select(func.count()).select_from(audit))).scalar_one()
    newest = (await connection.execute(select(audit.c.mac).order_by(audit.c.id.desc()).limit(1))).scalar()
    return int(count), newest or ""


async def newest_lines(
    connection: AsyncConnection, count: int, *, before: int | None = None, officer: str = "", action: str = ""
) -> list[Line]:
    """The newest so many lines, newest first; those that cannot be read any more are left out. ``before``: only
    those with a smaller number; ``officer``, ``action``: only theirs."""
    asked = select(*_RAW).order_by(audit.c.id.desc()).limit(count)
    if before is not None:
        asked = asked.where(audit.c.id < before)
    for column, wanted in ((audit.c.officer, officer), (audit.c.action, action)):
        if wanted:
            asked = asked.where(column == wanted)
    return [line for line in map(_line, await connection.execute(asked)) if line is not None]


async def actions(connection: AsyncConnection) -> list[str]:
    """Every kind of act that is in the log."""
    return list((await connection.execute(select(audit.c.action).distinct().order_by(audit.c.action))).scalars())


async def verify(connection: AsyncConnection, key: bytes, *heads: str) -> Verdict:
    """Whether any line was changed, removed or put elsewhere; with heads that were written down, also cut off."""
    before, count, broken = _FIRST, 0, None
    missing = {each.strip().lower() for each in heads if each.strip()}
    async for row in _oldest_first(connection):
        count += 1
        line = _line(row)
        if broken is None and (
            line is None
            or line.mac != mac(key, before, line.at, line.officer, line.action, line.subject, dict(line.detail))
        ):
            broken = int(row.id)
        before = str(row.mac)
        missing.discard(before)
    return Verdict(count, "" if before == _FIRST else before, broken, tuple(sorted(missing)))


# As the database holds them: a line that somebody spoilt is a finding, not a crash.
_RAW = (
    audit.c.id,
    type_coerce(audit.c.at, String).label("at"),
    audit.c.officer,
    audit.c.action,
    audit.c.subject,
    cast(audit.c.detail, Text).label("detail"),
    audit.c.mac,
)


async def _oldest_first(connection: AsyncConnection) -> AsyncIterator[Row[Any]]:
    last = -(2**63)
    while rows := (
        await connection.execute(select(*_RAW).where(audit.c.id > last).order_by(audit.c.id).limit(PAGE))
    ).all():
        for row in rows:
            yield row
        last = rows[-1].id


def _line(row: Row[Any]) -> Line | None:
    """None: no line of ours can look like that."""
    try:
        # SQLite keeps times as text without a zone, PostgreSQL gives them whole.
        at = datetime.fromisoformat(row.at).replace(tzinfo=UTC) if isinstance(row.at, str) else row.at.astimezone(UTC)
        detail = json.loads(row.detail)
    except (ValueError, TypeError, AttributeError):
        return None
    if not isinstance(detail, dict):
        return None
    return Line(row.id, at, str(row.officer), str(row.action), str(row.subject), detail, str(row.mac))
