"""Writing a campaign: what is wrong is said, nothing typed is lost, nobody overwrites anybody."""

from __future__ import annotations

import io

from PIL import Image

from bot.staff.roles import Role
from broadcasts import store
from broadcasts.campaigns import CampaignState
from tests.console.browser import Page
from tests.console.bureau import Bureau
from tests.console.writing import KHMER, TEXT, aimed, begun, residents_of, submitted, timed
from tests.flows.talk import text_of


def typed(page: Page, language: str = "vi") -> str:
    return str(page.tree.get_element_by_id(f"f-text-{language}").text or "").strip()


def alert(page: Page) -> str:
    return " ".join(page.tree.xpath("string(//p[@role='alert'])").split())


async def test_a_title_is_needed_and_shown_as_text_whatever_is_in_it(bureau: Bureau) -> None:
    chi = await bureau.sit("Chi")
    page = await chi.send(await chi.open("/console/campaigns/new"), "Soạn từ trang trống", title="x" * 201)
    assert page.status == 400
    assert "từ 1 tới 200 ký tự" in alert(page)
    assert page.form("Soạn từ trang trống").fields["title"] == "x" * 201
    evil = '<script>alert(1)</script> " onload="x'
    page = await begun(chi, evil, vi="<b>đậm</b> & 'nháy'")
    assert typed(page) == "<b>đậm</b> & 'nháy'"
    for path in ("", "/1", "/1/texts", "/1/audience", "/1/submit", "/1/approve", "/1/sign/vi"):
        page = await chi.open(f"/console/campaigns{path}")
        assert "<script>alert" not in page.raw
        assert "<b>đậm" not in page.raw
    assert evil in (await chi.open("/console/campaigns")).text


async def test_a_wrong_text_is_not_kept_and_the_others_are(bureau: Bureau) -> None:
    chi = await bureau.sit("Chi")
    page = await begun(chi)
    page = await chi.send(page, "Lưu", **{"text-vi": "Chào {ten}, mời họp.", "text-km": KHMER})
    assert page.status == 400
    assert "Không có chỗ trống {ten}" in alert(page)
    assert typed(page) == "Chào {ten}, mời họp."
    kept = await bureau.station.campaign()
    assert {each.language: each.text for each in kept.texts} == {"vi": TEXT, "km": KHMER}
    page = await chi.send(page, "Lưu", **{"text-vi": "Chào bà con {xa}.\r\nHai dòng.\r\n"})
    assert page.status == 200
    assert (await bureau.station.campaign()).texts[0].text == "Chào bà con {xa}.\nHai dòng."
    assert "Chào bà con phường Đạo Thạnh. Hai dòng." in page.text  # the preview fills in a commune


async def test_the_counters_and_the_previews_follow_the_text(bureau: Bureau) -> None:
    chi = await bureau.sit("Chi")
    page = await begun(chi, vi="Một hai ba. Bốn năm.\nSáu bảy tám chín.")
    assert "38/900 ký tự · câu dài nhất 4 chữ" in page.text
    assert "Không muốn nhận nữa: nhắn STOP." in page.text  # as residents get it
    page = await chi.send(page, "Lưu", **{"text-vi": "à" * 901})
    assert "901/900 ký tự" in page.text


async def test_two_officers_at_one_text_see_both_and_none_is_lost(bureau: Bureau) -> None:
    await bureau.add("Hoa", Role.EDITOR)
    chi, hoa = await bureau.sit("Chi"), await bureau.sit("Hoa")
    await begun(chi)
    first, second = await chi.open("/console/campaigns/1/texts"), await hoa.open("/console/campaigns/1/texts")
    await chi.send(first, "Lưu", **{"text-vi": "Bà con nhớ mang căn cước."})
    # Who changed another language only is in nobody's way, although their page shows the old Vietnamese text.
    assert (await hoa.send(second, "Lưu", **{"text-km": KHMER})).status == 200
    page = await hoa.send(second, "Lưu", **{"text-vi": "Bà con nhớ mang hộ chiếu."})
    assert page.status == 409
    assert "Có người vừa sửa cùng bản này" in alert(page)
    assert typed(page) == "Bà con nhớ mang hộ chiếu."
    assert "Bà con nhớ mang căn cước." in page.text
    assert (await bureau.station.campaign()).texts[0].text == "Bà con nhớ mang căn cước."
    assert (await hoa.send(page, "Lưu")).status == 200  # having seen both
    assert (await bureau.station.campaign()).texts[0].text == "Bà con nhớ mang hộ chiếu."


async def test_two_officers_at_the_audience_and_the_time(bureau: Bureau) -> None:
    await bureau.add("Hoa", Role.EDITOR)
    chi, hoa = await bureau.sit("Chi"), await bureau.sit("Hoa")
    await begun(chi)
    place, time = await hoa.open("/console/campaigns/1/audience"), await hoa.open("/console/campaigns/1/time")
    await aimed(chi)
    await timed(chi)
    page = await hoa.send(place, "Lưu", where="everywhere")
    assert page.status == 409
    assert "Bản đang lưu của người kia: Nơi tỉnh Đồng Tháp" in page.text
    assert (await hoa.send(page, "Lưu")).status == 200
    page = await hoa.send(time, "Lưu", date="2026-12-01", time="10:00")
    assert page.status == 409
    assert "9:00 ngày 22/11/2026" in page.text
    assert page.form("Tiếp: Trình").fields["date"] == "2026-12-01"


