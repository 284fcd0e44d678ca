"""The fake Official Account: signed deliveries, retries, duplicates, echoes, and every event there is."""

from __future__ import annotations

import asyncio
import hashlib
import json
import unicodedata
from collections.abc import AsyncIterator, Iterator
from itertools import pairwise
from typing import Any

import pytest
from aiohttp import web

from tests.fakes.zalo_oa.actions import MEDIA
from tests.fakes.zalo_oa_client import FakeZaloOa, FakeZaloOaError, launch, resident

SCALE = 0.0005  # 30 s, 5 min, 15 min … become 15 ms, 150 ms, 450 ms …
AN = resident(1)
VECTOR = (
    '{"app_id":"1234567890123456789","sender":{"id":"2468458835296117922"},"user_id_by_app":"552177279717587730",'
    '"recipient":{"id":"388613280878808645"},"event_name":"user_send_text",'
    '"message":{"text":"Xin chào","msg_id":"96d3cdf3af150460909"},"timestamp":"1760000000000"}'
)
VECTOR_MAC = "cae8ef4093fe636fb22417260c57b07518dd704d8bf74800d1a7297f99a67b76"


@pytest.fixture(scope="module")
def running() -> Iterator[dict[str, str]]:
    with launch(scale=SCALE, receipts="none") as said:
        yield said


@pytest.fixture
async def fake(running: dict[str, str]) -> AsyncIterator[FakeZaloOa]:
    async with FakeZaloOa.attach(running) as attached:
        yield attached


