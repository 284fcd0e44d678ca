"""One campaign on two channels: each gets what it takes, and nobody the words without what was approved with them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import delete, insert, select

from bot.messages import Capabilities, Limits
from bot.settings import Settings
from bot.staff.roles import Officer, Role
from bot.storage.schema import campaign_files, deliveries, residents
from bot.testing import FakeChannel, ManualClock
from broadcasts.approval import text_mark
from broadcasts.audience import Audience
from broadcasts.composing import ComposeError
from broadcasts.recurrence import Schedule
from handlers.app import build
from tests.bot.test_attachments import photo
from tests.flows.talk import MORNING, Talk
from tests.warm import copy_warm_database, warm_folder, warm_judge

WRITER, READER, CHIEF = (
    Officer(n, name, ((role, ""),))
    for n, (name, role) in enumerate((("an", Role.EDITOR), ("binh", Role.REVIEWER), ("chi", Role.APPROVER)), start=1)
)
TEXT = "Bà con xem tờ rơi."
PICTURES = Capabilities(buttons=True, attachments=True, subscribable=True, files=frozenset(("image/jpeg",)))
DOCUMENTS = Capabilities(buttons=False, attachments=True, subscribable=True, files=frozenset(("application/pdf",)))


class Two:
    """A service with a channel that takes pictures and one that takes documents only."""

    def __init__(self, talk: Talk, other: FakeChannel) -> None:
        self.talk = talk
        self.other = other
        self.service = talk.app.campaigning.service

    @classmethod
    async def start(cls, folder: Path, other_limits: Limits) -> Two:
        pictures = FakeChannel(name="pictures", capabilities=PICTURES)
        documents = FakeChannel(name="documents", capabilities=DOCUMENTS, limits=other_limits)
        loaded = Settings(_env_file=None, var_dir=folder, cache_dir=warm_folder())  # type: ignore[call-arg]
        copy_warm_database(folder / "cotmoc.sqlite3")
        gazetteer, judge = warm_judge(loaded.province)
        clock = ManualClock(MORNING)
        app = await build(
            loaded,
            clock=clock,
            rng=Random(1),
            roles=("sender",),
            channels=(pictures, documents),
            gazetteer=gazetteer,
            judge=judge,
        )
        async with app.db.transaction() as connection:
            shared = {"account": "main", "last_wrote_on": MORNING.date(), "routine": True}
            await connection.execute(
                insert(residents),
                [{**shared, "channel": name, "external_id": f"1-{name}"} for name in ("pictures", "documents")],
            )
        return cls(Talk(app, pictures, clock), documents)

    async def planned(self) -> int:
        number = await self.service.draft(WRITER, "Tờ rơi")
        await self.service.write(WRITER, number, "vi", TEXT)
        await self.service.attach(WRITER, number, language="", name="tờ rơi.jpg", content=photo())
        await self.service.aim(WRITER, number, Audience())
        await self.service.time(WRITER, number, Schedule(datetime(2026, 11, 20, 10, 30)))
        await self.service.submit(WRITER, number)
        await self.service.sign(READER, number, "vi", text_mark(TEXT))
        seen = await self.service.checklist(CHIEF, number)
        await self.service.approve(CHIEF, number, seen.digest, seen.ticks)
        await self.service.schedule(WRITER, number)
        self.talk.clock.advance((datetime(2026, 11, 20, 3, 30, tzinfo=UTC) - self.talk.clock.now()).total_seconds())
        return number


async def test_each_channel_gets_what_it_takes(tmp_path: Path) -> None:
    two = await Two.start(tmp_path, Limits(2000, True, 5))
    await two.planned()
    await two.talk.goes_out()
    (with_picture,), (without,) = two.talk.channel.said, two.other.said
    assert with_picture.message.attachment is not None
    assert with_picture.message.attachment.name == "tờ rơi.jpg"
    assert without.message.attachment is None
    assert without.message.text.startswith(TEXT)
    await two.talk.stop()


async def test_a_file_that_is_gone_by_then_stops_the_words_too(tmp_path: Path) -> None:
    two = await Two.start(tmp_path, Limits(2000, True, 5))
    await two.planned()

    async def lose_it() -> None:
        async with two.talk.app.db.transaction() as connection:
            await connection.execute(delete(campaign_files))

    await two.talk.goes_out(meanwhile=lose_it)
    async with two.talk.app.db.reading() as connection:
        rows = (await connection.execute(select(deliveries.c.channel, deliveries.c.state, deliveries.c.reason))).all()
    assert sorted(map(tuple, rows)) == [("documents", "sent", ""), ("pictures", "skipped", "file")]
    await two.talk.stop()


async def test_a_text_that_is_too_long_for_one_of_them_goes_to_neither(tmp_path: Path) -> None:
    two = await Two.start(tmp_path, Limits(120, True, 5))
    with pytest.raises(ComposeError, match=r"^Bản tiếng Việt dài quá trên documents: bớt \d+ ký tự\.$"):
        await two.planned()
    await two.talk.stop()
