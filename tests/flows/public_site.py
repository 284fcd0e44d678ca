"""A service with officers on duty, and a browser: what tests of the public pages are written in."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from html import unescape
from pathlib import Path
from random import Random
from typing import Any

import aiohttp
from sqlalchemy import select, update

from bot.settings import Settings
from bot.storage.db import Database
from bot.storage.schema import duty_shifts, entries, officer_roles, officers
from bot.testing import ManualClock
from broadcasts.notice_service import Issued
from broadcasts.notices import NoticeDraft
from handlers.app import App, build
from tests.flows.talk import MORNING
from tests.handlers.warned import COMMANDER, DUTY, SECOND, THUONG_PHUOC
from tests.warm import copy_warm_database, warm_folder, warm_judge

Change = Callable[[dict[str, Any]], dict[str, Any]]


class Site:
    """A service with officers on duty, and a browser."""

    def __init__(self, app: App, clock: ManualClock, web: aiohttp.ClientSession) -> None:
        self.app = app
        self.clock = clock
        self.web = web
        self.service = app.campaigning.warning.service
        self.hazards = app.campaigning.warning.hazards

    async def staffed(self) -> None:
        async with self.app.db.transaction() as connection:
            for each in (DUTY, SECOND, COMMANDER):
                row = {"id": each.id, "name": each.name, "password": "x", "second_factor": "x", "created_at": MORNING}
                await connection.execute(officers.insert().values(row))
                for role, area in each.roles:
                    await connection.execute(officer_roles.insert().values(officer_id=each.id, role=role, area=area))
                shift = {"officer_id": each.id, "area": "p-dong-thap", "begins_at": MORNING - timedelta(hours=1)}
                await connection.execute(duty_shifts.insert().values(shift | {"ends_at": MORNING + timedelta(days=9)}))

    async def sign(self, template: str, *languages: str) -> None:
        for language in languages or ("vi",):
            seen = self.hazards.template(template).digest(language)
            await self.hazards.sign(COMMANDER, template, language, seen)

    async def issued(self, template: str = "landslide", area: str = THUONG_PHUOC, **given: object) -> Issued:
        await self.sign(template)
        return await self.service.issue(DUTY, NoticeDraft(template, (area,), **given))  # type: ignore[arg-type]

    async def get(self, path: str, status: int = 200, **headers: str) -> tuple[str, aiohttp.ClientResponse]:
        self.clock.advance(2)  # what one process did is known to every other after a second
        async with self.web.get(path, headers=headers) as answer:
            assert answer.status == status, path
            return await answer.text(), answer

    async def reads(self, path: str) -> str:
        """The words of a page's main part."""
        page, _ = await self.get(path)
        main = page[page.index("<main") : page.index("</main>")]
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", main)))

    async def tick(self) -> None:
        await self.app.campaigning.warning.keeper.tick()


@asynccontextmanager
async def open_site(folder: Path, *, changed: Mapping[str, Change] | None = None, **given: Any) -> AsyncIterator[Site]:
    """``changed``: entries by id, and what is done with them before the service reads them."""
    copy_warm_database(folder / "cotmoc.sqlite3")
    await _change(folder, changed or {})
    given = {"owner_name": "Ban chỉ huy thử"} | given
    settings = Settings(_env_file=None, var_dir=folder, cache_dir=warm_folder(), http_port=0, **given)
    clock = ManualClock(MORNING)
    gazetteer, judge = warm_judge(settings.province)
    app = await build(settings, clock=clock, rng=Random(1), roles=("http",), gazetteer=gazetteer, judge=judge)
    try:
        assert app.server is not None
        port = await app.server.start()
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as web:
            made = Site(app, clock, web)
            await made.staffed()
            yield made
    finally:
        await app.close()


async def _change(folder: Path, changed: Mapping[str, Change]) -> None:
    db = Database(f"sqlite+aiosqlite:///{folder / 'cotmoc.sqlite3'}")
    async with db.transaction() as connection:
        for entry_id, change in changed.items():
            body = (await connection.execute(select(entries.c.body).where(entries.c.id == entry_id))).scalar_one()
            await connection.execute(update(entries).where(entries.c.id == entry_id).values(body=change(dict(body))))
    await db.close()


def signed(*languages: str) -> Change:
    """An officer has signed the answer in these languages."""

    def sign(body: dict[str, Any]) -> dict[str, Any]:
        new = {each: body["answer"][each] | {"state": "signed"} for each in languages}
        return body | {"answer": body["answer"] | new}

    return sign
