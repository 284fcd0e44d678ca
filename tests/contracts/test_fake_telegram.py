"""The fake Bot API server seen through python-telegram-bot and plain HTTP: sends, edits, chats and refusals."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp
import pytest
from telegram import Bot, BotCommand, BotCommandScopeChat, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken

from tests.fakes.telegram.launch import launch
from tests.fakes.telegram_bot import bot_for
from tests.fakes.telegram_client import FakeTelegram, FakeTelegramError

PNG = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000040000000200802000000") + b"\0" * 40


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


async def post(fake: FakeTelegram, method: str, **parameters: Any) -> tuple[int, dict[str, Any]]:
    """One call with a JSON body; status and decoded answer."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{fake.base_url}{fake.token}/{method}", json=parameters) as answer,
    ):
        return answer.status, await answer.json()


def keyboard(*payloads: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(f"Nút {each}", callback_data=each)] for each in payloads])


async def test_a_send_comes_back_as_a_message_and_is_in_the_log(fake: FakeTelegram, bot: Bot) -> None:
    message = await bot.send_message(77, "Cửa khẩu mở lúc 7 giờ", reply_markup=keyboard("gate:1"))
    assert message.text == "Cửa khẩu mở lúc 7 giờ"
    assert message.chat.id == 77
    assert message.chat.type == "private"
    assert message.from_user is not None
    assert message.from_user.is_bot
    assert message.reply_markup is not None
    [act] = await fake.sends()
    assert (act.chat_id, act.text, act.message_id, act.answered) == (77, message.text, message.message_id, True)
    assert act.markup == {"inline_keyboard": [[{"text": "Nút gate:1", "callback_data": "gate:1"}]]}
    assert (await fake.counts()).answers["sendmessage 200"] == 1


async def test_parameters_are_read_from_query_form_multipart_and_json_alike(fake: FakeTelegram) -> None:
    url = f"{fake.base_url}{fake.token}/SendMessage"
    text = "Đường 100% & = + ữ"
    multipart = aiohttp.FormData(default_to_multipart=True)
    multipart.add_field("chat_id", "5")
    multipart.add_field("text", text)
    async with aiohttp.ClientSession() as session:
        for arguments in (
            {"params": {"chat_id": "5", "text": text}},
            {"data": {"chat_id": "5", "text": text}},
            {"data": multipart},
            {"json": {"chat_id": 5, "text": text}},
        ):
            async with session.post(url, **arguments) as answer:
                assert (await answer.json())["result"]["text"] == text
    assert [act.text for act in await fake.sends(chat_id=5)] == [text] * 4


async def test_html_becomes_entities_counted_in_utf16_units(fake: FakeTelegram, bot: Bot) -> None:
    message = await bot.send_message(5, "😀 <b>Khẩn</b>: <a href='https://x.vn/a?b=1&amp;c=2'>xem</a>", "HTML")
    assert message.text == "😀 Khẩn: xem"
    found = [(each.type, each.offset, each.length, each.url) for each in message.entities]
    assert found == [("bold", 3, 4, None), ("text_link", 9, 3, "https://x.vn/a?b=1&c=2")]


