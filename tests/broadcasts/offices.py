"""An office with officers, a sender and a clock that stands still: what tests of a campaign's life are written in."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select

from bot.place_files import load_gazetteer
from bot.places import Gazetteer
from bot.staff.roles import Officer, Role
from bot.storage.db import Database
from bot.storage.schema import residents, runs
from broadcasts import recurrence
from broadcasts.approval import text_mark
from broadcasts.audience import Audience
from broadcasts.office import Office
from broadcasts.post_targets import PostTarget
from broadcasts.scheduler import Notice, Scheduler
from broadcasts.service import Service
from content.catalog import Catalog
from tests.broadcasts.sending import Sending
from tests.content.checked_sample import entry

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
KEY = b"the key of this installation"
EVENING = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)  # 19:00 in Việt Nam
EDITOR = Officer(1, "an", ((Role.EDITOR, ""),))
REVIEWER = Officer(2, "binh", ((Role.REVIEWER, ""),))
APPROVER = Officer(3, "chi", ((Role.APPROVER, ""),))
VIEWER = Officer(4, "dung", ((Role.VIEWER, ""),))
EVERYTHING = Officer(5, "giang", tuple((role, "") for role in Role))


@cache
def places() -> Gazetteer:
    return load_gazetteer()


class Life:
    """One installation with everything a campaign needs."""

    def __init__(
        self, db: Database, *, catalog: Catalog | None = None, cap: int = 3, posts: tuple[PostTarget, ...] = ()
    ) -> None:
        self.db = db
        self.sending = Sending(db)
        self.clock = self.sending.clock
        self.clock.advance((EVENING - self.clock.now()).total_seconds())
        self.told: list[Notice] = []
        self.skew = 0.0
        self.office = Office(
            places(),
            catalog or Catalog([entry()]),
            KEY,
            ZONE,
            (time(21), time(7)),
            cap,
            posts={each.name: each for each in posts},
        )
        self.service = Service(db, self.office, self.clock)
        self.scheduler = Scheduler(
            db=db, office=self.office, clock=self.clock, owner="one", tell=self._tell, skew=lambda: self.skew
        )

    async def _tell(self, notice: Notice) -> None:
        self.told.append(notice)

    async def people(self, count: int, **columns: Any) -> None:
        async with self.db.transaction() as connection:
            start = len((await connection.execute(select(residents.c.id))).all())
            await connection.execute(
                insert(residents),
                [
                    {
                        "channel": "fake",
                        "account": "main",
                        "external_id": str(9000 + start + number),
                        "last_wrote_on": date(2026, 11, 1),
                        "routine": True,
                        "safety": True,
                        **columns,
                    }
                    for number in range(count)
                ],
            )

    async def written(
        self,
        *,
        at: str = "2026-11-21T07:30",
        text: str = "Bà con nhớ mang giấy tờ.",
        aim: Audience | None = None,
        **schedule: Any,
    ) -> int:
        """A draft with a text and a time."""
        campaign = await self.service.draft(EDITOR, "Giấy tờ vùng biên")
        await self.service.write(EDITOR, campaign, "vi", text)
        await self.service.aim(EDITOR, campaign, aim or Audience())
        await self.service.time(EDITOR, campaign, recurrence.from_json({"at": at, **schedule}))
        return campaign

    async def sign(self, officer: Officer, campaign: int, language: str) -> None:
        """Sign the text as it is now."""
        texts = (await self.service.campaign(VIEWER, campaign)).texts
        seen = next((text_mark(each.text) for each in texts if each.language == language), "")
        await self.service.sign(officer, campaign, language, seen)

    async def scheduled(self, **given: Any) -> int:
        """The whole way to a planned run, by three people."""
        campaign = await self.written(**given)
        return await self.decided(campaign)

    async def decided(self, campaign: int) -> int:
        """From a draft to a planned run."""
        await self.service.submit(EDITOR, campaign)
        return await self.decided_after_submission(campaign)

    async def retimed(self, campaign: int, at: str) -> None:
        await self.service.time(EDITOR, campaign, recurrence.from_json({"at": at}))

    async def decided_after_submission(self, campaign: int) -> int:
        """Signed in Vietnamese, approved, planned."""
        await self.sign(REVIEWER, campaign, "vi")
        seen = await self.service.checklist(APPROVER, campaign)
        await self.service.approve(APPROVER, campaign, seen.digest, seen.ticks)
        await self.service.schedule(EDITOR, campaign)
        return campaign

    async def morning(self) -> None:
        """The next day at 7:30."""
        self.clock.advance((datetime(2026, 11, 21, 0, 30, tzinfo=UTC) - self.clock.now()).total_seconds())

    async def tick(self) -> None:
        """The scheduler, then the sender."""
        await self.scheduler.tick()
        await self.sending.sender.work_off()
        await self.scheduler.tick()

    async def run_states(self) -> list[str]:
        async with self.db.reading() as connection:
            rows = await connection.execute(select(runs.c.state, runs.c.reason).order_by(runs.c.id))
            return [f"{row.state}({row.reason})" if row.reason else row.state for row in rows]
