"""A running service with officers of every role and their scripts' tokens: what tests of the API are written in."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import aiohttp
from multidict import CIMultiDictProxy
from sqlalchemy import insert

from bot.clock import Clock
from bot.settings import Settings
from bot.staff import tokens
from bot.staff.roles import Officer, Role
from bot.storage.schema import officer_roles, officers, residents
from broadcasts.approval import text_mark
from handlers.app import App, build
from tests.warm import copy_warm_database, warm_folder, warm_judge

WORDS = "Bà con nhớ mang giấy tờ khi qua cửa khẩu."
_keys = itertools.count(1)


@dataclass(frozen=True)
class Said:
    """An answer."""

    status: int
    body: Any
    headers: CIMultiDictProxy[str]

    @property
    def kind(self) -> str:
        """Of a problem."""
        assert self.headers["Content-Type"].startswith("application/problem+json")
        assert self.body["status"] == self.status
        return str(self.body["type"]).rpartition("#")[2]


class Station:
    def __init__(self, app: App, web: aiohttp.ClientSession) -> None:
        self.app = app
        self.web = web
        self.people: dict[str, Officer] = {}

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.app.port}"

    async def officer(self, name: str, role: Role, area: str = "") -> Officer:
        now = self.app.clock.now()
        async with self.app.db.transaction() as connection:
            row = officers.insert().values(name=name, password="", second_factor="", created_at=now)
            number = int((await connection.execute(row.returning(officers.c.id))).scalar_one())
            await connection.execute(officer_roles.insert().values(officer_id=number, role=role, area=area))
        self.people[name] = Officer(number, name, ((role, area),))
        return self.people[name]

    async def token(
        self, name: str, role: Role = Role.EDITOR, area: str = "", scopes: tuple[str, ...] = ("draft", "read")
    ) -> str:
        officer = self.people.get(name) or await self.officer(name, role, area)
        async with self.app.db.transaction() as connection:
            return await tokens.make(connection, self.app.intake.desk.key, officer, scopes, 30, self.app.clock.now())

    async def residents(self, count: int, first: int = 1, **columns: Any) -> None:
        rows = [
            {
                "channel": "telegram",
                "account": "main",
                "external_id": str(7_000_000 + first + number),
                "last_wrote_on": date(2026, 11, 1),
                "routine": True,
                "safety": True,
                **columns,
            }
            for number in range(count)
        ]
        async with self.app.db.transaction() as connection:
            await connection.execute(insert(residents), rows)

    async def call(
        self,
        method: str,
        path: str,
        token: str = "",
        *,
        json: Any = None,
        data: bytes | None = None,
        key: str | None = "",
        seen: str | None = "*",
        **headers: str,
    ) -> Said:
        """``key``: a new one for each call where none is given; None: none at all. ``seen``: If-Match."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            sent["Authorization"] = f"Bearer {token}"
        if method == "POST" and key is not None:
            sent["Idempotency-Key"] = key or f"test-key-{next(_keys)}"
        if method in ("PUT", "POST") and seen is not None:
            sent["If-Match"] = seen
        async with self.web.request(method, f"/api/v1{path}", json=json, data=data, headers=sent) as answer:
            raw = await answer.read()
            is_json = answer.content_type.endswith("json") and raw
            return Said(answer.status, await answer.json(content_type=None) if is_json else raw, answer.headers)

    async def decided(self, number: int) -> None:
        """What people do: sign and approve."""
        service = self.app.campaigning.service
        reviewer = self.people.get("Bình") or await self.officer("Bình", Role.REVIEWER)
        approver = self.people.get("Chi") or await self.officer("Chi", Role.APPROVER)
        campaign = await service.campaign(reviewer, number)
        for text in campaign.texts:
            await service.sign(reviewer, number, text.language, text_mark(text.text))
        seen = await service.checklist(approver, number)
        await service.approve(approver, number, seen.digest, seen.ticks)


@asynccontextmanager
async def station(folder: Path, clock: Clock, **settings: Any) -> AsyncIterator[Station]:
    copy_warm_database(folder / "cotmoc.sqlite3")
    given = {"api_rate": 1000, **settings}
    made = Settings(_env_file=None, var_dir=folder, cache_dir=warm_folder(), http_port=0, **given)  # type: ignore[call-arg]
    gazetteer, judge = warm_judge(made.province)
    app = await build(made, clock=clock, roles=("http",), gazetteer=gazetteer, judge=judge)
    await app.start()
    async with aiohttp.ClientSession(f"http://127.0.0.1:{app.port}") as web:
        yield Station(app, web)
    await app.close()
