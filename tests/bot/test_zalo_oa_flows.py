"""The Official Account channel against the fake platform, in a program of its own: events in, messages out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from bot import errors
from bot.channels.zalo_oa_bodies import ButtonShape
from bot.messages import Attachment, Button, OutgoingMessage, UpdateKind
from tests.bot.zalo_oa_desk import AN, HELLO, at_work, failing, to
from tests.fakes.zalo_oa_client import DAY, HOUR, FakeZaloOa, launch, resident

PNG = Attachment("ảnh.png", "image/png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 30)
GIF = Attachment("a.gif", "image/gif", b"GIF89a\x78\x00\x50\x00" + b"\x00" * 20)
PDF = Attachment("mẫu đơn.pdf", "application/pdf", b"%PDF-1.7 x")
CSV = Attachment("bảng.csv", "text/csv", "tên;giờ\nDinh Bà;6:00\n".encode())


@pytest.fixture(scope="module")
def running() -> Iterator[dict[str, str]]:
    with launch(receipts="none", scale=0.001) as said:
        yield said


@pytest.fixture
async def fake(running: dict[str, str]) -> AsyncIterator[FakeZaloOa]:
    async with FakeZaloOa.attach(running) as attached:
        await attached.set_resident(AN, interacted_ago=60)
        yield attached


# --- what comes in ----------------------------------------------------------------------------------------------


async def test_everything_a_resident_does(fake: FakeZaloOa) -> None:
    async with at_work(fake) as desk:
        await fake.say(AN, "Xin chào")
        await fake.say(AN, "#hoi giá vé phà")
        for media in ("image", "audio", "video", "sticker", "location", "file", "link", "gif", "business_card"):
            await fake.send_media(AN, media)
        await fake.submit_info(AN)
        await fake.follow(AN)
        await fake.unfollow(AN)
        await fake.push("chatnow", AN)
        sent = await desk.channel.send(to(AN), HELLO)
        await fake.receive(AN, sent.message_id)
        await fake.see(AN, sent.message_id)
        await fake.unknown_event("user_did_something_new", user_id=AN)
        await fake.withdraw(AN)
        updates = await desk.updates()
    assert set(desk.statuses) == {200}
    kind = UpdateKind
    assert [update.kind for update in updates] == [
        *(kind.TEXT, kind.TEXT, kind.PHOTO, kind.VOICE, kind.OTHER, kind.QUIET, kind.OTHER, kind.OTHER, kind.OTHER),
        *(kind.OTHER, kind.OTHER, kind.OTHER, kind.FOLLOWED, kind.UNFOLLOWED, kind.DELIVERED, kind.WITHDRAWN),
    ]
    assert {update.address for update in updates} == {to(AN)}
    assert [update.text for update in updates[:2]] == ["Xin chào", "giá vé phà"]
    assert [update.value for update in updates if update.value] == [sent.message_id]
    link = next(row for row in desk.rows if "http" in row.body)  # what was written, not what hung on it
    stored = " ".join(row.body for row in desk.rows if row is not link)
    leaks = ("http", "84912345678", "Nguyễn", "Hồng Ngự", "10.81", "105.34", "docx", AN)
    assert [leak for leak in leaks if leak in stored] == []


@pytest.mark.parametrize(
    "settings",
    [
        {"numbers": "swapped"},
        {"numbers": "mixed"},
        {"nfd": True},
        {"escape": True},
        {"signed_time": "both"},
        {"signed_time": "header"},
        {"signature": "oa_id_first"},
    ],
    ids=str,
)
async def test_every_reading_of_the_webhook(fake: FakeZaloOa, settings: dict[str, object]) -> None:
    await fake.set_settings(**settings)
    async with at_work(fake) as desk:
        for text in ("Cửa khẩu Thường Phước mở lúc mấy giờ?", "x"):
            await fake.say(AN, text)
        await fake.follow(AN)
        texts = [update.text for update in await desk.updates()]
    assert texts == ["Cửa khẩu Thường Phước mở lúc mấy giờ?", "x", ""]
    assert [row.lane for row in desk.rows] == [AN] * 3


@pytest.mark.parametrize(("signature", "trouble"), [("wrong_key", ""), ("absent", ""), ("app_secret", "OA_SECRET")])
async def test_what_is_not_signed_with_our_secret(fake: FakeZaloOa, signature: str, trouble: str) -> None:
    await fake.set_settings(signature=signature, retry_on="connection")
    async with at_work(fake) as desk:
        await fake.say(AN, "x")
        assert await desk.updates() == []
        assert desk.statuses[-1] == 403
        assert trouble in desk.channel.trouble
        assert bool(desk.channel.trouble) == bool(trouble)


async def test_duplicates_and_retries_have_one_key(fake: FakeZaloOa) -> None:
    async with at_work(fake) as desk:
        await fake.duplicate_next(2)
        first = await fake.say(AN, "một")
        await fake.follow(AN)
        assert first.event is not None
        await fake.wait_until_idle()
        await fake.redeliver(first.event)
        await desk.updates()
    assert len(desk.rows) == 5
    assert len({row.key for row in desk.rows}) == 2


# --- what goes out ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", ButtonShape)
async def test_a_tapped_button_comes_back_as_its_value(fake: FakeZaloOa, shape: ButtonShape) -> None:
    await fake.set_settings(lists="list" if shape is ButtonShape.LIST else "buttons")
    async with at_work(fake, buttons=True, button_shape=shape) as desk:
        choices = ((Button("Có", "c:y~1"), Button("Không", "c:n~1")), (Button("Menu", "m~1"),))
        receipt = await desk.channel.send(to(AN), OutgoingMessage("Bà con chọn", choices))
        await fake.tap(AN, "Không")
        [update] = await desk.updates()
    assert (update.kind, update.value) == (UpdateKind.BUTTON, "c:n~1")
    [act] = await fake.sends(AN)
    content = {ButtonShape.PLAIN: "buttons", ButtonShape.LIST: "list"}[shape]
    assert (act.message_id, act.text, act.content) == (receipt.message_id, "Bà con chọn", content)


async def test_an_account_that_takes_no_buttons(fake: FakeZaloOa) -> None:
    await fake.set_settings(lists="none")
    async with at_work(fake, buttons=True) as desk:
        message = OutgoingMessage("?", ((Button("Có", "c:y~1"),),))
        assert type(await failing(desk, message=message)) is errors.ContentRejected
    async with at_work(fake, hook=False) as desk:
        await desk.channel.send(to(AN), message)


async def test_files(fake: FakeZaloOa) -> None:
    async with at_work(fake, hook=False) as desk:
        for attachment in (PNG, GIF, PDF, CSV, PDF):
            await desk.channel.send(to(AN), OutgoingMessage("Kèm theo", attachment=attachment))
    assert [act.content for act in await fake.sends(AN)] == ["image", "gif", *["text", "file"] * 3]
    names = sorted(asset["file_name"] for asset in (await fake.state())["assets"])
    assert names == ["a.gif", "bảng.csv", "mẫu đơn.pdf", "ảnh.png"]


async def test_an_upload_that_has_expired(fake: FakeZaloOa) -> None:
    async with at_work(fake, hook=False) as desk:
        await desk.channel.send(to(AN), OutgoingMessage("Ảnh", attachment=PNG))
        await fake.set_settings(asset_days=0.0)
        await fake.fault("latency", ms=30, methods=["upload_image"])
        error = await failing(desk, message=OutgoingMessage("Ảnh", attachment=PNG))
        assert type(error) is errors.ContentRejected  # expired again at once: uploaded once more, and no further
        await fake.set_settings(asset_days=7.0)
    assert (await fake.counts()).answers["upload_image 0"] == 2


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"interacted_ago": 8 * DAY}, "window"),
        ({"interacted_ago": None}, "window"),
        ({"refusal": -227}, "gone"),
        ({"refusal": -244}, "refused"),
        ({"refusal": -213}, "window"),
    ],
    ids=str,
)
async def test_a_resident_who_cannot_be_reached(fake: FakeZaloOa, changes: dict[str, object], reason: str) -> None:
    await fake.set_resident(resident(2), **changes)
    async with at_work(fake, hook=False) as desk:
        error = await failing(desk, resident(2))
    assert isinstance(error, errors.RecipientGone)
    assert error.reason == reason


async def test_nobody_with_this_id(fake: FakeZaloOa) -> None:
    async with at_work(fake, hook=False) as desk:
        error = await failing(desk, resident(404))
    assert isinstance(error, errors.RecipientGone)
    assert error.reason == "invalid"


@pytest.mark.parametrize("quota", ["bare", "strings", "numbers", "absent"])
async def test_free_and_paid_answers_alike(fake: FakeZaloOa, quota: str) -> None:
    await fake.set_settings(reply_quota=quota)
    await fake.set_resident(resident(3), interacted_ago=50 * HOUR)
    async with at_work(fake, hook=False) as desk:
        free = await desk.channel.send(to(AN), HELLO)
        paid = await desk.channel.send(to(resident(3)), HELLO)
    acts = await fake.sends()
    assert [act.message_id for act in acts] == [free.message_id, paid.message_id]
    assert [act.price > 0 for act in acts] == [False, True]


async def test_out_of_money(fake: FakeZaloOa) -> None:
    await fake.set_settings(wallet=0)
    await fake.set_resident(resident(3), interacted_ago=50 * HOUR)
    async with at_work(fake, hook=False) as desk:
        assert type(await failing(desk, resident(3))) is errors.QuotaUsedUp
        await desk.channel.send(to(AN), HELLO)
