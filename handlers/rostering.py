"""The duty roster as the command line and the console show it and take it from a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.places import Gazetteer
from bot.settings import Settings
from bot.staff import register, roster, shifts
from bot.staff.areas import NoSuchArea
from bot.staff.roles import EVERYWHERE, Within
from bot.staff.roster import Shift
from broadcasts import import_files, import_rows, roster_rows
from broadcasts.roster_rows import Rules

AHEAD = timedelta(days=7)
LATELY = timedelta(days=14)  # an area that nobody was on duty in for so long is given up
_ANYWHERE = ("", "mọi nơi", "moi noi")


@dataclass(frozen=True, slots=True)
class Standing:
    """The roster as it stands: what runs, what comes first in each area, and from when to when nobody is there."""

    now: tuple[Shift, ...]
    following: tuple[Shift, ...]
    gaps: tuple[tuple[str, datetime, datetime], ...]
    names: Mapping[int, str]


async def standing(connection: AsyncConnection, now: datetime, within: Within) -> Standing:
    """Who is on duty now and next, and the gaps of the next seven days; only shifts that still give the right."""
    officers = [each.officer for each in await register.everybody(connection) if each.active]
    planned = await shifts.between(connection, now, now + AHEAD)
    good = roster.standing(planned, officers, now, within)
    areas = roster.watched(await shifts.known_areas(connection, now - LATELY), officers, within)
    following: dict[str, Shift] = {}
    for each in sorted(good, key=lambda each: (each.begins_at, each.officer_id)):
        if each.begins_at > now:
            following.setdefault(each.area, each)
    return Standing(
        tuple(sorted((each for each in good if each.at(now)), key=lambda each: (each.area, each.ends_at))),
        tuple(following.values()),
        tuple((area, *gap) for area in areas for gap in roster.gaps(good, area, now, now + AHEAD, within)),
        {each.id: each.name for each in officers},
    )


def rows_of(content: bytes) -> list[tuple[int, Mapping[str, str], str]]:
    """The lines of a file: number, cells by column, what is wrong with them. Raises BadFile."""
    rows = import_files.read(content, roster_rows.COLUMNS, roster_rows.NEEDED, roster_rows.ALSO)
    return [(row.line, row.cells, row.wrong) for row in rows]


async def rules_of(
    connection: AsyncConnection, gazetteer: Gazetteer, within: Within, settings: Settings, now: datetime
) -> Rules:
    """What is asked of each line."""
    everybody = {each.officer.name: each for each in await register.everybody(connection)}
    places = import_rows.finder(gazetteer, settings.province)

    def find_area(typed: str) -> str:
        if typed.strip().lower() in _ANYWHERE:
            return EVERYWHERE
        code = places(typed)
        if code is None:
            raise NoSuchArea(f"Không có nơi nào chắc chắn là “{typed[:80]}”; hãy dùng mã, ví dụ c-29938.")
        return code

    return Rules(everybody, find_area, within, settings.zone, now)
