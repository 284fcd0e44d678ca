"""/notices and /cap-messages: urgent notices as everybody may read them, and warnings of others as drafts for a person.

Nothing here issues, confirms, updates or ends a notice.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

from bot.clock import Clock
from bot.staff import audit
from bot.staff.roles import Action, Forbidden, may
from bot.staff.scripts import proposing
from bot.storage.db import Database
from broadcasts import notice_composing, notice_store
from broadcasts.cap_inbox import CapInbox
from broadcasts.cap_writing import MIME, write_alert
from broadcasts.cap_xml import MOST_BYTES
from broadcasts.notice_store import Notice
from broadcasts.notices import name_of
from broadcasts.office import Office
from handlers.api.cursors import Cursors
from handlers.api.operations import JSON, Answer, Call, File, Operation
from handlers.api.problems import NoSuchThing
from handlers.api.public_shapes import AskedNotices, CapReceived, NoticeBody, NoticePage, NoticeVersion
from handlers.notice_cap import NoticeCap

SOURCE = "api"
_EVER = datetime(2000, 1, 1, tzinfo=UTC)
_ALERT = File((MIME, "application/xml", "text/xml"), MOST_BYTES, "Một bản tin CAP 1.2.")


class Notices:
    """``senders``: whose messages are taken, as the operator's list of feeds names them."""

    def __init__(
        self,
        db: Database,
        office: Office,
        clock: Clock,
        cursors: Cursors,
        cap: NoticeCap,
        senders: Collection[str],
    ) -> None:
        self._db = db
        self._office = office
        self._clock = clock
        self._cursors = cursors
        self._cap = cap
        self._senders = frozenset(senders)
        self._inbox = CapInbox(db, office.key)

    def operations(self) -> tuple[Operation, ...]:
        one = "/notices/{notice_id}"
        return (
            Operation(
                "GET", "/notices", "listNotices", "notices", "Tin khẩn đang có và đã qua, mới nhất trước.", self._list,
                NoticePage, query=AskedNotices,
            ),
            Operation(
                "GET", one, "readNotice", "notices", "Một tin khẩn; Accept: application/cap+xml thì là CAP 1.2.",
                self._read, NoticeBody, media=(JSON, MIME), errors=("not-found",),
            ),
            Operation(
                "GET", f"{one}.cap.xml", "readNoticeAsCap", "notices", "Một tin khẩn dạng CAP 1.2.", self._read,
                None, media=(MIME,), errors=("not-found",),
            ),
            Operation(
                "POST", "/cap-messages", "receiveCap", "notices",
                "Bản tin CAP của nơi khác: luôn là bản nháp chờ cán bộ trực đọc, không bao giờ tự phát.", self._receive,
                CapReceived, "draft", body=_ALERT, statuses=(201, 200), once=True,
            ),
        )  # fmt: skip

    async def _list(self, call: Call) -> Answer:
        asked, now = call.asked(AskedNotices), self._clock.now()
        which = f"notices/{asked.live}"
        at, _, number = self._cursors.read(which, asked.cursor).partition("/")
        before = (datetime.fromisoformat(at), int(number)) if number else None
        since = now if asked.live else _EVER
        async with self._db.reading() as connection:
            found = await notice_store.public(connection, since, asked.limit + 1, before)
        shown, more = found[: asked.limit], None
        if len(found) > len(shown):
            more = self._cursors.after(which, f"{shown[-1].issued_at.isoformat()}/{shown[-1].id}")
        bodies = [self._body(each, now) for each in shown if not asked.live or in_force(each, now)]
        return Answer(NoticePage(notices=bodies, next=more))

    async def _read(self, call: Call) -> Answer:
        async with self._db.reading() as connection:
            notice = await notice_store.load(connection, call.number("notice_id"))
        if notice.drill:
            raise NoSuchThing
        if call.media == MIME:
            return Answer(write_alert(self._cap.alert(notice)), media=MIME)
        return Answer(self._body(notice, self._clock.now()))

    async def _receive(self, call: Call) -> Answer:
        """Like ``cotmoc notice cap import``: by whoever may warn somewhere, from senders on the list."""
        person, now = proposing(call.officer), self._clock.now()
        if not any(may(person, Action.ISSUE, (area,), now, self._office.within) for _, area in person.roles):
            raise Forbidden
        kept = await self._inbox.receive(call.file, source=SOURCE, senders=self._senders, now=now)
        if kept.id is not None:
            async with self._db.transaction() as connection:
                key = self._office.key
                await audit.record(connection, key, now, person.name, "cap.import", str(kept.id), source=SOURCE)
        return Answer(CapReceived(id=kept.id, state=str(kept.state)), 200 if kept.id is None else 201)

    def _body(self, notice: Notice, now: datetime) -> NoticeBody:
        page = self._cap.page(notice)
        over = notice.live and not in_force(notice, now)  # its end was not noted yet
        return NoticeBody(
            id=notice.id,
            name=name_of(notice.id),
            title=notice.title,
            in_force=in_force(notice, now),
            state="expired" if over else str(notice.state),  # type: ignore[arg-type]
            confirmed=notice.confirmed_at is not None,
            area=list(notice.area),
            area_words=notice_composing.area_words(self._office.gazetteer, notice.area, "vi"),
            issued_at=notice.issued_at,
            expires_at=notice.expires_at,
            ended_at=notice.ended_at,
            versions=[
                NoticeVersion(
                    number=each.number,
                    kind=str(each.kind),  # type: ignore[arg-type]
                    said_at=each.said_at,
                    expires_at=each.said.expires_at,
                    texts=dict(each.said.texts),
                    news=dict(each.said.news),
                )
                for each in notice.versions
            ],
            page=page,
            cap=f"{page}.cap.xml",
        )


def in_force(notice: Notice, now: datetime) -> bool:
    return notice.live and now < notice.expires_at and notice.newest.kind.goes_on
