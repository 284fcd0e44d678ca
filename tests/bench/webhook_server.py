"""Servers under test for ``bench webhook``: ours (signed webhook, durable, 200), and the peer's built-in one."""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
import sys
from pathlib import Path

import uvloop

from bot import logs
from bot.settings import load

SECRET = "bench-secret"
TOKEN = "1234567:bench"


async def ours(folder: str, database: str) -> None:
    """The service's own wiring with its webhook, without the loop that answers: receiving alone is measured."""
    from handlers.app import build

    settings = load(
        _env_file=None,
        var_dir=Path(folder),
        database_url=database,
        http_port=0,
        public_url="http://127.0.0.1",
        telegram_token=TOKEN,
        telegram_mode="webhook",
        telegram_webhook_secret=SECRET,
    )
    app = await build(settings, roles=("http",))
    app.intake.limit_backlog(10_000_000)
    await app.start()
    print(app.port, flush=True)
    await asyncio.Event().wait()


def peer() -> None:
    """python-telegram-bot's own webhook server: it answers 200 when the update is in a queue in memory."""
    from telegram import Bot
    from telegram.ext._utils.webhookhandler import WebhookAppClass, WebhookServer

    async def run() -> None:
        queue: asyncio.Queue[object] = asyncio.Queue()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        # The server that Application.run_webhook starts, without the call that would register it at Telegram.
        application = WebhookAppClass("/hook", Bot(TOKEN), queue, SECRET)
        await WebhookServer("127.0.0.1", port, application, None).serve_forever()  # returns once it listens
        print(port, flush=True)
        while True:
            await queue.get()

    asyncio.run(run())


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("who", choices=("ours", "peer"))
    parser.add_argument("--folder", default="")
    parser.add_argument("--database", default="")
    parser.add_argument("--core", type=int, default=-1)
    given = parser.parse_args()
    if given.core >= 0:
        os.sched_setaffinity(0, {given.core})
    logs.configure("ERROR", "json")
    if given.who == "peer":
        peer()
        return
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(ours(given.folder, given.database))


if __name__ == "__main__":
    sys.exit(main())
