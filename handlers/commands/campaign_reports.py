"""``cotmoc campaign report``, ``period``, ``deadlines`` and ``calendar``: what was published, and what is due when."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from bot.errors import SettingError
from bot.places import label
from bot.staff import audit
from bot.staff.roles import Officer
from bot.storage.db import Database
from broadcasts import deadlines, posts, report_files, reports, withdrawals
from broadcasts.dates import Dates
from broadcasts.deadlines import Deadline
from broadcasts.office import Office
from broadcasts.report_files import Heading, Sheet
from broadcasts.reports import Prices, Report, printed
from broadcasts.service import Service
from content.campaign_files import shipped_deadlines
from handlers.campaigning import prices_of
from handlers.commands import campaign_posts
from handlers.commands.acting import Front
from handlers.figures import NO_PRICE, NO_PRICES, beside, grouped, in_lines, in_one_line

Said = tuple[str, Any]
STATES = {
    "": "theo lịch lặp",
    "scheduled": "đã đặt lịch",
    "sending": "đang gửi",
    "paused": "tạm dừng",
    "held": "bị giữ lại",
    "missed": "lỡ giờ",
    "done": "đã gửi",
}


class Papers:
    """One command: each method asks for the right to read first, writes the files asked for, and returns what is
    said, and the same for scripts."""

    def __init__(self, front: Front, db: Database, service: Service, office: Office, given: argparse.Namespace) -> None:
        self._front = front
        self._db = db
        self._service = service
        self._office = office
        self._given = given

    async def report(self, officer: Officer) -> Said:
        """Of a campaign, all its runs as one."""
        number: int = self._given.number
        campaign = await self._service.campaign(officer, number)
        runs = await self._service.runs(officer, number)
        found = await self._service.report(officer, [run.id for run in runs])
        async with self._db.reading() as connection:
            log = await audit.head(connection)
            posted = await posts.listed(connection, [run.id for run in runs])
            going = await withdrawals.progress(connection, [run.id for run in runs])
        title, prices = f"CD-{number} {campaign.title}", self._prices()
        heading = self._heading(title, log, found, prices)
        written = self._write(lambda: report_files.sheets(heading, found, self._place))
        lines = [f"{title}: {grouped(found.audience)} người, {found.runs if runs else 0} đợt"]
        lines += [*in_lines(found, prices), *campaign_posts.posted(posted), *campaign_posts.taking_back(going)]
        lines += [_log_line(log), *written]
        more = {**beside(found, prices, log), "posts": campaign_posts.posts_json(posted)}
        return "\n".join(lines), reports.as_json(found) | more

    async def period(self, officer: Officer) -> Said:
        """Of everything published between two days, and campaign by campaign."""
        first, last = _day(self._given.first), _day(self._given.last)
        if last < first:
            raise SettingError("Ngày cuối (--to) phải từ ngày đầu (--from) trở đi.")
        found, log = await self._service.period(officer, first, last)
        prices = self._prices()
        title = f"Đã phát từ {first:%d/%m/%Y} đến {last:%d/%m/%Y}"
        heading = self._heading(title, log, found.whole, prices)
        written = self._write(lambda: report_files.period_sheets(heading, found, self._place))
        lines = [f"{title}: {len(found.campaigns)} chiến dịch, {grouped(found.whole.audience)} lượt người nhận"]
        lines += in_lines(found.whole, prices)
        lines += [f"  CD-{number} {name}: {in_one_line(each)}" for number, name, each in found.campaigns]
        whole = reports.as_json(found.whole) | beside(found.whole, prices, log)
        each_json = [{"id": number, "title": name, **reports.as_json(each)} for number, name, each in found.campaigns]
        said = {"from": first.isoformat(), "to": last.isoformat(), "whole": whole, "campaigns": each_json}
        return "\n".join([*lines, _log_line(log), *written]), said

    async def deadlines(self, officer: Officer) -> Said:
        """What the plans want reported and when, with what was published in that time; our own province first."""
        today, home = self._today(), self._front.settings.province
        duties = deadlines.parse(shipped_deadlines())
        ordered = sorted(
            duties, key=lambda each: (each.province != home, deadlines.coming(each, today) or date.max, each.plan)
        )
        lines, said = [f"Hạn báo cáo theo kế hoạch, tính từ {today:%d/%m/%Y}:"], []
        for duty in ordered:
            words, found = await self._duty(officer, duty, today)
            lines += words
            said.append(found)
        if self._prices() == NO_PRICES:
            lines.append(f"Chi phí in: {NO_PRICE}.")
        lines.append("Tên cơ quan và ngày ghi theo kế hoạch cũ; xin đối chiếu kế hoạch năm nay.")
        return "\n".join(lines), said

    async def _duty(self, officer: Officer, duty: Deadline, today: date) -> tuple[list[str], dict[str, Any]]:
        last = deadlines.coming(duty, today)
        said: dict[str, Any] = {"plan": duty.plan, "province": duty.province, "last_day": last and last.isoformat()}
        if last is None:
            lines = [f"{duty.plan} ({duty.province}): không có ngày cố định"]
        else:
            days = (last - today).days
            lines = [f"{duty.plan} ({duty.province}): hạn cuối {last:%d/%m/%Y}, còn {days} ngày"]
        lines.append(f"  {duty.chain}")
        lines.append(f"  kế hoạch cần: {'; '.join(duty.figures)}")
        lines += [f"  {duty.note}"] if duty.note else []
        if last is not None:
            said["spans"] = []
            for first, end in deadlines.spans(duty, last):
                found, _ = await self._service.period(officer, first, end)
                lines.append(f"  đã phát từ {first:%d/%m/%Y}: {in_one_line(found.whole, self._prices())}")
                lines.append(f"  lập bảng: cotmoc campaign period --from {first} --to {end} --xlsx bao-cao.xlsx")
                figures = reports.as_json(found.whole)
                said["spans"].append({"from": first.isoformat(), "to": end.isoformat(), "figures": figures})
        return lines, said

    async def calendar(self, officer: Officer) -> Said:
        """A month: what went out and what will, as far as the officer may read."""
        zone, now = self._front.settings.zone, self._front.clock.now()
        month = _month(self._given.month) if self._given.month else self._today().replace(day=1)
        after = (month + timedelta(days=32)).replace(day=1)
        first, last = (datetime.combine(each, time(), zone) for each in (month, after))
        found = await Dates(self._db, self._office).calendar(officer, first, last, now)
        lines = [f"Lịch gửi tháng {month:%m/%Y}:"]
        lines += [
            f"  {each.at.astimezone(zone):%d/%m %H:%M}  CD-{each.campaign_id} {each.title} ({STATES[each.state]})"
            for each in found
        ]
        if not found:
            lines.append("  chưa có đợt nào.")
        return "\n".join(lines), [
            {"id": each.campaign_id, "title": each.title, "at": each.at.astimezone(zone).isoformat()}
            | {"state": each.state or "rule"}
            for each in found
        ]

    # --- shared ---------------------------------------------------------------------------------------------------

    def _prices(self) -> Prices:
        """Those given with the command, else those of the settings."""
        kept, given = prices_of(self._front.settings), self._given
        leaflet, message = getattr(given, "leaflet_price", None), getattr(given, "sms_price", None)
        return Prices(kept.leaflet if leaflet is None else leaflet, kept.text_message if message is None else message)

    def _heading(self, title: str, log: tuple[int, str], found: Report, prices: Prices) -> Heading:
        made_at = self._front.clock.now().astimezone(self._front.settings.zone)
        return Heading(title, made_at, log, printed(found, prices.leaflet, prices.text_message))

    def _write(self, tables: Callable[[], Sequence[Sheet]]) -> list[str]:
        """The files that were asked for; returns a line for each."""
        said = []
        for file, made in ((self._given.csv, report_files.as_csv), (self._given.xlsx, report_files.as_xlsx)):
            if file:
                try:
                    Path(file).write_bytes(made(tables()))
                except OSError as error:
                    raise SettingError(f"Không ghi được tệp {file}: {error.strerror}.") from None
                said.append(f"Đã ghi {file}")
        return said

    def _place(self, code: str) -> str:
        place = self._office.gazetteer.get(code)
        return label(place, "vi") if place is not None else code

    def _today(self) -> date:
        return self._front.clock.now().astimezone(self._front.settings.zone).date()


def _log_line(log: tuple[int, str]) -> str:
    lines, head = log
    return f"  dấu nhật ký: {head or 'chưa có dòng nào'} ({lines} dòng)"


def _day(typed: str) -> date:
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(typed, form).date()
        except ValueError:
            continue
    raise SettingError(f"“{typed}” không phải là ngày; ghi 2026-11-20 hoặc 20/11/2026.")


def _month(typed: str) -> date:
    try:
        return datetime.strptime(typed, "%Y-%m").date()
    except ValueError:
        raise SettingError(f"“{typed}” không phải là tháng; ghi 2026-11.") from None
