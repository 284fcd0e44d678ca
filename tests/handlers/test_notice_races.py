"""Several people at one notice at the same moment: one of them is first, the others are told, nothing is said twice."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.storage.db import Database
from broadcasts import notice_sending, notice_store
from broadcasts.notice_service import Issued
from broadcasts.notice_store import Notice, NoticeChangedMeanwhile
from broadcasts.notices import IllegalNoticeMove, Kind, NoticeDraft, NoticeEvent, NoticeState
from tests.handlers.warned import COMMANDER, DUTY, SECOND, TAN_HO_CO, THUONG_PHUOC, Warned


@pytest.fixture
async def warned(db: Database) -> Warned:
    return await Warned.start(db)


async def test_what_was_loaded_before_an_update_moves_nothing(warned: Warned) -> None:
    issued = await warned.issued()
    stale = await warned.notice(issued.notice_id)
    await warned.service.update(SECOND, issued.notice_id, {"vi": "Nước lên thêm."})
    for event in (NoticeEvent.CONFIRM, NoticeEvent.UPDATE, NoticeEvent.CLEAR, NoticeEvent.HOLD):
        with pytest.raises(NoticeChangedMeanwhile):
            async with warned.db.transaction() as connection:
                await notice_store.move(connection, stale, event)
    async with warned.db.transaction() as connection:
        assert not await notice_store.climb(connection, stale, None)


async def test_an_end_that_was_found_before_an_update_does_not_end_what_was_prolonged(warned: Warned) -> None:
    await warned.people(1)
    issued = await warned.issued(lasts_for=timedelta(minutes=30))
    await warned.go()
    warned.later(minutes=30)
    stale = await warned.notice(issued.notice_id)
    await warned.service.update(SECOND, issued.notice_id, {"vi": "Vẫn còn."}, lasts_for=timedelta(hours=1))
    with pytest.raises(NoticeChangedMeanwhile):
        async with warned.db.transaction() as connection:
            await notice_sending.expire(connection, stale, warned.clock.now())
    await warned.go()
    assert (await warned.notice(issued.notice_id)).live
    assert len(warned.heard("9000")) == 2


async def test_two_officers_at_once_are_told_plainly_who_was_first(warned: Warned) -> None:
    await warned.people(2)
    service = warned.service
    for _ in range(6):
        issued = await warned.issued()
        await warned.go()
        found = await asyncio.gather(
            service.update(DUTY, issued.notice_id, {"vi": "Một."}),
            service.update(SECOND, issued.notice_id, {"vi": "Hai."}),
            service.confirm(COMMANDER, issued.run_id),
            service.clear(DUTY, issued.notice_id),
            service.cancel(SECOND, issued.notice_id),
            return_exceptions=True,
        )
        refused = [each for each in found if isinstance(each, BaseException)]
        assert all(isinstance(each, NoticeChangedMeanwhile | IllegalNoticeMove) for each in refused), refused
        notice = await warned.notice(issued.notice_id)
        said = [each for each in found if isinstance(each, Issued)]
        assert [each.number for each in notice.versions] == list(range(len(said) + 1))
        assert sum(not each.kind.goes_on for each in notice.versions) == (0 if notice.live else 1)
        if notice.live:
            await service.cancel(DUTY, issued.notice_id)


async def test_confirmed_by_two_at_once(warned: Warned) -> None:
    issued = await warned.issued()
    found = await asyncio.gather(
        warned.service.confirm(SECOND, issued.run_id),
        warned.service.confirm(COMMANDER, issued.run_id),
        warned.service.reject(COMMANDER, issued.run_id),
        return_exceptions=True,
    )
    assert all(isinstance(each, Notice | Issued | NoticeChangedMeanwhile | IllegalNoticeMove) for each in found), found
    assert (await warned.notice(issued.notice_id)).state in (NoticeState.CONFIRMED, NoticeState.WITHDRAWN)


async def test_the_same_that_a_colleague_issued_since_the_preview_is_shown_first(warned: Warned) -> None:
    await warned.signed("landslide")
    draft = NoticeDraft("landslide", (THUONG_PHUOC,))
    mine = await warned.service.preview(DUTY, draft)
    theirs = await warned.service.preview(SECOND, NoticeDraft("landslide", (THUONG_PHUOC, TAN_HO_CO)))
    await warned.service.issue(SECOND, NoticeDraft("landslide", (THUONG_PHUOC, TAN_HO_CO)), seen=theirs.seen)
    with pytest.raises(NoticeChangedMeanwhile):
        await warned.service.issue(DUTY, draft, seen=mine.seen)
    again = await warned.service.preview(DUTY, draft)
    assert again.alike is not None
    await warned.service.issue(DUTY, draft, seen=again.seen)  # who has seen it may say it all the same


async def test_two_who_issue_the_same_at_once(warned: Warned) -> None:
    await warned.signed("landslide")
    draft = NoticeDraft("landslide", (THUONG_PHUOC,))
    seen = [(await warned.service.preview(each, draft)).seen for each in (DUTY, SECOND)]
    found = await asyncio.gather(
        warned.service.issue(DUTY, draft, seen=seen[0]),
        warned.service.issue(SECOND, draft, seen=seen[1]),
        return_exceptions=True,
    )
    assert sum(isinstance(each, Issued) for each in found) == 1
    assert sum(isinstance(each, NoticeChangedMeanwhile) for each in found) == 1
    assert Kind.ISSUE.goes_on
