"""The duty officer's chat: from /khan to the code and beyond, what is refused, and what a bad connection does to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.storage.schema import dialogues, notice_signatures
from broadcasts.notices import Kind, NoticeState
from tests.flows.station import EDITOR, STRANGER
from tests.flows.talk import Talk, text_of
from tests.flows.warning_station import (
    COMMANDER,
    COMMUNE,
    DEPUTY,
    DUTY,
    OFF_DUTY,
    OTHER,
    WarningStation,
    warning_station,
)

LANDSLIDE = "[TIN KHẨN] Sạt lở bờ sông ở xã Thường Phước. Không lại gần bờ."
USED = "Nút này đã dùng hoặc đã cũ."


@pytest.fixture
async def station(tmp_path: Path) -> AsyncIterator[WarningStation]:
    talk = await Talk.start(tmp_path)
    try:
        yield await warning_station(talk)
    finally:
        await talk.stop()


async def test_issued_in_two_taps_and_a_code(station: WarningStation) -> None:
    talk = station.talk
    await station.people(30)
    await station.people(2, reachable="blocked")
    await station.people(7, place=OTHER)
    assert text_of(await talk.hears("/khan", who=DUTY)) == "Việc gì?"
    assert talk.labels(DUTY)[:3] == ["Sạt lở bờ sông", "Lũ, nước xiết", "Sơ tán ngay"]
    await talk.taps("Sạt lở bờ sông", who=DUTY)
    seen = text_of(await talk.taps("xã Thường Phước", who=DUTY))
    assert seen.startswith("SẼ GỬI 30 người, hết hiệu lực lúc 15:1")
    assert "Không tới được 2 người (người nhận đã chặn 2)." in seen
    assert seen.endswith("Gõ mã 6 số để gửi.")
    assert await station.notices() == []
    said = text_of(await talk.hears(station.code("Hải"), who=DUTY))
    assert said.startswith("ĐANG GỬI TK-0001, 9:1")
    assert "Đã gửi 0/30. Cần người thứ hai xác nhận trước 9:2" in said
    assert "thì tin vẫn giữ đến 11:1" in said
    [notice] = await station.notices()
    assert (notice.issued_by, notice.area, notice.state) == ("Hải", (COMMUNE,), NoticeState.PENDING)
    reached = await station.goes_out()
    assert (len(reached), set(reached.values())) == (30, {1})
    got = next(said.message.text for said in talk.channel.said if said.address.external_id == "9000")
    assert got in seen  # word for word as it was shown
    progress = text_of(await talk.taps("Tiến độ", who=DUTY))
    assert "Đã gửi 30/30 · không tới được 2 (người nhận đã chặn 2) · Đã rõ 0 · Cần giúp 0" in progress
    assert "Đã nhận: 0/2 người được gọi." in progress
    assert "Chưa ai bấm ở: xã Thường Phước (30)." in progress


async def test_what_was_used_last_comes_first(station: WarningStation) -> None:
    talk = station.talk
    await station.previewed("Lũ, nước xiết")
    await talk.hears(station.code("Hải"), who=DUTY)
    await talk.hears("TIN KHẨN", who=DUTY)
    labels = talk.labels(DUTY)
    assert labels.index("Lũ, nước xiết") < labels.index("Sạt lở bờ sông")
    assert labels[0].startswith("TK-0001 Lũ")
    await talk.taps("Sạt lở bờ sông", who=DUTY)
    assert talk.labels(DUTY)[0] == "xã Thường Phước"


async def test_to_everybody_else_it_is_an_unknown_command(station: WarningStation) -> None:
    talk = station.talk
    await station.link("An", EDITOR)
    for who in (STRANGER, OFF_DUTY, EDITOR):
        unknown = [(each.text, each.buttons) for each in await talk.hears("/khongcolenhnay", who=who)]
        for typed in ("/khan", "/khan 1", "/khan satlo thuong phuoc 6h 123456"):
            assert [(each.text, each.buttons) for each in await talk.hears(typed, who=who)] == unknown
        for typed in ("khan", "khan satlo thuong phuoc 6h 123456"):
            assert "SẼ GỬI" not in text_of(await talk.hears(typed, who=who))
    for who in (STRANGER, DUTY):
        assert "Việc gì?" not in text_of(await talk.hears("/khan", who=who, kind="group"))
    assert await station.rows("notice_drafts") == []


async def test_a_shift_that_is_over_ends_it_in_the_middle(station: WarningStation) -> None:
    talk = station.talk
    await station.previewed()
    await station.on_duty("Nga", COMMUNE)
    talk.clock.advance(13 * 3600)
    await talk.hears("/khan", who=DUTY)
    assert await station.notices() == []
    said = text_of(await talk.hears("/khan", who=DUTY))
    assert said == text_of(await talk.hears("/khongcolenhnay", who=DUTY))


async def test_who_lost_the_duty_after_the_preview_sends_nothing(station: WarningStation) -> None:
    talk = station.talk
    await station.previewed()
    await station.on_duty("Hải", "p-an-giang")  # instead of what he had
    said = text_of(await talk.hears(station.code("Hải"), who=DUTY))
    assert "không có quyền" in said
    assert await station.notices() == []


async def test_a_shift_narrower_than_the_role_is_enough(station: WarningStation) -> None:
    assert await station.service.hazards.areas(await station.officer("Hải")) == ("c-29929", "c-29955", "c-29971")
    assert await station.service.hazards.areas(await station.officer("Nga")) == ()


async def test_blanks_by_button_and_by_word(station: WarningStation) -> None:
    talk = station.talk
    await talk.hears("/khan", who=DUTY)
    assert "Vì sao đóng?" in text_of(await talk.taps("Đóng cửa khẩu", who=DUTY))
    assert talk.labels(DUTY)[0] == "vì việc khẩn cấp"
    asked = text_of(await talk.taps("vì nước chảy xiết", who=DUTY))
    assert asked.startswith("Ở đâu?")
    assert talk.labels(DUTY)[0] == "cửa khẩu quốc tế Dinh Bà"  # gates first where crossing is meant
    seen = text_of(await talk.hears("cua khau thuong phuoc", who=DUTY))
    assert "vì nước chảy xiết" in seen
    await talk.hears("/khan", who=DUTY)
    assert "Tên hoặc số hiệu" in text_of(await talk.taps("Tìm tàu mất liên lạc", who=DUTY))
    assert "Trên tàu có mấy người" in text_of(await talk.hears("ĐT 1234 TS", who=DUTY))
    assert "gõ một số" in text_of(await talk.hears("nhiều người", who=DUTY))
    assert text_of(await talk.hears("5", who=DUTY)).startswith("Ở đâu?")
    seen = text_of(await talk.hears("Thường Phước, Tân Hộ Cơ", who=DUTY))
    assert "ĐT 1234 TS" in seen
    assert "5 người" in seen
    assert "xã Thường Phước và xã Tân Hộ Cơ" in seen


async def test_a_blank_that_cannot_be_said_is_asked_again_and_loses_nothing(station: WarningStation) -> None:
    talk = station.talk
    await talk.hears("/khan", who=DUTY)
    await talk.taps("Sơ tán ngay", who=DUTY)
    assert "đường dẫn" in text_of(await talk.hears("xem https://vi.du/x", who=DUTY))
    assert text_of(await talk.hears("Trường tiểu học", who=DUTY)).startswith("Ở đâu?")
    assert "Không tìm thấy nơi “zzzz”" in text_of(await talk.hears("zzzz", who=DUTY))
    assert "không nằm trong khu vực" in text_of(await talk.hears("xã Tân Hồng", who=DUTY))
    assert "Nơi đến: Trường tiểu học." in text_of(await talk.hears("thuong phuoc", who=DUTY))


async def test_a_cry_in_a_blank_is_taken_and_answered_with_the_numbers(station: WarningStation) -> None:
    talk = station.talk
    await talk.hears("/khan", who=DUTY)
    await talk.taps("Sơ tán ngay", who=DUTY)
    said = text_of(await talk.hears("cứu tôi với, ghe chìm rồi", who=DUTY))
    assert "112" in said
    assert "Ở đâu?" in said
    assert "112" in text_of(await talk.hears("cứu tôi với, ghe chìm rồi", who=DUTY))  # no place


async def test_the_whole_province_has_to_be_typed(station: WarningStation) -> None:
    talk = station.talk
    await talk.hears("/khan", who=COMMANDER)
    await talk.taps("Sạt lở bờ sông", who=COMMANDER)
    assert "gõ: CA TINH" in text_of(await talk.taps("Cả tuyến", who=COMMANDER))
    assert "Gõ mã" not in text_of(await talk.hears(station.code("Lan"), who=COMMANDER))
    await talk.taps("Cả tuyến", who=COMMANDER)
    seen = text_of(await talk.hears("cả tỉnh", who=COMMANDER))
    assert "Sạt lở bờ sông ở tỉnh Đồng Tháp" in seen
    line = text_of(await talk.hears(f"khan satlo dong thap 6h {station.code('Lan')}", who=COMMANDER))
    assert "gõ: CA TINH" in line
    assert await station.notices() == []


async def test_all_of_a_shift_is_one_button(station: WarningStation) -> None:
    talk = station.talk
    await talk.hears("/khan", who=DUTY)
    await talk.taps("Sạt lở bờ sông", who=DUTY)
    seen = text_of(await talk.taps("Cả tuyến", who=DUTY))
    assert "xã Tân Hộ Cơ, phường Hồng Ngự và xã Thường Phước" in seen


async def test_hours_and_blanks_are_changed_before_the_code(station: WarningStation) -> None:
    talk = station.talk
    await station.previewed("Lũ, nước xiết")
    await talk.taps("Đổi giờ", who=DUTY)
    assert talk.labels(DUTY) == ["1 giờ", "3 giờ", "6 giờ", "12 giờ", "24 giờ"]
    assert "(sau 3 giờ)" in text_of(await talk.taps("3 giờ", who=DUTY))
    await talk.taps("Sửa chỗ điền", who=DUTY)
    await talk.taps("Nơi nhận", who=DUTY)
    seen = text_of(await talk.taps("xã Tân Hộ Cơ", who=DUTY))
    assert "(sau 3 giờ)" in seen
    assert "ở xã Tân Hộ Cơ" in seen
    assert text_of(await talk.taps("Bỏ", who=DUTY)) == "Đã bỏ bản nháp. Chưa gửi cho ai."
    assert await station.rows("notice_drafts") == []


# --- a bad connection -----------------------------------------------------------------------------------------------


async def test_what_was_half_finished_is_there_again(station: WarningStation) -> None:
    talk = station.talk
    await talk.hears("/khan", who=DUTY)
    await talk.taps("Sạt lở bờ sông", who=DUTY)
    talk.clock.advance(20 * 60)  # the conversation is over by then
    await talk.hears("/khan", who=DUTY)
    assert talk.labels(DUTY)[0] == "Soạn tiếp: Sạt lở bờ sông (9:12)"
    await talk.taps("Soạn tiếp: Sạt lở bờ sông (9:12)", who=DUTY)
    await talk.taps("xã Thường Phước", who=DUTY)
    talk.clock.advance(60 * 60)
    await talk.hears("/khan", who=DUTY)
    assert talk.labels(DUTY)[0] == "Soạn tiếp: Sạt lở bờ sông, xã Thường Phước (9:32)"
    assert LANDSLIDE in text_of(await talk.taps(talk.labels(DUTY)[0], who=DUTY))
    talk.clock.advance(20 * 60)
    said = text_of(await talk.hears(station.code("Hải"), who=DUTY))
    assert said.startswith("Chưa gửi: đã lâu từ lúc xem tin.")
    assert LANDSLIDE in said
    assert await station.notices() == []
    talk.clock.advance(2 * 3600)
    await talk.hears("/khan", who=DUTY)
    assert talk.labels(DUTY)[0] == "Sạt lở bờ sông"


async def test_the_same_update_twice_two_taps_and_two_codes_issue_one(station: WarningStation) -> None:
    talk = station.talk
    await talk.hears("/khan", who=DUTY)
    hazard = talk.button("Sạt lở bờ sông", DUTY)
    await talk.hears(kind="button", value=hazard, who=DUTY)
    assert USED in text_of(await talk.hears(kind="button", value=hazard, who=DUTY))
    await station.previewed()
    code = station.code("Hải")
    assert text_of(await talk.hears(code, who=DUTY, key="one")).startswith("ĐANG GỬI TK-0001")
    assert await talk.hears(code, who=DUTY, key="one") == []  # the platform brings it again
    again = text_of(await talk.hears(code, who=DUTY))  # the phone, which got no answer, sends it again
    assert again.startswith("Tin này đã phát rồi, không gửi thêm lần nữa.\nTK-0001")
    assert "ĐANG GỬI" not in text_of(await talk.hears(station.code("Hải"), who=DUTY))
    assert len(await station.notices()) == 1


async def test_a_code_that_comes_again_after_a_crash_is_told_what_became_of_it(station: WarningStation) -> None:
    """Issued, and the service dies before it can say so: the dialogue still waits, the update comes again."""
    talk = station.talk
    await station.previewed()
    before = (await station.rows("dialogues"))[:]
    code = station.code("Hải")
    await talk.hears(code, who=DUTY)
    async with station.db.transaction() as connection:
        row = next(each for each in before if each.external_id == DUTY)
        await connection.execute(dialogues.update().where(dialogues.c.external_id == DUTY).values(state=row.state))
    said = text_of(await talk.hears(code, who=DUTY))
    assert said.startswith("Tin này đã phát rồi, không gửi thêm lần nữa.\nTK-0001")
    assert len(await station.notices()) == 1


async def test_a_late_code_sends_nothing_and_is_not_counted_as_wrong(station: WarningStation) -> None:
    talk = station.talk
    await station.previewed()
    late = await station.written(station.code("Hải"), DUTY, 190)
    assert "Tin này tới trễ 3 phút nên không gửi. Xem lại rồi gõ mã mới." in late
    assert LANDSLIDE in late
    assert await station.notices() == []
    assert "officer.failed" not in [each.action for each in await station.rows("audit")]
    assert "ĐANG GỬI TK-0001" in await station.written(station.code("Hải"), DUTY, 110)
    await talk.taps("Hết nguy hiểm", who=DUTY)
    late = await station.written(station.code("Hải"), DUTY, 190)
    assert "tới trễ 3 phút" in late
    assert "[ĐÃ AN TOÀN]" in late
    line = await station.written(f"khan lu thuong phuoc 6h {station.code('Hải')}", DUTY, 190)
    assert "tới trễ 3 phút" in line
    [notice] = await station.notices()
    assert notice.live


async def test_a_wrong_code_changes_nothing(station: WarningStation) -> None:
    talk = station.talk
    await station.previewed()
    wrong = f"{(int(station.code('Hải')) + 1) % 1_000_000:06}"
    assert "Mã không đúng" in text_of(await talk.hears(wrong, who=DUTY))
    assert text_of(await talk.hears("12345", who=DUTY)) == "Gõ mã 6 số của ứng dụng."
    assert await station.notices() == []
    assert text_of(await talk.hears(station.code("Hải"), who=DUTY)).startswith("ĐANG GỬI TK-0001")


async def test_a_drill_that_became_real_in_another_chat_is_not_sent_by_the_drills_code(station: WarningStation) -> None:
    talk = station.talk
    await station.link("Hải", "3011")
    await talk.hears("/khan", who=DUTY)
    await talk.taps("DIỄN TẬP", who=DUTY)
    await talk.taps("Sạt lở bờ sông", who=DUTY)
    await talk.taps("xã Thường Phước", who=DUTY)
    await station.previewed(who="3011")
    said = text_of(await talk.hears(station.code("Hải"), who=DUTY))
    assert "Có người vừa làm một việc khác" in said
    assert "SẼ GỬI 0 người" in said
    assert await station.notices() == []


# --- one line -------------------------------------------------------------------------------------------------------


async def test_one_line_issues_at_once_and_twice_is_looked_at(station: WarningStation) -> None:
    talk = station.talk
    line = f"khan satlo thuong phuoc 3h {station.code('Hải')}"
    said = text_of(await talk.hears(line, who=DUTY))
    assert said.startswith("ĐANG GỬI TK-0001")
    again = text_of(await talk.hears(line, who=DUTY))
    assert again.startswith("Tin này đã phát rồi, không gửi thêm lần nữa.\nTK-0001")
    assert await station.rows("notice_drafts") == []
    talk.clock.advance(300)
    again = text_of(await talk.hears(f"khan satlo thuong phuoc 3h {station.code('Hải')}", who=DUTY))
    assert "Chưa gửi vì đã có tin giống." in again
    assert "đã có TK-0001 cùng loại ở nơi này, do Hải phát" in again
    [notice] = await station.notices()
    assert (notice.expires_at - notice.issued_at).total_seconds() == 3 * 3600


NOT_ENOUGH = [
    ("khan satlo thuong phuoc 6h", "Gõ mã 6 số để gửi."),
    ("khan satlo 6h 000000", "Thiếu nơi nhận, nên chưa gửi."),
    ("khan so tan thuong phuoc 000000", "Mẫu “Sơ tán ngay” còn thiếu: Bà con đi đến đâu, nên chưa gửi."),
    ("khan satlo thuong phuoc 30h 000000", "Số giờ phải từ 1h đến 24h, nên chưa gửi."),
    ("khan satlo xyzt 6h 000000", "Không tìm thấy nơi “xyzt”."),
    ("khan satlo thuong phuoc 6h 000000", "Mã không đúng"),
    ("/khan gicungduoc thuong phuoc", "Không có mẫu tin “gicungduoc thuong phuoc”."),
    ("khan bao thuong phuoc 6h 000000", "Mẫu tin này chưa được chỉ huy ký"),
    ("khan dien tap satlo thuong phuoc", "DIỄN TẬP: SẼ GỬI 0 cán bộ"),
]


async def test_one_line_that_is_not_enough_says_what_is_missing(station: WarningStation) -> None:
    for line, said in NOT_ENOUGH:
        assert said in text_of(await station.talk.hears(line, who=DUTY)), line
    assert await station.notices() == []


async def test_blanks_with_words_of_their_own_need_none_in_one_line(station: WarningStation) -> None:
    said = text_of(await station.talk.hears("khan dong cua khau g-thuong-phuoc 6h", who=DUTY))
    assert "vì việc khẩn cấp" in said


# --- two officers ---------------------------------------------------------------------------------------------------


async def test_two_officers_who_issue_the_same_are_warned_and_can_join(station: WarningStation) -> None:
    talk = station.talk
    await station.issued()
    seen = await station.previewed(who=COMMANDER)
    assert "LƯU Ý: đã có TK-0001 cùng loại ở nơi này, do Hải phát lúc 9:12." in seen
    joined = text_of(await talk.taps("Tham gia TK-0001", who=COMMANDER))
    assert joined.startswith("Anh/chị đã tham gia TK-0001")
    assert len(await station.notices()) == 1
    told = await station.told()
    assert COMMANDER not in told  # has it in hand
    assert text_of(told[DUTY]) == "TK-0001: Lan đã tham gia lúc 9:12."


async def test_the_second_person_confirms_with_a_code_and_the_first_is_told(station: WarningStation) -> None:
    talk = station.talk
    await station.issued()
    told = await station.told()
    assert set(told) == {COMMANDER, DEPUTY}
    [call] = told[COMMANDER]
    assert call.text.startswith("TK-0001 do Hải phát lúc 9:12:\n" + LANDSLIDE)
    assert "Đúng không?" in call.text
    assert await station.told() == {}  # once
    stolen = call.choices()[0].value
    assert USED in text_of(await talk.hears(kind="button", value=stolen, who=DUTY))
    assert "TK-0001" in await station.presses(told[DEPUTY][0], "Đã nhận", DEPUTY)
    assert "1/2 người được gọi" in text_of(await talk.hears("/khan 1", who=DUTY))
    assert "Gõ mã 6 số" in await station.presses(call, "Xác nhận", COMMANDER)
    assert "tới trễ 4 phút" in await station.written(station.code("Lan"), COMMANDER, 250)
    assert (await station.notices())[0].state == NoticeState.PENDING
    assert text_of(await talk.hears(station.code("Lan"), who=COMMANDER)).startswith("Đã xác nhận TK-0001 lúc 9:1")
    assert (await station.notices())[0].confirmed_by == "Lan"
    told = await station.told()
    assert {who: text_of(said)[:29] for who, said in told.items()} == {
        DUTY: "TK-0001: Lan đã xác nhận lúc ",
        DEPUTY: "TK-0001: Lan đã xác nhận lúc ",
    }
    assert USED in await station.presses(call, "Xác nhận", COMMANDER)


async def test_the_second_person_rejects(station: WarningStation) -> None:
    talk = station.talk
    await station.people(6)
    await station.issued()
    call = (await station.told())[COMMANDER][0]
    await station.goes_out()
    await station.presses(call, "Không đúng, thu hồi", COMMANDER)
    assert text_of(await talk.hears(station.code("Lan"), who=COMMANDER)).startswith("Đã thu hồi TK-0001")
    assert (await station.notices())[0].state == NoticeState.WITHDRAWN
    told = await station.told()
    assert "Lan báo không đúng" in text_of(told[DUTY])
    assert "Lan báo không đúng" in text_of(told[DEPUTY])
    assert sum((await station.goes_out()).values()) == 6


async def test_who_issued_never_confirms_from_any_chat(station: WarningStation) -> None:
    talk = station.talk
    await station.link("Lan", "3012")
    await station.previewed(who=COMMANDER)
    await talk.hears(station.code("Lan"), who=COMMANDER)
    told = await station.told()
    assert set(told) == {DUTY, DEPUTY}
    await talk.hears("/khan 1", who="3012")
    assert "Xác nhận" not in talk.labels("3012")


@pytest.mark.parametrize(
    ("hazard", "state", "words"),
    [
        ("Sạt lở bờ sông", NoticeState.HELD, "không ai xác nhận. Tin vẫn giữ đến 11:12"),
        ("Cảnh báo lừa đảo", NoticeState.WITHDRAWN, "không ai xác nhận nên tin đã tự thu hồi"),
    ],
)
async def test_nobody_confirms(station: WarningStation, hazard: str, state: NoticeState, words: str) -> None:
    talk = station.talk
    await talk.hears("/khan", who=DUTY)
    await talk.taps(hazard, who=DUTY)
    if hazard != "Sạt lở bờ sông":
        await talk.taps(talk.labels(DUTY)[0], who=DUTY)
    await talk.taps("xã Thường Phước", who=DUTY)
    await talk.hears(station.code("Hải"), who=DUTY)
    await station.told()
    heard = []
    for _ in range(4):
        told = await station.told(601)
        heard.append({who: text_of(said) for who, said in told.items()})
    assert "quá giờ chưa ai xác nhận" in heard[0][DUTY]
    assert [who for who in (COMMANDER, DEPUTY) if who in heard[0]] == [COMMANDER]  # called again, one a rung
    assert [who for who in (COMMANDER, DEPUTY) if who in heard[1]] == [DEPUTY]
    assert all(words in heard[2][who] for who in (DUTY, COMMANDER, DEPUTY))
    assert (await station.notices())[0].state == state


# --- afterwards -----------------------------------------------------------------------------------------------------


async def test_update_and_all_clear(station: WarningStation) -> None:
    talk = station.talk
    await station.people(6)
    await station.issued()
    await station.goes_out()
    await station.told()
    await talk.hears("/khan 1", who=DUTY)
    assert "Có gì mới ở TK-0001?" in text_of(await talk.taps("Cập nhật", who=DUTY))
    seen = text_of(await talk.hears("Đã rào 300 mét bờ sông.", who=DUTY))
    assert "[CẬP NHẬT LẦN 1] Đã rào 300 mét bờ sông." in seen
    await talk.taps("Sửa chỗ điền", who=DUTY)
    for bad in ("[ĐÃ AN TOÀN] Bờ sông", "Xem vi.du.com/x"):
        assert text_of(await talk.hears(bad, who=DUTY)).startswith("Câu cập nhật: ")  # refused, and still asked
    await talk.hears("Đã rào 400 mét bờ sông.", who=DUTY)
    said = text_of(await talk.hears(station.code("Hải"), who=DUTY))
    assert said.startswith("ĐANG GỬI bản cập nhật của TK-0001")
    assert await station.rows("notice_drafts") == []
    told = await station.told()
    assert "TK-0001 do Hải cập nhật lúc" in text_of(told[COMMANDER])
    await station.goes_out()
    assert any("400 mét" in said.message.text for said in talk.channel.said if said.address.external_id == "9000")
    await talk.taps("Hết nguy hiểm", who=DUTY)
    assert "tới 6 người" in text_of(await talk.hears(station.code("Hải"), who=DUTY))
    [notice] = await station.notices()
    assert (notice.state, [each.kind for each in notice.versions]) == (
        NoticeState.CLEARED,
        [Kind.ISSUE, Kind.UPDATE, Kind.CLEAR],
    )
    assert "Hải đã báo hết nguy hiểm" in text_of((await station.told())[COMMANDER])


async def test_a_wrong_notice_is_cancelled_and_what_changed_meanwhile_is_shown(station: WarningStation) -> None:
    talk = station.talk
    await station.issued()
    await talk.taps("Huỷ tin", who=DUTY)
    talk.clock.advance(60)
    await station.service.update(await station.officer("Lan"), 1, {"vi": "Bờ sạt thêm."})
    said = text_of(await talk.hears(station.code("Hải"), who=DUTY))
    assert "Có người vừa làm một việc khác với tin này" in said
    assert (await station.notices())[0].live
    assert "ĐANG BÁO huỷ TK-0001" in text_of(await talk.hears(station.code("Hải"), who=DUTY))
    assert (await station.notices())[0].state == NoticeState.CANCELLED
    assert "Tin này đã huỷ" in text_of(await talk.hears("/khan 1", who=DUTY)) or not talk.labels(DUTY)[1:]


async def test_expiry_is_told(station: WarningStation) -> None:
    await station.issued()
    await station.told()
    call = (await station.told(1)).get(COMMANDER)
    assert call is None
    await station.service.confirm(await station.officer("Lan"), 1)
    found = await station.told(6 * 3600)
    assert "TK-0001 hết hiệu lực lúc 15:12" in text_of(found[DUTY])


async def test_a_drill_reaches_its_members_between_marks(station: WarningStation) -> None:
    talk = station.talk
    await station.people(6)
    await station.drills("Hải", "Lan")
    await talk.hears("/khan", who=DUTY)
    await talk.taps("DIỄN TẬP", who=DUTY)
    assert talk.labels(DUTY)[-1] == "Khác…"
    await talk.taps("Sạt lở bờ sông", who=DUTY)
    seen = text_of(await talk.taps("xã Thường Phước", who=DUTY))
    assert "DIỄN TẬP: SẼ GỬI 2 cán bộ trong danh sách diễn tập" in seen
    mark = talk.app.campaigning.warning.wording.drill_marks[0]
    assert seen.count(mark) == 2
    said = text_of(await talk.hears(station.code("Hải"), who=DUTY))
    assert said.startswith("[DIỄN TẬP] ĐANG GỬI TK-0001")
    [call] = (await station.told())[COMMANDER]
    assert call.text.startswith(mark)
    assert call.text.endswith(mark)
    assert set(await station.goes_out()) == {DUTY, COMMANDER}


async def test_no_template_is_signed_yet(station: WarningStation) -> None:
    async with station.db.transaction() as connection:
        await connection.execute(notice_signatures.delete())
    said = text_of(await station.talk.hears("/khan", who=DUTY))
    assert said == "Chưa có mẫu tin nào được chỉ huy ký, nên chỉ diễn tập được."
    assert station.talk.labels(DUTY) == ["DIỄN TẬP"]


# --- a channel without buttons --------------------------------------------------------------------------------------


async def test_by_numbers_where_there_are_no_buttons(tmp_path: Path) -> None:
    talk = await Talk.start(tmp_path, buttons=False)
    station = await warning_station(talk)
    await station.people(6)
    said = text_of(await talk.hears("khan", who=DUTY))
    assert "1. Sạt lở bờ sông" in said
    assert "9. " in said or "7. DIỄN TẬP" in said
    await talk.hears("1", who=DUTY)
    seen = text_of(await talk.hears("3", who=DUTY))
    assert LANDSLIDE in seen
    assert "ĐANG GỬI TK-0001" in text_of(await talk.hears(station.code("Hải"), who=DUTY))
    [call] = (await station.told())[COMMANDER]
    assert "1. Xác nhận" in call.text
    assert "Gõ mã 6 số" in text_of(await talk.hears("1", who=COMMANDER))
    assert "Đã xác nhận TK-0001" in text_of(await talk.hears(station.code("Lan"), who=COMMANDER))
    await talk.stop()
