"""The officer's own account: password, chats that are theirs, tokens for scripts, and everywhere they are signed in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from aiohttp import web

from bot.errors import CotMocError, StoreUnavailable
from bot.staff import audit, chats, codes, sessions, tokens
from bot.staff.accounts import Accounts
from bot.staff.credentials import check_strength
from bot.staff.roles import SCRIPTED
from bot.storage.db import Database
from handlers.console.gate import Gate, Visit
from handlers.console.rendering import Pages

PATH = "/console/account"


class Account:
    def __init__(self, *, db: Database, key: bytes, accounts: Accounts, gate: Gate, pages: Pages) -> None:
        self._db = db
        self._key = key
        self._accounts = accounts
        self._gate = gate
        self._pages = pages

    def routes(self) -> list[web.RouteDef]:
        gate = self._gate
        return [
            gate.get(PATH, self._shown, None),
            gate.post(f"{PATH}/password", self._password, None),
            gate.post(f"{PATH}/link", self._link, None),
            gate.post(f"{PATH}/unlink", self._unlink, None),
            gate.post(f"{PATH}/token", self._token, None),
            gate.post(f"{PATH}/tokens-end", self._tokens_end, None),
            gate.post(f"{PATH}/sign-out-everywhere", self._everywhere, None),
        ]

    async def _shown(self, visit: Visit, status: int = 200, **more: Any) -> web.Response:
        async with self._db.reading() as connection:
            linked = await chats.addresses(connection, [visit.officer.id], visit.now)
        context = {"chats": len(linked.get(visit.officer.id, ())), "longest": tokens.LONGEST_DAYS, **more}
        return self._pages.show(visit, "console/account.html", context, status=status)

    async def _password(self, visit: Visit) -> web.Response:
        new = visit.text("new")
        if new != visit.text("again"):
            return await self._shown(visit, 400, why=visit.words.say("Hai lần gõ mật khẩu khác nhau."))
        try:
            check_strength(visit.officer.name, new)  # before the code, which is good once
            await self._gate.prove(visit, visit.text("code"))
            async with self._db.transaction() as connection:
                await self._accounts.change_password(connection, visit.officer, new, visit.now)
                session = await sessions.begin(connection, self._key, visit.officer, visit.now)
        except StoreUnavailable:
            raise
        except CotMocError as error:
            return await self._shown(visit, 400, why=visit.words.say(str(error)))
        done = visit.words.say("Đã đổi mật khẩu. Mọi nơi khác đang đăng nhập đã bị ngắt.")
        response = self._pages.after(replace(visit, session=session), PATH, done)
        self._gate.enter(response, session)
        return response

    async def _link(self, visit: Visit) -> web.Response:
        """Only with a fresh code: who finds a desk left open must not make their own phone the officer's."""
        try:
            await self._gate.prove(visit, visit.text("code"))
            async with self._db.transaction() as connection:
                code = await codes.link_code(connection, self._key, visit.officer, visit.now)
        except StoreUnavailable:
            raise
        except CotMocError as error:
            return await self._shown(visit, 400, why=visit.words.say(str(error)))
        return await self._shown(visit, link_code=code)

    async def _unlink(self, visit: Visit) -> web.Response:
        async with self._db.transaction() as connection:
            count = await chats.unlink(connection, self._key, visit.officer, visit.now)
        return self._pages.after(visit, PATH, visit.words.say("Đã ngắt %(n)s cuộc trò chuyện.", n=count))

    async def _token(self, visit: Visit) -> web.Response:
        days = visit.text("days")
        scopes = [scope for scope in SCRIPTED if visit.text(scope)]
        try:
            await self._gate.prove(visit, visit.text("code"))
            async with self._db.transaction() as connection:
                count = int(days) if days.isascii() and days.isdigit() and len(days) < 4 else 0
                made = await tokens.make(connection, self._key, visit.officer, scopes, count, visit.now)
        except StoreUnavailable:
            raise
        except CotMocError as error:
            return await self._shown(visit, 400, why=visit.words.say(str(error)), days=days)
        return await self._shown(visit, token=made)

    async def _tokens_end(self, visit: Visit) -> web.Response:
        async with self._db.transaction() as connection:
            count = await tokens.end(connection, self._key, visit.officer, visit.now)
        return self._pages.after(visit, PATH, visit.words.say("Đã huỷ %(n)s mã truy cập.", n=count))

    async def _everywhere(self, visit: Visit) -> web.Response:
        async with self._db.transaction() as connection:
            await sessions.end_all(connection, visit.officer.id)
            await audit.record(
                connection, self._key, visit.now, visit.officer.name, "officer.sign-out", visit.officer.name
            )
        return web.Response(status=303, headers={"Location": "/console/sign-in"})
