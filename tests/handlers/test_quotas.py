"""What an Official Account has left stands in the forecast; once it is used up only warnings still try."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import update

from bot.channels.zalo_oa_book import StoredAllowanceBook
from bot.channels.zalo_oa_quota import HOLDS, PACKAGE, Allowance, month_of, refused
from bot.messages import Capabilities, OutgoingMessage
from bot.settings import Settings
from bot.storage.db import Database
from bot.storage.schema import runs
from bot.testing import FakeChannel
from broadcasts.audience import Counted, Way
from broadcasts.claiming import Recipient
from broadcasts.composing import Content
from broadcasts.deliveries import Priority
from broadcasts.engine import Skip
from broadcasts.forecast import Forecast, Reached, forecast
from content.catalog import Catalog
from handlers.commands.campaign_words import quotas
from handlers.outgoing import RunWriter
from handlers.quotas import ZALO_OA, quotas_of
from handlers.wording import Wording
from handlers.zalo_ways import zalo_ways
from tests.broadcasts.offices import places
from tests.broadcasts.sending import a_run
from tests.handlers.warned import COMMANDER, DUTY, SECOND, Warned, sentences

SETTINGS = Settings(
    _env_file=None,  # type: ignore[call-arg]
    province="dong-thap",
    zalo_oa_id="9",
    zalo_app_id="1",
    zalo_app_secret=SecretStr("x"),
    zalo_cs_campaigns=True,
    zalo_allow_paid=True,
)


class Account:
    """An Official Account, its book, and what writes for it."""

    def __init__(self, db: Database) -> None:
        self.warned = Warned(db)
        self.db, self.clock = db, self.warned.clock
        self.channel = FakeChannel(
            name=ZALO_OA, capabilities=Capabilities(buttons=True, attachments=True, subscribable=True, windows=True)
        )
        self.book = StoredAllowanceBook(db)
        phrases = sentences()
        wording = Wording(settings=SETTINGS, catalog=Catalog([]), phrases=phrases, gazetteer=places(), clock=self.clock)
        self.writer = RunWriter(
            db=db,
            settings=SETTINGS,
            wording=wording,
            phrases=phrases,
            gazetteer=places(),
            ways=zalo_ways(SETTINGS),
            clock=self.clock,
            board=self.warned.board,
            notices=self.warned.wording,
            quotas=quotas_of(SETTINGS),
        )

    async def written(self, run_id: int, *, priority: int, days: float) -> object:
        """What the account sends to somebody who wrote so many days ago."""
        wrote = self.clock.now() - timedelta(days=days)
        recipient = Recipient(1, run_id, 1, "7", "vi", "c-29971", "paid", 0, priority, "", last_wrote_at=wrote)
        return await self.writer(self.channel, recipient)

    async def left(self) -> int | None:
        async with self.db.reading() as connection:
            return (await quotas_of(SETTINGS)(connection, self.clock.now())).get(ZALO_OA)


@pytest.fixture
async def account(db: Database) -> Account:
    account = Account(db)
    await account.warned.officers(DUTY, SECOND, COMMANDER)
    return account


async def test_once_it_is_used_up_only_what_is_free_and_warnings_are_sent(account: Account) -> None:
    run = await a_run(account.db, 1)
    async with account.db.transaction() as connection:
        content = Content({"vi": "Bà con nhớ mang giấy tờ."}).to_json()
        await connection.execute(update(runs).where(runs.c.id == run).values(content=content))
    routine, urgent = int(Priority.ROUTINE), int(Priority.NOTICE)
    assert isinstance(await account.written(run, priority=routine, days=3), OutgoingMessage)
    await account.book.save(refused(account.clock.now()))
    assert await account.written(run, priority=routine, days=3) == Skip("quota")
    assert isinstance(await account.written(run, priority=routine, days=1), OutgoingMessage)
    issued = await account.warned.issued()
    assert isinstance(await account.written(issued.run_id, priority=urgent, days=3), OutgoingMessage)
    account.clock.advance(HOLDS.total_seconds())
    assert isinstance(await account.written(run, priority=routine, days=3), OutgoingMessage)


async def test_what_is_left_is_what_zalo_says(account: Account) -> None:
    assert await account.left() is None  # it has said nothing yet
    month = month_of(account.clock.now())
    await account.book.save(Allowance(month, 1, {PACKAGE: 40, "purchase_quota": 2}))
    assert await account.left() == 42
    await account.book.save(Allowance(month, 1, {PACKAGE: 0, "purchase_quota": 0}))
    assert await account.left() is None  # from now on it takes money
    await account.book.save(refused(account.clock.now()))
    assert await account.left() == 0


def foreseen(left: int) -> Forecast:
    paid = Reached(Counted(ZALO_OA, "main", "vi", "c-29971", "", 30), Way("paid", 55))
    free = replace(paid, way=Way("free", 0))
    return forecast([paid, free], {}, {}, {ZALO_OA: left}, (ZALO_OA,))


def test_the_forecast_holds_what_costs_against_it_and_nothing_else() -> None:
    assert foreseen(30).beyond_quota == {}
    assert quotas(foreseen(30)) == ["Zalo OA còn 30 tin đã trả trước: đủ."]
    assert foreseen(12).beyond_quota == {ZALO_OA: 18}
    assert quotas(foreseen(12)) == ["Zalo OA còn 12 tin đã trả trước: 18 tin nữa Zalo tính tiền."]
    assert quotas(foreseen(0)) == [
        "Zalo OA còn gửi được 0 tin tháng này: thiếu 30 tin, bớt người nhận hoặc đợi tháng sau."
    ]
    free = Reached(Counted(ZALO_OA, "main", "vi", "c-29971", "", 30), Way("free", 0))
    assert forecast([free], {}, {}, {ZALO_OA: 0}, (ZALO_OA,)).quota_left == {}
