"""Who is on duty, who may issue and who is called to confirm: examples, and what holds of every roster."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.staff import roster
from bot.staff.roles import EVERYWHERE, Action, Officer, Role, may
from bot.staff.roster import Shift

NOW = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
# gates in communes in provinces, as in the gazetteer
AROUND = {"g-1": "c-1", "c-1": "p-a", "c-2": "p-a", "c-3": "p-b"}
PLACES = (*AROUND, "p-a", "p-b")


def within(place: str, area: str) -> bool:
    while place != area and place in AROUND:
        place = AROUND[place]
    return place == area


def officer(number: int, *roles: tuple[Role, str], name: str = "") -> Officer:
    return Officer(number, name or f"Cán bộ {number}", roles)


def hours(number: int, area: str, begin: float, end: float) -> Shift:
    return Shift(number, area, NOW + begin * HOUR, NOW + end * HOUR)


DUTY = officer(1, (Role.DUTY, "p-a"))
COMMUNE = officer(2, (Role.COMMANDER, "c-1"))
PROVINCE = officer(3, (Role.COMMANDER, "p-a"))
COUNTRY = officer(4, (Role.COMMANDER, EVERYWHERE))
ALL = (COUNTRY, PROVINCE, COMMUNE, DUTY)


# --- who is on duty -------------------------------------------------------------------------------------------------


def test_a_shift_begins_at_its_first_moment_and_is_over_at_its_last() -> None:
    found = [hours(1, "c-1", 0, 8)]
    assert roster.on_duty(found, ("c-1",), NOW, within) == (1,)
    assert roster.on_duty(found, ("c-1",), NOW + 8 * HOUR - timedelta(microseconds=1), within) == (1,)
    assert roster.on_duty(found, ("c-1",), NOW + 8 * HOUR, within) == ()
    assert roster.on_duty(found, ("c-1",), NOW - timedelta(microseconds=1), within) == ()


def test_on_duty_means_in_every_one_of_these_areas() -> None:
    found = [hours(1, "c-1", -1, 1), hours(2, "p-a", -1, 1), hours(3, "c-1", -1, 1), hours(3, "c-3", -1, 1)]
    assert roster.on_duty(found, ("g-1",), NOW, within) == (1, 2, 3)
    assert roster.on_duty(found, ("c-1", "c-2"), NOW, within) == (2,)
    assert roster.on_duty(found, ("c-1", "c-3"), NOW, within) == (3,)
    assert roster.on_duty(found, (), NOW, within) == ()  # nobody is on duty everywhere
    assert roster.on_duty([hours(5, EVERYWHERE, -1, 1)], (), NOW, within) == (5,)


def test_an_area_is_covered_by_somebody_for_the_whole_of_it() -> None:
    assert roster.covered([hours(1, "p-a", -1, 1)], "c-1", NOW, within)
    assert not roster.covered([hours(1, "c-1", -1, 1)], "p-a", NOW, within)
    assert not roster.covered([], EVERYWHERE, NOW, within)


# --- who may issue --------------------------------------------------------------------------------------------------


def test_a_duty_officer_issues_only_during_the_shift_and_only_there() -> None:
    found = [hours(1, "c-1", 0, 8)]
    assert roster.may_issue(DUTY, found, ("c-1",), NOW, within)
    assert not roster.may_issue(DUTY, found, ("c-2",), NOW, within)
    assert not roster.may_issue(DUTY, found, ("c-1", "c-2"), NOW, within)
    assert not roster.may_issue(DUTY, found, ("c-1",), NOW + 8 * HOUR, within)


def test_where_somebody_may_issue_now() -> None:
    found = [hours(1, "c-1", 0, 8), hours(1, "c-3", 0, 8)]
    assert roster.issues_in(DUTY, found, NOW, within) == ("c-1",)  # no right in c-3, and not on duty in all of p-a
    assert roster.issues_in(DUTY, found, NOW + 8 * HOUR, within) == ()
    assert roster.issues_in(COMMUNE, [], NOW, within) == ("c-1",)
    assert roster.issues_in(replace(COMMUNE, scopes=("draft",)), [], NOW, within) == ()


def test_an_empty_roster_leaves_the_commanders() -> None:
    assert [each.id for each in ALL if roster.may_issue(each, [], ("c-1",), NOW, within)] == [4, 3, 2]
    assert [each.id for each in ALL if roster.may_issue(each, [], (), NOW, within)] == [4]


def test_on_duty_in_one_area_and_commanding_the_other_is_enough() -> None:
    both = officer(7, (Role.DUTY, "c-3"), (Role.COMMANDER, "c-1"))
    assert roster.may_issue(both, [hours(7, "c-3", -1, 1)], ("c-1", "c-3"), NOW, within)
    assert not roster.may_issue(both, [], ("c-1", "c-3"), NOW, within)


def test_a_shift_gives_no_right_that_the_role_does_not() -> None:
    for other in (Role.EDITOR, Role.APPROVER, Role.ADMINISTRATOR, Role.VIEWER):
        found = [hours(8, "c-1", -1, 1)]
        assert not roster.may_issue(officer(8, (other, EVERYWHERE)), found, ("c-1",), NOW, within)
    script = replace(COUNTRY, scopes=("draft", "read"))
    assert not roster.may_issue(script, [], ("c-1",), NOW, within)


# --- the ladder -----------------------------------------------------------------------------------------------------


def called(
    shifts: list[Shift], areas: tuple[str, ...], but: str = "", officers: tuple[Officer, ...] = ALL
) -> list[int]:
    return [each.id for each in roster.ladder(officers, shifts, areas, NOW, within, but)]


def test_on_duty_first_then_the_nearest_commander() -> None:
    assert called([hours(1, "p-a", -1, 1)], ("c-1",)) == [1, 2, 3, 4]
    assert called([], ("c-1",)) == [2, 3, 4]
    assert called([], ("c-2",)) == [3, 4]
    assert called([], ("c-1", "c-2")) == [3, 4]
    assert called([], ()) == [4]
    assert called([hours(4, EVERYWHERE, -1, 1)], ("c-1",)) == [4, 2, 3]  # the widest, but awake


def test_on_duty_in_all_of_it_before_in_some_of_it() -> None:
    some = officer(9, (Role.DUTY, "p-a"), name="A")
    found = [hours(9, "c-1", -1, 1), hours(1, "p-a", -1, 1)]
    assert called(found, ("c-1", "c-2"), officers=(*ALL, some)) == [1, 9, 3, 4]


def test_who_issued_is_never_called() -> None:
    assert called([hours(1, "p-a", -1, 1)], ("c-1",), but=DUTY.name) == [2, 3, 4]
    assert called([], ("c-2",), but=PROVINCE.name) == [4]


def test_a_duty_officer_who_is_off_duty_is_not_called() -> None:
    assert 1 not in called([hours(1, "p-a", -9, -1)], ("c-1",))


def test_who_was_just_reset_is_not_called_and_may_still_warn() -> None:
    reset = replace(COMMUNE, restrained_until=NOW + HOUR)
    assert called([], ("c-1",), officers=(reset, PROVINCE)) == [3]
    assert roster.may_issue(reset, [], ("c-1",), NOW, within)


# --- gaps, and a roster put in place of another ---------------------------------------------------------------------


def test_gaps() -> None:
    end = NOW + 24 * HOUR
    found = [hours(1, "p-a", -2, 6), hours(2, "c-1", 5, 10), hours(3, EVERYWHERE, 12, 40)]
    assert roster.gaps(found, "c-1", NOW, end, within) == [(NOW + 10 * HOUR, NOW + 12 * HOUR)]
    assert roster.gaps(found, "p-a", NOW, end, within) == [(NOW + 6 * HOUR, NOW + 12 * HOUR)]
    assert roster.gaps(found, EVERYWHERE, NOW, end, within) == [(NOW, NOW + 12 * HOUR)]
    assert roster.gaps([], "c-1", NOW, end, within) == [(NOW, end)]


def test_what_was_is_kept_and_what_comes_is_the_new_roster() -> None:
    old = [hours(1, "c-1", -4, 4), hours(1, "c-1", 10, 12), hours(1, "c-2", -9, -5)]
    assert roster.replaced(old, [], NOW) == [hours(1, "c-1", -4, 0), hours(1, "c-2", -9, -5)]
    # The same hours again, or longer ones, are one shift that began when it began.
    assert roster.replaced(old[:1], old[:1], NOW) == old[:1]
    assert roster.replaced(old[:1], [hours(1, "c-1", -4, 9)], NOW) == [hours(1, "c-1", -4, 9)]
    # Nobody gets hours in the past that they were not on the roster for.
    assert roster.replaced([], [hours(1, "c-1", -4, 4)], NOW) == [hours(1, "c-1", 0, 4)]


def test_a_lost_role_leaves_no_shift() -> None:
    found = [hours(1, "c-1", -1, 1), hours(1, "c-3", -1, 1), hours(99, "c-1", -1, 1)]
    assert roster.standing(found, ALL, NOW, within) == [found[0]]


def test_where_somebody_should_be() -> None:
    assert roster.watched((), (), within) == ()
    assert roster.watched((), ALL, within) == ("p-a",)
    assert roster.watched(("c-1",), ALL, within) == ("c-1",)  # the province is watched by its communes
    assert roster.watched(("c-3",), ALL, within) == ("c-3", "p-a")


def test_one_duty_in_several_communes() -> None:
    found = [hours(1, "c-2", 0, 8), hours(2, "c-1", 0, 8), hours(1, "c-1", 0, 8), hours(1, "c-1", 9, 10)]
    assert [(number, areas) for number, _, _, areas in roster.by_hours(found)] == [
        (1, ("c-1", "c-2")),
        (1, ("c-1",)),
        (2, ("c-1",)),
    ]


# --- of every roster ------------------------------------------------------------------------------------------------

areas_of = st.sampled_from((EVERYWHERE, *PLACES))
wanted_areas = st.lists(areas_of, max_size=3).map(tuple)
roles_of = st.lists(st.tuples(st.sampled_from(list(Role)), areas_of), max_size=3).map(tuple)
moments = st.integers(-6, 6)


@st.composite
def people(draw: st.DrawFn) -> tuple[Officer, ...]:
    count = draw(st.integers(0, 5))
    restrained = st.sampled_from((None, NOW - HOUR, NOW + HOUR))
    return tuple(Officer(number, f"n{number}", draw(roles_of), draw(restrained)) for number in range(count))


@st.composite
def rosters(draw: st.DrawFn, most: int = 8) -> list[Shift]:
    found = []
    for _ in range(draw(st.integers(0, most))):
        begin, length = draw(moments), draw(st.integers(1, 6))
        found.append(hours(draw(st.integers(0, 4)), draw(areas_of), begin, begin + length))
    return found


@given(people(), rosters(), wanted_areas, moments, st.sampled_from(("", "n0", "n1")))
def test_every_ladder(
    officers: tuple[Officer, ...], shifts: list[Shift], areas: tuple[str, ...], at: int, but: str
) -> None:
    now = NOW + at * HOUR
    found = roster.ladder(officers, shifts, areas, now, within, but)
    assert len({each.id for each in found}) == len(found)
    assert but not in {each.name for each in found}
    assert all(may(each, Action.CONFIRM, areas, now, within) for each in found)
    here = set(roster.on_duty(shifts, areas, now, within))
    places = [each.id in here for each in found]
    assert places == sorted(places, reverse=True)  # nobody on duty stands behind somebody who is not
    assert {each.id for each in officers if each.id in here and each.name != but} >= {
        each.id for each in found if each.id in here
    }
    # A commander of all of it who may confirm is never left out.
    for each in officers:
        ruled = Officer(each.id, each.name, tuple(held for held in each.roles if held[0] is Role.COMMANDER))
        if (
            each.name != but
            and may(each, Action.CONFIRM, areas, now, within)
            and may(ruled, Action.ISSUE, areas, now, within)
        ):
            assert each in found
    # In another order, and with the shifts in another order, it is the same ladder.
    assert roster.ladder(officers[::-1], shifts[::-1], areas, now, within, but) == found


@given(people(), rosters(), wanted_areas, moments)
def test_nobody_issues_without_the_right_and_a_reason(
    officers: tuple[Officer, ...], shifts: list[Shift], areas: tuple[str, ...], at: int
) -> None:
    now = NOW + at * HOUR
    here = set(roster.on_duty(shifts, areas, now, within))
    for each in officers:
        allowed = roster.may_issue(each, shifts, areas, now, within)
        if allowed:
            assert may(each, Action.ISSUE, areas, now, within)
            assert any(shift.officer_id == each.id and shift.at(now) for shift in shifts) or any(
                role is Role.COMMANDER for role, _ in each.roles
            )
        if each.id in here and may(each, Action.ISSUE, areas, now, within):
            assert allowed
        where = roster.issues_in(each, shifts, now, within)
        assert all(roster.may_issue(each, shifts, (area,), now, within) for area in where)
        assert where or not allowed


@given(rosters(), areas_of, st.integers(-8, 8))
def test_a_moment_is_either_covered_or_in_a_gap(shifts: list[Shift], area: str, at: int) -> None:
    begin, end = NOW - 8 * HOUR, NOW + 9 * HOUR
    moment = NOW + at * HOUR
    found = roster.gaps(shifts, area, begin, end, within)
    assert all(first < last for first, last in found)
    assert any(first <= moment < last for first, last in found) != roster.covered(shifts, area, moment, within)


@given(rosters(), wanted_areas, st.integers(-8, 14))
def test_joining_shifts_changes_no_hour(shifts: list[Shift], areas: tuple[str, ...], at: int) -> None:
    moment = NOW + at * HOUR
    found = roster.merged(shifts)
    assert roster.on_duty(found, areas, moment, within) == roster.on_duty(shifts, areas, moment, within)
    assert roster.merged(found) == found
    starts = [(each.officer_id, each.area, each.begins_at) for each in found]
    assert len(set(starts)) == len(starts)  # as the table wants it


@given(rosters(), rosters(), wanted_areas, st.integers(-8, 14))
def test_putting_a_roster_never_rewrites_the_past(
    old: list[Shift], new: list[Shift], areas: tuple[str, ...], at: int
) -> None:
    moment = NOW + at * HOUR
    found = roster.replaced(old, new, NOW)
    meant = old if moment < NOW else new
    assert roster.on_duty(found, areas, moment, within) == roster.on_duty(meant, areas, moment, within)
    assert all(each.begins_at < each.ends_at for each in found)
