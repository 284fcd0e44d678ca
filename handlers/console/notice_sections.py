"""The pages of urgent notices put together; what stands under a fixed name comes before a notice's number."""

from __future__ import annotations

from typing import Protocol

from aiohttp import web

from bot.clock import Clock
from bot.settings import Settings
from bot.storage.db import Database
from handlers.chat.context import Desk
from handlers.chat.staff import Staff
from handlers.console.gate import Gate
from handlers.console.notice_cap_pages import NoticeCapPages
from handlers.console.notice_figures import NoticeFigures
from handlers.console.notice_hazards import NoticeHazards
from handlers.console.notice_helps import NoticeHelps
from handlers.console.notice_list import NoticeList
from handlers.console.notice_new import NoticeNew
from handlers.console.notice_page import NoticePage
from handlers.console.notice_room import NoticeRoom
from handlers.console.notice_steps import NoticeSteps
from handlers.console.notice_updates import NoticeUpdates
from handlers.console.rendering import Pages
from handlers.printing import Printing


class Routed(Protocol):
    def routes(self) -> list[web.RouteDef]: ...


def notices(
    *, settings: Settings, db: Database, clock: Clock, desk: Desk, staff: Staff, gate: Gate, pages: Pages
) -> list[Routed]:
    """Every section of urgent notices."""
    room = NoticeRoom(settings=settings, db=db, phrases=desk.phrases, staff=staff, gate=gate, pages=pages)
    figures = NoticeFigures(room, clock)
    page = NoticePage(room, figures, Printing.of(desk, staff, clock))
    return [
        NoticeList(room),
        NoticeNew(room),
        NoticeHelps(room),
        NoticeHazards(room),
        NoticeCapPages(room),
        figures,
        page,
        NoticeSteps(room, page),
        NoticeUpdates(room),
    ]
