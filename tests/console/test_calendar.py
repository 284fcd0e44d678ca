"""The calendar by month and by week, and the private address that reads it."""

from __future__ import annotations

from typing import Any

from bot.staff.roles import Role
from tests.console.browser import Page
from tests.console.bureau import Bureau
from tests.console.sent import TAN_HO_CO, THUONG_PHUOC, planned, until


def day(page: Page, iso: str) -> Any:
    """What stands on a day; text in one line."""
    [found] = page.tree.xpath(f"//li[.//time[@datetime='{iso}']]")
    return " ".join(" ".join(found.itertext()).split())


async def test_a_month_with_single_and_repeating_dates(bureau: Bureau) -> None:
    await planned(bureau, "Một lần", at="2026-11-21T07:30")
    await planned(bureau, "Hằng tuần", at="2026-11-23T08:00", rule="FREQ=WEEKLY")
    browser = await bureau.sit("Chi")
    page = await browser.click(await browser.open("/console/more"), "Lịch gửi")
    assert "Tháng 11/2026" in page.text
    assert "7:30 CD-1 Một lần đã đặt lịch" in day(page, "2026-11-21")
    assert "8:00 CD-2 Hằng tuần đã đặt lịch" in day(page, "2026-11-23")
    assert "8:00 CD-2 Hằng tuần theo lịch lặp" in day(page, "2026-11-30")
    assert "Hôm nay" in day(page, "2026-11-20")
    assert page.link("CD-1") == "/console/runs/1"
    assert "Gần giờ" not in page.text
    december = await browser.click(page, "Sau")
    assert "Tháng 12/2026" in december.text
    assert "theo lịch lặp" in day(december, "2026-12-14")
    assert "Tháng 11/2026" in (await browser.click(december, "Trước")).text
    back = await browser.click(december, "Về hôm nay")
    assert "Tháng 11/2026" in back.text


async def test_a_week_from_monday_to_sunday(bureau: Bureau) -> None:
    await planned(bureau, at="2026-11-21T07:30")
    browser = await bureau.sit("Chi")
    page = await browser.click(await browser.open("/console/calendar"), "Theo tuần")
    assert "Tuần 16/11 – 22/11/2026" in page.text
    assert len(page.tree.xpath("//ol[contains(@class, 'days')]/li")) == 7
    assert "CD-1" in day(page, "2026-11-21")
    assert "CD-1" not in (await browser.click(page, "Sau")).text


async def test_what_comes_too_close_is_marked_by_word_and_icon(bureau: Bureau) -> None:
    await planned(bureau, "Sớm", at="2026-11-21T07:30")
    await planned(bureau, "Ngay sau", at="2026-11-21T08:00", places=(THUONG_PHUOC,))
    await planned(bureau, "Nơi khác", at="2026-11-25T08:00", places=(THUONG_PHUOC,))
    await planned(bureau, "Cùng giờ, nơi khác", at="2026-11-25T08:30", places=(TAN_HO_CO,))
    page = await (await bureau.sit("Chi")).open("/console/calendar")
    text = day(page, "2026-11-21")
    assert "Gần giờ với CD-2 lúc 8:00, cùng nơi nhận" in text
    assert "Gần giờ với CD-1 lúc 7:30, cùng nơi nhận" in text
    assert "Gần giờ" not in day(page, "2026-11-25")
    marked = page.tree.xpath("//span[@class='clash']")
    assert len(marked) == 2
    assert all(each.xpath(".//use/@href") == ["#icon-urgent"] for each in marked)


async def test_of_one_area_only(bureau: Bureau) -> None:
    await planned(bureau, "Cho Thường Phước", at="2026-11-21T07:30", places=(THUONG_PHUOC,))
    await planned(bureau, "Cho Tân Hộ Cơ", at="2026-11-24T07:30", places=(TAN_HO_CO,))
    await planned(bureau, "Cho cả tỉnh", at="2026-11-26T07:30")
    browser = await bureau.sit("Chi")
    page = await browser.send(await browser.open("/console/calendar"), "Lọc", area=THUONG_PHUOC)
    assert "Cho Thường Phước" in page.text
    assert "Cho cả tỉnh" in page.text
    assert "Cho Tân Hộ Cơ" not in page.text
    assert f"area={THUONG_PHUOC}" in page.link("Sau")


async def test_nobody_sees_what_goes_where_they_may_not_read(bureau: Bureau) -> None:
    await planned(bureau, "Cho Thường Phước", places=(THUONG_PHUOC,))
    await planned(bureau, "Cho cả tỉnh", at="2026-11-26T07:30")
    await bureau.add("Quý", Role.VIEWER, THUONG_PHUOC)
    page = await (await bureau.sit("Quý")).open("/console/calendar")
    assert "Cho Thường Phước" in page.text
    assert "Cho cả tỉnh" not in page.text


async def test_deadlines_of_our_own_province_lead_to_their_figures(bureau: Bureau) -> None:
    browser = await bureau.sit("Chi")
    page = await browser.open("/console/calendar?day=2026-11-01")
    assert "Hạn báo cáo: Đồng Tháp 2022 IV.13" in day(page, "2026-11-14")
    assert "Kiên Giang" not in page.text
    path = page.link("Số đã phát từ 15/06/2026") if "15/06/2026" in page.text else page.link("Số đã phát từ")
    assert path.startswith("/console/reports/period?from=2026-06-1")
    assert path.endswith("to=2026-11-14")


async def test_a_private_address_is_shown_once_made_anew_and_ended(bureau: Bureau) -> None:
    await planned(bureau, "Giấy tờ")
    browser = await bureau.sit("Chi")
    page = await browser.send(await browser.open("/console/calendar"), "Tạo địa chỉ")
    address = page.tree.xpath("//*[contains(@class, 'secret')]")[0].text
    path = address[address.index("/calendar/") :]
    assert "Giấy tờ" in (await bureau.browser().open(path)).raw
    page = await browser.open("/console/calendar")
    assert address not in page.raw
    assert "mở được tới 20/11/2027" in page.text
    page = await browser.send(page, "Tạo địa chỉ mới")
    second = page.tree.xpath("//*[contains(@class, 'secret')]")[0].text
    assert (await bureau.browser().open(path)).status == 404
    page = await browser.send(await browser.open("/console/calendar"), "Thu hồi địa chỉ")
    assert "Địa chỉ cũ không mở được nữa." in page.text
    assert (await bureau.browser().open(second[second.index("/calendar/") :])).status == 404
    assert "mở được tới" not in page.text


async def test_odd_questions_show_the_present_month(bureau: Bureau) -> None:
    browser = await bureau.sit("Chi")
    for odd in ("day=x", "day=0001-01-01", "day=9999-12-31", "view=year", "area=c-0", "area=%3Cscript%3E"):
        page = await browser.open(f"/console/calendar?{odd}")
        assert (page.status, "Tháng 11/2026" in page.text) == (200, True), odd
        assert "<script>" not in page.raw


async def test_a_title_is_text(bureau: Bureau) -> None:
    await planned(bureau, "<b>đậm</b>")
    await until(bureau)
    page = await (await bureau.sit("Chi")).open("/console/calendar")
    assert "<b>đậm</b>" in page.text
