"""What residents see of a notice: asked for, before an answer, on coming to its place; and never when it is over."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from broadcasts.notices import NoticeDraft
from tests.flows.duty_room import PROVINCE, TAN_HO_CO, THUONG_PHUOC, DutyRoom
from tests.flows.talk import text_of

GATE = "cua khau thuong phuoc nay qua duoc hong"
UNKNOWN = "ai ve buc tranh xyzzy plugh"
MANGO = "1001"


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[DutyRoom]:
    room = await DutyRoom.start(tmp_path)
    yield room
    await room.talk.stop()


# --- /thongbao ----------------------------------------------------------------------------------------------------


async def test_thongbao_lists_what_is_in_force_at_ones_own_place(room: DutyRoom) -> None:
    await room.talk.hears(f"/start {THUONG_PHUOC}")
    assert "Hiện không có tin khẩn nào ở xã Thường Phước" in text_of(await room.talk.hears("/thongbao"))
    await room.issued()
    room.later(minutes=5)
    await room.issued("flood")
    said = text_of(await room.talk.hears("/thongbao"))
    assert "Tin khẩn đang có ở xã Thường Phước" in said
    assert said.index("[TIN KHẨN] Lũ lên") < said.index("[TIN KHẨN] Sạt lở")  # the newest first
    assert "Xác nhận gần nhất: đang chờ." in said
    assert "Hiện không có" not in said
    assert "Tin thường kỳ:" in said
    other = text_of(await room.talk.hears(f"/start {TAN_HO_CO}", who="1002"))
    assert "[TIN KHẨN]" not in other
    assert "Hiện không có tin khẩn nào ở xã Tân Hộ Cơ" in text_of(await room.talk.hears("/thongbao", who="1002"))


async def test_without_a_place_everything_in_force_is_listed_with_its_place(room: DutyRoom) -> None:
    await room.issued()
    await room.issued("flood", area=TAN_HO_CO)
    said = text_of(await room.talk.hears("/thongbao"))
    assert "Tin khẩn đang có ở xã Thường Phước" in said
    assert "Tin khẩn đang có ở xã Tân Hộ Cơ" in said


async def test_what_is_over_or_a_drill_is_nowhere(room: DutyRoom) -> None:
    await room.drilling("Lâm")
    await room.issued("landslide", drill=True)
    await room.talk.hears(f"/start {THUONG_PHUOC}")
    for asked in ("/thongbao", "sat lo bo song thi lam sao", UNKNOWN, f"/start {THUONG_PHUOC}"):
        assert "TIN KHẨN" not in text_of(await room.talk.hears(asked)), asked
    issued = await room.issued()
    assert "[TIN KHẨN]" in text_of(await room.talk.hears("/thongbao"))
    room.later(hours=7)  # expired; nobody has looked after it yet
    for asked in ("/thongbao", "sat lo bo song thi lam sao", UNKNOWN, f"/start {THUONG_PHUOC}"):
        assert "TIN KHẨN" not in text_of(await room.talk.hears(asked)), asked
    await room.goes()
    assert "TIN KHẨN" not in text_of(await room.talk.hears("/thongbao"))
    assert issued.notice_id


# --- before an answer ---------------------------------------------------------------------------------------------


async def test_a_closed_gate_comes_before_the_answer_about_gates(room: DutyRoom) -> None:
    before = (await room.talk.hears("khách nước ngoài có e-visa đi cửa khẩu nào được"))[0]
    assert before.decision == "answered"
    await room.issued("gate-closed", area="g-thuong-phuoc")
    await room.talk.hears(f"/start {THUONG_PHUOC}", who="1002")
    after = (await room.talk.hears("khách nước ngoài có e-visa đi cửa khẩu nào được", who="1002"))[0]
    assert after.entry_id == before.entry_id
    head, _, answer = after.text.partition("\n———\n")
    assert head.startswith("Đang có tin khẩn về điều bà con hỏi:\n[TIN KHẨN] Tạm dừng qua lại biên giới")
    assert "Phát: 9:" in head
    assert answer == before.text


async def test_a_place_that_the_question_names_counts_too(room: DutyRoom) -> None:
    await room.issued("gate-closed", area="g-thuong-phuoc")
    await room.talk.hears(f"/start {TAN_HO_CO}")
    assert "Tạm dừng qua lại" in text_of(await room.talk.hears(GATE))
    assert "Tạm dừng qua lại" not in text_of(await room.talk.hears("cua khau dinh ba mo cua may gio"))


async def test_another_subject_is_answered_without_it(room: DutyRoom) -> None:
    await room.issued("gate-closed", area="g-thuong-phuoc")
    await room.talk.hears(f"/start {THUONG_PHUOC}")
    said = await room.talk.hears("đi xklđ Nhật phí bao nhiêu")
    assert "TIN KHẨN" not in text_of(said)


async def test_a_notice_that_is_about_no_stored_answer_stands_before_none(room: DutyRoom) -> None:
    await room.issued()
    await room.talk.hears(f"/start {THUONG_PHUOC}")
    said, *_ = await room.talk.hears("khách nước ngoài có e-visa đi cửa khẩu nào được")
    assert said.decision == "answered"
    assert "TIN KHẨN" not in said.text


async def test_who_gets_no_answer_is_told_what_is_in_force_once(room: DutyRoom) -> None:
    await room.issued("flood")
    await room.talk.hears(f"/start {THUONG_PHUOC}")
    [said] = await room.talk.hears(UNKNOWN)
    assert said.decision == "fallback"
    assert said.text.startswith("Tin khẩn đang có ở xã Thường Phước")
    assert "———" in said.text
    [again] = await room.talk.hears(UNKNOWN)
    assert "TIN KHẨN" not in again.text


async def test_numbers_for_whoever_cries_for_help_come_before_any_notice(room: DutyRoom) -> None:
    await room.issued("flood")
    await room.talk.hears(f"/start {THUONG_PHUOC}")
    assert (await room.talk.hears("cuu voi nuoc cuon troi nha"))[0].text.startswith("GỌI NGAY")


# --- coming to its place ------------------------------------------------------------------------------------------


async def test_who_agrees_while_it_is_in_force_reads_it_once_and_later_the_all_clear(room: DutyRoom) -> None:
    issued = await room.issued()
    await room.subscribes(MANGO)
    await room.goes()
    read = [each for each in room.heard(MANGO) if "[TIN KHẨN]" in each]
    assert len(read) == 1
    assert read[0].startswith("Tin khẩn đang có ở xã Thường Phước")
    room.later(hours=1)
    await room.cleared(issued)
    assert [each.split("]")[0] for each in room.warned(MANGO)] == ["[ĐÃ AN TOÀN"]


async def test_who_agreed_before_and_moves_there_is_sent_it_once(room: DutyRoom) -> None:
    await room.subscribes(MANGO, TAN_HO_CO)
    issued = await room.issued()
    assert room.warned(MANGO) == []
    reply = text_of(await room.talk.hears("toi o xa thuong phuoc"))
    assert "Đã chọn: xã Thường Phước" in reply
    assert "TIN KHẨN" not in reply
    for _ in range(2):
        await room.goes()
        await room.talk.hears("/khuvuc thuong phuoc dong thap")
    assert len(room.warned(MANGO)) == 1
    await room.updated(issued, "Đã rào 300 mét bờ sông.")
    await room.cleared(issued)
    assert [each.split("]")[0] for each in room.warned(MANGO)] == ["[TIN KHẨN", "[CẬP NHẬT LẦN 1", "[ĐÃ AN TOÀN"]


async def test_an_update_reaches_who_only_read_the_first_one(room: DutyRoom) -> None:
    issued = await room.issued()
    await room.subscribes(MANGO)
    await room.updated(issued, "Đã rào 300 mét bờ sông.")
    [update] = room.warned(MANGO)
    assert update.startswith("[CẬP NHẬT LẦN 1] Đã rào 300 mét bờ sông.")


async def test_a_stop_in_between_ends_it_and_coming_back_brings_it(room: DutyRoom) -> None:
    await room.subscribes(MANGO)
    commander = await room.station.officer("Lâm")
    hazards = room.warning.hazards
    await hazards.sign(commander, "landslide", "vi", hazards.template("landslide").digest("vi"))
    issued = await room.warning.service.issue(commander, NoticeDraft("landslide", (THUONG_PHUOC,)))
    await room.talk.hears("STOP")
    await room.goes()
    assert room.warned(MANGO) == []
    await room.talk.hears("START")
    await room.talk.taps("Chỉ tin khẩn")
    await room.goes()
    assert len(room.warned(MANGO)) == 1
    await room.talk.hears("STOP")
    await room.cleared(issued)
    assert len(room.warned(MANGO)) == 1


async def test_who_unblocks_the_service_gets_it(room: DutyRoom) -> None:
    await room.subscribes(MANGO)
    await room.talk.hears(kind="blocked")
    await room.issued()
    assert room.warned(MANGO) == []
    await room.talk.hears(kind="returned")
    await room.goes()
    assert len(room.warned(MANGO)) == 1


async def test_without_consent_nothing_is_sent_but_shown_with_the_place(room: DutyRoom) -> None:
    await room.issued(area=PROVINCE)
    said = text_of(await room.talk.hears(f"/start {THUONG_PHUOC}"))
    assert said.startswith("Tin khẩn đang có ở xã Thường Phước")
    assert "[TIN KHẨN] Sạt lở" in said
    await room.goes()
    assert room.warned(MANGO) == []
    assert await room.rows("deliveries") == []


async def test_a_page_is_shown_it_with_its_place(tmp_path: Path) -> None:
    room = await DutyRoom.start(tmp_path, subscribable=False)
    await room.issued()
    said = text_of(await room.talk.hears("toi o xa thuong phuoc"))
    assert "[TIN KHẨN] Sạt lở" in said
    assert "Tin khẩn đang có ở xã Thường Phước" in text_of(await room.talk.hears("/thongbao"))
    assert "[TIN KHẨN]" in text_of(await room.talk.hears(UNKNOWN))
    await room.talk.stop()


async def test_where_nothing_is_in_force_nothing_is_looked_up_for_a_question(room: DutyRoom) -> None:
    """The board is asked once a second at most, however many ask."""
    await room.subscribes(MANGO)
    await room.issued(area=TAN_HO_CO)
    board = room.warning.board
    first = await board.live()
    commander = await room.station.officer("Lâm")
    await room.warning.service.cancel(commander, first[0].id)
    assert await board.live() == first  # what another process did is known a second later
    room.later(seconds=1)
    assert await board.live() == []
