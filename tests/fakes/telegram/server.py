"""The HTTP face: routes requests to methods, files and control, and lets the scripted faults happen."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from tests.fakes.telegram.control import Control
from tests.fakes.telegram.faults import Fault
from tests.fakes.telegram.journal import Act
from tests.fakes.telegram.methods import Desk
from tests.fakes.telegram.parameters import UPLOAD_LIMIT, Call, read_call
from tests.fakes.telegram.receiving import OTHER_POLL
from tests.fakes.telegram.refusals import UNAUTHORIZED, Refusal, conflict
from tests.fakes.telegram.state import FakeBot

JSON_TYPE = "application/json"
QUICK_HEAD = (
    b"HTTP/1.1 200 OK\r\nServer: fake\r\nContent-Type: application/json\r\nConnection: keep-alive\r\nContent-Length: "
)
LOOK_EVERY = 0.05  # seconds between looks whether a client that gets no answer has given up


class QuickAnswer(web.StreamResponse):
    """A 200 with JSON on a connection that stays open, written in one go.

    aiohttp's own response costs half of a request's time, and the fake must not be what a benchmark measures.
    """

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self._whole = b"%s%d\r\n\r\n%s" % (QUICK_HEAD, len(body), body)

    async def prepare(self, request: web.BaseRequest) -> None:
        if request.transport is not None and not request.transport.is_closing():
            request.transport.write(self._whole)

    async def write_eof(self, rest: bytes = b"") -> None:
        """Nothing is left to write."""

    @property
    def keep_alive(self) -> bool:
        return True


class HungUp(Exception):
    """The connection was closed on purpose; there is nothing left to answer."""


def _answer(body: bytes, status: int = 200, retry_after: int | None = None) -> web.Response:
    headers = {"Retry-After": str(retry_after)} if retry_after is not None else None
    return web.Response(body=body, status=status, content_type=JSON_TYPE, headers=headers)


def _hang_up(request: web.BaseRequest) -> HungUp:
    if request.transport is not None:
        request.transport.abort()
    return HungUp()


async def _keep_silent(request: web.BaseRequest, seconds: float) -> HungUp:
    """Say nothing for ``seconds`` (0: until the client gives up), then close."""
    ends = time.monotonic() + seconds if seconds > 0 else float("inf")
    while time.monotonic() < ends:
        if request.transport is None or request.transport.is_closing():
            break
        await asyncio.sleep(LOOK_EVERY)
    return _hang_up(request)


class FakeServer:
    """The request handler of the low-level aiohttp server; routing is by prefix to keep the way to a send
    short.
    """

    def __init__(self, bot: FakeBot) -> None:
        self.bot = bot
        self.desk = Desk(bot)
        self.control = Control(self.desk)
        self._prefix = f"/bot{bot.settings.token}/"
        self._file_prefix = f"/file/bot{bot.settings.token}/"

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        path, _, query = request.raw_path.partition("?")
        if path.startswith(self._prefix):
            return await self._serve_method(request, path[len(self._prefix) :], query)
        decoded = unquote(path)  # some clients write the colon of the token as %3A
        if decoded.startswith(self._prefix):
            return await self._serve_method(request, decoded[len(self._prefix) :], query)
        if decoded.startswith("/_control/"):
            return await self._serve_control(request, decoded.removeprefix("/_control/"))
        if decoded.startswith(self._file_prefix):
            stored = self.bot.files.at_path(decoded[len(self._file_prefix) :])
            if stored is not None:
                return web.Response(body=stored.content, content_type="application/octet-stream")
        elif decoded.startswith(("/bot", "/file/bot")) and decoded.count("/") > 1:
            self.bot.journal.answers["?", 401] += 1
            return self._refuse(Refusal(401, UNAUTHORIZED))
        return self._refuse(Refusal(404, "Not Found"))

    @staticmethod
    def _refuse(refusal: Refusal) -> web.Response:
        return _answer(refusal.body(), refusal.status, refusal.retry_after)

    async def _serve_method(self, request: web.BaseRequest, name: str, query: str) -> web.StreamResponse:
        method = name.strip("/").lower()
        journal = self.bot.journal
        try:
            if self.bot.faults.faults:
                body = await self._run_with_faults(request, method, query)
            else:
                body, _ = await self.desk.run(await read_call(request, method, query))
        except Refusal as refusal:
            journal.answers[method, refusal.status] += 1
            return self._refuse(refusal)
        except HungUp:
            journal.hangups += 1
            return web.Response()
        except web.HTTPRequestEntityTooLarge:
            journal.answers[method, 413] += 1
            return self._refuse(Refusal(413, "Request Entity Too Large"))
        journal.answers[method, 200] += 1
        return QuickAnswer(body) if request.keep_alive else _answer(body)

    async def _run_with_faults(self, request: web.BaseRequest, method: str, query: str) -> bytes:
        script, call = self.bot.faults, None
        chat_id: int | None = None
        if script.needs_chat:
            call = await read_call(request, method, query)
            chat_id = self._chat_of(call)
        delay, fault = script.pick(method, chat_id, time.monotonic())
        if delay > 0:
            await asyncio.sleep(delay)
        if fault is not None:
            await self._refuse_by_fault(request, fault)
        if call is None:
            call = await read_call(request, method, query)
        if fault is not None and fault.kind == "malformed" and not fault.accepted:
            return b'{"ok":true,"result":'
        body, act = await self.desk.run(call)
        return await self._spoil_answer(request, fault, body, act) if fault is not None else body

    def _chat_of(self, call: Call) -> int | None:
        try:
            return self.bot.chats.resolve(call.parameters.get("chat_id")).chat_id
        except Refusal:
            return None

    @staticmethod
    async def _refuse_by_fault(request: web.BaseRequest, fault: Fault) -> None:
        """The faults that end a call before anything is accepted."""
        match fault.kind:
            case "hangup":
                raise _hang_up(request)
            case "timeout":
                raise await _keep_silent(request, fault.ms / 1000.0)
            case "server_error":
                words = {502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout"}
                raise Refusal(fault.status, words.get(fault.status, "Internal Server Error"))
            case "unauthorized":
                raise Refusal(401, UNAUTHORIZED)
            case "conflict":
                raise conflict(OTHER_POLL)

    @staticmethod
    async def _spoil_answer(request: web.BaseRequest, fault: Fault, body: bytes, act: Act | None) -> bytes:
        """The faults that keep back or break the answer to an accepted call."""
        if fault.kind == "answer_lost":
            if act is not None:
                act.answered = False
            raise await _keep_silent(request, fault.ms / 1000.0) if fault.silent else _hang_up(request)
        if fault.kind == "malformed":
            if act is not None:
                act.answered = False
            return body[: len(body) * 2 // 3]
        return body

    async def _serve_control(self, request: web.BaseRequest, verb: str) -> web.StreamResponse:
        action = self.control.verbs.get(verb)
        if action is None:
            return _answer(json.dumps({"error": f"no such verb: {verb}"}).encode(), 404)
        raw = await request.read()
        try:
            result = await action(json.loads(raw) if raw else {})
        except (ValueError, KeyError, TypeError) as error:
            return _answer(json.dumps({"error": f"{type(error).__name__}: {error}"}).encode(), 400)
        return _answer(json.dumps({"result": result}, ensure_ascii=False).encode())


def _make_request(message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> web.BaseRequest:
    """As aiohttp does it, but with room for an upload of the size that Telegram takes."""
    loop = asyncio.get_running_loop()
    return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=UPLOAD_LIMIT + 2**20)


async def start_server(bot: FakeBot, host: str, port: int) -> tuple[web.ServerRunner, FakeServer, str]:
    """Listen; gives what must be cleaned up, the server and its URL."""
    fake = FakeServer(bot)
    runner = web.ServerRunner(
        web.Server(fake.handle, request_factory=_make_request, access_log=None),
        shutdown_timeout=0.2,  # calls that a fault keeps silent would hold the end up for a minute
    )
    await runner.setup()
    site = web.TCPSite(runner, host, port, backlog=1024)
    await site.start()
    address = runner.addresses[0]
    return runner, fake, f"http://{host}:{address[1]}"
