"""What lies where, as rights and areas ask for it."""

from __future__ import annotations

from datetime import time

import pytest

from broadcasts.office import Office
from content.catalog import Catalog
from tests.broadcasts.offices import KEY, ZONE, places


@pytest.mark.parametrize(
    ("place", "area", "inside"),
    [
        ("c-29971", "p-dong-thap", True),
        ("p-dong-thap", "c-29971", False),
        ("c-29971", "c-29971", True),
        ("c-29971", "c-29929", False),
        ("c-29971", "dong-thap", True),  # as an operator may write it
        ("c-00000", "c-00000", True),  # gone, and still the place that it was: whoever ruled there can end things
        ("c-00000", "p-dong-thap", False),
    ],
)
def test_a_place_lies_in_its_province_and_in_itself(place: str, area: str, inside: bool) -> None:
    office = Office(places(), Catalog([]), KEY, ZONE, (time(21), time(7)), 3)
    assert office.within(place, area) is inside
