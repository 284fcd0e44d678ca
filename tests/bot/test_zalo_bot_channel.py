"""The Zalo Bot channel against the fake platform: what is sent, what every misfortune becomes, what is let in."""

from __future__ import annotations

import asyncio
import json
import socket
import traceback
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot import errors
from bot.channels.zalo_bot import SECRET_HEADER, WebhookUnverified, ZaloBotChannel
from bot.channels.zalo_bot_client import Refused, ZaloBotClient
from bot.channels.zalo_bot_quota import Tally
from bot.messages import Address, Attachment, Button, OutgoingMessage, Update, UpdateKind
from bot.storage.inbox import Claimed, Received
from bot.testing import ManualClock
from tests.fakes.zalo_bot_client import FakeZaloBot, chat, launch

NOW = datetime(2026, 11, 20, 2, 12, tzinfo=UTC)
TOKEN = "1459232241454765289:SECRET-" + "s" * 24
SECRET = "s3cret-of-the-hook"
HELLO = OutgoingMessage("Dạ, chào bà con.")
AN, BE = chat(1), chat(2)


class Book:
    """A quota book in memory; ``away`` is how many more times the database is away."""

    def __init__(self, kept: Tally | None = None) -> None:
        self.kept = kept or Tally()
        self.saved: list[Tally] = []
        self.away = 0

    async def load(self) -> Tally:
        return self.kept

    async def save(self, added: Tally) -> Tally:
        await asyncio.sleep(0)
        if self.away:
            self.away -= 1
            raise errors.StoreUnavailable
        self.saved.append(added)
        self.kept = self.kept.plus(added)
        return self.kept


def to(chat_id: str) -> Address:
    return Address("zalo-bot", "main", chat_id)


@pytest.fixture(scope="module")
def running() -> Iterator[dict[str, str]]:
    with launch(scale=0.01) as said:
        yield said


@pytest.fixture
async def fake(running: dict[str, str]) -> AsyncIterator[FakeZaloBot]:
    async with FakeZaloBot.attach(running) as attached:
        await attached.know(AN)
        yield attached


@asynccontextmanager
async def channel_at(url: str, token: str = TOKEN, **more: Any) -> AsyncIterator[ZaloBotChannel]:
    given: dict[str, Any] = {
        "clock": ManualClock(NOW),
        "zone": ZoneInfo("Asia/Ho_Chi_Minh"),
        "key": b"key",
        "secret": SECRET,
    }
    opened = ZaloBotChannel(token=token, api_url=url, **(given | more))
    await opened.open()
    try:
        yield opened
    finally:
        await opened.close()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
async def channel(fake: FakeZaloBot, clock: ManualClock) -> AsyncIterator[ZaloBotChannel]:
    async with channel_at(fake.url, fake.token, clock=clock) as opened:
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


@pytest.fixture
def unused_address() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


async def failing(channel: ZaloBotChannel, chat_id: str = AN) -> errors.ChannelError:
    with pytest.raises(errors.ChannelError) as caught:
        await channel.send(to(chat_id), HELLO)
    return caught.value


# --- what goes out ------------------------------------------------------------------------------------------------


async def test_a_text(fake: FakeZaloBot, channel: ZaloBotChannel) -> None:
    text = "Bà con <hỏi> *gì*? https://vd.example 😀"
    receipt = await channel.send(to(AN), OutgoingMessage(text, ((Button("Có", "y"),),)))
    [act] = await fake.sends()
    assert (act.method, act.chat_id, act.text, act.parameters) == ("sendMessage", AN, text, ["chat_id", "text"])
    assert receipt.message_id == act.message_id
    assert not channel.capabilities.buttons  # so they were numbered lines before they came here


async def test_the_longest_text_that_the_limits_allow(fake: FakeZaloBot, channel: ZaloBotChannel) -> None:
    assert (channel.limits.text_units, channel.limits.utf16) == (2000, True)
    for text in ("ữ" * 2000, "😀" * 1000):
        await channel.send(to(AN), OutgoingMessage(text))
    with pytest.raises(errors.ContentRejected):
        await channel.send(to(AN), OutgoingMessage("x" * 2001))


PICTURE = Attachment("ban-do.png", "image/png", b"\x89PNG")
FILE = Attachment("cotmoc.json", "application/json", b"{}")


