"""Runs on the screen: those of a campaign, one while it goes out, and the messages of which nobody knows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.staff.roles import Action, Forbidden, Officer
from bot.storage.db import Database
from broadcasts import outbox, reports
from broadcasts.campaigns import FINAL_RUN, IllegalMove, RunState
from broadcasts.service import Service
from broadcasts.store import ChangedMeanwhile, NoSuchCampaign, Run
from handlers.console import run_words
from handlers.console.campaign_words import moment
from handlers.console.gate import Gate, Visit
from handlers.console.rendering import Pages
from handlers.console.run_live import Standing, shown
from handlers.console.run_watch import RunWatch

_NO_MORE = 286  # tells htmx that this part does not change any more
MOST_UNKNOWN = 500  # shown on one page


class RunPages:
    def __init__(self, *, gate: Gate, pages: Pages, db: Database, service: Service, watch: RunWatch) -> None:
        self._gate = gate
        self._pages = pages
        self._db = db
        self._service = service
        self._watch = watch

    def routes(self) -> list[web.RouteDef]:
        return [
            self._gate.get("/console/campaigns/{id}/runs", self._of_campaign),
            self._gate.get("/console/runs/{id}", self._page),
            self._gate.get("/console/runs/{id}/live", self._live, renewed=True),
            self._gate.get("/console/runs/{id}/unknown", self._unknown),
            self._gate.post("/console/runs/{id}/pause", self._pause, Action.CONTROL),
            self._gate.post("/console/runs/{id}/resume", self._resume, Action.CONTROL),
        ]

    async def found(self, visit: Visit, *, fresh: bool = True) -> Standing:
        """The run that the address names. Raises HTTPNotFound."""
        found = await self._watch.look(visit.number(), fresh=fresh)
        if found is None:
            raise web.HTTPNotFound
        return found

    async def show(self, visit: Visit, why: str = "", status: int = 200) -> web.Response:
        """The screen of the run, with what kept a step from being done."""
        found = await self.found(visit)
        return self._pages.show(
            visit, "console/runs/run.html", self._context(visit, found) | {"why": why}, status=status
        )

    def _context(self, visit: Visit, found: Standing) -> dict[str, Any]:
        state, corrected = found.run.state, found.arrived > 0
        controls = visit.may(Action.CONTROL, found.areas)
        return shown(visit.words, visit.office, found, visit.now) | {
            "controls": controls,
            "may_pause": controls and state is RunState.SENDING,
            "may_resume": controls and state is RunState.PAUSED,
            "may_release": controls and state in (RunState.HELD, RunState.MISSED),
            "may_cancel": controls and state not in FINAL_RUN,
            "may_withdraw": controls and corrected,
            "may_correct": corrected and visit.may(Action.DRAFT),
        }

    async def _page(self, visit: Visit) -> web.Response:
        return await self.show(visit)

    async def _live(self, visit: Visit) -> web.Response:
        found = await self.found(visit, fresh=False)
        status = _NO_MORE if found.over else 200
        return self._pages.show(visit, "console/runs/live.html", self._context(visit, found), status=status)

    async def _pause(self, visit: Visit) -> web.Response:
        """One tap: what goes wrong is stopped first and looked at then."""
        return await self._turned(visit, self._service.pause, visit.words.say("Đã tạm dừng."))

    async def _resume(self, visit: Visit) -> web.Response:
        return await self._turned(visit, self._service.resume, visit.words.say("Đang gửi tiếp."))

    async def _turned(self, visit: Visit, turn: Callable[[Officer, int], Awaitable[None]], done: str) -> web.Response:
        try:
            await turn(visit.officer, visit.number())
        except NoSuchCampaign:
            raise web.HTTPNotFound from None
        except (IllegalMove, ChangedMeanwhile) as error:  # somebody else was faster: this is how it is now
            return await self.show(visit, visit.words.say(str(error)), 409)
        return self._pages.after(visit, f"/console/runs/{visit.number()}", done)

    async def _unknown(self, visit: Visit) -> web.Response:
        found = await self.found(visit)
        if not visit.may(Action.READ, found.areas):
            raise Forbidden
        async with self._db.reading() as connection:
            listed = await outbox.unknown(connection, found.run.id)
        rows = [
            (
                each.id,
                run_words.channel(each.channel),
                each.address,
                each.at and moment(visit.words, each.at, visit.office.zone),
            )
            for each in listed[:MOST_UNKNOWN]
        ]
        context = {"run": found.run, "campaign": found.campaign, "rows": rows, "more": max(0, len(listed) - len(rows))}
        return self._pages.show(visit, "console/runs/unknown.html", context)

    async def _of_campaign(self, visit: Visit) -> web.Response:
        number = visit.number()
        try:
            campaign = await self._service.campaign(visit.officer, number)
        except NoSuchCampaign:
            raise web.HTTPNotFound from None
        runs = await self._service.runs(visit.officer, number)
        rows = [await self._row(visit, run) for run in reversed(runs)]
        return self._pages.show(visit, "console/runs/list.html", {"campaign": campaign, "rows": rows})

    async def _row(self, visit: Visit, run: Run) -> dict[str, Any]:
        if run.totals:
            counts = dict(reports.from_json(run.totals).counts)
        else:
            async with self._db.reading() as connection:
                counts = await reports.totals(connection, run.id)
        audience = sum(counts.values())
        return {
            "run": run,
            "planned": moment(visit.words, run.planned_at, visit.office.zone),
            "mark": run_words.mark(visit.words, run.state),
            "why": run_words.stopped(visit.words, run.reason),
            "sent": run_words.amount(visit.words, counts.get("sent", 0)),
            "audience": run_words.amount(visit.words, audience) if audience else "",
        }
