"""Polling of a Zalo bot: nothing that was handed over is lost while the database or the platform is away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from random import Random
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot import errors
from bot.channels.zalo_bot import ZaloBotChannel
from bot.storage import inbox
from bot.storage.db import Database
from bot.storage.group_commit import GroupCommit
from bot.storage.inbox import Received
from bot.storage.schema import inbox as table
from bot.testing import ManualClock
from handlers.http.zalo_polling import ZaloPoller
from tests.fakes.zalo_bot_client import FakeZaloBot, chat, launch

NOW = datetime(2026, 11, 20, 2, 12, tzinfo=UTC)
AN, BE = chat(1), chat(2)


class Store:
    """An inlet that keeps rows in memory; ``away`` is how many more times the database is away."""

    def __init__(self, fake: FakeZaloBot) -> None:
        self._fake = fake
        self.full = False
        self.away = 0
        self.rows: list[Received] = []
        self.polls_before: list[int] = []

    async def receive(self, rows: Sequence[Received]) -> list[Received]:
        polls = len(await self._fake.polls())
        if self.away:
            self.away -= 1
            raise errors.StoreUnavailable
        self.polls_before.append(polls)
        self.rows.extend(rows)
        return list(rows)


@pytest.fixture(scope="module")
def running() -> Iterator[dict[str, str]]:
    with launch(scale=0.01) as said:
        yield said


@pytest.fixture
async def fake(running: dict[str, str]) -> AsyncIterator[FakeZaloBot]:
    async with FakeZaloBot.attach(running) as attached:
        yield attached


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
async def channel(fake: FakeZaloBot, clock: ManualClock) -> AsyncIterator[ZaloBotChannel]:
    opened = ZaloBotChannel(
        token=fake.token, api_url=fake.url, clock=clock, zone=ZoneInfo("Asia/Ho_Chi_Minh"), key=b"key"
    )
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
def store(fake: FakeZaloBot) -> Store:
    return Store(fake)


@pytest.fixture
def poller(channel: ZaloBotChannel, store: Store, clock: ManualClock) -> ZaloPoller:
    return ZaloPoller(channel=channel, intake=store, clock=clock, rng=Random(1))


@asynccontextmanager
async def at_work(poller: ZaloPoller) -> AsyncIterator[None]:
    task = asyncio.create_task(poller.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(so: Callable[[], object]) -> None:
    async with asyncio.timeout(5):
        while not so():
            await asyncio.sleep(0.01)


async def test_updates_come_one_after_the_other(fake: FakeZaloBot, poller: ZaloPoller, store: Store) -> None:
    for number in range(5):
        await fake.say(chat(number), f"câu {number}")
    async with at_work(poller):
        await until(lambda: len(store.rows) == 5)
        await fake.say(AN, "một câu nữa")
        await until(lambda: len(store.rows) == 6)
    assert [row.lane for row in store.rows] == [*map(chat, range(5)), AN]
    assert poller.trouble == ""
    assert (await fake.counts()).polls_at_once == 1


async def test_nothing_more_is_asked_for_before_the_last_one_is_stored(
    fake: FakeZaloBot, poller: ZaloPoller, store: Store
) -> None:
    store.away = 3
    for text in ("một", "hai"):
        await fake.say(AN, text)
    async with at_work(poller):
        await until(lambda: len(store.rows) == 2)
    assert store.polls_before == [1, 2]


async def test_a_webhook_that_was_left_is_taken_away_first(fake: FakeZaloBot, poller: ZaloPoller, store: Store) -> None:
    await fake.call("setWebhook", url="http://127.0.0.1:9/old", secret_token="12345678")
    async with at_work(poller):
        async with asyncio.timeout(5):
            while (await fake.state())["webhook"]:
                await asyncio.sleep(0.01)
        await fake.say(AN, "xin chào")
        await until(lambda: store.rows)


class Watching(ManualClock):
    """Writes down what the poller says is wrong whenever it begins to wait."""

    def __init__(self, now: datetime) -> None:
        super().__init__(now)
        self.poller: ZaloPoller | None = None
        self.seen: list[str] = []

    async def sleep(self, seconds: float) -> None:
        if self.poller is not None:
            self.seen.append(self.poller.trouble)
        await super().sleep(seconds)


async def test_what_is_wrong_is_said_and_passes(fake: FakeZaloBot, channel: ZaloBotChannel, store: Store) -> None:
    clock = Watching(NOW)
    poller = clock.poller = ZaloPoller(channel=channel, intake=store, clock=clock, rng=Random(1))
    for script in ({"code": 401}, {"code": 429}, {"code": 500}):
        await fake.fault("refused", times=1, methods=["getUpdates"], **script)
    store.away = 1
    await fake.say(AN, "xin chào")
    async with at_work(poller):
        await until(lambda: store.rows)
        assert clock.seen[:4] == [
            "zalo-bot: token refused",
            "zalo-bot: throttled",
            "zalo-bot: ChannelDown",
            "database unavailable",
        ]
        await until(lambda: poller.trouble == "")


async def test_a_full_inbox_is_waited_for(fake: FakeZaloBot, poller: ZaloPoller, store: Store) -> None:
    store.full = True
    await fake.say(AN, "xin chào")
    async with at_work(poller):
        await asyncio.sleep(0.1)
        assert (await fake.counts()).polls == 0
        store.full = False
        await until(lambda: store.rows)


async def test_empty_polls_that_end_at_once_do_not_go_in_circles(
    fake: FakeZaloBot, poller: ZaloPoller, clock: ManualClock
) -> None:
    """The clock stands still during a poll, so every empty one looks instant: each is followed by a second's pause."""
    async with at_work(poller):
        async with asyncio.timeout(5):
            while (await fake.counts()).polls < 3:
                await asyncio.sleep(0.01)
    assert clock.monotonic() >= 2


async def test_a_webhook_that_somebody_else_sets_is_noticed(
    fake: FakeZaloBot, poller: ZaloPoller, clock: ManualClock
) -> None:
    async with at_work(poller):
        async with asyncio.timeout(5):
            while not (await fake.counts()).polls:
                await asyncio.sleep(0.01)
        await fake.call("setWebhook", url="http://127.0.0.1:9/other", secret_token="12345678")
        clock.advance(600)
        await until(lambda: "webhook" in poller.trouble)
        await fake.call("deleteWebhook")
        await until(lambda: poller.trouble == "")


class Inbox:
    """The real store behind polling."""

    full = False

    def __init__(self, db: Database) -> None:
        self.writer = GroupCommit(db)

    async def receive(self, rows: Sequence[Received]) -> list[Received]:
        for row in rows:
            await self.writer.write(inbox.remember, row)
        return list(rows)


async def test_an_update_in_hand_when_the_service_stops_is_stored(
    fake: FakeZaloBot, channel: ZaloBotChannel, clock: ManualClock, sqlite_db: Database
) -> None:
    """The loop is cancelled while the row is being written: it is in the writer's hands already."""
    store = Inbox(sqlite_db)

    class Cancelling(Inbox):
        async def receive(self, rows: Sequence[Received]) -> list[Received]:
            asyncio.get_running_loop().call_soon(task.cancel)
            return await store.receive(rows)

    poller = ZaloPoller(channel=channel, intake=Cancelling(sqlite_db), clock=clock, rng=Random(1))
    await fake.say(BE, "còn đây")
    task = asyncio.create_task(poller.run())
    with pytest.raises(asyncio.CancelledError):
        await task
    await store.writer.drain()
    async with sqlite_db.reading() as connection:
        assert (await connection.execute(select(table.c.lane))).scalars().all() == [BE]
