"""Roles: nothing is allowed that no role allows there, now, and by this hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.staff.areas import NoSuchArea, area_code, area_label, lies_in
from bot.staff.roles import RESTRAINED, SCRIPTED, Action, Forbidden, Officer, Role, may, require
from tests.bot.staff_sample import NOW, places, within

PROVINCE, COMMUNE, GATE, ELSEWHERE = "p-dong-thap", "c-29938", "g-dinh-ba", "p-an-giang"
AREAS = ("", PROVINCE, COMMUNE, ELSEWHERE)
roles = st.lists(st.tuples(st.sampled_from(Role), st.sampled_from(AREAS)), max_size=4).map(tuple)
wanted = st.lists(st.sampled_from((*AREAS, GATE)), max_size=3).map(tuple)


def officer(*held: tuple[Role, str]) -> Officer:
    return Officer(1, "An", held)


# What every role may do, written a second time and by hand: a new line in the table must be meant.
ALLOWED = {
    Role.VIEWER: "read",
    Role.EDITOR: "read draft control content",
    Role.REVIEWER: "read sign content",
    Role.APPROVER: "read sign approve control",
    Role.DUTY: "read issue confirm",
    Role.COMMANDER: "read sign approve control issue confirm",
    Role.ADMINISTRATOR: "read officers import audit control",
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", Action)
def test_what_each_role_may_do_and_nothing_else(role: Role, action: Action) -> None:
    assert may(officer((role, "")), action, (PROVINCE,), NOW, within) == (action.value in ALLOWED[role].split())


def test_no_administrator_writes_signs_or_approves() -> None:
    for action in (Action.DRAFT, Action.SIGN, Action.APPROVE, Action.ISSUE, Action.CONFIRM):
        assert not may(officer((Role.ADMINISTRATOR, "")), action, (), NOW, within)


@given(wanted, st.sampled_from(Action))
def test_who_has_no_role_may_do_nothing(areas: tuple[str, ...], action: Action) -> None:
    assert not may(officer(), action, areas, NOW, within)
    with pytest.raises(Forbidden):
        require(officer(), action, areas, NOW, within)


@pytest.mark.parametrize(
    ("areas", "allowed"),
    [
        ((PROVINCE,), True),
        ((COMMUNE,), True),
        ((GATE,), True),
        ((COMMUNE, GATE), True),
        ((ELSEWHERE,), False),
        ((COMMUNE, ELSEWHERE), False),  # all of them, not any
        ((), False),  # no area: everywhere
        (("",), False),
        (("no-such-place",), False),
    ],
)
def test_an_area_ends_at_its_border(areas: tuple[str, ...], allowed: bool) -> None:
    assert may(officer((Role.EDITOR, PROVINCE)), Action.DRAFT, areas, NOW, within) == allowed
    assert may(officer((Role.EDITOR, "")), Action.DRAFT, areas, NOW, within)


def test_a_role_here_is_no_role_there() -> None:
    both = officer((Role.APPROVER, PROVINCE), (Role.EDITOR, ELSEWHERE))
    assert may(both, Action.APPROVE, (COMMUNE,), NOW, within)
    assert not may(both, Action.APPROVE, (ELSEWHERE,), NOW, within)
    assert may(both, Action.CONTROL, (COMMUNE, ELSEWHERE), NOW, within)  # one right from each


@given(roles, roles, wanted, st.sampled_from(Action))
def test_another_role_never_takes_away(
    some: tuple[tuple[Role, str], ...],
    more: tuple[tuple[Role, str], ...],
    areas: tuple[str, ...],
    action: Action,
) -> None:
    if may(officer(*some), action, areas, NOW, within):
        assert may(officer(*some, *more), action, areas, NOW, within)


@given(roles, wanted, st.sampled_from(Action), st.lists(st.sampled_from((*SCRIPTED, "approve", "")), max_size=3))
def test_a_script_may_less_than_its_officer_and_never_decides(
    held: tuple[tuple[Role, str], ...], areas: tuple[str, ...], action: Action, scopes: list[str]
) -> None:
    script = replace(officer(*held), scopes=tuple(scopes))
    if may(script, action, areas, NOW, within):
        assert may(officer(*held), action, areas, NOW, within)
        assert action in (Action.READ, Action.DRAFT)
        assert action is Action.READ or "draft" in scopes


@given(roles, wanted, st.sampled_from(Action), st.integers(-10, 10))
def test_after_a_reset_nothing_is_decided_for_a_day(
    held: tuple[tuple[Role, str], ...], areas: tuple[str, ...], action: Action, minutes: int
) -> None:
    until = NOW + timedelta(minutes=minutes)
    restrained = replace(officer(*held), restrained_until=until)
    expected = may(officer(*held), action, areas, NOW, within) and not (action in RESTRAINED and until > NOW)
    assert may(restrained, action, areas, NOW, within) == expected


def test_every_decision_of_a_second_person_is_restrained() -> None:
    assert {Action.SIGN, Action.APPROVE, Action.CONFIRM, Action.OFFICERS, Action.IMPORT} == RESTRAINED


def test_places_lie_in_their_commune_and_province() -> None:
    assert lies_in(places(), COMMUNE, PROVINCE)
    assert lies_in(places(), COMMUNE, "dong-thap")
    assert not lies_in(places(), PROVINCE, COMMUNE)
    commune = places().parent(GATE)
    assert commune is not None
    assert lies_in(places(), GATE, commune.code)
    assert not lies_in(places(), "nowhere", "nowhere")


def test_how_an_area_is_typed() -> None:
    assert area_code(places(), "  ") == ""
    for typed in ("p-dong-thap", "dong-thap", "Dong-Thap", "tỉnh Đồng Tháp"):
        assert area_code(places(), typed) == PROVINCE
    assert area_code(places(), "C-29938") == COMMUNE
    for typed in ("xã Tân Thành", "khắp nơi", "%"):  # shared by several, or no place at all
        with pytest.raises(NoSuchArea):
            area_code(places(), typed)


def test_areas_in_words() -> None:
    assert area_label(places(), "") == "mọi nơi"
    assert area_label(places(), PROVINCE) == "tỉnh Đồng Tháp"
    assert area_label(places(), "c-0") == "c-0"
