"""``send``: durable delivery to a fake that answers at once, beside the same Bot without any storage, and others."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.channels.telegram import TelegramChannel
from bot.pacing import Pacer
from tests.bench import sending
from tests.bench.harness import medians
from tests.bench.many import a_run, database, people
from tests.fakes.telegram_client import FakeTelegram

PEERS = {
    "the same Bot without storage": sending.same_bot,
    "python-telegram-bot, HTTPX": sending.default_bot,
    "bare aiohttp": sending.bare_aiohttp,
}


async def one_round(kind: str, count: int) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
    async with FakeTelegram.start() as fake, database(kind) as db:
        channel = TelegramChannel(token=fake.token, api_url=fake.url)
        await channel.open()
        await people(db, count)
        await a_run(db, count, frozen=True)
        took, most = await sending.ours(db, channel, Pacer(rate=0, chat_rate=1000, chat_burst=1000))
        reached = len({act.chat_id for act in await fake.sends()})
        total = (await fake.counts()).sends
        await channel.close()
        theirs = {}
        for name, send in PEERS.items():
            await fake.reset()
            some = min(count, 5_000)
            theirs[name] = {"per_second": some / await send(fake, some)}
    mine = {
        "per_second": count / took,
        "skipped": count - reached,
        "doubled": total - reached,
        "in_flight_max": most,
    }
    return mine, theirs


def run(*, full: bool = False) -> dict[str, Any]:
    count, rounds = (100_000, 1) if full else (5_000, 5)
    mine: list[dict[str, float]] = []
    theirs: dict[str, list[dict[str, float]]] = {name: [] for name in PEERS}
    for _ in range(rounds):
        own, others = asyncio.run(one_round("sqlite", count))
        mine.append(own)
        for name, other in others.items():
            theirs[name].append(other)
    return {
        "name": "send",
        "settings": {"messages": count, "window": sending.WINDOW, "database": "sqlite"},
        "runs": rounds,
        "ours": medians(mine),
        "peers": {name: medians(rows) for name, rows in theirs.items()},
    }
