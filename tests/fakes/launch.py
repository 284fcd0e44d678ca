"""Run a fake server as a program of its own, and be sure that it ends with whoever started it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from select import select
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
START_LIMIT = 20.0  # seconds the program may take until it says that it is ready
STOP_LIMIT = 5.0


def command_line(module: str, options: dict[str, Any]) -> list[str]:
    """The command with its options; a truth value becomes --name or --no-name."""
    command = [sys.executable, "-m", module, "--until-stdin-closes"]
    for name, value in options.items():
        option = name.replace("_", "-")
        if isinstance(value, bool):
            command.append(f"--{option}" if value else f"--no-{option}")
        else:
            command += [f"--{option}", str(value)]
    return command


def start_program(
    module: str, options: dict[str, Any], error: type[Exception]
) -> tuple[subprocess.Popen[str], dict[str, str]]:
    """Start it and wait until it is ready; gives it with what it says of itself in its first line.

    Blocks; raises ``error`` when it does not come up.
    """
    program = subprocess.Popen(
        command_line(module, options), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert program.stdout is not None
    ready, _, _ = select([program.stdout], [], [], START_LIMIT)
    line = program.stdout.readline() if ready else ""
    if not line:
        stop_program(program)
        raise error(f"the fake did not start with {options}")
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
