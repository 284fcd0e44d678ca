"""Who gives a command: an officer by password and code, or a script by its officer's token.

At a terminal secrets are typed unseen; otherwise each is a line of standard input, so that scripts and tests can
give them: the password, then the code, then whatever else the command asks for.
"""

from __future__ import annotations

import getpass
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

from argon2 import PasswordHasher

from bot.clock import Clock, SystemClock
from bot.errors import SettingError
from bot.place_files import load_gazetteer
from bot.settings import Settings, secret_key
from bot.staff import register, tokens
from bot.staff.accounts import Accounts
from bot.staff.areas import lies_in
from bot.staff.credentials import Prover
from bot.staff.roles import Officer
from bot.staff.sign_in import SignIn
from bot.storage.db import Database
from bot.storage.migrate import migrate


class Ask(Protocol):
    """Where secrets come from."""

    def secret(self, prompt: str) -> str:
        """Raises SettingError when there is none."""
        ...


class Keyboard:
    """A person at a terminal: nothing typed is shown."""

    def secret(self, prompt: str) -> str:
        try:
            return getpass.getpass(f"{prompt}: ").strip()
        except EOFError:
            raise SettingError(_missing(prompt)) from None


class Lines:
    """A script: one secret a line."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines

    def secret(self, prompt: str) -> str:
        given = next(self._lines, "").strip()
        if not given:
            raise SettingError(f"{_missing(prompt)[:-1]}: mỗi thứ một dòng ở đầu vào, mật khẩu trước, mã sau.")
        return given


def _missing(prompt: str) -> str:
    return f"Thiếu {prompt[0].lower()}{prompt[1:]}."


def asking() -> Ask:
    return Keyboard() if sys.stdin.isatty() else Lines(iter(sys.stdin))


@dataclass(frozen=True)
class Front:
    """What a command of officers stands on; ``hasher`` is the cost of passwords."""

    settings: Settings
    clock: Clock = field(default_factory=SystemClock)
    ask: Ask = field(default_factory=asking)
    hasher: PasswordHasher = field(default_factory=PasswordHasher)

    @property
    def key(self) -> bytes:
        return secret_key(self.settings)

    @property
    def accounts(self) -> Accounts:
        return Accounts(self.key, within, Prover(self.key, self.hasher))

    @asynccontextmanager
    async def database(self) -> AsyncIterator[Database]:
        self.settings.var_dir.mkdir(parents=True, exist_ok=True)
        db = Database(self.settings.database)
        try:
            await migrate(db)
            yield db
        finally:
            await db.close()

    async def person(self, db: Database, name: str) -> Officer:
        """The officer called by ``--as``, with password and code. Raises Refused, SettingError."""
        if not name:
            raise SettingError("Thiếu --as TÊN: việc này phải do một cán bộ làm, bằng mật khẩu và mã của mình.")
        password = self.ask.secret(f"Mật khẩu của {name}")
        code = self.ask.secret("Mã 6 số")
        door = SignIn(self.key, Prover(self.key, self.hasher))
        return await door.authenticate(db, name, password, code, self.clock.now())

    async def officer(self, db: Database, name: str) -> Officer:
        """For what scripts may do too: whose COTMOC_OFFICER_TOKEN this is, else the person called by ``--as``.

        Raises Refused, SettingError.
        """
        token = self.settings.officer_token.get_secret_value()
        if not token:
            return await self.person(db, name)
        async with db.reading() as connection:
            bearer = await tokens.bearer(connection, self.key, token, self.clock.now())
        if bearer is None:
            raise SettingError("COTMOC_OFFICER_TOKEN không đúng, đã hết hạn hoặc đã bị huỷ.")
        if name and register.called(name) != bearer.name:
            raise SettingError(f"COTMOC_OFFICER_TOKEN là của cán bộ khác, không phải của {name}.")
        return bearer


def within(place: str, area: str) -> bool:
    """Whether a place lies in an area; the gazetteer is loaded when somebody's rights end somewhere."""
    return lies_in(load_gazetteer(), place, area)
