"""How updates leave the fake Zalo Bot Platform: one a poll and never twice, or by webhook, and in which shapes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from tests.fakes.zalo_bot_client import FakeZaloBot, chat, launch

AN, BE = chat(1), chat(2)
SECRET = "s3cret-of-the-hook"
EMPTY = {"ok": False, "error_code": 408, "description": "Request timeout"}


@pytest.fixture(scope="module")
def running() -> Iterator[dict[str, str]]:
    with launch(scale=0.1) as said:
        yield said


@pytest.fixture
async def fake(running: dict[str, str]) -> AsyncIterator[FakeZaloBot]:
    async with FakeZaloBot.attach(running) as attached:
        yield attached


async def poll(fake: FakeZaloBot, seconds: Any = "1") -> dict[str, Any]:
    """The update of one poll."""
    _, body = await fake.call("getUpdates", timeout=seconds)
    assert body["ok"], body
    update: dict[str, Any] = body["result"]
    return update


# --- polling ------------------------------------------------------------------------------------------------------


async def test_one_update_a_poll_each_only_once(fake: FakeZaloBot) -> None:
    for text in ("một", "hai"):
        await fake.say(AN, text)
    assert [(await poll(fake))["message"]["text"] for _ in range(2)] == ["một", "hai"]
    assert await fake.call("getUpdates", timeout="1", offset=0) == (200, EMPTY)


@pytest.mark.parametrize("status", [200, 408])
async def test_an_empty_poll(fake: FakeZaloBot, status: int) -> None:
    await fake.set_settings(poll_status=status)
    started = time.monotonic()
    assert await fake.call("getUpdates", timeout="2") == (status, EMPTY)
    assert 0.2 <= time.monotonic() - started < 1.5
    [made] = await fake.polls()
    assert (made.timeout, made.event) == (2.0, None)


async def test_a_waiting_poll_is_answered_at_once(fake: FakeZaloBot) -> None:
    waiting = asyncio.create_task(poll(fake, "50"))
    await asyncio.sleep(0.1)
    pushed = await fake.say(AN, "xin chào")
    update = await asyncio.wait_for(waiting, 1)
    assert update["message"]["message_id"] == pushed.message_id
    assert (await fake.polls())[-1].event == pushed.event


async def test_two_pollers_share_the_updates_and_are_seen(fake: FakeZaloBot) -> None:
    waiting = [asyncio.create_task(poll(fake, "50")) for _ in range(2)]
    await asyncio.sleep(0.1)
    await fake.say(AN, "một")
    await fake.say(AN, "hai")
    got = await asyncio.gather(*waiting)
    assert {update["message"]["text"] for update in got} == {"một", "hai"}
    assert (await fake.counts()).polls_at_once == 2


@pytest.mark.parametrize(("wanted", "refused"), [("text", 1), ("number", "1"), ("any", "soon")])
async def test_the_type_of_the_timeout(fake: FakeZaloBot, wanted: str, refused: Any) -> None:
    await fake.set_settings(timeout_type=wanted)
    for given in ("0", 0, "1", 1):
        _, body = await fake.call("getUpdates", timeout=given)
        expected = 400 if wanted != "any" and type(given) is type(refused) else 408
        assert body["error_code"] == expected, given
    assert (await fake.call("getUpdates", timeout=refused))[1]["error_code"] == 400


@pytest.mark.parametrize("takes", [False, True])
async def test_a_poll_whose_client_hung_up(fake: FakeZaloBot, takes: bool) -> None:
    await fake.set_settings(dead_poll_takes=takes)
    waiting = asyncio.create_task(poll(fake, "50"))
    await asyncio.sleep(0.1)
    waiting.cancel()
    with suppress(asyncio.CancelledError):
        await waiting
    await asyncio.sleep(0.1)
    await fake.say(AN, "có ai nghe không")
    _, body = await fake.call("getUpdates", timeout="1")
    assert body["ok"] is not takes  # what the dead poll took comes never again


async def test_an_answer_to_a_poll_that_is_lost_takes_its_update_along(fake: FakeZaloBot) -> None:
    await fake.say(AN, "mất")
    await fake.say(AN, "còn")
    await fake.fault("answer_lost", methods=["getUpdates"], times=1)
    with pytest.raises(aiohttp.ClientError):
        await poll(fake)
    assert (await poll(fake))["message"]["text"] == "còn"


# --- webhook ------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Hook:
    """A webhook that keeps what it was sent and answers with ``status``."""

    url: str = ""
    status: int = 200
    seen: list[tuple[str, str | None, Any]] = field(default_factory=list)

    async def take(self, request: web.BaseRequest) -> web.StreamResponse:
        body = await request.json() if request.can_read_body else None
        self.seen.append((request.method, request.headers.get("X-Bot-Api-Secret-Token"), body))
        return web.Response(status=self.status)


@asynccontextmanager
async def hook_of() -> AsyncIterator[Hook]:
    hook = Hook()
    runner = web.ServerRunner(web.Server(hook.take, access_log=None))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    try:
        yield hook
    finally:
        await runner.cleanup()


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    async with hook_of() as opened:
        yield opened


async def set_webhook(fake: FakeZaloBot, url: str, secret: str = SECRET) -> dict[str, Any]:
    _, body = await fake.call("setWebhook", url=url, secret_token=secret)
    assert body["ok"], body
    result: dict[str, Any] = body["result"]
    return result


@pytest.mark.parametrize("envelope", ["wrapped", "flat"])
async def test_delivery_in_either_envelope(fake: FakeZaloBot, hook: Hook, envelope: str) -> None:
    await fake.set_settings(envelope=envelope, probe="none")
    assert (await set_webhook(fake, hook.url))["verification"] == {"ok": True}
    await fake.say(AN, "xin chào")
    await fake.wait_until_idle()
    [(method, secret, body)] = hook.seen
    assert (method, secret) == ("POST", SECRET)
    update = body if envelope == "flat" else body["result"]
    assert (update["event_name"], update["message"]["text"]) == ("message.text.received", "xin chào")
    assert ("ok" in body) is (envelope == "wrapped")


@pytest.mark.parametrize(
    ("probe", "seen"),
    [("signed", ("POST", SECRET, {})), ("unsigned", ("POST", None, {})), ("get", ("GET", None, None))],
)
async def test_the_address_is_probed_while_it_is_set(fake: FakeZaloBot, hook: Hook, probe: str, seen: Any) -> None:
    await fake.set_settings(probe=probe)
    assert (await set_webhook(fake, hook.url))["verification"] == {"ok": True}
    assert hook.seen == [seen]
    [delivery] = await fake.deliveries()
    assert (delivery.event, delivery.outcome) == (None, 200)


async def test_an_address_that_fails_is_stored_all_the_same(fake: FakeZaloBot, hook: Hook) -> None:
    hook.status = 500
    result = await set_webhook(fake, hook.url)
    assert result["verification"]["ok"] is False
    assert result["url"] == hook.url
    assert (await fake.call("getWebhookInfo"))[1]["result"]["url"] == hook.url
    await fake.set_settings(verification="fail", probe="none")
    assert (await set_webhook(fake, hook.url))["verification"]["ok"] is False
    await fake.set_settings(verification="absent")
    assert "verification" not in await set_webhook(fake, hook.url)


@pytest.mark.parametrize(
    ("url", "secret"),
    [("", SECRET), ("https://a.example/h", ""), ("https://a.example/h", "short"), ("ftp://a.example", SECRET)],
)
async def test_a_webhook_that_is_refused(fake: FakeZaloBot, url: str, secret: str) -> None:
    _, body = await fake.call("setWebhook", url=url, secret_token=secret)
    assert body["error_code"] == 400
    assert (await fake.state())["webhook"] is None


@pytest.mark.parametrize(
    "url", ["http://a.example/h", "https://127.0.0.1/h", "https://10.0.0.3/h", "https://localhost"]
)
async def test_public_https_when_the_platform_insists(fake: FakeZaloBot, url: str) -> None:
    await fake.set_settings(require_public=True, probe="none")
    assert (await fake.call("setWebhook", url=url, secret_token=SECRET))[1]["error_code"] == 400
    await set_webhook(fake, "https://bot.example/h")


@pytest.mark.parametrize(("reading", "code"), [("empty", 408), ("refuse", 400)])
async def test_polling_is_useless_while_a_webhook_is_set(
    fake: FakeZaloBot, hook: Hook, reading: str, code: int
) -> None:
    await fake.set_settings(poll_under_webhook=reading, probe="none")
    await fake.say(AN, "trước")
    await set_webhook(fake, hook.url)
    await fake.say(AN, "sau")
    assert (await fake.call("getUpdates", timeout="1"))[1]["error_code"] == code
    await fake.wait_until_idle()
    assert [body["result"]["message"]["text"] for _, _, body in hook.seen] == ["trước", "sau"]
    _, body = await fake.call("deleteWebhook")
    assert body["result"]["url"] == ""
    await fake.say(AN, "lại hỏi")
    assert (await poll(fake))["message"]["text"] == "lại hỏi"
    assert len(hook.seen) == 2


async def test_what_the_webhook_missed_is_gone_unless_tries_are_ordered(fake: FakeZaloBot, hook: Hook) -> None:
    await set_webhook(fake, hook.url)
    hook.status = 503
    await fake.say(AN, "mất")
    await fake.wait_until_idle()
    assert (await fake.counts()).undelivered == 1
    await fake.set_settings(webhook_tries=3, webhook_retry_ms=10)
    await fake.say(AN, "ba lần")
    await fake.wait_until_idle()
    assert [each.attempt for each in await fake.deliveries()][-3:] == [1, 2, 3]


async def test_duplicates_by_order(fake: FakeZaloBot, hook: Hook) -> None:
    await fake.set_settings(probe="none")
    await set_webhook(fake, hook.url)
    await fake.duplicate_next(1)
    pushed = await fake.say(AN, "hai lần")
    await fake.wait_until_idle()
    await fake.redeliver(pushed.event)
    await fake.say(AN, "một lần")
    await fake.wait_until_idle()
    texts = [body["result"]["message"]["text"] for _, _, body in hook.seen]
    assert texts == ["hai lần"] * 3 + ["một lần"]


# --- shapes -------------------------------------------------------------------------------------------------------


async def test_the_shape_of_a_text(fake: FakeZaloBot) -> None:
    pushed = await fake.say(AN, "Xin chào", display_name="Ted")
    update = await poll(fake)
    message = update["message"]
    assert abs(message.pop("date") / 1000 - time.time()) < 5
    assert update == {
        "event_name": "message.text.received",
        "message": {
            "from": {"id": AN, "display_name": "Ted", "is_bot": False},
            "chat": {"id": AN, "chat_type": "PRIVATE"},
            "text": "Xin chào",
            "message_id": pushed.message_id,
        },
    }


@pytest.mark.parametrize("spelling", ["photo", "photo_url"])
async def test_a_photo_in_either_spelling(fake: FakeZaloBot, spelling: str) -> None:
    await fake.set_settings(photo_field=spelling, message_type=True)
    await fake.send_photo(AN, "xem giúp")
    update = await poll(fake)
    assert update["event_name"] == "message.image.received"
    assert update["message"][spelling].startswith("https://")
    assert not {"photo", "photo_url"} - {spelling} & update["message"].keys()
    assert (update["message"]["caption"], update["message"]["message_type"]) == ("xem giúp", "CHAT_MESSAGE")


async def test_the_other_kinds(fake: FakeZaloBot) -> None:
    await fake.set_settings(date_unit="s")
    await fake.send_sticker(AN)
    await fake.send_voice(AN)
    await fake.send_unsupported(AN)
    await fake.send_unsupported(AN, bare=True)
    await fake.push("link", chat_id=AN, text="https://x.vn")
    await fake.push("text", chat_id="nhom", from_id=BE, group=True, text="@bot ơi", without=["message_id"])
    await fake.push_raw({"event_name": "something.new"})
    sticker, voice, unsupported, bare, link, group, raw = [await poll(fake) for _ in range(7)]
    assert {"sticker", "url"} <= sticker["message"].keys()
    assert "voice_url" in voice["message"]
    assert set(unsupported["message"]) == {"message_id", "date", "from", "chat"}
    assert unsupported["message"]["date"] < 1e12
    assert bare == {"event_name": "message.unsupported.received"}
    assert link["event_name"] == "message.link.received"
    assert (group["message"]["chat"], group["message"]["from"]["id"]) == ({"id": "nhom", "chat_type": "GROUP"}, BE)
    assert "message_id" not in group["message"]
    assert raw == {"event_name": "something.new"}
