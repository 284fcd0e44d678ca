"""The fake Bot API server seen through a client library that is not ours, so that it is not shaped by our
own.

pyTelegramBotAPI, both of its faces: asynchronous over aiohttp, blocking over requests. aiogram has a file of
its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from typing import Any

import pytest
import telebot
from aiohttp import web
from telebot import apihelper, asyncio_helper
from telebot.async_telebot import AsyncTeleBot
from telebot.types import InlineKeyboardButton as Button
from telebot.types import InlineKeyboardMarkup as Keyboard

from tests.fakes.telegram.launch import launch
from tests.fakes.telegram_client import FakeTelegram

PNG = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000040000000200802000000") + b"\0" * 40
SECRET = "a-secret_1"
read_update: Any = telebot.types.Update.de_json


@pytest.fixture(scope="module")
def running() -> Iterator[dict[str, str]]:
    with launch(repeat_wait=0.2, conflict_delay=0.2) as said:
        yield said


@pytest.fixture
async def fake(running: dict[str, str]) -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram.attach(running) as attached:
        yield attached


@pytest.fixture
async def telebot_client(fake: FakeTelegram) -> AsyncIterator[Any]:
    addresses: Any = asyncio_helper  # these are settings that the package types as None
    addresses.API_URL = fake.url + "/bot{0}/{1}"
    addresses.FILE_URL = fake.url + "/file/bot{0}/{1}"
    client: Any = AsyncTeleBot(fake.token)
    yield client
    await client.close_session()


async def test_telebot_polls_answers_edits_and_presses(fake: FakeTelegram, telebot_client: Any) -> None:
    client = telebot_client

    async def start(message: Any) -> None:
        keyboard = Keyboard().add(Button("Có", callback_data="v1:y"))
        await client.reply_to(message, "Chào <b>bà con</b>", reply_markup=keyboard, parse_mode="HTML")

    async def pressed(query: Any) -> None:
        await client.answer_callback_query(query.id, "đã nhận")
        await client.edit_message_text("đã chọn", query.message.chat.id, query.message.message_id)

    client.register_message_handler(start, commands=["start"])
    client.register_callback_query_handler(pressed, func=lambda query: query.data == "v1:y")
    polling = asyncio.create_task(client.polling(non_stop=True, timeout=3, interval=0))
    try:
        pushed = await fake.say(5, "/start vt-hg")
        [act] = await fake.wait_for(1)
        assert (act.text, act.reply_to, act.update_id) == ("Chào bà con", pushed.message_id, pushed.update_id)
        await fake.press(5, "Có")
        acts = await fake.wait_for_acts(2)
    finally:
        polling.cancel()
        with suppress(asyncio.CancelledError):
            await polling
    assert [each.method for each in acts] == ["answercallbackquery", "editmessagetext"]


async def test_telebot_reads_what_a_webhook_delivers(fake: FakeTelegram, telebot_client: Any) -> None:
    seen: list[Any] = []

    async def hook(request: web.BaseRequest) -> web.StreamResponse:
        assert request.headers["X-Telegram-Bot-Api-Secret-Token"] == SECRET
        seen.append(read_update(await request.json()))
        return web.Response()

    runner = web.ServerRunner(web.Server(hook, access_log=None))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    assert await telebot_client.set_webhook(url, secret_token=SECRET, allowed_updates=["message", "my_chat_member"])
    assert (await telebot_client.get_webhook_info()).url == url
    await fake.say(5, "xin chào")
    await fake.send_voice(6)
    await fake.block(7)
    await fake.wait_until_idle()
    await runner.cleanup()
    by_kind = {update.message.content_type if update.message else "member": update for update in seen}
    assert set(by_kind) == {"text", "voice", "member"}
    assert by_kind["member"].my_chat_member.new_chat_member.status == "kicked"
    assert await telebot_client.delete_webhook()


async def test_telebot_maps_the_refusals(fake: FakeTelegram, telebot_client: Any) -> None:
    await fake.set_chats({1: "blocked", 2: "not_found"})
    await fake.flood(9, chat_id=3)
    for chat_id, code, description in (
        (1, 403, "Forbidden: bot was blocked by the user"),
        (2, 400, "Bad Request: chat not found"),
        (3, 429, "Too Many Requests: retry after 9"),
    ):
        with pytest.raises(asyncio_helper.ApiTelegramException) as caught:
            await telebot_client.send_message(chat_id, "x")
        assert (caught.value.error_code, caught.value.description) == (code, description)
    assert caught.value.result_json["parameters"] == {"retry_after": 9}
    await fake.fault("conflict", methods=["getUpdates"])
    with pytest.raises(asyncio_helper.ApiTelegramException, match="409"):
        await telebot_client.get_updates()


async def test_telebot_over_requests_sends_files_and_commands(fake: FakeTelegram) -> None:
    addresses: Any = apihelper
    addresses.API_URL = fake.url + "/bot{0}/{1}"
    addresses.FILE_URL = fake.url + "/file/bot{0}/{1}"
    client: Any = telebot.TeleBot(fake.token)

    def talk() -> tuple[Any, Any, Any]:
        photo = client.send_photo(5, PNG, caption="bản đồ").photo[-1]
        again = client.send_photo(6, photo.file_id)
        document = client.send_document(5, b"%PDF-1.4", visible_file_name="to-roi.pdf").document
        client.set_my_commands([telebot.types.BotCommand("start", "Bắt đầu")], language_code="vi")
        assert client.download_file(client.get_file(document.file_id).file_path) == b"%PDF-1.4"
        return again.photo[-1].file_unique_id == photo.file_unique_id, document, client.get_my_commands(None, "vi")

    same, document, commands = await asyncio.to_thread(talk)
    assert same
    assert document.file_name == "to-roi.pdf"
    assert [each.description for each in commands] == ["Bắt đầu"]
    assert len(await fake.sends()) == 3
