"""Pages that are open are told of a notice at the place that was chosen there: it comes, changes and ends by itself.

What place an open page is about is known in memory, as long as it is open and no longer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot import errors, logs
from bot.channels.webchat import WebChat
from bot.clock import Clock
from bot.messages import Address, OutgoingMessage
from bot.storage.db import Database
from broadcasts.notice_store import NoSuchNotice, Notice
from broadcasts.notices import Kind
from handlers.chat import dialogue as dialogues
from handlers.chat.warned import Warned

LOOK_EVERY = 2.0  # seconds
PLACES_EVERY = 60.0  # seconds; sooner than a conversation is over
_AT_ONCE = 500  # pages in one question
_STATES = {
    Kind.ISSUE: "urgent",
    Kind.UPDATE: "update",
    Kind.CLEAR: "clear",
    Kind.CANCEL: "cancelled",
    Kind.WITHDRAW: "withdrawn",
}
log = logs.get("pages")


@dataclass(slots=True)
class _Page:
    """``seen``: the run of each notice that was shown here."""

    place: str = ""
    language: str = "vi"
    seen: dict[int, int] = field(default_factory=dict)


class PageNotices:
    def __init__(self, *, webchat: WebChat, db: Database, warned: Warned, clock: Clock) -> None:
        self._webchat = webchat
        self._db = db
        self._warned = warned
        self._clock = clock
        self._pages: dict[str, _Page] = {}
        self._places_at = float("-inf")

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.tick()
            except errors.StoreUnavailable:
                log.error("the database does not answer; open pages are told nothing")
            except Exception:
                log.error("telling open pages broke", exc_info=True)
            await self._clock.sleep(LOOK_EVERY)

    async def tick(self) -> None:
        """Tell every open page what is new at its place."""
        present = self._webchat.present()
        self._pages = {session: self._pages.get(session, _Page()) for session in present}
        if not present:
            return
        live = await self._warned.board.live()
        now = self._clock.monotonic()
        if live or now - self._places_at >= PLACES_EVERY:
            self._places_at = now
            await self._read_places(live)
        for session, page in self._pages.items():
            if page.place or page.seen:
                await self._tell(session, page, live)

    async def _read_places(self, live: list[Notice]) -> None:
        now = self._clock.now()
        everybody = [Address(self._webchat.name, self._webchat.account, each) for each in self._pages]
        for first in range(0, len(everybody), _AT_ONCE):
            addresses = everybody[first : first + _AT_ONCE]
            async with self._db.reading() as connection:
                talks = await dialogues.load(connection, addresses, now)
            for address, talk in talks.items():
                page = self._pages[address.external_id]
                page.place = talk.place or page.place
                page.language = talk.language or page.language
                read = set(talk.noticed)  # in a reply, a moment ago
                page.seen |= {each.id: each.newest.run_id for each in live if each.newest.run_id in read}

    async def _tell(self, session: str, page: _Page, live: list[Notice]) -> None:
        here = self._warned.board.near(live, (page.place,)) if page.place else []
        for notice in reversed(here):  # the newest comes last, as everything else on a page
            if page.seen.get(notice.id) == notice.newest.run_id:
                continue
            before = notice.run_ids[-2:-1]  # who missed that one reads the whole
            frame = self._frame(notice, page.language, knows=page.seen.get(notice.id) in before)
            page.seen[notice.id] = notice.newest.run_id
            if frame is not None:
                await self._webchat.announce(session, frame)
        in_force = {each.id for each in live}
        for notice_id in [each for each in page.seen if each not in in_force]:
            del page.seen[notice_id]
            try:
                notice = await self._warned.board.notice(notice_id)
            except NoSuchNotice:
                continue
            frame = None if notice.newest.kind.goes_on else self._frame(notice, page.language, knows=True)
            if frame is not None:  # one that has expired says so by itself
                await self._webchat.announce(session, frame)

    def _frame(self, notice: Notice, language: str, *, knows: bool) -> dict[str, Any] | None:
        version, wording = notice.newest, self._warned.wording
        own = language if language in notice.in_force.said.texts else "vi"
        message = wording.message(notice, version, own, knows=knows, helped=True)
        return None if message is None else _as_frame(notice, message)


def _as_frame(notice: Notice, message: OutgoingMessage) -> dict[str, Any]:
    kind = notice.newest.kind
    expires_at = notice.expires_at.isoformat() if kind.goes_on else None
    return {
        "type": "notice",
        "id": f"notice-{notice.newest.run_id}",
        "state": _STATES[kind],
        "text": message.text,
        "lang": message.language,
        "expires_at": expires_at,
        "buttons": [{"label": each.label, "value": each.value} for each in message.choices()],
        "attachments": [],
    }
