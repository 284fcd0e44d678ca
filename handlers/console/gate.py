"""The gate of the console: nobody passes without a session, no form without its secret, no page without the right.

Every page of the console is a route made by ``Gate.get`` or ``Gate.post``, with the action that it asks for; there is
no other way in. What a page may do in a place is asked again by the services, in the transaction that does it.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

from aiohttp import web
from multidict import MultiDict, MultiDictProxy

from bot.clock import Clock
from bot.errors import CotMocError, StoreUnavailable
from bot.settings import Settings
from bot.staff import sessions
from bot.staff.roles import Action, Forbidden, Officer, may
from bot.staff.sessions import Session
from bot.staff.sign_in import SignIn
from bot.storage.db import Database
from broadcasts.office import Office
from handlers.console.rendering import Pages
from handlers.console.sent_forms import BadForm, clean, read_form, written
from handlers.console.words import LANGUAGES, N_, Words, words
from handlers.http.server import LARGEST_BODY

LANGUAGE_COOKIE = "cotmoc_language"
SIGN_IN = "/console/sign-in"
REMEMBERED_FOR = 180 * 86_400  # seconds
REFUSED = "console/refused.html"
AWAY = N_("Cơ sở dữ liệu đang không trả lời. Chờ một phút rồi thử lại.")


def _nothing() -> MultiDictProxy[Any]:
    return MultiDictProxy(MultiDict())


@dataclass(frozen=True, slots=True)
class Visit:
    """An officer's request. ``form``: what was sent with it, files as ``web.FileField``; empty for a page."""

    request: web.Request
    session: Session
    words: Words
    now: datetime
    office: Office
    form: MultiDictProxy[Any] = field(default_factory=_nothing)

    @property
    def officer(self) -> Officer:
        return self.session.officer

    def may(self, action: Action, areas: tuple[str, ...] | None = None) -> bool:
        """Whether the officer holds the right in all these areas; None: anywhere at all."""
        if areas is not None:
            return may(self.officer, action, areas, self.now, self.office.within)
        return any(may(self.officer, action, (area,), self.now, self.office.within) for _, area in self.officer.roles)

    def text(self, name: str) -> str:
        """A field of the form or of the address; empty when it is missing or a file."""
        found = self.form.get(name, self.request.query.get(name, ""))
        return clean(found) if isinstance(found, str) else ""

    def number(self, name: str = "id") -> int:
        """A number in the path. Raises HTTPNotFound for what is none."""
        found = self.request.match_info.get(name, "")
        if not (found.isascii() and found.isdigit() and len(found) < 10):
            raise web.HTTPNotFound
        return int(found)


Handler = Callable[[Visit], Awaitable[web.StreamResponse]]


