"""The public side: the start page with the web chat, its socket, the privacy page, static files."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp_jinja2
import jinja2
from aiohttp import WSCloseCode, WSMsgType, web

from bot.channels.webchat import LONGEST_FRAME, WebChat
from bot.clock import Clock
from bot.errors import Malformed, StoreUnavailable
from bot.metrics import Metrics
from bot.pacing import Bucket
from bot.retention import KEPT
from handlers.chat.context import Desk
from handlers.chat.intake import Intake
from handlers.http.page_context import PageContext, page_language
from handlers.http.server import FRAMERS
from handlers.http.ui_strings import UI

SESSION_COOKIE = "cotmoc_chat"
_SESSION = re.compile(r"[A-Za-z0-9_-]{22}")  # as secrets.token_urlsafe(16) makes them
# A page in a frame of another site has no cookie: its session is offered with the socket, which no log and no other
# site reads. The first protocol is the one that is spoken.
PROTOCOL, SESSION_PROTOCOL = "cotmoc", "cotmoc.session."
MOST_SOCKETS = 2000
IDLE_FOR = 900.0  # seconds without a word before a socket is closed
FRAMES_A_SECOND, FRAMES_AT_ONCE = 10.0, 100.0
_HERE, _CONSOLE = files("handlers.http"), files("handlers.console")
Live = Callable[[str], Awaitable[Sequence[Mapping[str, str]]]]


def add(
    app: web.Application,
    *,
    desk: Desk,
    intake: Intake,
    webchat: WebChat,
    clock: Clock,
    metrics: Metrics,
    live: Live,
) -> None:
    """Add the public pages to the application. ``live``: one line for each notice in force, in a language."""
    aiohttp_jinja2.setup(
        app,
        loader=jinja2.FileSystemLoader([str(each / "templates") for each in (_HERE, _CONSOLE)]),
        extensions=["jinja2.ext.i18n"],
        autoescape=jinja2.select_autoescape(default=True),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages = _Pages(desk, live)
    socket = _ChatSocket(desk, intake, webchat, clock, metrics)
    app.add_routes(
        [
            web.get("/", pages.start),
            web.get("/privacy", pages.privacy),
            web.get("/chat/ws", socket.serve),
            web.static("/static", Path(str(_HERE / "static")), append_version=False),
        ]
    )
    app.on_response_prepare.append(_cache)


async def _cache(request: web.Request, response: web.StreamResponse) -> None:
    """Pages are never kept by anybody; static files are, and carry the version in their address."""
    static = request.path.startswith(("/static/", "/console/static/")) and response.status == 200
    response.headers.setdefault("Cache-Control", "public, max-age=86400" if static else "no-store")


class _Pages:
    def __init__(self, desk: Desk, live: Live) -> None:
        self._desk = desk
        self._live = live
        self._context = PageContext(desk)

    async def start(self, request: web.Request) -> web.Response:
        language = page_language(request)
        framers = self._desk.settings.widget_origins if request.query.get("embedded") == "1" else ()
        ui, sharing = UI[language], self._context.sharing
        context = self._context.of(language) | {
            "live": await self._live(language),
            "share": sharing.of(
                "/",
                language,
                title=ui["page_title"],
                description=ui["page_description"],
                indexed=not framers,
                facts=sharing.site(language),
            ),
        }
        place = self._desk.gazetteer.resolve_start(request.query.get("place", ""))
        if place is not None:  # from the code on a poster: the conversation begins there
            context["start"] = f"/start {place.code}"
        if framers:
            context |= {"embedded": True, "kept": "embedded=1&", "session": secrets.token_urlsafe(16)}
        response = aiohttp_jinja2.render_template("chat.html", request, context)
        response.enable_compression()
        if framers:
            response[FRAMERS] = " ".join(framers)
        elif not _SESSION.fullmatch(request.cookies.get(SESSION_COOKIE, "")):
            response.set_cookie(
                SESSION_COOKIE,
                secrets.token_urlsafe(16),
                httponly=True,
                samesite="Strict",
                secure=self._desk.settings.public,
                path="/",
            )
        return response

    async def privacy(self, request: web.Request) -> web.Response:
        language = page_language(request)
        ui = UI[language]
        retention = [
            (ui[f"kept_{each.table.name}"], ui[f"why_{each.purpose}"], ui[f"until_{each.until}"]) for each in KEPT
        ]
        context = {
            **self._context.of(language),
            "retention": retention,
            "privacy_contact": self._desk.settings.privacy_contact,
        }
        response = aiohttp_jinja2.render_template("privacy.html", request, context)
        response.enable_compression()
        return response


class _ChatSocket:
    """/chat/ws: frames in, stored before anything else; replies come through the channel."""

    def __init__(self, desk: Desk, intake: Intake, webchat: WebChat, clock: Clock, metrics: Metrics) -> None:
        self._desk = desk
        self._intake = intake
        self._webchat = webchat
        self._clock = clock
        self._metrics = metrics

    async def serve(self, request: web.Request) -> web.StreamResponse:
        if not same_origin(request, self._desk.settings.public_url):
            return web.Response(status=403)
        if self._webchat.open_count() >= MOST_SOCKETS:
            return web.Response(status=503, headers={"Retry-After": "10"})
        language = page_language(request)
        session = _session_of(request) or secrets.token_urlsafe(16)
        socket = web.WebSocketResponse(max_msg_size=LONGEST_FRAME, heartbeat=30.0, protocols=(PROTOCOL,))
        await socket.prepare(request)

        async def push(payload: Mapping[str, Any]) -> None:
            try:
                await socket.send_json(payload, dumps=lambda each: json.dumps(each, ensure_ascii=False))
            except (ConnectionError, RuntimeError):
                return  # closed meanwhile; the reply waits for the next socket of the same visitor

        self._webchat.open(session, push)
        self._metrics.websockets.inc()
        bucket = Bucket(FRAMES_A_SECOND, FRAMES_AT_ONCE)
        try:
            while not socket.closed:
                try:
                    frame = await socket.receive(timeout=IDLE_FOR)
                except TimeoutError:
                    await socket.close(code=WSCloseCode.GOING_AWAY)
                    break
                if frame.type is not WSMsgType.TEXT:
                    break
                # Who writes too fast is slowed down where it is known what they write; this is no person any more.
                if not bucket.admit(self._clock.monotonic()):
                    await socket.close(code=WSCloseCode.POLICY_VIOLATION)
                    break
                trouble = await self._take(session, language, frame.data, push)
                if trouble:
                    await push({"type": "error", "text": self._say(trouble, language)})
        finally:
            self._webchat.close(session, push)
            self._metrics.websockets.dec()
        return socket

    async def _take(self, session: str, language: str, text: str, push: Any) -> str:
        """Store one frame; returns the phrase of what is wrong with it, if anything."""
        try:
            frame = json.loads(text)
            kind = frame.get("type")
        except (ValueError, AttributeError, RecursionError):
            return "kind.other"
        if kind == "hello":
            after = frame.get("after")
            await self._webchat.greet(session, after if isinstance(after, str) else None, push)
            return ""
        if self._intake.full:
            return "outage.now"
        try:
            rows = self._webchat.receive({"session": session, "language": language}, text.encode(), self._clock.now())
            (row,) = await self._intake.receive(rows)
            if row.state == "ignored":  # no answer will come, and the page need not wait for one
                await push({"type": "ack", "reply_to": frame["id"]})
        except Malformed:
            return "kind.other"
        except StoreUnavailable:
            return "outage.now"
        return ""

    def _say(self, phrase: str, language: str) -> str:
        return self._desk.phrases.say(phrase, language, n=5)


def _session_of(request: web.Request) -> str:
    """The one that a framed page offers, else that of the cookie; empty where there is none."""
    offered = (each.strip() for each in request.headers.get("Sec-WebSocket-Protocol", "").split(","))
    named = [each.removeprefix(SESSION_PROTOCOL) for each in offered if each.startswith(SESSION_PROTOCOL)]
    session = named[0] if named else request.cookies.get(SESSION_COOKIE, "")
    return session if _SESSION.fullmatch(session) else ""


def same_origin(request: web.Request, public_url: str) -> bool:
    """Only our own pages may open the socket: the Origin is this host, or the public address."""
    origin = urlsplit(request.headers.get("Origin", ""))
    if origin.scheme not in ("http", "https") or not origin.netloc:
        return False
    return origin.netloc == request.host or (
        bool(public_url) and f"{origin.scheme}://{origin.netloc}" == public_url.rstrip("/")
    )
