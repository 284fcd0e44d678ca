"""Signing, approving and giving back: by the right person, of what was read, with a fresh code, or not at all."""

from __future__ import annotations

from bot.staff.roles import Role
from broadcasts.approval import SECRECY
from broadcasts.campaigns import CampaignState
from tests.console.browser import Browser, Page
from tests.console.bureau import Bureau
from tests.console.test_campaign_writing import alert
from tests.console.writing import KHMER, TEXT, approved, begun, signed, submitted


def ticks(page: Page) -> list[str]:
    return [str(each.get("value")) for each in page.tree.xpath("//input[@name='tick']")]


def ticked(page: Page, *names: str) -> bool:
    return all(page.tree.xpath(f"//input[@name='{name}' and @checked]") for name in names)


async def state(bureau: Bureau) -> CampaignState:
    return CampaignState((await bureau.station.campaign()).state)


async def test_only_somebody_else_signs_what_was_read_with_a_fresh_code(bureau: Bureau) -> None:
    await bureau.station.grant("Chi", Role.REVIEWER)
    chi, dung = await bureau.sit("Chi"), await bureau.sit("Dung")
    await submitted(chi)
    page = await chi.open("/console/campaigns/1/sign/vi")
    assert "Người gõ bản này không tự ký được" in page.text
    assert not page.tree.xpath("//button[contains(., 'Ký bản này')]")
    page = await dung.open("/console/campaigns/1/sign/vi")
    assert "Không có bản nào được giữ từ trước để so: đọc toàn văn." in page.text
    code = bureau.code("Dung")
    page = await dung.send(page, "Ký bản này", code=code)
    assert "Đánh dấu “Đã đọc hết chữ”" in alert(page)
    page = await dung.send(page, "Ký bản này", read=True, code="000000")
    assert page.status == 409
    assert ticked(page, "read")
    assert "000000" not in page.raw
    page = await dung.send(page, "Ký bản này", code=code)  # it was spent on nothing before
    assert "đã ký bản tiếng Việt" in page.text
    assert (await dung.open("/console/campaigns/1/sign/xx")).status == 404
    async with chi.web.post(
        f"{bureau.root}/console/campaigns/1/sign/vi",
        data={"csrf": (await chi.open("/console/")).form("Đăng xuất").fields["csrf"], "read": "1"},
    ) as response:
        assert response.status == 409


async def test_what_changed_while_it_was_read_is_not_signed_nor_approved(bureau: Bureau) -> None:
    chi, dung, giang = await bureau.sit("Chi"), await bureau.sit("Dung"), await bureau.sit("Giang")
    await submitted(chi)
    old = await dung.open("/console/campaigns/1/sign/vi")
    page = await chi.open("/console/campaigns/1/texts")
    await chi.send(page, "Lưu", reopen=True, **{"text-vi": TEXT.replace("500.000", "700.000")})
    page = await dung.send(old, "Ký bản này", read=True, code=bureau.code("Dung"))
    assert "Chữ đã đổi từ khi mở trang này" in alert(page)
    assert "700.000" in page.text
    await chi.send(await chi.open("/console/campaigns/1/submit"), "Trình duyệt")
    await signed(bureau, dung)
    old = await giang.open("/console/campaigns/1/approve")
    page = await chi.open("/console/campaigns/1/texts")
    await chi.send(page, "Lưu", reopen=True, **{"text-vi": TEXT.replace("500.000", "900.000")})
    given = {"tick": ticks(old), "read": True, "looked": True, "code": bureau.code("Giang")}
    page = await giang.send(old, "Duyệt", **given)
    assert "Chiến dịch đã đổi từ khi mở trang này" in alert(page)
    assert "900.000" in page.text
    page = await giang.send(old, "Trả lại", reason="năm chữ là đủ rồi nhé")
    assert "đã đổi" in alert(page)
    assert await state(bureau) is CampaignState.DRAFT


async def test_everything_is_ticked_one_by_one_and_nothing_ticked_is_lost(bureau: Bureau) -> None:
    chi, dung, giang = await bureau.sit("Chi"), await bureau.sit("Dung"), await bureau.sit("Giang")
    await submitted(chi)
    page = await giang.open("/console/campaigns/1/approve")
    assert "Chưa có bản ngôn ngữ nào được ký." in page.text
    await signed(bureau, dung)
    page = await giang.open("/console/campaigns/1/approve")
    assert TEXT in page.text
    assert "Tác giả: Chi (không được tự duyệt)" in page.text
    assert ticks(page)[-1] == SECRECY
    code = bureau.code("Giang")
    page = await giang.send(page, "Duyệt", tick=ticks(page)[1:], read=True, looked=True, code=code)
    assert f"Chưa đánh dấu: {ticks(page)[0]}." in alert(page)
    assert ticked(page, "read", "looked")
    page = await giang.send(page, "Duyệt", tick=ticks(page), looked=False, code=code)
    assert "Đã xem nơi và giờ gửi" in alert(page)
    page = await giang.send(page, "Duyệt", looked=True, code="123456")
    assert page.status == 409
    assert await state(bureau) is CampaignState.SUBMITTED
    page = await giang.send(page, "Duyệt", code=code)
    assert "Đã duyệt dấu" in page.text
    assert await state(bureau) is CampaignState.APPROVED
    [row] = await bureau.station.rows("decisions")
    assert SECRECY in row.ticks
    assert row.seen["texts"] == {"vi": TEXT}


