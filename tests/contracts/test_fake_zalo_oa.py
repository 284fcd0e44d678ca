"""The fake Official Account: what may be sent, in which shapes, and what is refused with which number."""

from __future__ import annotations

import unicodedata
from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp
import pytest

from tests.fakes.zalo_oa.other_events import anonymous_id
from tests.fakes.zalo_oa_client import DAY, FakeZaloOa, FakeZaloOaError, launch, resident

NOON = 1_760_000_400.0 - 1_760_000_400 % 86400 + 5 * 3600  # 12:00 in Việt Nam
AN = resident(1)
CS = "/v3.0/oa/message/cs"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 60
GIF = b"GIF89a" + b"\0" * 60


@pytest.fixture(scope="module")
def running() -> Iterator[dict[str, str]]:
    with launch(play_patience=0.05) as said:
        yield said


@pytest.fixture
async def fake(running: dict[str, str]) -> AsyncIterator[FakeZaloOa]:
    async with FakeZaloOa.attach(running) as attached:
        await attached.set_clock(NOON)
        await attached.know(1, first=int(AN))
        yield attached


def to_an(**message: Any) -> dict[str, Any]:
    return {"recipient": {"user_id": AN}, "message": message}


def template(**payload: Any) -> dict[str, Any]:
    return {"type": "template", "payload": payload}


def media(**element: Any) -> dict[str, Any]:
    return template(template_type="media", elements=[element])


async def test_a_text_is_accepted_and_stands_in_the_journal(fake: FakeZaloOa) -> None:
    said = await fake.write_to(AN, "Cửa khẩu mở lúc 7 giờ")
    assert (said["error"], said["message"]) == (0, "Success")
    [act] = await fake.sends()
    assert said["data"] == {
        "message_id": act.message_id,
        "user_id": AN,
        "sent_time": str(int(NOON * 1000)),
        "quota": {"quota_type": "reply"},
    }
    assert (act.route, act.recipient, act.text, act.content) == ("cs", AN, "Cửa khẩu mở lúc 7 giờ", "text")
    assert (act.at, act.price, act.pair, act.answered) == (NOON, 0, 1, True)
    assert await fake.sends(resident(2)) == []
    assert (await fake.counts()).answers == {"cs 0": 1}


async def test_every_refusal_comes_with_http_200_and_without_data(fake: FakeZaloOa) -> None:
    async with aiohttp.ClientSession() as session:
        for token, error in (("", -216), ("nonsense", -216), (fake.access_token, -201)):
            headers = {"access_token": token, "Content-Type": "application/json"}
            async with session.post(f"{fake.url}{CS}", data=b"{", headers=headers) as answer:
                assert answer.status == 200
                said = await answer.json()
                assert said["error"] == error
                assert set(said) == {"error", "message"}
        bearer = {"Authorization": f"Bearer {fake.access_token}"}
        async with session.post(f"{fake.url}{CS}", json=to_an(text="x"), headers=bearer) as answer:
            assert (await answer.json())["error"] == -216
        async with session.post(f"{fake.url}{CS}/", json={}) as answer:
            assert answer.status == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ([], "body"),
        ({"recipient": {"user_id": AN}}, "message"),
        ({"message": {"text": "x"}}, "recipient"),
        ({"recipient": {}, "message": {"text": "x"}}, "recipient"),
        ({"recipient": {"user_id": AN, "message_id": "a"}, "message": {"text": "x"}}, "recipient"),
        ({"recipient": {"phone": "84"}, "message": {"text": "x"}}, "phone"),
        ({"recipient": {"user_id": "an"}, "message": {"text": "x"}}, "user_id"),
        ({"recipient": {"user_id": resident(404)}, "message": {"text": "x"}}, "user_id"),
        (to_an(text="x") | {"tag": 1}, "tag"),
        (to_an(text="x", parse_mode="html"), "parse_mode"),
        (to_an(text=""), "text"),
        (to_an(text=7), "text"),
        (to_an(text="x", quote_message_id="unknown"), "quote_message_id"),
        ({"recipient": {"message_id": "unknown"}, "message": {"text": "x"}}, "message_id"),
    ],
)
async def test_a_body_that_is_not_as_documented_is_refused(fake: FakeZaloOa, body: Any, field: str) -> None:
    assert await fake.post(CS, body) == {"error": -201, "message": f"{field} is invalid!"}
    assert await fake.sends() == []


async def test_2000_characters_fit_as_they_come_and_not_one_more(fake: FakeZaloOa) -> None:
    assert (await fake.write_to(AN, "ệ" * 2000))["error"] == 0
    assert (await fake.write_to(AN, "ệ" * 2001))["error"] == -210
    assert (await fake.write_to(AN, unicodedata.normalize("NFD", "ệ" * 2000)))["error"] == -210


