"""What an officer has filled in: kept as it was, gone after a day; and what an officer saw is only that."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.storage.db import Database
from broadcasts import notice_composing, notice_store
from broadcasts.notice_store import NoticeChangedMeanwhile
from broadcasts.notices import NoticeDraft
from content.notice_blanks import NoticeTextError
from tests.handlers.warned import DUTY, SECOND, THUONG_PHUOC, Warned

DRAFT = NoticeDraft("landslide", (THUONG_PHUOC,))
drafts = st.builds(
    NoticeDraft,
    st.text(max_size=20),
    st.lists(st.text(max_size=8), max_size=3).map(tuple),
    st.dictionaries(st.text(max_size=8), st.text(max_size=20), max_size=3),
    st.none() | st.integers(1, 24).map(lambda hours: timedelta(hours=hours)),
    st.booleans(),
    st.integers(0, 9999),
    st.text(max_size=40),
)


@given(drafts)
def test_a_draft_comes_back_as_it_was(draft: NoticeDraft) -> None:
    assert NoticeDraft.from_json(draft.to_json()) == draft


@pytest.fixture
async def warned(db: Database) -> Warned:
    return await Warned.start(db)


async def test_a_draft_is_the_officers_own_and_ends_after_a_day(warned: Warned) -> None:
    await warned.service.keep(DUTY, DRAFT)
    await warned.service.keep(SECOND, replace(DRAFT, drill=True))
    kept = await warned.service.kept(DUTY)
    assert kept is not None
    assert kept[0] == DRAFT
    for hours, left in ((23, True), (2, False)):
        warned.later(hours=hours)
        async with warned.db.transaction() as connection:
            await notice_store.forget_drafts(connection, warned.clock.now())
        assert (await warned.service.kept(DUTY) is not None) is left


async def test_what_is_said_takes_its_draft_away_and_no_other(warned: Warned) -> None:
    issued = await warned.issued()
    warned.later(minutes=1)
    await warned.service.keep(DUTY, DRAFT)
    await warned.service.update(DUTY, issued.notice_id, {"vi": "Đã rào 300 mét."})
    assert await warned.service.kept(DUTY) is not None  # a new notice that is being written
    warned.later(minutes=1)
    await warned.service.keep(DUTY, replace(DRAFT, updates=issued.notice_id, news="Đã rào 400 mét."))
    await warned.service.update(DUTY, issued.notice_id, {"vi": "Đã rào 400 mét."})
    assert await warned.service.kept(DUTY) is None


async def test_what_was_seen_as_a_drill_is_not_said_for_real(warned: Warned) -> None:
    await warned.signed("landslide")
    await warned.drilling(DUTY)
    seen = (await warned.service.preview(DUTY, replace(DRAFT, drill=True))).seen
    with pytest.raises(NoticeChangedMeanwhile):
        await warned.service.issue(DUTY, DRAFT, seen=seen)


@pytest.mark.parametrize(
    "news",
    ["[ĐÃ AN TOÀN] Bà con về nhà.", "[DIỄN TẬP] Đã rào.", "Xem vi.du.com/x", "{noi} yên", "<b>Yên</b>", "", "x" * 301],
)
def test_news_hold_no_head_no_link_and_no_placeholder(news: str) -> None:
    with pytest.raises(NoticeTextError):
        notice_composing.checked_news({"vi": news}, ["[DIỄN TẬP]"])


def test_news_keep_their_full_stop() -> None:
    assert notice_composing.checked_news({"vi": " Đã rào  300 mét. "}, []) == {"vi": "Đã rào 300 mét."}