@pytest.mark.parametrize(
    ("attachment", "url", "method"),
    [
        (PICTURE, "https://cotmoc.example/a.png", "sendPhoto"),
        (PICTURE, "", "sendMessage"),
        (FILE, "https://cotmoc.example/a.json", "sendMessage"),
    ],
)
async def test_a_picture_with_an_address_goes_along_and_nothing_else_does(
    fake: FakeZaloBot, attachment: Attachment, url: str, method: str
) -> None:
    async with channel_at(fake.url, fake.token, picture_url=lambda _: url) as channel:
        await channel.send(to(AN), OutgoingMessage("Bản đồ", attachment=attachment))
    [act] = await fake.sends()
    assert (act.method, act.text) == (method, "Bản đồ")
    assert act.content == (url if method == "sendPhoto" else "")


async def test_without_a_place_for_pictures_the_words_go_alone(fake: FakeZaloBot, channel: ZaloBotChannel) -> None:
    await channel.send(to(AN), OutgoingMessage("Bản đồ", attachment=PICTURE))
    assert [act.method for act in await fake.sends()] == ["sendMessage"]


async def test_nothing_is_said_to_a_button_there_is_none(fake: FakeZaloBot, channel: ZaloBotChannel) -> None:
    await channel.noticed(Update("1", to(AN), UpdateKind.TEXT, NOW, text="x"))
    assert await fake.acts() == []


# --- setting up ---------------------------------------------------------------------------------------------------


async def test_setting_up(fake: FakeZaloBot, channel: ZaloBotChannel) -> None:
    assert await channel.check() == "bot.FakeInfo"
    assert not await channel.webhook_is_set()
    await fake.set_settings(probe="none")
    await channel.use_webhook("http://127.0.0.1:9/hooks/zalo-bot/main")
    assert (await fake.state())["webhook"] == {"url": "http://127.0.0.1:9/hooks/zalo-bot/main", "secret": SECRET}
    assert await channel.webhook_is_set()
    await channel.use_polling()
    assert (await fake.state())["webhook"] is None


async def test_an_address_that_could_not_be_verified(fake: FakeZaloBot, channel: ZaloBotChannel) -> None:
    await fake.set_settings(verification="fail", probe="none")
    with pytest.raises(WebhookUnverified, match="không gọi được") as caught:
        await channel.use_webhook("http://127.0.0.1:9/hook")
    assert isinstance(caught.value, errors.ChannelError)  # it is tried again, as everything that is set up
    await fake.set_settings(verification="absent")
    await channel.use_webhook("http://127.0.0.1:9/hook")


async def test_a_webhook_with_a_secret_that_is_too_short(fake: FakeZaloBot) -> None:
    async with channel_at(fake.url, fake.token, secret="short") as channel:
        with pytest.raises(errors.ChannelError, match="secret_token"):
            await channel.use_webhook("https://bot.example/hook")


@pytest.mark.parametrize("body", [b"{}", b'{"ok":true}', b'{"ok":true,"result":[]}', b"<html>"], ids=bytes.decode)
async def test_setting_up_with_somebody_strange(body: bytes) -> None:
    async with answering(body) as url, channel_at(url) as channel:
        for call in (channel.check(), channel.use_webhook("https://x.example"), channel.use_polling()):
            try:
                assert await call in ("", None)
            except errors.ChannelError:
                continue


# --- refusals -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["ok", "code"])
@pytest.mark.parametrize("as_text", [False, True])
@pytest.mark.parametrize("code", [401, 403, 404])
async def test_a_wrong_token(fake: FakeZaloBot, code: int, as_text: bool, status: str) -> None:
    if as_text and status == "ok":
        return  # words with status 200 are no refusal that anybody could read
    await fake.set_settings(wrong_token=code, wrong_token_text=as_text, error_status=status)
    async with channel_at(fake.url) as stranger:
        assert type(await failing(stranger)) is errors.AccountRejected
        for call in (stranger.check(), stranger.poll(NOW), stranger.use_polling()):
            with pytest.raises(errors.AccountRejected):
                await call


@pytest.mark.parametrize(("code", "reason"), [(403, "blocked"), (404, "invalid"), (400, "invalid")])
async def test_a_chat_that_cannot_be_reached_while_the_token_works(
    fake: FakeZaloBot, channel: ZaloBotChannel, code: int, reason: str
) -> None:
    """What a blocked chat gets is not published; 403 and 404 are the token's only if getMe fails too."""
    await fake.set_settings(unknown_chat=code)
    error = await failing(channel, BE)
    assert isinstance(error, errors.RecipientGone)
    assert error.reason == reason
    await channel.send(to(AN), HELLO)


