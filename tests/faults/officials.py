"""Officials at work on a running service: at a terminal, each command a process of its own, and on their phones."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import Any

from pyotp import TOTP

from tests.fakes.telegram_client import FakeTelegram
from tests.faults.service import ROOT, Service


class Office:
    """Officers at their terminals, with what proves who they are."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._proofs: dict[str, tuple[str, str]] = {}
        self._used: dict[str, int] = {}
        self._token: dict[str, str] = {}

    def __call__(self, by: str, *words: str) -> Any:
        """What a command answers; ``by``: the officer who gives it; empty: a script, or the first two."""
        typed = f"{self._proofs[by][0]}\n{self.code(by)}\n" if by else ""
        done = subprocess.run(
            [sys.executable, "-m", "bot", *words, "--json", *(("--as", by) if by else ())],
            cwd=ROOT,
            env={**self._service.env, **({} if by else self._token)},
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def came(self, made: Any) -> None:
        """An officer with a new password and a new secret."""
        self._proofs[made["officer"]] = (made["password"], made["secret"])

    def open(self, **roles: str) -> None:
        """Two administrators, and whoever they let in."""
        for name in ("An", "Bình"):
            self.came(self("", "officer", "add", name, "--role", "administrator"))
        proposals = [self("An", "officer", "add", name, "--role", role)["proposal"] for name, role in roles.items()]
        for proposal in proposals:
            self.came(self("Bình", "officer", "confirm", str(proposal)))

    def script(self, by: str) -> None:
        """From now on commands without a name are given by this officer's script."""
        self._token = {"COTMOC_OFFICER_TOKEN": self(by, "officer", "token")["token"]}

    def code(self, by: str) -> str:
        """Six digits of a step of 30 seconds that was not used yet; the next one is taken too."""
        while True:
            step = max(self._used.get(by, 0) + 1, int(time.time()) // 30)
            if step <= int(time.time()) // 30 + 1:
                self._used[by] = step
                return TOTP(self._proofs[by][1]).at(step * 30)
            time.sleep(0.5)


class Phone:
    """One chat with the bot, as Telegram's server sees it."""

    def __init__(self, fake: FakeTelegram, chat: int) -> None:
        self._fake = fake
        self._chat = chat
        self._seen = 0

    async def says(self, words: str) -> str:
        """What is answered."""
        await self._fake.say(self._chat, words)
        return await self._answer()

    async def press(self, label: str) -> str:
        """The newest button that begins so."""
        await self._fake.press(
            self._chat, next(each for each in reversed(await self.labels()) if each.startswith(label))
        )
        return await self._answer()

    async def labels(self) -> list[str]:
        """Of the newest message with buttons."""
        for act in reversed(await self._fake.sends(self._chat)):
            rows = (act.markup or {}).get("inline_keyboard", [])
            if rows:
                return [button["text"] for row in rows for button in row]
        return []

    async def _answer(self) -> str:
        sends = await self._fake.wait_for(self._seen + 1, 20, self._chat)
        said = "\n".join(str(act.text) for act in sends[self._seen :])
        self._seen = len(sends)
        return said

    async def catch_up(self) -> None:
        """What came by itself has been read."""
        self._seen = len(await self._fake.sends(self._chat))