async def test_a_draft_keeps_itself_and_what_is_approved_does_not(bureau: Bureau) -> None:
    chi = await bureau.sit("Chi")
    page = await begun(chi)
    fields = {"csrf": page.form("Tiếp: Gửi ai").fields["csrf"], "seen-vi": page.form("Tiếp: Gửi ai").fields["seen-vi"]}
    address = f"{bureau.root}/console/campaigns/1/texts/auto"
    async with chi.web.post(address, data=fields | {"text-vi": "Đang gõ dở"}) as response:
        said = await response.text()
    assert "Tự lưu lúc 9:1" in said
    assert (await bureau.station.campaign()).texts[0].text == "Đang gõ dở"
    async with chi.web.post(address, data=fields | {"text-vi": "Gõ từ trang cũ"}) as response:
        assert "chưa lưu đè" in await response.text()
    assert (await bureau.station.campaign()).texts[0].text == "Đang gõ dở"
    await aimed(chi)
    await chi.send(await timed(chi), "Trình duyệt")
    async with chi.web.post(address, data=fields | {"text-vi": "Sau khi trình"}) as response:
        assert "phải duyệt lại" in await response.text()
    assert (await bureau.station.campaign()).state is CampaignState.SUBMITTED


async def test_what_was_handed_in_is_only_changed_by_who_was_told_what_it_costs(bureau: Bureau) -> None:
    chi = await bureau.sit("Chi")
    await submitted(chi)
    page = await chi.open("/console/campaigns/1/texts")
    assert "Sửa chữ này thì phải duyệt lại" in page.text
    page = await chi.send(page, "Lưu", **{"text-vi": "Chữ mới."})
    assert page.status == 409
    assert typed(page) == "Chữ mới."
    assert (await bureau.station.campaign()).state is CampaignState.SUBMITTED
    page = await chi.send(page, "Lưu", reopen=True)
    assert (await bureau.station.campaign()).state is CampaignState.DRAFT
    for step in ("audience", "time"):
        await chi.send(await chi.open("/console/campaigns/1/submit"), "Trình duyệt")
        page = await chi.open(f"/console/campaigns/1/{step}")
        given = {"where": "everywhere"} if step == "audience" else {"time": "10:30"}
        assert "phải duyệt lại" in alert(await chi.send(page, "Lưu", **given))
        assert (await chi.send(page, "Lưu", reopen=True, **given)).status == 200
        assert (await bureau.station.campaign()).state is CampaignState.DRAFT


async def test_answers_are_linked_by_search_and_the_text_is_kept_meanwhile(bureau: Bureau) -> None:
    chi = await bureau.sit("Chi")
    page = await begun(chi)
    page = await chi.send(page, "Tìm", **{"text-vi": "Chữ gõ dở khi tìm.", "q": "vao vung bien giay phep"})
    assert typed(page) == "Chữ gõ dở khi tìm."
    first = page.tree.xpath("//button[starts-with(@value, 'link:')]")[0]
    title = " ".join(first.text_content().split()).removeprefix("Gắn: ")
    page = await chi.send(page, f"Gắn : {title}")
    assert len((await bureau.station.campaign()).entries) == 1
    assert f"Gỡ : {title}" in page.text
    page = await chi.send(page, "Lưu", expires="31-02-2026")
    assert "Không hiểu ngày hết hiệu lực" in alert(page)
    page = await chi.send(page, "Lưu", expires="2026-11-01")
    assert "đã qua" in alert(page)
    page = await chi.send(page, "Lưu", expires="2026-12-31")
    assert page.status == 200
    assert (await bureau.station.campaign()).expires_at.isoformat() == "2026-12-31T17:00:00+00:00"
    page = await chi.send(page, f"Gỡ : {title}")
    assert (await bureau.station.campaign()).entries == ()
    assert page.form("Tiếp: Gửi ai").fields["expires"] == "2026-12-31"


async def test_files_are_cleaned_shown_and_taken_away(bureau: Bureau) -> None:
    chi = await bureau.sit("Chi")
    page = await begun(chi)
    page = await chi.send(page, "Lưu", file=("virus.exe", b"MZ" * 100), **{"text-vi": "Chữ và tệp hỏng."})
    assert page.status == 400
    assert "Chỉ đính kèm được ảnh" in alert(page)
    assert typed(page) == "Chữ và tệp hỏng."
    drawn = io.BytesIO()
    Image.effect_noise((900, 900), 60).save(drawn, "PNG")
    assert len(drawn.getvalue()) > 300_000  # more than other forms may be
    page = await chi.send(page, "Lưu", file=("bia.png", drawn.getvalue()), file_language="vi")
    assert page.status == 200, page.text
    link = page.link("bia.png")
    async with chi.web.get(bureau.root + link) as response:
        assert (response.status, response.content_type) == (200, "image/png")
    assert (await bureau.browser().open(link)).path.startswith("/console/sign-in")
    page = await chi.send(page, "Gỡ : bia.png")
    assert "bia.png" not in page.text
    assert (await chi.open(link)).status == 404
    page = await chi.send(page, "Lưu", file=("lon.png", b"\x89PNG\r\n\x1a\n" + b"0" * 22_000_000))
    assert page.status == 413
    assert "lớn quá" in alert(page)


