"""An urgent notice from a phone-sized console: three pages, once, to those it is for, and nothing typed is lost."""

from __future__ import annotations

import asyncio
from pathlib import Path

from broadcasts.notices import NoticeDraft
from tests.console.browser import Browser, Page
from tests.console.warning_bureau import WarningBureau
from tests.flows.duty_room import FIRST, PROVINCE, SECOND, TAN_HO_CO, THUONG_PHUOC
from tests.flows.talk import text_of

NEW = "/console/notices/new"


class Counting(Browser):
    """Counts what it asks the service for, redirects too."""

    def __init__(self, root: str) -> None:
        super().__init__(root)
        self.asked = 0

    async def open(self, path: str) -> Page:
        self.asked += 1
        return await super().open(path)

    async def send(self, page: Page, button: str, /, **given: object) -> Page:
        self.asked += 2  # the form, and the page that it leads to
        return await super().send(page, button, **given)  # type: ignore[arg-type]


async def test_out_in_three_pages_and_eight_requests(warning: WarningBureau) -> None:
    await warning.people(12)
    await warning.people(3, reachable="blocked")
    await warning.people(6, place=TAN_HO_CO)
    hai = Counting(warning.bureau.root)
    await warning.bureau.sign_in(hai, "Hải")
    hai.asked = 0
    page = await warning.filled(hai)
    assert "bước 3 của 3" in page.text
    assert "Sẽ gửi 12 người, kể cả giờ yên lặng." in page.text
    assert "Không tới được 3 người: người nhận đã chặn 3." in page.text
    assert "Chi phí: 0 đồng." in page.text
    assert await warning.room.rows("notices") == []
    page = await hai.send(page, "GỬI NGAY", code=warning.code("Hải"))
    assert (page.status, page.path) == (200, "/console/notices/1")
    assert hai.asked <= 8
    heard = await warning.goes()
    reached = {who: texts for who, texts in heard.items() if who.startswith("9")}
    assert (len(reached), {len(each) for each in reached.values()}) == (12, {1})
    assert reached["9000"][0].startswith("[TIN KHẨN] Sạt lở bờ sông ở xã Thường Phước.")
    assert "Tin này đang chờ xác nhận lần hai." in reached["9000"][0]
    await hai.close()


async def test_what_cannot_be_sent_yet_is_named(warning: WarningBureau) -> None:
    hai = await warning.sit("Hải")
    page = await hai.open("/console/notices/new")
    assert "Chưa được chỉ huy ký nên chưa phát được: Lũ, nước xiết, Triều cường" in page.text
    assert "Sạt lở bờ sông" not in page.text.split("chưa phát được:")[1]
    assert "chưa phát được" not in (await hai.open("/console/notices/new?drill=1")).text


async def test_the_preview_is_what_is_heard_word_for_word(warning: WarningBureau) -> None:
    await warning.people(1)
    hai = await warning.sit("Hải")
    code = warning.code("Hải")
    page = await warning.filled(hai)
    shown = [each.text_content() for each in page.tree.find_class("said")]
    await hai.send(page, "GỬI NGAY", code=code)
    [text] = (await warning.goes())["9000"]
    assert text in shown
    assert [each.text_content() for each in page.tree.find_class("read-button")] == ["Đã rõ", "Cần giúp"]


async def test_a_wrong_code_sends_nothing_and_loses_nothing(warning: WarningBureau) -> None:
    await warning.people(2)
    hai = await warning.sit("Hải")
    page = await warning.filled(hai, hours="3")
    for wrong in ("000000", "12 34", ""):
        page = await hai.send(page, "GỬI NGAY", code=wrong)
        assert page.status == 400
        assert "Mã không đúng hoặc đã dùng rồi" in page.text
        assert "xã Thường Phước" in page.text
        assert "(3 giờ)" in page.text
    assert await warning.room.rows("notices") == []
    assert (await warning.goes()).get("9000") is None
    page = await hai.send(page, "GỬI NGAY", code=warning.code("Hải"))
    assert page.path == "/console/notices/1"