async def test_everybody_out_of_reach_at_once_is_rather_the_account(fake: FakeZaloBot, channel: ZaloBotChannel) -> None:
    await fake.fault("refused", code=403)
    seen = [type(await failing(channel, chat(number))) for number in range(4)]
    assert seen == [errors.RecipientGone] * 2 + [errors.AccountRejected] * 2
    await fake.clear_faults()
    await channel.send(to(AN), HELLO)
    await fake.fault("refused", code=403, times=1)
    assert type(await failing(channel)) is errors.RecipientGone


async def test_a_redirect_is_a_wrong_address() -> None:
    async with answering(b"", b"302 Found\r\nLocation: http://127.0.0.1:9/") as url, channel_at(url) as channel:
        assert type(await failing(channel)) is errors.AccountRejected


@pytest.mark.parametrize("as_text", [False, True])
@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_broken_server_may_have_let_it_through(
    fake: FakeZaloBot, channel: ZaloBotChannel, status: int, as_text: bool
) -> None:
    await fake.fault("server_error", status=status, as_text=as_text, times=1)
    assert type(await failing(channel)) is errors.OutcomeUnknown
    await channel.send(to(AN), HELLO)


@pytest.mark.parametrize("code", [408, 500])
async def test_a_time_out_of_theirs_says_nothing_about_a_send(
    fake: FakeZaloBot, channel: ZaloBotChannel, code: int
) -> None:
    await fake.fault("refused", code=code, times=1)
    assert type(await failing(channel)) is errors.OutcomeUnknown


# --- what is not known --------------------------------------------------------------------------------------------


async def test_nobody_listens(unused_address: str) -> None:
    for url in (unused_address, "http://"):
        async with channel_at(url) as channel:
            assert type(await failing(channel)) is errors.NotSent  # surely: it may be tried again
            with pytest.raises(errors.NotSent):
                await channel.poll(NOW)


async def test_a_channel_that_is_not_open_sends_nothing(fake: FakeZaloBot) -> None:
    async with channel_at(fake.url, fake.token) as channel:
        await channel.close()
        assert type(await failing(channel)) is errors.NotSent


@pytest.mark.parametrize(
    ("kind", "sends"), [("hangup", 0), ("answer_lost", 1), ("malformed", 1)], ids=["hangup", "lost", "half"]
)
async def test_no_whole_answer(fake: FakeZaloBot, channel: ZaloBotChannel, kind: str, sends: int) -> None:
    await fake.fault(kind, times=1)
    assert type(await failing(channel)) is errors.OutcomeUnknown
    assert len(await fake.sends()) == sends


async def test_no_answer_in_time(fake: FakeZaloBot) -> None:
    client = ZaloBotClient(token=fake.token, api_url=fake.url)
    await client.open()
    await fake.fault("timeout")
    with pytest.raises(errors.OutcomeUnknown):
        await client.call("sendMessage", {"chat_id": AN, "text": "x"}, patience=0.1)
    await fake.clear_faults()
    await fake.set_settings(photo_ms=250)
    picture = {"chat_id": AN, "photo": "https://x.vn/a.jpg"}
    with pytest.raises(errors.OutcomeUnknown):
        await client.call("sendPhoto", picture, patience=0.1)
    assert (await client.call("sendPhoto", picture, patience=5))["message_id"]
    await client.close()


async def test_no_connection_free_in_time_means_nothing_left(fake: FakeZaloBot) -> None:
    narrow = ZaloBotClient(token=fake.token, api_url=fake.url, connections=1, connect_for=0.1)
    await narrow.open()
    await fake.fault("latency", ms=400, methods=["getMe"])
    answers: list[object] = await asyncio.gather(*(narrow.call("getMe") for _ in range(2)), return_exceptions=True)
    await narrow.close()
    assert [type(each) for each in answers] == [dict, errors.NotSent]


UNREADABLE = [
    b"",
    b"<html>hello</html>",
    b"\xff\xfe",
    b"[]",
    b"null",
    b"{}",
    b'{"ok":"yes"}',
    b'{"ok":true}',
    b'{"ok":true,"result":{}}',
    b'{"ok":true,"result":{"message_id":null}}',
    b'{"ok":true,"result":[1]}',
    b'{"ok":false}',
    b'{"ok":false,"error_code":null,"description":{}}',
    b'{"ok":false,"error_code":1e999}',
]


