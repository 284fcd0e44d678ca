"""Campaigns in a real browser: what scripts add keeps itself, counts as one types and waits until all was read."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.window import Window
from tests.console.bureau import Bureau
from tests.console.writing import TEXT, aimed, begun, residents_of, signed, submitted


async def test_what_is_typed_keeps_itself_and_is_counted(bureau: Bureau, phone: Window) -> None:
    chi = await bureau.sit("Chi")
    await begun(chi)
    await phone.as_officer(chi)
    await phone.goto("/console/campaigns/1/texts")
    await phone.page.fill("#f-text-vi", "Bà con nhớ mang căn cước. Xin cảm ơn.")
    await expect(phone.page.locator("#c-vi")).to_contain_text("37/900 ký tự · câu dài nhất 6 chữ")
    await expect(phone.page.locator("#kept-line")).to_contain_text("Tự lưu lúc", timeout=10_000)
    await expect(phone.page.locator("#previews")).to_contain_text("căn cước")
    assert (await bureau.station.campaign()).texts[0].text == "Bà con nhớ mang căn cước. Xin cảm ơn."
    await phone.page.press("#f-text-vi", "End")
    await phone.page.type("#f-text-vi", "!")  # a second time, with the mark that came with the first
    await expect(phone.page.locator("#previews")).to_contain_text("cảm ơn.!", timeout=10_000)
    assert await phone.faults() == []


async def test_ticking_a_place_counts_and_keeps(bureau: Bureau, desktop: Window) -> None:
    await residents_of(bureau, 4)
    chi = await bureau.sit("Chi")
    await begun(chi)
    await desktop.as_officer(chi)
    await desktop.goto("/console/campaigns/1/audience")
    await desktop.page.get_by_label("Cả tỉnh Đồng Tháp").check()
    await expect(desktop.page.locator("#forecast")).to_contain_text("Dự báo 4 người: tới được 4", timeout=10_000)
    await expect(desktop.page.locator("#kept-line")).to_contain_text("Tự lưu lúc")
    await desktop.page.locator("input[name=where][value=everywhere]").check()
    await expect(desktop.page.locator("#kept-line")).to_contain_text("Tự lưu lúc")
    await desktop.page.fill("#f-q", "tan ho co")
    assert await desktop.page.locator("[data-find]:visible").count() <= 3
    assert await desktop.faults() == []
    await desktop.goto("/console/campaigns/1/time")
    assert not await desktop.page.get_by_label("Thứ Hai").is_visible()
    await desktop.page.locator("input[name=kind][value=weekly]").check()
    await desktop.page.get_by_label("Thứ Hai").check()
    await desktop.page.fill("#f-date", "2026-11-23")
    await desktop.page.fill("#f-until", "2026-12-31")
    await desktop.page.press("#f-until", "Tab")
    await expect(desktop.page.locator("#coming")).to_contain_text("Thứ Hai, 7:30 ngày 30/11/2026", timeout=10_000)
    assert await desktop.faults() == []


async def test_boxes_wait_until_all_was_read(bureau: Bureau, phone: Window) -> None:
    chi, dung, giang = await bureau.sit("Chi"), await bureau.sit("Dung"), await bureau.sit("Giang")
    await submitted(chi, vi=f"{TEXT}\n" * 30)
    await signed(bureau, dung)
    await phone.as_officer(giang)
    await phone.goto("/console/campaigns/1/approve")
    box = phone.page.get_by_label("Đã đọc hết chữ")
    assert await box.is_disabled()
    await phone.page.locator("#read-end").scroll_into_view_if_needed()
    await expect(box).to_be_enabled()
    assert await phone.faults() == []
    await aimed(chi)  # refused: handed in already, and nobody said that it may be changed
    assert (await bureau.station.campaign()).state == "submitted"
