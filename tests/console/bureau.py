"""A service with its console, officers and their browsers: what tests of the console are written in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.staff.roles import Role
from tests.console.browser import Browser, Page
from tests.flows.station import Station
from tests.flows.talk import Talk


class Bureau:
    """``station`` has An and Bình (administrators), Chi (editor), Dung (reviewer), Giang (approver)."""

    def __init__(self, talk: Talk, station: Station, root: str) -> None:
        self.talk = talk
        self.station = station
        self.root = root
        self.app, self.db, self.clock = talk.app, talk.app.db, talk.clock
        self._browsers: list[Browser] = []

    @classmethod
    async def open(cls, folder: Path, **settings: Any) -> Bureau:
        talk = await Talk.start(folder, roles=("sender", "http"), http_port=0, **settings)
        station = await Station(talk).open()
        assert talk.app.server is not None
        return cls(talk, station, f"http://127.0.0.1:{await talk.app.server.start()}")

    async def close(self) -> None:
        for each in self._browsers:
            await each.close()
        await self.talk.stop()

    def browser(self) -> Browser:
        self._browsers.append(Browser(self.root))
        return self._browsers[-1]

    async def add(self, name: str, role: Role, area: str = "") -> None:
        await self.station.add(name, role, area)

    def code(self, name: str) -> str:
        """A code that the officer has not used yet."""
        return self.station.code(name)

    async def sit(self, name: str) -> Browser:
        """The officer, signed in at a browser of their own."""
        browser = self.browser()
        page = await self.sign_in(browser, name)
        assert page.status == 200, page.text
        return browser

    async def sign_in(self, browser: Browser, name: str, /, **given: str) -> Page:
        door = await browser.open("/console/sign-in")
        proof = {"name": name, "password": self.station.proofs[name].password, "code": self.code(name)}
        return await browser.send(door, "Đăng nhập", **proof | given)
