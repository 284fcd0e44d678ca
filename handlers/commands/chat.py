"""``cotmoc chat``: the same conversation in the terminal, on a database in memory that leaves no trace."""

from __future__ import annotations

import asyncio
import sys

from bot.channels.terminal import Terminal
from bot.settings import Settings
from handlers.app import build


def run(settings: Settings) -> int:
    return asyncio.run(_talk(settings))


async def _talk(settings: Settings) -> int:
    private = settings.model_copy(
        update={"database_url": "sqlite://", "telegram_token": type(settings.telegram_token)("")}
    )
    terminal = Terminal(lambda text: print(f"\n{text}\n", flush=True))
    app = await build(private, roles=("sender",), channels=(terminal,))
    answering = asyncio.create_task(app.intake.run())
    print(app.intake.desk.phrases.say("chat.banner", "vi"), flush=True)
    loop = asyncio.get_running_loop()
    try:
        while True:
            line = await loop.run_in_executor(None, sys.stdin.readline)
            if not line:
                return 0
            if line.strip():
                await app.intake.receive(terminal.receive({}, line.strip().encode(), app.clock.now()))
                await app.intake.idle()
    finally:
        await app.intake.stop(within=2)
        answering.cancel()
        await app.close()
