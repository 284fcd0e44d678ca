"""Posting and taking back by what is typed at the command line, to the logs of the fake platforms."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import insert

from bot.errors import SettingError
from bot.settings import Settings
from bot.storage.schema import residents
from broadcasts.approval import SECRECY
from handlers.app import App, build
from tests.fakes.telegram_client import FakeTelegram
from tests.fakes.zalo_oa_client import FakeZaloOa, resident
from tests.faults.zalo_service import oa_settings
from tests.handlers.test_campaign_command import Typing, tomorrow
from tests.handlers.test_officer_command import Machine
from tests.warm import copy_warm_database, warm_folder, warm_judge

CHANNEL = -1001234567890
TEXT = "Bà con vào vùng biên nhớ mang giấy tờ."
PLACES = f"""
[[posts]]
name = "kenh-tinh"
channel = "telegram"
kind = "channel"
target = "@vungbien"
place = "p-dong-thap"

[[posts]]
name = "nhom-xa"
channel = "telegram"
kind = "group"
target = "{CHANNEL - 1}"
language = ["vi", "km"]
"""
ZALO_PLACES = """
[[posts]]
name = "bai-viet"
channel = "zalo-oa"
kind = "article"
target = "all"
cover = "https://vd.example/bia.jpg"

[[posts]]
name = "nhom-ap"
channel = "zalo-oa"
kind = "group"
target = "f414"
"""


class Office:
    """Officers who type commands, and the service beside them on the same database and the same clock."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], places: str) -> None:
        (folder / "accounts.toml").write_text(places, encoding="utf-8")
        copy_warm_database(folder / "cotmoc.sqlite3")
        self.machine = Machine(folder, capsys)
        self.settings: dict[str, Any] = {
            "var_dir": folder,
            "cache_dir": warm_folder(),
            "accounts_file": folder / "accounts.toml",
        }
        self.machine.settings = Settings(_env_file=None, **self.settings)  # type: ignore[call-arg]
        self.types = Typing(self.machine)
        self.clock = self.machine.clock
        self.app: App | None = None

    async def hired(self) -> Office:
        def hire() -> None:
            self.machine.add("An")
            self.machine.add("Bình")
            for name, role in (("Chi", "editor"), ("Dung", "reviewer"), ("Giang", "approver")):
                self.machine.add(name, role, by="An")

        await asyncio.to_thread(hire)
        return self

    async def __call__(self, by: str, *words: str) -> Any:
        return await asyncio.to_thread(self.types, by, *words)

    async def plainly(self, by: str, *words: str) -> str:
        return await asyncio.to_thread(self.types.plainly, by, *words)

    async def planned(self, *aim: str) -> str:
        """A campaign from a draft to a planned run; its number."""
        number = str((await self("Chi", "draft", "Giấy tờ vùng biên"))["id"])
        await self("Chi", "write", number, "vi", TEXT)
        await self("Chi", "aim", number, *aim)
        await self("Chi", "time", number, tomorrow(self.types))
        await self("Chi", "submit", number)
        await self("Dung", "sign", number, "vi", "--digest", (await self("Dung", "check", number))["texts"]["vi"])
        seen = await self("Giang", "check", number)
        await self("Giang", "approve", number, "--digest", seen["digest"], "--tick", SECRECY)
        at = (await self("Chi", "schedule", number))["at"]
        self.clock.advance((type(self.clock.now()).fromisoformat(at) - self.clock.now()).total_seconds())
        return number

    @asynccontextmanager
    async def service(self, **settings: Any) -> AsyncIterator[App]:
        loaded = Settings(_env_file=None, **self.settings, **settings)  # type: ignore[call-arg]
        gazetteer, judge = warm_judge(loaded.province)
        app = await build(
            loaded,
            clock=self.clock,
            rng=Random(1),
            roles=("sender", "scheduler"),
            gazetteer=gazetteer,
            judge=judge,
        )
        await app.accounts.open()
        try:
            yield app
        finally:
            await app.close()


async def going_out(app: App, rounds: int = 1) -> None:
    """What the loops of the service would do."""
    campaigning = app.campaigning
    assert campaigning.scheduler is not None
    for _ in range(rounds):
        await campaigning.scheduler.tick()
        for sender, poster in zip(campaigning.senders, campaigning.posters, strict=True):
            await sender.work_off()
            await poster.tick()
        await campaigning.scheduler.tick()


async def taking_back(app: App) -> None:
    for sender, withdrawer in zip(app.campaigning.senders, app.campaigning.withdrawers, strict=True):
        await sender.renew()
        while await withdrawer.tick():
            pass


async def people(app: App, count: int, channel: str = "telegram") -> None:
    async with app.db.transaction() as connection:
        await connection.execute(
            insert(residents),
            [
                {
                    "channel": channel,
                    "account": "main",
                    "external_id": str(8_000_000 + number),
                    "last_wrote_on": app.clock.now().date(),
                    "routine": True,
                }
                for number in range(count)
            ],
        )


