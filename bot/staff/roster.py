"""Who is on duty where and when, who may issue a notice there, and whom to call to confirm it (pure).

A shift is half-open: at the moment it ends, its officer is no longer on duty. "These areas" that are empty mean
everywhere, as with every other right.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from bot.staff.roles import EVERYWHERE, Action, Officer, Role, Within, may


@dataclass(frozen=True, slots=True, order=True)
class Shift:
    """``area`` is a place code, empty: everywhere. Both times are aware; ``begins_at`` comes before ``ends_at``."""

    officer_id: int
    area: str
    begins_at: datetime
    ends_at: datetime

    def at(self, moment: datetime) -> bool:
        return self.begins_at <= moment < self.ends_at


def holds(area: str, wanted: str, within: Within) -> bool:
    """Whether an area contains a place or is it; everywhere contains everything, and nothing else contains it."""
    return area in (EVERYWHERE, wanted) or (wanted != EVERYWHERE and within(wanted, area))


def touch(one: str, other: str, within: Within) -> bool:
    """Whether one of two areas lies in the other."""
    return holds(one, other, within) or holds(other, one, within)


def on_duty(shifts: Iterable[Shift], areas: Sequence[str], now: datetime, within: Within) -> tuple[int, ...]:
    """The numbers of the officers who are on duty now in every one of these areas, ascending."""
    here = _areas_by_officer(shifts, now)
    return tuple(
        sorted(number for number, theirs in here.items() if all(_any(theirs, each, within) for each in _named(areas)))
    )


def covered(shifts: Iterable[Shift], area: str, now: datetime, within: Within) -> bool:
    """Whether anybody is on duty in the whole of this area now. If not, only commanders may issue there."""
    return bool(on_duty(shifts, (area,), now, within))


def may_issue(officer: Officer, shifts: Iterable[Shift], areas: Sequence[str], now: datetime, within: Within) -> bool:
    """Whether the officer may issue a notice in these areas now: has the right, and for each area is either on duty
    there or its commander. With an empty roster these are the commanders alone."""
    if not may(officer, Action.ISSUE, tuple(areas), now, within):
        return False
    theirs = _areas_by_officer(shifts, now).get(officer.id, ())
    ruled = _commanded(officer)
    return all(_any((*theirs, *ruled), each, within) for each in _named(areas))


def issues_in(officer: Officer, shifts: Iterable[Shift], now: datetime, within: Within) -> tuple[str, ...]:
    """The widest areas where the officer may issue a notice now; empty: nowhere. A duty officer of the province whose
    shift is for a commune is here with the commune, and one whose shift is for more, with the province."""
    known = list(shifts)
    named = {area for _, area in officer.roles} | set(_areas_by_officer(known, now).get(officer.id, ()))
    good = [each for each in sorted(named) if may_issue(officer, known, (each,), now, within)]
    return tuple(each for each in good if not any(each != other and holds(other, each, within) for other in good))


def ladder(
    officers: Iterable[Officer],
    shifts: Iterable[Shift],
    areas: Sequence[str],
    now: datetime,
    within: Within,
    but: str,
) -> tuple[Officer, ...]:
    """Those who may be called to confirm a notice in these areas, in the order in which they are called.

    First who is on duty in all of them, then who is on duty in some, then the commanders of the smallest area, then
    of wider ones; among equals by name. ``but`` is the name of who issued: never called, whatever they hold.
    ``officers``: active ones only; somebody restrained after a reset is left out.
    """
    wanted = _named(areas)
    fit = [each for each in officers if each.name != but and may(each, Action.CONFIRM, tuple(areas), now, within)]
    here = _areas_by_officer(shifts, now)
    ruled = {each.id: _commanded(each) for each in fit}
    widths = {area for each in ruled.values() for area in each}

    def rung(officer: Officer) -> tuple[int, int] | None:
        theirs = here.get(officer.id, ())
        count = sum(_any(theirs, each, within) for each in wanted)
        if count:
            return (0 if count == len(wanted) else 1), 0
        if all(_any(ruled[officer.id], each, within) for each in wanted):
            return 2, -sum(_depth(ruled[officer.id], each, widths, within) for each in wanted)
        return None

    called = [(place, each.name.casefold(), each.id, each) for each in fit if (place := rung(each)) is not None]
    return tuple(each for *_, each in sorted(called, key=lambda found: found[:3]))


def standing(shifts: Iterable[Shift], officers: Iterable[Officer], now: datetime, within: Within) -> list[Shift]:
    """The shifts whose officer is among these and still has the right to issue there: a role that was taken away
    since the roster was made leaves an hour that nobody covers."""
    known = {each.id: each for each in officers}
    return [
        each
        for each in shifts
        if each.officer_id in known and may(known[each.officer_id], Action.ISSUE, (each.area,), now, within)
    ]


def gaps(
    shifts: Iterable[Shift], area: str, begin: datetime, end: datetime, within: Within
) -> list[tuple[datetime, datetime]]:
    """From when to when between two moments nobody is on duty in the whole of this area."""
    found, reached = [], begin
    for each in sorted((each for each in shifts if holds(each.area, area, within)), key=lambda each: each.begins_at):
        if each.ends_at <= reached or each.begins_at >= end:
            continue
        if each.begins_at > reached:
            found.append((reached, each.begins_at))
        reached = each.ends_at
    if reached < end:
        found.append((reached, end))
    return found


def merged(shifts: Iterable[Shift]) -> list[Shift]:
    """The same hours with as few shifts as can be: what overlaps or touches, of one officer in one area, is one."""
    whole: list[Shift] = []
    for each in sorted(shifts):
        last = whole[-1] if whole else None
        if last and (last.officer_id, last.area) == (each.officer_id, each.area) and each.begins_at <= last.ends_at:
            whole[-1] = replace(last, ends_at=max(last.ends_at, each.ends_at))
        else:
            whole.append(each)
    return whole


def replaced(old: Iterable[Shift], new: Iterable[Shift], now: datetime) -> list[Shift]:
    """What was until now, and the new roster from now on: the past is never rewritten."""
    past = [replace(each, ends_at=min(each.ends_at, now)) for each in old if each.begins_at < now]
    ahead = [replace(each, begins_at=max(each.begins_at, now)) for each in new if each.ends_at > now]
    return merged((*past, *ahead))


def watched(areas: Collection[str], officers: Iterable[Officer], within: Within) -> tuple[str, ...]:
    """Where somebody should be on duty: the areas of the roster, and those of duty officers that no area of the
    roster touches. Empty only where there is neither."""
    held = {area for each in officers for role, area in each.roles if role is Role.DUTY}
    alone = {area for area in held if not any(touch(area, each, within) for each in areas)}
    return tuple(sorted({*areas, *alone}))


def by_hours(shifts: Iterable[Shift]) -> list[tuple[int, datetime, datetime, tuple[str, ...]]]:
    """Officer, from, to, and all the areas of just these hours: one duty, however many communes it names."""

    def hours(each: Shift) -> tuple[int, datetime, datetime]:
        return each.officer_id, each.begins_at, each.ends_at

    ordered = sorted(shifts, key=lambda each: (*hours(each), each.area))
    return [(*key, tuple(each.area for each in found)) for key, found in groupby(ordered, hours)]


def _named(areas: Sequence[str]) -> Sequence[str]:
    return areas or (EVERYWHERE,)


def _any(areas: Iterable[str], wanted: str, within: Within) -> bool:
    return any(holds(area, wanted, within) for area in areas)


def _commanded(officer: Officer) -> tuple[str, ...]:
    return tuple(area for role, area in officer.roles if role is Role.COMMANDER)


def _areas_by_officer(shifts: Iterable[Shift], now: datetime) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    for each in shifts:
        if each.at(now):
            found[each.officer_id] = (*found.get(each.officer_id, ()), each.area)
    return found


def _depth(areas: Iterable[str], wanted: str, widths: Iterable[str], within: Within) -> int:
    """How many of all the commanded areas the smallest one that holds this place lies in: the more, the nearer."""
    around = [area for area in areas if holds(area, wanted, within)]
    return max(sum(holds(wide, area, within) for wide in widths) for area in around)
