"""What the benchmarks share: servers in processes of their own, pinned cores, medians of interleaved rounds."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

PYTHON = sys.executable
SERVER_CORE, LOAD_CORE = 0, 1


def cores() -> int:
    return os.cpu_count() or 1


@contextmanager
def server(arguments: Sequence[str], env: Mapping[str, str] | None = None) -> Iterator[tuple[int, int]]:
    """Start a server that prints its port on its first line; yields the port and the process id."""
    started = subprocess.Popen(
        [PYTHON, *arguments], stdout=subprocess.PIPE, text=True, env={**os.environ, **(env or {})}
    )
    try:
        assert started.stdout is not None
        line = started.stdout.readline().strip()
        if not line:
            raise RuntimeError("the server under test did not start")
        yield int(line), started.pid
    finally:
        started.kill()
        started.wait()


def load(**options: Any) -> dict[str, Any]:
    """One run of the load generator."""
    arguments = [PYTHON, "-m", "tests.bench.load"]
    for name, value in options.items():
        arguments += [f"--{name.replace('_', '-')}", str(value)]
    if cores() > 1:
        arguments = ["taskset", "-c", str(LOAD_CORE), *arguments]
    finished = subprocess.run(arguments, capture_output=True, text=True, check=True, timeout=180)
    result: dict[str, Any] = json.loads(finished.stdout)
    return result


def medians(rounds: Sequence[Mapping[str, float]]) -> dict[str, float]:
    names = rounds[0].keys()
    return {name: round(statistics.median(each[name] for each in rounds), 3) for name in names}
