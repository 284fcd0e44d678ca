"""A service that is killed while scripts draft: what is repeated with the same key is never there twice."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from bot.staff import tokens
from bot.staff.roles import Officer, Role
from bot.storage.db import Database
from bot.storage.schema import officer_roles, officers
from tests.faults.service import Service

KEY = "the key of this installation, long enough"
CALLS = 60


async def token(service: Service) -> str:
    db = Database(f"sqlite+aiosqlite:///{service.database}")
    now = datetime.now(UTC)
    async with db.transaction() as connection:
        row = officers.insert().values(name="An", password="", second_factor="", created_at=now)
        number = int((await connection.execute(row.returning(officers.c.id))).scalar_one())
        await connection.execute(officer_roles.insert().values(officer_id=number, role=Role.EDITOR, area=""))
        officer = Officer(number, "An", ((Role.EDITOR, ""),))
        made = await tokens.make(connection, KEY.encode(), officer, ("draft",), 30, now)
    await db.close()
    return made


def drafts(service: Service) -> dict[str, int]:
    """How many there are of each title."""
    with sqlite3.connect(service.database) as connection:
        return dict(connection.execute("SELECT title, count(*) FROM campaigns GROUP BY title"))


async def draft(web: aiohttp.ClientSession, number: int) -> tuple[int, int]:
    """The status, 0 where nobody answered, and the number of the campaign, 0 where it was not said."""
    headers = {"Idempotency-Key": f"call-number-{number}"}
    try:
        async with web.post("/api/v1/campaigns", json={"title": f"Tin {number}"}, headers=headers) as answer:
            return answer.status, (await answer.json())["id"] if answer.status == 201 else 0
    except aiohttp.ClientError:
        return 0, 0


@pytest.mark.parametrize("answers", [1, *(pytest.param(most, marks=pytest.mark.soak) for most in (5, 20, 40))])
async def test_killed_while_scripts_draft(tmp_path: Path, answers: int) -> None:
    service = Service(tmp_path, None, secret_key=KEY, api_rate="1000")
    await service.start()
    try:
        headers = {"Authorization": f"Bearer {await token(service)}"}
        async with aiohttp.ClientSession(service.url, headers=headers) as web:
            calls = [asyncio.create_task(draft(web, number)) for number in range(CALLS)]
            for _ in range(answers):
                await asyncio.wait([each for each in calls if not each.done()], return_when=asyncio.FIRST_COMPLETED)
            await asyncio.to_thread(service.kill)
            first = await asyncio.gather(*calls)
        killed = drafts(service)
        await service.start()
        async with aiohttp.ClientSession(service.url, headers=headers) as web:
            again = [await draft(web, number) for number in range(CALLS)]
        kept = drafts(service)
    finally:
        service.kill()
    assert any(status == 201 for status, _ in first)
    assert set(kept.values()) <= {1}
    for number, (before, now) in enumerate(zip(first, again, strict=True)):
        if before[0] == 201:  # who was answered gets the same answer, or is told that it is not known
            assert now in (before, (409, 0)), number
        assert now[0] in (201, 409)
        if now[0] == 201:
            assert kept[f"Tin {number}"] == 1
        elif f"Tin {number}" not in killed:
            assert f"Tin {number}" not in kept  # in doubt: not done a second time, and not now either
