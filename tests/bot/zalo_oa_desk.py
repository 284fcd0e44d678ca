"""An Official Account channel at work against the fake platform: its webhook, its tokens, what came in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random

import pytest
from aiohttp import web

from bot import errors
from bot.channels.zalo_articles import ZaloArticles
from bot.channels.zalo_oa import ZaloOaChannel
from bot.channels.zalo_oa_client import ZaloClient
from bot.channels.zalo_signature import Keys
from bot.channels.zalo_uploads import BookInMemory, Uploads
from bot.clock import SystemClock
from bot.messages import Address, OutgoingMessage, Update
from bot.storage.inbox import Claimed, Received
from tests.fakes.zalo_oa_client import FakeZaloOa, resident

AN = resident(1)
HELLO = OutgoingMessage("Dạ, chào bà con.")


def to(who: str) -> Address:
    return Address("zalo-oa", "main", who)


class OperatorTokens:
    """The first pair; after a refusal a person fetches a fresh one from the API explorer."""

    def __init__(self, fake: FakeZaloOa) -> None:
        self._fake = fake
        self._token = fake.access_token
        self.refusals = 0

    async def access_token(self) -> str:
        return self._token

    async def refused(self, token: str) -> None:
        self.refusals += 1
        self._token = str((await self._fake.grant())["access_token"])


@dataclass(slots=True)
class Desk:
    """The channel, its webhook, and what came in."""

    fake: FakeZaloOa
    tokens: OperatorTokens
    client: ZaloClient
    channel: ZaloOaChannel
    articles: ZaloArticles
    url: str = ""
    rows: list[Received] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    async def hook(self, request: web.Request) -> web.Response:
        try:
            self.rows += self.channel.receive(request.headers, await request.read(), datetime.now(UTC))
        except (errors.Forged, errors.Malformed) as error:
            self.statuses.append(403 if isinstance(error, errors.Forged) else 400)
            return web.Response(status=self.statuses[-1])
        self.statuses.append(200)
        return web.Response()

    async def updates(self) -> list[Update]:
        await self.fake.wait_until_idle()
        read = []
        for row in self.rows:
            claimed = Claimed(1, Address(row.channel, row.account, row.lane), row.key, row.body, 0, row.received_at)
            update = self.channel.read(claimed)
            assert update is not None
            read.append(update)
        return read


@asynccontextmanager
async def at_work(fake: FakeZaloOa, *, hook: bool = True, proof: bool = False, **more: object) -> AsyncIterator[Desk]:
    clock, tokens = SystemClock(), OperatorTokens(fake)
    client = ZaloClient(
        fake.url, tokens, clock=clock, rng=Random(1), app_secret=fake.app_secret, proof=proof, rate=1000,
        answer_within=1.0,
    )  # fmt: skip
    keys = Keys(fake.app_id, fake.oa_secret, fake.app_secret, fake.oa_id)
    uploads = Uploads(client, BookInMemory(), clock)
    channel = ZaloOaChannel(client=client, uploads=uploads, keys=keys, clock=clock, **more)  # type: ignore[arg-type]
    desk = Desk(fake, tokens, client, channel, ZaloArticles(client=client, clock=clock))
    app = web.Application()
    app.router.add_post("/hook", desk.hook)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    desk.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    await channel.open()
    try:
        if hook:
            assert (await fake.set_webhook(desk.url)).saved
            assert desk.rows == []
        yield desk
    finally:
        await channel.close()
        await fake.set_webhook("")
        await runner.cleanup()


async def failing(desk: Desk, who: str = AN, message: OutgoingMessage = HELLO) -> errors.ChannelError:
    with pytest.raises(errors.ChannelError) as caught:
        await desk.channel.send(to(who), message)
    return caught.value
