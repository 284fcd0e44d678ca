"""The simulator answers as the service does, and the database is the same afterwards, to the last row."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from bot.staff.roles import Role
from bot.storage.schema import metadata
from tests.console.browser import Browser, Page
from tests.console.bureau import Bureau
from tests.flows.duty_room import THUONG_PHUOC, DutyRoom

SESSION = {"officer_sessions"}  # when the officer was last seen


async def everything(bureau: Bureau) -> dict[str, list[Any]]:
    await bureau.app.writer.drain()
    async with bureau.db.reading() as connection:
        return {
            table.name: sorted(map(repr, (await connection.execute(select(table))).all()))
            for table in metadata.sorted_tables
            if table.name not in SESSION
        }


async def begin(browser: Browser, **given: str) -> Page:
    return await browser.send(await browser.open("/console/simulator"), "Bắt đầu", **given)


async def say(browser: Browser, page: Page, words: str) -> Page:
    return await browser.send(page, "Gửi", words=words)


@pytest.mark.parametrize("channel", ["telegram", "zalo-oa", "zalo-bot", "web"])
async def test_nothing_is_left_behind(bureau: Bureau, channel: str) -> None:
    browser = await bureau.sit("Chi")
    before, seen = await everything(bureau), bureau.app.metrics.registry.get_sample_value
    page = await begin(browser, channel=channel, place="xã Thường Phước")
    for words in ("/start", "có", "đi vào xã biên giới có cần giấy phép không", "xyzzy plugh may gio chay pha", "1"):
        page = await say(browser, page, words)
    for label in ("Có", "Đồng ý", "Báo khi có trả lời"):
        if any(label in " ".join(each.itertext()) for each in page.tree.iter("button")):
            page = await browser.send(page, label)
    for words in ("STOP", "/dulieu", "/xoa", "cứu với, ghe sắp chìm"):
        page = await say(browser, page, words)
    assert "112" in page.text
    assert await everything(bureau) == before
    assert not seen("cotmoc_updates_received_total", {"channel": channel})


async def test_it_answers_as_the_service_does(bureau: Bureau) -> None:
    browser = await bureau.sit("Dung")
    page = await begin(browser, channel="telegram")
    page = await say(browser, page, "vo xa bien gioi co can giay phep ko")
    [heard, *_] = [each.text for each in await bureau.talk.hears("vo xa bien gioi co can giay phep ko", who="77")]
    assert heard.splitlines()[0] in page.text
    assert [each.text for each in page.tree.find_class("own")] == ["vo xa bien gioi co can giay phep ko"]


async def test_what_is_typed_is_text_and_nothing_else(bureau: Bureau) -> None:
    browser = await bureau.sit("Chi")
    page = await say(browser, await begin(browser), "<script>alert(1)</script>")
    assert "<script>alert" not in page.raw
    assert "<script>alert(1)</script>" in page.text


async def test_live_notices_are_shown_and_a_tap_on_them_counts_nowhere(bureau: Bureau) -> None:
    room = DutyRoom(bureau.talk)
    room.station = bureau.station
    await bureau.add("Lâm", Role.COMMANDER)
    await room.issued(area=THUONG_PHUOC)
    browser = await bureau.sit("Chi")
    before = await everything(bureau)
    page = await begin(browser, channel="telegram", place="xã Thường Phước")
    page = await say(browser, page, "/thongbao")
    assert "TIN KHẨN" in page.text
    for label in ("Đã rõ", "Cần giúp"):
        if any(label in " ".join(each.itertext()) for each in page.tree.iter("button")):
            page = await browser.send(page, label)
            assert page.status == 200
    assert await everything(bureau) == before


async def test_each_officer_has_their_own_and_it_ends(bureau: Bureau) -> None:
    chi, dung = await bureau.sit("Chi"), await bureau.sit("Dung")
    page = await say(chi, await begin(chi), "xin chào")
    assert "xin chào" not in (await dung.open("/console/simulator")).text
    for _ in range(2):
        bureau.clock.advance(16 * 60)
        await chi.open("/console/")
    gone = await chi.send(page, "Gửi", words="còn đó không")
    assert (gone.status, "hết giờ" in gone.text) == (409, True)


async def test_a_place_that_is_not_one_is_said(bureau: Bureau) -> None:
    browser = await bureau.sit("Chi")
    page = await begin(browser, place="nơi nào đó", channel="web")
    assert page.status == 400
    assert page.form("Bắt đầu").fields["place"] == "nơi nào đó"
    assert page.form("Bắt đầu").fields["channel"] == "web"
