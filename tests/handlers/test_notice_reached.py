"""Who has a notice, or may have it, hears how it went on, whatever was under way at that moment."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot import errors
from bot.storage.db import Database
from broadcasts import claiming, outbox
from broadcasts.claiming import Request
from broadcasts.deliveries import DeliveryState, Outcome
from broadcasts.notices import BadExpiry, NoticeDraft, NoticeState
from broadcasts.outbox import Beginning, Settlement
from tests.handlers.warned import DUTY, SECOND, TAN_HO_CO, THUONG_PHUOC, Warned


@pytest.fixture
async def warned(db: Database) -> Warned:
    return await Warned.start(db)


async def test_whose_call_is_in_flight_when_it_ends_hears_that_it_is_over(warned: Warned) -> None:
    await warned.people(1)
    issued = await warned.issued()
    now = warned.clock.now()
    async with warned.db.transaction() as connection:
        [[row]] = await claiming.claim(connection, [Request(("fake", "main"), "one", 10, now)])
        assert await outbox.begin(connection, [Beginning(row.id, "one", now)]) == [True]
    await warned.service.clear(DUTY, issued.notice_id)
    arrived = Outcome(DeliveryState.SENT, message_id="77")
    async with warned.db.transaction() as connection:
        await outbox.settle(connection, [Settlement(row.id, "one", arrived, now)])
    await warned.go()
    assert await warned.states(issued.run_id) == {"sent(clear)": 1}
    assert warned.heard("9000")[-1].startswith("[ĐÃ AN TOÀN]")


async def test_who_may_have_got_it_hears_that_it_was_wrong(warned: Warned) -> None:
    await warned.people(1)
    issued = await warned.issued()
    warned.channel.script.append(errors.OutcomeUnknown("no answer"))
    await warned.sender.work_off()
    assert await warned.states(issued.run_id) == {"queued(repeat)": 1}
    await warned.service.cancel(DUTY, issued.notice_id)
    await warned.go()
    assert warned.heard("9000")[-1].startswith("[HUỶ TIN]")
    assert await warned.states(issued.run_id) == {"unknown(no-answer)": 1}


async def test_who_may_have_got_it_outside_the_new_area_hears_of_the_update(warned: Warned) -> None:
    await warned.people(1, TAN_HO_CO)
    await warned.signed("landslide")
    issued = await warned.service.issue(DUTY, NoticeDraft("landslide", (THUONG_PHUOC, TAN_HO_CO)))
    warned.channel.script.append(errors.OutcomeUnknown("no answer"))
    await warned.sender.work_off()
    await warned.service.update(DUTY, issued.notice_id, {"vi": "Chỉ còn Thường Phước."}, area=(THUONG_PHUOC,))
    await warned.go()
    assert "Chỉ còn Thường Phước." in warned.heard("9000")[-1]


async def test_whoever_hears_of_it_first_by_an_update_reads_what_is_new_too(warned: Warned) -> None:
    [newcomer] = await warned.people(1, TAN_HO_CO)
    issued = await warned.issued()
    await warned.go()
    await warned.service.update(
        SECOND, issued.notice_id, {"vi": "Sơ tán lên trường học."}, area=(THUONG_PHUOC, TAN_HO_CO)
    )
    await warned.go()
    [text] = warned.heard(newcomer)
    assert text.startswith("[TIN KHẨN] Sạt lở")
    assert "Sơ tán lên trường học." in text
    notice = await warned.notice(issued.notice_id)
    assert "Sơ tán lên trường học." in (warned.wording.post(notice, notice.newest, "vi") or "")


async def test_who_missed_an_update_reads_the_whole_with_the_next_one(warned: Warned) -> None:
    [lucky, unlucky] = await warned.people(2)
    issued = await warned.issued()
    await warned.go()
    first = {each.address.external_id: str(number) for number, each in enumerate(warned.channel.said, 1)}
    missed = await warned.service.update(SECOND, issued.notice_id, {"vi": "Sơ tán lên trường học."})
    warned.channel.script.extend([None, errors.Conflict()])
    await warned.go()
    assert await warned.states(missed.run_id) == {"sent": 1, "failed(not-accepted)": 1}
    await warned.service.update(SECOND, issued.notice_id, {"vi": "Đường tỉnh đã cấm."})
    await warned.go()
    assert warned.heard(lucky)[-1].startswith("[CẬP NHẬT LẦN 2] Đường tỉnh đã cấm.")
    assert warned.heard(unlucky)[-1].startswith("[TIN KHẨN] Sạt lở")
    assert "Đường tỉnh đã cấm." in warned.heard(unlucky)[-1]
    last = next(each for each in reversed(warned.channel.said) if each.address.external_id == unlucky)
    assert last.message.follows == first[unlucky]


async def test_what_is_held_is_not_sent_in_the_last_seconds_either(warned: Warned) -> None:
    warned.roster.called = []
    await warned.issued(lasts_for=timedelta(hours=12))
    warned.later(minutes=10)
    await warned.go()
    await warned.people(1)
    warned.later(hours=1, minutes=49, seconds=55)
    await warned.keeper.tick()
    await warned.sender.work_off()
    assert warned.heard("9000") == []


async def test_what_nobody_confirmed_is_not_prolonged_beyond_two_hours(warned: Warned) -> None:
    warned.roster.called = []
    issued = await warned.issued(lasts_for=timedelta(hours=12))
    warned.later(minutes=10)
    await warned.go()
    assert (await warned.notice(issued.notice_id)).state is NoticeState.HELD
    with pytest.raises(BadExpiry, match="2 giờ"):
        await warned.service.update(DUTY, issued.notice_id, {"vi": "Vẫn còn."}, lasts_for=timedelta(hours=12))
    await warned.service.update(DUTY, issued.notice_id, {"vi": "Vẫn còn."}, lasts_for=timedelta(minutes=30))
    await warned.service.confirm(SECOND, (await warned.notice(issued.notice_id)).newest.run_id)
    await warned.service.update(DUTY, issued.notice_id, {"vi": "Vẫn còn."}, lasts_for=timedelta(hours=12))


async def test_an_update_is_possible_after_the_clock_was_set_back(warned: Warned) -> None:
    issued = await warned.issued(lasts_for=timedelta(hours=24))
    warned.later(hours=-1)
    await warned.service.update(DUTY, issued.notice_id, {"vi": "Vẫn còn."})
    await warned.service.clear(DUTY, issued.notice_id)
