"""The Telegram channel against the fake Bot API: what is sent, what every misfortune becomes, what is let in."""

from __future__ import annotations

import asyncio
import json
import socket
import traceback
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from bot import errors
from bot.channels.http import AiohttpRequest, MayHaveArrived, NothingLeft
from bot.channels.telegram import SECRET_HEADER, TelegramChannel
from bot.messages import Address, Attachment, Button, OutgoingMessage, Update, UpdateKind
from bot.storage.inbox import Claimed, Received
from tests.fakes.telegram.launch import launch
from tests.fakes.telegram_client import FakeTelegram

NOW = datetime(2026, 11, 20, 2, 12, tzinfo=UTC)
TOKEN = "7400000001:SECRET-" + "s" * 28
HELLO = OutgoingMessage("Dạ, chào bà con.")


def to(chat_id: int) -> Address:
    return Address("telegram", "main", str(chat_id))


@pytest.fixture(scope="module")
def running() -> Iterator[dict[str, str]]:
    with launch(conflict_delay=0.1) as said:
        yield said


@pytest.fixture
async def fake(running: dict[str, str]) -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram.attach(running) as attached:
        yield attached


@asynccontextmanager
async def channel_at(url: str, token: str = TOKEN, secret: str = "") -> AsyncIterator[TelegramChannel]:
    opened = TelegramChannel(token=token, api_url=url, secret=secret)
    await opened.open()
    try:
        yield opened
    finally:
        await opened.close()


@pytest.fixture
async def channel(fake: FakeTelegram) -> AsyncIterator[TelegramChannel]:
    async with channel_at(fake.url, fake.token, "hook-secret") as opened:
        yield opened


