"""/dulieu lists what was sent to this chat in the last ninety days, in the message and in the file."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select, update

from bot.storage.schema import deliveries, residents
from tests.broadcasts.sending import a_run
from tests.flows.talk import MORNING, Talk, text_of


async def sent(talk: Talk, who: str, state: str, at: datetime) -> None:
    """One message of a campaign for this chat, and its end."""
    run = await a_run(talk.app.db, 1, first=90_000)  # a run for somebody else, that is made theirs
    async with talk.app.db.transaction() as connection:
        theirs = select(residents.c.id).where(residents.c.external_id == who)
        resident = (await connection.execute(theirs)).scalar_one()
        mine = update(deliveries).where(deliveries.c.run_id == run)
        await connection.execute(mine.values(resident_id=resident, state=state, at=at))


async def test_what_was_sent_to_me_and_when(tmp_path: Path) -> None:
    talk = await Talk.start(tmp_path)
    await talk.hears("/start c-29938")
    assert "trong 90 ngày" not in text_of(await talk.hears("/dulieu"))
    at = MORNING - timedelta(days=1)
    for state, days in (("sent", 0), ("unknown", 0), ("withdrawn", 5), ("skipped", 1), ("failed", 1), ("sent", 91)):
        await sent(talk, "1001", state, at - timedelta(days=days))
    shown, file = await talk.hears("/dulieu")
    assert "Tin đã gửi tới chat này trong 90 ngày: 3, ngày 19/11/2026, 14/11/2026" in shown.text
    assert file.attachment is not None
    assert json.loads(file.attachment.content)["messages_sent"] == [
        {"day": "2026-11-19", "state": "unknown"},
        {"day": "2026-11-19", "state": "sent"},
        {"day": "2026-11-14", "state": "withdrawn"},
    ]
    await talk.hears("/xoa")
    assert "trong 90 ngày" not in text_of(await talk.hears("/dulieu"))
    await talk.stop()
