"""A release without the template or the place of a notice that is in force: it can be ended, and harms no other one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.staff.roles import Forbidden
from bot.storage.db import Database
from bot.storage.schema import notice_signatures, notices
from broadcasts.approval import NotAllowed
from broadcasts.notices import NoticeDraft, NoticeState
from tests.handlers.warned import COMMANDER, DUTY, SECOND, STRANGER, TAN_HO_CO, THUONG_PHUOC, Warned


@pytest.fixture
async def warned(db: Database) -> Warned:
    warned = await Warned.start(db)
    await warned.people(1)
    return warned


async def now_says(warned: Warned, notice_id: int, **columns: Any) -> None:
    async with warned.db.transaction() as connection:
        await connection.execute(update(notices).where(notices.c.id == notice_id).values(**columns))


async def test_without_its_template_it_is_updated_and_cleared(warned: Warned) -> None:
    issued = await warned.issued()
    await warned.go()
    await now_says(warned, issued.notice_id, template_id="gone")
    await warned.service.update(SECOND, issued.notice_id, {"vi": "Nước lên thêm."})
    with pytest.raises(NotAllowed):  # other words would need the template
        await warned.service.update(SECOND, issued.notice_id, {"vi": "Nước."}, area=(THUONG_PHUOC, TAN_HO_CO))
    await warned.go()
    await warned.service.clear(DUTY, issued.notice_id)
    await warned.go()
    heard = warned.heard("9000")
    assert [each.partition("]")[0] for each in heard] == ["[TIN KHẨN", "[CẬP NHẬT LẦN 1", "[ĐÃ AN TOÀN"]
    assert "Sạt lở" in heard[-1]
    assert "xã Thường Phước: đã hết nguy hiểm." in heard[-1]


async def test_without_its_template_it_is_cancelled(warned: Warned) -> None:
    issued = await warned.issued()
    await warned.go()
    await now_says(warned, issued.notice_id, template_id="gone")
    await warned.service.cancel(DUTY, issued.notice_id)
    await warned.go()
    assert warned.heard("9000")[-1].startswith("[HUỶ TIN]")


async def test_a_template_that_must_be_signed_again_keeps_no_update_back(warned: Warned) -> None:
    issued = await warned.issued()
    await warned.go()
    async with warned.db.transaction() as connection:
        await connection.execute(update(notice_signatures).values(digest="of other words"))
    await warned.service.update(SECOND, issued.notice_id, {"vi": "Nước lên thêm."})
    await warned.go()
    assert warned.heard("9000")[-1].startswith("[CẬP NHẬT LẦN 1] Nước lên thêm.")


@pytest.mark.parametrize("deed", ["clear", "cancel", "update", "reject"])
async def test_where_its_place_is_gone_it_is_ended_all_the_same(warned: Warned, deed: str) -> None:
    issued = await warned.issued()
    await warned.go()
    await now_says(warned, issued.notice_id, area=["c-00000"])
    service = warned.service
    with pytest.raises(Forbidden):
        await service.cancel(STRANGER, issued.notice_id)
    assert (await service.notice(DUTY, issued.notice_id)).live
    if deed == "clear":
        await service.clear(DUTY, issued.notice_id)
    elif deed == "cancel":
        await service.cancel(DUTY, issued.notice_id)
    elif deed == "update":
        await service.update(SECOND, issued.notice_id, {"vi": "Vẫn còn."})
    else:
        await service.reject(COMMANDER, issued.run_id)
    await warned.go()
    assert len(warned.heard("9000")) == 2


async def test_one_place_of_two_is_gone(warned: Warned) -> None:
    issued = await warned.issued()
    await now_says(warned, issued.notice_id, area=["c-00000", THUONG_PHUOC])
    await warned.service.update(DUTY, issued.notice_id, {"vi": "Vẫn còn."})
    await warned.go()
    assert len(warned.heard("9000")) == 1


async def test_a_notice_whose_place_is_gone_keeps_no_other_from_being_looked_after(warned: Warned) -> None:
    other = await warned.issued("fraud")
    lost = await warned.issued()
    await now_says(warned, lost.notice_id, area=["c-00000"])
    warned.roster.called = []
    late = await warned.people(1)
    await warned.go()
    assert warned.heard(late[0])  # newcomers still get the other one
    warned.later(minutes=10)
    await warned.go()
    assert (await warned.notice(other.notice_id)).state is NoticeState.WITHDRAWN
    assert (await warned.notice(lost.notice_id)).state is NoticeState.HELD
    warned.later(hours=2)
    await warned.go()
    assert (await warned.notice(lost.notice_id)).state is NoticeState.EXPIRED


async def test_a_notice_that_breaks_keeps_no_other_from_being_looked_after(warned: Warned) -> None:
    first = await warned.issued(lasts_for=timedelta(minutes=30))
    await warned.service.issue(DUTY, NoticeDraft("landslide", (TAN_HO_CO,)))
    del warned.roster.called  # whatever breaks the ladder of the second, whose turn is first
    warned.later(minutes=30)
    await warned.keeper.tick()
    assert (await warned.notice(first.notice_id)).state is NoticeState.EXPIRED
