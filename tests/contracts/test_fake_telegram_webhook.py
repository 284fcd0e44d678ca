"""Webhook delivery of the fake: order, parallel lanes, resending, back-pressure, expiry, duplicates, 410."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from itertools import pairwise
from typing import Any

import pytest
from aiohttp import web
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest

from tests.fakes.telegram.launch import launch
from tests.fakes.telegram_bot import bot_for
from tests.fakes.telegram_client import FakeTelegram

SCALE = 0.02  # the resend schedule 0, 2, 4, 8 s becomes 0, 40, 80, 160 ms
Judge = Callable[[dict[str, Any]], Awaitable[web.StreamResponse]]


@pytest.fixture(scope="module")
def running() -> Iterator[dict[str, str]]:
    with launch(scale=SCALE, answer_timeout=0.5) as said:
        yield said


@pytest.fixture
async def fake(running: dict[str, str]) -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram.attach(running) as attached:
        yield attached


@pytest.fixture
async def bot(fake: FakeTelegram) -> AsyncIterator[Bot]:
    async with bot_for(fake) as started:
        yield started


class Hook:
    """A webhook that notes what comes in and answers as ``judge`` says."""

    def __init__(self) -> None:
        self.updates: list[dict[str, Any]] = []
        self.secrets: list[str | None] = []
        self.peers: set[Any] = set()
        self.now_open = 0
        self.most_open = 0
        self.judge: Judge = self.accept
        self.url = ""

    @staticmethod
    async def accept(update: dict[str, Any]) -> web.StreamResponse:
        return web.Response()

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        update = json.loads(await request.read())
        self.updates.append(update)
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        self.peers.add(request.transport.get_extra_info("peername") if request.transport else None)
        self.now_open += 1
        self.most_open = max(self.most_open, self.now_open)
        try:
            return await self.judge(update)
        finally:
            self.now_open -= 1

    @property
    def ids(self) -> list[int]:
        return [update["update_id"] for update in self.updates]


@asynccontextmanager
async def open_hook() -> AsyncIterator[Hook]:
    hook = Hook()
    runner = web.ServerRunner(web.Server(hook.handle, access_log=None), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hooks/telegram"
    try:
        yield hook
    finally:
        await runner.cleanup()


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    async with open_hook() as opened:
        yield opened


def failing(times: int, status: int = 500, **headers: str) -> Judge:
    left = times

    async def judge(_: dict[str, Any]) -> web.StreamResponse:
        nonlocal left
        left -= 1
        return web.Response(status=status, headers=headers) if left >= 0 else web.Response()

    return judge


async def test_updates_come_with_the_secret_on_kept_connections(fake: FakeTelegram, bot: Bot, hook: Hook) -> None:
    waiting = await fake.say(5, "trước khi có webhook")
    assert await bot.set_webhook(hook.url, secret_token="s3cret_-", max_connections=2)
    for number in range(10):
        await fake.say(5, f"câu {number}")
    await fake.wait_until_idle()
    assert [update["message"]["text"] for update in hook.updates][1:] == [f"câu {n}" for n in range(10)]
    assert hook.ids[0] == waiting.update_id
    assert set(hook.secrets) == {"s3cret_-"}
    assert len(hook.peers) <= 2
    assert {each.outcome for each in await fake.deliveries()} == {200}


async def test_one_lane_is_strictly_in_order_while_lanes_run_side_by_side(
    fake: FakeTelegram, bot: Bot, hook: Hook
) -> None:
    busy: set[int] = set()
    overlaps: list[int] = []

    async def slow(update: dict[str, Any]) -> web.StreamResponse:
        chat_id = update["message"]["chat"]["id"]
        if chat_id in busy:
            overlaps.append(chat_id)
        busy.add(chat_id)
        await asyncio.sleep(0.01)
        busy.discard(chat_id)
        return web.Response()

    hook.judge = slow
    await bot.set_webhook(hook.url, max_connections=5)
    await fake.bulk(20, [f"câu {n}" for n in range(7)], first_chat_id=100, each=3)
    await fake.wait_until_idle()
    assert overlaps == []
    assert len(hook.updates) == 60
    assert 2 <= hook.most_open <= 5
    for chat_id in range(100, 120):
        own = [update["update_id"] for update in hook.updates if update["message"]["chat"]["id"] == chat_id]
        assert own == sorted(own)


async def test_message_button_and_membership_of_one_person_are_lanes_of_their_own(
    fake: FakeTelegram, bot: Bot, hook: Hook
) -> None:
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("a", callback_data="a")]])
    await bot.send_message(5, "x", reply_markup=keyboard)

    async def stuck_on_messages(update: dict[str, Any]) -> web.StreamResponse:
        return web.Response(status=500 if "message" in update else 200)

    hook.judge = stuck_on_messages
    await bot.set_webhook(hook.url)
    await fake.say(5, "kẹt")
    await fake.press(5, "a")
    await fake.block(5)
    for _ in range(200):
        if {"callback_query", "my_chat_member"} <= {name for each in hook.updates for name in each}:
            break
        await asyncio.sleep(0.01)
    outcomes = {each.queue: each.outcome for each in await fake.deliveries()}
    assert outcomes == {"chat:5": 500, "callback_query:5": 200, "my_chat_member:5": 200}
    assert (await fake.counts()).pending == 1


async def test_a_refused_update_comes_again_at_once_and_then_ever_later(
    fake: FakeTelegram, bot: Bot, hook: Hook
) -> None:
    hook.judge = failing(5)
    await bot.set_webhook(hook.url)
    await fake.say(5, "x")
    await fake.say(5, "y")
    await fake.wait_until_idle()
    tries = [each for each in await fake.deliveries() if each.update_id == hook.ids[0]]
    assert [each.attempt for each in tries] == [1, 2, 3, 4, 5, 6]
    waits = [later.started - earlier.finished for earlier, later in pairwise(tries)]
    for wait, unscaled in zip(waits, (0, 2, 4, 8, 16), strict=True):
        assert unscaled * SCALE <= wait < unscaled * SCALE + 0.1
    assert hook.updates[-1]["message"]["text"] == "y"
    status = await bot.get_webhook_info()
    assert status.last_error_message == "Wrong response from the webhook: 500 Internal Server Error"
    assert status.pending_update_count == 0


async def test_retry_after_holds_an_update_back(fake: FakeTelegram, bot: Bot, hook: Hook) -> None:
    hook.judge = failing(1, 503, **{"Retry-After": "10"})
    await bot.set_webhook(hook.url)
    await fake.say(5, "x")
    await fake.wait_until_idle()
    first, second = await fake.deliveries()
    assert 10 * SCALE <= second.started - first.finished < 10 * SCALE + 0.15


async def test_a_webhook_that_says_nothing_is_asked_again(fake: FakeTelegram, bot: Bot, hook: Hook) -> None:
    async def once_silent(update: dict[str, Any]) -> web.StreamResponse:
        if len(hook.updates) == 1:
            await asyncio.sleep(1.0)
        return web.Response()

    hook.judge = once_silent
    await bot.set_webhook(hook.url)
    await fake.say(5, "x")
    await fake.wait_until_idle()
    assert [each.outcome for each in await fake.deliveries()] == ["Read timeout expired", 200]


async def test_nobody_listening_is_noticed_and_survived(fake: FakeTelegram, bot: Bot, hook: Hook) -> None:
    await bot.set_webhook("http://127.0.0.1:9/hook")
    await fake.say(5, "x")
    await asyncio.sleep(0.1)
    assert (await bot.get_webhook_info()).last_error_message == "Connection refused"
    assert await fake.deliveries() == []
    await bot.set_webhook(hook.url)
    await fake.wait_until_idle()
    assert len(hook.updates) == 1


async def test_a_stale_button_press_expires_while_messages_stay(fake: FakeTelegram, bot: Bot, hook: Hook) -> None:
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("a", callback_data="a")]])
    await bot.send_message(5, "x", reply_markup=keyboard)
    hook.judge = failing(10_000)
    await bot.set_webhook(hook.url)
    await fake.say(5, "x")
    await fake.press(5, "a", life=20)
    await asyncio.sleep(1.0)
    counts = await fake.counts()
    assert (counts.pending, counts.expired) == (1, 1)


async def test_duplicates_on_demand_and_by_name(fake: FakeTelegram, bot: Bot, hook: Hook) -> None:
    await bot.set_webhook(hook.url)
    await fake.duplicate_next(1)
    first = await fake.say(5, "a")
    await fake.wait_until_idle()
    second = await fake.say(5, "b")
    assert second.update_id is not None
    await fake.wait_until_idle()
    await fake.redeliver(second.update_id)
    for _ in range(100):
        if len(hook.updates) == 4:
            break
        await asyncio.sleep(0.01)
    assert hook.ids == [first.update_id, first.update_id, second.update_id, second.update_id]


async def test_gone_for_too_long_ends_the_webhook(fake: FakeTelegram, bot: Bot, hook: Hook) -> None:
    await fake.set_settings(scale=0.000_002)
    hook.judge = failing(10_000, 410)
    await bot.set_webhook(hook.url)
    await fake.say(5, "x", life=1e9)
    for _ in range(200):
        if (await fake.state())["webhook"] is None:
            break
        await asyncio.sleep(0.01)
    assert (await bot.get_webhook_info()).url == ""
    assert len(await bot.get_updates()) == 1


async def test_a_method_in_the_answer_is_carried_out(fake: FakeTelegram, bot: Bot, hook: Hook) -> None:
    async def answer(update: dict[str, Any]) -> web.StreamResponse:
        return web.json_response({"method": "sendMessage", "chat_id": 5, "text": "ngay đây"})

    hook.judge = answer
    await bot.set_webhook(hook.url)
    pushed = await fake.say(5, "x")
    [act] = await fake.wait_for(1)
    assert (act.text, act.update_id) == ("ngay đây", pushed.update_id)


async def test_connections_open_one_by_one_until_the_first_success(fake: FakeTelegram, bot: Bot, hook: Hook) -> None:
    async def slow(update: dict[str, Any]) -> web.StreamResponse:
        await asyncio.sleep(0.05)
        return web.Response()

    hook.judge = slow
    await fake.bulk(8, ["x"], first_chat_id=100)
    await bot.set_webhook(hook.url, max_connections=8)
    await fake.wait_until_idle()
    first, *others = await fake.deliveries()
    assert all(each.started >= first.finished for each in others)
    assert hook.most_open > 2


async def test_setting_the_webhook_says_what_happened(fake: FakeTelegram, bot: Bot, hook: Hook) -> None:
    assert await bot.set_webhook(hook.url, allowed_updates=["message"], max_connections=7)
    status = await bot.get_webhook_info()
    assert (status.url, status.max_connections, status.allowed_updates) == (hook.url, 7, ("message",))
    for url, secret, words in (
        (hook.url, "có dấu", "Secret token contains unallowed characters"),
        (hook.url, "x" * 257, "Secret token is too long"),
        ("ftp://x", "", "Invalid webhook url specified"),
    ):
        with pytest.raises(BadRequest, match=words):
            await bot.set_webhook(url, secret_token=secret)
    await fake.set_settings(require_https=True)
    with pytest.raises(BadRequest, match="Bad webhook: an https url must be provided for webhook"):
        await bot.set_webhook("http://example.org/hook")
    await fake.say(5, "x")
    assert await bot.delete_webhook(drop_pending_updates=True)
    assert (await fake.counts()).pending == 0
