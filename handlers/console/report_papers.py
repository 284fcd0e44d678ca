"""What a report is made of: of one run, of a campaign or of a period, with the log's head and the files of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from aiohttp import web

from bot.places import label
from bot.staff import audit
from bot.storage.db import Database
from broadcasts import posts, report_files, store, withdrawals
from broadcasts.report_files import Heading, Sheet
from broadcasts.reports import Period, Prices, Report, printed
from broadcasts.service import Service
from broadcasts.store import NoSuchCampaign
from handlers.console.campaign_words import moment
from handlers.console.gate import Visit


@dataclass(frozen=True, slots=True)
class Paper:
    """``path``: where its page is; ``file``: what its files are called, without the ending; ``runs``: the runs that
    can be looked at one by one, with their times."""

    path: str
    file: str
    title: str
    heading: Heading
    found: Report
    sheets: Sequence[Sheet]
    query: str = ""
    campaign: int | None = None
    runs: Sequence[tuple[int, str]] = ()
    period: Period | None = None
    posts: Sequence[posts.Line] = field(default_factory=list)
    going_back: Sequence[withdrawals.Progress] = field(default_factory=list)


class Papers:
    """``prices``: of a leaflet and of a text message, as far as the operator says them."""

    def __init__(self, *, db: Database, service: Service, prices: Prices) -> None:
        self._db = db
        self._service = service
        self._prices = prices

    async def of_run(self, visit: Visit) -> Paper:
        """Raises HTTPNotFound."""
        number = visit.number()
        try:
            async with self._db.reading() as connection:
                run = await store.load_run(connection, number)
            campaign = await self._service.campaign(visit.officer, run.campaign_id)
        except NoSuchCampaign:
            raise web.HTTPNotFound from None
        at = moment(visit.words, run.planned_at, visit.office.zone)
        run_at = visit.words.say("đợt %(at)s", at=at)
        title = f"CD-{campaign.id} {campaign.title}, {run_at}"
        return await self._of(visit, [number], f"/console/reports/runs/{number}", f"dot-{number}", title, campaign.id)

    async def of_campaign(self, visit: Visit) -> Paper:
        """All its runs as one. Raises HTTPNotFound."""
        number, zone = visit.number(), visit.office.zone
        try:
            campaign = await self._service.campaign(visit.officer, number)
        except NoSuchCampaign:
            raise web.HTTPNotFound from None
        runs = await self._service.runs(visit.officer, number)
        path, title = f"/console/reports/campaigns/{number}", f"CD-{number} {campaign.title}"
        listed = [(run.id, moment(visit.words, run.planned_at, zone)) for run in reversed(runs)]
        return await self._of(visit, [run.id for run in runs], path, f"CD-{number}", title, number, listed)

    async def _of(
        self,
        visit: Visit,
        run_ids: Sequence[int],
        path: str,
        file: str,
        title: str,
        campaign: int,
        runs: Sequence[tuple[int, str]] = (),
    ) -> Paper:
        found = await self._service.report(visit.officer, run_ids)
        async with self._db.reading() as connection:
            log = await audit.head(connection)
            posted = await posts.listed(connection, run_ids)
            going = await withdrawals.progress(connection, run_ids)
        heading = self._heading(visit, title, log, found)
        sheets = report_files.sheets(heading, found, place_of(visit))
        return Paper(
            path=path,
            file=f"bao-cao-{file}",
            title=title,
            heading=heading,
            found=found,
            sheets=sheets,
            campaign=campaign,
            runs=runs,
            posts=posted,
            going_back=going,
        )

    async def of_period(self, visit: Visit, first: date, last: date) -> Paper:
        """Of everything that was published between two local days."""
        found, log = await self._service.period(visit.officer, first, last)
        title = visit.words.say("Đã phát từ %(first)s đến %(last)s", first=f"{first:%d/%m/%Y}", last=f"{last:%d/%m/%Y}")
        heading = self._heading(visit, title, log, found.whole)
        return Paper(
            path="/console/reports/period",
            file=f"bao-cao-{first.isoformat()}-{last.isoformat()}",
            title=title,
            heading=heading,
            found=found.whole,
            sheets=report_files.period_sheets(heading, found, place_of(visit)),
            query=f"?from={first.isoformat()}&to={last.isoformat()}",
            period=found,
        )

    def _heading(self, visit: Visit, title: str, log: tuple[int, str], found: Report) -> Heading:
        made_at = visit.now.astimezone(visit.office.zone)
        return Heading(title, made_at, log, printed(found, self._prices.leaflet, self._prices.text_message))


def place_of(visit: Visit) -> Callable[[str], str]:
    """Puts a place's code into words."""

    def named(code: str) -> str:
        place = visit.office.gazetteer.get(code)
        return label(place, "vi") if place is not None else code

    return named
