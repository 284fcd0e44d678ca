"""``answer``: signed webhook -> durable -> matched -> reply accepted by the fake, beside a plain bot of the library.

Latency counts from when a message was due to the moment the fake accepted its reply, on one monotonic clock.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from pathlib import Path
from typing import Any

from tests.bench.harness import SERVER_CORE, load, medians, server
from tests.bench.load import percentile
from tests.fakes.telegram_client import FakeTelegram
from tests.faults.service import SECRET, Service

BURST = 3000
CALM_RATE, CALM_SECONDS = 200, 5.0


async def measure(fake: FakeTelegram, port: int, path: str, first: int, burst: int) -> dict[str, float]:
    """One round: 200 questions a second, then a burst as fast as the webhook takes it."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "due.json"
        options = {"port": port, "path": path, "secret": SECRET, "chats": 10**9, "due-log": log}
        before = len(await fake.sends())
        calm = await asyncio.to_thread(load, first=first, rate=CALM_RATE, seconds=CALM_SECONDS, **options)
        due = {int(chat): at for chat, at in json.loads(log.read_text()).items()}
        sends = (await fake.wait_for(before + len(due), 60))[before:]
        waits = [act.monotonic - due[act.chat_id] for act in sends]
        before += len(due)
        await asyncio.to_thread(load, first=calm["last"] + 1, most=burst, seconds=90, **options)
        due = {int(chat): at for chat, at in json.loads(log.read_text()).items()}
        sends = (await fake.wait_for(before + len(due), 120))[before:]
        if len({act.chat_id for act in sends}) != len(due):
            raise RuntimeError("a reply was lost or doubled")
        seconds = max(act.monotonic for act in sends) - min(due.values())
    return {
        "per_second": len(due) / seconds,
        "p50_ms": percentile(waits, 0.5) * 1000,
        "p95_ms": percentile(waits, 0.95) * 1000,
        "p99_ms": percentile(waits, 0.99) * 1000,
    }


async def one_round(number: int, *, who: str) -> dict[str, float]:
    first = 1 + number * 1_000_000
    async with FakeTelegram.start() as fake:
        if who == "peer":
            arguments = ["-m", "tests.bench.answer_peer", "--api", fake.url, "--token", fake.token]
            arguments += ["--secret", SECRET, "--core", str(SERVER_CORE)]
            with server(arguments) as (port, _):
                await asyncio.sleep(2)
                return await measure(fake, port, "/hook", first, BURST // 10)
        with tempfile.TemporaryDirectory() as folder:
            service = Service(Path(folder), fake, core=SERVER_CORE)
            await service.start()
            await asyncio.sleep(1)
            try:
                return await measure(fake, service.port, "/hooks/telegram/main", first, BURST)
            finally:
                service.kill()


def run(*, full: bool = False) -> dict[str, Any]:
    rounds = 5
    ours: list[dict[str, float]] = []
    peer: list[dict[str, float]] = []
    for number in range(rounds * (2 if full else 1)):
        ours.append(asyncio.run(one_round(number, who="ours")))
        peer.append(asyncio.run(one_round(number, who="peer")))
    return {
        "name": "answer",
        "settings": {
            "database": "SQLite, WAL, synchronous=FULL",
            "burst": BURST,
            "burst_peer": BURST // 10,
            "calm_per_second": CALM_RATE,
            "reply_rate": 0,
            "cores": "server 0, fake and load the rest",
        },
        "runs": len(ours),
        "ours": medians(ours),
        "peers": {"python-telegram-bot, built-in webhook, HTTPX, extractOne": medians(peer)},
    }
