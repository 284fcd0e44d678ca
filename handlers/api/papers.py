"""/campaigns/{id}/forecast, runs and reports, and the report of a period: counts, as JSON and as CSV."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.clock import Clock
from bot.places import label
from bot.staff import audit
from bot.storage.db import Database
from broadcasts import posts, report_files, reports
from broadcasts.office import Office
from broadcasts.report_files import Heading, Sheet
from broadcasts.reports import Prices, printed
from broadcasts.service import Service
from broadcasts.store import Run
from handlers.api import counts
from handlers.api.campaign_bodies import name
from handlers.api.campaign_shapes import AskedPeriod, RunLine, RunPage
from handlers.api.campaigns import GROUP
from handlers.api.count_shapes import CampaignReport, ForecastBody, PartOfPeriod, PeriodReport, WholeReport
from handlers.api.operations import CSV, Answer, Call, Operation
from handlers.api.problems import in_parameter
from handlers.commands.campaign_posts import posts_json
from handlers.figures import beside

MOST_DAYS = 366
_ONE = "/campaigns/{campaign_id}"
_GONE = ("not-found",)


class Papers:
    def __init__(self, db: Database, office: Office, clock: Clock, prices: Prices) -> None:
        self._db = db
        self._office = office
        self._clock = clock
        self._service = Service(db, office, clock)
        self._prices = prices

    def operations(self) -> tuple[Operation, ...]:
        return (
            Operation(
                "GET", f"{_ONE}/forecast", "forecastCampaign", GROUP, "Nếu gửi bây giờ: tới bao nhiêu người.",
                self._forecast, ForecastBody, errors=_GONE,
            ),
            Operation("GET", f"{_ONE}/runs", "listRuns", GROUP, "Các đợt gửi.", self._runs, RunPage, errors=_GONE),
            Operation(
                "GET", f"{_ONE}/report", "reportCampaign", "reports", "Kết quả, mọi đợt cộng lại.", self._report,
                CampaignReport, errors=_GONE,
            ),
            Operation(
                "GET", f"{_ONE}/report.csv", "reportCampaignAsCsv", "reports", "Kết quả dạng CSV (UTF-8).", self._csv,
                None, media=(CSV,), errors=_GONE,
            ),
            Operation(
                "GET", "/reports/period", "reportPeriod", "reports", "Những gì đã phát giữa hai ngày.", self._period,
                PeriodReport, query=AskedPeriod,
            ),
            Operation(
                "GET", "/reports/period.csv", "reportPeriodAsCsv", "reports", "Như trên, dạng CSV (UTF-8).",
                self._period_csv, None, query=AskedPeriod, media=(CSV,),
            ),
        )  # fmt: skip

    async def _forecast(self, call: Call) -> Answer:
        return Answer(counts.shown(await self._service.forecast(call.officer, call.number("campaign_id"))))

    async def _runs(self, call: Call) -> Answer:
        await self._service.campaign(call.officer, call.number("campaign_id"))
        found = await self._service.runs(call.officer, call.number("campaign_id"))
        return Answer(RunPage(runs=[_line(each) for each in found]))

    async def _report(self, call: Call) -> Answer:
        _, found, log, runs = await self._of_campaign(call)
        async with self._db.reading() as connection:
            posted = await posts.listed(connection, runs)
        body = reports.as_json(found) | beside(found, self._prices, log) | {"posts": posts_json(posted)}
        return Answer(CampaignReport.model_validate(body))

    async def _csv(self, call: Call) -> Answer:
        title, found, log, _ = await self._of_campaign(call)
        return _table(report_files.sheets(self._heading(title, found, log), found, self._place))

    async def _of_campaign(self, call: Call) -> tuple[str, reports.Report, tuple[int, str], list[int]]:
        number = call.number("campaign_id")
        campaign = await self._service.campaign(call.officer, number)
        runs = [each.id for each in await self._service.runs(call.officer, number)]
        found = await self._service.report(call.officer, runs)
        async with self._db.reading() as connection:
            return f"{name(number)} {campaign.title}", found, await audit.head(connection), runs

    async def _period(self, call: Call) -> Answer:
        asked = _span(call)
        found, log = await self._service.period(call.officer, asked.first, asked.last)
        whole = reports.as_json(found.whole) | beside(found.whole, self._prices, log)
        parts = [
            PartOfPeriod.model_validate({"id": number, "title": title, **reports.as_json(each)})
            for number, title, each in found.campaigns
        ]
        said = {"from": asked.first.isoformat(), "to": asked.last.isoformat()}
        return Answer(PeriodReport(**said, whole=WholeReport.model_validate(whole), campaigns=parts))

    async def _period_csv(self, call: Call) -> Answer:
        asked = _span(call)
        found, log = await self._service.period(call.officer, asked.first, asked.last)
        title = f"Đã phát từ {asked.first:%d/%m/%Y} đến {asked.last:%d/%m/%Y}"
        heading = self._heading(title, found.whole, log)
        return _table(report_files.period_sheets(heading, found, self._place))

    def _heading(self, title: str, found: reports.Report, log: tuple[int, str]) -> Heading:
        made_at = self._clock.now().astimezone(self._office.zone)
        return Heading(title, made_at, log, printed(found, self._prices.leaflet, self._prices.text_message))

    def _place(self, code: str) -> str:
        place = self._office.gazetteer.get(code)
        return label(place, "vi") if place is not None else code


def _table(tables: Sequence[Sheet]) -> Answer:
    return Answer(report_files.as_csv(tables), media=CSV)


def _span(call: Call) -> AskedPeriod:
    asked = call.asked(AskedPeriod)
    if not 0 <= (asked.last - asked.first).days < MOST_DAYS or not 2000 < asked.first.year < 2200:
        raise in_parameter("to", f"Ngày cuối phải từ ngày đầu trở đi, nhiều nhất {MOST_DAYS} ngày.")
    return asked


def _line(run: Run) -> RunLine:
    kept: dict[str, Any] = {"started_at": run.started_at, "finished_at": run.finished_at, "corrects": run.corrects}
    return RunLine(
        id=run.id,
        state=str(run.state),
        reason=run.reason,
        planned_at=run.planned_at,
        audience=run.audience_count,
        **kept,
    )
