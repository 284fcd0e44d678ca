"""The place only breaks ties."""

from __future__ import annotations

from typing import NamedTuple

from content.scopes import prefer_places


class Each(NamedTuple):
    id: str
    score: float
    scope: str


def order(candidates: list[Each], home: str | None = None, *named: str) -> list[str]:
    return [each.id for each in prefer_places(candidates, home, frozenset(named))]


def test_equal_evidence_goes_to_the_home_province() -> None:
    equal = [Each("a", 0.80, "an-giang"), Each("d", 0.78, "dong-thap")]
    assert order(equal, "dong-thap") == ["d", "a"]
    assert order(equal, "an-giang") == ["a", "d"]
    assert order(equal) == ["a", "d"]


def test_better_evidence_stays_in_front() -> None:
    assert order([Each("a", 0.9, "an-giang"), Each("d", 0.5, "dong-thap")], "dong-thap") == ["a", "d"]


def test_home_comes_before_a_national_entry_only_when_nearly_equal() -> None:
    assert order([Each("n", 0.80, "national"), Each("d", 0.79, "dong-thap")], "dong-thap") == ["d", "n"]
    assert order([Each("n", 0.80, "national"), Each("d", 0.70, "dong-thap")], "dong-thap") == ["n", "d"]


def test_a_national_entry_between_two_provinces_keeps_its_place() -> None:
    mixed = [Each("a", 0.80, "an-giang"), Each("n", 0.74, "national"), Each("d", 0.70, "dong-thap")]
    assert order(mixed, "dong-thap") == ["d", "n", "a"]


def test_a_named_province_beats_home_and_others_go_last() -> None:
    mixed = [Each("d", 0.9, "dong-thap"), Each("n", 0.7, "national"), Each("a", 0.6, "an-giang")]
    assert order(mixed, "dong-thap", "an-giang") == ["a", "n", "d"]
    assert order(mixed, "dong-thap", "an-giang", "dong-thap") == ["d", "a", "n"]


def test_a_faint_entry_of_the_named_province_does_not_jump_the_queue() -> None:
    assert order([Each("n", 0.9, "national"), Each("a", 0.2, "an-giang")], None, "an-giang") == ["n", "a"]


def test_twice_changes_nothing() -> None:
    mixed = [Each("a", 0.80, "an-giang"), Each("n", 0.79, "national"), Each("d", 0.78, "dong-thap")]
    once = prefer_places(mixed, "dong-thap", frozenset())
    assert prefer_places(once, "dong-thap", frozenset()) == once
    assert prefer_places([], "dong-thap", frozenset()) == ()
