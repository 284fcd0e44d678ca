"""The Official Account as a channel: what is let in, what leaves for one message, what every misfortune becomes."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot import errors
from bot.channels.zalo_oa import ZaloOaChannel
from bot.channels.zalo_oa_bodies import ButtonShape
from bot.channels.zalo_signature import Keys, mac
from bot.channels.zalo_uploads import BookInMemory, Uploads
from bot.messages import Address, Attachment, Button, OutgoingMessage, UpdateKind
from bot.storage.inbox import Claimed
from bot.testing import ManualClock
from tests.bot.zalo_oa_script import NOW, Answer, Script, client_at, gives, no, script, sent

RESIDENT, OA, APP = "2468458835296117922", "388613280878808645", "1234567890123456789"
KEYS = Keys(app_id=APP, oa_secret="OA_SECRET_EXAMPLE", app_secret="APP_SECRET_EXAMPLE", oa_id=OA)
TO = Address("zalo-oa", "main", RESIDENT)
HELLO = OutgoingMessage("Dạ, chào bà con.")
PDF = Attachment("mau-don.pdf", "application/pdf", b"%PDF-1.7 x")
PNG = Attachment("ảnh.png", "image/png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 30)


@asynccontextmanager
async def channel_on(told: Script, clock: ManualClock | None = None, **more: Any) -> AsyncIterator[ZaloOaChannel]:
    clock = clock or ManualClock(NOW)
    async with client_at(told.url, clock=clock) as client:
        uploads = Uploads(client, BookInMemory(), clock)
        yield ZaloOaChannel(client=client, uploads=uploads, keys=more.pop("keys", KEYS), clock=clock, **more)


async def failing(channel: ZaloOaChannel, message: OutgoingMessage = HELLO) -> errors.ChannelError:
    with pytest.raises(errors.ChannelError) as caught:
        await channel.send(TO, message)
    return caught.value


# --- what goes out ----------------------------------------------------------------------------------------------


async def test_a_message() -> None:
    async with script(sent("m-1")) as told, channel_on(told) as channel:
        assert (await channel.send(TO, HELLO)).message_id == "m-1"
        assert not channel.capabilities.buttons
        assert channel.capabilities.windows
        assert channel.limits.text_units == 2000
    [asked] = told.asked
    assert (asked.path, asked.body) == (
        "/v3.0/oa/message/cs",
        {"recipient": {"user_id": RESIDENT}, "message": {"text": "Dạ, chào bà con."}},
    )


async def test_buttons_where_they_are_switched_on() -> None:
    message = OutgoingMessage("Chọn", ((Button("Có", "c:y~1"),),))
    async with script(sent()) as told, channel_on(told, buttons=True) as channel:
        assert channel.capabilities.buttons
        await channel.send(TO, message)
    async with script(sent()) as listed, channel_on(listed, buttons=True, button_shape=ButtonShape.LIST) as channel:
        await channel.send(TO, message)
    [row] = told.asked[0].body["message"]["attachment"]["payload"]["buttons"]
    assert row == {"title": "Có", "type": "oa.query.hide", "payload": "#=c:y~1"}
    assert listed.asked[0].body["message"]["attachment"]["payload"]["template_type"] == "list"


async def test_a_picture_is_one_message_and_a_file_two() -> None:
    answers = [gives(attachment_id="i"), sent("m-1"), gives(token="t"), sent("m-2"), sent("m-3")]
    async with script(*answers) as told, channel_on(told) as channel:
        assert (await channel.send(TO, OutgoingMessage("Ảnh", attachment=PNG))).message_id == "m-1"
        assert (await channel.send(TO, OutgoingMessage("Mẫu", attachment=PDF))).message_id == "m-2"
    parts = [each.body["message"] for each in told.asked if "message" in each.path]
    assert parts[0]["text"] == "Ảnh"
    assert parts[0]["attachment"]["payload"]["elements"] == [{"media_type": "image", "attachment_id": "i"}]
    assert parts[1:] == [{"text": "Mẫu"}, {"attachment": {"type": "file", "payload": {"token": "t"}}}]


async def test_a_template() -> None:
    async with script(sent("m-1"), no(-234), no(-249), no(-224)) as told, channel_on(told) as channel:
        assert (await channel.send_template(TO, "tpl", {"customer": "An"})).message_id == "m-1"
        for _ in range(3):
            with pytest.raises(errors.ContentRejected):
                await channel.send_template(TO, "tpl", {})
    assert (told.asked[0].path, told.asked[0].body) == (
        "/v3.0/oa/message/template",
        {"user_id": RESIDENT, "template_id": "tpl", "template_data": {"customer": "An"}},
    )


# --- misfortunes ------------------------------------------------------------------------------------------------


async def test_an_expired_upload_is_uploaded_once_more() -> None:
    answers = [gives(token="t"), sent("m-1"), no(-100), gives(token="u"), sent("m-2")]
    async with script(*answers) as told, channel_on(told) as channel:
        assert (await channel.send(TO, OutgoingMessage("Mẫu", attachment=PDF))).message_id == "m-1"
    assert told.asked[-1].body["message"]["attachment"]["payload"] == {"token": "u"}


async def test_an_upload_that_expires_twice() -> None:
    answers = [gives(attachment_id="i"), no(-100), gives(attachment_id="j"), no(-100)]
    async with script(*answers) as told, channel_on(told) as channel:
        assert type(await failing(channel, OutgoingMessage("Ảnh", attachment=PNG))) is errors.ContentRejected
    async with script(no(-100)) as told, channel_on(told) as channel:
        assert type(await failing(channel)) is errors.ContentRejected  # there was nothing to upload


async def test_a_failure_for_no_reason_is_tried_once_more_after_a_moment() -> None:
    clock = ManualClock(NOW)
    async with script(no(-200), sent("m-1")) as told, channel_on(told, clock) as channel:
        assert (await channel.send(TO, HELLO)).message_id == "m-1"
        assert 0 < clock.monotonic() <= 5


@pytest.mark.parametrize("second", [no(-200), no(-32), Answer(b""), no(-4242)])
async def test_and_then_nobody_knows(second: Answer) -> None:
    """A wait would send it a third time; the first may have arrived."""
    async with script(no(-200), second) as told, channel_on(told) as channel:
        assert type(await failing(channel)) is errors.OutcomeUnknown


async def test_a_clear_refusal_after_it_is_a_refusal() -> None:
    async with script(no(-200), no(-230)) as told, channel_on(told) as channel:
        error = await failing(channel)
        assert isinstance(error, errors.RecipientGone)
        assert error.reason == "window"


@pytest.mark.parametrize("second", [no(-32), no(-230), no(-224), no(-211), Answer(b"")])
async def test_half_a_message_is_not_known(second: Answer) -> None:
    """The words went; sending the whole again would send them twice."""
    async with script(gives(token="t"), sent("m-1"), second) as told, channel_on(told) as channel:
        assert type(await failing(channel, OutgoingMessage("Mẫu", attachment=PDF))) is errors.OutcomeUnknown


async def test_an_upload_that_fails_sends_nothing() -> None:
    async with script(Answer(b"")) as told, channel_on(told) as channel:
        assert type(await failing(channel, OutgoingMessage("Mẫu", attachment=PDF))) is errors.ChannelDown
    async with script() as told, channel_on(told) as channel:
        odd = Attachment("cotmoc.json", "application/json", b"{}")
        assert type(await failing(channel, OutgoingMessage("Dữ liệu", attachment=odd))) is errors.ContentRejected


@pytest.mark.parametrize("given", [{}, {"message_id": None}, {"message_id": ""}, []])
async def test_taken_without_a_message_id(given: Any) -> None:
    async with script(Answer({"error": 0, "data": given})) as told, channel_on(told) as channel:
        assert type(await failing(channel)) is errors.OutcomeUnknown


@pytest.mark.parametrize("text", ["", "ă" * 2001])
async def test_what_would_be_refused_never_leaves(text: str) -> None:
    async with script() as told, channel_on(told) as channel:
        assert type(await failing(channel, OutgoingMessage(text))) is errors.ContentRejected


async def test_who_the_account_is() -> None:
    about = gives(oaid=OA, name="Cổng thông tin", package_name="Growth", num_follower=3)
    answers = [about, gives(oaid=int(OA), name="Cổng"), gives(oaid="9"), no(-205)]
    async with script(*answers) as told, channel_on(told) as channel:
        assert await channel.check() == "Cổng thông tin (Growth)"
        assert await channel.check() == "Cổng"
        for _ in range(2):
            with pytest.raises(errors.AccountRejected):
                await channel.check()


# --- what comes in ----------------------------------------------------------------------------------------------


def event(name: str = "user_send_text", at: datetime = NOW, **more: Any) -> dict[str, Any]:
    return {
        "app_id": APP,
        "sender": {"id": RESIDENT},
        "recipient": {"id": OA},
        "event_name": name,
        "message": {"text": "Xin chào", "msg_id": "m-1"},
        "timestamp": str(int(at.timestamp() * 1000)),
        **more,
    }


def signed(told: dict[str, Any], secret: str = KEYS.oa_secret) -> tuple[dict[str, str], bytes]:
    body = json.dumps(told, ensure_ascii=False).encode()
    return {"X-ZEvent-Signature": f"mac={mac(APP, body, told['timestamp'], secret)}"}, body


@pytest.fixture
async def channel() -> AsyncIterator[ZaloOaChannel]:
    async with script() as told, channel_on(told) as opened:
        yield opened


async def test_a_signed_event_is_let_in(channel: ZaloOaChannel) -> None:
    [row] = channel.receive(*signed(event()), NOW)
    assert (row.channel, row.account, row.lane) == ("zalo-oa", "main", RESIDENT)
    update = channel.read(Claimed(1, TO, row.key, row.body, 0, NOW))
    assert update is not None
    assert (update.kind, update.text) == (UpdateKind.TEXT, "Xin chào")
    await channel.noticed(update)


async def test_retries_for_half_a_day_are_the_same_update(channel: ZaloOaChannel) -> None:
    headers, body = signed(event())
    [first] = channel.receive(headers, body, NOW)
    for hours in (0.01, 1, 12, 23):
        [again] = channel.receive({**headers, "num_retry": "3"}, body, NOW + timedelta(hours=hours))
        assert again.key == first.key
    with pytest.raises(errors.Forged):
        channel.receive(headers, body, NOW + timedelta(hours=25))
    assert "clock" in channel.trouble
    channel.receive(*signed(event(at=NOW + timedelta(hours=25))), NOW + timedelta(hours=25))
    assert channel.trouble == ""


async def test_the_console_s_unsigned_look_is_answered_and_kept_nowhere(channel: ZaloOaChannel) -> None:
    assert channel.receive({}, b"{}", NOW) == []
    assert channel.receive({}, b" {}\n", NOW) == []
    for other in (b'{"a":1}', b'{"event_name":"follow"}'):
        with pytest.raises(errors.Forged):
            channel.receive({}, other, NOW)


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b"null", b"[" * 100_000])
async def test_what_is_no_event_is_malformed(channel: ZaloOaChannel, body: bytes) -> None:
    with pytest.raises(errors.Malformed):
        channel.receive({}, body, NOW)


async def test_a_changed_body_and_a_missing_signature_are_forged(channel: ZaloOaChannel) -> None:
    headers, body = signed(event())
    for given, said in ((headers, body + b" "), ({}, body), ({"X-ZEvent-Signature": "mac="}, body)):
        with pytest.raises(errors.Forged):
            channel.receive(given, said, NOW)
    assert channel.trouble == ""  # anybody can send this: it must not raise an alarm


async def test_the_wrong_secret_is_told_and_kept_out(channel: ZaloOaChannel) -> None:
    with pytest.raises(errors.Forged):
        channel.receive(*signed(event(), KEYS.app_secret), NOW)
    assert "COTMOC_ZALO_OA_SECRET" in channel.trouble
    trusting = Keys(APP, KEYS.oa_secret, KEYS.app_secret, OA, trust_app_secret=True)
    async with script() as told, channel_on(told, keys=trusting) as lenient:
        assert len(lenient.receive(*signed(event(), KEYS.app_secret), NOW)) == 1


async def test_an_event_of_another_app_is_forged(channel: ZaloOaChannel) -> None:
    with pytest.raises(errors.Forged):
        channel.receive(*signed(event(app_id="999")), NOW)
    assert "COTMOC_ZALO_APP_ID" in channel.trouble


async def test_an_event_of_another_account_is_left_aside(channel: ZaloOaChannel) -> None:
    assert channel.receive(*signed(event(recipient={"id": "777"})), NOW) == []
    assert channel.receive(*signed(event("follow", oa_id="777", follower={"id": RESIDENT})), NOW) == []


async def test_the_time_may_come_in_a_header(channel: ZaloOaChannel) -> None:
    told = event()
    del told["timestamp"]
    body, stamp = json.dumps(told).encode(), str(int(NOW.timestamp() * 1000))
    headers = {
        "x-zevent-signature": f"mac={mac(APP, body, stamp, KEYS.oa_secret)}",
        "x-zevent-timestamp": stamp,
    }
    assert len(channel.receive(headers, body, NOW)) == 1
    with pytest.raises(errors.Forged):
        channel.receive(headers, body, NOW + timedelta(hours=25))


async def test_genuine_events_that_nobody_can_use_are_acknowledged(channel: ZaloOaChannel) -> None:
    """Refused, they would come again, and in the end no event would come at all."""
    for told in (event("what_is_this"), event("oa_send_text"), event(sender=None), event("follow")):
        assert channel.receive(*signed(told), NOW) == []
    headers, body = signed(event("user_received_message", sender={"id": OA}, recipient={"id": "84987654321"}))
    assert channel.receive({**headers, "X-ZEvent-Server": "ZNS"}, body, NOW) == []


async def test_without_a_secret_nothing_is_let_in() -> None:
    async with script() as told, channel_on(told, keys=Keys(APP, "")) as channel:
        with pytest.raises(errors.Forged):
            channel.receive(*signed(event(), ""), datetime.now(UTC))
