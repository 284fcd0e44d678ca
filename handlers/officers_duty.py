"""Officers hear of their duty in their own chat: that it begins and what they take over, that it is over and who took
it; commanders and administrators, that nobody is on duty; commanders, that there was no drill for a month.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from bot.clock import Clock
from bot.staff import drills, register, reminders, roster, shifts
from bot.staff.areas import area_label
from bot.staff.register import Registered
from bot.staff.roles import Officer, Role
from bot.staff.roster import Shift
from bot.storage.db import Database
from broadcasts import handed_over, notice_store, recurrence
from broadcasts.notices import name_of
from broadcasts.office import Office
from handlers.officers_reached import OfficersReached

LOOK_EVERY = timedelta(seconds=30)
OVER_FOR = timedelta(hours=2)  # a shift that ended longer ago, while the service was down, is no news any more
AHEAD = timedelta(hours=12)
LATELY = timedelta(days=14)  # an area that nobody was on duty in for so long is given up
MONTH = timedelta(days=30)
_OLDEST_DRILL = timedelta(days=800)
Gap = tuple[datetime, datetime]
SHOWN = 10  # places or notices in one message


@dataclass(frozen=True, slots=True)
class _Seen:
    """One look at the roster: ``good`` are the shifts whose officers may still issue there."""

    now: datetime
    officers: dict[int, Registered]
    planned: Sequence[Shift]
    good: Sequence[Shift]


class OfficersDuty:
    """One process at a time does this (the one that holds the schedule)."""

    def __init__(self, *, db: Database, office: Office, reached: OfficersReached, clock: Clock) -> None:
        self._db = db
        self._office = office
        self._reached = reached
        self._clock = clock
        self._look_at: datetime | None = None

    async def tick(self) -> None:
        """Look, at most twice a minute. Drills are not a matter for the night."""
        now = self._clock.now()
        if self._look_at is not None and now < self._look_at:
            return
        self._look_at = now + LOOK_EVERY
        async with self._db.reading() as connection:
            active = [each for each in await register.everybody(connection) if each.active]
            planned = await shifts.between(connection, now - OVER_FOR, now + AHEAD)
        good = roster.standing(planned, [each.officer for each in active], now, self._office.within)
        seen = _Seen(now, {each.officer.id: each for each in active}, planned, good)
        quiet = recurrence.quiet(now, self._office.zone, self._office.quiet_from_to)
        await self._coming(seen)
        await self._going(seen)
        await self._uncovered(seen, quiet)
        if not quiet:
            await self._no_drill(seen)

    # --- hand-over ------------------------------------------------------------------------------------------------

    async def _coming(self, seen: _Seen) -> None:
        for number, begin, end, areas in roster.by_hours(each for each in seen.good if each.at(seen.now)):
            once = f"duty-on:{_stamp(begin)}:{_stamp(end)}:{_digest(areas)}"
            if await self._fresh(number, once):
                text = await self._taken_over(seen.now, begin, end, areas)
                await self._reached.say([number], text, once=once, deputies_too=False)

    async def _taken_over(self, now: datetime, begin: datetime, end: datetime, areas: Sequence[str]) -> str:
        async with self._db.reading() as connection:
            live = await notice_store.live(connection, now)
            waiting = await handed_over.open_help(connection)
        here = [each for each in live if handed_over.concerns(each.area, areas, self._office.within)]
        here.sort(key=lambda each: (each.expires_at, each.id))
        count = sum(number for area, number in waiting if handed_over.concerns(area, areas, self._office.within))
        lines = [f"Anh/chị đang trực ở {self._places(areas)}, từ {self._when(begin)} đến {self._when(end)}."]
        if here:
            lines.append(f"Tin khẩn đang có hiệu lực: {len(here)}.")
        for each in here[:SHOWN]:
            drill = "[DIỄN TẬP] " if each.drill else ""
            state = "" if each.confirmed_at is not None else ", chưa có người thứ hai xác nhận"
            lines.append(f"· {drill}{name_of(each.id)} “{each.title}”, đến {self._when(each.expires_at)}{state}")
        if len(here) > SHOWN:
            lines.append(f"… và {len(here) - SHOWN} tin nữa.")
        if not here:
            lines.append("Không có tin khẩn nào đang có hiệu lực.")
        if count:
            lines.append(f"Yêu cầu giúp chưa ai nhận: {count}.")
        return "\n".join((*lines, "Phát tin khẩn: /khan"))

    async def _going(self, seen: _Seen) -> None:
        over = [each for each in seen.planned if seen.now - OVER_FOR < each.ends_at <= seen.now]
        for number, begin, end, areas in roster.by_hours(over):
            once = f"duty-off:{_stamp(begin)}:{_stamp(end)}:{_digest(areas)}"
            if number not in seen.officers or not await self._fresh(number, once):
                continue
            lines = [self._who_took_over(seen, number, area) for area in areas]
            lines = [each for each in lines if each]
            if lines:
                text = "\n".join((f"Ca trực của anh/chị đã hết lúc {self._when(end)}.", *lines))
                await self._reached.say([number], text, once=once, deputies_too=False)

    def _who_took_over(self, seen: _Seen, number: int, area: str) -> str:
        """Empty where the officer is still on duty by another shift."""
        there = roster.on_duty(seen.good, (area,), seen.now, self._office.within)
        if number in there:
            return ""
        names = ", ".join(seen.officers[each].officer.name for each in there)
        place = area_label(self._office.gazetteer, area)
        if names:
            return f"· {place}: {names} đã nhận ca."
        return f"· {place}: chưa có ai nhận ca, chỉ chỉ huy phát được tin khẩn."

    # --- nobody is there ------------------------------------------------------------------------------------------

    async def _uncovered(self, seen: _Seen, quiet: bool) -> None:
        """Once a day for each area; a day begins when the quiet hours end, so that nobody is woken by the same."""
        officers = [each.officer for each in seen.officers.values()]
        async with self._db.reading() as connection:
            areas = roster.watched(
                await shifts.known_areas(connection, seen.now - LATELY), officers, self._office.within
            )
        empty: dict[str, Gap] = {}
        for area in areas:
            for gap in roster.gaps(seen.good, area, seen.now, seen.now + AHEAD, self._office.within)[:1]:
                if gap[0] == seen.now or not quiet:
                    empty[area] = gap
        if not empty:
            return
        morning = self._office.quiet_from_to[1]
        local = seen.now.astimezone(self._office.zone)
        day = (local - timedelta(hours=morning.hour, minutes=morning.minute)).date().isoformat()
        async with self._db.reading() as connection:
            known = await reminders.marked(connection, [_nobody(day, each) for each in empty])
        for officer in officers:
            ruled = [area for role, area in officer.roles if role in (Role.COMMANDER, Role.ADMINISTRATOR)]
            theirs = [each for each in empty if any(roster.holds(area, each, self._office.within) for area in ruled)]
            fresh = {each: empty[each] for each in theirs if (officer.id, _nobody(day, each)) not in known}
            if fresh:
                await self._alarm(officer, day, fresh, seen.now)

    async def _alarm(self, officer: Officer, day: str, empty: Mapping[str, Gap], now: datetime) -> None:
        lines = ["Không có ai trực:"]
        for area, (begin, end) in list(empty.items())[:SHOWN]:
            since = "từ bây giờ" if begin == now else f"từ {self._when(begin)}"
            until = "ít nhất đến" if end == now + AHEAD else "đến"
            lines.append(f"· {area_label(self._office.gazetteer, area)}: {since} {until} {self._when(end)}")
        if len(empty) > SHOWN:
            lines.append(f"… và {len(empty) - SHOWN} nơi nữa.")
        lines.append("Lúc ấy chỉ chỉ huy phát được tin khẩn. Xem: cotmoc roster list")
        # Each area is marked only when it was surely or perhaps said; a message that never left is tried again.
        once = f"nobody:{day}:all:{_digest(empty)}"
        await self._reached.say([officer.id], "\n".join(lines), once=once)
        if not await self._fresh(officer.id, once):
            async with self._db.transaction() as connection:
                for area in empty:
                    await reminders.mark(connection, officer.id, _nobody(day, area), now)

    # --- drills ---------------------------------------------------------------------------------------------------

    async def _no_drill(self, seen: _Seen) -> None:
        commanders = [
            (each, area)
            for each in seen.officers.values()
            for role, area in each.officer.roles
            if role is Role.COMMANDER
        ]
        if not commanders:
            return
        async with self._db.reading() as connection:
            held = await handed_over.drills_since(connection, seen.now - _OLDEST_DRILL)
            nobody = not await drills.members(connection)
        for commander, area in commanders:
            last = next((at for where, at in held if handed_over.concerns(where, (area,), self._office.within)), None)
            since = last or commander.created_at  # a fresh installation has a month for its first drill
            months = (seen.now - since) // MONTH
            once = f"drill:{area}:{_stamp(since)}:{months}"
            if months < 1 or not await self._fresh(commander.officer.id, once):
                continue
            before = f"lần gần nhất {last.astimezone(self._office.zone):%d/%m/%Y}" if last else "chưa có lần nào"
            text = f"Nhắc: {area_label(self._office.gazetteer, area)} cần diễn tập phát tin khẩn mỗi tháng; {before}."
            if nobody:
                text += " Danh sách diễn tập đang trống: cotmoc drill add TÊN"
            await self._reached.say([commander.officer.id], text, once=once)

    # --- in words -------------------------------------------------------------------------------------------------

    async def _fresh(self, officer_id: int, once: str) -> bool:
        async with self._db.reading() as connection:
            return await reminders.since(connection, officer_id, once) is None

    def _places(self, areas: Sequence[str]) -> str:
        words = "; ".join(area_label(self._office.gazetteer, each) for each in areas[:SHOWN])
        return f"{words} và {len(areas) - SHOWN} nơi nữa" if len(areas) > SHOWN else words

    def _when(self, at: datetime) -> str:
        return f"{at.astimezone(self._office.zone):%H:%M ngày %d/%m/%Y}"


def _nobody(day: str, area: str) -> str:
    """What is marked when somebody heard that nobody is on duty there."""
    return f"nobody:{day}:{area}"


def _stamp(at: datetime) -> int:
    return int(at.timestamp())


def _digest(areas: Iterable[str]) -> str:
    """Of many areas, short enough for a mark."""
    return sha256("\n".join(sorted(areas)).encode()).hexdigest()[:16]
