"""Signing in: password and code together, or a code alone in a linked chat; wrong ones are counted, then nothing fits.

Both open their own transaction: a refusal that the caller's rollback could undo would not count.
"""

from __future__ import annotations

import asyncio
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import logs
from bot.errors import CotMocError
from bot.sealing import Unsealable
from bot.staff import audit, register
from bot.staff.credentials import Prover
from bot.staff.roles import Officer
from bot.storage.db import Database
from bot.storage.schema import officer_codes, officers

FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
REFUSAL_TAKES = 0.5  # seconds: as long for a name that nobody bears as for one that is locked
_FAILED = "failed"  # a wrong code in a chat, kept in officer_codes until it no longer counts

log = logs.get("staff")


class Refused(CotMocError):
    """Tên, mật khẩu hoặc mã không đúng, mã đã dùng rồi, hoặc tài khoản đang bị khoá; sai năm lần thì khoá 15 phút."""


class CodeRefused(CotMocError):
    """Mã không đúng hoặc đã dùng rồi; sai năm lần thì phải chờ 15 phút."""


class SignIn:
    """``refusal_takes``: seconds before a refusal is said, so that the time it takes tells nothing."""

    def __init__(self, key: bytes, prover: Prover, *, refusal_takes: float = REFUSAL_TAKES) -> None:
        self._key = key
        self._prover = prover
        self._refusal_takes = refusal_takes
        self._few = asyncio.Semaphore(2)  # each guess takes 64 MiB

    async def authenticate(self, db: Database, name: str, password: str, code: str, now: datetime) -> Officer:
        """Who signs in. Raises Refused, the same for every reason; the code is spent even if what follows fails."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        async with db.reading() as connection:
            row = await _row(connection, officers.c.name == register.called(name))
        async with self._few:  # outside any transaction: nobody waits for a guess
            fits = await asyncio.to_thread(self._prover.fits, row.password if row else None, password)
            fresh = ""
            if row is not None and fits and self._prover.outdated(row.password):
                fresh = await asyncio.to_thread(self._prover.hashed, password)
        async with db.transaction() as connection:
            found = await self._decide(connection, row, fits, fresh, code, now)
        if found is None:
            await asyncio.sleep(max(0.0, began + self._refusal_takes - loop.time()))
            raise Refused
        return found

    async def require_code(self, db: Database, officer: Officer, code: str, now: datetime) -> None:
        """A code alone, where the chat is already known to be the officer's. Raises CodeRefused.

        Counted apart from passwords: nobody who guesses those at the door can keep a duty officer from issuing.
        """
        async with db.transaction() as connection:
            good = await self._code(connection, officer.id, code, now)
        if not good:
            raise CodeRefused

    async def _decide(
        self, connection: AsyncConnection, row: Row[Any] | None, fits: bool, fresh: str, code: str, now: datetime
    ) -> Officer | None:
        await audit.take_turn(connection)
        # Again, now that nobody else can change it: it may have been locked or reset while the password was compared.
        again = await _row(connection, officers.c.id == row.id) if row is not None else None
        step = self._step(again, code, now)
        if again is None or row is None or again.state != register.ACTIVE:
            return None
        if again.locked_until is not None and now < again.locked_until:
            return None
        if not fits or again.password != row.password or step is None or step <= again.last_step:
            await self._failed(connection, again, now)
            return None
        changed: dict[str, Any] = {"last_step": step, "failures": 0, "locked_until": None}
        if fresh:
            changed["password"] = fresh
        await connection.execute(update(officers).where(officers.c.id == again.id).values(**changed))
        await audit.record(connection, self._key, now, again.name, "officer.sign-in", again.name)
        return await register.acting(connection, again.id)

    async def _failed(self, connection: AsyncConnection, row: Row[Any], now: datetime) -> None:
        locked = row.failures + 1 >= FAILURES
        changed: dict[str, Any] = {"failures": row.failures + 1}
        if locked:
            changed = {"failures": 0, "locked_until": now + LOCKED_FOR}
        await connection.execute(update(officers).where(officers.c.id == row.id).values(**changed))
        await audit.record(connection, self._key, now, "", "officer.locked" if locked else "officer.failed", row.name)

    async def _code(self, connection: AsyncConnection, officer_id: int, code: str, now: datetime) -> bool:
        await audit.take_turn(connection)
        row = await _row(connection, officers.c.id == officer_id)
        if row is None or row.state != register.ACTIVE:
            return False
        lately = select(func.count()).where(
            officer_codes.c.officer_id == officer_id,
            officer_codes.c.action == _FAILED,
            officer_codes.c.expires_at > now,
        )
        if (await connection.execute(lately)).scalar_one() >= FAILURES:
            return False
        step = self._step(row, code, now)
        if step is not None and step > row.last_step:
            await connection.execute(update(officers).where(officers.c.id == officer_id).values(last_step=step))
            await audit.record(connection, self._key, now, row.name, "officer.code", row.name)
            return True
        mark = officer_codes.insert().values(
            code_hash=secrets.token_hex(32), officer_id=officer_id, action=_FAILED, expires_at=now + LOCKED_FOR
        )
        await connection.execute(mark)
        await audit.record(connection, self._key, now, "", "officer.failed", row.name, where="chat")
        return False

    def _step(self, row: Row[Any] | None, code: str, now: datetime) -> int | None:
        if row is None:
            return self._prover.step("", None, code, now)
        try:
            return self._prover.step(row.name, row.second_factor, code, now)
        except Unsealable:
            log.error("second factor cannot be opened: another secret key?", officer=row.id)
            return None


async def _row(connection: AsyncConnection, which: Any) -> Row[Any] | None:
    return (await connection.execute(select(officers).where(which))).first()
