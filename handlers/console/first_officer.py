"""The first two officers of an installation: by a link that only this machine's screen shows, for a quarter of an hour.

While fewer than two administrators are active nobody could confirm a third; whoever sits at the machine makes them.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta

import segno
from aiohttp import web

from bot.clock import Clock
from bot.errors import CotMocError, StoreUnavailable
from bot.settings import Settings
from bot.staff import register
from bot.staff.accounts import Accounts
from bot.staff.changes import LEAST_ADMINISTRATORS
from bot.staff.credentials import Credentials
from bot.storage.db import Database
from handlers.console.gate import language_of
from handlers.console.rendering import Pages
from handlers.console.sent_forms import BadForm, read_form
from handlers.console.words import words

ADDRESS = "/console/first"
OPEN_FOR = timedelta(minutes=15)
_HERE = frozenset({"127.0.0.1", "::1"})
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP")  # set by a proxy: who asks sits somewhere else


class FirstOfficer:
    def __init__(self, *, settings: Settings, db: Database, accounts: Accounts, clock: Clock, pages: Pages) -> None:
        self._settings = settings
        self._db = db
        self._accounts = accounts
        self._clock = clock
        self._pages = pages
        self._secret = secrets.token_urlsafe(24)
        self._until = clock.now() + OPEN_FOR

    def routes(self) -> list[web.RouteDef]:
        return [web.get(ADDRESS, self._asked), web.post(ADDRESS, self._made)]

    async def link(self, port: int) -> str:
        """What to click on this machine; empty when two administrators are there, or the service listens elsewhere."""
        host = self._settings.http_host
        if host not in (*_HERE, "localhost", "0.0.0.0", "::") or not await self._missing():
            return ""
        return f"http://{'127.0.0.1' if ':' not in host else '[::1]'}:{port}{ADDRESS}?key={self._secret}"

    async def _asked(self, request: web.Request) -> web.Response:
        await self._let_in(request, request.query.get("key", ""))
        return self._shown(request, {"missing": await self._missing()})

    async def _made(self, request: web.Request) -> web.Response:
        try:
            form = await read_form(request)
        except BadForm:
            raise web.HTTPBadRequest from None
        name, password, again = (str(form.get(each, "")) for each in ("name", "password", "again"))
        await self._let_in(request, str(form.get("key", "")))
        spoken, kept = words(language_of(request)), {"name": name, "missing": await self._missing()}
        if password != again:
            return self._shown(request, kept | {"why": spoken.say("Hai lần gõ mật khẩu khác nhau.")}, 400)
        try:
            async with self._db.transaction() as connection:
                made = await self._accounts.add_first(connection, name, self._clock.now(), password=password)
        except StoreUnavailable:
            raise
        except CotMocError as error:
            return self._shown(request, kept | {"why": spoken.say(str(error))}, 400)
        shown = {
            "made": made,
            "own_password": bool(password),
            "picture": picture(made),
            "missing": await self._missing(),
        }
        return self._shown(request, shown)

    async def _missing(self) -> int:
        async with self._db.reading() as connection:
            return max(0, LEAST_ADMINISTRATORS - len(await register.administrators(connection)))

    async def _let_in(self, request: web.Request, key: str) -> None:
        """Raises HTTPNotFound: from elsewhere, too late, with another key, or when nobody is missing any more."""
        here = request.remote in _HERE and not any(each in request.headers for each in _FORWARDED)
        right = hmac.compare_digest(key.encode(errors="replace"), self._secret.encode())
        if not (here and right and self._clock.now() < self._until and await self._missing()):
            raise web.HTTPNotFound

    def _shown(self, request: web.Request, context: dict[str, object], status: int = 200) -> web.Response:
        given = {"key": self._secret, **context}
        return self._pages.plain(request, words(language_of(request)), "console/first.html", given, status=status)


def picture(made: Credentials) -> str:
    """The QR code that an authenticator app reads, as the address of a picture: it is stored nowhere."""
    return str(segno.make(made.uri, error="m").svg_data_uri(scale=5, border=4, dark="#1A1A1A", light="#FFFFFF"))
