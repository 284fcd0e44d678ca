"""After a notice was sent: a second person, updates, the all-clear, figures, help, the sheet for the loudspeaker."""

from __future__ import annotations

from bot.staff import audit
from tests.console.browser import Browser
from tests.console.warning_bureau import WarningBureau
from tests.flows.duty_room import FIRST, TAN_HO_CO, THUONG_PHUOC

ONE = "/console/notices/1"


async def test_a_second_person_confirms_and_who_issued_cannot(warning: WarningBureau) -> None:
    await warning.people(2)
    hai, khanh = await warning.sit("Hải"), await warning.sit("Khánh")
    page = await warning.issued(hai)
    assert "không tự xác nhận được" in page.text
    assert not page.tree.xpath("//button[normalize-space()='Xác nhận']")
    await warning.goes()
    listed = await khanh.open("/console/notices")
    assert "Chờ tôi xác nhận" in listed.text
    [time] = listed.tree.xpath("//time[contains(@class,'countdown')]")
    assert time.text in ("9:22", "9:23")  # without scripts the time itself
    page = await khanh.click(listed, "Đọc và xác nhận")
    assert "[TIN KHẨN] Sạt lở bờ sông ở xã Thường Phước." in page.text
    page = await khanh.send(page, "Đã nhận, đang xem")
    assert "đã nhận TK-0001" in page.text
    page = await khanh.send(page, "Xác nhận", code="000000")
    assert (page.status, "Mã không đúng" in page.text) == (400, True)
    page = await khanh.send(page, "Xác nhận", code=warning.code("Khánh"))
    assert page.path == ONE
    assert "Đã xác nhận TK-0001" in page.text
    assert "Cần người thứ hai xác nhận trước" not in page.text
    assert "Chờ tôi xác nhận" not in (await khanh.open("/console/notices")).text
    csrf = page.form("Đăng xuất").fields["csrf"]
    assert csrf
    [notice] = await warning.service.notices(await warning.officer("Lâm"))
    assert (notice.confirmed_by, notice.state) == ("Khánh", "confirmed")


async def test_a_form_made_up_by_who_issued_confirms_nothing(warning: WarningBureau) -> None:
    hai = await warning.sit("Hải")
    page = await warning.issued(hai)
    csrf = page.form("Đăng xuất").fields["csrf"]
    run = (await warning.room.rows("notice_versions"))[0].run_id
    for what in ("confirm", "reject"):
        form = {"csrf": csrf, "run": str(run), "code": warning.code("Hải")}
        async with hai.web.post(f"{warning.bureau.root}{ONE}/{what}", data=form) as response:
            assert response.status == 409
            assert "cần người thứ hai" in await response.text()
    [notice] = await warning.service.notices(await warning.officer("Lâm"))
    assert notice.state == "pending"


async def test_the_second_person_says_that_it_is_not_so(warning: WarningBureau) -> None:
    await warning.people(3)
    await warning.issued(await warning.sit("Hải"))
    await warning.goes()
    khanh = await warning.sit("Khánh")
    page = await khanh.click(await khanh.open(ONE), "Không đúng, thu hồi")
    shown = page.tree.find_class("said")[0].text_content()
    page = await khanh.send(page, "THU HỒI", code=warning.code("Khánh"))
    assert "Đã thu hồi TK-0001" in page.text
    heard = await warning.goes()
    assert {text for who, texts in heard.items() if who.startswith("9") for text in texts} == {shown}
    assert shown.startswith("[THU HỒI]")


async def test_updated_then_cleared_to_those_who_heard_of_it(warning: WarningBureau) -> None:
    await warning.people(2)
    hai = await warning.sit("Hải")
    await warning.issued(hai)
    await warning.goes()
    await warning.people(1)  # not reached by the issue
    page = await hai.click(await hai.open(ONE), "Cập nhật")
    code = warning.code("Hải")
    page = await hai.send(page, "Xem lại bản cập nhật", **{"news-vi": "Đã rào 300 mét bờ sông.", "hours": "12"})
    knows, whole = (each.text_content() for each in page.tree.find_class("said"))
    assert knows.startswith("[CẬP NHẬT LẦN 1] Đã rào 300 mét bờ sông")
    assert whole.startswith("[TIN KHẨN] Sạt lở bờ sông")
    page = await hai.send(page, "GỬI BẢN CẬP NHẬT", code=code)
    assert "Đã cập nhật TK-0001." in page.text
    heard = await warning.goes()
    assert (heard["9000"], heard["9001"]) == ([knows], [knows])
    assert heard["9002"] == [whole]
    page = await hai.click(await hai.open(ONE), "Hết nguy hiểm")
    code = warning.code("Hải")
    shown = page.tree.find_class("said")[0].text_content()
    page = await hai.send(page, "BÁO HẾT NGUY HIỂM", code=code)
    assert "ĐANG BÁO hết nguy hiểm của TK-0001" in page.text
    assert "tới 3 người đã nhận tin" in page.text
    heard = await warning.goes()
    assert {who: texts for who, texts in heard.items() if who.startswith("9")} == {
        who: [shown] for who in ("9000", "9001", "9002")
    }
    assert shown.startswith("[ĐÃ AN TOÀN]")
    listed = await hai.open("/console/notices")
    assert "đã báo hết nguy hiểm" in listed.text
    assert "Không có tin khẩn nào đang có hiệu lực." in listed.text