@pytest.mark.parametrize("body", UNREADABLE, ids=lambda body: body.decode(errors="replace") or "empty")
async def test_an_answer_that_nobody_can_read(body: bytes) -> None:
    """It came with status 200, so the message may well have gone out."""
    async with answering(body) as url, channel_at(url) as channel:
        assert type(await failing(channel)) is errors.OutcomeUnknown


# --- the quota ----------------------------------------------------------------------------------------------------


async def test_a_429_is_waited_for_without_asking_again(
    fake: FakeZaloBot, channel: ZaloBotChannel, clock: ManualClock
) -> None:
    await fake.fault("refused", code=429, times=1)
    error = await failing(channel)
    assert isinstance(error, errors.Throttled)
    assert error.retry_after == 5
    clock.advance(2)
    again = await failing(channel, BE)
    assert isinstance(again, errors.Throttled)
    assert again.retry_after == 3
    assert (await fake.counts()).answers == {"sendMessage 429": 1}
    clock.advance(3)
    await channel.send(to(AN), HELLO)


async def test_the_months_quota_is_used_up_and_a_new_month_begins(fake: FakeZaloBot, clock: ManualClock) -> None:
    await fake.set_settings(message_quota=3)
    async with channel_at(fake.url, fake.token, clock=clock, message_limit=3) as channel:
        for _ in range(3):
            await channel.send(to(AN), HELLO)
        assert (channel.quota().sent, channel.quota().warned, channel.quota().used_up) == (3, True, False)
        assert type(await failing(channel)) is errors.Throttled
        clock.advance(5)
        assert type(await failing(channel)) is errors.QuotaUsedUp
        assert channel.quota().used_up
        asked = (await fake.counts()).answers["sendMessage 429"]
        clock.advance(60)
        assert type(await failing(channel)) is errors.QuotaUsedUp
        assert (await fake.counts()).answers["sendMessage 429"] == asked  # nobody asks again and again
        clock.advance(11 * 86400)
        await fake.new_month()
        await channel.send(to(AN), HELLO)
        assert (channel.quota().sent, channel.quota().warned, channel.quota().used_up) == (1, False, False)


async def test_one_person_too_many_does_not_hold_up_the_others(fake: FakeZaloBot, clock: ManualClock) -> None:
    await fake.set_settings(chat_quota=1)
    await fake.know(BE)
    async with channel_at(fake.url, fake.token, clock=clock, chat_limit=1) as channel:
        await channel.send(to(AN), HELLO)
        for _ in range(2):  # nobody else was tried since: it may be the whole account
            assert type(await failing(channel, BE)) is errors.Throttled
            clock.advance(10)
        await channel.send(to(AN), HELLO)
        error = await failing(channel, BE)
        assert isinstance(error, errors.RecipientGone)
        assert error.reason == "refused"
        await channel.send(to(AN), HELLO)  # at once
        await fake.set_settings(chat_quota=0)
        await channel.send(to(BE), HELLO)


async def test_what_may_have_been_sent_counts_and_what_surely_was_not_does_not(
    fake: FakeZaloBot, channel: ZaloBotChannel
) -> None:
    await fake.fault("answer_lost", times=1)
    await failing(channel)
    assert channel.quota().sent == 1
    await fake.fault("refused", code=429, times=1)
    await failing(channel)
    assert channel.quota().sent == 1


async def test_chats_are_counted_when_they_write(fake: FakeZaloBot, channel: ZaloBotChannel) -> None:
    for number in range(3):
        await fake.say(chat(number), "xin chào")
        await channel.poll(NOW)
    assert (channel.quota().chats, channel.quota().chat_limit) == (3, 50)


async def test_the_count_is_written_in_batches(fake: FakeZaloBot, clock: ManualClock) -> None:
    book = Book(Tally("2026-11", 100))
    async with channel_at(fake.url, fake.token, clock=clock, book=book) as channel:
        assert channel.quota().sent == 100
        for _ in range(45):
            await channel.send(to(AN), HELLO)
        assert [each.sent for each in book.saved] == [20, 20]
        assert channel.quota().sent == 145
        clock.advance(61)
        await channel.send(to(AN), HELLO)
        assert [each.sent for each in book.saved] == [20, 20, 6]
        await channel.send(to(AN), HELLO)
    assert book.kept.sent == 147
    assert len(book.kept.chats) == 1


