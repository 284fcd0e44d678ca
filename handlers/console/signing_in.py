"""Signing in to the console and out of it, and the language of its pages."""

from __future__ import annotations

from aiohttp import web

from bot.clock import Clock
from bot.errors import StoreUnavailable
from bot.staff import sessions
from bot.staff.sign_in import Crowded, Refused, SignIn
from bot.storage.db import Database
from handlers.console.gate import AWAY, LANGUAGE_COOKIE, SIGN_IN, Gate, Visit, back_to, language_of
from handlers.console.rendering import Pages
from handlers.console.sent_forms import BadForm, read_form
from handlers.console.words import LANGUAGES, words


class SigningIn:
    def __init__(self, *, db: Database, key: bytes, door: SignIn, clock: Clock, gate: Gate, pages: Pages) -> None:
        self._db = db
        self._key = key
        self._door = door
        self._clock = clock
        self._gate = gate
        self._pages = pages

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(SIGN_IN, self._door_page),
            web.post(SIGN_IN, self._sign_in),
            self._gate.post("/console/sign-out", self._sign_out, None),
            web.get("/console/language", self._language),
        ]

    async def _door_page(self, request: web.Request) -> web.Response:
        wanted = back_to(request.query.get("next", ""))
        try:
            if await self._gate.session(request) is not None:
                raise web.HTTPSeeOther(wanted)
        except StoreUnavailable:
            pass  # the page says so when somebody tries
        return self._shown(request, {"next": wanted})

    async def _sign_in(self, request: web.Request) -> web.Response:
        """No secret in this form: who has no session has nothing that another site could use. Where browsers say that
        another site sent it, it is not taken all the same: nobody is to work in somebody else's name unknowingly."""
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            raise web.HTTPForbidden
        try:
            form = await read_form(request)
        except BadForm as error:
            return self._shown(request, {"why": words(language_of(request)).say(str(error))}, status=400)
        name, password, code = (str(form.get(each, "")) for each in ("name", "password", "code"))
        wanted, spoken = back_to(str(form.get("next", ""))), words(language_of(request))
        kept, known = {"name": name, "next": wanted}, request.cookies.get(self._gate.browser_cookie, "")
        try:
            officer = await self._door.authenticate(self._db, name, password, code, self._clock.now(), browser=known)
            async with self._db.transaction() as connection:
                session = await sessions.begin(connection, self._key, officer, self._clock.now())
                mark = await self._door.browser_mark(connection, officer)
        except Refused as error:
            return self._shown(request, kept | {"why": spoken.say(str(error))}, status=403)
        except Crowded as error:
            return self._shown(request, kept | {"why": spoken.say(str(error))}, status=503)
        except StoreUnavailable:
            return self._shown(request, kept | {"why": spoken.say(AWAY)}, status=503)
        response = web.Response(status=303, headers={"Location": wanted})
        self._gate.enter(response, session)
        self._gate.remember(response, mark)
        return response

    async def _sign_out(self, visit: Visit) -> web.Response:
        async with self._db.transaction() as connection:
            await sessions.end(connection, self._key, visit.session.token)
        response = web.Response(status=303, headers={"Location": SIGN_IN})
        self._gate.leave(response)
        return response

    async def _language(self, request: web.Request) -> web.Response:
        response = web.Response(status=303, headers={"Location": back_to(request.query.get("next", ""))})
        chosen = request.query.get("to", "")
        if chosen in LANGUAGES:
            response.set_cookie(
                LANGUAGE_COOKIE, chosen, path="/console/", max_age=365 * 86_400, httponly=True, samesite="Lax"
            )
        return response

    def _shown(self, request: web.Request, context: dict[str, str], status: int = 200) -> web.Response:
        return self._pages.plain(request, words(language_of(request)), "console/sign_in.html", context, status=status)