async def test_an_answer_may_name_the_message_it_answers_and_quote_it(fake: FakeZaloOa) -> None:
    asked = await fake.say(AN, "Mấy giờ mở cửa khẩu?")
    body = {"recipient": {"message_id": asked.message_id}, "message": {"text": "7 giờ"}}
    assert (await fake.post(CS, body))["data"]["user_id"] == AN
    assert (await fake.post(CS, to_an(text="7 giờ", quote_message_id=asked.message_id)))["error"] == 0
    [_, quoting] = await fake.sends()
    assert quoting.quote == asked.message_id
    assert (await fake.post(CS, to_an(text="x", quote_message_id=quoting.message_id)))["error"] == 0
    await fake.say(resident(2), "Chào")
    other = {"recipient": {"user_id": resident(2)}, "message": {"text": "x", "quote_message_id": asked.message_id}}
    assert (await fake.post(CS, other))["error"] == -201


async def test_a_user_id_is_taken_as_text_and_as_a_number(fake: FakeZaloOa) -> None:
    said = await fake.post(CS, {"recipient": {"user_id": int(AN)}, "message": {"text": "x"}})
    assert said["data"]["user_id"] == AN


async def test_uploads_are_checked_sent_and_grow_too_old(fake: FakeZaloOa) -> None:
    image = (await fake.upload("image", "a.png", PNG))["data"]["attachment_id"]
    gif = (await fake.upload("gif", "a.gif", GIF))["data"]["attachment_id"]
    token = (await fake.upload("file", "to-roi.pdf", b"%PDF-1.7 x"))["data"]["token"]
    attachments = {
        "image": media(media_type="image", attachment_id=image),
        "gif": media(media_type="gif", attachment_id=gif, width=120, height=120),
        "file": {"type": "file", "payload": {"token": token}},
    }
    for attachment in attachments.values():
        assert (await fake.post(CS, to_an(attachment=attachment)))["error"] == 0
    assert [act.content for act in await fake.sends()] == ["image", "gif", "file"]
    assert [each["used"] for each in (await fake.state())["assets"]] == [1, 1, 1]
    await fake.advance(7 * DAY + 1)
    await fake.set_resident(AN, interacted_ago=0)
    for attachment in attachments.values():
        said = await fake.post(CS, to_an(attachment=attachment))
        assert said == {"error": -100, "message": "attachment_id was expired"}


@pytest.mark.parametrize(
    ("kind", "file_name", "content", "error"),
    [
        ("image", "a.png", GIF, -201),
        ("image", "a.png", PNG + b"\0" * 2**20, -210),
        ("gif", "a.gif", PNG, -201),
        ("gif", "a.gif", GIF + b"\0" * 5 * 2**20, -210),
        ("file", "a.txt", b"x", -201),
        ("file", "a.pdf", b"no pdf", -201),
        ("file", "a.docx", b"PK\x03\x04", 0),
        ("file", "a.csv", b"a,b", 0),
        ("file", "a.pdf", b"", -201),
        ("file", "a.pdf", b"%PDF" + b"\0" * 6 * 2**20, -210),
    ],
)
async def test_an_upload_of_another_type_or_size_is_refused(
    fake: FakeZaloOa, kind: str, file_name: str, content: bytes, error: int
) -> None:
    assert (await fake.upload(kind, file_name, content))["error"] == error


async def test_uploads_have_a_monthly_quota_each(fake: FakeZaloOa) -> None:
    await fake.set_settings(upload_quota=1, csv_files=False)
    errors = [(await fake.upload(*each))["error"] for each in (("image", "a.png", PNG),) * 2 + (("gif", "a.gif", GIF),)]
    assert errors == [0, -211, 0]
    assert (await fake.upload("file", "a.csv", b"a,b"))["error"] == -201
    assert (await fake.post("/v2.0/oa/upload/image", {}))["error"] == -201


@pytest.mark.parametrize(
    ("attachment", "error"),
    [
        (media(media_type="image", url="https://example.com/a.jpg"), 0),
        (media(media_type="image", url="https://example.com/a.jpg", attachment_id="x"), -201),
        (media(media_type="image"), -201),
        (media(media_type="image", url="a.jpg"), -201),
        (media(media_type="image", attachment_id="unknown"), -201),
        (media(media_type="gif", attachment_id="x"), -201),
        (media(media_type="sticker", attachment_id="bfe458bf64fa8da4d4eb"), 0),
        (media(media_type="article", attachment_id="x"), -201),
        (template(template_type="media", elements=[{"media_type": "image"}] * 2), -210),
        (template(template_type="promotion", elements=[]), -201),
        ({"type": "file", "payload": {"token": "unknown"}}, -201),
        ({"type": "photo", "payload": {}}, -201),
        (template(template_type="request_user_info", elements=[{"title": "a"}]), -201),
    ],
)
async def test_attachments_are_as_documented_or_refused(fake: FakeZaloOa, attachment: Any, error: int) -> None:
    assert (await fake.post(CS, to_an(attachment=attachment)))["error"] == error


