"""``webhook``: signed webhook -> durable -> 200, beside python-telegram-bot's built-in server, which stores nothing."""

from __future__ import annotations

import tempfile
from typing import Any

from tests.bench.harness import SERVER_CORE, load, medians, server
from tests.bench.webhook_server import SECRET

SECONDS = 3.0
OPEN_RATE = 1000


def run(*, full: bool = False) -> dict[str, Any]:
    rounds = 5
    ours: list[dict[str, float]] = []
    peer: list[dict[str, float]] = []
    seconds = SECONDS * (2 if full else 1)
    with tempfile.TemporaryDirectory() as folder:
        own = ["-m", "tests.bench.webhook_server", "ours", "--folder", folder, "--core", str(SERVER_CORE)]
        theirs = ["-m", "tests.bench.webhook_server", "peer", "--core", str(SERVER_CORE)]
        with server(own) as (our_port, _), server(theirs) as (peer_port, _):
            first = 1
            for _ in range(rounds):
                for port, path, into in (
                    (our_port, "/hooks/telegram/main", ours),
                    (peer_port, "/hook", peer),
                ):
                    closed = load(port=port, path=path, secret=SECRET, seconds=seconds, first=first)
                    first = closed["last"] + 1
                    opened = load(port=port, path=path, secret=SECRET, seconds=seconds, first=first, rate=OPEN_RATE)
                    first = opened["last"] + 1
                    if set(closed["answered"]) != {"200"} or set(opened["answered"]) != {"200"}:
                        raise RuntimeError(f"not every request was accepted: {closed} {opened}")
                    into.append({"per_second": closed["per_second"], "p99_ms": opened["p99_ms"]})
    own_medians, peer_medians = medians(ours), medians(peer)
    return {
        "name": "webhook",
        "settings": {
            "database": "SQLite, WAL, synchronous=FULL",
            "connections": 64,
            "seconds": seconds,
            "open_loop_per_second": OPEN_RATE,
            "cores": "server 0, load 1",
        },
        "runs": rounds,
        "ours": own_medians,
        "peers": {"python-telegram-bot built-in webhook (no store)": peer_medians},
    }
