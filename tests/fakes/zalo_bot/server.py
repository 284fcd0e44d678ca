"""The HTTP face: routes requests to methods and control, and lets the scripted faults happen."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from tests.fakes.zalo_bot.control import Control
from tests.fakes.zalo_bot.faults import Fault, pick
from tests.fakes.zalo_bot.journal import Act
from tests.fakes.zalo_bot.methods import NO_RESULT, Desk
from tests.fakes.zalo_bot.parameters import Call, read_call
from tests.fakes.zalo_bot.refusals import Refusal, refusal_of
from tests.fakes.zalo_bot.state import FakeBot

LOOK_EVERY = 0.05  # seconds between looks whether a client that gets no answer has given up


class HungUp(Exception):
    """The connection was closed on purpose; there is nothing left to answer."""


def _answer(body: bytes, status: int = 200, *, as_text: bool = False) -> web.Response:
    return web.Response(body=body, status=status, content_type="text/html" if as_text else "application/json")


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
    """The request handler of the low-level aiohttp server."""

    def __init__(self, bot: FakeBot) -> None:
        self.bot = bot
        self.desk = Desk(bot)
        self.control = Control(self.desk)
        self._prefix = f"/bot{bot.settings.token}/"

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        path = unquote(request.raw_path.partition("?")[0])  # some clients write the colon of the token as %3A
        if path.startswith("/_control/"):
            return await self._serve_control(request, path.removeprefix("/_control/"))
        if path.startswith(self._prefix):
            return await self._serve_method(request, path[len(self._prefix) :])
        if path.startswith("/bot") and path.count("/") > 1:
            settings = self.bot.settings
            refusal = refusal_of(settings.wrong_token, as_text=settings.wrong_token_text)
        else:
            refusal = refusal_of(404, status=404)
        return self._refuse("?", refusal)

    def _refuse(self, method: str, refusal: Refusal) -> web.Response:
        self.bot.journal.answers[method, refusal.code] += 1
        status = refusal.status or (200 if self.bot.settings.error_status == "ok" else refusal.code)
        return _answer(refusal.body(), status, as_text=refusal.as_text)

    async def _serve_method(self, request: web.BaseRequest, method: str) -> web.StreamResponse:
        try:
            call = await read_call(request, method)
            body = await self._run(call)
        except Refusal as refusal:
            return self._refuse(method, refusal)
        except HungUp:
            self.bot.journal.hangups += 1
            return web.Response()
        self.bot.journal.answers[method, 200] += 1
        return _answer(body)

    async def _run(self, call: Call) -> bytes:
        chat_id = call.parameters.get("chat_id")
        delay, fault = pick(self.bot.faults, call.method, chat_id if isinstance(chat_id, str) else None)
        if delay > 0:
            await asyncio.sleep(delay)
        if fault is not None:
            await self._fail_before(call.request, fault)
            if fault.kind == "malformed" and not fault.accepted:
                return b'{"ok":true,"result":'
        result = await self.desk.run(call)
        act = result if isinstance(result, Act) else None
        body = _success(result)
        if fault is None:
            return body
        if act is not None:
            act.answered = False
        if fault.kind == "answer_lost":
            raise await _keep_silent(call.request, fault.ms / 1000.0) if fault.silent else _hang_up(call.request)
        return body[: len(body) * 2 // 3]

    @staticmethod
    async def _fail_before(request: web.BaseRequest, fault: Fault) -> None:
        """The faults that end a call before anything is accepted."""
        match fault.kind:
            case "hangup":
                raise _hang_up(request)
            case "timeout":
                raise await _keep_silent(request, fault.ms / 1000.0)
            case "server_error":
                status = fault.status or 500
                raise refusal_of(status, status=status, as_text=fault.as_text)
            case "refused":
                raise refusal_of(fault.code, status=fault.status, as_text=fault.as_text)

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


def _success(result: Any) -> bytes:
    if result is NO_RESULT:
        return b'{"ok":true}'
    if isinstance(result, Act):
        result = {"message_id": result.message_id, "date": int(result.at * 1000)}
    return json.dumps({"ok": True, "result": result}, ensure_ascii=False).encode()


async def start_server(bot: FakeBot, host: str, port: int) -> tuple[web.ServerRunner, FakeServer, str]:
    """Listen; gives what must be cleaned up, the server and its URL."""
    fake = FakeServer(bot)
    # Calls that a fault keeps silent, and long polls, would hold the end up for a minute.
    runner = web.ServerRunner(web.Server(fake.handle, access_log=None), shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, host, port).start()
    address = runner.addresses[0]
    return runner, fake, f"http://{host}:{address[1]}"