def button(title: str = "Đăng ký", kind: str = "oa.query.hide", payload: Any = "#dangky") -> dict[str, Any]:
    return {"title": title, "type": kind, "payload": payload}


@pytest.mark.parametrize(
    ("buttons", "error"),
    [
        ([button()] * 5, 0),
        ([button()] * 6, -210),
        ([button("x" * 101)], -210),
        ([button(payload="x" * 1001)], -210),
        ([button(kind="oa.query.show")], 0),
        ([button(kind="oa.open.url", payload={"url": "https://example.com"})], 0),
        ([button(kind="oa.open.url", payload="https://example.com")], -201),
        ([button(kind="oa.open.phone", payload={"phone_code": "84912345678"})], 0),
        ([button(kind="oa.open.phone", payload={"phone_code": "0912345678"})], -201),
        ([button(kind="oa.open.sms", payload={"content": "x", "phone_code": "84912345678"})], 0),
        ([button(kind="oa.open.sms", payload={"content": "x" * 161, "phone_code": "84912345678"})], -210),
        ([button(kind="callback")], -201),
        ([button() | {"image_icon": ""}], -201),
        ([], -201),
    ],
)
async def test_buttons_are_as_documented_or_refused(fake: FakeZaloOa, buttons: Any, error: int) -> None:
    assert (await fake.post(CS, to_an(text="Chọn", attachment=template(buttons=buttons))))["error"] == error


async def test_each_reading_of_list_templates_can_be_chosen(fake: FakeZaloOa) -> None:
    elements = [
        {"title": "Tin", "subtitle": "Hôm nay", "default_action": {"type": "oa.open.url", "url": "https://a.b"}}
    ]
    whole = template(template_type="list", elements=elements, buttons=[button()])
    bare = template(buttons=[button()])
    for lists, of_list, of_bare in (("all", 0, 0), ("list", 0, -233), ("buttons", -233, 0), ("none", -233, -233)):
        await fake.set_settings(lists=lists)
        assert (await fake.post(CS, to_an(text="Chọn", attachment=whole)))["error"] == of_list
        assert (await fake.post(CS, to_an(text="Chọn", attachment=bare)))["error"] == of_bare


async def test_a_tapped_query_is_a_text_and_a_tapped_link_is_nothing(fake: FakeZaloOa) -> None:
    link = button("Mở", "oa.open.url", {"url": "https://example.com"})
    await fake.post(CS, to_an(text="Chọn", attachment=template(buttons=[button(), link])))
    assert (await fake.tap(AN, "Đăng ký")).message_id is not None
    assert (await fake.tap(AN, 1)).event is None
    with pytest.raises(FakeZaloOaError):
        await fake.tap(AN, "Không có")


async def test_numbers_come_as_documented_or_swapped_or_in_turn(fake: FakeZaloOa) -> None:
    kinds = []
    for numbers in ("documented", "swapped"):
        await fake.set_settings(numbers=numbers)
        kinds.append(type((await fake.write_to(AN, "x"))["data"]["sent_time"]))
    assert kinds == [str, int]
    await fake.set_settings(numbers="mixed")
    assert {type((await fake.write_to(AN, "x"))["data"]["sent_time"]) for _ in range(2)} == {str, int}


async def test_residents_are_described_listed_and_tagged(fake: FakeZaloOa) -> None:
    await fake.follow(resident(2))
    await fake.set_resident(resident(3), interacted_ago=20 * DAY, shared={"phone": 84912345678}, is_sensitive=True)
    described = (await fake.get("/v3.0/oa/user/detail", {"user_id": resident(3)}))["data"]
    assert (described["user_is_follower"], described["is_sensitive"]) == (False, True)
    assert described["shared_info"] == {"phone": 84912345678}
    assert "shared_info" not in (await fake.get("/v3.0/oa/user/detail", {"user_id": AN}))["data"]
    page = {"offset": 0, "count": 50}

    async def listed(**filters: str) -> list[str]:
        found = (await fake.get("/v3.0/oa/user/getlist", page | filters))["data"]
        assert found["total"] == found["count"] == len(found["users"])
        return [each["user_id"] for each in found["users"]]

    assert await listed() == [AN, resident(2), resident(3)]
    assert await listed(is_follower="true") == [resident(2)]
    assert await listed(last_interaction_period="L7D") == [AN, resident(2)]
    assert (await fake.post("/v2.0/oa/tag/tagfollower", {"user_id": AN, "tag_name": "VIP"}))["error"] == 0
    assert (await fake.get("/v2.0/oa/tag/gettagsofoa"))["data"] == ["VIP"]
    assert await listed(tag_name="VIP") == [AN]
    for wrong, error in (({"count": 51}, -210), ({"offset": 9952}, -210), ({"sort": "x"}, -201)):
        assert (await fake.get("/v3.0/oa/user/getlist", page | wrong))["error"] == error
    assert (await fake.get("/v3.0/oa/user/getlist", offset="0", count="50"))["error"] == -201


