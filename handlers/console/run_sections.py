"""Runs of the console put together: live sending and its steps, the calendar, and reports."""

from __future__ import annotations

from aiohttp import web

from bot.clock import Clock
from broadcasts import deadlines
from content.campaign_files import shipped_deadlines
from handlers.campaigning import prices_of
from handlers.console.calendar_page import CalendarPage
from handlers.console.campaign_room import Room
from handlers.console.channel_health import ChannelHealth
from handlers.console.report_pages import ReportPages
from handlers.console.report_papers import Papers
from handlers.console.run_pages import RunPages
from handlers.console.run_steps import RunSteps
from handlers.console.run_watch import RunWatch


class Runs:
    """``health`` knows until when platforms want no message."""

    def __init__(self, room: Room, *, clock: Clock, health: ChannelHealth) -> None:
        gate, pages, db, settings, service = room.gate, room.pages, room.db, room.settings, room.service
        duties = deadlines.parse(shipped_deadlines())
        watch = RunWatch(db=db, office=room.office, clock=clock, health=health)
        runs = RunPages(gate=gate, pages=pages, db=db, service=service, watch=watch)
        papers = Papers(db=db, service=service, prices=prices_of(settings))
        self._parts = (
            runs,
            RunSteps(gate=gate, pages=pages, service=service, runs=runs),
            CalendarPage(gate=gate, pages=pages, db=db, settings=settings, dates=room.dates, duties=duties),
            ReportPages(gate=gate, pages=pages, settings=settings, service=service, papers=papers, duties=duties),
        )

    def routes(self) -> list[web.RouteDef]:
        return [route for part in self._parts for route in part.routes()]
