"""The strict fake over HTTP: both scopes of 429, both readings of "replies", deadlines and who ignores them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest
from telegram.error import RetryAfter

from tests.fakes.telegram.launch import launch
from tests.fakes.telegram_bot import bot_for
from tests.fakes.telegram_client import FakeTelegram


@pytest.fixture(scope="module")
def running() -> Iterator[dict[str, str]]:
    with launch(strict=True, base_retry_after=1) as said:
        yield said


@pytest.fixture
async def fake(running: dict[str, str]) -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram.attach(running) as attached:
        yield attached


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


async def send(fake: FakeTelegram, session: aiohttp.ClientSession, chat_id: int) -> int:
    url = f"{fake.base_url}{fake.token}/sendMessage"
    async with session.post(url, data={"chat_id": str(chat_id), "text": "x"}) as answer:
        return answer.status


async def statuses(fake: FakeTelegram, session: aiohttp.ClientSession, chat_ids: range) -> list[int]:
    return list(await asyncio.gather(*(send(fake, session, chat_id) for chat_id in chat_ids)))


async def test_a_429_says_its_seconds_in_json_and_in_the_header(
    fake: FakeTelegram, session: aiohttp.ClientSession
) -> None:
    await fake.flood(7)
    url = f"{fake.base_url}{fake.token}/sendMessage"
    async with session.post(url, data={"chat_id": "5", "text": "x"}) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (429, "7")
        assert await answer.json() == {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 7",
            "parameters": {"retry_after": 7},
        }


async def test_thirty_in_a_second_pass_and_the_next_does_not(
    fake: FakeTelegram, session: aiohttp.ClientSession
) -> None:
    answers = await statuses(fake, session, range(1000, 1040))
    assert (answers.count(200), answers.count(429)) == (30, 10)
    assert (await fake.counts()).sends == 30
    await asyncio.sleep(1.05)
    assert await send(fake, session, 2000) == 200


async def test_replies_are_free_of_the_bot_limit_only_in_that_mode(
    fake: FakeTelegram, session: aiohttp.ClientSession
) -> None:
    await fake.set_limits(replies_count=False)
    await fake.bulk(45, ["hỏi"], first_chat_id=1000)
    url = f"{fake.base_url}{fake.token}/getUpdates"
    async with session.get(url) as answer:
        assert len((await answer.json())["result"]) == 45
    assert await statuses(fake, session, range(1000, 1045)) == [200] * 45
    unasked = await statuses(fake, session, range(5000, 5040))
    assert unasked.count(200) == 30


async def test_one_chat_is_limited_alone(fake: FakeTelegram, session: aiohttp.ClientSession) -> None:
    assert [await send(fake, session, 5) for _ in range(4)] == [200, 200, 200, 429]
    assert await send(fake, session, 6) == 200
    assert [await send(fake, session, -5) for _ in range(21)] == [200] * 20 + [429]


async def test_an_injected_flood_records_all_who_come_before_its_deadline(fake: FakeTelegram) -> None:
    await fake.set_limits(escalation_grace=0.05)
    await fake.flood(1)
    async with bot_for(fake) as bot:
        with pytest.raises(RetryAfter) as first:
            await bot.send_message(5, "x")
        assert first.value.retry_after == 1
        await asyncio.sleep(0.3)
        with pytest.raises(RetryAfter) as second:
            await bot.send_message(6, "x")
        assert second.value.retry_after == 2
        [early] = await fake.early()
        assert (early.chat_id, early.method, early.scope_chat_id) == (6, "sendmessage", 0)
        assert 0.5 < early.early_by < 0.8
        assert 0.2 < early.since_notice < 0.5
        await asyncio.sleep(2.0)
        await bot.send_message(5, "x")
    assert len(await fake.early()) == 1


async def test_polling_and_answers_to_buttons_are_not_limited(fake: FakeTelegram) -> None:
    await fake.flood(60)
    async with bot_for(fake) as bot:
        with pytest.raises(RetryAfter):
            await bot.send_message(5, "x")
        assert await bot.get_updates() == ()
        assert await bot.send_chat_action(5, "typing")


async def test_the_webhook_may_be_set_once_a_second(fake: FakeTelegram) -> None:
    async with bot_for(fake) as bot:
        assert await bot.set_webhook("http://127.0.0.1:9/a")
        with pytest.raises(RetryAfter) as refused:
            await bot.set_webhook("http://127.0.0.1:9/b")
        assert refused.value.retry_after == 1
        assert await bot.delete_webhook()