class Gate:
    def __init__(
        self, *, settings: Settings, db: Database, office: Office, door: SignIn, clock: Clock, pages: Pages
    ) -> None:
        self._settings = settings
        self._db = db
        self._office = office
        self._door = door
        self._clock = clock
        self._pages = pages

    @property
    def cookie(self) -> str:
        """``__Host-``: no other host of the domain can set it; browsers want HTTPS for that name."""
        return "__Host-cotmoc-console" if self._settings.public else "cotmoc_console"

    @property
    def browser_cookie(self) -> str:
        """Kept when a session is over: by it strangers who guess are told from a browser that the officer has used."""
        return "__Host-cotmoc-browser" if self._settings.public else "cotmoc_browser"

    def get(
        self, path: str, handler: Handler, action: Action | None = Action.READ, *, renewed: bool = False
    ) -> web.RouteDef:
        """A page; ``action`` None: for every officer who is signed in. ``renewed``: a part of a page that asks for
        itself again and again, which keeps nobody signed in."""
        return web.get(path, self._guarded(handler, action, form=False, renewed=renewed))

    def post(self, path: str, handler: Handler, action: Action | None, *, largest: int = LARGEST_BODY) -> web.RouteDef:
        """A form that was sent. ``largest``: bytes, where it has files; only read from who is signed in."""
        return web.post(path, self._guarded(handler, action, form=True, largest=largest))

    async def prove(self, visit: Visit, code: str) -> None:
        """That it is the officer who sits there: a fresh code for what cannot be taken back. Raises CodeRefused."""
        await self._door.require_code(self._db, visit.officer, code, visit.now)

    def enter(self, response: web.StreamResponse, session: Session) -> None:
        response.set_cookie(
            self.cookie, session.token, httponly=True, samesite="Lax", secure=self._settings.public, path="/"
        )

    def remember(self, response: web.StreamResponse, mark: str) -> None:
        response.set_cookie(
            self.browser_cookie,
            mark,
            max_age=REMEMBERED_FOR,
            httponly=True,
            samesite="Lax",
            secure=self._settings.public,
            path="/",
        )

    def leave(self, response: web.StreamResponse) -> None:
        response.del_cookie(self.cookie, path="/", secure=self._settings.public, httponly=True, samesite="Lax")

    async def session(self, request: web.Request, *, renewed: bool = False) -> Session | None:
        token = request.cookies.get(self.cookie, "")
        if not token:
            return None
        now, key = self._clock.now(), self._office.key
        async with self._db.reading() as connection:
            found = await sessions.find(connection, key, token, now)
        if found is not None and found[1] and not renewed:
            async with self._db.transaction() as connection:
                await sessions.seen(connection, key, token, now)
        return None if found is None else found[0]

    def _guarded(
        self,
        handler: Handler,
        action: Action | None,
        *,
        form: bool,
        largest: int = LARGEST_BODY,
        renewed: bool = False,
    ) -> Callable[..., Any]:
        async def guarded(request: web.Request) -> web.StreamResponse:
            spoken = words(language_of(request))
            try:
                session = await self.session(request, renewed=renewed)
            except StoreUnavailable:
                return self._pages.plain(request, spoken, REFUSED, {"why": spoken.say(AWAY)}, status=503)
            if session is None:
                return await self._to_the_door(request, form)
            if largest != LARGEST_BODY:
                request = request.clone(client_max_size=largest)
            visit = Visit(request, session, spoken, self._clock.now(), self._office)
            try:
                if form:
                    visit = Visit(request, session, spoken, visit.now, self._office, await self._sent(request, session))
                if action is not None and not visit.may(action):
                    raise Forbidden
                return await handler(visit)
            except web.HTTPRequestEntityTooLarge:
                why = spoken.say("Tệp hoặc chữ gửi lên lớn quá, nên chưa nhận. Chọn tệp nhỏ hơn rồi gửi lại.")
                return self._refused(visit, why, 413)
            except Forbidden as error:
                return self._refused(visit, error, 403)
            except StoreUnavailable:
                return self._refused(visit, AWAY, 503)
            except BadForm as error:
                return self._refused(visit, error, 400)
            except CotMocError as error:
                return self._refused(visit, error, 409)

        return guarded

    async def _sent(self, request: web.Request, session: Session) -> MultiDictProxy[Any]:
        """The form, if it is one of ours. Raises Forbidden."""
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            raise Forbidden("Biểu mẫu này gửi từ trang khác, nên không nhận.")
        found = await read_form(request)
        given = request.headers.get("X-CSRF-Token") or found.get("csrf", "")
        if not isinstance(given, str) or not hmac.compare_digest(given.encode(errors="replace"), session.csrf.encode()):
            raise Forbidden("Trang này mở đã lâu hoặc thuộc lần đăng nhập trước. Quay lại, tải lại trang rồi gửi lại.")
        return found

    async def _to_the_door(self, request: web.Request, form: bool) -> web.Response:
        """To sign in, and back to the page. Who wrote for longer than a session lasts gets the words back first."""
        if request.headers.get("HX-Request"):
            return web.Response(status=401, headers={"HX-Redirect": SIGN_IN})
        lost = await _written(request) if form else ()
        if lost:
            return self._pages.plain(
                request, words(language_of(request)), "console/over.html", {"lost": lost, "door": SIGN_IN}, status=401
            )
        back = "" if form else f"?next={quote(request.path_qs, safe='')}"
        raise web.HTTPSeeOther(f"{SIGN_IN}{back}")

    def _refused(self, visit: Visit, why: object, status: int) -> web.Response:
        return self._pages.show(visit, REFUSED, {"why": visit.words.say(str(why))}, status=status)


def language_of(request: web.Request) -> str:
    """The console's own choice, kept in the browser; Vietnamese until somebody chooses."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    return chosen if chosen in LANGUAGES else "vi"


def back_to(wanted: str) -> str:
    """Where to go after signing in: a page of the console, or its first one."""
    fits = wanted.startswith("/console/") and wanted.isprintable() and "\\" not in wanted
    return wanted if fits and not wanted.startswith(SIGN_IN) else "/console/"


def why_not(visit: Visit, error: Exception, proven: bool) -> str:
    """The sentence above a form that was refused. ``proven``: its code was good, and is used now."""
    why = visit.words.say(str(error))
    return f"{why} {visit.words.say('Mã vừa gõ đã dùng; lấy mã mới để làm lại.')}" if proven else why


async def _written(request: web.Request) -> tuple[str, ...]:
    """What one of our own pages sent after its session was over; nothing that another site made a browser send."""
    if request.headers.get("Sec-Fetch-Site") != "same-origin":
        return ()
    try:
        return tuple(written(await read_form(request)))
    except (BadForm, web.HTTPRequestEntityTooLarge):
        return ()