@asynccontextmanager
async def answering(body: bytes, status: bytes = b"200 OK") -> AsyncIterator[str]:
    """A server that gives every request the same answer; its address."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next((line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-l")), 0)
        await reader.readexactly(int(length))
        writer.write(b"HTTP/1.1 %s\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def failing(channel: TelegramChannel, chat_id: int = 5) -> errors.ChannelError:
    with pytest.raises(errors.ChannelError) as caught:
        await channel.send(to(chat_id), HELLO)
    return caught.value


# --- what goes out ----------------------------------------------------------------------------------------------


async def test_a_message_with_buttons(fake: FakeTelegram, channel: TelegramChannel) -> None:
    buttons = ((Button("Có", "c:y~1"), Button("Không", "c:n~1")), (Button("Menu", "m~1"),))
    receipt = await channel.send(to(4001), OutgoingMessage("Bà con <hỏi> *gì*? https://vd.example", buttons))
    [act] = await fake.sends()
    assert (act.chat_id, act.text) == (4001, "Bà con <hỏi> *gì*? https://vd.example")
    assert receipt.message_id == str(act.message_id)
    assert act.markup == {
        "inline_keyboard": [
            [{"text": "Có", "callback_data": "c:y~1"}, {"text": "Không", "callback_data": "c:n~1"}],
            [{"text": "Menu", "callback_data": "m~1"}],
        ]
    }


async def test_a_message_without_buttons(fake: FakeTelegram, channel: TelegramChannel) -> None:
    await channel.send(to(4001), HELLO)
    [act] = await fake.sends(4001)
    assert (act.text, act.markup) == (HELLO.text, None)


async def test_a_file_for_many_is_uploaded_once(fake: FakeTelegram, channel: TelegramChannel) -> None:
    content = b"%PDF-1.4 a leaflet"
    for chat in (5, 6, 7):
        await channel.send(
            to(chat), OutgoingMessage("Tờ rơi", attachment=Attachment("a.pdf", "application/pdf", content))
        )
    renamed = Attachment("b.pdf", "application/pdf", content)
    await channel.send(to(8), OutgoingMessage("Tờ rơi", attachment=renamed))
    files = [act.file_id for act in await fake.sends()]
    assert files[0] == files[1] == files[2]
    assert files[3] != files[0]  # it would arrive under the name it was first sent with


async def test_a_file_that_telegram_has_forgotten_is_uploaded_again(
    fake: FakeTelegram, channel: TelegramChannel
) -> None:
    message = OutgoingMessage("Tờ rơi", attachment=Attachment("a.pdf", "application/pdf", b"%PDF-1.4 a leaflet"))
    await channel.send(to(5), message)
    await fake.reset()
    await channel.send(to(6), message)
    (act,) = await fake.sends()
    assert (act.chat_id, act.text) == (6, "Tờ rơi")


async def test_an_answers_own_file_is_not_remembered(fake: FakeTelegram, channel: TelegramChannel) -> None:
    own = Attachment("cotmoc.json", "application/json", b'{"kept": "nothing"}')
    for _ in range(2):
        await channel.send(to(5), OutgoingMessage("Dữ liệu của bà con", attachment=own, answers="17"))
    first, second = await fake.sends()
    assert first.file_id != second.file_id


async def test_a_document_goes_with_its_words_and_buttons(fake: FakeTelegram, channel: TelegramChannel) -> None:
    attachment = Attachment("cotmoc.json", "application/json", b'{"kept": "nothing"}')
    message = OutgoingMessage("Dữ liệu của bà con", ((Button("Xoá hết", "d:ask~1"),),), attachment=attachment)
    await channel.send(to(4001), message)
    [act] = await fake.sends()
    assert (act.method, act.text) == ("senddocument", "Dữ liệu của bà con")
    assert act.markup is not None
    assert act.file_id


async def test_a_press_is_answered_once_and_a_late_answer_harms_nobody(
    fake: FakeTelegram, channel: TelegramChannel
) -> None:
    await channel.send(to(4001), OutgoingMessage("?", ((Button("Có", "y"),),)))
    await fake.press(4001, "Có")
    [row], _ = await channel.poll(0, NOW)
    update = channel.read(claimed(row))
    assert update is not None
    await channel.noticed(update)
    [act] = await fake.acts()
    assert act.method == "answercallbackquery"
    gone = Update("1", to(4001), UpdateKind.BUTTON, NOW, value="y", receipt="999999")
    await channel.noticed(gone)
    await channel.noticed(Update("1", to(4001), UpdateKind.TEXT, NOW, text="x"))


async def test_setting_up(fake: FakeTelegram, channel: TelegramChannel) -> None:
    assert await channel.check() == "@fake_information_bot"
    await channel.use_webhook("http://127.0.0.1:9/hooks/telegram/main")
    await channel.set_commands([("start", "Bắt đầu")], "vi")
    state = await fake.state()
    assert state["webhook"]["url"] == "http://127.0.0.1:9/hooks/telegram/main"
    assert state["webhook"]["secret"] == "hook-secret"
    assert state["allowed_updates"] == ["callback_query", "message", "my_chat_member"]
    assert state["commands"][0]["commands"] == [{"command": "start", "description": "Bắt đầu"}]
    await channel.use_polling()
    assert (await fake.state())["webhook"] is None


# --- refusals ---------------------------------------------------------------------------------------------------


async def test_429(fake: FakeTelegram, channel: TelegramChannel) -> None:
    await fake.flood(35, chat_id=5)
    error = await failing(channel)
    assert isinstance(error, errors.Throttled)
    assert error.retry_after == 35
    await channel.send(to(6), HELLO)


@pytest.mark.parametrize(
    ("state", "reason"),
    [("blocked", "blocked"), ("deactivated", "gone"), ("kicked", "gone"), ("not_found", "invalid")],
)
async def test_a_recipient_who_is_gone(fake: FakeTelegram, channel: TelegramChannel, state: str, reason: str) -> None:
    await fake.set_chat(5, state)
    error = await failing(channel)
    assert isinstance(error, errors.RecipientGone)
    assert error.reason == reason


async def test_a_chat_that_moved(fake: FakeTelegram, channel: TelegramChannel) -> None:
    await fake.set_chat(-5, "migrated", migrate_to=-1_000_000_000_077)
    error = await failing(channel, -5)
    assert isinstance(error, errors.RecipientMoved)
    assert error.external_id == "-1000000000077"


async def test_a_text_that_is_too_long(channel: TelegramChannel) -> None:
    with pytest.raises(errors.ContentRejected):
        await channel.send(to(5), OutgoingMessage("x" * 4097))


async def test_a_wrong_token(fake: FakeTelegram, channel: TelegramChannel) -> None:
    await fake.fault("unauthorized", times=1)
    assert type(await failing(channel)) is errors.AccountRejected
    async with channel_at(fake.url) as stranger:
        with pytest.raises(errors.AccountRejected):
            await stranger.check()
        with pytest.raises(errors.AccountRejected):
            await stranger.poll(0, NOW)


@pytest.mark.parametrize("status", [500, 503])
async def test_a_server_out_of_order_took_nothing(fake: FakeTelegram, channel: TelegramChannel, status: int) -> None:
    await fake.fault("server_error", status=status, times=1)
    assert type(await failing(channel)) is errors.ChannelDown
    assert await fake.sends() == []


@pytest.mark.parametrize("status", [502, 504])
async def test_a_broken_way_may_have_let_it_through(fake: FakeTelegram, channel: TelegramChannel, status: int) -> None:
    await fake.fault("server_error", status=status, times=1)
    assert type(await failing(channel)) is errors.OutcomeUnknown


# --- what is not known ------------------------------------------------------------------------------------------


async def test_nobody_listens(unused_address: str) -> None:
    async with channel_at(unused_address) as channel:
        error = await failing(channel)
    assert type(error) is errors.NotSent  # surely: it may be tried again


@pytest.fixture
def unused_address() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


async def test_a_channel_that_is_not_open_sends_nothing(fake: FakeTelegram) -> None:
    closed = TelegramChannel(token=fake.token, api_url=fake.url)
    assert type(await failing(closed)) is errors.NotSent


async def test_a_hang_up_after_the_bytes_left_is_not_known(fake: FakeTelegram, channel: TelegramChannel) -> None:
    """The fake read nothing, but from here that cannot be told apart from a message that was taken."""
    await fake.fault("hangup", times=1)
    assert type(await failing(channel)) is errors.OutcomeUnknown
    await channel.send(to(5), HELLO)


async def test_an_answer_that_was_lost(fake: FakeTelegram, channel: TelegramChannel) -> None:
    await fake.fault("answer_lost", times=1)
    assert type(await failing(channel)) is errors.OutcomeUnknown
    assert [act.answered for act in await fake.sends()] == [False]


async def test_no_answer_in_time(fake: FakeTelegram) -> None:
    """The same request class with less patience: nothing within its read time-out means it may have arrived."""
    await fake.fault("timeout")
    impatient = AiohttpRequest(read_timeout=0.1)
    await impatient.initialize()
    with pytest.raises(MayHaveArrived):
        await impatient.post(f"{fake.base_url}{fake.token}/sendMessage")
    await impatient.shutdown()


async def test_no_connection_free_in_time_means_nothing_left(fake: FakeTelegram) -> None:
    await fake.fault("timeout", methods=["*"])
    narrow = AiohttpRequest(connections=1, read_timeout=0.6, connect_timeout=0.1)
    await narrow.initialize()
    address = f"{fake.base_url}{fake.token}/getMe"
    first, second = await asyncio.gather(narrow.post(address), narrow.post(address), return_exceptions=True)
    await narrow.shutdown()
    assert {type(first), type(second)} == {MayHaveArrived, NothingLeft}


async def test_half_an_answer(fake: FakeTelegram, channel: TelegramChannel) -> None:
    await fake.fault("malformed", times=1)
    assert type(await failing(channel)) is errors.OutcomeUnknown
    assert len(await fake.sends()) == 1


UNREADABLE = [
    b"",
    b"<html>hello</html>",
    b"[]",
    b"null",
    b'{"ok":true}',
    b'{"ok":true,"result":null}',
    b'{"ok":true,"result":{}}',
    b'{"ok":true,"result":{"message_id":null}}',
    b'{"ok":true,"result":[1]}',
]


@pytest.mark.parametrize("body", UNREADABLE, ids=lambda body: body.decode() or "empty")
async def test_an_answer_that_nobody_can_read(body: bytes) -> None:
    """It came with status 200, so the message may well have gone out."""
    async with answering(body) as url, channel_at(url) as channel:
        assert type(await failing(channel)) is errors.OutcomeUnknown


@pytest.mark.parametrize("body", [b"[]", b"null", b"5", b'{"description":null}'], ids=lambda body: body.decode())
async def test_a_refusal_that_nobody_can_read(body: bytes) -> None:
    async with answering(body, b"400 Bad Request") as url, channel_at(url) as channel:
        error = await failing(channel)
    assert not isinstance(error, errors.NotSent)


async def test_the_token_is_in_no_error(fake: FakeTelegram, unused_address: str) -> None:
    """Not in its words, not in its trace, not in the error behind it as a log would print it."""
    seen = []
    async with channel_at(fake.url, fake.token) as channel:
        for fault in ("server_error", "hangup", "answer_lost", "malformed", "unauthorized", "conflict"):
            await fake.fault(fault, times=1)
            seen.append(await failing(channel))
        await fake.fault("unauthorized", methods=["*"])
        for call in (channel.check(), channel.use_webhook("https://cotmoc.example/hook"), channel.use_polling()):
            with pytest.raises(errors.ChannelError) as caught:
                await call
            seen.append(caught.value)
    for url in (unused_address, "http://", "gopher://127.0.0.1", "http://nowhere.invalid"):
        async with channel_at(url, fake.token) as channel:
            seen.append(await failing(channel))
            with pytest.raises(errors.ChannelError) as caught:
                await channel.poll(0, NOW)
            seen.append(caught.value)
    for error in seen:
        shown = "".join(traceback.format_exception(error)) + repr(error)
        assert fake.token not in shown
        assert fake.token.partition(":")[2] not in shown


# --- what comes in ----------------------------------------------------------------------------------------------


def claimed(row: Received) -> Claimed:
    return Claimed(1, Address(row.channel, row.account, row.lane), row.key, row.body, 1, row.received_at)


SOMETHING = {
    "message_id": 1,
    "date": 1_795_140_720,
    "chat": {"id": 4001, "type": "private"},
    "from": {"id": 4001, "is_bot": False, "first_name": "A"},
    "text": "xin chào",
}


def update(number: int) -> dict[str, object]:
    return {"update_id": number, "message": SOMETHING}


def test_the_right_secret_lets_an_update_in() -> None:
    channel = TelegramChannel(token=TOKEN, api_url="http://127.0.0.1", secret="s3cret")
    [row] = channel.receive({SECRET_HEADER: "s3cret"}, json.dumps(update(7)).encode(), NOW)
    assert (row.channel, row.account, row.key, row.lane) == ("telegram", "main", "7", "4001")
    read = channel.read(claimed(row))
    assert read is not None
    assert (read.kind, read.text) == (UpdateKind.TEXT, "xin chào")
    assert channel.receive({SECRET_HEADER: "s3cret"}, b'{"update_id": 8, "poll": {}}', NOW) == []


@pytest.mark.parametrize(
    "headers",
    [{}, {SECRET_HEADER: ""}, {SECRET_HEADER: "S3cret"}, {SECRET_HEADER: "s3cret "}, {SECRET_HEADER: "\udcff"}],
    ids=["none", "empty", "case", "longer", "not text"],
)
def test_a_wrong_secret_is_forged(headers: dict[str, str]) -> None:
    channel = TelegramChannel(token=TOKEN, api_url="http://127.0.0.1", secret="s3cret")
    with pytest.raises(errors.Forged):
        channel.receive(headers, json.dumps(update(7)).encode(), NOW)


@pytest.mark.parametrize("given", ["", "anything"])
def test_without_a_secret_nothing_is_let_in(given: str) -> None:
    with pytest.raises(errors.Forged):
        TelegramChannel(token=TOKEN, api_url="http://127.0.0.1").receive({SECRET_HEADER: given}, b"{}", NOW)


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\xfe", b"not JSON", b"[]", b"{}", b"[" * 100_000, b'{"update_id": 1, "message": 5}'],
    ids=["empty", "not text", "not JSON", "a list", "no number", "deep", "no message"],
)
def test_what_is_no_update_is_malformed(body: bytes) -> None:
    channel = TelegramChannel(token=TOKEN, api_url="http://127.0.0.1", secret="s3cret")
    with pytest.raises(errors.Malformed):
        channel.receive({SECRET_HEADER: "s3cret"}, body, NOW)


async def test_polling_gives_rows_and_the_next_offset(fake: FakeTelegram, channel: TelegramChannel) -> None:
    first = await fake.say(4001, "một")
    second = await fake.say(4002, "hai")
    rows, offset = await channel.poll(0, NOW)
    assert [(row.key, row.lane) for row in rows] == [(str(first.update_id), "4001"), (str(second.update_id), "4002")]
    assert second.update_id is not None
    assert offset == second.update_id + 1
    await fake.say(4003, "ba")
    rows, _ = await channel.poll(offset, NOW)
    assert [row.lane for row in rows] == ["4003"]
    assert (await fake.state())["allowed_updates"] == ["callback_query", "message", "my_chat_member"]


async def test_polling_while_another_program_does(fake: FakeTelegram, channel: TelegramChannel) -> None:
    await channel.use_webhook("http://127.0.0.1:9/hooks/telegram/main")
    with pytest.raises(errors.Conflict):
        await channel.poll(0, NOW)


async def test_polling_a_broken_server(fake: FakeTelegram, channel: TelegramChannel, unused_address: str) -> None:
    await fake.fault("server_error", status=500, times=1, methods=["getUpdates"])
    with pytest.raises(errors.ChannelDown):
        await channel.poll(0, NOW)
    async with channel_at(unused_address) as nowhere:
        with pytest.raises(errors.NotSent):
            await nowhere.poll(0, NOW)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}", b"null"], ids=lambda body: body.decode() or "empty")
async def test_polling_gives_something_unreadable(body: bytes) -> None:
    async with answering(body) as url, channel_at(url) as channel:
        with pytest.raises(errors.ChannelError):
            await channel.poll(0, NOW)


BAD_UPDATES = {
    "nothing fits": {"update_id": 8, "message": {"nothing": "fits"}},
    "no message": {"update_id": 8, "message": None},
    "no number": {"no": "number"},
    "a text": "text",
    "a number": 7,
    "an endless date": update(8) | {"message": {**SOMETHING, "date": 1e999}},
}


@pytest.mark.parametrize("bad", BAD_UPDATES.values(), ids=BAD_UPDATES.keys())
async def test_one_bad_update_does_not_hold_up_the_others(bad: object) -> None:
    body = json.dumps({"ok": True, "result": [update(7), bad, update(9)]}).encode()
    async with answering(body) as url, channel_at(url) as channel:
        rows, offset = await channel.poll(0, NOW)
    assert [row.key for row in rows] == ["7", "9"]
    assert offset == 10
