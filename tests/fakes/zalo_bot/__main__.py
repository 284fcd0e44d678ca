"""Run the fake as a program of its own: ``python -m tests.fakes.zalo_bot --port 8091``.

Prints one line of JSON with ``url`` and ``token`` when it is ready: the values of COTMOC_ZALO_BOT_API_URL and
COTMOC_ZALO_BOT_TOKEN. To play a resident, post to the control interface, for example
``curl -d '{"events": [{"kind": "text", "chat_id": "an", "text": "xin chào"}]}' URL/_control/events`` and read the
answers with ``curl -d '{}' URL/_control/sends``. Ends on SIGTERM, SIGINT, or, with ``--until-stdin-closes``, when
whoever started it is gone.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
from dataclasses import fields

import uvloop

from tests.fakes.zalo_bot.server import start_server
from tests.fakes.zalo_bot.settings import CHOICES, DEFAULT_TOKEN, Settings, apply_changes
from tests.fakes.zalo_bot.state import FakeBot

PLAIN = [each for each in fields(Settings) if each.name != "token"]


def read_arguments(arguments: list[str]) -> argparse.Namespace:
    """Every setting is an option of the same name."""
    parser = argparse.ArgumentParser(prog="tests.fakes.zalo_bot", description="A faithful fake Zalo Bot Platform.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--token", default=DEFAULT_TOKEN)
    parser.add_argument("--until-stdin-closes", action="store_true")
    for each in PLAIN:
        option = f"--{each.name.replace('_', '-')}"
        if isinstance(each.default, bool):
            parser.add_argument(option, action=argparse.BooleanOptionalAction, default=each.default)
        else:
            parser.add_argument(option, type=type(each.default), default=each.default, choices=CHOICES.get(each.name))
    return parser.parse_args(arguments)


def _stop_at_end_of_input(stop: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 4096):
        stop.set()


async def serve(options: argparse.Namespace) -> None:
    settings = Settings(token=options.token)
    apply_changes(settings, {each.name: getattr(options, each.name) for each in PLAIN})
    runner, fake, url = await start_server(FakeBot(settings), options.host, options.port)
    print(json.dumps({"url": url, "token": options.token}), flush=True)
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if options.until_stdin_closes:
        loop.add_reader(sys.stdin.fileno(), _stop_at_end_of_input, stop)
    await stop.wait()
    if options.until_stdin_closes:
        loop.remove_reader(sys.stdin.fileno())
    await fake.desk.receiver.close()
    await runner.cleanup()


if __name__ == "__main__":
    uvloop.run(serve(read_arguments(sys.argv[1:])))
