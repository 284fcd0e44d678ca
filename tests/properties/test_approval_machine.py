"""No sequence of calls sends anything that was not approved, or was changed since, or that its author approved."""

from __future__ import annotations

import asyncio
from functools import cache
from io import BytesIO
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from PIL import Image
from sqlalchemy import select, update

from bot.errors import CotMocError
from bot.staff import audit
from bot.staff.roles import Officer, Role
from bot.storage.db import Database
from bot.storage.schema import campaign_texts, metadata, runs
from broadcasts import recurrence
from broadcasts.approval import SECRECY, text_mark
from broadcasts.audience import Audience
from tests.broadcasts.offices import KEY, Life

# Everybody may do everything: only authorship stands between them and an approval.
OFFICERS = [
    Officer(number, name, tuple((role, "") for role in Role)) for number, name in enumerate(("an", "binh", "chi"))
]
WHO = st.sampled_from(OFFICERS)
TEXTS = st.sampled_from(["Bà con nhớ mang giấy tờ.", "Ghe tàu vào bờ.", "Đường qua cầu đang sửa."])


@cache
def picture(colour: str) -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (2, 2), colour).save(buffer, "PNG")
    return buffer.getvalue()


class Approval(RuleBasedStateMachine):
    """``approved`` is the text that may go out now; None: nothing may."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.approved: str | None = None
        self.text = ""
        self.typed_by = ""
        self.signed_by = ""
        self.authors: set[str] = set()
        self.scheduled = False
        self.seen = 0

    def teardown(self) -> None:
        self.runner.run(self.db.close())
        self.runner.close()

    @initialize()
    def begin(self) -> None:
        async def made() -> None:
            self.db = Database("sqlite+aiosqlite://")
            async with self.db.transaction() as connection:
                await connection.run_sync(metadata.create_all)
            self.life = Life(self.db)
            await self.life.people(2)
            self.campaign = await self.life.service.draft(OFFICERS[0], "Đợt thử")
            self.authors = {OFFICERS[0].name}

        self.runner.run(made())

    def tries(self, call: Any) -> bool:
        """Whether the call was allowed."""
        try:
            self.runner.run(call)
        except CotMocError:
            return False
        return True

    def changed(self, officer: Officer) -> None:
        self.approved = None
        self.scheduled = False
        self.authors.add(officer.name)

    @rule(officer=WHO, text=TEXTS)
    def write(self, officer: Officer, text: str) -> None:
        if self.tries(self.life.service.write(officer, self.campaign, "vi", text)):
            self.changed(officer)
            self.text, self.typed_by, self.signed_by = text, officer.name, ""

    @rule(officer=WHO, languages=st.sampled_from([(), ("vi",)]))
    def aim(self, officer: Officer, languages: tuple[str, ...]) -> None:
        if self.tries(self.life.service.aim(officer, self.campaign, Audience(languages=languages))):
            self.changed(officer)

    @rule(officer=WHO, minutes=st.integers(1, 50))
    def time(self, officer: Officer, minutes: int) -> None:
        at = self.life.clock.now().astimezone(self.life.office.zone).replace(tzinfo=None, second=0, microsecond=0)
        schedule = recurrence.from_json(
            {"at": (at + recurrence.timedelta(minutes=minutes)).isoformat(), "missed": "send"}
        )
        if self.tries(self.life.service.time(officer, self.campaign, schedule)):
            self.changed(officer)

    @rule(officer=WHO, colour=st.sampled_from(["red", "blue"]))
    def attach(self, officer: Officer, colour: str) -> None:
        if self.tries(self.life.service.attach(officer, self.campaign, language="", name="x", content=picture(colour))):
            self.changed(officer)

    @rule(officer=WHO)
    def submit(self, officer: Officer) -> None:
        self.tries(self.life.service.submit(officer, self.campaign))

    @rule(officer=WHO)
    def sign(self, officer: Officer) -> None:
        if self.tries(self.life.sign(officer, self.campaign, "vi")):
            assert officer.name != self.typed_by
            self.signed_by = officer.name

    @rule(officer=WHO, text=TEXTS)
    def sign_what_was_read_before(self, officer: Officer, text: str) -> None:
        if self.tries(self.life.service.sign(officer, self.campaign, "vi", text_mark(text))):
            assert text == self.text
            assert officer.name != self.typed_by
            self.signed_by = officer.name

    @rule(officer=WHO, ticks=st.sampled_from([(SECRECY,), ()]))
    def approve(self, officer: Officer, ticks: tuple[str, ...]) -> None:
        seen = self.runner.run(self.life.service.checklist(officer, self.campaign))
        if self.tries(self.life.service.approve(officer, self.campaign, seen.digest, ticks)):
            assert officer.name not in self.authors
            assert self.signed_by
            assert ticks
            self.approved = self.text
            self.authors = set()

    @rule(officer=WHO)
    def return_(self, officer: Officer) -> None:
        if self.tries(self.life.service.return_(officer, self.campaign, "Chưa đúng")):
            self.approved = None

    @rule(officer=WHO)
    def schedule(self, officer: Officer) -> None:
        if self.tries(self.life.service.schedule(officer, self.campaign)):
            assert self.approved is not None
            self.scheduled = True

    @rule(officer=WHO)
    def cancel_the_run(self, officer: Officer) -> None:
        self.tries(self.life.service.pause(officer, 1))

    @rule(first=WHO, second=WHO, third=WHO, minutes=st.integers(1, 50))
    def go_the_usual_way(self, first: Officer, second: Officer, third: Officer, minutes: int) -> None:
        """Chance alone seldom comes this far; each step may still be refused."""
        self.write(first, "Đường qua cầu đang sửa.")
        self.time(first, minutes)
        self.submit(first)
        self.sign(second)
        self.approve(third, (SECRECY,))
        self.schedule(first)

    @rule(text=TEXTS)
    def somebody_writes_into_the_database(self, text: str) -> None:
        async def tamper() -> None:
            async with self.db.transaction() as connection:
                await connection.execute(update(campaign_texts).values(text=text))

        self.runner.run(tamper())
        if text != self.text:
            self.text = text
            if self.approved != text:
                self.approved = None

    @rule(minutes=st.integers(0, 60))
    def time_passes(self, minutes: int) -> None:
        self.life.clock.advance(60 * minutes)
        self.runner.run(self.life.tick())
        new = [text.partition("\n")[0] for text in self.life.sending.texts()[self.seen :]]
        self.seen += len(new)
        if new:
            assert self.scheduled
            assert self.approved is not None
            assert self.runner.run(self.sent_text()) == self.approved

    async def sent_text(self) -> str:
        async with self.db.reading() as connection:
            content = (await connection.execute(select(runs.c.content).order_by(runs.c.started_at.desc()))).scalars()
            return next(str(each["texts"]["vi"]) for each in content if each)

    @invariant()
    def the_log_holds(self) -> None:
        async def holds() -> bool:
            async with self.db.reading() as connection:
                return (await audit.verify(connection, KEY)).good

        if hasattr(self, "db"):
            assert self.runner.run(holds())


TestApproval = Approval.TestCase
TestApproval.settings = settings(max_examples=12, stateful_step_count=25, deadline=None)