async def test_an_update_can_reach_other_places(warning: WarningBureau) -> None:
    await warning.people(1)
    await warning.people(1, place=TAN_HO_CO)
    hai = await warning.sit("Hải")
    await warning.issued(hai)
    assert "9001" not in await warning.goes()
    page = await hai.open(f"{ONE}/update")
    page = await hai.send(
        page, "Xem lại bản cập nhật", **{"news-vi": "Lan xuống hạ lưu", "place": [THUONG_PHUOC, TAN_HO_CO]}
    )
    assert "xã Thường Phước và xã Tân Hộ Cơ" in page.text
    await hai.send(page, "GỬI BẢN CẬP NHẬT", code=warning.code("Hải"))
    heard = await warning.goes()
    assert heard["9000"][0].startswith("[CẬP NHẬT LẦN 1]")
    assert heard["9001"][0].startswith("[TIN KHẨN] Sạt lở bờ sông ở xã Thường Phước và xã Tân Hộ Cơ")


async def test_an_update_that_cannot_be_said_keeps_its_words(warning: WarningBureau) -> None:
    hai = await warning.sit("Hải")
    await warning.issued(hai)
    page = await hai.open(f"{ONE}/update")
    page = await hai.send(page, "Xem lại bản cập nhật", **{"news-vi": "xem http://xau.example", "hours": "6"})
    assert (page.status, "không mang đường dẫn" in page.text) == (400, True)
    assert page.form("Xem lại bản cập nhật").fields["news-vi"] == "xem http://xau.example"
    assert page.form("Xem lại bản cập nhật").fields["hours"] == "6"
    page = await hai.send(page, "Xem lại bản cập nhật", **{"news-vi": "Nước đã rút"})
    page = await hai.send(page, "GỬI BẢN CẬP NHẬT", code="000000")
    assert (page.status, "Nước đã rút" in page.text) == (400, True)
    assert len(await warning.room.rows("notice_versions")) == 1
    page = await hai.open(f"{ONE}/update")  # after a lost connection
    assert page.form("Xem lại bản cập nhật").fields["news-vi"] == "Nước đã rút"


async def test_what_somebody_else_changed_meanwhile_is_shown_first(warning: WarningBureau) -> None:
    hai, khanh = await warning.sit("Hải"), await warning.sit("Khánh")
    await warning.issued(hai)
    stale = [await khanh.open(f"{ONE}/{each}") for each in ("clear", "cancel", "update")]
    confirm = await khanh.open(ONE)
    await warning.service.update(await warning.officer("Hải"), 1, {"vi": "Thêm một đoạn"})
    page = await khanh.send(confirm, "Xác nhận", code=warning.code("Khánh"))
    assert (page.status, "mở lại để thấy bản mới" in page.text) == (409, True)
    assert "Thêm một đoạn" in page.text
    page = await khanh.send(stale[0], "BÁO HẾT NGUY HIỂM", code=warning.code("Khánh"))
    assert page.status == 409
    page = await khanh.send(stale[1], "HUỶ TIN", code=warning.code("Khánh"), reason="nhầm xã")
    assert (page.status, page.form("HUỶ TIN").fields["reason"]) == (409, "nhầm xã")
    [notice] = await warning.service.notices(await warning.officer("Lâm"))
    assert (notice.live, notice.confirmed_by, len(notice.versions)) == (True, "", 2)


