"""Run the fake as a program of its own for the length of a block, and be sure that it ends."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.fakes import launch as launching
from tests.fakes.launch import stop_program

__all__ = ["FakeTelegramError", "launch", "start_program", "stop_program"]


class FakeTelegramError(Exception):
    """The fake did not start, or refused an order of the test; the message says which and why."""


def start_program(options: dict[str, Any]) -> tuple[subprocess.Popen[str], dict[str, str]]:
    """Start it and wait until it is ready; gives it with its ``url`` and ``token``. Blocks; raises
    FakeTelegramError.
    """
    return launching.start_program("tests.fakes.telegram", options, FakeTelegramError)


@contextmanager
def launch(**options: Any) -> Iterator[dict[str, str]]:
    """For a fixture of a whole module: ``url`` and ``token`` of a running fake."""
    program, said = start_program(options)
    try:
        yield said
    finally:
        stop_program(program)
