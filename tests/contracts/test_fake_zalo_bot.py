"""The fake Zalo Bot Platform by plain HTTP: envelopes, sends, refusals, quotas and scripted misfortune."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp
import pytest

from tests.fakes.zalo_bot_client import FakeZaloBot, FakeZaloBotError, chat, launch

AN, BE = chat(1), chat(2)


@pytest.fixture(scope="module")
def running() -> Iterator[dict[str, str]]:
    with launch() as said:
        yield said


@pytest.fixture
async def fake(running: dict[str, str]) -> AsyncIterator[FakeZaloBot]:
    async with FakeZaloBot.attach(running) as attached:
        await attached.know(AN)
        yield attached


def no(code: int, description: str) -> dict[str, Any]:
    return {"ok": False, "error_code": code, "description": description}


# --- what is answered ---------------------------------------------------------------------------------------------


async def test_get_me(fake: FakeZaloBot) -> None:
    status, body = await fake.call("getMe")
    result = {
        "id": "1459232241454765289",
        "account_name": "bot.FakeInfo",
        "account_type": "BASIC",
        "can_join_groups": False,
    }
    assert (status, body) == (200, {"ok": True, "result": result})


async def test_a_send_is_answered_with_its_id_and_stands_in_the_journal(fake: FakeZaloBot) -> None:
    pushed = await fake.say(AN, "xin chào")
    assert (await fake.call("getUpdates", timeout="1"))[1]["ok"]
    status, body = await fake.call("sendMessage", chat_id=AN, text="Chào bà con", parse_mode="markdown")
    assert (status, body["ok"]) == (200, True)
    assert re.fullmatch(r"[0-9a-f]{20}", body["result"]["message_id"])
    assert abs(body["result"]["date"] / 1000 - time.time()) < 5
    [act] = await fake.sends()
    assert (act.method, act.chat_id, act.text, act.event) == ("sendMessage", AN, "Chào bà con", pushed.event)
    assert act.message_id == body["result"]["message_id"]
    assert act.parameters == ["chat_id", "parse_mode", "text"]
    assert (await fake.counts()).answers["sendMessage 200"] == 1


async def test_every_kind_of_send(fake: FakeZaloBot) -> None:
    for method, parameters in (
        ("sendPhoto", {"photo": "https://anh.example/a.jpg", "caption": "bản đồ"}),
        ("sendSticker", {"sticker": "0e078a2fb66a5f34067b"}),
        ("sendVoice", {"voice_url": "https://anh.example/a.aac"}),
    ):
        assert (await fake.call(method, chat_id=AN, **parameters))[1]["ok"], method
    acts = await fake.sends(AN)
    assert [(act.method, act.text, act.content) for act in acts] == [
        ("sendPhoto", "bản đồ", "https://anh.example/a.jpg"),
        ("sendSticker", "", "0e078a2fb66a5f34067b"),
        ("sendVoice", "", "https://anh.example/a.aac"),
    ]
    assert (await fake.call("sendChatAction", chat_id=AN, action="typing")) == (200, {"ok": True})
    assert [act.method for act in await fake.acts()] == ["sendChatAction"]


async def test_parameters_are_read_from_query_form_multipart_and_json_alike(fake: FakeZaloBot) -> None:
    url = f"{fake.url}/bot{fake.token}/sendMessage"
    text = "Đường 100% & = + ữ"
    multipart = aiohttp.FormData(default_to_multipart=True)
    multipart.add_field("chat_id", AN)
    multipart.add_field("text", text)
    given: dict[str, str] = {"chat_id": AN, "text": text}
    async with aiohttp.ClientSession() as session:
        for arguments in ({"params": given}, {"data": given}, {"data": multipart}, {"json": given}):
            async with session.post(url, **arguments) as answer:
                assert (await answer.json())["ok"]
        async with session.get(url, params=given) as answer:
            assert (await answer.json())["ok"]
    assert [act.text for act in await fake.sends()] == [text] * 5


# --- what is refused ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "parameters", "description"),
    [
        ("sendMessage", {"text": ""}, "The text must not be empty"),
        ("sendMessage", {"text": 5}, "The text must be a string"),
        ("sendMessage", {"text": "x" * 2001}, "The text is longer than 2000 characters"),
        ("sendMessage", {"text": "😀" * 1001}, "The text is longer than 2000 characters"),
        ("sendMessage", {"text": "x", "chat_id": ""}, "The chat_id must not be empty"),
        ("sendMessage", {"text": "x", "chat_id": BE}, "chat not found"),
        ("sendMessage", {"text": "x", "parse_mode": "MarkdownV2"}, "The parse_mode is not known"),
        ("sendPhoto", {"photo": "AgACAgUAAxk"}, "The photo must be a URL"),
        ("sendPhoto", {"photo": "https://x.vn/a.jpg", "caption": "x" * 2001}, "The caption is longer than 2000 ch"),
        ("sendChatAction", {"action": "upload_photo"}, "The action is not supported"),
    ],
)
async def test_wrong_parameters(fake: FakeZaloBot, method: str, parameters: dict[str, Any], description: str) -> None:
    status, body = await fake.call(method, **{"chat_id": AN, **parameters})
    assert (status, body["ok"], body["error_code"]) == (200, False, 400)
    assert body["description"].startswith(description)
    assert await fake.sends() == []


async def test_the_longest_text_passes(fake: FakeZaloBot) -> None:
    assert (await fake.call("sendMessage", chat_id=AN, text="ữ" * 2000))[1]["ok"]


async def test_bodies_that_cannot_be_read(fake: FakeZaloBot) -> None:
    url = f"{fake.url}/bot{fake.token}/sendMessage"
    async with aiohttp.ClientSession() as session:
        for raw in (b"{", b"[]"):
            async with session.post(url, data=raw, headers={"Content-Type": "application/json"}) as answer:
                assert (await answer.json())["error_code"] == 400


async def test_a_wrong_token_and_a_wrong_method(fake: FakeZaloBot) -> None:
    assert await fake.call("getMe", token="1:wrong") == (200, no(401, "Unauthorized"))
    assert await fake.call("getme") == (200, no(404, "Not Found"))  # the case counts
    await fake.set_settings(error_status="code", wrong_token=403)
    assert await fake.call("getMe", token="1:wrong") == (403, no(403, "Forbidden"))
    await fake.set_settings(wrong_token=404, wrong_token_text=True)
    status, body = await fake.call("getMe", token="1:wrong")
    assert (status, "<html>" in body) == (404, True)
    async with aiohttp.ClientSession() as session, session.get(f"{fake.url}/elsewhere") as answer:
        assert answer.status == 404


@pytest.mark.parametrize(("code", "words"), [(400, "blocked by the user"), (403, "Forbidden")])
async def test_chats_that_cannot_be_written_to(fake: FakeZaloBot, code: int, words: str) -> None:
    await fake.set_settings(blocked_chat=code)
    await fake.set_chat(AN, "blocked")
    assert (await fake.call("sendMessage", chat_id=AN, text="x"))[1] == no(code, words)
    await fake.set_chat(AN, "gone")
    assert (await fake.call("sendMessage", chat_id=AN, text="x"))[1] == no(400, "chat not found")
    await fake.set_settings(unknown_chat=0)
    assert (await fake.call("sendMessage", chat_id=BE, text="x"))[1]["ok"]


async def test_the_months_quota(fake: FakeZaloBot) -> None:
    await fake.set_settings(message_quota=2)
    for _ in range(2):
        assert (await fake.call("sendMessage", chat_id=AN, text="x"))[1]["ok"]
    async with aiohttp.ClientSession() as session:
        url = f"{fake.url}/bot{fake.token}/sendMessage"
        async with session.post(url, json={"chat_id": AN, "text": "x"}) as answer:
            assert (answer.status, await answer.json()) == (200, no(429, "Quota exceeded"))
            assert "Retry-After" not in answer.headers
    assert (await fake.state())["sent_this_month"] == 2
    await fake.new_month()
    assert (await fake.call("sendMessage", chat_id=AN, text="x"))[1]["ok"]
    assert len(await fake.sends()) == 3


async def test_the_quota_of_chats(fake: FakeZaloBot) -> None:
    await fake.set_settings(chat_quota=1)
    await fake.say(BE, "tôi là người thứ hai")
    assert (await fake.call("getUpdates", timeout="1"))[1]["ok"]
    assert (await fake.call("sendMessage", chat_id=BE, text="x"))[1] == no(429, "Quota exceeded")
    assert (await fake.call("sendMessage", chat_id=AN, text="x"))[1]["ok"]
    await fake.set_settings(over_chats="silent")
    await fake.say(BE, "không tới được")
    assert (await fake.call("getUpdates", timeout="0"))[1] == no(408, "Request timeout")


# --- scripted misfortune ------------------------------------------------------------------------------------------


async def send(fake: FakeZaloBot) -> tuple[int, Any]:
    return await fake.call("sendMessage", chat_id=AN, text="x")


async def test_a_refusal_by_order(fake: FakeZaloBot) -> None:
    await fake.fault("refused", times=1)
    await fake.fault("refused", code=403, status=403, times=1)
    assert await send(fake) == (200, no(429, "Quota exceeded"))
    assert await send(fake) == (403, no(403, "Forbidden"))
    assert (await send(fake))[1]["ok"]
    assert await fake.clear_faults() == [{"kind": "refused", "hits": 1}] * 2


async def test_a_server_error_in_json_and_in_words(fake: FakeZaloBot) -> None:
    await fake.fault("server_error", status=503, times=1)
    await fake.fault("server_error", status=502, as_text=True, times=1)
    assert await send(fake) == (503, no(503, "Service Unavailable"))
    status, body = await send(fake)
    assert (status, body) == (502, "<html><body>502 Bad Gateway</body></html>")
    assert await fake.sends() == []


@pytest.mark.parametrize("silent", [False, True])
async def test_an_answer_lost_after_acceptance(fake: FakeZaloBot, silent: bool) -> None:
    await fake.fault("answer_lost", silent=silent, ms=50, times=1)
    with pytest.raises(aiohttp.ClientError):
        await send(fake)
    [act] = await fake.sends()
    assert not act.answered
    counts = await fake.counts()
    assert (counts.unanswered, counts.hangups) == (1, 1)


async def test_a_hang_up_and_a_silence_accept_nothing(fake: FakeZaloBot) -> None:
    await fake.fault("hangup", times=1)
    await fake.fault("timeout", ms=30, times=1)
    for _ in range(2):
        with pytest.raises(aiohttp.ClientError):
            await send(fake)
    assert await fake.sends() == []


@pytest.mark.parametrize(("accepted", "sends"), [(True, 1), (False, 0)])
async def test_half_an_answer(fake: FakeZaloBot, accepted: bool, sends: int) -> None:
    await fake.fault("malformed", accepted=accepted, times=1)
    with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
        await send(fake)
    assert len(await fake.sends()) == sends


async def test_a_slow_picture_and_a_slow_answer(fake: FakeZaloBot) -> None:
    await fake.set_settings(photo_ms=120)
    started = time.monotonic()
    assert (await fake.call("sendPhoto", chat_id=AN, photo="https://x.vn/a.jpg"))[1]["ok"]
    assert time.monotonic() - started >= 0.12
    await fake.fault("latency", ms=120, methods=["getMe"])
    started = time.monotonic()
    await fake.call("getMe")
    assert time.monotonic() - started >= 0.12
    started = time.monotonic()
    await send(fake)
    assert time.monotonic() - started < 0.12


async def test_a_fault_for_one_chat_only(fake: FakeZaloBot) -> None:
    await fake.know(BE)
    await fake.fault("refused", chat_id=BE)
    assert (await send(fake))[1]["ok"]
    assert (await fake.call("sendMessage", chat_id=BE, text="x"))[1]["error_code"] == 429


# --- the control interface ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verb", "order"),
    [
        ("nothing", {}),
        ("events", {"events": [{"kind": "poll", "chat_id": "x"}]}),
        ("events", {"events": [{"kind": "text", "chat_id": "x", "txt": "x"}]}),
        ("faults", {"faults": [{"kind": "explosion"}]}),
        ("faults", {"faults": [{"kind": "refused", "hits": 1}]}),
        ("settings", {"nothing": 1}),
        ("settings", {"token": "1:x"}),
        ("settings", {"poll_status": 204}),
        ("settings", {"envelope": 1}),
        ("chats", {"chats": [{"chat_id": "x", "state": "asleep"}]}),
        ("redeliver", {"event": 1}),
    ],
)
async def test_a_mistake_of_the_test_is_told(fake: FakeZaloBot, verb: str, order: dict[str, Any]) -> None:
    with pytest.raises(FakeZaloBotError):
        await fake.order(verb, **order)


async def test_waiting_for_sends(fake: FakeZaloBot) -> None:
    with pytest.raises(TimeoutError):
        await fake.wait_for(1, 0.05)
    waiting = asyncio.create_task(fake.wait_for(1, 5, chat_id=AN))
    await asyncio.sleep(0.02)
    await send(fake)
    assert [act.text for act in await waiting] == ["x"]


async def test_options_of_the_command_line() -> None:
    async with FakeZaloBot.start(token="7:other", poll_status=408, wrong_token_text=True, scale=0.01) as fake:
        assert fake.token == "7:other"
        status, body = await fake.call("getUpdates", timeout="30")
        assert (status, body["error_code"]) == (408, 408)
    with pytest.raises(FakeZaloBotError):
        async with FakeZaloBot.start(envelope="round"):
            pass
