"""Run the fake as a program of its own: ``python -m tests.fakes.zalo_oa --port 8092``.

Prints one line of JSON with its address, ids, secrets and first tokens when it is ready; with ``--environment`` also
the variables that point the service at it, to be pasted before ``cotmoc serve``. To let it write to a service that
is started later::

    python -m tests.fakes.zalo_oa --port 8092 --environment --webhook http://127.0.0.1:8080/hooks/zalo-oa/main

Then be a resident, under any name, from another terminal; the answers are printed as a phone would show them::

    curl -d 'lệ phí đổi giấy phép biên giới' http://127.0.0.1:8092/_play/an
    curl http://127.0.0.1:8092/_play/an                  # what came since the last look
    curl -X POST http://127.0.0.1:8092/_play/an/follow   # or unfollow, chatnow, withdraw, sticker, image, location …
    curl -d 2 http://127.0.0.1:8092/_play/an/tap         # the second button of the newest message with buttons

Everything else goes over ``/_control/<verb>`` with JSON: ``curl -d '{"advance": 700000}' URL/_control/clock`` lets
eight days pass, ``curl -d '{"faults": [{"kind": "refused", "code": -32, "times": 3}]}' URL/_control/faults`` breaks
the next three sends; the verbs are those of ``Control``. The consent page for ``cotmoc zalo login`` is at
``/v4/oa/permission``. Ends on SIGTERM, SIGINT, or, with ``--until-stdin-closes``, when whoever started it is gone.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import signal
import sys
from dataclasses import fields

import uvloop

from tests.fakes.zalo_oa.server import start_server
from tests.fakes.zalo_oa.settings import CHOICES, IDENTITY, Settings, apply_changes
from tests.fakes.zalo_oa.state import Account


def read_arguments(arguments: list[str]) -> argparse.Namespace:
    """Every setting is an option of the same name."""
    parser = argparse.ArgumentParser(prog="tests.fakes.zalo_oa", description="A faithful fake Zalo Official Account.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--environment", action="store_true", help="print the variables for the service, too")
    parser.add_argument("--until-stdin-closes", action="store_true")
    for each in fields(Settings):
        option = f"--{each.name.replace('_', '-')}"
        if isinstance(each.default, bool):
            parser.add_argument(option, action=argparse.BooleanOptionalAction, default=each.default)
        else:
            parser.add_argument(option, type=type(each.default), default=each.default, choices=CHOICES.get(each.name))
    return parser.parse_args(arguments)


def read_settings(options: argparse.Namespace) -> Settings:
    given = {each.name: getattr(options, each.name) for each in fields(Settings)}
    settings = Settings(**{name: given.pop(name) for name in IDENTITY})
    apply_changes(settings, given)
    return settings


def introduce(account: Account, url: str) -> dict[str, str]:
    """What a client must know; the tokens are those of the API explorer, the same after every reset."""
    settings, pair = account.settings, account.grants.issued_first
    identity = {name: str(getattr(settings, name)) for name in sorted(IDENTITY)}
    return {"url": url, **identity, "access_token": pair.access_token, "refresh_token": pair.refresh_token}


def environment(said: dict[str, str]) -> str:
    names = {
        "OA_ID": "oa_id",
        "APP_ID": "app_id",
        "APP_SECRET": "app_secret",
        "OA_SECRET": "oa_secret",
        "REFRESH_TOKEN": "refresh_token",
        "API_URL": "url",
        "OAUTH_URL": "url",
        "BUSINESS_URL": "url",
    }
    return "\n".join(f"export COTMOC_ZALO_{name}='{said[key]}'" for name, key in names.items())


def _stop_at_end_of_input(stop: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 4096):
        stop.set()


async def serve(options: argparse.Namespace) -> None:
    account = Account(read_settings(options))
    runner, fake, url = await start_server(account, options.host, options.port)
    said = introduce(account, url)
    print(json.dumps(said), flush=True)
    if options.environment:
        print(environment(said), flush=True)
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if options.until_stdin_closes:
        loop.add_reader(sys.stdin.fileno(), _stop_at_end_of_input, stop)
    await stop.wait()
    if options.until_stdin_closes:
        loop.remove_reader(sys.stdin.fileno())
    await fake.control.close()
    await runner.cleanup()


def main() -> None:
    options = read_arguments(sys.argv[1:])
    # The log only grows; walking it again and again for garbage would be most of the work of a benchmark.
    gc.freeze()
    gc.set_threshold(100_000, 50, 1000)
    uvloop.run(serve(options))


if __name__ == "__main__":
    main()