class Hook:
    """A webhook that notes what comes in and answers with the statuses in ``script``, then with 200."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, bytes, dict[str, str]]] = []
        self.script: list[int] = []
        self.slow = 0.0
        self.url = ""

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        self.seen.append((request.method, await request.read(), dict(request.headers)))
        if self.slow:
            await asyncio.sleep(self.slow)
        return web.Response(status=self.script.pop(0) if self.script else 200)

    @property
    def bodies(self) -> list[Any]:
        return [json.loads(body) for _, body, _ in self.seen]

    @property
    def names(self) -> list[str]:
        return [body["event_name"] for body in self.bodies]


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    opened = Hook()
    runner = web.ServerRunner(web.Server(opened.handle, access_log=None), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    opened.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hooks/zalo-oa/main"
    yield opened
    await runner.cleanup()


@pytest.fixture
async def heard(fake: FakeZaloOa, hook: Hook) -> Hook:
    """The hook, saved in the console and past its look at it."""
    assert (await fake.set_webhook(hook.url)).saved
    hook.seen.clear()
    return hook


def mac_by_hand(fake: FakeZaloOa, body: bytes, timestamp: str, secret: str = "", first: str = "") -> str:
    pieces = [(first or fake.app_id).encode(), body, timestamp.encode(), (secret or fake.oa_secret).encode()]
    return "mac=" + hashlib.sha256(b"".join(pieces)).hexdigest()


async def test_the_body_is_signed_as_the_test_vector_says(fake: FakeZaloOa, heard: Hook) -> None:
    await fake.push("raw", text=VECTOR, timestamp="1760000000000")
    await fake.wait_until_idle()
    [(_, body, headers)] = heard.seen
    assert (body, len(body)) == (VECTOR.encode(), 268)
    assert headers["X-ZEvent-Signature"] == f"mac={VECTOR_MAC}"
    assert headers["Content-Type"] == "application/json"


async def test_a_text_has_the_documented_envelope(fake: FakeZaloOa, heard: Hook) -> None:
    await fake.set_clock(1_760_000_000)
    pushed = await fake.say("2468458835296117922", "Xin chào")
    await fake.wait_until_idle()
    [(_, body, headers)] = heard.seen
    wanted = json.loads(VECTOR)
    wanted["message"]["msg_id"] = pushed.message_id
    wanted["user_id_by_app"] = json.loads(body)["user_id_by_app"]
    assert body == json.dumps(wanted, ensure_ascii=False, separators=(",", ":")).encode()
    assert headers["X-ZEvent-Signature"] == mac_by_hand(fake, body, "1760000000000")
    assert "X-ZEvent-Timestamp" not in headers
    assert "num_retry" not in headers


@pytest.mark.parametrize("signature", ["app_secret", "oa_id_first", "wrong_key", "absent"])
async def test_other_signatures_can_be_chosen(fake: FakeZaloOa, heard: Hook, signature: str) -> None:
    await fake.set_settings(signature=signature)
    await fake.say(AN, "x")
    await fake.wait_until_idle()
    [(_, body, headers)] = heard.seen
    stamp = json.loads(body)["timestamp"]
    said = headers.get("X-ZEvent-Signature")
    by_app, by_oa = mac_by_hand(fake, body, stamp, fake.app_secret), mac_by_hand(fake, body, stamp, first=fake.oa_id)
    assert said != mac_by_hand(fake, body, stamp)
    assert (said is None, said == by_app, said == by_oa) == (
        signature == "absent",
        signature == "app_secret",
        signature == "oa_id_first",
    )


async def test_the_signed_time_may_be_in_a_header(fake: FakeZaloOa, heard: Hook) -> None:
    await fake.set_settings(signed_time="both")
    await fake.say(AN, "x", age=60)
    await fake.wait_until_idle()
    await fake.set_settings(signed_time="header")
    await fake.say(AN, "x", age=60)
    await fake.wait_until_idle()
    for place, (_, body, headers) in enumerate(heard.seen):
        stamp = headers["X-ZEvent-Timestamp"]
        assert (stamp == json.loads(body)["timestamp"]) is (place == 0)
        assert headers["X-ZEvent-Signature"] == mac_by_hand(fake, body, stamp)


@pytest.mark.parametrize(("probe", "verbs"), [("post", ["POST"]), ("both", ["POST", "GET"]), ("none", [])])
async def test_the_console_looks_before_it_saves(fake: FakeZaloOa, hook: Hook, probe: str, verbs: list[str]) -> None:
    await fake.set_settings(probe=probe)
    hook.script = [403]
    saved = await fake.set_webhook(hook.url)
    assert (saved.saved, saved.status) == ((False, 403) if verbs else (True, 200))
    hook.script = []
    hook.seen.clear()
    assert (await fake.set_webhook(hook.url)).saved
    assert [verb for verb, _, _ in hook.seen] == verbs
    for verb, body, headers in hook.seen:
        assert body == (b"{}" if verb == "POST" else b"")
        assert "X-ZEvent-Signature" not in headers
    await fake.set_webhook("")
    await fake.say(AN, "x")
    assert (await fake.counts()).unheard == 1


async def test_an_address_where_nobody_listens_is_not_saved(fake: FakeZaloOa) -> None:
    assert not (await fake.set_webhook("http://127.0.0.1:9/hook")).saved
    assert (await fake.state())["webhook"] is None
    with pytest.raises(FakeZaloOaError, match="no webhook"):
        await fake.duplicate_next(1)


async def test_what_is_not_answered_with_200_comes_again_with_its_number(fake: FakeZaloOa, heard: Hook) -> None:
    heard.script = [500, 403, 302]
    pushed = await fake.say(AN, "x")
    await fake.wait_for_deliveries(4)
    assert [headers.get("num_retry") for _, _, headers in heard.seen] == [None, "1", "2", "3"]
    assert len({body for _, body, _ in heard.seen}) == 1
    tries = await fake.deliveries()
    assert [(each.event, each.num_retry, each.outcome) for each in tries] == [
        (pushed.event, number, status) for number, status in enumerate((500, 403, 302, 200))
    ]
    waits = [later.started - before.finished for before, later in pairwise(tries)]
    for wait, seconds in zip(waits, (30, 300, 900), strict=True):
        assert wait >= 0.9 * seconds * SCALE  # a clock may be late by a tick


async def test_after_the_last_try_nothing_more_is_delivered(fake: FakeZaloOa, heard: Hook) -> None:
    await fake.set_settings(scale=0.00001)
    heard.script = [500] * 6
    await fake.say(AN, "x")
    await fake.wait_until_idle()
    assert [each.num_retry for each in await fake.deliveries()] == [0, 1, 2, 3, 4, 5]
    await fake.say(AN, "y")
    assert (await fake.state())["unsubscribed"]
    assert (await fake.counts()).undelivered == 2
    assert (await fake.set_webhook(heard.url)).saved
    await fake.say(AN, "z")
    await fake.wait_until_idle()
    assert heard.bodies[-1]["message"]["text"] == "z"


async def test_only_failures_to_connect_are_tried_again_when_wanted(fake: FakeZaloOa, heard: Hook) -> None:
    await fake.set_settings(retry_on="connection")
    heard.script = [500]
    await fake.say(AN, "x")
    await fake.wait_until_idle()
    assert len(heard.seen) == 1


async def test_a_slow_endpoint_is_asked_again(hook: Hook) -> None:
    async with FakeZaloOa.start(scale=SCALE, answer_limit=0.05) as fake:
        await fake.set_webhook(hook.url)
        hook.slow = 0.2
        await fake.say(AN, "x")
        first = (await fake.wait_for_deliveries(1))[0]
        hook.slow = 0.0
        await fake.wait_until_idle()
        assert isinstance(first.outcome, str)
        assert (await fake.deliveries())[-1].outcome == 200


async def test_duplicates_and_old_events_come_on_request(fake: FakeZaloOa, heard: Hook) -> None:
    await fake.duplicate_next(1)
    first = await fake.say(AN, "x")
    await fake.say(AN, "y")
    await fake.wait_until_idle()
    assert first.event is not None
    await fake.redeliver(first.event)
    await fake.wait_until_idle()
    assert [body["message"]["text"] for body in heard.bodies] == ["x", "x", "y", "x"]
    assert len({body for _, body, _ in heard.seen}) == 2


async def test_one_resident_is_heard_in_order_unless_disorder_is_wanted(fake: FakeZaloOa, heard: Hook) -> None:
    texts = [str(number) for number in range(12)]
    for disorder in (0.0, 60.0):
        await fake.set_settings(disorder_ms=disorder)
        heard.seen.clear()
        await fake.order("events", events=[{"kind": "text", "resident_id": AN, "text": each} for each in texts])
        await fake.wait_until_idle()
        came = [body["message"]["text"] for body in heard.bodies]
        assert sorted(came, key=int) == texts
        assert (came == texts) is (disorder == 0)


async def test_own_sends_come_back_and_are_received_and_seen(fake: FakeZaloOa, heard: Hook) -> None:
    await fake.know(1, first=int(AN))
    await fake.set_settings(receipts="seen")
    message_id = (await fake.write_to(AN, "Xin chào"))["data"]["message_id"]
    await fake.wait_until_idle()
    assert heard.names == ["oa_send_text", "user_received_message", "user_seen_message"]
    echo, received, seen = heard.bodies
    assert echo["message"] == {"text": "Xin chào", "msg_id": message_id}
    assert received["message"] == {"msg_id": message_id}
    assert seen["message"] == {"msg_ids": [message_id]}
    for body in heard.bodies:
        assert (body["sender"], body["recipient"]) == ({"id": fake.oa_id}, {"id": AN})
    heard.seen.clear()
    await fake.set_settings(echo=False)
    await fake.set_resident(AN, on_phone=False)
    await fake.write_to(AN, "x")
    await fake.push("staff_text", AN, text="Tôi là cán bộ trực")
    await fake.receive(AN, message_id)
    await fake.see(AN, message_id, "other")
    await fake.wait_until_idle()
    assert heard.names == ["oa_send_text", "user_received_message", "user_seen_message"]
    assert "admin_id" in heard.bodies[0]["sender"]
    assert heard.bodies[2]["message"]["msg_ids"] == [message_id, "other"]


async def test_a_group_send_comes_back_too(fake: FakeZaloOa, heard: Hook) -> None:
    await fake.set_group("g1")
    body = {"recipient": {"group_id": "g1"}, "message": {"text": "Họp thôn"}}
    await fake.post("/v3.0/oa/group/message", body)
    await fake.push("group_text", AN, group_id="g1", text="Vâng")
    await fake.wait_until_idle()
    assert heard.names == ["oa_send_group_text", "user_send_group_text"]
    assert [each["recipient"]["id"] for each in heard.bodies] == ["g1", "g1"]


@pytest.mark.parametrize("kind", MEDIA)
async def test_every_kind_of_media_carries_its_attachment(fake: FakeZaloOa, heard: Hook, kind: str) -> None:
    pushed = await fake.send_media(AN, kind)
    await fake.send_media(AN, kind, no_id=True)
    await fake.wait_until_idle()
    body, without = heard.bodies
    assert body["event_name"] == f"user_send_{kind}"
    assert body["message"]["msg_id"] == pushed.message_id
    assert "msg_id" not in without["message"]
    [attachment] = body["message"]["attachments"]
    assert attachment["type"] == ("link" if kind == "business_card" else kind)
    assert attachment["payload"]


async def test_events_about_a_resident_have_their_own_envelopes(fake: FakeZaloOa, heard: Hook) -> None:
    await fake.follow(AN, source="message_invite")
    await fake.unfollow(AN)
    await fake.push("chatnow", AN)
    await fake.withdraw(AN)
    await fake.submit_info(AN)
    await fake.submit_info(AN, flat=True)
    await fake.push("react", AN, message_id="a1")
    await fake.wait_until_idle()
    follow, unfollow, chatnow, withdraw, info, flat, reaction = heard.bodies
    assert (follow["follower"], follow["source"], "sender" in follow) == ({"id": AN}, "message_invite", False)
    assert unfollow["event_name"] == "unfollow"
    assert (chatnow["event_name"], chatnow["user_id"]) == ("user_click_chatnow", AN)
    assert (withdraw["event_name"], withdraw["user_id"]) == ("user_withdraw", AN)
    assert "full_address" in info["info"]
    assert "ward" in flat["info"]
    assert (reaction["event_name"], reaction["message"]["msg_id"]) == ("user_reacted_message", "a1")


async def test_receipts_by_phone_strangers_and_what_nobody_has_heard_of(fake: FakeZaloOa, heard: Hook) -> None:
    await fake.push("received_by_phone", phone="84912345678", message_id="m1", tracking_id="order-1")
    await fake.push("anonymous_text", conversation_id="c1", text="Chào")
    await fake.unknown_event("change_oa_daily_quota", quota={"daily": 5})
    await fake.push_raw({"event_name": "strange", "timestamp": 176000000000})
    await fake.wait_until_idle()
    by_name = {json.loads(body)["event_name"]: (json.loads(body), headers) for _, body, headers in heard.seen}
    assert by_name["user_received_message"][1]["X-ZEvent-Server"] == "ZNS"
    assert by_name["user_received_message"][0]["recipient"]["id"] == "84912345678"
    assert by_name["anonymous_send_text"][0]["message"]["conversation_id"] == "c1"
    assert by_name["change_oa_daily_quota"][0]["quota"] == {"daily": 5}
    body, headers = by_name["strange"]
    raw = json.dumps(body, separators=(",", ":")).encode()
    assert headers["X-ZEvent-Signature"] == mac_by_hand(fake, raw, "176000000000")


async def test_text_may_be_decomposed_escaped_and_numbers_may_be_numbers(fake: FakeZaloOa, heard: Hook) -> None:
    await fake.set_settings(nfd=True, escape=True, numbers="swapped")
    await fake.say(AN, "Cửa khẩu Dinh Bà")
    await fake.send_media(AN, "location", latitude=10.5)
    await fake.wait_until_idle()
    (_, raw, headers), (_, _, _) = heard.seen
    text, location = heard.bodies
    assert raw.isascii()
    assert text["message"]["text"] == unicodedata.normalize("NFD", "Cửa khẩu Dinh Bà")
    assert isinstance(text["timestamp"], int)
    assert headers["X-ZEvent-Signature"] == mac_by_hand(fake, raw, str(text["timestamp"]))
    assert location["message"]["attachments"][0]["payload"]["coordinates"]["latitude"] == 10.5


async def test_events_can_be_switched_off_in_the_console(fake: FakeZaloOa, heard: Hook) -> None:
    await fake.mute("follow")
    await fake.set_settings(hash_only=True)
    await fake.follow(AN)
    await fake.say(AN, "lệ phí")
    await fake.say(AN, "#hoi lệ phí")
    await fake.wait_until_idle()
    assert [body["message"]["text"] for body in heard.bodies] == ["#hoi lệ phí"]


async def test_the_journal_tells_which_event_a_send_came_after(fake: FakeZaloOa, heard: Hook) -> None:
    pushed = await fake.say(AN, "x")
    await fake.wait_until_idle()
    await fake.write_to(AN, "y")
    [act] = await fake.sends(AN)
    assert act.event == pushed.event


async def test_a_crowd_writes_at_a_rate(fake: FakeZaloOa, heard: Hook) -> None:
    await fake.bulk(5, ["lệ phí", "giờ mở cửa"], each=2, rate=200)
    await fake.wait_for_deliveries(10)
    assert len({body["sender"]["id"] for body in heard.bodies}) == 5
    assert {body["message"]["text"] for body in heard.bodies} == {"lệ phí", "giờ mở cửa"}
