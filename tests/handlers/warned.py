"""A province with people, a duty officer and a clock that stands still: what tests of urgent notices are written in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache
from itertools import count
from random import Random
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages import Address
from bot.metrics import Metrics
from bot.pacing import Pacer
from bot.settings import Settings
from bot.staff.roles import Action, Officer, Role, may
from bot.storage.db import Database
from bot.storage.group_commit import GroupCommit
from bot.storage.schema import (
    deliveries,
    drill_members,
    officer_chats,
    officers,
    resident_places,
    residents,
    runs,
)
from bot.testing import FakeChannel, ManualClock
from broadcasts.engine import Sender
from broadcasts.hazards import Hazards
from broadcasts.notice_board import NoticeBoard
from broadcasts.notice_keeper import NoticeKeeper
from broadcasts.notice_service import Issued, NoticeService
from broadcasts.notice_store import Notice
from broadcasts.notices import NoticeDraft
from broadcasts.post_targets import PostTarget
from broadcasts.withdrawer import Withdrawer
from content.catalog import Catalog
from content.files import shipped_phrases
from content.notice_files import shipped_notices
from handlers.notice_wording import NoticeWording
from handlers.outgoing import RunWriter
from handlers.wording import Wording
from handlers.zalo_ways import zalo_ways
from tests.broadcasts.offices import EVENING, KEY, Life, places

THUONG_PHUOC, TAN_HO_CO = "c-29971", "c-29929"
DUTY = Officer(1, "an", ((Role.DUTY, "p-dong-thap"),))
SECOND = Officer(2, "binh", ((Role.DUTY, "p-dong-thap"),))
COMMANDER = Officer(3, "chi", ((Role.COMMANDER, "p-dong-thap"),))
STRANGER = Officer(4, "dung", ((Role.EDITOR, ""),))
CONFIRM_WITHIN = timedelta(minutes=10)


hazards = cache(shipped_notices)
sentences = cache(shipped_phrases)


class Roster:
    """Who is on duty, as a test says."""

    def __init__(self) -> None:
        self.on_duty: list[Officer] = [DUTY, SECOND]
        self.called: list[Officer] = [SECOND, COMMANDER]
        self.drilling: list[tuple[int, Address]] = []

    async def may_issue(self, _: AsyncConnection, officer: Officer, areas: Sequence[str], now: datetime) -> bool:
        return officer in self.on_duty or may(officer, Action.ISSUE, tuple(areas), now, lambda place, area: True)

    async def issues_in(self, _: AsyncConnection, officer: Officer, now: datetime) -> tuple[str, ...]:
        allowed = officer in self.on_duty or any(role is Role.COMMANDER for role, _ in officer.roles)
        return tuple(area for _, area in officer.roles) if allowed else ()

    async def ladder(
        self, _: AsyncConnection, areas: Sequence[str], now: datetime, but: frozenset[str]
    ) -> list[Officer]:
        return [each for each in self.called if each.name not in but]

    async def reachable(self, _: AsyncConnection, areas: Sequence[str], now: datetime) -> bool:
        return bool(self.on_duty)

    async def drill_members(self, _: AsyncConnection, now: datetime) -> list[tuple[int, Address]]:
        return self.drilling


class Warned:
    """Everything a notice needs, on a channel that records."""

    def __init__(self, db: Database, posts: tuple[PostTarget, ...] = ()) -> None:
        self.db = db
        self.clock = ManualClock(EVENING)
        self.channel = FakeChannel()
        self.roster = Roster()
        self.office = Life(db, posts=posts).office
        settings = Settings(_env_file=None, province="dong-thap", owner_name="Ban chỉ huy thử")  # type: ignore[call-arg]
        phrases = sentences()
        self.wording = NoticeWording(settings=settings, phrases=phrases, clock=self.clock)
        self.board = NoticeBoard(db, self.office, self.roster, self.clock)
        self.hazards = Hazards(db, self.office, self.roster, self.clock, hazards())
        numbers = count(1)
        self.service = NoticeService(
            db,
            self.office,
            self.roster,
            self.clock,
            hazards=self.hazards,
            confirm_within=CONFIRM_WITHIN,
            drill_marks=self.wording.drill_marks,
            token=lambda: f"notice-{next(numbers)}",
        )
        self.keeper = NoticeKeeper(
            db=db, office=self.office, duty=self.roster, clock=self.clock, confirm_within=CONFIRM_WITHIN
        )
        self.writer = writer = RunWriter(
            db=db,
            settings=settings,
            wording=Wording(
                settings=settings,
                catalog=Catalog([]),
                phrases=phrases,
                gazetteer=places(),
                clock=self.clock,
            ),
            phrases=phrases,
            gazetteer=places(),
            ways=zalo_ways(settings),
            clock=self.clock,
            board=self.board,
            notices=self.wording,
        )
        pacer = Pacer(rate=0)
        self.sender = Sender(
            db=db,
            writer=GroupCommit(db),
            channel=self.channel,
            pacer=pacer,
            clock=self.clock,
            metrics=Metrics(),
            rng=Random(1),
            owner="one",
            write=writer,
            stop_run=self._stop_run,
            drill_marks=self.wording.drill_marks,
        )
        self.withdrawer = Withdrawer(
            db=db,
            channel=self.channel,
            pacer=pacer,
            clock=self.clock,
            metrics=Metrics(),
            words=writer.marked,
            owns=lambda: True,
            done=self._done,
            idle=self.sender.idle,
        )

    async def _stop_run(self, run: int, reason: str) -> None:
        raise AssertionError("a warning is never held")

    async def _done(self, *_: object) -> None:
        raise AssertionError("nothing is taken back")

    async def people(self, count_: int, place: str = THUONG_PHUOC, **columns: Any) -> list[str]:
        """So many more residents of a place, who agreed to warnings; their addresses."""
        async with self.db.transaction() as connection:
            start = len((await connection.execute(select(residents.c.id))).all())
            names = [str(9000 + start + number) for number in range(count_)]
            for name in names:
                values = {
                    "channel": "fake",
                    "account": "main",
                    "external_id": name,
                    "last_wrote_on": date(2026, 11, 1),
                    "routine": True,
                    "safety": True,
                    **columns,
                }
                made = await connection.execute(insert(residents).values(values).returning(residents.c.id))
                number = made.scalar_one()
                await connection.execute(insert(resident_places).values(resident_id=number, place_code=place))
        return names

    @classmethod
    async def start(cls, db: Database, posts: tuple[PostTarget, ...] = ()) -> Warned:
        """With its officers, each in a chat of their own."""
        warned = cls(db, posts)
        await warned.officers(DUTY, SECOND, COMMANDER, STRANGER)
        return warned

    async def drilling(self, *who: Officer) -> None:
        """These officers are on the drill list."""
        async with self.db.transaction() as connection:
            for each in who:
                values = {"officer_id": each.id, "added_by": "chi", "at": EVENING}
                await connection.execute(insert(drill_members).values(values))
        self.roster.drilling = [(each.id, Address("fake", "main", f"officer-{each.id}")) for each in who]

    async def officers(self, *who: Officer) -> None:
        async with self.db.transaction() as connection:
            for each in who:
                await connection.execute(
                    insert(officers).values(
                        id=each.id, name=each.name, password="x", second_factor="x", created_at=EVENING
                    )
                )
                await connection.execute(
                    insert(officer_chats).values(
                        channel="fake",
                        account="main",
                        external_id=f"officer-{each.id}",
                        officer_id=each.id,
                        linked_at=EVENING,
                        seen_on=EVENING.date(),
                    )
                )

    async def signed(self, template_id: str, *languages: str) -> None:
        for language in languages or ("vi",):
            seen = self.hazards.template(template_id).digest(language)
            await self.hazards.sign(COMMANDER, template_id, language, seen)

    async def issued(self, template_id: str = "landslide", *, area: str = THUONG_PHUOC, **given: Any) -> Issued:
        """A signed template, issued by the officer on duty."""
        await self.signed(template_id)
        return await self.service.issue(DUTY, NoticeDraft(template_id, (area,), **given))

    async def go(self) -> None:
        """The keeper and the sender, until there is nothing to do."""
        await self.keeper.tick()
        await self.sender.work_off()
        await self.keeper.tick()
        await self.sender.work_off()
        while await self.withdrawer.tick():
            pass

    def later(self, **by: float) -> None:
        self.clock.advance(timedelta(**by).total_seconds())

    async def notice(self, notice_id: int) -> Notice:
        return await self.service.notice(COMMANDER, notice_id)

    def heard(self, who: str) -> list[str]:
        """Everything that this chat was sent, in order."""
        return [each.message.text for each in self.channel.said if each.address.external_id == who]

    async def states(self, run_id: int) -> dict[str, int]:
        async with self.db.reading() as connection:
            rows = await connection.execute(
                select(deliveries.c.state, deliveries.c.reason).where(deliveries.c.run_id == run_id)
            )
            found: dict[str, int] = {}
            for row in rows:
                name = f"{row.state}({row.reason})" if row.reason else row.state
                found[name] = found.get(name, 0) + 1
            return found

    async def run_states(self) -> list[str]:
        async with self.db.reading() as connection:
            return list((await connection.execute(select(runs.c.state).order_by(runs.c.id))).scalars())

    async def change(self, who: str, **columns: Any) -> None:
        async with self.db.transaction() as connection:
            await connection.execute(update(residents).where(residents.c.external_id == who).values(**columns))


__all__ = ["COMMANDER", "DUTY", "KEY", "SECOND", "STRANGER", "TAN_HO_CO", "THUONG_PHUOC", "Roster", "Warned"]