async def test_cancelled_with_a_reason_for_the_log(warning: WarningBureau) -> None:
    await warning.people(1)
    hai = await warning.sit("Hải")
    await warning.issued(hai)
    await warning.goes()
    page = await hai.click(await hai.open(ONE), "Huỷ tin")
    code = warning.code("Hải")
    page = await hai.send(page, "HUỶ TIN", code=code, reason=" ")
    assert (page.status, "Ghi lý do huỷ tin" in page.text) == (400, True)
    page = await hai.send(page, "HUỶ TIN", code=code, reason="báo nhầm xã")  # the code was not used up
    assert page.path == ONE
    [text] = (await warning.goes())["9000"]
    assert text.startswith("[HUỶ TIN]")
    assert "báo nhầm xã" not in text
    async with warning.bureau.db.reading() as connection:
        lines = await audit.newest_lines(connection, 10)
    assert any(each.action == "notice.cancel" for each in lines)


async def test_others_see_it_and_can_do_nothing(warning: WarningBureau) -> None:
    await warning.people(1)
    page = await warning.issued(await warning.sit("Hải"))
    run = (await warning.room.rows("notice_versions"))[0].run_id
    chi = await warning.sit("Chi")
    page = await chi.open(ONE)
    assert page.status == 200
    assert not page.tree.xpath("//main//button")
    csrf = page.form("Đăng xuất").fields["csrf"]
    code = warning.code("Chi")
    for what in ("confirm", "acknowledge", "reject", "join", "clear", "cancel", "update", "update/send"):
        form = {"csrf": csrf, "run": str(run), "code": code, "reason": "x", "news-vi": "x", "place": THUONG_PHUOC}
        async with chi.web.post(f"{warning.bureau.root}{ONE}/{what}", data=form) as response:
            assert response.status == 403, what
    assert len(await warning.room.rows("notice_versions")) == 1
    assert (await chi.open("/console/notices/99")).status == 404


async def test_figures_renew_themselves_and_hide_the_few(warning: WarningBureau) -> None:
    await warning.people(7)
    await warning.people(3, place=TAN_HO_CO)
    hai = await warning.sit("Hải")
    page = await warning.issued(hai, place=[THUONG_PHUOC, TAN_HO_CO])
    part = page.tree.get_element_by_id("figures")
    asks = part.get("hx-get")
    assert (asks.split("?")[0], part.get("hx-trigger")) == (f"{ONE}/figures", "every 2s")
    assert "HX-Refresh" not in (await hai.open(asks)).headers
    assert "Đã gửi 0 /10" in page.text
    await warning.goes()
    page = await hai.open(f"{ONE}/figures")
    assert "Đã gửi 10 /10" in page.text
    assert "Khánh: chưa trả lời" in page.text
    page = await hai.open(f"{ONE}/communes")
    rows = [[cell.text_content() for cell in row] for row in page.tree.xpath("//tbody/tr")]
    assert sum(int(row[1]) for row in rows) == 10
    assert not [row for row in rows if row[1] in ("3", "7")]  # three alone, or what is left of ten, tells who
    names = [each.text for each in page.tree.xpath("//*[name()='text']")]
    assert sorted(names) == ["xã Thường Phước", "xã Tân Hộ Cơ"]
    await warning.service.clear(await warning.officer("Hải"), 1)
    await warning.goes()
    page = await hai.open(asks)
    assert page.headers["HX-Refresh"] == "true"  # an open page would still say what held before
    assert page.tree.get_element_by_id("figures").get("hx-get") is None  # over, and everybody told


async def test_communes_where_nobody_taps_are_named(warning: WarningBureau) -> None:
    await warning.people(20)
    hai = await warning.sit("Hải")
    await warning.issued(hai)
    await warning.goes()
    assert "Chưa ai bấm gì ở: xã Thường Phước (20)" in (await hai.open(ONE)).text
    await warning.room.presses("9000", "Đã rõ")
    warning.clock.advance(2)
    page = await hai.open(ONE)
    assert "Chưa ai bấm gì ở" not in page.text
    assert "Đã rõ 1" in page.text