async def test_what_was_said_can_be_read_again(fake: FakeZaloOa) -> None:
    await fake.say(AN, "Chào")
    await fake.advance(1)
    await fake.write_to(AN, "Xin chào")
    lines = (await fake.get("/v2.0/oa/conversation", {"user_id": AN, "offset": 0, "count": 10}))["data"]
    assert [(each["src"], each["message"], each["from_id"]) for each in lines] == [
        (0, "Xin chào", fake.oa_id),
        (1, "Chào", AN),
    ]
    assert (await fake.get("/v2.0/oa/listrecentchat", {"offset": 0, "count": 11}))["error"] == -210


async def test_the_account_describes_itself(fake: FakeZaloOa) -> None:
    await fake.follow(AN)
    told = (await fake.get("/v2.0/oa/getoa"))["data"]
    assert (told["oaid"], told["oa_type"], told["is_verified"], told["num_follower"]) == (fake.oa_id, 4, True, 1)


async def test_what_is_shut_stays_shut(fake: FakeZaloOa) -> None:
    assert (await fake.post("/v2.0/oa/message", to_an(text="x")))["error"] == -240
    assert (await fake.post("/v3.0/oa/message/promotion", to_an(text="x")))["error"] == -209
    assert (await fake.get("/v2.0/oa/getfollowers", {"offset": 0, "count": 5}))["error"] == -209


async def test_a_reaction_needs_a_message_of_that_resident(fake: FakeZaloOa) -> None:
    asked = await fake.say(AN, "Cảm ơn")

    async def react(icon: str, message_id: str | None) -> int:
        action = {"react_icon": icon, "react_message_id": message_id}
        body = {"recipient": {"user_id": AN}, "sender_action": action}
        return int((await fake.post("/v2.0/oa/message", body))["error"])

    assert await react("/-heart", asked.message_id) == 0
    assert await react("/-heart", "unknown") == -201
    assert await react("heart", asked.message_id) == -201


async def test_a_group_is_written_to_unless_its_asset_ended(fake: FakeZaloOa) -> None:
    for state in ("normal", "disabled", "left"):
        await fake.set_group(state, state=state)

    async def write(group_id: str) -> Any:
        body = {"recipient": {"group_id": group_id}, "message": {"text": "Họp thôn lúc 19 giờ [@all]"}}
        return await fake.post("/v3.0/oa/group/message", body)

    assert set((await write("normal"))["data"]) == {"message_id", "group_id"}
    assert [(await write(each))["error"] for each in ("disabled", "left", "unknown")] == [-237, -403, -201]
    members = {"group_name": "Thôn 2", "asset_id": "gmf-1", "member_user_ids": [AN]}
    made = (await fake.post("/v3.0/oa/group/creategroupwithoa", members))["data"]["group_id"]
    assert (await fake.post("/v3.0/oa/group/creategroupwithoa", members))["error"] == -238
    assert (await fake.get("/v3.0/oa/group/listmember", group_id=made))["data"]["members"] == [{"user_id": AN}]


async def test_somebody_without_an_account_is_answered_in_their_conversation(fake: FakeZaloOa) -> None:
    await fake.push("anonymous_text", conversation_id="c1", text="Chào")
    for who, error in (("x", -201), (anonymous_id("c1"), 0)):
        body = {"recipient": {"anonymous_id": who, "conversation_id": "c1"}, "message": {"text": "Chào"}}
        assert (await fake.post("/v2.0/oa/message", body))["error"] == error
    assert [act.route for act in await fake.sends("c1")] == ["anonymous"]


async def test_a_player_writes_and_reads_plain_text(fake: FakeZaloOa) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{fake.url}/_play/{AN}/follow") as answer:
            assert (answer.status, await answer.text()) == (200, "")
        await fake.post(CS, to_an(text="Chọn", attachment=template(buttons=[button()])))
        async with session.get(f"{fake.url}/_play/{AN}") as answer:
            assert await answer.text() == "Chọn\n[1] Đăng ký\n\n"
        async with session.get(f"{fake.url}/_play/{AN}") as answer:
            assert await answer.text() == ""
        async with session.post(f"{fake.url}/_play/an/dance") as answer:
            assert answer.status == 400
