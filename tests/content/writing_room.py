"""Officers, a small catalogue and a matcher of its own: what tests of an entry's life are written in."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.staff.roles import Officer, Role
from bot.storage.db import Database
from bot.testing import ManualClock
from content import drafts, files, store
from content.editing import Editing
from content.evaluate import Row
from content.judge import Judge
from content.match_values import MatchSource
from content.publishing import Publishing
from content.room import Room
from content.serving import Serving
from content.trials import Trials
from tests.broadcasts.offices import places
from tests.content.checked_sample import WHOLE, other, reference

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
KEY = b"the key of this installation"
EDITOR = Officer(1, "an", ((Role.EDITOR, ""),))
REVIEWER = Officer(2, "binh", ((Role.REVIEWER, ""),))
APPROVER = Officer(3, "chi", ((Role.APPROVER, ""),))
VIEWER = Officer(4, "dung", ((Role.VIEWER, ""),))
EVERYTHING = Officer(5, "giang", tuple((role, "") for role in Role))
HOURS = "crossing.hours"
# Two test questions: one is the shipped entry's, one is nobody's.
ROWS = (
    Row("gà gáy đã lên đường thì quá sớm", frozenset({HOURS}), "vi"),
    Row("giá vàng hôm nay bao nhiêu một chỉ", frozenset(), "vi"),
)


def bodies() -> list[dict[str, Any]]:
    """Two entries without faults."""
    first = {**deepcopy(WHOLE), "topic": "crossing"}
    second = other(1)
    return [
        first,
        {
            **deepcopy(WHOLE),
            "id": second.id,
            "topic": "crossing",
            "title": dict(second.title),
            "answer": {language: {"text": each.text} for language, each in second.answers.items()},
            "phrasings": {language: list(texts) for language, texts in second.phrasings.items()},
        },
    ]


@cache
def first_judge() -> Judge:
    """Of the two entries as they begin: making it takes longer than most that is tried here."""
    return Judge(map(MatchSource.of_entry, files.catalog_of(bodies())), places())


@dataclass
class WritingRoom:
    db: Database
    serving: Serving
    room: Room
    editing: Editing
    publishing: Publishing
    clock: ManualClock
    told: list[tuple[list[str], str, list[str]]] = field(default_factory=list)

    @classmethod
    async def open(cls, db: Database, rows: Sequence[Row] = ROWS) -> WritingRoom:
        async with db.transaction() as connection:
            await store.import_release(connection, bodies(), NOW)
        async with db.reading() as connection:
            catalog = files.catalog_of(await store.load_bodies(connection))
        judge = first_judge()
        serving = Serving(catalog, judge, places(), home="dong-thap", mark="")
        clock = ManualClock(NOW)
        within = lambda place, area: place == area  # noqa: E731
        room = Room(db, serving, Trials(serving, rows), clock, KEY, ZoneInfo("Asia/Ho_Chi_Minh"), within, reference)
        told: list[tuple[list[str], str, list[str]]] = []

        async def tell(
            connection: AsyncConnection,
            questions: Sequence[str],
            *,
            entry_id: str,
            day: date,
            by: str,
            instead_of: Sequence[str],
        ) -> int:
            told.append((list(questions), entry_id, list(instead_of)))
            return len(questions)

        return cls(db, serving, room, Editing(room), Publishing(room, tell), clock, told)

    def shown(self, entry_id: str = HOURS, language: str = "vi") -> str:
        """What the running service would say."""
        entry = self.serving.catalog.get(entry_id)
        return "" if entry is None or language not in entry.answers else entry.answers[language].text

    async def written(self, text: str = "Cửa khẩu mở từ 6 giờ sáng.", officer: Officer = EDITOR, **more: Any) -> int:
        """A draft of the first entry with another Vietnamese text."""
        draft_id = await self.editing.begin(officer, HOURS)
        draft, _ = await self.editing.draft(officer, draft_id)
        answer = {**draft.body["answer"], "vi": {"text": text}}
        await self.editing.write(officer, draft_id, draft.version, {"answer": answer, **more})
        return draft_id

    async def submit(self, draft_id: int, officer: Officer = EDITOR, reason: str = "") -> None:
        draft, _ = await self.editing.draft(officer, draft_id)
        await self.editing.submit(officer, draft_id, draft.version, reason)

    async def sign(self, draft_id: int, language: str = "vi", officer: Officer = REVIEWER) -> None:
        draft, _ = await self.editing.draft(officer, draft_id)
        await self.editing.sign(officer, draft_id, language, drafts.language_mark(draft.body, language))

    async def publish(self, draft_id: int, officer: Officer = APPROVER) -> int:
        look = await self.publishing.checklist(officer, draft_id)
        return await self.publishing.publish(officer, draft_id, look.seen, look.ticks)

    async def published(self, text: str = "Cửa khẩu mở từ 6 giờ sáng.") -> int:
        """The whole way, by three people."""
        draft_id = await self.written(text)
        await self.submit(draft_id)
        await self.sign(draft_id)
        await self.publish(draft_id)
        return draft_id