async def test_what_cannot_be_said_is_marked_and_everything_typed_stays(warning: WarningBureau) -> None:
    await warning.sign("other")
    hai = await warning.sit("Hải")
    page = await hai.send(await hai.open(NEW), "Việc khác")
    words = {"blank-tin": "Xem <b>www.xau.example</b>", "typed": "Đồng Không Có", "hours": "12", "place": [TAN_HO_CO]}
    page = await hai.send(page, "Xem lại tin", **words)
    assert page.status == 400
    assert "không dùng các dấu" in page.text
    assert "Không tìm thấy nơi “Đồng Không Có”" in page.text
    form = page.form("Xem lại tin")
    assert form.fields["blank-tin"] == words["blank-tin"]
    assert form.fields["typed"] == "Đồng Không Có"
    assert "<b>www" not in page.raw
    ticked = form.xpath(".//input[@checked]/@value")
    assert TAN_HO_CO in ticked
    assert "12" in ticked
    page = await hai.send(page, "Xem lại tin", **{"blank-tin": "Cầu Sở Hạ đóng một chiều", "typed": ""})
    assert "Cầu Sở Hạ đóng một chiều" in page.text


async def test_a_place_can_be_typed_as_people_call_it(warning: WarningBureau) -> None:
    hai = await warning.sit("Hải")
    page = await hai.send(await hai.open(NEW), "Sạt lở bờ sông")
    page = await hai.send(page, "Xem lại tin", typed="thuong phuoc, tan ho co")
    assert "xã Thường Phước và xã Tân Hộ Cơ" in page.text
    page = await hai.click(page, "đổi nơi")
    page = await hai.send(page, "Xem lại tin", place=[], typed="c-00004")
    assert page.status == 400
    assert "không nằm trong khu vực" in page.text


async def test_the_whole_province_has_to_be_typed_out(warning: WarningBureau) -> None:
    await warning.people(2)
    hai = await warning.sit("Hải")
    page = await warning.filled(hai, place=["*"])
    code = warning.code("Hải")
    page = await hai.send(page, "GỬI NGAY", code=code, whole="")
    assert page.status == 400
    assert "gõ CA TINH" in page.text
    page = await hai.send(page, "GỬI NGAY", code=code, whole="cả tỉnh")  # the code was not used up
    assert page.path == "/console/notices/1"
    [notice] = await warning.service.notices(await warning.officer("Lâm"))
    assert notice.area == (PROVINCE,)


async def test_sent_twice_it_is_issued_once(warning: WarningBureau) -> None:
    await warning.people(2)
    hai = await warning.sit("Hải")
    page = await warning.filled(hai)
    code = warning.code("Hải")
    first, second = await asyncio.gather(hai.send(page, "GỬI NGAY", code=code), hai.send(page, "GỬI NGAY", code=code))
    assert "/console/notices/1" in (first.path, second.path)
    again = await hai.send(page, "GỬI NGAY", code=code)  # by a phone that got no answer
    assert again.path == "/console/notices/1"
    assert "Tin này đã phát rồi, không gửi thêm lần nữa." in again.text
    assert len(await warning.room.rows("notices")) == 1


async def test_a_connection_that_is_lost_loses_nothing_not_even_to_the_chat(warning: WarningBureau) -> None:
    hai = await warning.sit("Hải")
    await warning.filled(hai)
    page = await (await warning.sit("Hải")).open(NEW)  # another phone
    assert "Đang soạn dở" in page.text
    assert page.link("Soạn tiếp") == f"{NEW}/send"
    await warning.room.talk.hears("/khan", who=FIRST)
    said = await warning.room.talk.taps(
        next(each for each in warning.room.talk.labels(FIRST) if each.startswith("Soạn tiếp")), who=FIRST
    )
    assert "Sạt lở bờ sông ở xã Thường Phước" in text_of(said)


async def test_what_changed_since_it_was_read_is_not_sent(warning: WarningBureau) -> None:
    hai = await warning.sit("Hải")
    page = await warning.filled(hai)
    await warning.service.keep(await warning.officer("Hải"), NoticeDraft("landslide", (TAN_HO_CO,)))  # in the chat
    page = await hai.send(page, "GỬI NGAY", code=warning.code("Hải"))
    assert page.status == 409
    assert "CHƯA GỬI" in page.text
    assert "xã Tân Hộ Cơ" in page.text
    assert await warning.room.rows("notices") == []


