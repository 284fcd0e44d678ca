"""Run the fake as a program of its own: ``python -m tests.fakes.telegram --port 0``.

Prints one line of JSON with ``url`` and ``token`` when it is ready, and ends on SIGTERM, SIGINT, or, with
``--until-stdin-closes``, when whoever started it is gone.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import signal
import sys
from dataclasses import MISSING, fields
from typing import Any

import uvloop

from tests.fakes.telegram.server import start_server
from tests.fakes.telegram.settings import DEFAULT_TOKEN, LimitRules, Settings, apply_changes
from tests.fakes.telegram.state import FakeBot


def read_arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.fakes.telegram", description="A faithful fake Bot API server.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--token", default=DEFAULT_TOKEN)
    parser.add_argument("--strict", action="store_true", help="enforce the sending rates")
    parser.add_argument("--replies-count", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--until-stdin-closes", action="store_true")
    for name, default in [*_plain_defaults(LimitRules), *_plain_defaults(Settings)]:
        option = f"--{name.replace('_', '-')}"
        if isinstance(default, bool):
            parser.add_argument(option, action=argparse.BooleanOptionalAction, default=default)
        else:
            parser.add_argument(option, type=type(default) if default is not None else float, default=default)
    return parser.parse_args(arguments)


def _plain_defaults(
    of: type[LimitRules] | type[Settings],
) -> list[tuple[str, Any]]:
    """Every setting that has a plain default becomes an option of the same name."""
    taken = {"mode", "replies_count", "token", "limits"}
    plain = [each for each in fields(of) if each.name not in taken and each.default is not MISSING]
    return [(each.name, each.default) for each in plain]


def read_settings(options: argparse.Namespace) -> Settings:
    settings = Settings(token=options.token)
    limit_names = {each.name for each in fields(LimitRules)}
    setting_names = {name for name, _ in _plain_defaults(Settings)}
    apply_changes(settings, {name: value for name, value in vars(options).items() if name in setting_names})
    rules = {name: value for name, value in vars(options).items() if name in limit_names}
    apply_changes(settings.limits, rules | {"mode": "strict" if options.strict else "off"})
    return settings


def _stop_at_end_of_input(stop: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 4096):
        stop.set()


async def serve(options: argparse.Namespace) -> None:
    runner, fake, url = await start_server(FakeBot(read_settings(options)), options.host, options.port)
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


def main() -> None:
    options = read_arguments(sys.argv[1:])
    # The log only grows; walking it again and again for garbage would be most of the work of a benchmark.
    gc.freeze()
    gc.set_threshold(100_000, 50, 1000)
    uvloop.run(serve(options))


if __name__ == "__main__":
    main()
