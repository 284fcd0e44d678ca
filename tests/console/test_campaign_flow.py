"""A campaign from a template to the phones of residents, by the console's pages alone and without JavaScript."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.console.bureau import Bureau
from tests.console.writing import TEXT, approved, residents_of, signed, submitted

KHMER_BEGINS = "បងប្អូននៅតំបន់ព្រំដែន"


async def test_from_a_template_to_residents(bureau: Bureau) -> None:
    await residents_of(bureau, 3)
    await residents_of(bureau, 2, "km", first=8000)
    chi, dung, giang = await bureau.sit("Chi"), await bureau.sit("Dung"), await bureau.sit("Giang")
    gallery = await chi.open("/console/campaigns/new?topic=border-treaties&plan=BR–VT 2024")
    page = await chi.click(gallery, "Thành quả phân giới, cắm mốc Việt Nam – Campuchia")
    page = await chi.send(page, "Dùng mẫu này")
    assert page.path == "/console/campaigns/1/texts"

    # Whoever begins from a template still chooses where and when.
    page = await chi.send(page, "Tiếp: Gửi ai")
    assert "Dự báo 5 người: tới được 5, không tới 0." in page.text
    page = await chi.send(page, "Tiếp: Lúc nào", where="everywhere")
    page = await chi.click(page, "Một lần, lúc 8:00 ngày 22/12/2026.")
    page = await chi.send(page, "Tiếp: Trình")
    assert "Có chữ: tiếng Việt, tiếng Khmer, tiếng Anh." in page.text
    page = await chi.send(page, "Trình duyệt")
    assert "Đã trình. Người duyệt: cán bộ khác" in page.text

    # Returned once, with a reason that the author reads.
    page = await giang.open("/console/campaigns/1/approve")
    page = await giang.send(page, "Trả lại", reason="Thêm một câu nhắc mang theo giấy tờ")
    assert "đã trả lại cho người soạn" in page.text
    page = await chi.open("/console/campaigns/1")
    assert "Bị trả lại: Thêm một câu nhắc mang theo giấy tờ" in page.text
    page = await chi.click(page, "Soạn tiếp")
    text = page.tree.get_element_by_id("f-text-vi").text.strip() + "\nĐi đâu cũng nhớ mang giấy tờ."
    page = await chi.send(page, "Lưu", **{"text-vi": text, "text-en": ""})
    assert "Đã lưu." in page.text
    page = await chi.send(await chi.open("/console/campaigns/1/submit"), "Trình duyệt")

    # Each language by somebody else than who typed it; the difference is against what was returned: nothing was signed.
    page = await dung.open("/console/campaigns/1/sign/vi")
    assert "So với bản bị trả lại lần trước" in page.text
    assert page.tree.xpath("string(//ins[contains(., 'giấy')])").strip() == "Đi đâu cũng nhớ mang giấy tờ."
    assert "đã ký bản tiếng Việt" in (await signed(bureau, dung)).text
    assert "đã ký bản tiếng Khmer" in (await signed(bureau, dung, "km")).text

    page = await giang.open("/console/campaigns/1/approve")
    assert text.splitlines()[0] in page.text
    assert KHMER_BEGINS in page.text
    assert "Thêm một câu nhắc mang theo giấy tờ" in page.text  # the last decision
    page = await approved(bureau, giang)
    assert "Đã duyệt dấu" in page.text
    assert "người duyệt không làm thay" in page.text
    page = await chi.send(await chi.open("/console/campaigns/1"), "Đặt lịch gửi")
    assert "CD-1 sẽ gửi lúc 8:00 ngày 22/12/2026" in page.text
    assert page.link("Đợt 1") == "/console/runs/1"

    bureau.clock.advance((datetime(2026, 12, 22, 1, 0, 5, tzinfo=UTC) - bureau.clock.now()).total_seconds())
    await bureau.talk.goes_out()
    heard = {each.address.external_id: each.message.text for each in bureau.talk.channel.said}
    assert {each for each in heard if each.startswith("7")} == {"7000", "7001", "7002"}
    assert all("Đi đâu cũng nhớ mang giấy tờ." in heard[each] for each in ("7000", "7001", "7002"))
    assert all(heard[each].startswith(KHMER_BEGINS) for each in ("8000", "8001"))
    page = await (await bureau.sit("Chi")).open("/console/campaigns?state=over")
    assert "Thành quả phân giới" in page.text


async def test_a_copy_is_compared_with_what_was_signed_of_the_first(bureau: Bureau) -> None:
    chi, dung, giang = await bureau.sit("Chi"), await bureau.sit("Dung"), await bureau.sit("Giang")
    await submitted(chi)
    await signed(bureau, dung)
    await approved(bureau, giang)
    page = await chi.send(await chi.open("/console/campaigns/1"), "Soạn lại từ bản này")
    assert page.path == "/console/campaigns/2/texts"
    await chi.send(page, "Lưu", **{"text-vi": TEXT.replace("500.000", "700.000")})
    page = await dung.open("/console/campaigns/2/sign/vi")
    assert "So với bản được ký lần trước" in page.text
    assert page.tree.xpath("//p[contains(@class, 'compared')]/del/text()") == ["500.000"]
    assert page.tree.xpath("//p[contains(@class, 'compared')]/ins/text()") == ["700.000"]
