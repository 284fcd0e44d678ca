"""What the benchmarks of sending share: our sender on a run that is frozen, and other ways to send the same text."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from random import Random

import aiohttp
from sqlalchemy import select
from telegram import Bot
from telegram.error import RetryAfter
from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest

from bot.channels.base import Channel
from bot.channels.telegram import TelegramChannel
from bot.clock import SystemClock
from bot.messages import Address, OutgoingMessage
from bot.metrics import Metrics
from bot.pacing import Pacer
from bot.storage.db import Database
from bot.storage.group_commit import GroupCommit
from bot.storage.schema import deliveries
from broadcasts.claiming import Recipient
from broadcasts.engine import Sender, Skip
from tests.bench.many import TEXT
from tests.fakes.telegram_client import FakeTelegram

MESSAGE = OutgoingMessage(TEXT)
WINDOW = 64
FIRST = 700000001


async def words(channel: Channel, recipient: Recipient) -> OutgoingMessage | Skip:
    return MESSAGE


async def nothing_to_stop(run_id: int, reason: str) -> None:
    raise AssertionError(f"run {run_id} was stopped: {reason}")


async def ours(db: Database, channel: TelegramChannel, pacer: Pacer) -> tuple[float, int]:
    """Seconds until everything of the run is settled, and the most that was in flight."""
    sender = Sender(
        db=db,
        writer=GroupCommit(db),
        channel=channel,
        pacer=pacer,
        clock=SystemClock(),
        metrics=Metrics(),
        rng=Random(1),
        owner="bench",
        write=words,
        stop_run=nothing_to_stop,
        window=WINDOW,
        alone=True,
    )
    begun = time.perf_counter()
    sending = asyncio.create_task(sender.run())
    while await left(db):
        await asyncio.sleep(0.05)
    took = time.perf_counter() - begun
    await sender.stop()
    await sending
    return took, sender.in_flight_max


async def left(db: Database) -> bool:
    """Whether anything waits."""
    async with db.reading() as connection:
        open_states = deliveries.c.state.in_(("queued", "leased", "attempting"))
        return (await connection.execute(select(deliveries.c.id).where(open_states).limit(1))).first() is not None


async def many(count: int, send: Callable[[int], Awaitable[object]], at_once: int = WINDOW) -> float:
    """Seconds that so many sends take, so many of them at a time; ``send`` gets a chat's number."""
    numbers = iter(range(FIRST, FIRST + count))

    async def worker() -> None:
        for number in numbers:
            await send(number)

    begun = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(at_once)))
    return time.perf_counter() - begun


async def same_bot(fake: FakeTelegram, count: int) -> float:
    """Our channel, and no storage."""
    channel = TelegramChannel(token=fake.token, api_url=fake.url)
    await channel.open()
    took = await many(count, lambda chat: channel.send(Address("telegram", "main", str(chat)), MESSAGE))
    await channel.close()
    return took


async def default_bot(fake: FakeTelegram, count: int) -> float:
    """python-telegram-bot as it comes: over HTTPX."""
    request = HTTPXRequest(connection_pool_size=WINDOW)
    async with Bot(fake.token, base_url=fake.base_url, request=request, get_updates_request=HTTPXRequest()) as bot:
        return await many(count, lambda chat: bot.send_message(chat, TEXT))


async def limited_bot(fake: FakeTelegram, count: int, rate: float) -> tuple[float, int]:
    """python-telegram-bot with its own limiter, the peer for pace: seconds, and how many it gave up on."""
    given_up = 0
    limiter = AIORateLimiter(overall_max_rate=rate, overall_time_period=1, max_retries=5)
    request = HTTPXRequest(connection_pool_size=WINDOW)
    bot = ExtBot(
        fake.token,
        base_url=fake.base_url,
        request=request,
        get_updates_request=HTTPXRequest(),
        rate_limiter=limiter,
    )

    async def send(chat: int) -> None:
        nonlocal given_up
        try:
            await bot.send_message(chat, TEXT)
        except RetryAfter:
            given_up += 1

    async with bot:
        took = await many(count, send)
    return took, given_up


async def bare_aiohttp(fake: FakeTelegram, count: int) -> float:
    """No library of Telegram's at all."""
    url = f"{fake.base_url}{fake.token}/sendMessage"
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=WINDOW)) as session:

        async def send(chat: int) -> None:
            async with session.post(url, json={"chat_id": chat, "text": TEXT}) as answer:
                await answer.json()

        return await many(count, send)
