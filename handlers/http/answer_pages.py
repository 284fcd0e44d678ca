"""/answers/{entry_id}: one stored answer as a page, with its sources, to be read, shared and printed.

What holds no longer is not shown as fact; an urgent notice that concerns the answer stands above it, as in the chat.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import aiohttp_jinja2
from aiohttp import web

from bot import errors
from bot.clock import Clock
from bot.places import Gazetteer
from broadcasts.notice_board import NoticeBoard
from content.entries import Entry
from handlers.chat.answers import Composed, compose
from handlers.chat.context import Desk
from handlers.chat.notices_shown import MOST_BEFORE, concerned
from handlers.http.notice_views import NoticeViews, Shown
from handlers.http.page_context import PageContext, page_language
from handlers.http.sharing import SERVICE, Share, is_link
from handlers.http.ui_strings import UI
from handlers.http.unchanged import answered
from handlers.warnings import Warnings


class AnswerPages:
    def __init__(self, *, desk: Desk, clock: Clock, board: NoticeBoard, views: NoticeViews) -> None:
        self._desk = desk
        self._clock = clock
        self._board = board
        self._views = views
        self._context = PageContext(desk)

    @classmethod
    def of(cls, *, desk: Desk, clock: Clock, warning: Warnings, gazetteer: Gazetteer) -> AnswerPages:
        """From what the service is made of."""
        return cls(desk=desk, clock=clock, board=warning.board, views=NoticeViews(warning.wording, gazetteer))

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/answers/{entry_id}", self._one)]

    async def _one(self, request: web.Request) -> web.StreamResponse:
        language = page_language(request)
        entry = self._desk.catalog.get(request.match_info["entry_id"])
        if entry is None:
            page = aiohttp_jinja2.render_string("answer_missing.html", request, self._context.of(language))
            return answered(request, page.encode(), "text/html", 404)
        today = self._clock.now().astimezone(self._desk.settings.zone).date()
        said = compose(self._desk, entry, language, today)
        context = self._context.of(language) | {
            "entry_id": entry.id,
            "title": entry.in_language(entry.title, language),
            "title_language": language if language in entry.title else "vi",
            "said": said,
            "kind": str(entry.kind),
            "signed": said.fact and entry.signed(said.language),
            "sources": [each for each in entry.sources if is_link(each.url)],
            "files": [each for each in entry.attachments if is_link(each)],
            "notices_lead": self._desk.phrases.say("notice.first", language),
            "related_lead": self._desk.phrases.say("answer.related", language),
            "call_marks": [words["mark_call"] for words in UI.values()],
            "related": self._related(entry, language, today),
            "notices": await self._notices(entry, language),
            "share": self._share(entry, said, language),
        }
        page = aiohttp_jinja2.render_string("answer.html", request, context)
        return answered(request, page.encode(), "text/html")

    def _related(self, entry: Entry, language: str, today: date) -> list[tuple[str, str]]:
        """(id, title) of what is asked next, as far as it holds."""
        found = filter(None, map(self._desk.catalog.get, entry.related))
        return [(each.id, each.in_language(each.title, language)) for each in found if not each.expired(today)]

    async def _notices(self, entry: Entry, language: str) -> Sequence[Shown] | None:
        """In force in the province and concerning this answer, for nobody knows where its reader is; None: it cannot
        be known now."""
        try:
            live = await self._board.live_at((f"p-{self._desk.settings.province}",))
        except errors.StoreUnavailable:
            return None
        now = self._clock.now()
        return [self._views.shown(each, language, now) for each in concerned(live, [entry], now)[:MOST_BEFORE]]

    def _share(self, entry: Entry, said: Composed, language: str) -> Share:
        title = entry.in_language(entry.title, language)
        words = " ".join((*said.lead, said.text, *said.below)).split()
        facts = self._context.sharing.answer(entry, said.language, title, said.whole) if said.fact else None
        return self._context.sharing.of(
            f"/answers/{entry.id}",
            language,
            title=f"{title} – {self._desk.owner or SERVICE}",
            description=" ".join(words),
            kind="article",
            indexed=said.fact and entry.signed(language),
            facts=facts,
        )