async def test_who_asks_for_help_is_seen_on_duty_only_and_taken_once(warning: WarningBureau) -> None:
    await warning.people(1)
    hai, khanh = await warning.sit("Hải"), await warning.sit("Khánh")
    await warning.issued(hai)
    await warning.goes()
    await warning.room.presses("9000", "Cần giúp")
    await warning.room.talk.taps("Gửi trực ban", who="9000")
    await warning.room.talk.hears("nha so 12, nuoc toi giuong <b>", who="9000")
    page = await hai.open(ONE)
    assert "Yêu cầu giúp: 1" in page.text
    assert "nuoc toi giuong" not in page.text
    page = await hai.click(page, "Mở để đọc và nhận việc")
    assert "nuoc toi giuong <b>" in page.text
    async with warning.bureau.db.reading() as connection:
        assert "help.read" in [each.action for each in await audit.newest_lines(connection, 5)]
    other = await khanh.open("/console/notices/help")
    page = await hai.send(page, "Nhận việc YC-1")
    assert "Đã nhận YC-1" in page.text
    page = await khanh.send(other, "Nhận việc YC-1")
    assert "Hải đã nhận YC-1" in page.text
    await warning.room.roster("Khánh")
    assert "nuoc toi giuong" not in (await hai.open("/console/notices/help")).text  # off duty
    for name in ("Chi", "An"):
        assert (await (await warning.sit(name)).open("/console/notices/help")).status == 403


async def test_the_sheet_for_the_loudspeaker(warning: WarningBureau) -> None:
    await warning.people(6, reachable="blocked")
    await warning.people(5)
    hai = await warning.sit("Hải")
    await warning.issued(hai)
    await warning.goes()
    page = await hai.click(await hai.open(ONE), "Tờ cho loa")
    lines = [each.text_content() for each in page.tree.xpath("//div[@class='script']/p")]
    assert lines[0].startswith("Tin khẩn.")
    assert "Sạt lở bờ sông ở xã Thường Phước." in " ".join(lines).replace(" /", "")
    assert "Nguy cấp gọi một một hai." in page.text
    [row] = [[cell.text_content() for cell in each] for each in page.tree.xpath("//tbody/tr")]
    assert row[:3] == ["xã Thường Phước", "6", "người nhận đã chặn 6"]
    async with hai.web.get(f"{warning.bureau.root}{ONE}/script.pdf") as response:
        assert (response.status, (await response.read())[:5]) == (200, b"%PDF-")
    warning.room.later(hours=7)
    await warning.bureau.sign_in(hai, "Hải")
    assert "đã hết hiệu lực; không in nữa" in (await hai.open(f"{ONE}/sheet")).text


async def test_what_expired_is_never_shown_as_in_force(warning: WarningBureau) -> None:
    hai = await warning.sit("Hải")
    await warning.issued(hai, hours="1")
    warning.clock.advance(1700)
    await hai.open("/console/")
    warning.clock.advance(1700)
    await hai.open("/console/")
    warning.clock.advance(300)
    page = await hai.open(ONE)
    assert "đã hết hiệu lực" in page.text
    assert not page.tree.xpath("//a[normalize-space()='Cập nhật']")
    assert page.tree.get_element_by_id("figures").get("hx-get") is None or "Chờ 0" not in page.text
    assert "Không có tin khẩn nào đang có hiệu lực." in (await hai.open("/console/notices")).text


async def test_a_drill_can_be_confirmed_and_ended_too(warning: WarningBureau) -> None:
    await warning.people(2)
    await warning.room.drilling("Hải", "Khánh")
    hai, khanh = await warning.sit("Hải"), await warning.sit("Khánh")
    page = await hai.send(await hai.open("/console/notices/new?drill=1"), "Sạt lở bờ sông")
    page = await hai.send(page, "Xem lại tin", place=[THUONG_PHUOC])
    await hai.send(page, "GỬI NGAY", code=warning.code("Hải"))
    await warning.goes()
    page = await khanh.send(await khanh.open(ONE), "Xác nhận", code=warning.code("Khánh"))
    assert "không có sự việc thật" in page.text
    page = await hai.open(f"{ONE}/clear")
    assert page.tree.find_class("said")[0].text_content().startswith("[DIỄN TẬP]")
    await hai.send(page, "BÁO HẾT NGUY HIỂM", code=warning.code("Hải"))
    heard = await warning.goes()
    assert FIRST in heard
    assert not [who for who in heard if who.startswith("9")]


async def test_in_english(warning: WarningBureau) -> None:
    hai: Browser = await warning.sit("Hải")
    await hai.open("/console/language?to=en&next=/console/")
    page = await hai.send(await hai.open("/console/notices/new"), "Sạt lở bờ sông")
    assert "step 2 of 3" in page.text
    page = await hai.send(page, "Read it through", place=[THUONG_PHUOC])
    page = await hai.send(page, "SEND NOW", code="000000")
    assert "The code is wrong or was used before" in page.text
    page = await hai.send(page, "SEND NOW", code=warning.code("Hải"))
    assert "waiting for a second person" in page.text
