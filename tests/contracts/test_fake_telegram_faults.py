"""Scripted misfortune over HTTP: what the client sees, and what the log says was accepted all the same."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest
from telegram import Bot
from telegram.error import Conflict, InvalidToken, NetworkError, TelegramError, TimedOut

from tests.fakes.telegram.launch import launch
from tests.fakes.telegram_bot import bot_for
from tests.fakes.telegram_client import FakeTelegram, FakeTelegramError


@pytest.fixture(scope="module")
def running() -> Iterator[dict[str, str]]:
    with launch() as said:
        yield said


@pytest.fixture
async def fake(running: dict[str, str]) -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram.attach(running) as attached:
        yield attached


@pytest.fixture
async def bot(fake: FakeTelegram) -> AsyncIterator[Bot]:
    async with bot_for(fake) as started:
        yield started


async def test_latency_delays_and_changes_nothing(fake: FakeTelegram, bot: Bot) -> None:
    await fake.fault("latency", ms=150)
    started = time.monotonic()
    await bot.send_message(5, "x")
    assert time.monotonic() - started >= 0.15
    assert (await fake.counts()).sends == 1


async def test_a_5xx_window_refuses_and_ends(fake: FakeTelegram, bot: Bot) -> None:
    await fake.fault("server_error", status=502, times=1)
    with pytest.raises(NetworkError, match="Bad Gateway"):
        await bot.send_message(5, "x")
    await bot.send_message(5, "y")
    assert [act.text for act in await fake.sends()] == ["y"]
    assert (await fake.counts()).answers["sendmessage 502"] == 1


async def test_a_hangup_before_reading_accepts_nothing(fake: FakeTelegram, bot: Bot) -> None:
    await fake.fault("hangup", times=1)
    with pytest.raises(NetworkError) as caught:
        await bot.send_message(5, "x")
    assert not isinstance(caught.value, TimedOut)
    counts = await fake.counts()
    assert (counts.sends, counts.hangups) == (0, 1)
    await bot.send_message(5, "y")


async def test_a_lost_answer_was_accepted_all_the_same(fake: FakeTelegram, bot: Bot) -> None:
    await fake.fault("answer_lost", times=1)
    with pytest.raises(NetworkError):
        await bot.send_message(5, "đã đến")
    [act] = await fake.sends()
    assert (act.text, act.answered) == ("đã đến", False)
    assert (await fake.counts()).unanswered == 1


async def test_a_silent_loss_looks_like_a_time_out(fake: FakeTelegram, bot: Bot) -> None:
    await fake.fault("answer_lost", times=1, silent=True)
    with pytest.raises(TimedOut):
        await bot.send_message(5, "đã đến", read_timeout=0.2)
    assert [act.answered for act in await fake.sends()] == [False]


async def test_a_time_out_before_acceptance_leaves_nothing(fake: FakeTelegram, bot: Bot) -> None:
    await fake.fault("timeout", times=1)
    with pytest.raises(TimedOut):
        await bot.send_message(5, "x", read_timeout=0.2)
    assert await fake.sends() == []


async def test_a_malformed_answer_is_accepted_or_not_as_told(fake: FakeTelegram, bot: Bot) -> None:
    await fake.fault("malformed", times=1)
    with pytest.raises(TelegramError, match="Invalid server response"):
        await bot.send_message(5, "đến")
    await fake.fault("malformed", times=1, accepted=False)
    with pytest.raises(TelegramError):
        await bot.send_message(5, "không đến")
    assert [(act.text, act.answered) for act in await fake.sends()] == [("đến", False)]


async def test_401_and_409_on_demand(fake: FakeTelegram, bot: Bot) -> None:
    await fake.fault("unauthorized", times=1)
    with pytest.raises(InvalidToken):
        await bot.send_message(5, "x")
    await fake.fault("conflict", times=1, methods=["getUpdates"])
    await bot.send_message(5, "x")
    with pytest.raises(Conflict):
        await bot.get_updates()


async def test_faults_of_one_chat_leave_the_others_alone(fake: FakeTelegram, bot: Bot) -> None:
    await fake.fault("hangup", chat_id=5)
    await bot.send_message(6, "x")
    with pytest.raises(NetworkError):
        await bot.send_message(5, "x")
    assert await fake.clear_faults() == [{"kind": "hangup", "hits": 1}]
    await bot.send_message(5, "x")


async def test_what_the_log_counts_is_what_went_through(fake: FakeTelegram) -> None:
    """A sender that believes only what it is told must never believe more than was accepted."""
    await fake.fault("answer_lost", probability=0.2, seed=7)
    await fake.fault("hangup", probability=0.2, seed=8)
    await fake.fault("server_error", probability=0.2, seed=9)
    told = 0
    url = f"{fake.base_url}{fake.token}/sendMessage"
    async with aiohttp.ClientSession() as session:
        for number in range(200):
            try:
                async with session.post(url, data={"chat_id": str(1000 + number), "text": "x"}) as answer:
                    told += answer.status == 200
            except aiohttp.ClientError:
                continue
    counts = await fake.counts()
    assert counts.sends == told + counts.unanswered
    assert counts.unanswered > 10
    hits = {each["kind"]: each["hits"] for each in await fake.clear_faults()}
    assert hits["answer_lost"] == counts.unanswered
    assert told + sum(hits.values()) == 200


async def test_a_misspelt_order_is_refused(fake: FakeTelegram) -> None:
    with pytest.raises(FakeTelegramError, match="no such kind of fault"):
        await fake.fault("meteor")
    with pytest.raises(FakeTelegramError, match="no such setting"):
        await fake.set_limits(speed=3)
    with pytest.raises(FakeTelegramError, match="no such chat state"):
        await fake.set_chat(5, "asleep")
    with pytest.raises(FakeTelegramError, match="no such kind of update"):
        await fake.push("dream", chat_id=5)


async def test_the_program_ends_with_its_block_and_takes_options() -> None:
    async with FakeTelegram.start(strict=True, replies_count=False, scale=0.5, token="77:abc") as fake:
        assert fake.token == "77:abc"
        rules = await fake.order("limits")
        assert (rules["mode"], rules["replies_count"]) == ("strict", False)
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.ClientConnectionError):
            await session.get(fake.url)
