"""The first page: work first, each line a link and a number; nothing that the officer may not do."""

from __future__ import annotations

from bot.staff.changes import Change, Kind
from bot.staff.roles import Role
from tests.console.bureau import Bureau
from tests.flows.duty_room import THUONG_PHUOC, DutyRoom
from tests.flows.station import TEXT


async def test_nothing_waits_at_first(bureau: Bureau) -> None:
    for name in ("An", "Chi", "Dung", "Giang"):
        page = await (await bureau.sit(name)).open("/console/")
        writes = name in ("Chi", "Dung")  # who writes answers is told which of them are to be read again
        assert ("Không có việc chờ." in page.text) is not writes
        assert ("câu trả lời tới ngày xem lại" in page.text) is writes
        assert "PHÁT TIN KHẨN" not in page.text
        assert "Web tốt" in page.text


async def test_each_sees_what_waits_for_them(bureau: Bureau) -> None:
    service = bureau.app.campaigning.service
    chi = await bureau.station.officer("Chi")
    number = await service.draft(chi, "Giấy tờ <b>vùng biên</b>")
    await service.write(chi, number, "vi", TEXT)
    page = await (await bureau.sit("Chi")).open("/console/")
    assert "CD-1 đang soạn Giấy tờ <b>vùng biên</b>" in page.text
    assert page.link("CD-1") == "/console/campaigns/1"
    assert "CD-1" not in (await (await bureau.sit("Giang")).open("/console/")).text


async def test_proposals_wait_for_the_other_administrator(bureau: Bureau) -> None:
    an = await bureau.station.officer("An")
    async with bureau.db.transaction() as connection:
        change = Change(Kind.ADD, "Em", Role.VIEWER)
        await bureau.station.accounts.propose(connection, an, change, bureau.clock.now())
    assert "1 đề nghị" not in (await (await bureau.sit("An")).open("/console/")).text
    assert "1 đề nghị chờ quản trị thứ hai" in (await (await bureau.sit("Bình")).open("/console/")).text
    assert "đề nghị" not in (await (await bureau.sit("Chi")).open("/console/")).text


async def test_a_warning_waits_for_its_second_person_and_not_for_the_first(bureau: Bureau) -> None:
    room = DutyRoom(bureau.talk)
    room.station = bureau.station
    for name in ("Hải", "Khánh"):
        await bureau.add(name, Role.DUTY)
    await bureau.add("Lâm", Role.COMMANDER)
    await room.roster("Hải", "Khánh")
    await room.issued(area=THUONG_PHUOC)
    first = await (await bureau.sit("Lâm")).open("/console/")
    assert "chờ xác nhận lần hai" not in first.text
    second = await (await bureau.sit("Khánh")).open("/console/")
    assert "chờ xác nhận lần hai" in second.text
    assert "PHÁT TIN KHẨN" in second.text
    assert "Trực bây giờ: Hải, Khánh" in (await (await bureau.sit("Chi")).open("/console/")).text
