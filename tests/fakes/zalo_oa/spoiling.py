"""Let scripted faults happen to a call: before it is accepted, or to the answer of an accepted one."""

from __future__ import annotations

import asyncio
import time

from aiohttp import web

from tests.fakes.zalo_oa.faults import Fault

LOOK_EVERY = 0.05  # seconds between looks whether a client that gets no answer has given up
PAGE = b"<html><body><h1>Service Unavailable</h1></body></html>"
HALF = b'{"data":{"message_id":"63ec'


class HungUp(Exception):
    """The connection was closed on purpose; there is nothing left to answer."""


class Broken(Exception):
    """Nothing was accepted, and this is answered instead of what the platform would say."""

    def __init__(self, status: int, body: bytes, content_type: str) -> None:
        super().__init__(status)
        self.status = status
        self.body = body
        self.content_type = content_type

    def answer(self) -> web.Response:
        return web.Response(status=self.status, body=self.body, content_type=self.content_type)


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


def _malformed(fault: Fault, body: bytes) -> Broken:
    match fault.body:
        case "html":
            return Broken(200, PAGE, "text/html")
        case "empty":
            return Broken(200, b"", "application/json")
    return Broken(200, body[: len(body) * 2 // 3], "application/json")


async def break_before(request: web.BaseRequest, fault: Fault) -> None:
    """Raises HungUp or Broken for the faults that end a call before anything is accepted."""
    match fault.kind:
        case "hangup":
            raise _hang_up(request)
        case "timeout":
            raise await _keep_silent(request, fault.ms / 1000.0)
        case "server_error":
            raise Broken(fault.status, PAGE, "text/html")
        case "malformed" if not fault.accepted:
            raise _malformed(fault, HALF + HALF)


async def break_after(request: web.BaseRequest, fault: Fault, body: bytes) -> None:
    """Raises HungUp or Broken for the faults that keep back or break the answer to an accepted call."""
    if fault.kind == "answer_lost":
        raise await _keep_silent(request, fault.ms / 1000.0) if fault.silent else _hang_up(request)
    if fault.kind == "malformed":
        raise _malformed(fault, body)