async def test_the_same_of_a_colleague_is_joined_instead(warning: WarningBureau) -> None:
    await warning.issued(await warning.sit("Khánh"), "Khánh")
    hai = await warning.sit("Hải")
    page = await warning.filled(hai)
    assert "LƯU Ý: đã có TK-0001 cùng loại ở nơi này, do Khánh phát" in page.text
    page = await hai.send(page, "Tham gia TK-0001")
    assert page.path == "/console/notices/1"
    assert "Anh/chị đã tham gia TK-0001" in page.text
    assert "Đang soạn dở" not in (await hai.open(NEW)).text
    assert len(await warning.room.rows("notices")) == 1


async def test_a_drill_reaches_the_drill_list_and_nobody_else(warning: WarningBureau) -> None:
    await warning.people(5)
    await warning.room.drilling("Hải", "Khánh")
    hai = await warning.sit("Hải")
    page = await hai.click(await hai.open(NEW), "DIỄN TẬP")
    assert "không có sự việc thật" in page.text
    page = await hai.send(page, "Lũ, nước xiết")  # nobody signed it: good enough for a drill
    page = await hai.send(page, "Xem lại tin", place=[THUONG_PHUOC])
    assert "chỉ tới 2 cán bộ trong danh sách diễn tập" in page.text
    page = await hai.send(page, "GỬI NGAY", code=warning.code("Hải"))
    assert "DIỄN TẬP" in page.text
    heard = await warning.goes()
    assert set(heard) == {FIRST, SECOND}
    for [text] in heard.values():
        lines = text.split("\n")
        assert lines[0] == lines[-1] == "[DIỄN TẬP] KHÔNG CÓ SỰ VIỆC THẬT"
    listed = await hai.open("/console/notices")
    assert listed.tree.xpath("//li[contains(@class, 'drill')]")


async def test_who_is_not_on_duty_has_no_button_and_no_way_in(tmp_path: Path) -> None:
    warning = await WarningBureau.open(tmp_path, on_duty=("Khánh",))
    try:
        hai = await warning.sit("Hải")
        page = await hai.open("/console/notices")
        assert "PHÁT TIN KHẨN" not in page.text
        assert "Trực hôm nay: Khánh" in page.text
        for path in (NEW, f"{NEW}/where", f"{NEW}/send"):
            assert (await hai.open(path)).status == 403
        csrf = page.form("Đăng xuất").fields["csrf"]
        for path, form in ((NEW, {"template": "landslide"}), (f"{NEW}/where", {})):
            async with hai.web.post(warning.bureau.root + path, data={"csrf": csrf, **form}) as response:
                assert response.status == 403
        chi = await warning.sit("Chi")  # an editor
        page = await chi.open("/console/notices")
        assert (page.status, (await chi.open(NEW)).status) == (200, 403)
        assert "Trực hôm nay: Khánh" in page.text
        assert "PHÁT TIN KHẨN" in (await (await warning.sit("Lâm")).open("/console/notices")).text
    finally:
        await warning.close()


async def test_off_duty_in_the_middle_of_it_nothing_goes_out(warning: WarningBureau) -> None:
    await warning.people(2)
    hai = await warning.sit("Hải")
    page = await warning.filled(hai)
    await warning.room.roster("Khánh")
    assert (await hai.send(page, "GỬI NGAY", code=warning.code("Hải"))).status == 403
    assert await warning.room.rows("notices") == []


async def test_unsigned_templates_are_offered_for_drills_only(warning: WarningBureau) -> None:
    hai = await warning.sit("Hải")
    real, drill = await hai.open(NEW), await hai.open(f"{NEW}?drill=1")
    assert [each.text_content() for each in real.tree.xpath("//button[@name='template']")] == ["Sạt lở bờ sông"]
    assert len(drill.tree.xpath("//button[@name='template']")) > 10
    page = await hai.send(drill, "Gọi thử cán bộ trực")
    page = await hai.send(page, "Xem lại tin", place=[THUONG_PHUOC])
    assert page.status == 200
