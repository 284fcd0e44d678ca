"""Reports: one run, several as one, a period, and what is left of them when the deliveries are gone; as files."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import delete, select, update

from bot.retention import purge
from bot.storage.db import Database
from bot.storage.schema import deliveries, runs
from broadcasts import report_files, reports
from broadcasts.report_files import Heading, Sheet
from tests.broadcasts.offices import APPROVER, EDITOR, VIEWER, ZONE, Life
from tests.broadcasts.sending import NOON, a_run

LARGER = {"A": "P", "B": "P", "P": ""}
HEADING = Heading("Đợt thử", datetime(2026, 11, 20, 12, tzinfo=ZONE), (12, "ab" * 32))


async def settle(db: Database, run: int, states: list[tuple[str, str, datetime]]) -> None:
    """Give the deliveries of a run their (state, place, time), in their order."""
    async with db.transaction() as connection:
        ids = (
            await connection.execute(
                select(deliveries.c.id).where(deliveries.c.run_id == run).order_by(deliveries.c.id)
            )
        ).scalars()
        for number, (state, place, at) in zip(ids, states, strict=True):
            values = {"state": state, "place_code": place, "at": at, "price": 55 if state == "sent" else 0}
            await connection.execute(update(deliveries).where(deliveries.c.id == number).values(**values))


async def end(db: Database, run: int, at: datetime = NOON, **columns: Any) -> None:
    values = {"state": "done", "started_at": at, "finished_at": at + timedelta(minutes=2), **columns}
    async with db.transaction() as connection:
        await connection.execute(update(runs).where(runs.c.id == run).values(**values))


async def report(db: Database, *ids: int, zone: str = "Asia/Ho_Chi_Minh") -> reports.Report:
    async with db.reading() as connection:
        return await reports.report(connection, ids, LARGER, zone)


async def test_hours_are_those_of_the_zone_whatever_its_offset(db: Database) -> None:
    run = await a_run(db, 4)
    at = [datetime(2026, 11, 20, 16, minute, tzinfo=UTC) for minute in (0, 14, 15, 59)]
    await settle(db, run, [("sent", "", each) for each in at])
    assert (await report(db, run)).by_hour == {"23": 4}
    assert (await report(db, run, zone="Asia/Kathmandu")).by_hour == {"21": 2, "22": 2}  # +5:45
    assert (await report(db, run, zone="America/St_Johns")).by_hour == {"12": 3, "13": 1}  # -3:30


async def test_several_runs_tell_no_more_than_each_of_them(db: Database) -> None:
    first, second = await a_run(db, 13), await a_run(db, 15, first=100)
    await settle(db, first, [("sent", "A", NOON)] * 10 + [("sent", "B", NOON)] * 3)
    await settle(db, second, [("sent", "A", NOON)] * 10 + [("sent", "B", NOON)] * 5)
    assert (await report(db, first)).by_place == {"P": {"sent": 13}}
    assert (await report(db, second)).by_place == {"A": {"sent": 10}, "B": {"sent": 5}}
    both = await report(db, first, second, first)
    # Were B 8 here, its 3 of the first run could be told.
    assert both.by_place == {"A": {"sent": 10}, "B": {"sent": 5}, "P": {"sent": 13}}
    assert (both.audience, both.runs, both.cost, both.difference) == (28, 2, 28 * 55, 0)


async def test_the_report_outlives_the_deliveries(db: Database) -> None:
    run = await a_run(db, 12)
    await settle(db, run, [("sent", "A", NOON)] * 8 + [("failed", "B", NOON), ("unknown", "", NOON)] * 2)
    await end(db, run, forecast={"audience": 12, "reachable": 11, "cost": 0, "finished_after": 60.0})
    before = await report(db, run)
    assert (before.seconds, before.foreseen and before.foreseen["reachable"]) == (120.0, 11)
    async with db.transaction() as connection:
        await reports.keep(connection, run, LARGER, ZONE)
    async with db.transaction() as connection:  # a purge that is under way
        some = select(deliveries.c.id).where(deliveries.c.run_id == run).limit(5)
        await connection.execute(delete(deliveries).where(deliveries.c.id.in_(some)))
    assert await report(db, run) == before
    async with db.transaction() as connection:
        assert (await purge(connection, NOON + timedelta(days=91)))["deliveries"] == 7
    assert await report(db, run) == before


async def test_however_a_run_ends_its_report_is_kept_once_nothing_is_on_its_way(db: Database) -> None:
    life = Life(db)
    await life.people(8)
    campaign = await life.scheduled()
    await life.morning()
    await life.scheduler.tick()
    async with db.transaction() as connection:  # one is in a sender's hands when the campaign is cancelled
        first = select(deliveries.c.id).limit(1).scalar_subquery()
        await connection.execute(update(deliveries).where(deliveries.c.id == first).values(state="attempting"))
    await life.service.cancel(EDITOR, campaign)
    await life.scheduler.tick()
    (run,) = await life.service.runs(VIEWER, campaign)
    assert run.totals is None
    async with db.transaction() as connection:
        attempting = update(deliveries).where(deliveries.c.state == "attempting")
        await connection.execute(attempting.values(state="unknown"))
    await life.scheduler.tick()
    (run,) = await life.service.runs(VIEWER, campaign)
    assert run.totals is not None
    assert (run.totals["audience"], run.totals["skipped"], run.totals["unknown"]) == (8, 7, 1)


async def test_what_comes_back_to_the_queue_of_a_run_that_is_over_keeps_no_report_from_being_kept(db: Database) -> None:
    life = Life(db)
    await life.people(3)
    campaign = await life.scheduled()
    await life.morning()
    await life.scheduler.tick()
    async with db.transaction() as connection:  # two are in a sender's hands when the campaign is cancelled
        some = select(deliveries.c.id).order_by(deliveries.c.id).limit(2)
        await connection.execute(update(deliveries).where(deliveries.c.id.in_(some)).values(state="attempting"))
    await life.service.cancel(EDITOR, campaign)
    async with db.transaction() as connection:  # one was surely not sent; of the other nobody knows
        attempting = (await connection.execute(select(deliveries.c.id).where(deliveries.c.state == "attempting"))).all()
        for (number,), reason in zip(attempting, ("", "repeat"), strict=True):
            back = update(deliveries).where(deliveries.c.id == number).values(state="queued", reason=reason)
            await connection.execute(back)
    await life.scheduler.tick()
    (run,) = await life.service.runs(VIEWER, campaign)
    assert run.totals is not None
    assert (run.totals["audience"], run.totals["skipped"], run.totals["unknown"]) == (3, 2, 1)


async def test_a_period_is_of_local_days(db: Database) -> None:
    life = Life(db)
    late = datetime(2026, 11, 20, 16, 59, tzinfo=UTC)  # 23:59 in Việt Nam
    for number, at in enumerate((late, late + timedelta(minutes=1))):
        run = await a_run(db, 6, first=100 * number + 1)
        await settle(db, run, [("sent", "", at)] * 6)
        await end(db, run, at)
    found, (lines, head) = await life.service.period(APPROVER, date(2026, 11, 1), date(2026, 11, 20))
    assert (lines, head) == (0, "")
    assert [(title, each.counts["sent"]) for _, title, each in found.campaigns] == [("Đợt thử", 6)]
    whole, _ = await life.service.period(APPROVER, date(2026, 11, 1), date(2026, 11, 21))
    assert (whole.whole.audience, whole.whole.runs, len(whole.campaigns)) == (12, 2, 2)
    titles = [each.title for each in report_files.period_sheets(HEADING, whole)]
    assert titles[:3] == ["Tổng quan", "Chiến dịch", "Chiến dịch theo nơi"]
    empty, _ = await life.service.period(APPROVER, date(2025, 1, 1), date(2025, 1, 2))
    assert (empty.whole.audience, empty.whole.difference, empty.campaigns) == (0, 0, ())


# --- as files -----------------------------------------------------------------------------------------------------


def some_report(**changes: Any) -> reports.Report:
    values: dict[str, Any] = {
        "audience": 20,
        "counts": dict.fromkeys(reports.STATES, 0) | {"sent": 17, "skipped": 3},
        "reasons": {"skipped:blocked": 3},
        "by_place": {"": {"sent": 17, "skipped": 3}},
        "by_channel": {"telegram": {"sent": 17, "skipped": 3}},
        "cost": 935,
    }
    return reports.Report(**values | changes)


def test_what_a_printed_run_would_have_cost() -> None:
    found = some_report()
    assert reports.printed(found, 500, 350) == reports.Printed(8500, 5950)
    assert reports.printed(found) == reports.Printed(None, None)
    shown = report_files.as_csv(report_files.sheets(HEADING, found)).decode("utf-8-sig")
    assert shown.count("chưa khai giá in") == 2
    assert "ab" * 32 in shown
    priced = Heading(HEADING.title, HEADING.made_at, HEADING.log, reports.printed(found, 500))
    assert "nếu in tờ rơi (đồng),8500" in report_files.as_csv(report_files.sheets(priced, found)).decode("utf-8-sig")


def test_both_kinds_of_file_say_the_same() -> None:
    foreseen = {"audience": 20, "reachable": 18, "cost": 900, "finished_after": 2.0}
    tables = report_files.sheets(HEADING, some_report(foreseen=foreseen), lambda code: f"xã {code}")
    book = load_workbook(io.BytesIO(report_files.as_xlsx(tables)))
    assert book.sheetnames == [each.title for each in tables]
    from_xlsx = [[str(cell) for cell in row] for sheet in book for row in sheet.values]
    text = report_files.as_csv(tables).decode("utf-8-sig")
    from_csv = [row for row in csv.reader(io.StringIO(text)) if len(row) > 1]
    assert from_xlsx == from_csv
    assert ["tới được", "18", "17"] in from_csv
    assert ["cả vùng", "17", "0", "0", "3", "0", "0"] in from_csv


@settings(max_examples=30)  # each writes and reads a workbook
@given(st.text(max_size=20))
def test_nothing_is_ever_a_formula(text: str) -> None:
    for evil in (text, f"={text}", f"+{text}", f"-{text}", f"@{text}", f"\t={text}", f"\r{text}"):
        tables = [Sheet("Bảng", ("mục",), ((evil, 1),))]
        cell = load_workbook(io.BytesIO(report_files.as_xlsx(tables))).active["A2"]
        assert cell.data_type != "f"
        assert not str(cell.value or "").startswith(("=", "+", "-", "@", "\t", "\r"))
        assert not str(report_files.safe(evil)).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert report_files.safe(-5) == -5
