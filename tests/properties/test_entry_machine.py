"""No sequence of calls shows residents an answer that nobody signed, that its author published, or that was changed
after it was looked over."""

from __future__ import annotations

import asyncio
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select, update

from bot.errors import CotMocError
from bot.staff import audit
from bot.staff.roles import Officer, Role
from bot.storage.db import Database
from bot.storage.schema import entries, entry_drafts, entry_versions, metadata
from content import drafts
from content.publishing import Checklist
from tests.content.writing_room import HOURS, KEY, WritingRoom, bodies

# Everybody may do everything: only who did what stands between them and residents.
OFFICERS = [
    Officer(number, name, tuple((role, "") for role in Role)) for number, name in enumerate(("an", "binh", "chi"))
]
WHO = st.sampled_from(OFFICERS)
BEGINNING = "Cửa khẩu mở từ 6 giờ."
TEXTS = st.sampled_from([BEGINNING, "Cửa khẩu mở lúc 6 giờ.", "Cửa khẩu mở đúng 6 giờ."])
DAYS = st.sampled_from(["2026-11-01", "2026-11-02"])


class Entry(RuleBasedStateMachine):
    """The model of it: who typed, who signed, who had a hand in it, and what was looked over."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.shown = self.text = BEGINNING
        self.shown_day = self.day = "2026-11-01"
        self.draft: int | None = None
        self.looked: tuple[Officer, Checklist, tuple[str, str]] | None = None

    def teardown(self) -> None:
        self.runner.run(self.db.close())
        self.runner.close()

    @initialize()
    def begin(self) -> None:
        async def made() -> None:
            self.db = Database("sqlite+aiosqlite://")
            async with self.db.transaction() as connection:
                await connection.run_sync(metadata.create_all)
            self.room = await WritingRoom.open(self.db)

        self.runner.run(made())

    def tries(self, call: Any) -> bool:
        """Whether the call was allowed."""
        try:
            self.runner.run(call)
        except CotMocError:
            return False
        return True

    def opened(self, officer: Officer, text: str, day: str) -> None:
        if self.draft is None:
            self.text, self.day = self.shown, self.shown_day
            self.typed_by, self.dated_by, self.signed = "", "", ("", "", "")
            self.authors, self.submitted = {officer.name}, False
        if text != self.text:
            self.typed_by = officer.name
        if day != self.day:
            self.dated_by = officer.name
        if (text, day) != (self.text, self.day):
            self.authors.add(officer.name)
            self.submitted = False
        self.text, self.day = text, day

    @rule(officer=WHO, text=TEXTS, day=DAYS)
    def write(self, officer: Officer, text: str, day: str) -> None:
        async def write() -> int:
            draft_id = await self.room.editing.begin(officer, HOURS)
            draft, _ = await self.room.editing.draft(officer, draft_id)
            answer = {**draft.body["answer"], "vi": {"text": text}}
            await self.room.editing.write(officer, draft_id, draft.version, {"answer": answer, "as_of": day})
            return draft_id

        self.opened(officer, text, day)
        self.draft = self.runner.run(write())

    @rule(officer=WHO)
    def submit(self, officer: Officer) -> None:
        if self.draft is not None and self.tries(self.room.submit(self.draft, officer)):
            self.submitted = True
            self.authors.add(officer.name)

    @rule(officer=WHO)
    def sign(self, officer: Officer) -> None:
        if self.draft is not None and self.tries(self.room.sign(self.draft, "vi", officer)):
            assert officer.name not in (self.typed_by, self.dated_by)
            self.signed = (officer.name, self.text, self.day)

    @rule(officer=WHO)
    def send_back(self, officer: Officer) -> None:
        call = self.room.publishing.return_
        if self.draft is not None and self.tries(call(officer, self.draft, "Đọc lại giúp giờ mở cửa.")):
            assert officer.name not in self.authors
            self.submitted = False

    @rule(officer=WHO)
    def drop(self, officer: Officer) -> None:
        async def drop() -> None:
            draft, _ = await self.room.editing.draft(officer, self.draft or 0)
            await self.room.editing.drop(officer, draft.id, draft.version)

        if self.draft is not None and self.tries(drop()):
            self.draft = None

    @rule(officer=WHO)
    def look(self, officer: Officer) -> None:
        async def look() -> Checklist:
            return await self.room.publishing.checklist(officer, self.draft or 0)

        if self.draft is not None:
            self.looked = (officer, self.runner.run(look()), (self.text, self.day))

    @rule(order=st.permutations(OFFICERS), text=TEXTS, day=DAYS, to_the_end=st.booleans())
    def three_do_it_in_order(self, order: list[Officer], text: str, day: str, to_the_end: bool) -> None:
        """So that it often comes as far as publishing, and something else may happen just before."""
        self.write(order[0], text, day)
        self.submit(order[0])
        self.sign(order[1])
        self.look(order[2])
        if to_the_end:
            self.publish()

    @rule(text=TEXTS)
    def somebody_changes_the_database(self, text: str) -> None:
        """What was signed is no longer what stands there; nobody is known to have typed it."""
        if self.draft is None:
            return

        async def behind() -> None:
            draft, _ = await self.room.editing.draft(OFFICERS[0], self.draft or 0)
            body = {**draft.body, "answer": {**draft.body["answer"], "vi": {"text": text, "state": "draft"}}}
            async with self.db.transaction() as connection:
                await connection.execute(update(entry_drafts).where(entry_drafts.c.id == self.draft).values(body=body))

        self.runner.run(behind())
        self.text = text

    @rule()
    def publish(self) -> None:
        if self.looked is None or self.draft is None:
            return
        officer, seen, looked_at = self.looked
        if self.tries(self.room.publishing.publish(officer, self.draft, seen.seen, seen.ticks)):
            assert self.submitted
            assert officer.name not in self.authors
            assert looked_at == (self.text, self.day)
            unchanged = (self.text, self.day) == (self.shown, self.shown_day)
            assert unchanged or self.signed[1:] == (self.text, self.day)
            self.shown, self.shown_day, self.draft, self.looked = self.text, self.day, None, None

    @rule()
    def time_passes(self) -> None:
        self.room.clock.advance(60)

    @invariant()
    def residents_read_what_was_published(self) -> None:
        async def read() -> None:
            async with self.db.reading() as connection:
                body = (await connection.execute(select(entries.c.body).where(entries.c.id == HOURS))).scalar_one()
                kept = await connection.execute(
                    select(entry_versions.c.body)
                    .where(entry_versions.c.entry_id == HOURS)
                    .order_by(entry_versions.c.id.desc())
                    .limit(1)
                )
                assert body == kept.scalar_one()
                assert (await audit.verify(connection, KEY)).good
            assert body["answer"]["vi"]["text"] == self.shown
            assert self.room.shown() == self.shown
            for language in ("km", "en"):  # signed by nobody here: as at the beginning, or not at all
                same = drafts.own_part(body, "") == drafts.own_part(bodies()[0], "")
                assert language not in body["answer"] or (self.shown == BEGINNING and same)

        self.runner.run(read())


Entry.TestCase.settings = settings(max_examples=6, stateful_step_count=16, deadline=None)
TestEntry = Entry.TestCase
