"""The duty roster: who is there on which day, the hours that nobody covers, and how it is changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from aiohttp import web

from bot.errors import CotMocError, StoreUnavailable
from bot.settings import Settings
from bot.staff import register, roster, shifts
from bot.staff.areas import area_label
from bot.staff.roles import Action, may
from bot.staff.roster import Shift
from bot.storage.db import Database
from broadcasts import import_files, roster_rows
from broadcasts.import_rows import Wrong
from broadcasts.roster_rows import AREA, FROM, OFFICER, TO
from handlers.console.gate import Gate, Visit
from handlers.console.rendering import Pages
from handlers.console.sent_forms import fields
from handlers.officer_words import when
from handlers.rostering import LATELY, rows_of, rules_of

PATH = "/console/roster"
DAYS = 14
LARGEST = 1_000_000  # bytes of a file with a roster
FAR = timedelta(days=500)  # beyond what a roster can hold


@dataclass(frozen=True, slots=True)
class Day:
    """``gaps``: area and hours in which nobody is on duty there."""

    on: date
    shifts: tuple[tuple[str, str, str], ...]  # who, where, from when to when
    gaps: tuple[tuple[str, str], ...]


class RosterPages:
    def __init__(self, *, settings: Settings, db: Database, gate: Gate, pages: Pages) -> None:
        self._settings = settings
        self._db = db
        self._gate = gate
        self._pages = pages

    def routes(self) -> list[web.RouteDef]:
        gate, action = self._gate, Action.OFFICERS
        return [
            gate.get(PATH, self._shown, Action.READ),
            gate.post(f"{PATH}/add", self._add, action),
            gate.post(f"{PATH}/clear", self._clear, action),
            gate.post(f"{PATH}/import", self._import, action, largest=LARGEST),
        ]

    async def _shown(self, visit: Visit, status: int = 200, **more: object) -> web.Response:
        zone, now = self._settings.zone, visit.now
        today = now.astimezone(zone).date()
        end = datetime.combine(today + timedelta(days=DAYS), time(), zone)
        async with self._db.reading() as connection:
            officers = [each.officer for each in await register.everybody(connection) if each.active]
            planned = await shifts.between(connection, now, end)
            known = await shifts.known_areas(connection, now - LATELY)
        within = visit.office.within
        good = roster.standing(planned, officers, now, within)
        areas = roster.watched(known, officers, within)
        names = {each.id: each.name for each in officers}
        days = [self._day(visit, today + timedelta(days=number), good, areas, names) for number in range(DAYS)]
        may_stand = [
            each.name
            for each in officers
            if any(may(each, Action.ISSUE, (area,), now, within) for _, area in each.roles)
        ]
        on_it = sorted({names[each.officer_id] for each in planned if each.officer_id in names})
        context = {"days": days, "may_stand": may_stand, "on_it": on_it, "typed": fields(visit.form), **more}
        return self._pages.show(visit, "console/roster.html", context, status=status)

    def _day(self, visit: Visit, day: date, good: list[Shift], areas: tuple[str, ...], names: dict[int, str]) -> Day:
        zone, gazetteer = self._settings.zone, visit.office.gazetteer
        begin = max(datetime.combine(day, time(), zone), visit.now)
        end = datetime.combine(day + timedelta(days=1), time(), zone)

        def hours(first: datetime, last: datetime) -> str:
            return f"{_clock(max(first, begin), zone)}–{_clock(min(last, end), zone, closing=True)}"

        there = [
            (names[each.officer_id], area_label(gazetteer, each.area), hours(each.begins_at, each.ends_at))
            for each in sorted(good, key=lambda each: (each.begins_at, each.area))
            if each.begins_at < end and each.ends_at > begin
        ]
        gaps = [
            (area_label(gazetteer, area), hours(*gap))
            for area in areas
            for gap in roster.gaps(good, area, begin, end, visit.office.within)
        ]
        return Day(day, tuple(there), tuple(gaps))

    async def _add(self, visit: Visit) -> web.Response:
        """One more shift beside those that the officer has."""
        typed = {
            OFFICER: visit.text("officer"),
            AREA: visit.text("area"),
            FROM: visit.text("from").replace("T", " "),
            TO: visit.text("to").replace("T", " "),
        }
        try:
            async with self._db.reading() as connection:
                rules = await rules_of(
                    connection, visit.office.gazetteer, visit.office.within, self._settings, visit.now
                )
            new = roster_rows.shift(typed, rules)  # before the code, which is good once
            await self._gate.prove(visit, visit.text("code"))
            async with self._db.transaction() as connection:
                ahead = await shifts.between(connection, visit.now, visit.now + FAR)
                own = [each for each in ahead if each.officer_id == new.officer_id]
                key, within = visit.office.key, visit.office.within
                await shifts.put(connection, key, visit.officer, [*own, new], visit.now, within)
        except StoreUnavailable:
            raise
        except (CotMocError, Wrong) as error:
            return await self._shown(visit, 400, why=visit.words.say(str(error)))
        until = when(self._settings.zone, new.ends_at)
        done = visit.words.say("Đã xếp %(name)s trực tới %(time)s.", name=typed[OFFICER], time=until)
        return self._pages.after(visit, PATH, done)

    async def _clear(self, visit: Visit) -> web.Response:
        try:
            await self._gate.prove(visit, visit.text("code"))
            async with self._db.transaction() as connection:
                found = await register.by_name(connection, visit.text("officer"))
                key, within = visit.office.key, visit.office.within
                count = await shifts.clear(connection, key, visit.officer, {found.officer.id}, visit.now, within)
        except StoreUnavailable:
            raise
        except CotMocError as error:
            return await self._shown(visit, 400, why=visit.words.say(str(error)))
        done = visit.words.say("Đã bỏ %(n)s ca trực của %(name)s.", n=count, name=found.officer.name)
        return self._pages.after(visit, PATH, done)

    async def _import(self, visit: Visit) -> web.Response:
        """A file for all the officers in it; with a fault nothing of it is taken."""
        file = visit.form.get("file")
        if not isinstance(file, web.FileField) or not file.filename:
            return await self._shown(visit, 400, why=visit.words.say("Chưa chọn tệp."))
        content = file.file.read()
        try:
            rows = rows_of(content)
            async with self._db.transaction() as connection:
                rules = await rules_of(
                    connection, visit.office.gazetteer, visit.office.within, self._settings, visit.now
                )
                found = roster_rows.checked(rows, rules)
                if found.faults or not visit.text("code"):
                    why = "" if not found.faults else visit.words.say("Tệp còn dòng sai: chưa nhập gì.")
                    return await self._shown(visit, 400 if why else 200, why=why, checked=found)
        except StoreUnavailable:
            raise
        except import_files.BadFile as error:
            return await self._shown(visit, 400, why=visit.words.say(str(error)))
        try:
            await self._gate.prove(visit, visit.text("code"))
            async with self._db.transaction() as connection:
                key, within = visit.office.key, visit.office.within
                count = await shifts.put(connection, key, visit.officer, found.shifts, visit.now, within)
        except StoreUnavailable:
            raise
        except CotMocError as error:
            return await self._shown(visit, 400, why=visit.words.say(str(error)), checked=found)
        return self._pages.after(visit, PATH, visit.words.say("Đã nhập %(n)s ca trực.", n=count))


def _clock(at: datetime, zone: tzinfo, *, closing: bool = False) -> str:
    """Hour and minute; the midnight that ends a day is 24:00, as duty books write it."""
    shown = at.astimezone(zone).strftime("%H:%M")
    return "24:00" if closing and shown == "00:00" else shown
