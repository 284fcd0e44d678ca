"""Reports on the screen, on paper and as files: of a run, of a campaign, of a period, and what plans want by when."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from aiohttp import web

from bot.places import label
from bot.settings import Settings
from broadcasts import deadlines, report_files
from broadcasts.deadlines import Deadline
from broadcasts.reports import STATES, Report
from broadcasts.service import Service
from handlers.console import report_view, run_live, run_words
from handlers.console.campaign_words import moment
from handlers.console.gate import Gate, Visit
from handlers.console.rendering import Pages
from handlers.console.report_papers import Paper, Papers, place_of
from handlers.console.words import N_

_REPORTED = ("scheduled", "done", "cancelled", "expired")  # campaigns that may have gone out
LONGEST = timedelta(days=3 * 366)  # of one period
_FILES = {
    "csv": ("text/csv; charset=utf-8", report_files.as_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", report_files.as_xlsx),
}
_NO_DAYS = N_("Chọn ngày đầu và ngày cuối; ngày cuối từ ngày đầu trở đi, trong vòng ba năm.")
Making = Callable[[Visit], Awaitable[Paper]]


class ReportPages:
    """``duties``: what the plans want reported, of every province."""

    def __init__(
        self,
        *,
        gate: Gate,
        pages: Pages,
        settings: Settings,
        service: Service,
        papers: Papers,
        duties: Sequence[Deadline],
    ) -> None:
        self._gate = gate
        self._pages = pages
        self._settings = settings
        self._service = service
        self._papers = papers
        self._duties = duties

    def routes(self) -> list[web.RouteDef]:
        found = [
            self._gate.get("/console/reports", self._index),
            self._gate.get("/console/reports/deadlines", self._deadlines),
        ]
        makings: tuple[tuple[str, Making], ...] = (
            ("/console/reports/runs/{id}", self._papers.of_run),
            ("/console/reports/campaigns/{id}", self._papers.of_campaign),
            ("/console/reports/period", self._of_period),
        )
        for path, making in makings:
            found.append(self._gate.get(path, partial(self._page, making)))
            found += [self._gate.get(f"{path}/{kind}", partial(self._file, making, kind)) for kind in _FILES]
        return found

    async def _index(self, visit: Visit) -> web.Response:
        return await self._chooser(visit)

    async def _chooser(self, visit: Visit, why: str = "", status: int = 200) -> web.Response:
        """What there may be a report of. What was typed stays."""
        today = visit.now.astimezone(visit.office.zone).date()
        month = today.replace(day=1)
        before = month - timedelta(days=1)
        listed = await self._service.campaigns(visit.officer, _REPORTED)
        context = {
            "why": why,
            "first": visit.text("from") or month.isoformat(),
            "last": visit.text("to") or today.isoformat(),
            "spans": [
                (visit.words.say("Tháng này"), month, today),
                (visit.words.say("Tháng trước"), before.replace(day=1), before),
                (visit.words.say("Từ đầu năm"), today.replace(month=1, day=1), today),
            ],
            "campaigns": listed,
        }
        return self._pages.show(visit, "console/reports/index.html", context, status=status)

    async def _of_period(self, visit: Visit) -> Paper:
        """Raises ValueError when the days are none."""
        first, last = date.fromisoformat(visit.text("from")), date.fromisoformat(visit.text("to"))
        if not date(2000, 1, 1) <= first <= last <= min(first + LONGEST, date(2100, 1, 1)):
            raise ValueError("no period")
        return await self._papers.of_period(visit, first, last)

    async def _page(self, making: Making, visit: Visit) -> web.Response:
        try:
            paper = await making(visit)
        except ValueError:
            return await self._chooser(visit, visit.words.say(_NO_DAYS), 400)
        return self._pages.show(visit, "console/reports/report.html", _shown(visit, paper, self._settings.province))

    async def _file(self, making: Making, kind: str, visit: Visit) -> web.Response:
        try:
            paper = await making(visit)
        except ValueError:
            return await self._chooser(visit, visit.words.say(_NO_DAYS), 400)
        mime, made = _FILES[kind]
        headers = {"Content-Type": mime, "Content-Disposition": f'attachment; filename="{paper.file}.{kind}"'}
        return web.Response(body=made(paper.sheets), headers=headers)

    async def _deadlines(self, visit: Visit) -> web.Response:
        """Our own province's with the figures of what was published; the others' for whoever asks."""
        today, home = visit.now.astimezone(visit.office.zone).date(), self._settings.province
        counted: dict[tuple[date, date], Report] = {}

        async def duty(each: Deadline, own: bool) -> dict[str, Any]:
            last = deadlines.coming(each, today)
            spans = deadlines.spans(each, last) if last is not None else []
            for span in spans if own else ():
                if span not in counted:
                    counted[span] = (await self._service.period(visit.officer, *span))[0].whole
            return {
                "plan": each.plan,
                "chain": each.chain,
                "figures": each.figures,
                "note": each.note,
                "last": last,
                "days": (last - today).days if last is not None else 0,
                "spans": [(first, end, _line(visit, counted.get((first, end)))) for first, end in spans],
            }

        ordered = sorted(self._duties, key=lambda each: (deadlines.coming(each, today) or date.max, each.plan))
        context = {
            "own": [await duty(each, True) for each in ordered if each.province == home],
            "others": [await duty(each, False) for each in ordered if each.province != home],
        }
        return self._pages.show(visit, "console/reports/deadlines.html", context)


def _line(visit: Visit, found: Report | None) -> str:
    if found is None:
        return ""
    words = visit.words
    return words.say(
        "%(runs)s đợt, %(sent)s tin đã gửi, chi phí %(cost)s đồng",
        runs=run_words.amount(words, found.runs),
        sent=run_words.amount(words, found.counts.get("sent", 0)),
        cost=run_words.amount(words, found.cost),
    )


def _shown(visit: Visit, paper: Paper, province: str) -> dict[str, Any]:
    words, found = visit.words, paper.found
    home = "".join(
        f", {label(each, 'vi')}" for each in visit.office.gazetteer.provinces() if each.province_slug == province
    )
    lines, head = paper.heading.log
    return {
        "paper": paper,
        "made": moment(words, paper.heading.made_at, visit.office.zone),
        "reached": report_view.reached(found),
        "share": report_view.percent(words, report_view.reached(found), found.audience),
        "audience": found.audience,
        "counts": [(state, words.say(run_words.COUNTS[state]), found.counts.get(state, 0)) for state in STATES],
        "difference": found.difference,
        "overview": report_view.overview(words, paper.sheets[0]),
        "tables": report_view.tables(words, paper.sheets, found, place_of(visit), home),
        "posts": [run_live.post(words, each) for each in paper.posts],
        "going_back": [run_live.taken_back(words, each) for each in paper.going_back],
        "log_lines": lines,
        "log_head": head,
        "amount": lambda number: run_words.amount(words, number),
    }
