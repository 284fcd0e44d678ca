"""Every answer and every update of the fake has the fields and types that the machine-readable Bot API demands."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp
import pytest

from tests.fakes.telegram.launch import launch
from tests.fakes.telegram.methods import METHODS
from tests.fakes.telegram.updates import ALL_KINDS
from tests.fakes.telegram_client import FakeTelegram
from tests.fakes.telegram_spec import faults_in, load_spec, returned_types

PNG = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000040000000200802000000") + b"\0" * 40
KEYBOARD = json.dumps(
    {"inline_keyboard": [[{"text": "Có", "callback_data": "v1:y"}, {"text": "Web", "url": "https://x.vn"}]]}
)
GROUP, CHANNEL = -1_000_000_000_500, -1_000_000_000_600


@pytest.fixture(scope="module")
def running() -> Iterator[dict[str, str]]:
    with launch(repeat_wait=0.05) as said:
        yield said


@pytest.fixture
async def fake(running: dict[str, str]) -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram.attach(running) as attached:
        yield attached


class Caller:
    """Calls a method with form fields and holds its result against the description."""

    def __init__(self, fake: FakeTelegram, session: aiohttp.ClientSession) -> None:
        self.fake = fake
        self.session = session
        self.called: set[str] = set()

    async def __call__(self, method: str, file: bytes | None = None, **fields: str) -> Any:
        form = aiohttp.FormData(fields)
        if file is not None:
            form.add_field(method.removeprefix("send").lower(), file, filename="f.bin")
        url = f"{self.fake.base_url}{self.fake.token}/{method}"
        async with self.session.post(url, data=form) as answer:
            body = await answer.json()
        assert set(body) - {"description"} == {"ok", "result"}, body
        assert faults_in(body["result"], returned_types(method)) == []
        self.called.add(method.lower())
        return body["result"]


@pytest.fixture
async def call(fake: FakeTelegram) -> AsyncIterator[Caller]:
    async with aiohttp.ClientSession() as session:
        yield Caller(fake, session)


async def test_every_method_answers_in_the_shape_it_promises(fake: FakeTelegram, call: Caller) -> None:
    me = await call("getMe")
    assert me["is_bot"] is True
    plain = await call("sendMessage", chat_id="5", text="không có gì")
    rich = await call(
        "sendMessage",
        chat_id="5",
        text="/start <b>đậm</b> <a href='x.vn'>liên kết</a>",
        parse_mode="HTML",
        reply_markup=KEYBOARD,
        reply_parameters=json.dumps({"message_id": plain["message_id"]}),
    )
    assert rich["reply_to_message"]["text"] == "không có gì"
    await fake.set_chat(CHANNEL, kind="channel", title="Kênh tin", username="kenh_tin")
    await call("sendMessage", chat_id="@kenh_tin", text="x")
    await call("sendMessage", chat_id=str(GROUP), text="x")
    photo = await call("sendPhoto", PNG, chat_id="5", caption="ảnh https://x.vn")
    await call("sendPhoto", chat_id="5", photo=photo["photo"][0]["file_id"])
    document = await call("sendDocument", b"%PDF", chat_id="5")
    await call("editMessageCaption", chat_id="5", message_id=str(document["message_id"]), caption="mới")
    await call("sendVoice", b"OggS", chat_id="5", duration="3")
    own = str(rich["message_id"])
    await call("editMessageText", chat_id="5", message_id=own, text="mới", reply_markup=KEYBOARD)
    await call("editMessageReplyMarkup", chat_id="5", message_id=own)
    await call("deleteMessage", chat_id="5", message_id=own)
    await call("sendChatAction", chat_id="5", action="typing")
    commands = json.dumps([{"command": "start", "description": "Bắt đầu"}])
    await call("setMyCommands", commands=commands, language_code="vi")
    assert await call("getMyCommands", language_code="vi") == json.loads(commands)
    await call("deleteMyCommands")
    await call("getFile", file_id=photo["photo"][0]["file_id"])
    await call("sendMessage", chat_id="5", text="chọn", reply_markup=KEYBOARD)
    await fake.press(5, "Có")
    [update] = await call("getUpdates", timeout="0")
    await call("answerCallbackQuery", callback_query_id=update["callback_query"]["id"], text="ừ")
    await call("getWebhookInfo")
    await call("setWebhook", url="http://127.0.0.1:9/hook", allowed_updates='["message"]')
    await call("getWebhookInfo")
    await call("deleteWebhook")
    await call("logOut")
    await call("close")
    modelled = set(METHODS) | {"getupdates", "setwebhook", "deletewebhook", "getwebhookinfo"}
    assert call.called == modelled


async def test_every_update_a_resident_can_cause_has_the_right_shape(fake: FakeTelegram, call: Caller) -> None:
    await fake.set_chat(CHANNEL, kind="channel", title="Kênh tin")
    await fake.set_chat(5, title="Lò Thị Mẩy", username="may_lo", language_code="vi")
    sent = await call("sendMessage", chat_id="5", text="chọn", reply_markup=KEYBOARD)
    first = await fake.say(5, "/start@fake_information_bot vt-hg #khẩn", reply_to=sent["message_id"])
    assert first.message_id is not None
    await fake.send_photo(5, "ảnh")
    await fake.send_voice(5)
    await fake.send_sticker(5)
    await fake.push("document", chat_id=5, caption="đơn")
    await fake.send_contact(5, "+84900000000")
    await fake.send_location(5, 22.5, 104.0)
    await fake.forward(5, "tin đồn")
    await fake.edit(5, first.message_id, "sửa")
    await fake.press(5, "Có")
    await call("deleteMessage", chat_id="5", message_id=str(sent["message_id"]))
    await fake.press(5, callback_data="v1:y", message_id=sent["message_id"], unchecked=True)
    await fake.block(5)
    await fake.unblock(5)
    await fake.say(GROUP, "trong nhóm", from_id=5)
    await fake.other_bot_says(GROUP, 900, "bot khác")
    await fake.push("membership", chat_id=GROUP, from_id=5, status="kicked")
    await fake.push("membership", chat_id=GROUP, from_id=5, status="member")
    await fake.push("membership", chat_id=GROUP, from_id=5, status="left")
    await fake.say(CHANNEL, "bài đăng")
    updates = await call("getUpdates", limit="100")
    assert len(updates) == 19
    kinds = {name for update in updates for name in update if name != "update_id"}
    assert kinds == {"message", "edited_message", "callback_query", "my_chat_member", "channel_post"}
    assert "inaccessible" not in json.dumps(updates)
    gone = [each["callback_query"] for each in updates if "callback_query" in each][1]
    assert gone["message"]["date"] == 0


async def test_a_refusal_has_the_shape_of_a_refusal(fake: FakeTelegram, call: Caller) -> None:
    await fake.set_chat(-5, "migrated", migrate_to=GROUP)
    url = f"{fake.base_url}{fake.token}/sendMessage"
    async with call.session.post(url, data={"chat_id": "-5", "text": "x"}) as answer:
        body = await answer.json()
    assert {name: type(value) for name, value in body.items()} == {
        "ok": bool,
        "error_code": int,
        "description": str,
        "parameters": dict,
    }
    assert faults_in(body["parameters"], ["ResponseParameters"]) == []


def test_the_judge_itself_finds_what_is_wrong() -> None:
    good = {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}}
    assert faults_in(good, ["Message"]) == []
    assert faults_in(good | {"date": "1"}, ["Message"]) == ["result.date: Integer expected, got '1'"]
    assert faults_in(good | {"message_id": True}, ["Message"]) == ["result.message_id: Integer expected, got True"]
    assert faults_in(good | {"colour": 1}, ["Message"]) == ["result: Message has no field colour"]
    assert faults_in({"message_id": 1, "date": 1}, ["Message"]) == ["result: field chat of Message is missing"]
    assert faults_in([good, {}], ["Array of Message"])[0].startswith("result[1]: field message_id")


def test_the_kinds_of_updates_are_those_of_the_description() -> None:
    described = [each["name"] for each in load_spec()["types"]["Update"]["fields"]]
    assert ["update_id", *ALL_KINDS] == described
