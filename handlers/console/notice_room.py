"""What every page of urgent notices stands on: the service, the clock of this place, and who may do what now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from bot.errors import CotMocError
from bot.settings import Settings
from bot.staff.roles import Forbidden, Officer
from bot.storage.db import Database
from broadcasts import cells, notice_composing
from broadcasts.notice_store import Notice
from broadcasts.notices import Kind, NoticeState, name_of
from content.phrases import Phrases
from handlers import notice_texts
from handlers.chat import khan_words
from handlers.chat.staff import Staff
from handlers.console.gate import Gate, Visit
from handlers.console.rendering import Pages
from handlers.console.words import N_, Words
from handlers.figures import grouped
from handlers.help_desk import HelpDesk
from handlers.notice_places import NoticePlaces
from handlers.notice_texts import NoticeTexts

HOURS = (1, 3, 6, 12, 24)
_LOOKS = {  # how a state looks: its class in the style sheet, and its sign
    NoticeState.PENDING: ("pending", "waiting"),
    NoticeState.CONFIRMED: ("urgent", "urgent"),
    NoticeState.HELD: ("pending", "urgent"),
    NoticeState.CLEARED: ("clear", "clear"),
    NoticeState.CANCELLED: ("over", "cancelled"),
    NoticeState.WITHDRAWN: ("over", "cancelled"),
    NoticeState.EXPIRED: ("expired", "expired"),
}
KINDS = {
    Kind.ISSUE: N_("phát"),
    Kind.UPDATE: N_("cập nhật"),
    Kind.CLEAR: N_("báo hết nguy hiểm"),
    Kind.CANCEL: N_("huỷ"),
    Kind.WITHDRAW: N_("thu hồi"),
}


class NoticeRoom:
    """``staff``: the services that warning goes through."""

    def __init__(
        self, *, settings: Settings, db: Database, phrases: Phrases, staff: Staff, gate: Gate, pages: Pages
    ) -> None:
        self.settings = settings
        self.db = db
        self.phrases = phrases
        self.gate = gate
        self.office, self.zone = staff.office, staff.office.zone
        self.previews = staff.previews
        self.duty, self.wording = staff.warning.duty, staff.warning.wording
        self.service, self.hazards = staff.warning.service, staff.warning.hazards
        self.texts = NoticeTexts(self.service, self.wording)
        self.places = NoticePlaces(self.office, settings.province)
        self.help = HelpDesk(db, self.office.key, self.duty)
        self.larger = cells.larger_of(self.office.gazetteer)
        self._pages = pages

    def show(
        self, visit: Visit, page: str, context: Mapping[str, Any] | None = None, status: int = 200
    ) -> web.Response:
        """A page with what all pages of notices know: how times, numbers, names and states are written."""
        given = {
            "at": self.times(visit.words),
            "clock": self.clock,
            "grouped": grouped,
            "name_of": name_of,
            "standing": standing,
            "where": self.where,
            "state_words": lambda notice: visit.words.say(khan_words.STATES[standing(notice, visit.now)]),
            "look": lambda notice: _LOOKS[standing(notice, visit.now)],
            "kinds": KINDS,
            "say": visit.words.say,
            "capital": lambda words: words[:1].upper() + words[1:],  # Jinja's own makes the rest small: Tiếng việt
            **(context or {}),
        }
        return self._pages.show(visit, f"console/notices/{page}.html", given, status=status)

    def after(self, visit: Visit, path: str, done: str = "") -> web.Response:
        return self._pages.after(visit, path, done)

    async def notice(self, visit: Visit) -> Notice:
        """The one in the path. Raises HTTPNotFound, Forbidden."""
        try:
            return await self.service.notice(visit.officer, visit.number())
        except Forbidden:
            raise
        except CotMocError:
            raise web.HTTPNotFound from None

    async def may_begin(self, officer: Officer) -> bool:
        """Whether the red button is theirs now."""
        return bool(await self.hazards.areas(officer))

    async def require_duty(self, visit: Visit) -> None:
        """Raises Forbidden for who may not warn anybody now."""
        if not await self.may_begin(visit.officer):
            raise Forbidden("Chỉ người đang trong ca trực và chỉ huy phát được tin khẩn.")

    async def on_duty_now(self, now: datetime) -> list[str]:
        """Names of who is on duty anywhere."""
        async with self.db.reading() as connection:
            return await self.duty.names(connection, now)

    def where(self, area: tuple[str, ...]) -> str:
        return notice_composing.area_words(self.office.gazetteer, area, "vi")

    def clock(self, at: datetime) -> str:
        """14:05."""
        return notice_texts.clock(at, self.zone)

    def times(self, words: Words) -> Callable[[datetime], str]:
        def at(moment: datetime) -> str:
            local = moment.astimezone(self.zone)
            return words.say("%(time)s ngày %(day)s", time=self.clock(moment), day=f"{local.day}/{local.month}")

        return at

    def lengths(self, usual: timedelta, now: datetime) -> list[tuple[int, str]]:
        """How many hours a notice may be said to hold, each with when it would end."""
        hours = sorted({*HOURS, max(1, round(usual.total_seconds() / 3600))})
        return [(each, self.clock(now + timedelta(hours=each))) for each in hours]


def standing(notice: Notice, now: datetime) -> NoticeState:
    """What state it is in, as of now: one whose time is over is over, whether or not that was noted yet."""
    return NoticeState.EXPIRED if notice.live and notice.expires_at <= now else notice.state


def chosen_hours(typed: str) -> timedelta | None:
    """None: nothing that was offered."""
    return timedelta(hours=int(typed)) if typed.isascii() and typed.isdigit() and 1 <= int(typed[:3]) <= 24 else None