@pytest.mark.parametrize(
    ("parameters", "description"),
    [
        ({"text": ""}, "Bad Request: message text is empty"),
        ({"text": "<b> </b>", "parse_mode": "HTML"}, "Bad Request: text must be non-empty"),
        ({"text": "x" * 4097}, "Bad Request: message is too long"),
        ({"text": "😀" * 2049}, "Bad Request: message is too long"),
        ({"text": "x", "chat_id": ""}, "Bad Request: chat_id is empty"),
        ({"text": "x", "chat_id": "@nobody_here"}, "Bad Request: chat not found"),
        ({"text": "x", "parse_mode": "BBCode"}, "Bad Request: unsupported parse_mode"),
        (
            {"text": "á <b>x", "parse_mode": "HTML"},
            "Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        (
            {"text": "á <h1>x</h1>", "parse_mode": "HTML"},
            'Bad Request: can\'t parse entities: Unsupported start tag "h1" at byte offset 3',
        ),
        (
            {"text": "<b><i>x</b></i>", "parse_mode": "HTML"},
            'Bad Request: can\'t parse entities: Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
        ),
        ({"text": "x", "reply_markup": "{"}, "Bad Request: can't parse reply keyboard markup JSON object"),
        (
            {"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "ữ" * 22}]]}},
            "Bad Request: BUTTON_DATA_INVALID",
        ),
        (
            {"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "a"}]]}},
            "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            {"text": "x", "reply_parameters": {"message_id": 999_999}},
            "Bad Request: message to be replied not found",
        ),
    ],
)
async def test_a_wrong_send_is_refused_in_telegrams_words(
    fake: FakeTelegram, parameters: dict[str, Any], description: str
) -> None:
    status, answer = await post(fake, "sendMessage", **{"chat_id": 5, **parameters})
    assert (status, answer) == (400, {"ok": False, "error_code": 400, "description": description})
    assert await fake.sends() == []


async def test_the_longest_text_and_payload_pass(fake: FakeTelegram, bot: Bot) -> None:
    await bot.send_message(5, "<i>" + "x" * 4096 + "</i>", "HTML", reply_markup=keyboard("p" * 64))
    assert len((await fake.sends())[0].text) == 4096


async def test_the_state_of_a_chat_decides(fake: FakeTelegram, bot: Bot) -> None:
    await fake.set_chats({1: "blocked", 2: "deactivated", 3: "not_found", -4: "kicked", -5: "deleted"})
    await fake.set_chat(-6, "migrated", migrate_to=-1_000_000_000_066)
    await fake.set_chat(7, "never_started")
    for chat_id, words in (
        (1, "Forbidden: bot was blocked by the user"),
        (2, "Forbidden: user is deactivated"),
        (-4, "Forbidden: bot was kicked from the group chat"),
        (-5, "Forbidden: the group chat was deleted"),
        (7, "Forbidden: bot can't initiate conversation with a user"),
    ):
        with pytest.raises(Forbidden) as caught:
            await bot.send_message(chat_id, "x")
        assert caught.value.message == words
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(3, "x")
    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(-6, "x")
    assert moved.value.new_chat_id == -1_000_000_000_066
    assert await fake.sends() == []


async def test_unknown_chats_are_refused_only_when_asked(fake: FakeTelegram, bot: Bot) -> None:
    await bot.send_message(123, "x")
    await fake.set_settings(reject_unknown_chats=True)
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(124, "x")
    await fake.say(124, "/start")
    await bot.send_message(124, "x")


async def test_edit_delete_and_what_they_refuse(fake: FakeTelegram, bot: Bot) -> None:
    message = await bot.send_message(5, "cũ", reply_markup=keyboard("a"))
    edited = await bot.edit_message_text("mới", 5, message.message_id)
    assert not isinstance(edited, bool)
    assert (edited.text, edited.reply_markup) == ("mới", None)
    assert edited.edit_date is not None
    with pytest.raises(BadRequest, match="Message is not modified: specified new message content"):
        await bot.edit_message_text("mới", 5, message.message_id)
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("x", 6, message.message_id)
    theirs = await fake.say(5, "của tôi")
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("x", 5, theirs.message_id)
    assert await bot.delete_message(5, message.message_id)
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await bot.delete_message(5, message.message_id)
    assert [act.method for act in await fake.acts()] == ["editmessagetext", "deletemessage"]


async def test_files_by_upload_and_again_by_file_id(fake: FakeTelegram, bot: Bot) -> None:
    photo = (await bot.send_photo(5, PNG, caption="<b>Bản đồ</b>", parse_mode="HTML")).photo[-1]
    assert (photo.width, photo.height) == (64, 32)
    again = await bot.send_photo(6, photo.file_id)
    assert again.photo[-1].file_unique_id == photo.file_unique_id
    document = (await bot.send_document(5, b"%PDF-1.4 x", filename="to-roi.pdf")).document
    assert document is not None
    assert document.file_name == "to-roi.pdf"
    assert (await bot.send_voice(5, b"OggS....", duration=4)).voice is not None
    with pytest.raises(BadRequest, match="Can't use file of type document as photo"):
        await bot.send_photo(5, document.file_id)
    with pytest.raises(BadRequest, match="Wrong file identifier/http url specified"):
        await bot.send_document(5, "AgACnonsense")
    with pytest.raises(BadRequest, match="Image_process_failed"):
        await bot.send_photo(5, b"not a picture")
    downloaded = await (await bot.get_file(document.file_id)).download_as_bytearray()
    assert bytes(downloaded) == b"%PDF-1.4 x"
    assert [act.file_id is not None for act in await fake.sends()] == [True] * 4


async def test_a_pressed_button_is_answered_once_and_not_too_late(fake: FakeTelegram, bot: Bot) -> None:
    await bot.send_message(5, "chọn", reply_markup=keyboard("v1:a", "v1:b"))
    await fake.press(5, "Nút v1:b")
    [update] = await bot.get_updates()
    query = update.callback_query
    assert query is not None
    assert query.data == "v1:b"
    assert await bot.answer_callback_query(query.id, "Đã nhận")
    assert list((await fake.state())["presses"].values()) == [True]
    with pytest.raises(BadRequest, match="Query is too old and response timeout expired"):
        await bot.answer_callback_query("1234")
    await fake.set_settings(callback_window=0.0)
    with pytest.raises(BadRequest, match="Query is too old and response timeout expired"):
        await bot.answer_callback_query(query.id)


async def test_a_button_nobody_sent_cannot_be_pressed_by_accident(fake: FakeTelegram, bot: Bot) -> None:
    await bot.send_message(5, "chọn", reply_markup=keyboard("v1:a"))
    with pytest.raises(FakeTelegramError, match="no message of that chat has such a button"):
        await fake.press(5, callback_data="forged")
    await fake.press(5, callback_data="forged", unchecked=True)
    [update] = await bot.get_updates()
    assert update.callback_query is not None
    assert update.callback_query.data == "forged"


async def test_commands_are_kept_by_scope_and_language(fake: FakeTelegram, bot: Bot) -> None:
    await bot.set_my_commands([BotCommand("start", "Bắt đầu")])
    await bot.set_my_commands([BotCommand("start", "ចាប់ផ្តើម")], language_code="km")
    await bot.set_my_commands([BotCommand("duty", "Trực")], scope=BotCommandScopeChat(5))
    assert [each.description for each in await bot.get_my_commands()] == ["Bắt đầu"]
    assert [each.description for each in await bot.get_my_commands(language_code="km")] == ["ចាប់ផ្តើម"]
    assert [each.command for each in await bot.get_my_commands(BotCommandScopeChat(5))] == ["duty"]
    with pytest.raises(BadRequest, match="Bot_command_invalid"):
        await bot.set_my_commands([("Đăng ký", "x")])


async def test_wrong_token_method_and_path(fake: FakeTelegram) -> None:
    with pytest.raises(InvalidToken):
        await Bot("1:" + "a" * 35, fake.base_url).initialize()
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{fake.url}/bot1:aaa/getMe") as answer:
            assert answer.status == 401
            assert await answer.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}
        for path in (f"/bot{fake.token}/sendFlowers", f"/bot{fake.token}", "/"):
            async with session.get(fake.url + path) as answer:
                assert (answer.status, (await answer.json())["error_code"]) == (404, 404)


async def test_chat_actions_and_the_last_methods(fake: FakeTelegram, bot: Bot) -> None:
    assert await bot.send_chat_action(5, "typing")
    with pytest.raises(BadRequest, match="Wrong parameter action in request"):
        await bot.send_chat_action(5, "dancing")
    assert await bot.log_out()
    assert await bot.close()


async def test_a_reply_names_its_update_in_the_log(fake: FakeTelegram, bot: Bot) -> None:
    pushed = await fake.say(5, "câu hỏi")
    await bot.send_message(6, "một tin khác")
    await bot.get_updates()
    await bot.send_message(5, "trả lời")
    unasked, answer = await fake.sends()
    assert (unasked.update_id, answer.update_id) == (None, pushed.update_id)
    assert answer.after is not None
    assert answer.after >= 0


async def test_equal_ends_are_trimmed_as_telegram_does(fake: FakeTelegram) -> None:
    _, answer = await post(fake, "sendMessage", chat_id=5, text="\n  <b> đậm </b>\n", parse_mode="HTML")
    assert answer["result"]["text"] == "đậm"
    assert answer["result"]["entities"] == [{"type": "bold", "offset": 0, "length": 3}]


async def test_wait_for_sends_and_reset(fake: FakeTelegram, bot: Bot) -> None:
    with pytest.raises(TimeoutError):
        await fake.wait_for(1, patience=0.05)
    await bot.send_message(5, "x")
    assert len(await fake.wait_for(1)) == 1
    await fake.fault("server_error")
    await fake.reset()
    assert (await fake.counts()).sends == 0
    await bot.send_message(5, "y")


async def test_reply_keyboards_are_judged_and_not_echoed(fake: FakeTelegram) -> None:
    markup = json.dumps({"keyboard": [["Có", {"text": "Không"}]], "resize_keyboard": True})
    _, answer = await post(fake, "sendMessage", chat_id=5, text="x", reply_markup=markup)
    assert "reply_markup" not in answer["result"]
    status, answer = await post(fake, "sendMessage", chat_id=5, text="x", reply_markup='{"keyboard":["a"]}')
    assert (status, answer["description"]) == (400, 'Bad Request: field "keyboard" must be an Array of Arrays')
