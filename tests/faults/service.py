"""The real service as a process of its own, to be killed: started, found ready, killed, started again."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import aiohttp

from tests.fakes.telegram_client import FakeTelegram
from tests.warm import copy_warm_database, warm_folder

SECRET = "hook-secret"
ROOT = Path(__file__).parent.parent.parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Service:
    """``cotmoc serve`` with its own folder and port; ``start`` may be called again after ``kill``."""

    def __init__(
        self,
        folder: Path,
        fake: FakeTelegram | None,
        *,
        mode: str = "webhook",
        core: int = -1,
        warm: bool = True,
        only: str = "",
        **settings: str,
    ) -> None:
        """``warm``: with a database that holds the release already, as after a first start; ``only``: its roles."""
        self.folder = folder
        self._warm = warm and "database_url" not in settings
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.database = folder / "cotmoc.sqlite3"
        self._program: subprocess.Popen[bytes] | None = None
        self._roles = ["--only", only] if only else []
        self._before = ["taskset", "-c", str(core)] if core >= 0 else []
        self._env: dict[str, str] = {
            **{name: value for name, value in os.environ.items() if not name.startswith("COTMOC_")},
            "COTMOC_VAR_DIR": str(folder),
            "COTMOC_CACHE_DIR": str(warm_folder()),
            "COTMOC_HTTP_PORT": str(self.port),
            "COTMOC_LOG_FORMAT": "json",
            "COTMOC_LOG_LEVEL": "INFO",
        }
        if fake is not None:
            self._env |= {
                "COTMOC_TELEGRAM_TOKEN": fake.token,
                "COTMOC_TELEGRAM_API_URL": fake.url,
                "COTMOC_TELEGRAM_MODE": mode,
                "COTMOC_TELEGRAM_REPLY_RATE": "0",
            }
            if mode == "webhook":
                self._env |= {"COTMOC_TELEGRAM_WEBHOOK_SECRET": SECRET, "COTMOC_PUBLIC_URL": self.url}
        self.add(**settings)

    def add(self, **settings: str) -> None:
        """More of its environment, for what needs its address first."""
        self._env |= {f"COTMOC_{name.upper()}": value for name, value in settings.items()}

    def spawn(self) -> None:
        if self._warm:
            copy_warm_database(self.database)
        with (self.folder / "service.log").open("ab") as log:
            self._program = subprocess.Popen(
                [*self._before, sys.executable, "-m", "bot", "serve", *self._roles],
                cwd=ROOT,
                env=self._env,
                stdout=log,
                stderr=log,
            )

    async def start(self, patience: float = 60) -> None:
        """Start it and wait until /readyz says yes. Raises TimeoutError, or RuntimeError when it ends by itself."""
        self.spawn()
        async with aiohttp.ClientSession() as session:
            for _ in range(int(patience / 0.02)):
                if self._program is not None and self._program.poll() is not None:
                    raise RuntimeError((self.folder / "service.log").read_text()[-2000:])
                try:
                    async with session.get(f"{self.url}/readyz") as answer:
                        if answer.status == 200:
                            return
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.02)
        raise TimeoutError("the service did not become ready")

    def kill(self, number: int = signal.SIGKILL) -> None:
        if self._program is not None:
            self._program.send_signal(number)
            self._program.wait(timeout=30)
            self._program = None

    def stop(self) -> None:
        """The graceful way."""
        self.kill(signal.SIGTERM)

    @property
    def env(self) -> Mapping[str, str]:
        return self._env

    def states(self) -> dict[str, str]:
        """The key of an update to its state, read from the database file."""
        with sqlite3.connect(self.database) as connection:
            return dict(connection.execute("SELECT update_key, state FROM inbox"))

    def log(self) -> str:
        return (self.folder / "service.log").read_text(encoding="utf-8")
