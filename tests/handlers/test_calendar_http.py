"""/calendar/{secret}.ics of a running service: times and titles for its officer, nothing for anybody else."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.clock import SystemClock
from bot.settings import Settings
from bot.staff import calendars
from bot.staff.roles import Officer, Role
from bot.storage.schema import officer_roles, officers
from broadcasts import recurrence
from broadcasts.audience import Audience
from handlers.app import App, build
from tests.broadcasts.offices import APPROVER, EDITOR, REVIEWER
from tests.broadcasts.test_ics import unfolded
from tests.warm import copy_warm_database, warm_folder, warm_judge

TITLE = "Giấy tờ; vùng biên, đường thuỷ"
WORDS = "Bà con nhớ mang giấy tờ."


class Office:
    """A service with one planned campaign and an officer of the province who only looks on."""

    def __init__(self, app: App, web: aiohttp.ClientSession) -> None:
        self.app = app
        self.web = web

    async def secret(self, name: str, role: Role = Role.VIEWER, area: str = "p-dong-thap") -> str:
        now = self.app.clock.now()
        async with self.app.db.transaction() as connection:
            row = officers.insert().values(name=name, password="", second_factor="", created_at=now)
            number = int((await connection.execute(row.returning(officers.c.id))).scalar_one())
            await connection.execute(officer_roles.insert().values(officer_id=number, role=role, area=area))
            officer = Officer(number, name, ((role, area),))
            return await calendars.make(connection, self.app.campaigning.office.key, officer, now)

    async def get(self, secret: str) -> tuple[int, bytes, dict[str, str]]:
        async with self.web.get(f"/calendar/{secret}.ics") as answer:
            return answer.status, await answer.read(), dict(answer.headers)

    async def planned(self, title: str, days: int, *places: str, rule: str = "") -> int:
        service, zone = self.app.campaigning.service, self.app.settings.zone
        day = (self.app.clock.now().astimezone(zone) + timedelta(days=days)).date()
        until = (day + timedelta(days=14)).isoformat() if rule else ""
        number = await service.draft(EDITOR, title)
        await service.write(EDITOR, number, "vi", WORDS)
        await service.aim(EDITOR, number, Audience(places=places))
        schedule = {"at": f"{day}T08:00", "rule": rule, "until": until}
        await service.time(EDITOR, number, recurrence.from_json(schedule))
        await service.submit(EDITOR, number)
        await service.sign(REVIEWER, number, "vi")
        seen = await service.checklist(APPROVER, number)
        await service.approve(APPROVER, number, seen.digest, seen.ticks)
        await service.schedule(EDITOR, number)
        return number


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    settings = Settings(_env_file=None, var_dir=tmp_path, cache_dir=warm_folder(), http_port=0)  # type: ignore[call-arg]
    copy_warm_database(tmp_path / "cotmoc.sqlite3")
    gazetteer, judge = warm_judge(settings.province)
    app = await build(settings, clock=SystemClock(), roles=("http",), gazetteer=gazetteer, judge=judge)
    await app.start()
    async with aiohttp.ClientSession(f"http://127.0.0.1:{app.port}") as web:
        yield Office(app, web)
    await app.close()


def values(content: bytes, name: str) -> list[str]:
    found = (line.partition(":") for line in unfolded(content))
    return [value for key, _, value in found if key == name]


async def test_times_and_titles_and_nothing_more(office: Office) -> None:
    weekly = await office.planned(TITLE, 3, "c-29929", rule="FREQ=WEEKLY")
    await office.planned("Ở tỉnh khác", 3, "p-ca-mau")
    secret = await office.secret("Hà")
    status, content, headers = await office.get(secret)
    assert (status, headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert headers["Cache-Control"].startswith("private")
    assert values(content, "SUMMARY") == [f"CD-{weekly} Giấy tờ\\; vùng biên\\, đường thuỷ"] * 3
    starts = values(content, "DTSTART")
    assert [each[8:] for each in starts] == ["T010000Z"] * 3
    assert len(set(values(content, "UID"))) == 3
    for hidden in (WORDS, "29929", "người", "editor", "an"):
        assert hidden not in " ".join(values(content, "SUMMARY")).split(" ")
        assert hidden.encode() not in content or hidden in ("an", "người")
    assert values((await office.get(secret))[1], "UID") == values(content, "UID")  # the same for ever
    everything = await office.secret("Huệ", Role.APPROVER, "")
    assert len(values((await office.get(everything))[1], "SUMMARY")) == 4
    nothing = await office.secret("Hương", Role.VIEWER, "c-00001")
    assert values((await office.get(nothing))[1], "SUMMARY") == []


async def test_what_does_not_open_is_as_if_it_did_not_exist(office: Office) -> None:
    secret = await office.secret("Hà")
    async with office.app.db.transaction() as connection:
        await connection.execute(officers.update().values(state="disabled"))
    missing = await office.get("nothing")
    assert missing[0] == 404
    for wrong in (secret, secret[:-1], "x" * 43, "x" * 5000, "%00", "..", "đ", "%ff"):
        status, content, headers = await office.get(wrong)
        assert (status, content) == (404, missing[1]), wrong
        assert "public" not in headers.get("Cache-Control", "")
    async with office.web.post(f"/calendar/{secret}.ics") as answer:
        assert answer.status == 405


async def test_the_database_and_the_log_do_not_hold_the_secret(
    office: Office, capfd: pytest.CaptureFixture[str]
) -> None:
    secret = await office.secret("Hà")
    await office.get(secret)
    await office.get(secret[:-1])
    await asyncio.sleep(0)
    with sqlite3.connect(office.app.settings.var_dir / "cotmoc.sqlite3") as connection:
        assert secret not in "\n".join(connection.iterdump())
    out, err = capfd.readouterr()
    assert secret[:-1] not in out + err
