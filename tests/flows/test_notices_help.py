"""Under a notice: "understood" is counted once; "I need help" gets numbers, and officers hear only of a second tap."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.messages import Address
from bot.retention import count_due, purge
from broadcasts import notice_taps
from tests.flows.duty_room import FIRST, SECOND, THUONG_PHUOC, DutyRoom
from tests.flows.talk import text_of

RESIDENT = "1001"
WORDS = "nha so 12 ap 3, nuoc vao toi giuong, co hai nguoi gia"


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[DutyRoom]:
    room = await DutyRoom.start(tmp_path)
    yield room
    await room.talk.stop()


async def warned(room: DutyRoom, template: str = "flood") -> int:
    """A resident who was sent a notice; its number."""
    await room.subscribes(RESIDENT)
    return (await room.issued(template)).notice_id


async def taps(room: DutyRoom, notice_id: int) -> dict[str, dict[str, int]]:
    async with room.station.db.reading() as connection:
        return await notice_taps.counts(connection, notice_id)


def help_seen(room: DutyRoom, phone: str) -> list[str]:
    return [each for each in room.heard(phone) if each.startswith("[CẦN GIÚP]")]


async def asks_officers(room: DutyRoom) -> None:
    await room.presses(RESIDENT, "Cần giúp")
    await room.talk.taps("Gửi trực ban")


# --- understood ---------------------------------------------------------------------------------------------------


async def test_understood_is_counted_once_by_commune_and_without_an_address(room: DutyRoom) -> None:
    notice = await warned(room)
    for _ in range(2):
        said = text_of(await room.presses(RESIDENT, "Đã rõ"))
        assert said == "Đã ghi. Cán bộ chỉ thấy số đếm của xã, không thấy tên ai."
    assert await taps(room, notice) == {"clear": {THUONG_PHUOC: 1}}
    assert RESIDENT not in str(await room.rows("notice_taps"))


async def test_the_words_do_where_a_channel_has_no_buttons(tmp_path: Path) -> None:
    room = await DutyRoom.start(tmp_path, buttons=False)
    notice = await warned(room)
    [sent] = room.warned(RESIDENT)
    assert sent.endswith("Đã đọc thì nhắn: Đã rõ.\nGặp nguy hiểm thì nhắn: Cần giúp.")
    assert "Đã ghi." in text_of(await room.talk.hears("da ro"))
    said = text_of(await room.talk.hears("CẦN GIÚP"))
    assert said.startswith("GỌI NGAY")
    assert "1. Gửi trực ban" in said
    assert "Đã chuyển cho cán bộ trực" in text_of(await room.talk.hears("1"))
    assert "Đã thêm lời nhắn" in text_of(await room.talk.hears(WORDS))
    await room.told()
    assert WORDS in help_seen(room, FIRST)[-1]
    assert await taps(room, notice) == {"help": {THUONG_PHUOC: 1}}
    await room.talk.stop()


async def test_the_same_words_mean_nothing_where_no_notice_is_in_force(room: DutyRoom) -> None:
    await room.subscribes(RESIDENT)
    assert "Đã ghi." not in text_of(await room.talk.hears("đã rõ"))
    assert await room.rows("notice_taps") == []


# --- help ---------------------------------------------------------------------------------------------------------


async def test_numbers_come_first_and_nothing_is_passed_on_before_the_second_tap(room: DutyRoom) -> None:
    notice = await warned(room)
    [said] = await room.presses(RESIDENT, "Cần giúp")
    assert said.text.startswith("GỌI NGAY:\n112")
    assert "Đã ghi một lượt cần giúp ở xã Thường Phước" in said.text
    assert "Gửi yêu cầu này cho trực ban?" in said.text
    assert [each.label for each in said.choices()] == ["Gửi trực ban", "Không"]
    await room.told()
    assert help_seen(room, FIRST) == []
    assert await room.rows("help_requests") == []
    assert text_of(await room.talk.taps("Không")).startswith("Chưa gửi cho ai.")
    assert await room.rows("help_requests") == []
    assert await taps(room, notice) == {"help": {THUONG_PHUOC: 1}}


async def test_at_sea_the_rescue_centre_comes_first(room: DutyRoom) -> None:
    await warned(room, "sea-ban")
    [said] = await room.presses(RESIDENT, "Cần giúp")
    assert "cứu nạn hàng hải" in said.text.split("\n\n")[0]


async def test_the_officers_on_duty_see_place_words_and_chat_and_who_takes_it(room: DutyRoom) -> None:
    await warned(room)
    await asks_officers(room)
    await room.told()
    for phone in (FIRST, SECOND):
        [seen] = help_seen(room, phone)
        assert "Nơi đã chọn: xã Thường Phước" in seen
        assert f"số {RESIDENT}" in seen
        assert "Lời nhắn: chưa có" in seen
    assert help_seen(room, "3003") == []  # the commander is not on duty
    said = text_of(await room.talk.hears(WORDS))
    assert said.endswith("Đã thêm lời nhắn vào yêu cầu.")
    for _ in range(2):
        await room.told()
        room.later(minutes=1)
    assert WORDS in help_seen(room, FIRST)[1]
    assert len(help_seen(room, FIRST)) == 2  # told once, and once more with the words
    assert "Anh/chị đã nhận YC-1." in text_of(await room.presses(FIRST, "Nhận việc này"))
    assert "Hải đã nhận YC-1 lúc" in text_of(await room.presses(SECOND, "Nhận việc này"))
    await room.told()
    room.later(minutes=1)
    await room.told()
    assert sum(each.startswith("Hải đã nhận YC-1 lúc") for each in room.heard(SECOND)) == 2  # pressed, and told
    assert not any(each.startswith("Hải đã nhận") for each in room.heard(FIRST))
    assert [each for each in room.heard(RESIDENT) if each.startswith("Cán bộ trực đã nhận yêu cầu lúc")]
    log = [(row.action, row.officer) for row in await room.rows("audit") if row.action.startswith("help.")]
    assert ("help.read", "Hải") in log
    assert ("help.read", "Khánh") in log
    assert ("help.take", "Hải") in log
    assert not [row for row in await room.rows("audit") if RESIDENT in str(row.detail) or row.subject == RESIDENT]


async def test_who_comes_on_duty_later_hears_of_what_nobody_took(room: DutyRoom) -> None:
    await room.roster("Hải")
    await warned(room)
    await asks_officers(room)
    await room.told()
    assert help_seen(room, SECOND) == []
    await room.roster("Khánh")
    await room.told()
    assert len(help_seen(room, SECOND)) == 1
    listed = text_of(await room.talk.hears("/giup", who=SECOND))
    assert f"số {RESIDENT}" in listed
    assert "Không có yêu cầu giúp nào" in text_of(await room.talk.hears("/giup", who=FIRST))
    assert "Anh/chị đã nhận YC-1." in text_of(await room.talk.taps("Nhận YC-1", who=SECOND))
    assert "Không có lệnh này" in text_of(await room.talk.hears("/giup")) or "menu" in text_of(
        await room.talk.hears("/giup")
    )


async def test_the_same_tap_again_asks_once(room: DutyRoom) -> None:
    await warned(room)
    for _ in range(2):
        await asks_officers(room)
        await room.told()
    assert len(await room.rows("help_requests")) == 1
    assert len(help_seen(room, FIRST)) == 1


async def test_words_that_sound_like_a_cry_are_kept_and_get_their_numbers(room: DutyRoom) -> None:
    await warned(room)
    await asks_officers(room)
    said = await room.talk.hears("cuu voi nuoc cuon troi nha con toi")
    assert said[0].text.startswith("GỌI NGAY")
    assert said[-1].text == "Đã thêm lời nhắn vào yêu cầu."
    assert [row.text for row in await room.rows("help_words")] == ["cuu voi nuoc cuon troi nha con toi"]


@pytest.mark.parametrize("said", ["/help", "STOP", "cảm ơn", "0"])
async def test_what_is_no_word_for_the_officers_is_not_passed_on(room: DutyRoom, said: str) -> None:
    await warned(room)
    await asks_officers(room)
    await room.talk.hears(said)
    assert await room.rows("help_words") == []
    if said == "/help":  # something else is on the screen now
        await room.talk.hears("gio chay pha")
        assert await room.rows("help_words") == []


async def test_a_text_that_is_too_long_is_not_cut_and_may_be_said_shorter(room: DutyRoom) -> None:
    await warned(room)
    await asks_officers(room)
    assert "dài quá" in text_of(await room.talk.hears("nuoc " * 250))
    assert await room.rows("help_words") == []
    await room.talk.hears("nuoc vao nha")
    assert [row.text for row in await room.rows("help_words")] == ["nuoc vao nha"]


async def test_where_nobody_on_duty_can_be_reached_there_are_numbers_and_that_is_said(tmp_path: Path) -> None:
    room = await DutyRoom.start(tmp_path)
    await warned(room)
    await room.roster()
    room.later(seconds=2)
    said = text_of(await room.presses(RESIDENT, "Cần giúp"))
    assert said.startswith("GỌI NGAY")
    assert "chưa có cán bộ trực nào" in said
    assert "Gửi trực ban" not in room.talk.labels()
    later = await room.talk.hears("/thongbao")
    assert "Cần giúp" not in [each.label for message in later for each in message.choices()]
    await room.talk.stop()


async def test_a_button_of_a_notice_that_is_over_says_so(room: DutyRoom) -> None:
    notice = await warned(room)
    room.later(hours=13)
    await room.goes()
    assert text_of(await room.presses(RESIDENT, "Đã rõ")) == "Tin khẩn này không còn hiệu lực."
    help_value = room.value(RESIDENT, "Cần giúp")
    for days in (0, 5):
        room.later(days=days)
        said = text_of(await room.talk.hears(kind="button", value=help_value))
        assert said.startswith("GỌI NGAY")
        assert said.endswith("Tin khẩn này không còn hiệu lực.")
    for wrong in ("n:help:999", "n:help:99999999999", "n:help:x", "n:no", "n"):
        assert await room.talk.hears(kind="button", value=wrong)
    assert await room.rows("help_requests") == []
    assert await taps(room, notice) == {}


async def test_a_page_gets_numbers_and_nothing_of_it_is_passed_on(tmp_path: Path) -> None:
    room = await DutyRoom.start(tmp_path, subscribable=False)
    notice = (await room.issued()).notice_id
    await room.talk.hears("toi o xa thuong phuoc")
    said = text_of(await room.presses(RESIDENT, "Cần giúp"))
    assert said.startswith("GỌI NGAY")
    assert "Trang này không chuyển được yêu cầu" in said
    await room.talk.hears(kind="button", value=room.value(RESIDENT, "Cần giúp").replace(":help:", ":send:"))
    assert await room.rows("help_requests") == []
    assert await taps(room, notice) == {"help": {THUONG_PHUOC: 1}}
    await room.talk.stop()


async def test_in_a_drill_who_takes_part_is_counted_and_nobody_is_asked_for_help(room: DutyRoom) -> None:
    await room.drilling("Khánh")
    notice = (await room.issued("flood", drill=True)).notice_id
    said = text_of(await room.presses(SECOND, "Cần giúp"))
    assert said.startswith("[DIỄN TẬP]")
    assert said.endswith("KHÔNG CÓ SỰ VIỆC THẬT")
    assert await taps(room, notice) == {"help": {"": 1}}
    value = room.value(SECOND, "Đã rõ")
    assert text_of(await room.talk.hears(kind="button", value=value)) == "Tin khẩn này không còn hiệu lực."
    assert await taps(room, notice) == {"help": {"": 1}}
    assert await room.rows("help_requests") == []


# --- kept and erased ----------------------------------------------------------------------------------------------


async def test_a_request_is_gone_72_hours_after_the_notice_has_ended(room: DutyRoom) -> None:
    await warned(room)
    await asks_officers(room)
    await room.talk.hears(WORDS)
    room.later(hours=13)
    await room.goes()
    ended = room.station.now()
    for at, left in ((timedelta(hours=71), 1), (timedelta(hours=73), 0)):
        async with room.station.db.transaction() as connection:
            assert (await count_due(connection, ended + at))["help_requests"] == 1 - left
            await purge(connection, ended + at)
        assert len(await room.rows("help_requests")) == left
        assert len(await room.rows("help_words")) == left


async def test_dulieu_tells_of_it_and_xoa_erases_it(room: DutyRoom) -> None:
    notice = await warned(room)
    await asks_officers(room)
    await room.talk.hears(WORDS)
    shown = await room.talk.hears("/dulieu")
    assert "Yêu cầu giúp đã gửi cho cán bộ trực: 1." in text_of(shown)
    file = shown[-1].attachment
    assert file is not None
    assert WORDS in file.content.decode()
    await room.talk.hears("/xoa")
    for table in ("help_requests", "help_words", "notice_taps"):
        assert await room.rows(table) == [], table
    await room.told()
    assert help_seen(room, FIRST) == []
    assert await taps(room, notice) == {}


async def test_a_chat_with_a_new_id_keeps_its_request(room: DutyRoom) -> None:
    await warned(room)
    await asks_officers(room)
    async with room.station.db.transaction() as connection:
        await notice_taps.follow(connection, Address("fake", "main", RESIDENT), "5555")
    assert [row.external_id for row in await room.rows("help_requests")] == ["5555"]
