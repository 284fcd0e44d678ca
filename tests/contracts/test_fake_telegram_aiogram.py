"""The fake Bot API server seen through aiogram 3, which is not ours: multipart bodies, strict pydantic types."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import aiogram
import pytest
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
)
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

from tests.fakes.telegram.launch import launch
from tests.fakes.telegram_client import FakeTelegram

PNG = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000040000000200802000000") + b"\0" * 40
SECRET = "a-secret_1"


@pytest.fixture(scope="module")
def running() -> Iterator[dict[str, str]]:
    with launch(repeat_wait=0.2, conflict_delay=0.2) as said:
        yield said


@pytest.fixture
async def fake(running: dict[str, str]) -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram.attach(running) as attached:
        yield attached


@pytest.fixture
async def aiogram_client(fake: FakeTelegram) -> AsyncIterator[aiogram.Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(fake.url))
    async with aiogram.Bot(fake.token, session=session) as client:
        yield client


def dispatcher() -> aiogram.Dispatcher:
    handlers = aiogram.Dispatcher()

    @handlers.message(aiogram.F.text)
    async def answer(message: Message) -> None:
        keyboard = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Có", callback_data="v1:y")]])
        await message.reply(f"<i>{message.text}</i>", parse_mode="HTML", reply_markup=keyboard)

    @handlers.callback_query()
    async def pressed(query: CallbackQuery) -> None:
        await query.answer("đã nhận")
        assert isinstance(query.message, Message)
        await query.message.edit_text("đã chọn")

    return handlers


async def converse(fake: FakeTelegram) -> None:
    """One question, one answer, one press, as the handlers above carry it on."""
    pushed = await fake.say(5, "mấy giờ mở cửa")
    [act] = await fake.wait_for(1)
    assert (act.text, act.reply_to, act.update_id) == ("mấy giờ mở cửa", pushed.message_id, pushed.update_id)
    assert act.entities == [{"type": "italic", "offset": 0, "length": 14}]
    await fake.press(5)
    assert [each.method for each in await fake.wait_for_acts(2)] == ["answercallbackquery", "editmessagetext"]


async def test_aiogram_polls(fake: FakeTelegram, aiogram_client: aiogram.Bot) -> None:
    handlers = dispatcher()
    polling = asyncio.create_task(
        handlers.start_polling(aiogram_client, polling_timeout=3, handle_signals=False, close_bot_session=False)
    )
    try:
        await converse(fake)
    finally:
        await handlers.stop_polling()
        await polling


async def test_aiogram_serves_a_webhook(fake: FakeTelegram, aiogram_client: aiogram.Bot) -> None:
    application = web.Application()
    SimpleRequestHandler(dispatcher(), aiogram_client, secret_token=SECRET).register(application, "/hook")
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    assert await aiogram_client.set_webhook(url, secret_token=SECRET, allowed_updates=["message", "callback_query"])
    await converse(fake)
    status = await aiogram_client.get_webhook_info()
    assert (status.url, status.last_error_message) == (url, None)
    await runner.cleanup()


async def test_aiogram_maps_the_refusals(fake: FakeTelegram, aiogram_client: aiogram.Bot) -> None:
    await fake.set_chats({1: "blocked", 2: "not_found"})
    await fake.set_chat(-4, "migrated", migrate_to=-1_000_000_000_044)
    await fake.flood(9, chat_id=3)
    with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
        await aiogram_client.send_message(1, "x")
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await aiogram_client.send_message(2, "x")
    with pytest.raises(TelegramRetryAfter) as flooded:
        await aiogram_client.send_message(3, "x")
    assert flooded.value.retry_after == 9
    with pytest.raises(TelegramMigrateToChat) as moved:
        await aiogram_client.send_message(-4, "x")
    assert moved.value.migrate_to_chat_id == -1_000_000_000_044
    for kind, error in (
        ("server_error", TelegramServerError),
        ("unauthorized", TelegramUnauthorizedError),
        ("conflict", TelegramConflictError),
        ("hangup", TelegramNetworkError),
        ("answer_lost", TelegramNetworkError),
    ):
        await fake.fault(kind, times=1)
        with pytest.raises(error):
            await aiogram_client.send_message(5, "x")
    assert [act.answered for act in await fake.sends()] == [False]


async def test_aiogram_understands_all_that_residents_send(fake: FakeTelegram, aiogram_client: aiogram.Bot) -> None:
    group = -1_000_000_000_500
    first = await fake.say(5, "/start@fake_information_bot")
    assert first.message_id is not None
    await fake.send_photo(5)
    await fake.send_voice(5)
    await fake.send_sticker(5)
    await fake.send_contact(5, "+84900000000")
    await fake.send_location(5, 22.5, 104.0)
    await fake.forward(5, "tin đồn")
    await fake.edit(5, first.message_id, "sửa")
    await fake.say(group, "trong nhóm", from_id=5)
    await fake.other_bot_says(group, 900, "bot khác")
    await fake.block(5)
    updates = await aiogram_client.get_updates()
    assert [update.event_type for update in updates] == [
        *["message"] * 7,
        "edited_message",
        *["message"] * 2,
        "my_chat_member",
    ]
    kinds = [update.message.content_type for update in updates if update.message]
    assert kinds == ["text", "photo", "voice", "sticker", "contact", "location", *["text"] * 3]


async def test_aiogram_sends_files_commands_and_deletes(fake: FakeTelegram, aiogram_client: aiogram.Bot) -> None:
    message = await aiogram_client.send_photo(5, BufferedInputFile(PNG, "map.png"), caption="bản đồ")
    assert message.photo is not None
    assert (message.photo[0].width, message.caption) == (64, "bản đồ")
    again = await aiogram_client.send_photo(6, message.photo[0].file_id)
    assert again.photo is not None
    await aiogram_client.send_document(5, BufferedInputFile(b"%PDF", "a.pdf"))
    await aiogram_client.send_voice(5, BufferedInputFile(b"OggS", "a.ogg"), duration=2)
    assert await aiogram_client.set_my_commands([BotCommand(command="start", description="Bắt đầu")])
    assert [each.command for each in await aiogram_client.get_my_commands()] == ["start"]
    assert await aiogram_client.send_chat_action(5, "typing")
    assert await message.delete()
    assert (await aiogram_client.get_me()).is_bot
    assert (await fake.counts()).sends == 4