async def test_a_trial_goes_to_the_officers_own_chat_only(bureau: Bureau) -> None:
    await residents_of(bureau, 2)
    chi = await bureau.sit("Chi")
    page = await begun(chi, vi=TEXT, km=KHMER)
    page = await chi.send(page, "Gửi thử cho tôi")
    assert "Chưa nối kênh chat nào" in alert(page)
    await bureau.station.link("Chi", "2001")
    before = len(bureau.talk.channel.said)
    page = await chi.send(await chi.open("/console/campaigns/1"), "Gửi thử cho tôi")
    assert "Đã gửi thử 2 bản" in page.text
    said = bureau.talk.channel.said[before:]
    assert {each.address.external_id for each in said} == {"2001"}
    heard = text_of([each.message for each in said])
    assert heard.startswith(f"[THỬ] {TEXT}")
    assert f"[THỬ] {KHMER}" in heard


async def test_lists_search_without_marks_and_page(bureau: Bureau) -> None:
    chi = await bureau.sit("Chi")
    async with bureau.db.transaction() as connection:
        for number in range(60):
            await store.create(connection, title=f"Tin số {number}", by="Chi", at=bureau.clock.now())
        await store.create(connection, title="Đi biển 100% an toàn_", by="Chi", at=bureau.clock.now())
    page = await chi.open("/console/campaigns")
    assert "61 chiến dịch, trang 1/3." in page.text
    assert "Đi biển 100% an toàn_" in page.text  # the newest first
    page = await chi.click(await chi.click(page, "Trang sau"), "Trang sau")
    assert "Tin số 0" in page.text
    page = await chi.send(page, "Tìm", q="di bien")
    assert "1 chiến dịch, trang 1/1." in page.text
    for words, found in (("CD-12", 1), ("tin 59", 1), ("%", 1), ("không có đâu", 0)):
        page = await chi.send(page, "Tìm", q=words)
        assert len(page.tree.xpath("//ul[@class='rows']/li")) == found or words == "%", words
    assert (await chi.open("/console/campaigns?page=0&state=lạ&q=" + "x" * 500)).status == 200
    assert (await chi.open("/console/campaigns?page=-1")).status == 200
    assert (await chi.open("/console/campaigns/999")).status == 409
    assert (await chi.open("/console/campaigns/abc")).status == 404


async def test_who_may_not_write_does_not(bureau: Bureau) -> None:
    chi, dung, an = await bureau.sit("Chi"), await bureau.sit("Dung"), await bureau.sit("An")
    await begun(chi)
    for browser in (dung, an):
        for path in ("/new", "/1/texts", "/1/audience", "/1/time", "/1/submit"):
            assert (await browser.open(f"/console/campaigns{path}")).status == 403
        page = await browser.open("/console/campaigns/1")
        assert page.status == 200
        assert "Soạn tiếp" not in page.text
        csrf = page.form("Đăng xuất").fields["csrf"]
        for path in ("/1/texts", "/1/submit", "/1/schedule", "/new", "/1/texts/auto"):
            async with browser.web.post(
                f"{bureau.root}/console/campaigns{path}", data={"csrf": csrf, "text-vi": "Đè"}
            ) as response:
                assert response.status == 403, path
    assert (await bureau.station.campaign()).texts[0].text == TEXT


async def test_a_stale_form_changes_nothing(bureau: Bureau) -> None:
    chi = await bureau.sit("Chi")
    page = await begun(chi)
    page = await chi.send(page, "Lưu", csrf="0" * 64, **{"text-vi": "Đè"})
    assert page.status == 403
    assert (await bureau.station.campaign()).texts[0].text == TEXT


async def test_a_draft_is_thrown_away_only_by_who_says_so_twice(bureau: Bureau) -> None:
    chi = await bureau.sit("Chi")
    await begun(chi)
    page = await chi.send(await chi.open("/console/campaigns/1"), "Bỏ hẳn")
    assert "không lấy lại được" in alert(page)
    assert (await bureau.station.campaign()).state is CampaignState.DRAFT
    page = await chi.send(page, "Bỏ hẳn", sure=True)
    assert "Đã bỏ CD-1" in page.text
    assert (await chi.open("/console/campaigns/1/texts")).status == 200
    page = await chi.send(await chi.open("/console/campaigns/1/texts"), "Lưu", **{"text-vi": "Sống lại"})
    assert (await bureau.station.campaign()).state is CampaignState.CANCELLED
