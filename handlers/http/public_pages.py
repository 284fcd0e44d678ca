"""The public pages put together: start page and chat, notices, stored answers, screens, the chat for other sites."""

from __future__ import annotations

from aiohttp import web

from bot.channels.webchat import WebChat
from bot.clock import Clock
from bot.metrics import Metrics
from broadcasts.office import Office
from handlers.chat.context import Desk
from handlers.chat.intake import Intake
from handlers.http import public, widget
from handlers.http.answer_pages import AnswerPages
from handlers.http.crawl_pages import CrawlPages
from handlers.http.notice_pages import NoticePages
from handlers.http.screen_pages import ScreenPages
from handlers.warnings import Warnings


def add(
    app: web.Application,
    *,
    desk: Desk,
    intake: Intake,
    webchat: WebChat,
    clock: Clock,
    metrics: Metrics,
    office: Office,
    warning: Warnings,
) -> None:
    """Add their routes to the application. Raises SettingError for a screen that is set up wrongly."""
    notices = NoticePages.of(desk=desk, clock=clock, warning=warning, gazetteer=office.gazetteer)
    answers = AnswerPages.of(desk=desk, clock=clock, warning=warning, gazetteer=office.gazetteer)
    screens = ScreenPages.of(desk=desk, clock=clock, office=office, warning=warning)
    app.add_routes(
        [
            *notices.routes(),
            *answers.routes(),
            *screens.routes(),
            *CrawlPages(desk, clock).routes(),
            *widget.routes(desk.settings.widget_origins),
        ]
    )
    public.add(app, desk=desk, intake=intake, webchat=webchat, clock=clock, metrics=metrics, live=notices.bar)
