"""``send-latency``: a fake that takes 50 ms to answer and allows 1,000 messages a second."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

from bot.channels.telegram import TelegramChannel
from bot.pacing import Pacer
from tests.bench import sending
from tests.bench.harness import medians
from tests.bench.many import a_run, database, people
from tests.fakes.telegram_client import FakeTelegram

RATE, LATENCY_MS = 1000, 50


async def one_round(count: int) -> tuple[dict[str, float], dict[str, float]]:
    async with FakeTelegram.start(strict=True, bot_per_second=RATE) as fake, database("sqlite") as db:
        await fake.fault("latency", ms=LATENCY_MS)
        channel = TelegramChannel(token=fake.token, api_url=fake.url)
        await channel.open()
        await people(db, count)
        await a_run(db, count, frozen=True)
        took, most = await sending.ours(db, channel, Pacer(rate=0, whole=RATE - 1, chat_rate=1000))
        sends = await fake.sends()
        floods = sum(n for answer, n in (await fake.counts()).answers.items() if answer.endswith(" 429"))
        await channel.close()
        mine = {
            "per_second": count / took,
            "busiest_second": max(Counter(int(act.at) for act in sends).values()),
            "flood_errors": floods,
            "skipped": count - len({act.chat_id for act in sends}),
            "doubled": len(sends) - len({act.chat_id for act in sends}),
            "in_flight_max": most,
        }
        await fake.reset()
        await fake.set_limits(mode="off")
        await fake.fault("latency", ms=LATENCY_MS)
        some = min(count, 500)  # it is slow enough
        return mine, {"per_second": some / await sending.default_bot(fake, some)}


def run(*, full: bool = False) -> dict[str, Any]:
    count, rounds = (20_000, 3) if full else (5_000, 5)
    mine, theirs = zip(*(asyncio.run(one_round(count)) for _ in range(rounds)), strict=True)
    return {
        "name": "send-latency",
        "settings": {"messages": count, "answer_after_ms": LATENCY_MS, "limit": RATE, "rate": RATE - 1},
        "runs": rounds,
        "ours": medians(mine),
        "peers": {"python-telegram-bot, HTTPX, without a limit": medians(theirs)},
    }
