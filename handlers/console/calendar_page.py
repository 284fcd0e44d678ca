"""The calendar of campaigns by month and by week, and the officer's private address for their own calendar program."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from bot.places import label
from bot.settings import Settings
from bot.staff import calendars, register
from bot.staff.roles import Action
from bot.storage.db import Database
from broadcasts import clashing, recurrence
from broadcasts.dates import Dates
from broadcasts.deadlines import Deadline
from broadcasts.planned import Planned
from handlers.console import calendar_days, run_words
from handlers.console.calendar_days import Day, Sheet
from handlers.console.campaign_words import WEEK
from handlers.console.gate import Gate, Visit
from handlers.console.rendering import Pages

ADDRESS = "/console/calendar"


class CalendarPage:
    """``duties``: what the plans want reported, of every province."""

    def __init__(
        self, *, gate: Gate, pages: Pages, db: Database, settings: Settings, dates: Dates, duties: Sequence[Deadline]
    ) -> None:
        self._gate = gate
        self._pages = pages
        self._db = db
        self._settings = settings
        self._dates = dates
        self._duties = duties

    def routes(self) -> list[web.RouteDef]:
        return [
            self._gate.get(ADDRESS, self._page),
            self._gate.post(f"{ADDRESS}/address", self._make, Action.READ),
            self._gate.post(f"{ADDRESS}/address/end", self._end, Action.READ),
        ]

    async def _page(self, visit: Visit) -> web.Response:
        today = visit.now.astimezone(visit.office.zone).date()
        anchor, weekly, area = _day(visit.text("day")) or today, visit.text("view") == "week", visit.text("area")
        place = visit.office.gazetteer.get(area) if area else None
        sheet = calendar_days.week_of(anchor) if weekly else calendar_days.month_of(anchor)
        listed = await self._listed(visit, sheet, place.code if place else "")
        province = place.province_slug if place else self._settings.province
        duties = [each for each in self._duties if each.province == province]
        found = calendar_days.days(sheet, listed, clashing.near(visit.office, listed), duties, visit.office.zone)
        async with self._db.reading() as connection:
            until = await calendars.lasts_until(connection, visit.officer, visit.now)

        def to(**other: str) -> str:
            asked = {"view": "week" if weekly else "month", "day": anchor.isoformat(), "area": area} | other
            return f"{ADDRESS}?{urlencode({name: value for name, value in asked.items() if value})}"

        context = {
            "weekly": weekly,
            "title": _title(visit, sheet),
            "days": [_shown(visit, each, today) for each in found],
            "nothing": all(each.empty for each in found),
            "before": to(day=sheet.before.isoformat()),
            "behind": to(day=sheet.behind.isoformat()),
            "here": to(day=""),
            "by_month": to(view="month"),
            "by_week": to(view="week"),
            "anchor": anchor.isoformat(),
            "area": place.code if place else "",
            "areas": self._areas(visit, area),
            "until": until and until.astimezone(visit.office.zone).strftime("%d/%m/%Y"),
        }
        return self._pages.show(visit, "console/calendar/calendar.html", context)

    async def _listed(self, visit: Visit, sheet: Sheet, area: str) -> list[Planned]:
        """With what lies just beyond the edges: it may come close to what lies within."""
        zone = visit.office.zone
        first, after = (datetime.combine(each, time(), zone) for each in (sheet.first, sheet.after))
        found = await self._dates.calendar(visit.officer, first - recurrence.NEAR, after + recurrence.NEAR, visit.now)
        return [each for each in found if not area or clashing.overlap(visit.office, each.audience, {"places": [area]})]

    def _areas(self, visit: Visit, chosen: str) -> list[tuple[str, str]]:
        """The places of our own province, and the one that was asked for."""
        gazetteer, home = visit.office.gazetteer, self._settings.province
        listed = [each for each in gazetteer.provinces() if each.province_slug == home]
        listed += gazetteer.communes(home)
        asked = gazetteer.get(chosen) if chosen else None
        if asked is not None and asked not in listed:
            listed.append(asked)
        ours = f", {label(listed[0], 'vi')}" if listed else ""
        named = ((each.code, label(each, "vi").removesuffix(ours)) for each in listed)
        return [("", visit.words.say("Mọi nơi")), *named]

    async def _make(self, visit: Visit) -> web.Response:
        """Shown on this page and nowhere else; an earlier one opens no more."""
        async with self._db.transaction() as connection:
            secret = await calendars.make(connection, visit.office.key, visit.officer, visit.now)
        address = f"{self._settings.address}/calendar/{secret}.ics"
        return self._pages.show(visit, "console/calendar/address.html", {"address": address})

    async def _end(self, visit: Visit) -> web.Response:
        async with self._db.transaction() as connection:
            mine = await register.by_name(connection, visit.officer.name)
            office = visit.office
            ended = await calendars.revoke(connection, office.key, visit.officer, mine, visit.now, office.within)
        done = visit.words.say("Địa chỉ cũ không mở được nữa.") if ended else visit.words.say("Không có địa chỉ nào.")
        return self._pages.after(visit, ADDRESS, done)


def _day(typed: str) -> date | None:
    """None: not a day, or one so far away that there is no month around it."""
    try:
        found = date.fromisoformat(typed)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2100 else None


def _title(visit: Visit, sheet: Sheet) -> str:
    if sheet.month is not None:
        return visit.words.say("Tháng %(month)s", month=f"{sheet.month:%m/%Y}".lstrip("0"))
    last = sheet.after - (calendar_days.WEEK / 7)
    return visit.words.say("Tuần %(first)s – %(last)s", first=f"{sheet.first:%d/%m}", last=f"{last:%d/%m/%Y}")


def _shown(visit: Visit, day: Day, today: date) -> dict[str, Any]:
    return {
        "name": visit.words.say(WEEK[day.date.weekday()]),
        "date": f"{day.date.day}/{day.date.month}",
        "iso": day.date.isoformat(),
        "today": day.date == today,
        "outside": day.outside,
        "empty": day.empty,
        "releases": [_release(visit, *each) for each in day.releases],
        "due": day.due,
    }


def _release(visit: Visit, one: Planned, near: Sequence[Planned]) -> dict[str, Any]:
    path = f"/console/runs/{one.run_id}" if one.run_id else f"/console/campaigns/{one.campaign_id}"
    return {
        "path": path,
        "number": one.campaign_id,
        "title": one.title,
        "time": _hour(visit, one.at),
        "mark": run_words.mark(visit.words, one.state),
        "near": [(f"CD-{each.campaign_id}", _hour(visit, each.at)) for each in near],
    }


def _hour(visit: Visit, at: datetime) -> str:
    local = at.astimezone(visit.office.zone)
    return f"{local.hour}:{local.minute:02d}"
