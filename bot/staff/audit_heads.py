"""The head of the audit log, written once a day into a file outside the database, and read again to verify it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.staff import audit

FILE = "audit-heads.log"
_LINE = re.compile(r"(\d{4}-\d{2}-\d{2})\t(\d+)\t([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Head:
    """How many lines the log had on that day, and the hash of the newest."""

    day: date
    count: int
    mac: str


async def keep_head(connection: AsyncConnection, folder: Path, day: date) -> bool:
    """Append today's head to the file in ``folder``; False when it is there already, or the log is empty.

    ``day`` is the day of the installation. Raises OSError when the file cannot be written.
    """
    known = kept_heads(folder)
    if known and known[-1].day >= day:
        return False
    count, newest = await audit.head(connection)
    if not count:
        return False
    _append(folder / FILE, f"{day.isoformat()}\t{count}\t{newest}\n")
    return True


def kept_heads(folder: Path) -> tuple[Head, ...]:
    """Every head written so far, oldest first; a line that a power cut tore is none."""
    path = folder / FILE
    if not path.is_file():
        return ()
    found = map(_head, path.read_text(encoding="utf-8", errors="replace").splitlines())
    return tuple(each for each in found if each is not None)


def _head(line: str) -> Head | None:
    parts = _LINE.fullmatch(line)
    try:
        return Head(date.fromisoformat(parts[1]), int(parts[2]), parts[3]) if parts else None
    except ValueError:  # no day of any month
        return None


def _append(path: Path, line: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        if file.tell() and path.read_bytes()[-1:] != b"\n":
            line = "\n" + line  # after a torn line
        file.write(line.encode())
        file.flush()
        os.fsync(file.fileno())
