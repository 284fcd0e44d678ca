"""Run the fake as a program of its own for the length of a block, and be sure that it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from select import select
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
START_LIMIT = 20.0  # seconds the program may take until it says that it is ready
STOP_LIMIT = 5.0


class FakeTelegramError(Exception):
    """The fake did not start, or refused an order of the test; the message says which and why."""


def command_line(options: dict[str, Any]) -> list[str]:
    """The command with its options; a truth value becomes --name or --no-name."""
    command = [sys.executable, "-m", "tests.fakes.telegram", "--until-stdin-closes"]
    for name, value in options.items():
        option = name.replace("_", "-")
        if isinstance(value, bool):
            command.append(f"--{option}" if value else f"--no-{option}")
        else:
            command += [f"--{option}", str(value)]
    return command


def start_program(options: dict[str, Any]) -> tuple[subprocess.Popen[str], dict[str, str]]:
    """Start it and wait until it is ready; gives it with its ``url`` and ``token``. Blocks; raises
    FakeTelegramError.
    """
    program = subprocess.Popen(
        command_line(options), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert program.stdout is not None
    ready, _, _ = select([program.stdout], [], [], START_LIMIT)
    line = program.stdout.readline() if ready else ""
    if not line:
        stop_program(program)
        raise FakeTelegramError(f"the fake did not start with {options}")
    return program, json.loads(line)


def stop_program(program: subprocess.Popen[str]) -> None:
    """End the program by closing its input, which it watches; harder when it does not listen. Blocks."""
    assert program.stdin is not None
    assert program.stdout is not None
    program.stdin.close()
    try:
        program.wait(STOP_LIMIT)
    except subprocess.TimeoutExpired:
        program.kill()
        program.wait()
    program.stdout.close()


@contextmanager
def launch(**options: Any) -> Iterator[dict[str, str]]:
    """For a fixture of a whole module: ``url`` and ``token`` of a running fake."""
    program, said = start_program(options)
    try:
        yield said
    finally:
        stop_program(program)
