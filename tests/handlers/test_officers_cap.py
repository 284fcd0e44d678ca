"""CAP messages of others: officers who may warn are told once, exercises by day; feeds are read by the service."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import insert

from bot.errors import SettingError
from bot.fetching import Fetcher
from bot.settings import Settings
from bot.storage.db import Database
from bot.storage.migrate import migrate
from bot.storage.schema import officer_roles
from broadcasts import feed_troubles
from broadcasts.cap import Area, Named, Status
from broadcasts.cap_inbox import CapInbox
from broadcasts.cap_writing import write_alert
from content.files import shipped_phrases
from handlers.commands import doctor
from handlers.feeding import Feeding
from handlers.officers_cap import OfficersCap
from handlers.officers_reached import OfficersReached
from tests.broadcasts.cap_messages import NOON, SENDER, made, written
from tests.handlers.warned import COMMANDER, DUTY, KEY, SECOND, STRANGER, Warned


class Told:
    """A duty officer of the province, one of another province, a commander and one who only writes."""

    def __init__(self, warned: Warned) -> None:
        self.warned = warned
        self.inbox = CapInbox(warned.db, KEY)
        channels = {("fake", "main"): warned.channel}
        self.reached = OfficersReached(
            db=warned.db,
            office=warned.office,
            channels=channels,
            phrases=shipped_phrases(),
            clock=warned.clock,
        )
        self.telling = self.begun()

    def begun(self) -> OfficersCap:
        """As after a start."""
        warned = self.warned
        return OfficersCap(db=warned.db, office=warned.office, reached=self.reached, clock=warned.clock)

    async def receive(self, body: bytes) -> int:
        kept = await self.inbox.receive(body, source="kttv", senders=(SENDER,), now=self.warned.clock.now())
        assert kept.id is not None
        return kept.id

    async def ticks(self, minutes: float = 1) -> dict[str, list[str]]:
        self.warned.later(minutes=minutes)
        before = len(self.warned.channel.said)
        await self.telling.tick()
        found: dict[str, list[str]] = {}
        for each in self.warned.channel.said[before:]:
            found.setdefault(each.address.external_id, []).append(each.message.text)
        return found


@pytest.fixture
async def told(db: Database) -> Told:
    warned = await Warned.start(db)
    async with db.transaction() as connection:
        for officer, area in ((DUTY, "p-dong-thap"), (SECOND, "p-an-giang"), (COMMANDER, ""), (STRANGER, "")):
            row = {"officer_id": officer.id, "role": officer.roles[0][0], "area": area}
            await connection.execute(insert(officer_roles).values(row))
    warned.clock.advance((NOON - warned.clock.now()).total_seconds())
    return Told(warned)


def of_thuong_phuoc(name: str) -> bytes:
    alert = made(name)
    area = Area("Thường Phước", geocodes=(Named("GSO", "29971"),))
    return write_alert(replace(alert, infos=tuple(replace(each, areas=(area,)) for each in alert.infos)))


async def test_who_may_warn_there_is_told_once(told: Told) -> None:
    number = await told.receive(of_thuong_phuoc("bao"))
    said = await told.ticks()
    line = (
        f"Bản tin CAP số {number} đang chờ người đọc: “Tin bao”, của {SENDER}. Xem: cotmoc notice cap drafts {number}"
    )
    assert said == {"officer-1": [line], "officer-3": [line]}
    assert await told.ticks() == {}
    told.telling = told.begun()
    assert await told.ticks() == {}


async def test_without_a_known_place_whoever_may_warn_anywhere(told: Told) -> None:
    await told.receive(written("bao"))
    assert set(await told.ticks()) == {"officer-1", "officer-2", "officer-3"}


async def test_what_was_decided_before_is_not_told(told: Told) -> None:
    number = await told.receive(written("bao"))
    await told.inbox.refuse("an", number, reason="đã đọc", now=told.warned.clock.now())
    assert await told.ticks() == {}


async def test_exercises_once_a_day_and_never_at_night(told: Told) -> None:
    told.warned.later(hours=9)  # 4 in the morning
    for name in ("a", "b"):
        await told.receive(written(name, status=Status.TEST, expires=None))
    assert await told.ticks() == {}
    said = await told.ticks(240)
    assert said["officer-1"] == [
        "Có bản tin CAP Test (không phải sự việc thật) đang chờ. Xem: cotmoc notice cap drafts"
    ]
    await told.receive(written("c", status=Status.TEST, expires=None))
    assert await told.ticks() == {}


# --- feeds ------------------------------------------------------------------------------------------------------------


@pytest.fixture
async def site() -> AsyncIterator[tuple[TestServer, dict[str, bytes]]]:
    pages: dict[str, bytes] = {}

    async def answer(request: web.Request) -> web.Response:
        body = pages.get(request.path)
        return web.Response(status=404) if body is None else web.Response(body=body)

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    yield server, pages
    await server.close()


def settings_with(folder: Path, url: str, sender: str = SENDER) -> Settings:
    file = folder / "tai-khoan.toml"
    file.write_text(f'[[feeds]]\nname = "kttv"\nurl = "{url}"\nsenders = ["{sender}"]\n', encoding="utf-8")
    return Settings(_env_file=None, var_dir=folder, accounts_file=file)  # type: ignore[call-arg]


async def test_a_feed_becomes_drafts_and_its_troubles_are_known(
    told: Told, site: tuple[TestServer, dict[str, bytes]], tmp_path: Path
) -> None:
    server, pages = site
    url = f"http://127.0.0.1:{server.port}/cap.xml"
    feeding = Feeding(
        settings=settings_with(tmp_path, url),
        db=told.warned.db,
        key=KEY,
        clock=told.warned.clock,
        fetcher=Fetcher(http=True, judge=lambda _: True, longest=5),
    )
    assert feeding.wanted
    assert await feeding.tick() == 0
    async with told.warned.db.reading() as connection:
        kept = await feed_troubles.kept(connection)
    assert kept is not None
    assert kept[1][0].startswith("Nguồn tin kttv:")
    pages["/cap.xml"] = written("bao")
    told.warned.later(minutes=20)
    assert await feeding.tick() == 1
    assert set(await told.ticks()) >= {"officer-1"}
    async with told.warned.db.reading() as connection:
        kept = await feed_troubles.kept(connection)
    assert kept is not None
    assert kept[1] == []


async def test_an_inner_address_is_not_asked(told: Told, tmp_path: Path) -> None:
    settings = settings_with(tmp_path, "https://127.0.0.1:1/cap.xml")
    feeding = Feeding(settings=settings, db=told.warned.db, key=KEY, clock=told.warned.clock)
    assert await feeding.tick() == 0
    async with told.warned.db.reading() as connection:
        kept = await feed_troubles.kept(connection)
    assert kept is not None
    assert "không được phép" in kept[1][0]


def test_a_wrong_list_is_said_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="senders"):
        Feeding(
            settings=settings_with(tmp_path, "https://cap.example/a", sender="a b"),
            db=Database("sqlite+aiosqlite://"),
            key=KEY,
            clock=Warned(Database("sqlite+aiosqlite://")).clock,
        )


async def test_doctor_lists_feeds_and_what_is_wrong(tmp_path: Path) -> None:
    settings = settings_with(tmp_path, "https://cap.example/a.atom")
    db = Database(settings.database)
    await migrate(db)
    assert [each async for each in doctor._feeds(settings)] == [
        (True, "nguồn cảnh báo CAP: kttv"),
        (True, "nguồn cảnh báo CAP: dịch vụ chưa đọc lần nào"),
    ]
    async with db.transaction() as connection:
        await feed_troubles.keep(connection, ["Nguồn tin kttv: x."], datetime(2026, 11, 20, 2, 0, tzinfo=UTC))
    await db.close()
    found = [each async for each in doctor._feeds(settings)]
    assert found[1:] == [(False, "Nguồn tin kttv: x. (từ 09:00 ngày 20/11/2026)")]
