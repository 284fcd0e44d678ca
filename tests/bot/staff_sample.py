"""An installation with two administrators and passwords that are cheap to compare: where tests of officers start."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from pyotp import TOTP
from sqlalchemy import select

from bot.messages import Address
from bot.place_files import load_gazetteer
from bot.places import Gazetteer
from bot.staff import audit, register
from bot.staff.accounts import Accounts
from bot.staff.areas import lies_in
from bot.staff.changes import Change, Kind
from bot.staff.credentials import Credentials, Prover
from bot.staff.roles import Officer, Role
from bot.staff.sign_in import SignIn
from bot.storage.db import Database
from bot.storage.schema import metadata

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
KEY = b"the key of this installation"
PHONE = Address("telegram", "main", "700100200")
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@cache
def places() -> Gazetteer:
    return load_gazetteer()


def within(place: str, area: str) -> bool:
    return lies_in(places(), place, area)


@dataclass
class Staff:
    """Officers by name with the credentials that were shown when they came; ``now`` moves with ``later``."""

    db: Database
    now: datetime = NOW
    known: dict[str, Credentials] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.prover = Prover(KEY, CHEAP)
        self.accounts = Accounts(KEY, within, self.prover)
        self.door = SignIn(KEY, self.prover, refusal_takes=0)

    @classmethod
    async def two(cls, db: Database) -> Staff:
        """An and Bình, administrators."""
        staff = cls(db)
        for name in ("An", "Bình"):
            async with db.transaction() as connection:
                staff.known[name] = await staff.accounts.add_first(connection, name, staff.now)
        return staff

    def later(self, **period: float) -> datetime:
        self.now += timedelta(**period)
        return self.now

    def code(self, name: str, *, after: int = 0) -> str:
        """What the officer's app shows, ``after`` so many seconds."""
        return TOTP(self.known[name].secret).at(int(self.now.timestamp()) + after)

    async def officer(self, name: str) -> Officer:
        async with self.db.reading() as connection:
            return (await register.by_name(connection, name)).officer

    async def sign_in(self, name: str, *, password: str | None = None, code: str | None = None) -> Officer:
        proof = self.known.get(name.strip(), Credentials(name, "no such password", "A" * 32))
        given = TOTP(proof.secret).at(int(self.now.timestamp())) if code is None else code
        return await self.door.authenticate(self.db, name, password or proof.password, given, self.now)

    async def propose(self, by: str, kind: Kind, name: str, role: Role | None = None, area: str = "") -> int:
        officer = await self.officer(by)
        async with self.db.transaction() as connection:
            return await self.accounts.propose(connection, officer, Change(kind, name, role, area), self.now)

    async def confirm(self, by: str, number: int) -> Credentials | None:
        officer = await self.officer(by)
        async with self.db.transaction() as connection:
            done = await self.accounts.confirm(connection, officer, number, self.now)
        if done.credentials is not None:
            self.known[done.credentials.name] = done.credentials
        return done.credentials

    async def add(self, name: str, role: Role, area: str = "") -> Officer:
        """Proposed by An, confirmed by Bình."""
        await self.confirm("Bình", await self.propose("An", Kind.ADD, name, role, area))
        return await self.officer(name)

    async def log(self) -> list[str]:
        """Action and subject of every line, oldest first; the chain is whole."""
        async with self.db.reading() as connection:
            assert (await audit.verify(connection, KEY)).good
            return [f"{each.action} {each.subject}" for each in reversed(await audit.newest_lines(connection, 1000))]

    async def rows(self, table: str) -> list[Any]:
        async with self.db.reading() as connection:
            return list((await connection.execute(select(metadata.tables[table]))).all())
