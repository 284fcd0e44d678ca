"""Templates signed by a commander, and CAP messages of others: read, made a notice of, or put aside."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from broadcasts.cap import Area, Named, Status
from broadcasts.cap_inbox import CapInbox
from broadcasts.cap_writing import write_alert
from tests.broadcasts.cap_messages import SENDER, made
from tests.console.warning_bureau import WarningBureau

TEMPLATES = "/console/notices/templates"
CAP = "/console/notices/cap"


async def came(warning: WarningBureau, name: str = "bao-1", status: Status = Status.ACTUAL) -> int:
    """A message of a weather service for Thường Phước; its number."""
    alert = made(name, status=status)
    now = warning.clock.now()
    area = Area("Thường Phước", geocodes=(Named("GSO", "29971"),))
    info = replace(
        alert.infos[0],
        headline="Bão số 9 <script>alert(1)</script>",
        expires=now + timedelta(hours=2),
        areas=(area,),
    )
    body = write_alert(replace(alert, sent=now.replace(microsecond=0) - timedelta(minutes=5), infos=(info,)))
    inbox = CapInbox(warning.bureau.db, warning.bureau.station.key)
    kept = await inbox.receive(body, source="kttv", senders=(SENDER,), now=now)
    assert kept.id is not None
    return kept.id


async def test_a_commander_signs_every_word_with_a_code(warning: WarningBureau) -> None:
    lam = await warning.sit("Lâm")
    page = await lam.open(TEMPLATES)
    assert "chưa ký" in page.text
    page = await lam.open(f"{TEMPLATES}/gate-closed/vi")
    assert "Tạm dừng qua lại biên giới tại {noi} {ly_do}." in page.text
    assert "qua lại biên giới đã mở lại" in page.text
    assert "theo đề nghị của nước láng giềng" in page.text
    page = await lam.send(page, "Đã đọc hết, ký", code="000000")
    assert page.status == 400
    assert (await warning.room.warning.hazards.signed())["gate-closed"] == ()
    page = await lam.send(page, "Đã đọc hết, ký", code=warning.code("Lâm"))
    assert page.path == TEMPLATES
    assert "Đã ký “Đóng cửa khẩu”, tiếng Việt." in page.text
    page = await lam.open(f"{TEMPLATES}/gate-closed/vi")
    assert "Lâm ký" in page.text
    assert not page.tree.xpath("//main//button")
    page = await lam.send(await lam.open(f"{TEMPLATES}/gate-closed/km"), "Đã đọc hết, ký", code=warning.code("Lâm"))
    assert (await warning.room.warning.hazards.signed())["gate-closed"] == ("vi", "km")


async def test_others_read_templates_and_sign_none(warning: WarningBureau) -> None:
    hai, dung = await warning.sit("Hải"), await warning.sit("Dung")
    page = await hai.open(f"{TEMPLATES}/flood/vi")
    assert "Bản tiếng Việt do chỉ huy ký." in page.text
    digest = warning.room.warning.hazards.template("flood").digest("vi")
    for browser, name in ((hai, "Hải"), (dung, "Dung")):
        csrf = (await browser.open(TEMPLATES)).form("Đăng xuất").fields["csrf"]
        form = {"csrf": csrf, "digest": digest, "code": warning.code(name)}
        async with browser.web.post(f"{warning.bureau.root}{TEMPLATES}/flood/vi", data=form) as response:
            assert response.status in (403, 409), name
    assert (await warning.room.warning.hazards.signed())["flood"] == ()
    page = await dung.open(f"{TEMPLATES}/flood/km")  # a language reviewer signs other languages
    assert page.tree.xpath("//main//button")
    for nowhere in ("/flood/xx", "/nothing/vi"):
        assert (await hai.open(TEMPLATES + nowhere)).status == 404


async def test_another_wording_than_was_read_is_not_signed(warning: WarningBureau) -> None:
    lam = await warning.sit("Lâm")
    page = await lam.open(f"{TEMPLATES}/flood/vi")
    page = await lam.send(page, "Đã đọc hết, ký", code=warning.code("Lâm"), digest="0" * 64)
    assert page.status == 409
    assert (await warning.room.warning.hazards.signed())["flood"] == ()


async def test_a_notice_is_made_of_a_message_and_takes_it(warning: WarningBureau) -> None:
    await warning.people(2)
    number = await came(warning)
    hai, khanh = await warning.sit("Hải"), await warning.sit("Khánh")
    page = await hai.click(await hai.open("/console/notices"), "Bản tin cảnh báo từ nơi khác")
    page = await hai.click(page, "Bão số 9")
    assert "<script>alert" not in page.raw
    assert "Mã nơi đọc được: xã Thường Phước." in page.text
    page = await hai.click(page, "Lập tin khẩn từ bản tin này")
    page = await hai.send(page, "Sạt lở bờ sông")
    assert "Như bản tin CAP: đến" in page.text
    page = await hai.send(page, "Xem lại tin")  # its places and its end are there already
    assert "xã Thường Phước" in page.text
    other = await khanh.send(await khanh.open(f"/console/notices/new?cap={number}"), "Sạt lở bờ sông")
    other = await khanh.send(other, "Xem lại tin")
    page = await hai.send(page, "GỬI NGAY", code=warning.code("Hải"))
    assert page.path == "/console/notices/1"
    kept = await CapInbox(warning.bureau.db, warning.bureau.station.key).draft(number)
    assert (kept.state, kept.notice_id, kept.decided_by) == ("taken", 1, "Hải")
    page = await khanh.send(other, "GỬI NGAY", code=warning.code("Khánh"))
    assert page.status == 409
    assert len(await warning.room.rows("notices")) == 1
    assert "TK-0001" in (await khanh.open(f"{CAP}/{number}")).text


async def test_an_exercise_becomes_a_drill_and_nothing_else(warning: WarningBureau) -> None:
    await warning.people(3)
    number = await came(warning, "thu-1", Status.EXERCISE)
    hai = await warning.sit("Hải")
    page = await hai.click(await hai.open(f"{CAP}/{number}"), "Lập tin DIỄN TẬP")
    page = await hai.send(page, "Lũ, nước xiết", drill="0")  # whatever a form says
    page = await hai.send(page, "Xem lại tin")
    assert "DIỄN TẬP" in page.text
    await hai.send(page, "GỬI NGAY", code=warning.code("Hải"))
    [row] = await warning.room.rows("notices")
    assert row.drill
    assert not [who for who in await warning.goes() if who.startswith("9")]


async def test_a_message_is_put_aside_with_a_reason_and_a_code(warning: WarningBureau) -> None:
    number = await came(warning)
    hai = await warning.sit("Hải")
    page = await hai.open(f"{CAP}/{number}")
    page = await hai.send(page, "Không dùng bản tin này", reason="nơi khác", code="000000")
    assert (page.status, page.form("Không dùng").fields["reason"]) == (400, "nơi khác")
    page = await hai.send(page, "Không dùng bản tin này", code=warning.code("Hải"))
    assert page.path == CAP
    assert "Không có bản tin nào đang chờ." in page.text
    kept = await CapInbox(warning.bureau.db, warning.bureau.station.key).draft(number)
    assert (kept.state, kept.decided_by) == ("refused", "Hải")
    page = await hai.open(f"{CAP}/{number}")
    assert not page.tree.xpath("//main//button")
    assert (await (await warning.sit("Chi")).open(CAP)).status == 403
    assert (await hai.open(f"{CAP}/99")).status == 404
