"""A wrong answer is found, corrected, signed and published through the console, by three people in three browsers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.staff.roles import Role
from content import store
from tests.console.browser import Browser, Page
from tests.console.bureau import Bureau
from tests.flows.talk import text_of

ENTRY = "border.rules.permit-to-enter"
QUESTION = "vào xã biên giới có cần xin phép không"


async def said(bureau: Bureau) -> str:
    return text_of(await bureau.talk.hears(QUESTION, who="77"))


async def opened(chi: Browser) -> Page:
    """The editor of that entry."""
    page = await chi.open("/console/faq?q=xin+phep+vao+bien+gioi")
    assert page.status == 200
    page = await chi.open(f"/console/faq/entry?id={ENTRY}")
    return await chi.send(page, "Sửa câu này")


async def submitted(chi: Browser, words: str) -> Page:
    page = await opened(chi)
    text = page.tree.xpath("string(//textarea[@name='text_vi'])")
    page = await chi.send(page, "Trình duyệt", text_vi=f"{text.strip()} {words}")
    assert page.status == 200, page.text
    assert page.path.endswith("/review")
    return page


async def test_a_wrong_answer_is_corrected_by_three_people(bureau: Bureau) -> None:
    before = await said(bureau)
    assert "Nhớ hỏi trước khi đi." not in before
    chi, dung, giang = [await bureau.sit(each) for each in ("Chi", "Dung", "Giang")]
    page = await submitted(chi, "Nhớ hỏi trước khi đi.")
    review = page.path
    assert "Công bố ngay" not in page.text
    assert page.tree.xpath("//ins[contains(., 'Nhớ hỏi trước khi đi.')]")
    page = await giang.open(review)
    assert "Bản tiếng Việt chưa có người ký" in page.text
    assert "Câu trả lời chờ duyệt" not in (await chi.open("/console/")).text
    home = await dung.open("/console/")
    assert home.link("Câu trả lời chờ ký") == review
    page = await dung.open(review)
    page = await dung.send(page, "Đã đọc hết, ký: Tiếng Việt", code="000000")
    assert page.status == 409
    assert "đã ký: Dung" not in page.text
    page = await dung.send(page, "Đã đọc hết, ký: Tiếng Việt", code=bureau.code("Dung"))
    assert "đã ký: Dung" in page.text
    page = await giang.click(await giang.open("/console/"), "Câu trả lời chờ duyệt")
    ticks = [each.get("value") for each in page.tree.xpath("//input[@name='tick']")]
    assert len(ticks) == 3
    code = bureau.code("Giang")
    page = await giang.send(page, "Công bố ngay", tick=ticks[:2], code=code)
    assert page.status == 409
    assert "Chưa đánh dấu" in page.text
    assert [each.get("value") for each in page.tree.xpath("//input[@name='tick'][@checked]")] == ticks[:2]
    assert "Nhớ hỏi trước khi đi." not in await said(bureau)
    page = await giang.send(page, "Công bố ngay", tick=ticks, code="000000")
    assert page.status == 409
    assert "Nhớ hỏi trước khi đi." not in await said(bureau)
    page = await giang.send(page, "Công bố ngay", tick=ticks, code=code)  # what was not ticked has spent no code
    assert "Đã công bố" in page.text
    assert "Nhớ hỏi trước khi đi." in await said(bureau)  # at once, without a restart


async def test_nothing_typed_is_lost_when_it_cannot_be_taken(bureau: Bureau) -> None:
    chi = await bureau.sit("Chi")
    page = await opened(chi)
    other = await chi.open(page.path)
    await chi.send(other, "Lưu nháp", review_by="2027-01-01")
    page = await chi.send(page, "Lưu nháp", text_vi="Chữ tôi vừa gõ.", title_vi="Nhãn tôi gõ")
    assert page.status == 409
    assert "Có người vừa sửa" in page.text
    assert page.tree.xpath("string(//textarea[@name='text_vi'])").strip() == "Chữ tôi vừa gõ."
    assert page.tree.xpath("//input[@name='title_vi']/@value") == ["Nhãn tôi gõ"]
    page = await chi.send(page, "Trình duyệt", text_vi="Phạt 77 triệu đồng.")
    assert page.status == 409
    assert "“77 triệu”" in page.text
    assert page.tree.xpath("string(//textarea[@name='text_vi'])").strip() == "Phạt 77 triệu đồng."
    page = await chi.send(page, "Lưu nháp", as_of="hôm qua")
    assert page.status == 409
    assert "cần một ngày" in page.text
    assert page.tree.xpath("//input[@name='as_of']/@value") == ["hôm qua"]


async def test_trying_and_asking_the_test_questions(bureau: Bureau) -> None:
    chi = await bureau.sit("Chi")
    page = await opened(chi)
    page = await chi.send(page, "Lưu và thử câu này", **{"try": "di choi vo xa bien gioi can phep ko"})
    assert "TRẢ LỜI" in page.text
    assert "Vì có các chữ" in page.text
    assert "bien" in page.tree.xpath("string(//fieldset[@id='tried'])")
    page = await chi.send(page, "Lưu và hỏi các câu thử")
    assert "Không câu hỏi thử nào được trả lời khác đi." in page.text
    assert "566" in page.text


async def test_trying_what_was_handed_in_leaves_it_handed_in(bureau: Bureau) -> None:
    chi = await bureau.sit("Chi")
    editor = (await submitted(chi, "Nhớ hỏi trước.")).path.removesuffix("/review")
    page = await chi.open(editor)
    assert "Sửa chữ này thì phải trình lại" in page.text
    page = await chi.send(page, "Lưu và thử câu này", **{"try": "vo xa bien gioi can giay phep ko"})
    assert "chờ duyệt" in page.text
    page = await chi.send(page, "Lưu nháp", text_vi="Không cần. Hỏi Công an xã.")
    assert "đang soạn" in page.text


async def test_a_change_that_makes_answers_worse_is_said_with_its_figures(bureau: Bureau) -> None:
    chi = await bureau.sit("Chi")
    page = await opened(chi)
    page = await chi.send(page, "Lưu và hỏi các câu thử", phrasings_vi="giá vàng\ngiá lúa", phrasings_en="gold")
    assert "câu hỏi thử trả lời kém đi" in page.text
    page = await chi.send(page, "Trình duyệt")
    assert page.status == 409
    assert "Ghi lý do" in page.text
    page = await chi.send(page, "Trình duyệt", reason="Câu này nay chỉ nói về giá vàng")
    assert page.path.endswith("/review"), page.text


async def test_returned_restored_and_dropped(bureau: Bureau) -> None:
    chi, giang = await bureau.sit("Chi"), await bureau.sit("Giang")
    review = (await submitted(chi, "Nhớ hỏi trước.")).path
    page = await giang.open(review)
    page = await giang.send(page, "Trả lại, ghi lý do", reason="sai")
    assert page.status == 409
    page = await giang.send(page, "Trả lại, ghi lý do", reason="Câu thêm vào chưa có trong luật.")
    assert page.path == "/console/faq"
    page = await chi.open(review.removesuffix("/review"))
    assert "Câu thêm vào chưa có trong luật." in page.text
    page = await chi.send(page, "Bỏ bản nháp")
    assert "Đã bỏ bản nháp" in page.text
    page = await chi.open(f"/console/faq/entry?id={ENTRY}")
    page = await chi.click(page, "bản phát hành")
    assert "Đây là bản đầu tiên." in page.text
    assert "đang dùng" in page.text


async def test_a_group_of_questions_becomes_an_entry(bureau: Bureau) -> None:
    async with bureau.db.transaction() as connection:
        for number in range(3):
            day = bureau.clock.now().date() - timedelta(days=number)
            await store.note_unanswered(connection, "phà sở thượng mấy giờ chạy", "vi", "web", day)
        await store.note_unanswered(connection, "câu hiếm của một người", "vi", "web", day)
    chi = await bureau.sit("Chi")
    page = await chi.open("/console/faq/unanswered")
    assert "câu hiếm" not in page.text
    page = await chi.click(page, "Soạn câu mới từ nhóm này")
    page = await chi.send(page, "Bắt đầu soạn", title="Phà Sở Thượng", topic="crossing", scope="dong-thap")
    assert "phà sở thượng mấy giờ chạy" in page.raw
    page = await chi.send(page, "Trình duyệt", text_vi="Phà chạy từ 5 giờ.")
    assert "không nêu sự kiện nào" in page.text
    page = await chi.send(
        page, "Lưu nháp", own_facts_text=["Phà chạy từ 5 giờ."], own_facts_source=["Bến phà"], sources_name=["Bến phà"]
    )
    assert "Phải sửa mới trình được" not in page.text
    page = await chi.open("/console/faq")
    assert "Phà Sở Thượng" in page.text


@pytest.mark.parametrize("name", ["An", "Giang", "Dung", "Lan"])
async def test_everybody_sees_what_is_theirs(bureau: Bureau, name: str) -> None:
    await bureau.add("Lan", Role.VIEWER)
    browser = await bureau.sit(name)
    for path in ("/console/faq", f"/console/faq/entry?id={ENTRY}", "/console/faq/unanswered", "/console/faq/proposals"):
        page = await browser.open(path)
        assert page.status == 200, (name, path, page.text)
    page = await browser.open(f"/console/faq/entry?id={ENTRY}")
    assert ("Sửa câu này" in page.text) is (name == "Dung")
    assert (await browser.open("/console/faq/new")).status == (200 if name == "Dung" else 403)
    assert (await browser.open("/console/faq/entry?id=no.such")).status == 404
    assert (await browser.open("/console/faq/drafts/99")).status in (404, 409)
