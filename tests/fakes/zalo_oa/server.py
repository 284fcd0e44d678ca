"""The HTTP face: one server plays the three hosts, by path, and lets the scripted faults happen."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from aiohttp import web

from tests.fakes.zalo_oa.answers import answer
from tests.fakes.zalo_oa.calls import UPLOAD_LIMIT, Call, Route, read_upload
from tests.fakes.zalo_oa.control import Control
from tests.fakes.zalo_oa.desk import Desk
from tests.fakes.zalo_oa.faults import Fault, pick
from tests.fakes.zalo_oa.grants import Pair
from tests.fakes.zalo_oa.play import Play
from tests.fakes.zalo_oa.refusals import Refusal, SignInRefusal
from tests.fakes.zalo_oa.sign_in import grant_name
from tests.fakes.zalo_oa.spoiling import Broken, HungUp, break_after, break_before
from tests.fakes.zalo_oa.state import Account

HTML = "text/html; charset=utf-8"
NO_RATE = frozenset({-216, -220})  # whose call it was is not known then, nor whose minute


class FakeServer:
    """The request handler of the low-level aiohttp server."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.desk = Desk(account)
        self.control = Control(account, self.desk.sign_in)
        self.play = Play(account, self.control.actions)

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        path, _, query = request.raw_path.partition("?")
        route = self.desk.routes.get(path)
        if route is not None and request.method == route.verb:
            try:
                return await self._serve(request, route, query)
            except HungUp:
                self.account.journal.hangups += 1
                return web.Response()
            except Broken as broken:
                return broken.answer()
        if path.startswith("/_control/"):
            return await self._serve_control(request, path.removeprefix("/_control/"))
        if path.startswith("/_play/"):
            return await self.play.serve(request, path.removeprefix("/_play/"))
        return web.Response(status=404, body=b"<html><body>Not Found</body></html>", content_type="text/html")

    async def _serve(self, request: web.BaseRequest, route: Route, query: str) -> web.StreamResponse:
        """Faults first, then the token and the minute, then the body; every answer is a 200 unless a fault says no."""
        account = self.account
        raw = b"" if route.takes_file else await request.read()
        name = grant_name(raw) if route.name == "tokens" else route.name
        fault = await self._meet_fault(request, name, raw) if account.faults else None
        now, headers, journal = account.clock.now(), request.headers, account.journal
        sends_before, tokens_before = len(journal.sends), len(journal.token_calls)
        pair: Pair | None = None
        error = 0
        try:
            if fault is not None and fault.kind == "refused":
                kind = SignInRefusal if route.family == "sign-in" else Refusal
                raise kind(fault.code, fault.reason)
            pair = self.desk.admit(route, headers, now)
            upload = await read_upload(request) if route.takes_file else None
            content_type, secret_key = headers.get("Content-Type", ""), headers.get("secret_key", "")
            body = self.desk.run(route, Call(name, query, raw, content_type, now, secret_key, pair, upload))
        except Refusal as refusal:
            body, error = refusal.body(), refusal.code
        journal.note_call(name, now, error, pair.number if pair else 0)
        if fault is not None and fault.kind != "refused":
            journal.mark_unanswered(sends_before, tokens_before)
            await break_after(request, fault, body)
        rate = account.counter.head(route.family) if _tells_rate(route, error) else None
        is_page = route.name == "consent" and not error
        return answer(request, HTML if is_page else account.settings.content_type, body, rate)

    async def _meet_fault(self, request: web.BaseRequest, name: str, raw: bytes) -> Fault | None:
        """Wait, or break, as the script wants; gives the fault that is to end this call in another way."""
        delay, fault = pick(self.account.faults, name, raw)
        if delay > 0:
            await asyncio.sleep(delay)
        if fault is not None:
            try:
                await break_before(request, fault)
            except Broken as broken:
                self.account.journal.note_call(name, self.account.clock.now(), broken.status, 0)
                raise
        return fault

    async def _serve_control(self, request: web.BaseRequest, verb: str) -> web.StreamResponse:
        action = self.control.verbs.get(verb)
        if action is None:
            return _told({"error": f"no such verb: {verb}"}, 404)
        raw = await request.read()
        try:
            return _told({"result": await action(json.loads(raw) if raw else {})})
        except Refusal as refusal:
            return _told({"error": f"refused with {refusal.code}: {refusal.reason}"}, 400)
        except (ValueError, KeyError, TypeError) as error:
            return _told({"error": f"{type(error).__name__}: {error}"}, 400)


def _tells_rate(route: Route, error: int) -> bool:
    return route.family in ("message", "article") and error not in NO_RATE


def _told(said: dict[str, Any], status: int = 200) -> web.Response:
    body = json.dumps(said, ensure_ascii=False).encode()
    return web.Response(body=body, status=status, content_type="application/json")


def _make_request(message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> web.BaseRequest:
    """As aiohttp does it, but with room for an upload too large by some, which the platform itself refuses."""
    loop = asyncio.get_running_loop()
    return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=4 * UPLOAD_LIMIT)


async def start_server(account: Account, host: str, port: int) -> tuple[web.ServerRunner, FakeServer, str]:
    """Listen; gives what must be cleaned up, the server and its URL."""
    fake = FakeServer(account)
    runner = web.ServerRunner(
        web.Server(fake.handle, request_factory=_make_request, access_log=None),
        shutdown_timeout=0.2,  # calls that a fault keeps silent would hold the end up for a minute
    )
    await runner.setup()
    await web.TCPSite(runner, host, port, backlog=1024).start()
    address = runner.addresses[0]
    fake.control.begin()
    return runner, fake, f"http://{host}:{address[1]}"
