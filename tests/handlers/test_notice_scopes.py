"""A script with an officer's token says, ends, confirms and signs nothing: the service itself refuses it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.staff.roles import Forbidden
from bot.storage.db import Database
from broadcasts.notices import NoticeDraft, NoticeState
from tests.handlers.warned import COMMANDER, DUTY, SECOND, THUONG_PHUOC, Warned


@pytest.fixture
async def warned(db: Database) -> Warned:
    return await Warned.start(db)


async def test_no_step_is_taken_with_a_token(warned: Warned) -> None:
    issued = await warned.issued()
    service, run_id = warned.service, issued.run_id
    script, second = replace(DUTY, scopes=("read", "draft")), replace(SECOND, scopes=("read", "draft"))
    commander = replace(COMMANDER, scopes=("read", "draft"))
    warned.roster.on_duty += [script, second]
    draft = NoticeDraft("landslide", (THUONG_PHUOC,))
    seen = warned.hazards.template("storm").digest("vi")
    for attempt in (
        service.preview(script, draft),
        service.issue(script, draft),
        service.update(script, issued.notice_id, {"vi": "x"}),
        service.clear(script, issued.notice_id),
        service.cancel(script, issued.notice_id),
        service.join(second, issued.notice_id),
        service.confirm(second, run_id),
        service.reject(second, run_id),
        warned.hazards.sign(commander, "storm", "vi", seen),
    ):
        with pytest.raises(Forbidden):
            await attempt
    notice = await warned.notice(issued.notice_id)
    assert (notice.state, len(notice.versions)) == (NoticeState.PENDING, 1)
    assert (await warned.hazards.signed())["storm"] == ()
