"""Signing in: password and code together, or a code alone in a linked chat; wrong ones are counted, then nothing fits.

Both open their own transaction: a refusal that the caller's rollback could undo would not count.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
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
MOST_WAITING = 20  # guesses of strangers that wait for their turn, some seconds in all
_FAILED_HERE = "failed-here"  # a wrong guess in a browser that knows the officer, kept beside those of chats
_FAILED = "failed"  # a wrong code in a chat, kept in officer_codes until it no longer counts

log = logs.get("staff")


class Refused(CotMocError):
    """Tên, mật khẩu hoặc mã không đúng, mã đã dùng rồi, hoặc tài khoản đang bị khoá; sai năm lần thì khoá 15 phút."""


class Crowded(CotMocError):
    """Đang có quá nhiều lượt đăng nhập cùng lúc. Chờ một phút rồi thử lại."""


class CodeRefused(CotMocError):
    """Mã không đúng hoặc đã dùng rồi; sai năm lần thì phải chờ 15 phút."""


class SignIn:
    """``refusal_takes``: seconds before a refusal is said, so that the time it takes tells nothing. ``waiting``:
    strangers' guesses that may stand in line."""

    def __init__(
        self, key: bytes, prover: Prover, *, refusal_takes: float = REFUSAL_TAKES, waiting: int = MOST_WAITING
    ) -> None:
        self._key = key
        self._prover = prover
        self._refusal_takes = refusal_takes
        self._strangers = asyncio.Semaphore(2)  # each guess takes 64 MiB
        self._acquainted = asyncio.Semaphore(1)
        self._most, self._waiting = waiting, 0

    async def authenticate(
        self, db: Database, name: str, password: str, code: str, now: datetime, *, browser: str = ""
    ) -> Officer:
        """Who signs in. Raises Refused, the same for every reason; the code is spent even if what follows fails.

        ``browser``: what ``browser_mark`` gave to the browser in which this officer signed in before. Its wrong
        guesses are counted apart, and it waits in a line of its own: strangers who know an officer's name can neither
        lock that officer out there nor crowd the door. Raises Crowded where too many strangers wait.
        """
        loop = asyncio.get_running_loop()
        began = loop.time()
        async with db.reading() as connection:
            row = await _row(connection, officers.c.name == register.called(name))
        acquainted = row is not None and self._knows(row, browser)
        async with self._in_line(acquainted):  # outside any transaction: nobody waits for a guess
            fits = await asyncio.to_thread(self._prover.fits, row.password if row else None, password)
            fresh = ""
            if row is not None and fits and self._prover.outdated(row.password):
                fresh = await asyncio.to_thread(self._prover.hashed, password)
        async with db.transaction() as connection:
            found = await self._decide(connection, row, fits, fresh, code, now, browser)
        if found is None:
            await asyncio.sleep(max(0.0, began + self._refusal_takes - loop.time()))
            raise Refused
        return found

    async def browser_mark(self, connection: AsyncConnection, officer: Officer) -> str:
        """What a browser keeps in which the officer has signed in; it opens nothing, and ends with their proofs."""
        row = await _row(connection, officers.c.id == officer.id)
        return "" if row is None else self._mark(row)

    def _mark(self, row: Row[Any]) -> str:
        what = f"officer-browser\x1f{row.id}\x1f{row.second_factor}"
        return hmac.new(self._key, what.encode(), hashlib.sha256).hexdigest()

    def _knows(self, row: Row[Any], browser: str) -> bool:
        return hmac.compare_digest(browser.encode(errors="replace"), self._mark(row).encode())

    @asynccontextmanager
    async def _in_line(self, acquainted: bool) -> AsyncIterator[None]:
        if acquainted:
            async with self._acquainted:
                yield
            return
        if self._waiting >= self._most:
            raise Crowded
        self._waiting += 1
        try:
            async with self._strangers:
                yield
        finally:
            self._waiting -= 1

    async def require_code(self, db: Database, officer: Officer, code: str, now: datetime) -> None:
        """A code alone, where the chat is already known to be the officer's. Raises CodeRefused.

        Counted apart from passwords: nobody who guesses those at the door can keep a duty officer from issuing.
        """
        async with db.transaction() as connection:
            good = await self._code(connection, officer.id, code, now)
        if not good:
            raise CodeRefused

    async def _decide(
        self,
        connection: AsyncConnection,
        row: Row[Any] | None,
        fits: bool,
        fresh: str,
        code: str,
        now: datetime,
        browser: str,
    ) -> Officer | None:
        await audit.take_turn(connection)
        # Again, now that nobody else can change it: it may have been locked or reset while the password was compared.
        again = await _row(connection, officers.c.id == row.id) if row is not None else None
        step = self._step(again, code, now)
        if again is None or row is None or again.state != register.ACTIVE:
            return None
        acquainted = self._knows(again, browser)
        if await self._locked(connection, again, acquainted, now):
            return None
        if not fits or again.password != row.password or step is None or step <= again.last_step:
            if acquainted:
                await self._marked(connection, again, _FAILED_HERE, "console", now)
            else:
                await self._failed(connection, again, now)
            return None
        changed: dict[str, Any] = {"last_step": step, "failures": 0, "locked_until": None}
        if fresh:
            changed["password"] = fresh
        await connection.execute(update(officers).where(officers.c.id == again.id).values(**changed))
        await audit.record(connection, self._key, now, again.name, "officer.sign-in", again.name)
        return await register.acting(connection, again.id)

    async def _locked(self, connection: AsyncConnection, row: Row[Any], acquainted: bool, now: datetime) -> bool:
        if acquainted:
            return await self._lately(connection, row.id, _FAILED_HERE, now) >= FAILURES
        return row.locked_until is not None and now < row.locked_until

    async def _lately(self, connection: AsyncConnection, officer_id: int, action: str, now: datetime) -> int:
        lately = select(func.count()).where(
            officer_codes.c.officer_id == officer_id,
            officer_codes.c.action == action,
            officer_codes.c.expires_at > now,
        )
        return int((await connection.execute(lately)).scalar_one())

    async def _marked(self, connection: AsyncConnection, row: Row[Any], action: str, where: str, now: datetime) -> None:
        mark = officer_codes.insert().values(
            code_hash=secrets.token_hex(32), officer_id=row.id, action=action, expires_at=now + LOCKED_FOR
        )
        await connection.execute(mark)
        await audit.record(connection, self._key, now, "", "officer.failed", row.name, where=where)

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
        if await self._lately(connection, officer_id, _FAILED, now) >= FAILURES:
            return False
        step = self._step(row, code, now)
        if step is not None and step > row.last_step:
            await connection.execute(update(officers).where(officers.c.id == officer_id).values(last_step=step))
            await audit.record(connection, self._key, now, row.name, "officer.code", row.name)
            return True
        await self._marked(connection, row, _FAILED, "chat", now)
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
