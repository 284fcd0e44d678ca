"""Counts by place: nobody to be found in them, and nothing lost."""

from __future__ import annotations

from collections import Counter

from hypothesis import example, given
from hypothesis import strategies as st

from broadcasts.cells import SMALLEST, labels, larger_of, merged
from tests.broadcasts.offices import places

# Two provinces with communes, one commune with gates; one place that nobody knows.
LARGER = {"P": "", "Q": ""} | {f"P{n}": "P" for n in range(4)} | {f"Q{n}": "Q" for n in range(3)}
LARGER |= {"P0a": "P0", "P0b": "P0", "Pg": "P"}
CODES = ["", "elsewhere", *LARGER]
CELLS = st.dictionaries(st.sampled_from(CODES), st.integers(0, 14))


@given(CELLS)
@example({"P0": 10, "P1": 3})
@example({"P0": 10, "P1": 1, "P2": 2})
@example({"P0": 10, "P1": 7, "Q": 4})
@example({"P0": 10, "P": 3})
@example({"": 2, "P0a": 9})
def test_no_small_cell_is_shown_or_left_alone_and_sums_stay_exact(cells: dict[str, int]) -> None:
    shown = merged(cells, LARGER)
    assert sum(shown.values()) == sum(cells.values())
    under = labels(cells, LARGER)
    again: Counter[str] = Counter()
    for place, label in under.items():
        again[label] += cells[place]
    assert dict(again) == shown
    if len(shown) <= 1:
        return  # the sum of all is told anyway
    for label, count in shown.items():
        inside = [place for place in under if under[place] == label]
        assert count >= SMALLEST
        # What stands alone under its label can be told from the total and the other cells.
        assert len(inside) > 1 or cells[inside[0]] >= SMALLEST


@given(CELLS)
def test_a_single_small_cell_takes_its_next_larger_neighbour_along(cells: dict[str, int]) -> None:
    under = labels(cells, LARGER)
    for parent in set(LARGER.values()):
        if any(LARGER.get(place) == parent and parent != under[place] for place in under if place != under[place]):
            continue  # they went further up
        children = [place for place in under if LARGER.get(place, "") == parent and place != parent]
        gone = [place for place in children if under[place] == parent]
        kept = [place for place in children if under[place] == place]
        below = [place for place in under if under[place] == parent and place not in (*gone, parent)]
        if len(gone) == 1 and cells[gone[0]] < SMALLEST and not below:
            assert not kept


@given(CELLS)
def test_everybody_is_shown_where_they_live_or_in_something_larger(cells: dict[str, int]) -> None:
    for place, label in labels(cells, LARGER).items():
        here = place
        while here != label:
            assert here
            here = LARGER.get(here, "")


def test_places_that_are_large_enough_stay_themselves() -> None:
    cells = {"P0": 20, "P1": 5, "Q0": 7, "": 9}
    assert merged(cells, LARGER) == dict(sorted(cells.items()))


def test_of_two_communes_a_single_small_one_hides_both() -> None:
    assert merged({"P0": 10, "P1": 3, "Q0": 30}, LARGER) == {"P": 13, "Q0": 30}


def test_small_cells_that_are_few_even_together_take_one_more() -> None:
    assert merged({"P0": 10, "P1": 1, "P2": 2, "P3": 40}, LARGER) == {"P": 13, "P3": 40}


def test_the_whole_country_leads_upwards() -> None:
    larger = larger_of(places())
    assert larger["c-29929"] == "p-dong-thap"
    assert larger["p-dong-thap"] == ""
    assert {larger[larger[gate.code]] for gate in places().gates("dong-thap")} <= {"", "p-dong-thap"}
