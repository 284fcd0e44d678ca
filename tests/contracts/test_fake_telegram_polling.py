"""getUpdates of the fake: confirmation, long polls, conflicts, the 3 s rules, expiry, and what residents send."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp
import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import Conflict
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, MessageHandler, filters

from tests.fakes.telegram.launch import launch
from tests.fakes.telegram_bot import bot_for
from tests.fakes.telegram_client import FakeTelegram


@pytest.fixture(scope="module")
def running() -> Iterator[dict[str, str]]:
    with launch(repeat_wait=0.4, repeat_limit_window=0.1, conflict_delay=0.3) as said:
        yield said


@pytest.fixture
async def fake(running: dict[str, str]) -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram.attach(running) as attached:
        yield attached


class Poller:
    """getUpdates by plain HTTP, so that every parameter is what the test says."""

    def __init__(self, fake: FakeTelegram, session: aiohttp.ClientSession) -> None:
        self.url = f"{fake.base_url}{fake.token}/getUpdates"
        self.session = session

    async def raw(self, **parameters: Any) -> dict[str, Any]:
        async with self.session.get(self.url, params=parameters) as answer:
            body: dict[str, Any] = await answer.json()
            return body

    async def ids(self, **parameters: Any) -> list[int]:
        body = await self.raw(**parameters)
        assert body["ok"], body
        return [update["update_id"] for update in body["result"]]


@pytest.fixture
async def poller(fake: FakeTelegram) -> AsyncIterator[Poller]:
    async with aiohttp.ClientSession() as session:
        yield Poller(fake, session)


def one_button(text: str, payload: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(text, callback_data=payload)]])


async def said(fake: FakeTelegram, count: int) -> list[int]:
    ids = [(await fake.say(5, f"câu {number}")).update_id for number in range(count)]
    return [each for each in ids if each is not None]


async def test_an_offset_confirms_what_is_below_it(fake: FakeTelegram, poller: Poller) -> None:
    ids = await said(fake, 4)
    assert ids == list(range(ids[0], ids[0] + 4))
    assert await poller.ids() == ids
    assert await poller.ids(offset=ids[2]) == ids[2:]
    assert await poller.ids(offset=ids[2], limit=1) == [ids[2]]
    assert (await fake.counts()).pending == 2


async def test_a_negative_offset_forgets_the_older(fake: FakeTelegram, poller: Poller) -> None:
    ids = await said(fake, 5)
    assert await poller.ids(offset=-2) == ids[3:]
    assert (await fake.counts()).pending == 2


async def test_an_offset_from_the_future_confirms_nothing(fake: FakeTelegram, poller: Poller) -> None:
    ids = await said(fake, 2)
    assert await poller.ids(offset=ids[-1] + 1000) == ids


async def test_a_long_poll_wakes_up_when_something_comes(fake: FakeTelegram, poller: Poller) -> None:
    started = time.monotonic()
    waiting = asyncio.create_task(poller.ids(timeout=10))
    await asyncio.sleep(0.1)
    [update_id] = await said(fake, 1)
    assert await waiting == [update_id]
    assert 0.1 <= time.monotonic() - started < 2


async def test_the_older_of_two_polls_is_told_of_the_conflict(fake: FakeTelegram, poller: Poller) -> None:
    older = asyncio.create_task(poller.raw(timeout=10, offset=1))
    await asyncio.sleep(0.05)
    newer = asyncio.create_task(poller.raw(timeout=10, offset=2))
    answer = await older
    assert (answer["error_code"], answer["description"]) == (
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    )
    await said(fake, 1)
    assert (await newer)["ok"]


async def test_repeated_conflicts_are_held_back(fake: FakeTelegram, poller: Poller) -> None:
    async with bot_for(fake) as bot:
        await bot.set_webhook("http://127.0.0.1:9/hook")
        durations = []
        for _ in range(3):
            started = time.monotonic()
            with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
                await bot.get_updates()
            durations.append(time.monotonic() - started)
    assert durations[0] < 0.25
    assert durations[1] >= 0.3


async def test_asking_the_same_again_is_slowed_and_fed_one_by_one(fake: FakeTelegram, poller: Poller) -> None:
    ids = await said(fake, 3)
    assert await poller.ids() == ids
    assert await poller.ids() == ids[:1]
    started = time.monotonic()
    await poller.ids(offset=ids[-1] + 1)
    assert time.monotonic() - started < 0.25
    assert await poller.ids(offset=ids[-1] + 1) == []
    assert time.monotonic() - started >= 0.4


async def test_setting_a_webhook_ends_a_waiting_poll(fake: FakeTelegram, poller: Poller) -> None:
    waiting = asyncio.create_task(poller.raw(timeout=10))
    await asyncio.sleep(0.05)
    async with bot_for(fake) as bot:
        await bot.set_webhook("http://127.0.0.1:9/hook")
        await bot.delete_webhook()
    assert (await waiting)["description"] == "Conflict: terminated by setWebhook request"


async def test_only_asked_for_kinds_are_queued_and_the_choice_stays(fake: FakeTelegram, poller: Poller) -> None:
    await poller.ids(allowed_updates='["callback_query","my_chat_member"]')
    assert (await fake.say(5, "x")).update_id is None
    blocked = await fake.block(5)
    assert await poller.ids(offset=1) == [blocked.update_id]
    await poller.ids(offset=2, allowed_updates="[]")
    assert (await fake.say(6, "x")).update_id is not None
    assert (await fake.counts()).not_asked_for == 1


async def test_updates_expire_each_kind_in_its_time(fake: FakeTelegram, poller: Poller) -> None:
    await fake.set_settings(scale=0.001)
    async with bot_for(fake) as bot:
        await bot.send_message(5, "x", reply_markup=one_button("a", "a"))
    message = await fake.say(5, "ở lại một ngày")
    press = await fake.press(5, "a")
    assert press.update_id is not None
    await asyncio.sleep(0.2)
    assert await poller.ids() == [message.update_id]
    assert (await fake.counts()).expired == 1


async def test_ids_may_jump(fake: FakeTelegram, poller: Poller) -> None:
    first = await fake.say(5, "a")
    second = await fake.say(5, "b", skip_ids=1000)
    assert first.update_id is not None
    assert second.update_id == first.update_id + 1001
    assert await poller.ids(offset=second.update_id) == [second.update_id]


async def test_everything_residents_send_is_understood_by_python_telegram_bot(fake: FakeTelegram) -> None:
    group = -1_000_000_000_500
    original = await fake.say(5, "Đèo Ngang còn sạt lở không?")
    assert original.message_id is not None
    await fake.send_photo(5, "ảnh")
    await fake.send_voice(5)
    await fake.send_sticker(5)
    await fake.send_contact(5, "+84900000000")
    await fake.send_location(5, 22.5, 104.0)
    await fake.forward(5, "tin đồn")
    await fake.edit(5, original.message_id, "Đèo Cả còn sạt lở không?")
    await fake.say(group, "trong nhóm", from_id=5)
    await fake.other_bot_says(group, 900, "tin của bot khác")
    await fake.block(5)
    await fake.unblock(5)
    await fake.push_raw({"message": {"message_id": 1, "date": 1, "chat": {"id": 9, "type": "private"}}})
    async with bot_for(fake) as bot:
        updates = await bot.get_updates(limit=100)
    messages = [update.effective_message for update in updates if update.message is not None]
    assert [type(each).__name__ for each in messages] == ["Message"] * 10
    question, photo, voice, sticker, contact, location, forwarded, in_group, other_bot, _ = messages
    assert question is not None
    assert question.text == "Đèo Ngang còn sạt lở không?"
    assert photo is not None
    assert (photo.caption, photo.photo[-1].width) == ("ảnh", 90)
    assert voice is not None
    assert voice.voice is not None
    assert sticker is not None
    assert sticker.sticker is not None
    assert contact is not None
    assert contact.contact is not None
    assert location is not None
    assert location.location is not None
    assert forwarded is not None
    assert forwarded.forward_origin is not None
    assert in_group is not None
    assert in_group.chat.type == "supergroup"
    assert other_bot is not None
    assert other_bot.from_user is not None
    assert other_bot.from_user.is_bot
    [edited] = [update.edited_message for update in updates if update.edited_message]
    assert edited.text == "Đèo Cả còn sạt lở không?"
    changes = [update.my_chat_member for update in updates if update.my_chat_member]
    assert [change.new_chat_member.status for change in changes] == ["kicked", "member"]


async def test_a_whole_polling_application_runs_on_it(fake: FakeTelegram) -> None:
    async def start(update: Update, _: Any) -> None:
        assert update.message is not None
        await update.message.reply_text("Chào mừng", reply_markup=one_button("Có", "y"))

    async def echo(update: Update, _: Any) -> None:
        assert update.message is not None
        await update.message.reply_text(f"bạn hỏi: {update.message.text}")

    async def pressed(update: Update, _: Any) -> None:
        assert update.callback_query is not None
        await update.callback_query.answer()
        await update.callback_query.edit_message_text("đã chọn")

    application = Application.builder().token(fake.token).base_url(fake.base_url).build()
    application.add_handler(CommandHandler("start", start))
    application.add_handler(CallbackQueryHandler(pressed))
    application.add_handler(MessageHandler(filters.TEXT, echo))
    async with application:
        await application.start()
        assert application.updater is not None
        await application.updater.start_polling(timeout=5)
        await fake.say(5, "/start vt-hg")
        await fake.wait_for(1)
        await fake.say(6, "giờ mở cửa")
        await fake.press(5, "Có")
        await fake.wait_for(2)
        for _ in range(100):
            if len(await fake.acts()) >= 2:
                break
            await asyncio.sleep(0.02)
        await application.updater.stop()
        await application.stop()
    assert [(act.chat_id, act.text) for act in await fake.sends()] == [
        (5, "Chào mừng"),
        (6, "bạn hỏi: giờ mở cửa"),
    ]
    assert sorted(act.method for act in await fake.acts()) == ["answercallbackquery", "editmessagetext"]


async def test_a_crowd_writes_at_its_rate(fake: FakeTelegram, poller: Poller) -> None:
    await fake.bulk(250, ["xin chào", "giá vé"], first_chat_id=2_000_000)
    assert (await fake.counts()).pending == 250
    started = time.monotonic()
    await fake.bulk(20, ["x"], rate=100)
    offset, seen = 0, 0
    while seen < 270 and time.monotonic() - started < 5:
        ids = await poller.ids(offset=offset, timeout=1)
        seen += len(ids)
        offset = max(ids, default=offset - 1) + 1
    assert seen == 270
    assert time.monotonic() - started >= 0.19