async def test_the_author_sees_the_page_without_the_button_and_with_the_reason(bureau: Bureau) -> None:
    await bureau.station.grant("Chi", Role.APPROVER)
    chi, dung = await bureau.sit("Chi"), await bureau.sit("Dung")
    await submitted(chi)
    await signed(bureau, dung)
    page = await chi.open("/console/campaigns/1/approve")
    assert TEXT in page.text
    assert "Tác giả không tự duyệt được, kể cả quản trị" in page.text
    assert not page.tree.xpath("//form[contains(@action, '/approve')]")
    form = {"csrf": page.form("Đăng xuất").fields["csrf"], "read": "1", "looked": "1", "tick": SECRECY}
    form |= {"digest": page.form("Trả lại").fields["digest"], "version": page.form("Trả lại").fields["version"]}
    async with chi.web.post(f"{bureau.root}/console/campaigns/1/approve", data=form) as response:
        assert response.status == 409
    assert await state(bureau) is CampaignState.SUBMITTED
    page = await dung.open("/console/campaigns/1/approve")  # who may not approve may read
    assert "không có quyền duyệt" in page.text
    async with dung.web.post(
        f"{bureau.root}/console/campaigns/1/return",
        data={"csrf": page.form("Đăng xuất").fields["csrf"], "reason": "một hai ba bốn năm"},
    ) as response:
        assert response.status == 403


async def test_a_return_needs_five_words(bureau: Bureau) -> None:
    chi, giang = await bureau.sit("Chi"), await bureau.sit("Giang")
    await submitted(chi)
    page = await giang.open("/console/campaigns/1/approve")
    page = await giang.send(page, "Trả lại", reason="  Thiếu   số điều ")
    assert "ít nhất 5 chữ" in alert(page)
    assert "Thiếu" in str(page.form("Trả lại").fields["reason"])
    evil = "Thiếu <b>số</b> điều luật ở câu hai"
    page = await giang.send(page, "Trả lại", reason=evil)
    assert await state(bureau) is CampaignState.RETURNED
    page = await chi.open("/console/campaigns/1")
    assert evil in page.text
    page = await chi.open("/console/campaigns/1/submit")
    page = await chi.send(page, "Trình duyệt")
    assert "bị trả lại" in alert(page)


async def changed(bureau: Bureau, chi: Browser) -> None:
    """Another text, one place more, and another hour."""
    page = await chi.open("/console/campaigns/1/texts")
    await chi.send(page, "Lưu", reopen=True, **{"text-vi": TEXT + " Hỏi Công an xã."})
    page = await chi.open("/console/campaigns/1/audience")
    await chi.send(page, "Lưu", places=["p-dong-thap", "p-an-giang"])
    page = await chi.open("/console/campaigns/1/time")
    await chi.send(page, "Lưu", time="10:30")
    await chi.send(await chi.open("/console/campaigns/1/submit"), "Trình duyệt")


async def test_the_approver_is_shown_what_changed_since_the_last_time(bureau: Bureau) -> None:
    chi, dung, giang = await bureau.sit("Chi"), await bureau.sit("Dung"), await bureau.sit("Giang")
    await submitted(chi, vi=TEXT, km=KHMER)
    await signed(bureau, dung)
    page = await giang.open("/console/campaigns/1/approve")
    assert "đây là lần đầu" in page.text
    await approved(bureau, giang)
    await changed(bureau, chi)
    page = await dung.open("/console/campaigns/1/sign/vi")
    assert "So với bản được ký lần trước" in page.text
    await signed(bureau, dung)
    page = await giang.open("/console/campaigns/1/approve")
    summaries = [
        " ".join(each.text_content().split()) for each in page.tree.xpath("//details[@class='change']/summary")
    ]
    assert summaries == ["Tiếng Việt · +1 câu, −0 câu", "Nơi · +1, −0", "Giờ gửi"]
    assert "Hỏi Công an xã." in page.tree.xpath("string(//p[contains(@class, 'compared')]/ins)")
    assert page.tree.xpath("//details[@class='change']//li/ins/text()")[0] == "tỉnh An Giang"


async def test_planning_is_for_who_writes_and_only_of_what_is_approved(bureau: Bureau) -> None:
    chi, dung, giang = await bureau.sit("Chi"), await bureau.sit("Dung"), await bureau.sit("Giang")
    await submitted(chi)
    csrf = (await chi.open("/console/")).form("Đăng xuất").fields["csrf"]
    async with chi.web.post(f"{bureau.root}/console/campaigns/1/schedule", data={"csrf": csrf}) as response:
        assert response.status == 409
        assert "đang chờ duyệt" in await response.text()
    await signed(bureau, dung)
    page = await approved(bureau, giang)
    assert not page.tree.xpath("//form[contains(@action, '/schedule')]")
    bureau.clock.advance(3 * 86_400)
    chi = await bureau.sit("Chi")
    page = await chi.send(await chi.open("/console/campaigns/1"), "Đặt lịch gửi")
    assert "Giờ gửi đã qua" in alert(page)
    assert await state(bureau) is CampaignState.APPROVED


async def test_pages_in_english_and_in_every_state(bureau: Bureau) -> None:
    chi = await bureau.sit("Chi")
    await chi.open("/console/language?to=en&next=/console/")
    await chi.open("/console/campaigns")
    page = await chi.send(await chi.open("/console/campaigns/new"), "Begin with an empty page", title="One")
    await chi.send(page, "Save", **{"text-vi": TEXT})
    for path in ("", "/new", "/1", "/1/texts", "/1/audience", "/1/time", "/1/submit", "/1/sign/vi", "/1/approve"):
        page = await chi.open(f"/console/campaigns{path}")
        assert page.status == 200
        assert page.tree.get("lang") == "en"
    assert "Missing: Nobody chosen yet." in (await chi.open("/console/campaigns/1/submit")).text
    await begun_again(chi)


async def begun_again(chi: Browser) -> None:
    await chi.open("/console/language?to=vi&next=/console/")
    assert "Đang soạn" in (await begun(chi, "Hai")).text
