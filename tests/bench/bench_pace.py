"""``pace``: the strict fake (30/s for the bot, 1/s a chat), our rate at 29, beside the library's own limiter."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.channels.telegram import TelegramChannel
from bot.pacing import Pacer
from tests.bench import sending
from tests.bench.harness import medians
from tests.bench.many import a_run, database, people
from tests.fakes.telegram_client import FakeTelegram

RATE = 29
WAIT = 5  # seconds of the flood that is brought about


async def floods(fake: FakeTelegram) -> int:
    return sum(n for answer, n in (await fake.counts()).answers.items() if answer.endswith(" 429"))


async def our_round(count: int, *, flood: bool) -> dict[str, float]:
    async with FakeTelegram.start(strict=True) as fake, database("sqlite") as db:
        channel = TelegramChannel(token=fake.token, api_url=fake.url)
        await channel.open()
        await people(db, count)
        await a_run(db, count, frozen=True)
        working = asyncio.create_task(sending.ours(db, channel, Pacer(rate=0, whole=RATE)))
        if flood:
            await asyncio.sleep(count / RATE / 3)
            await fake.flood(WAIT)
        took, _ = await working
        sends = await fake.sends()
        early = [each for each in await fake.early() if each.since_notice > 0.2]
        await channel.close()
        return {
            "per_second": count / took,
            "flood_errors": await floods(fake),
            "early": len(early),
            "skipped": count - len({act.chat_id for act in sends}),
            "doubled": len(sends) - len({act.chat_id for act in sends}),
        }


async def their_round(count: int) -> dict[str, float]:
    async with FakeTelegram.start(strict=True) as fake:
        took, given_up = await sending.limited_bot(fake, count, RATE)
        sent = count - given_up
        return {"per_second": sent / took, "flood_errors": await floods(fake), "skipped": given_up}


def run(*, full: bool = False) -> dict[str, Any]:
    count, rounds = (3_000, 3) if full else (600, 5)
    mine = [asyncio.run(our_round(count, flood=False)) for _ in range(rounds)]
    flooded = asyncio.run(our_round(count, flood=True))
    theirs = [asyncio.run(their_round(count)) for _ in range(min(rounds, 3))]
    return {
        "name": "pace",
        "settings": {"messages": count, "rate": RATE, "limit": 30, "flood_seconds": WAIT},
        "runs": rounds,
        "ours": medians(mine) | {f"flooded_{name}": value for name, value in flooded.items()},
        "peers": {"python-telegram-bot, AIORateLimiter": medians(theirs)},
    }