async def test_a_database_that_is_away_costs_no_message_and_no_count(fake: FakeZaloBot) -> None:
    book = Book()
    async with channel_at(fake.url, fake.token, book=book) as channel:
        book.away = 1
        await asyncio.gather(*(channel.send(to(AN), HELLO) for _ in range(25)))
        assert channel.quota().sent == 25
    assert book.kept.sent == 25


async def test_what_other_processes_sent_is_seen_with_the_next_batch(fake: FakeZaloBot) -> None:
    book = Book()
    async with channel_at(fake.url, fake.token, book=book) as channel:
        book.kept = Tally("2026-11", 2000)  # the other one wrote
        for _ in range(20):
            await channel.send(to(AN), HELLO)
        assert channel.quota().sent == 2020


# --- what comes in ------------------------------------------------------------------------------------------------


def claimed(row: Received) -> Claimed:
    return Claimed(1, Address(row.channel, row.account, row.lane), row.key, row.body, 1, row.received_at)


SOMETHING = {
    "event_name": "message.text.received",
    "message": {
        "from": {"id": AN, "display_name": "A", "is_bot": False},
        "chat": {"id": AN, "chat_type": "PRIVATE"},
        "text": "xin chào",
        "message_id": "2d758cb5e222177a4e35",
        "date": 1_795_140_720_000,
    },
}


@pytest.fixture
async def deaf() -> AsyncIterator[ZaloBotChannel]:
    """A channel that only receives."""
    async with channel_at("http://127.0.0.1:9") as opened:
        yield opened


@pytest.mark.parametrize("body", [SOMETHING, {"ok": True, "result": SOMETHING}], ids=["flat", "wrapped"])
async def test_the_right_secret_lets_an_update_in(deaf: ZaloBotChannel, body: object) -> None:
    [row] = deaf.receive({SECRET_HEADER: SECRET}, json.dumps(body).encode(), NOW)
    assert (row.channel, row.account, row.lane) == ("zalo-bot", "main", AN)
    read = deaf.read(claimed(row))
    assert read is not None
    assert (read.kind, read.text) == (UpdateKind.TEXT, "xin chào")
    assert deaf.quota().chats == 1


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {SECRET_HEADER: ""},
        {SECRET_HEADER: SECRET.upper()},
        {SECRET_HEADER: f"{SECRET} "},
        {SECRET_HEADER: "\udcff"},
    ],
    ids=["none", "empty", "case", "longer", "not text"],
)
async def test_a_wrong_secret_is_forged(deaf: ZaloBotChannel, headers: dict[str, str]) -> None:
    with pytest.raises(errors.Forged):
        deaf.receive(headers, json.dumps(SOMETHING).encode(), NOW)


async def test_without_a_secret_nothing_is_let_in() -> None:
    async with channel_at("http://127.0.0.1:9", secret="") as channel:
        for given in ("", "anything"):
            with pytest.raises(errors.Forged):
                channel.receive({SECRET_HEADER: given}, json.dumps(SOMETHING).encode(), NOW)


@pytest.mark.parametrize("headers", [{}, {SECRET_HEADER: SECRET}], ids=["unsigned", "signed"])
@pytest.mark.parametrize("body", [b"", b"{}", b" {} \n"])
async def test_the_probe_of_set_webhook_passes_and_stores_nothing(
    deaf: ZaloBotChannel, headers: dict[str, str], body: bytes
) -> None:
    assert deaf.receive(headers, body, NOW) == []


@pytest.mark.parametrize(
    "body",
    [b"\xff\xfe", b"not JSON", b"[]", b"[" * 100_000, b'{"event_name": "message.text.received", "message": 5}'],
    ids=["not text", "not JSON", "a list", "deep", "no message"],
)
async def test_what_is_no_update_is_malformed(deaf: ZaloBotChannel, body: bytes) -> None:
    with pytest.raises(errors.Malformed):
        deaf.receive({SECRET_HEADER: SECRET}, body, NOW)


async def test_an_event_that_is_nothing_to_us_is_acknowledged(deaf: ZaloBotChannel) -> None:
    for body in (b'{"event_name": "message.unsupported.received"}', b'{"ok": true, "result": null}'):
        assert deaf.receive({SECRET_HEADER: SECRET}, body, NOW) == []


