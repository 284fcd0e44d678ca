"""Officers hear at once of warnings: who is called to confirm them, and what became of them, from the audit log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.clock import Clock
from bot.staff import register
from bot.storage.db import Database
from broadcasts import notice_calls, notice_store
from broadcasts.notice_store import Notice
from broadcasts.notices import name_of
from broadcasts.office import Office
from handlers.audit_cursor import AuditCursor
from handlers.chat import khan_words
from handlers.notice_wording import NoticeWording
from handlers.officers_called import OfficersCalled
from handlers.officers_reached import OfficersReached

# What is said of a line, and whether to all who were called besides those who said it or have it in hand.
_SAID: dict[str, tuple[str, bool]] = {
    "notice.confirm": (khan_words.SAID_CONFIRM, False),
    "notice.reject": (khan_words.SAID_REJECT, True),
    "notice.rung": (khan_words.SAID_RUNG, False),
    "notice.hold": (khan_words.SAID_HOLD, True),
    "notice.withdraw": (khan_words.SAID_WITHDRAW, True),
    "notice.expire": (khan_words.SAID_EXPIRE, False),
    "notice.update": (khan_words.SAID_UPDATE, True),
    "notice.clear": (khan_words.SAID_CLEAR, True),
    "notice.cancel": (khan_words.SAID_CANCEL, True),
    "notice.join": (khan_words.SAID_JOIN, False),
}


class OfficersWarned:
    """One process at a time does this (the one that holds the schedule)."""

    def __init__(
        self, *, db: Database, office: Office, reached: OfficersReached, wording: NoticeWording, clock: Clock
    ) -> None:
        self._db = db
        self._office = office
        self._reached = reached
        self._log = AuditCursor(db, "officers-warned", _SAID)
        self._called = OfficersCalled(db=db, office=office, reached=reached, wording=wording, clock=clock)

    async def tick(self) -> None:
        """Call who has to be called, then say what has happened."""
        await self._called.tick()
        async for line in self._log.new():
            await self._tell(line)

    async def _tell(self, line: Any) -> None:
        words, everybody = _SAID[line.action]
        async with self._db.reading() as connection:
            try:
                notice = await notice_store.load(connection, int(line.subject))
            except notice_store.NoSuchNotice:
                return
            calls = [each for run_id in notice.run_ids for each in await notice_calls.of_run(connection, run_id)]
            active = [each.officer for each in await register.everybody(connection) if each.active]
        concerned = {each.officer_id for each in calls if everybody or each.answered_at is not None}
        concerned |= {each.id for each in active if each.name in notice.speakers}
        ids = [each.id for each in active if each.id in concerned and each.name != line.officer]
        text = words.format(
            name=name_of(notice.id),
            number=notice.id,
            by=line.officer,
            at=self._clock_time(line.at),
            called=line.detail.get("called", ""),
            until=self._clock_time(notice.expires_at),
        )
        await self._reached.say(ids, _marked(notice, text), deputies_too=False)

    def _clock_time(self, at: datetime) -> str:
        local = at.astimezone(self._office.zone)
        return f"{local.hour}:{local.minute:02d}"


def _marked(notice: Notice, text: str) -> str:
    return f"[{khan_words.B_DRILL}] {text}" if notice.drill else text
