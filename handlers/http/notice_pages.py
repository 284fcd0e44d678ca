"""/notices, /notices/{id}, /notices.atom and /notices/{id}.cap.xml: what the public may read of urgent notices.

No drill stands on any of them, and nothing is shown as in force after its time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

import aiohttp_jinja2
from aiohttp import web

from bot import errors
from bot.clock import Clock
from bot.places import Gazetteer
from bot.settings import Settings
from bot.storage.db import Database
from broadcasts import atom, notice_store
from broadcasts.atom import Feed
from broadcasts.cap_writing import MIME, write_alert
from broadcasts.notice_alert import feed_entry
from broadcasts.notice_board import NoticeBoard
from broadcasts.notice_store import NoSuchNotice, Notice
from handlers.chat.context import Desk
from handlers.http.notice_views import EXPIRED, NoticeViews, Shown
from handlers.http.page_context import PageContext, page_language
from handlers.http.sharing import SERVICE, Share
from handlers.http.ui_strings import UI
from handlers.http.unchanged import answered
from handlers.notice_cap import NoSuchVersion, NoticeCap
from handlers.notice_wording import NoticeWording
from handlers.warnings import Warnings

FED_FOR = timedelta(hours=48)  # after its end a notice stays in the feed so long, so that receivers learn of it
IN_BAR = 3  # notices in the red bar of the start page; the rest is a number


class NoticePages:
    def __init__(
        self,
        *,
        settings: Settings,
        db: Database,
        clock: Clock,
        board: NoticeBoard,
        wording: NoticeWording,
        views: NoticeViews,
        cap: NoticeCap,
        context: PageContext,
    ) -> None:
        self._settings = settings
        self._db = db
        self._clock = clock
        self._board = board
        self._wording = wording
        self._views = views
        self._cap = cap
        self._context = context

    @classmethod
    def of(cls, *, desk: Desk, clock: Clock, warning: Warnings, gazetteer: Gazetteer) -> NoticePages:
        """From what the service is made of."""
        wording = warning.wording
        return cls(
            settings=desk.settings,
            db=desk.db,
            clock=clock,
            board=warning.board,
            wording=wording,
            views=NoticeViews(wording, gazetteer),
            cap=NoticeCap(
                settings=desk.settings,
                gazetteer=gazetteer,
                wording=wording,
                templates=warning.hazards.templates,
            ),
            context=PageContext(desk),
        )

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/notices", self._all),
            web.get("/notices.atom", self._feed),
            web.get("/notices/{id:[0-9]{1,9}}", self._one),
            web.get("/notices/{id:[0-9]{1,9}}.cap.xml", self._alert),
        ]

    async def bar(self, language: str) -> Sequence[Mapping[str, str]]:
        """What the start page says of notices in force: text, language and until when; nothing while the database does
        not answer, for the rest of that page needs none."""
        try:
            live = await self._board.live()
        except errors.StoreUnavailable:
            return []
        now = self._clock.now()
        lines = []
        for each in live[:IN_BAR]:
            shown = self._views.shown(each, language, now)
            first = shown.lines[0]
            lines.append({"text": f"{shown.head} {first.text}", "lang": first.language, "until": shown.until})
        if len(live) > IN_BAR:
            more = UI[language]["notices_more"].format(n=len(live) - IN_BAR)
            lines.append({"text": more, "lang": language, "until": max(each["until"] for each in lines)})
        return lines

    async def _all(self, request: web.Request) -> web.StreamResponse:
        language, status = page_language(request), 200
        places: list[tuple[str, list[Shown]]] | None = None
        try:
            places = self._views.by_place(await self._board.live(), language, self._clock.now())
        except errors.StoreUnavailable:
            status = 503
        title = UI[language]["notices_title"]
        share = self._context.sharing.of(
            "/notices", language, title=f"{title} – {SERVICE}", description=UI[language]["notices_about"]
        )
        context = self._context.of(language) | {"places": places, "share": share}
        page = aiohttp_jinja2.render_string("notices.html", request, context)
        return answered(request, page.encode(), "text/html", status)

    async def _one(self, request: web.Request) -> web.StreamResponse:
        language = page_language(request)
        notice = await self._public(request)
        shown = self._views.shown(notice, language, self._clock.now())
        context = self._context.of(language) | {"notice": shown, "share": self._share(notice, shown, language)}
        page = aiohttp_jinja2.render_string("notice.html", request, context)
        return answered(request, page.encode(), "text/html")

    def _share(self, notice: Notice, shown: Shown, language: str) -> Share:
        """Its preview, which others keep, says until when it holds; machines are told of it only while it does."""
        first, times = shown.lines[0].text, self._wording.times(notice, language)
        facts = self._context.sharing.notice(
            name=f"{shown.head} {shown.place}",
            text=" ".join(each.text for each in shown.lines if each.text),
            place=shown.place,
            said_at=notice.newest.said_at.isoformat(),
            until=shown.until,
        )
        return self._context.sharing.of(
            f"/notices/{notice.id}",
            language,
            title=f"{shown.head} {shown.place}",
            description=f"{first} {times}" if shown.until else first,
            kind="article",
            facts=facts if shown.until else None,
        )

    async def _alert(self, request: web.Request) -> web.StreamResponse:
        notice = await self._public(request)
        wanted = request.query.get("version", "")
        if wanted and not (wanted.isascii() and wanted.isdigit() and len(wanted) < 5):
            raise web.HTTPNotFound
        try:
            alert = self._cap.alert(notice, int(wanted) if wanted else None)
        except NoSuchVersion:
            raise web.HTTPNotFound from None
        return answered(request, write_alert(alert), MIME)

    async def _feed(self, request: web.Request) -> web.StreamResponse:
        now = self._clock.now()
        async with self._db.reading() as connection:
            found = await notice_store.public(connection, now - FED_FOR)
        entries = [self._entry(each, now) for each in found if _fed(each, now)]
        address = self._settings.address
        owner = self._settings.owner_name.strip()
        midnight = datetime.combine(now.astimezone(self._settings.zone).date(), time(), self._settings.zone)
        feed = Feed(
            id=f"{address}/notices.atom",
            title=" – ".join(filter(None, (UI["vi"]["notices_title"], owner or "Cột Mốc"))),
            author=owner or "Cột Mốc",
            updated=max((each.updated for each in entries), default=midnight),
            link=f"{address}/notices",
            self_link=f"{address}/notices.atom",
        )
        return answered(request, atom.write_feed(feed, entries), atom.MIME)

    def _entry(self, notice: Notice, now: datetime) -> atom.Entry:
        page = self._cap.page(notice)
        entry = feed_entry(self._cap.alert(notice), page, f"{page}.cap.xml")
        if self._views.shown(notice, "vi", now).look != EXPIRED:
            return entry
        ended = notice.ended_at or notice.expires_at
        return replace(entry, title=f"{self._wording.expired(notice, 'vi')}. {entry.title}", updated=ended)

    async def _public(self, request: web.Request) -> Notice:
        """Raises HTTPNotFound for what there is not, and for every drill."""
        try:
            notice = await self._board.notice(int(request.match_info["id"]))
        except NoSuchNotice:
            raise web.HTTPNotFound from None
        if notice.drill:
            raise web.HTTPNotFound
        return notice


def _fed(notice: Notice, now: datetime) -> bool:
    """Whether it belongs into the feed still: one whose end was never noted leaves it by its time."""
    return notice.expires_at > now - FED_FOR or not notice.live
