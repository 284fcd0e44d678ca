"""``send``: durable delivery to a fake that answers at once, beside the same Bot without any storage."""

from __future__ import annotations

import asyncio
import time
from random import Random
from typing import Any

from bot.channels.base import Channel
from bot.channels.telegram import TelegramChannel
from bot.clock import SystemClock
from bot.messages import Address, OutgoingMessage
from bot.metrics import Metrics
from bot.pacing import Pacer
from bot.storage.db import Database
from bot.storage.group_commit import GroupCommit
from broadcasts.engine import Sender, Skip
from broadcasts.outbox import Recipient
from tests.bench.harness import medians
from tests.bench.many import TEXT, a_run, database, people
from tests.fakes.telegram_client import FakeTelegram

MESSAGE = OutgoingMessage(TEXT)


async def words(channel: Channel, recipient: Recipient) -> OutgoingMessage | Skip:
    return MESSAGE


async def nothing_to_stop(run_id: int, reason: str) -> None:
    raise AssertionError(f"run {run_id} was stopped: {reason}")


async def ours(db: Database, channel: TelegramChannel, window: int) -> tuple[float, int]:
    sender = Sender(
        db=db,
        writer=GroupCommit(db),
        channel=channel,
        pacer=Pacer(rate=0, chat_rate=1000, chat_burst=1000),
        clock=SystemClock(),
        metrics=Metrics(),
        rng=Random(1),
        owner="bench",
        write=words,
        stop_run=nothing_to_stop,
        window=window,
        alone=True,
    )
    begun = time.perf_counter()
    renewing = asyncio.create_task(sender._keep())
    await sender.work_off()
    renewing.cancel()
    return time.perf_counter() - begun, sender.in_flight_max


async def bare(channel: TelegramChannel, count: int, window: int) -> float:
    """The same Bot over the same transport, and no storage."""
    numbers = iter(range(count))

    async def worker() -> None:
        for number in numbers:
            await channel.send(Address("telegram", "main", str(700000001 + number)), MESSAGE)

    begun = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(window)))
    return time.perf_counter() - begun


async def once(kind: str, count: int) -> tuple[dict[str, float], dict[str, float]]:
    window = 64
    async with FakeTelegram.start() as fake, database(kind) as db:
        channel = TelegramChannel(token=fake.token, api_url=fake.url)
        await channel.open()
        await people(db, count)
        await a_run(db, count, frozen=True)
        took, most = await ours(db, channel, window)
        reached = len({act.chat_id for act in await fake.sends()})
        total = (await fake.counts()).sends
        alone = await bare(channel, count, window)
        await channel.close()
    mine = {
        "per_second": count / took,
        "skipped": count - reached,
        "doubled": total - reached,
        "in_flight_max": most,
    }
    return mine, {"per_second": count / alone}


def run(*, full: bool = False) -> dict[str, Any]:
    count, rounds = (100_000, 1) if full else (5_000, 5)
    mine, theirs = [], []
    for _ in range(rounds):
        one, other = asyncio.run(once("sqlite", count))
        mine.append(one)
        theirs.append(other)
    return {
        "name": "send",
        "settings": {"messages": count, "window": 64, "database": "sqlite"},
        "runs": rounds,
        "ours": medians(mine),
        "peers": {"the same Bot without storage": medians(theirs)},
    }
