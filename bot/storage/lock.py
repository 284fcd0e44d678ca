"""One service per SQLite file: a lock that the operating system gives back when the process dies."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from sqlalchemy.engine import make_url

from bot.errors import AlreadyRunning


class FileLock:
    """Held from ``take`` until the process ends or ``free``. Raises AlreadyRunning with one clear sentence."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def take(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.read(descriptor, 20).decode(errors="replace").strip()
            os.close(descriptor)
            raise AlreadyRunning(
                f"Đã có một Cột Mốc khác (tiến trình {holder or '?'}) đang dùng {self._path.with_suffix('').name}. "
                "SQLite chỉ cho một tiến trình; muốn nhiều tiến trình hãy dùng PostgreSQL."
            ) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())
        self._descriptor = descriptor

    def free(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def take_database(address: str) -> FileLock | None:
    """SQLite belongs to one service at a time; a database in memory or on a server needs no lock.

    Raises AlreadyRunning.
    """
    url = make_url(address)
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return None
    path = Path(str(url.database))
    lock = FileLock(path.with_name(path.name + ".lock"))
    lock.take()
    return lock
