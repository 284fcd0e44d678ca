"""The fake Official Account: windows, prices, quotas, night, templates, articles and calls a minute."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp
import pytest

from tests.fakes.zalo_oa_client import DAY, HOUR, FakeZaloOa, launch, resident

NOON = 1_760_000_400.0 - 1_760_000_400 % 86400 + 5 * 3600  # 12:00 in Việt Nam
AN = resident(1)
ARTICLE = {
    "type": "normal",
    "title": "Tin tháng 11",
    "author": "Ban quản lý cửa khẩu",
    "description": "Tóm tắt",
    "cover": {"cover_type": "photo", "photo_url": "https://example.com/cover.jpg", "status": "show"},
    "body": [{"type": "text", "content": "Đoạn 1"}, {"type": "image", "url": "https://example.com/1.jpg"}],
    "status": "show",
    "comment": "hide",
}


@pytest.fixture(scope="module")
def running() -> Iterator[dict[str, str]]:
    with launch() as said:
        yield said


@pytest.fixture
async def fake(running: dict[str, str]) -> AsyncIterator[FakeZaloOa]:
    async with FakeZaloOa.attach(running) as attached:
        await attached.set_clock(NOON)
        await attached.know(1, first=int(AN))
        yield attached


# -- windows and prices


async def test_seven_days_after_the_last_interaction_the_window_is_shut(fake: FakeZaloOa) -> None:
    await fake.advance(7 * DAY)
    assert (await fake.write_to(AN, "x"))["error"] == 0
    await fake.advance(1)
    said = await fake.write_to(AN, "x")
    assert said == {"error": -230, "message": "User has not interacted with the OA in the past 7 days"}
    await fake.set_settings(window_code=-232)
    assert (await fake.write_to(AN, "x"))["error"] == -232


@pytest.mark.parametrize(
    ("act", "opens"),
    [("text", True), ("sticker", True), ("follow", True), ("chatnow", True), ("unfollow", False), ("withdraw", False)],
)
async def test_only_interactions_open_the_window_again(fake: FakeZaloOa, act: str, opens: bool) -> None:
    await fake.advance(8 * DAY)
    await fake.push(act, AN, text="x")
    assert ((await fake.write_to(AN, "x"))["error"] == 0) is opens


async def test_words_in_a_group_and_a_tap_open_it_too(fake: FakeZaloOa) -> None:
    query = {"title": "Có", "type": "oa.query.show", "payload": "#co"}
    attachment = {"type": "template", "payload": {"buttons": [query]}}
    body = {"recipient": {"user_id": AN}, "message": {"text": "Nhận tin?", "attachment": attachment}}
    await fake.post("/v3.0/oa/message/cs", body)
    for act in ({"kind": "tap", "button": 0}, {"kind": "group_text", "group_id": "g1", "text": "x"}):
        await fake.advance(8 * DAY)
        assert (await fake.write_to(AN, "x"))["error"] == -230
        await fake.order("events", events=[act | {"resident_id": AN}])
        assert (await fake.write_to(AN, "x"))["error"] == 0


async def test_48_hours_are_free_and_the_rest_of_the_week_is_paid(fake: FakeZaloOa) -> None:
    await fake.set_settings(wallet=100)
    await fake.advance(48 * HOUR)
    assert (await fake.write_to(AN, "x"))["data"]["quota"] == {"quota_type": "reply"}
    await fake.advance(1)
    charged = await fake.write_to(AN, "x")
    assert charged["error"] == 0
    assert "quota" not in charged["data"]
    assert [(act.price, act.quota_type) for act in await fake.sends()] == [(0, "reply"), (55, "")]
    assert (await fake.state())["wallet"] == 45
    assert (await fake.write_to(AN, "x"))["error"] == -321
    await fake.set_settings(linked_zca=False)
    assert (await fake.write_to(AN, "x"))["error"] == -320


async def test_paid_messages_come_from_package_then_purchase_then_wallet(fake: FakeZaloOa) -> None:
    await fake.set_settings(sub_quota=1, purchase_quota=1)
    await fake.advance(3 * DAY)
    quotas = [(await fake.write_to(AN, "x"))["data"].get("quota") for _ in range(3)]
    assert quotas[0] == {"quota_type": "sub_quota", "remain": "0", "total": "1", "expired_date": "11/11/2025"}
    assert quotas[1] == {"quota_type": "purchase_quota", "owner_type": "OA", "owner_id": fake.oa_id}
    assert quotas[2] is None
    asset = {"quota_owner": "OA", "product_type": "cs", "quota_type": "sub_quota"}
    [left] = (await fake.post("/v3.0/oa/quota/message", asset))["data"]
    assert (left["total"], left["remain"]) == (1, 0)


async def test_every_look_of_a_free_reply(fake: FakeZaloOa) -> None:
    looks = []
    for reply_quota in ("bare", "strings", "numbers", "absent"):
        await fake.set_settings(reply_quota=reply_quota)
        looks.append((await fake.write_to(AN, "x"))["data"].get("quota"))
    assert looks == [
        {"quota_type": "reply"},
        {"quota_type": "reply", "remain": "8", "total": "8"},
        {"quota_type": "reply", "remain": 8, "total": 8},
        None,
    ]


async def test_the_older_notice_of_a_number_of_free_replies(fake: FakeZaloOa) -> None:
    await fake.set_settings(free_replies=2, reply_quota="numbers")
    remain = [(await fake.write_to(AN, "x"))["data"].get("quota", {}).get("remain") for _ in range(3)]
    assert remain == [1, 0, None]
    await fake.say(AN, "Còn nữa không?")
    assert (await fake.write_to(AN, "x"))["data"]["quota"]["remain"] == 1


async def test_a_follower_who_never_wrote_has_three_messages_and_a_stranger_none(fake: FakeZaloOa) -> None:
    who = resident(2)
    await fake.set_resident(who, is_follower=True)
    quotas = [(await fake.write_to(who, "x")).get("data", {}).get("quota") for _ in range(4)]
    assert quotas[0] == {"quota_type": "welcome_msg", "remain": "2", "total": "3"}
    assert quotas[3] is None
    assert (await fake.write_to(who, "x"))["error"] == -232
    await fake.set_resident(resident(3))
    assert (await fake.write_to(resident(3), "x"))["error"] == -232


async def test_a_resident_may_refuse_everything_or_one_kind(fake: FakeZaloOa) -> None:
    await fake.set_resident(AN, refusal=-227)
    assert (await fake.write_to(AN, "x"))["error"] == -227
    await fake.set_resident(AN, refusal=0, refused={"cs": -244})
    assert (await fake.write_to(AN, "x"))["error"] == -244
    assert (await send_template(fake, "100002", customer="An", content="x"))["error"] == 0


async def test_the_quota_of_one_resident(fake: FakeZaloOa) -> None:
    told = (await fake.post("/v3.0/oa/quota/message", {"user_id": AN}))["data"]
    assert told["last_interaction"] == str(int(NOON * 1000))
    assert told["cs_reply"] == {"remain": 8, "total": 8}
    assert (told["promotion"]["daily_remain"], told["promotion"]["monthly_remain"]) == (1, 4)


# -- templates


async def send_template(fake: FakeZaloOa, template_id: str, who: str = AN, **filled: Any) -> Any:
    body = {"user_id": who, "template_id": template_id, "template_data": filled}
    return await fake.post("/v3.0/oa/message/template", body)


async def test_a_template_goes_to_older_contacts_and_costs(fake: FakeZaloOa) -> None:
    await fake.set_resident(AN, interacted_ago=300 * DAY)
    said = await send_template(fake, "100001", title="Bão số 9", content="Vào bờ trước 18 giờ")
    assert said["data"]["quota"]["quota_type"] == "purchase_quota"
    [act] = await fake.sends(AN)
    assert (act.route, act.price, act.content) == ("template", 200, "template")
    assert act.message is not None
    assert act.message["template_data"]["title"] == "Bão số 9"
    await fake.set_resident(AN, interacted_ago=366 * DAY)
    assert (await send_template(fake, "100001", title="x", content="x"))["error"] == -232
    await fake.set_settings(template_window="none")
    assert (await send_template(fake, "100001", title="x", content="x"))["error"] == 0
    await fake.set_settings(wallet=0)
    assert (await send_template(fake, "100001", title="x", content="x"))["error"] == -321


@pytest.mark.parametrize(
    ("template_id", "filled", "error"),
    [
        ("100001", {"title": "x"}, -201),
        ("100001", {"title": "x", "content": "x", "more": "x"}, -201),
        ("100001", {"title": "x" * 101, "content": "x"}, -210),
        ("100001", {"title": "", "content": "x"}, -201),
        ("100004", {"otp": "123456"}, -249),
        ("100005", {"title": "x"}, -201),
        ("999999", {"title": "x"}, -201),
    ],
)
async def test_a_template_is_filled_as_approved_or_refused(
    fake: FakeZaloOa, template_id: str, filled: dict[str, str], error: int
) -> None:
    assert (await send_template(fake, template_id, **filled))["error"] == error


async def test_promotion_waits_for_the_day_and_comes_once(fake: FakeZaloOa) -> None:
    assert (await send_template(fake, "100003", title="x"))["error"] == -213
    await fake.follow(AN)
    await fake.set_clock(NOON + 10 * HOUR)
    assert (await send_template(fake, "100003", title="x"))["error"] == -234
    assert (await send_template(fake, "100001", title="x", content="x"))["error"] == 0
    await fake.set_clock(NOON)
    errors = [(await send_template(fake, "100003", title="x"))["error"] for _ in range(2)]
    await fake.advance(DAY)
    assert [*errors, (await send_template(fake, "100003", title="x"))["error"]] == [0, -218, 0]


async def test_the_host_for_phone_numbers_has_numbers_of_its_own(fake: FakeZaloOa) -> None:
    await fake.set_settings(phone_daily=1)
    await fake.order("phones", phones={"84900000001": -119})

    async def send(phone: str, template_id: str = "100004", **more: Any) -> Any:
        filled = {"template_data": {"otp": "123456"}, "tracking_id": "order-1"}
        return await fake.post("/message/template", {"phone": phone, "template_id": template_id, **filled, **more})

    assert (await send("0912345678"))["error"] == -108
    assert (await send("84912345678", "100005"))["error"] == -131
    assert (await send("84900000001"))["error"] == -119
    assert (await send("84912345678", tracking_id="x" * 49))["error"] == -210
    said = await send("84912345678", mode="development")
    assert said["data"]["quota"] == {"dailyQuota": "1", "remainingQuota": "0"}
    assert (await send("+84912345678"))["error"] == -144
    assert (await fake.post("/message/template", {}, token="x"))["error"] == -124
    listed = (await fake.get("/template/all", offset="0", limit="100", status="ENABLE"))["data"]
    assert [each["templateId"] for each in listed] == ["100001", "100002", "100003", "100004"]
    told = (await fake.get("/template/info/v2", template_id="100001"))["data"]
    assert (told["price_uid"], [each["name"] for each in told["listParams"]]) == ("200", ["title", "content"])


# -- articles


async def made(fake: FakeZaloOa, **changes: Any) -> str:
    token = (await fake.post("/v2.0/article/create", ARTICLE | changes))["data"]["token"]
    while (said := await fake.post("/v2.0/article/verify", {"token": token}))["error"] == -214:
        pass
    return str(said["data"]["id"])


async def broadcast(fake: FakeZaloOa, *articles: str, target: Any = None) -> Any:
    elements = [{"media_type": "article", "attachment_id": each} for each in articles]
    attachment = {"type": "template", "payload": {"template_type": "media", "elements": elements}}
    body = {"recipient": {"target": target or {}}, "message": {"attachment": attachment}}
    return await fake.post("/v2.0/oa/message", body)


async def test_an_article_is_made_by_a_job_that_takes_its_time(fake: FakeZaloOa) -> None:
    await fake.set_settings(article_polls=2, article_seconds=60.0)
    jobs = [(await fake.post("/v2.0/article/create", ARTICLE))["data"]["token"] for _ in range(2)]

    async def verify(job: str) -> int:
        return int((await fake.post("/v2.0/article/verify", {"token": job}))["error"])

    assert [await verify(jobs[0]) for _ in range(3)] == [-214, -214, -214]
    await fake.advance(60)
    assert await verify(jobs[0]) == 0
    assert [await verify(jobs[1]) for _ in range(4)] == [-214, -214, 0, 0]
    assert await verify("unknown") == -201


async def test_an_article_is_listed_read_changed_and_removed(fake: FakeZaloOa) -> None:
    article = await made(fake)
    assert (await fake.get("/v2.0/article/getdetail", id=article))["data"]["title"] == "Tin tháng 11"
    job = (await fake.post("/v2.0/article/update", ARTICLE | {"id": article, "title": "Đính chính"}))["data"]["token"]
    assert (await fake.post("/v2.0/article/verify", {"token": job}))["error"] == -214
    assert (await fake.post("/v2.0/article/verify", {"token": job}))["data"]["id"] == article
    listed = (await fake.get("/v2.0/article/getslice", offset="0", limit="10", type="normal"))["data"]
    assert (listed["total"], listed["medias"][0]["title"]) == (1, "Đính chính")
    assert (await fake.post("/v2.0/article/remove", {"id": article}))["error"] == 0
    assert (await fake.get("/v2.0/article/getdetail", id=article))["error"] == -201


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"title": "x" * 151}, -210),
        ({"author": "x" * 51}, -210),
        ({"description": "x" * 301}, -210),
        ({"title": ""}, -201),
        ({"cover": {"cover_type": "photo"}}, -201),
        ({"body": []}, -201),
        ({"body": [{"type": "html", "content": "x"}]}, -201),
        ({"status": "public"}, -201),
        ({"tags": []}, -201),
    ],
)
async def test_an_article_is_as_documented_or_refused(fake: FakeZaloOa, changes: Any, error: int) -> None:
    assert (await fake.post("/v2.0/article/create", ARTICLE | changes))["error"] == error


async def test_a_broadcast_reaches_the_followers_of_its_target(fake: FakeZaloOa) -> None:
    await fake.follow(resident(2))
    await fake.follow(resident(3))
    await fake.set_resident(resident(3), city=50, gender=2, age=7)
    article = await made(fake)
    for target in ({}, {"cities": "50,51"}, {"gender": "1", "platform": "1,2"}, {"ages": "7"}):
        assert (await broadcast(fake, article, target=target))["error"] == 0
    assert [act.reach for act in await fake.sends("target")] == [
        [resident(2), resident(3)],
        [resident(3)],
        [resident(2)],
        [resident(3)],
    ]
    assert (await broadcast(fake, article))["error"] == -211
    await fake.set_clock(NOON + 31 * DAY)
    assert (await broadcast(fake, article))["error"] == 0


@pytest.mark.parametrize(
    "target", [{"cities": [4, 9]}, {"cities": "64"}, {"ages": 3}, {"gender": "1,2"}, {"platform": "0"}, {"tag": "x"}]
)
async def test_a_target_is_as_documented_or_refused(fake: FakeZaloOa, target: Any) -> None:
    assert (await broadcast(fake, await made(fake), target=target))["error"] == -201


async def test_other_readings_of_a_target(fake: FakeZaloOa) -> None:
    article = await made(fake)
    await fake.set_settings(target_arrays=True, empty_target="refuse")
    assert (await broadcast(fake, article, target={"cities": [4, 9]}))["error"] == 0
    assert (await broadcast(fake, article))["error"] == -201


@pytest.mark.parametrize(("hour", "error"), [(21.99, 0), (22, -234), (5.99, -234), (6, 0)])
async def test_no_broadcast_at_night_but_answers_always(fake: FakeZaloOa, hour: float, error: int) -> None:
    await fake.set_clock(NOON + (hour - 12) * HOUR)
    await fake.set_resident(AN, interacted_ago=0)
    assert (await broadcast(fake, await made(fake)))["error"] == error
    assert (await fake.write_to(AN, "x"))["error"] == 0


async def test_what_can_be_broadcast(fake: FakeZaloOa) -> None:
    article, hidden = await made(fake), await made(fake, status="hide")
    assert (await broadcast(fake, *[article] * 5))["error"] == 0
    assert (await broadcast(fake, *[article] * 6))["error"] == -210
    for wrong in (hidden, "unknown"):
        assert (await broadcast(fake, wrong))["error"] == -201
    assert (await broadcast(fake))["error"] == -201
    await fake.set_settings(article_quota=2)
    assert (await fake.post("/v2.0/article/create", ARTICLE))["error"] == -223


# -- calls a minute


async def head(fake: FakeZaloOa) -> tuple[int, str | None, str | None]:
    body = {"recipient": {"user_id": AN}, "message": {"text": "x"}}
    headers = {"access_token": fake.access_token}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{fake.url}/v3.0/oa/message/cs", json=body, headers=headers) as answer,
    ):
        limit, remain = answer.headers.get("X-RateLimit-Limit"), answer.headers.get("X-RateLimit-Remain")
        return (await answer.json())["error"], limit, remain


async def test_a_clock_minute_holds_so_many_calls_and_says_so(fake: FakeZaloOa) -> None:
    await fake.set_clock(NOON + 59)
    await fake.set_settings(oa_limit=2)
    assert [await head(fake) for _ in range(3)] == [(0, "2", "1"), (0, "2", "0"), (-32, "2", "0")]
    assert (await fake.write_to(AN, "x"))["message"] == "Your OA reached limit call api"
    await fake.advance(1)
    assert await head(fake) == (0, "2", "1")
    await fake.set_settings(oa_limit=0, app_limit=2)
    assert [await head(fake) for _ in range(2)] == [(0, "2", "0"), (-32, "2", "0")]
    assert (await fake.write_to(AN, "x"))["message"] == "Your application reached limit call api"
    assert (await fake.post("/v2.0/article/create", ARTICLE))["error"] == 0
    await fake.set_settings(rate_headers=False)
    assert await head(fake) == (-32, None, None)
    assert [each.error for each in await fake.calls()] == [0, 0, -32, -32, 0, 0, -32, -32, 0, -32]