@pytest.mark.parametrize("settings", [{}, {"poll_status": 408}, {"timeout_type": "text"}, {"date_unit": "s"}], ids=str)
async def test_polling(fake: FakeZaloBot, channel: ZaloBotChannel, settings: dict[str, Any]) -> None:
    await fake.set_settings(**settings)
    assert await channel.poll(NOW) == []
    await fake.say(AN, "một")
    await fake.say(BE, "hai")
    assert [row.lane for _ in range(2) for row in await channel.poll(NOW)] == [AN, BE]
    await fake.send_unsupported(AN, bare=True)
    await fake.push_raw({"event_name": "message.text.received", "message": "broken"})
    assert [await channel.poll(NOW), await channel.poll(NOW)] == [[], []]
    assert [made.timeout for made in await fake.polls()] == [25.0] * 5


async def test_a_time_out_that_is_wanted_as_a_number(fake: FakeZaloBot, channel: ZaloBotChannel) -> None:
    await fake.set_settings(timeout_type="number")
    with pytest.raises(errors.ChannelError):
        await channel.poll(NOW)
    await fake.say(AN, "một")
    assert len(await channel.poll(NOW)) == 1


async def test_polling_while_a_webhook_is_set(fake: FakeZaloBot, channel: ZaloBotChannel) -> None:
    await fake.set_settings(probe="none")
    await channel.use_webhook("http://127.0.0.1:9/hooks/zalo-bot/main")
    assert await channel.poll(NOW) == []
    await fake.set_settings(poll_under_webhook="refuse")
    with pytest.raises(errors.Conflict):
        await channel.poll(NOW)


@pytest.mark.parametrize(
    ("kind", "more", "expected"),
    [
        ("server_error", {"status": 503}, errors.ChannelDown),
        ("server_error", {"status": 502, "as_text": True}, errors.ChannelDown),
        ("refused", {"code": 429}, errors.Throttled),
        ("refused", {"code": 401}, errors.AccountRejected),
        ("answer_lost", {}, errors.ChannelDown),
        ("malformed", {}, errors.ChannelDown),
        ("hangup", {}, errors.ChannelDown),
    ],
)
async def test_polling_a_broken_server(
    fake: FakeZaloBot, channel: ZaloBotChannel, kind: str, more: dict[str, Any], expected: type[errors.ChannelError]
) -> None:
    await fake.say(AN, "xin chào")
    await fake.fault(kind, methods=["getUpdates"], times=1, **more)
    with pytest.raises(errors.ChannelError) as caught:
        await channel.poll(NOW)
    assert type(caught.value) is expected
    lost = kind in ("answer_lost", "malformed")  # with the answer went its update: that is how this platform is
    assert len(await channel.poll(NOW)) == (0 if lost else 1)
    assert channel.quota().sent == 0


# --- secrets ------------------------------------------------------------------------------------------------------


async def test_the_token_is_in_no_error(fake: FakeZaloBot, unused_address: str) -> None:
    """Not in its words, not in its trace, not in the error behind it as a log would print it."""
    seen: list[BaseException] = []
    shown = []
    async with channel_at(fake.url, fake.token) as channel:
        for fault in ("server_error", "hangup", "answer_lost", "malformed"):
            await fake.fault(fault, times=1)
            seen.append(await failing(channel))
        await fake.fault("refused", code=401, methods=["*"])
        for call in (channel.check(), channel.use_webhook("https://x.example/h"), channel.use_polling()):
            with pytest.raises(errors.ChannelError) as caught:
                await call
            seen.append(caught.value)
        shown.append(repr(channel))
    for url in (unused_address, "http://", "gopher://127.0.0.1", "http://nowhere.invalid", "http://[x"):
        async with channel_at(url, fake.token) as channel:
            seen.append(await failing(channel))
            with pytest.raises(errors.ChannelError) as caught:
                await channel.poll(NOW)
            seen.append(caught.value)
    shown += ["".join(traceback.format_exception(error)) + repr(error) for error in seen]
    for each in shown:
        assert fake.token not in each
        assert fake.token.partition(":")[2] not in each


async def test_words_of_the_platform_that_repeat_the_token_are_cut() -> None:
    said = json.dumps({"ok": False, "error_code": 400, "description": f"no {TOKEN} here"}).encode()
    async with answering(said) as url:
        client = ZaloBotClient(token=TOKEN, api_url=url)
        await client.open()
        with pytest.raises(Refused) as caught:
            await client.call("getMe")
        await client.close()
    assert str(caught.value) == "400 no … here"
