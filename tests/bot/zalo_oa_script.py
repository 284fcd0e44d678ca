"""A server that answers as it is told, one line of a script for each call; and tokens that can be counted."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any

from aiohttp import web

from bot import errors
from bot.channels.zalo_oa_client import ZaloClient
from bot.clock import Clock
from bot.testing import ManualClock

NOW = datetime(2026, 11, 20, 5, 0, 20, tzinfo=UTC)  # 12:00:20 in Việt Nam
APP_SECRET = "app-secret-of-the-test"


@dataclass(frozen=True, slots=True)
class Answer:
    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


def gives(**members: Any) -> Answer:
    return Answer({"error": 0, "message": "Success", "data": members})


def no(code: int | str, words: str = "") -> Answer:
    return Answer({"error": code, "message": words})


def sent(message_id: str = "m-1") -> Answer:
    return gives(message_id=message_id, user_id="1", sent_time="1626926349402")


@dataclass(frozen=True, slots=True)
class Asked:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any  # JSON, or (file name, type, content) of an upload


@dataclass(slots=True)
class Script:
    """``answers`` must be used up when the block ends; ``asked`` is what came.

    ``broken``: every connection ends when the call has been read, without an answer.
    """

    url: str = ""
    answers: deque[Answer] = field(default_factory=deque)
    asked: list[Asked] = field(default_factory=list)
    broken: bool = False

    def then(self, *answers: Answer) -> None:
        self.answers.extend(answers)

    def paths(self) -> list[str]:
        return [each.path for each in self.asked]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body: Any = None
        if request.content_type == "multipart/form-data":
            part = await (await request.multipart()).next()
            assert part is not None
            assert part.name == "file"  # type: ignore[union-attr]
            body = (part.filename, part.headers["Content-Type"], await part.read())  # type: ignore[union-attr]
        elif request.method == "POST":
            body = await request.json()
        self.asked.append(Asked(request.method, request.path, dict(request.query), dict(request.headers), body))
        if self.broken:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        answer = self.answers.popleft()
        content = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
        return web.Response(status=answer.status, headers=answer.headers, body=content)


@asynccontextmanager
async def script(*answers: Answer) -> AsyncIterator[Script]:
    told = Script(answers=deque(answers))
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", told.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    told.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield told
        assert not told.answers, f"{len(told.answers)} answers were never asked for"
    finally:
        await runner.cleanup()


class CountedTokens:
    """token-1, and after every refusal of the present one the next; ``last``: how many there are."""

    def __init__(self, last: int = 9) -> None:
        self.number = 1
        self.last = last

    async def access_token(self) -> str:
        if self.number > self.last:
            raise errors.AccountRejected("a person has to consent again")
        return f"token-{self.number}"

    async def refused(self, token: str) -> None:
        if token == f"token-{self.number}":
            self.number += 1


@asynccontextmanager
async def client_at(
    url: str, *, tokens: CountedTokens | None = None, clock: Clock | None = None, **more: Any
) -> AsyncIterator[ZaloClient]:
    opened = ZaloClient(url, tokens or CountedTokens(), clock=clock or ManualClock(NOW), rng=Random(5), **more)
    await opened.open()
    try:
        yield opened
    finally:
        await opened.close()