async def test_posted_and_taken_back_on_telegram(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async with FakeTelegram.start() as fake:
        await fake.set_chat(CHANNEL, kind="channel", title="Vùng biên", username="vungbien")
        office = await Office(tmp_path, capsys, PLACES).hired()
        number = await office.planned("--post", "kenh-tinh", "--post", "nhom-xa")
        assert "không chứng minh được" in await office.plainly("Giang", "check", number)
        async with office.service(telegram_token=fake.token, telegram_api_url=fake.url) as app:
            await people(app, 3)
            await going_out(app)
            sends = await fake.sends()
            assert Counter(act.chat_id for act in sends) == Counter(
                {CHANNEL: 1, CHANNEL - 1: 1, 8_000_000: 1, 8_000_001: 1, 8_000_002: 1}
            )
            for act in sends:
                assert TEXT in act.text
                assert "chưa có cơ quan nào đứng tên" in act.text
                assert ("STOP" in act.text) == (act.chat_id > 0)  # nobody subscribed to what everybody may read
            report = await office("Chi", "report", number)
            assert (report["audience"], report["sent"]) == (3, 3)
            assert [(each["name"], each["language"], each["state"]) for each in report["posts"]] == [
                ("kenh-tinh", "vi", "sent"),
                ("nhom-xa", "vi", "sent"),
                ("nhom-xa", "km", "skipped"),
            ]
            assert {each["reach"] for each in report["posts"]} == {"not provable"}
            run = str((await office("Chi", "status", number))["runs"][0]["id"])
            asked = await office("Giang", "withdraw", run)
            assert [(each["channel"], each["left"]) for each in asked["withdrawals"]] == [("telegram", 3)]
            await taking_back(app)
            acts = await fake.acts()
            assert Counter(act.method for act in acts) == Counter({"deletemessage": 5})
            for chat in (CHANNEL, CHANNEL - 1, 8_000_000, 8_000_001, 8_000_002):
                assert await fake.standing(chat) == []
            after = await office("Chi", "status", number)
            assert [(each["done"], each["withdrawn"], each["left"]) for each in after["withdrawals"]] == [(True, 3, 0)]
            assert [each["state"] for each in after["posts"]] == ["withdrawn", "withdrawn", "skipped"]
            report = await office("Chi", "report", number)
            assert (report["audience"], report["withdrawn"], report["sent"]) == (3, 3, 0)


async def test_what_is_two_days_old_is_replaced_by_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async with FakeTelegram.start() as fake:
        office = await Office(tmp_path, capsys, "").hired()
        await office.planned()
        async with office.service(telegram_token=fake.token, telegram_api_url=fake.url) as app:
            await people(app, 2)
            await going_out(app)
            await fake.age(49 * 3600)
            office.clock.advance(49 * 3600)
            await office("Giang", "withdraw", "1")
            await taking_back(app)
            assert await fake.standing(8_000_000) == ["Tin này đã được thu hồi."]
            assert Counter(act.method for act in await fake.acts()) == Counter({"editmessagetext": 2})


async def test_posted_on_zalo_where_only_the_article_can_be_taken_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with FakeZaloOa.start(article_polls=1, article_seconds=0) as fake:
        await fake.set_group("f414")
        await fake.set_resident(resident(1), is_follower=True)
        office = await Office(tmp_path, capsys, ZALO_PLACES).hired()
        number = await office.planned("--post", "bai-viet", "--post", "nhom-ap")
        await fake.set_clock(office.clock.now().timestamp())
        async with office.service(**oa_settings(fake)) as app:
            for _ in range(4):
                await going_out(app)
                office.clock.advance(31)
            [article] = await fake.sends("target")
            [group] = await fake.sends("f414")
            assert article.reach == [resident(1)]
            assert TEXT in group.text
            await office("Giang", "withdraw", "1")
            await taking_back(app)
            posts = (await office("Chi", "status", number))["posts"]
            assert [(each["name"], each["state"], each["reason"]) for each in posts] == [
                ("bai-viet", "withdrawn", "deleted"),
                ("nhom-ap", "sent", "channel"),
            ]
            assert [each.name for each in await fake.calls()].count("article_remove") == 1


@pytest.mark.parametrize(
    ("places", "said"),
    [
        (PLACES.replace('"channel"', '"kenh"', 1), "kind"),
        (PLACES.replace("p-dong-thap", "atlantis"), "atlantis"),
        (PLACES, "telegram"),  # which is not switched on
    ],
)
async def test_a_wrong_place_stops_the_start(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], places: str, said: str
) -> None:
    office = Office(tmp_path, capsys, places)
    with pytest.raises(SettingError, match=said) as told:
        async with office.service():
            pass
    assert "\n" not in str(told.value)
