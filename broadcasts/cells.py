"""Counts by place in which nobody can be found: small cells go into larger places, and sums stay exact (pure).

A cell under five is never shown, and never left alone where the sum of its neighbours would give it away.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.places import Gazetteer

SMALLEST = 5
WHOLE = ""  # the largest place; also where those live who chose no place
_DEEPEST = 8  # steps from a place to the whole; what goes in circles ends there


def larger_of(gazetteer: Gazetteer) -> dict[str, str]:
    """From each place of the country to the next larger one; a province lies in the whole."""
    found = {}
    for province in gazetteer.provinces():
        found[province.code] = WHOLE
        for place in (*gazetteer.communes(province.province_slug), *gazetteer.gates(province.province_slug)):
            parent = gazetteer.parent(place.code)
            found[place.code] = parent.code if parent else WHOLE
    return found


def merged(cells: Mapping[str, int], larger: Mapping[str, str], smallest: int = SMALLEST) -> dict[str, int]:
    """What may be shown: every count is at least ``smallest``, or it is the only one and is the sum of them all.

    ``larger`` leads from a place to the next larger one; a place that it does not know lies in the whole.
    """
    shown: dict[str, int] = {}
    for place, label in labels(cells, larger, smallest).items():
        shown[label] = shown.get(label, 0) + cells[place]
    return dict(sorted(shown.items()))


def labels(cells: Mapping[str, int], larger: Mapping[str, str], smallest: int = SMALLEST) -> dict[str, str]:
    """Under which place the count of each place is shown; places without anybody are left out."""
    counts = {place: count for place, count in cells.items() if count}
    into: dict[str, str] = {}

    def move(place: str, target: str) -> None:
        counts[target] = counts.get(target, 0) + counts.pop(place)
        into[place] = target

    for depth in range(_DEEPEST, 0, -1):
        by_parent: dict[str, list[str]] = {}
        for place in counts:
            if place != WHOLE and _depth(place, larger) == depth:
                by_parent.setdefault(larger.get(place, WHOLE) if depth < _DEEPEST else WHOLE, []).append(place)
        for parent, children in by_parent.items():
            children.sort(key=lambda place: (counts[place], place))
            moving = [place for place in children if counts[place] < smallest]
            if not moving:
                continue
            rest = children[len(moving) :]
            # One alone could be told from its neighbours' sum, and so could a few who together are still under five.
            while rest and (len(moving) == 1 or _sum(counts, (parent, *moving)) < smallest):
                moving.append(rest.pop(0))
            for place in moving:
                move(place, parent)
    # What is left for the whole may still be small, while places deep below are shown.
    while 0 < counts.get(WHOLE, 0) < smallest and len(counts) > 1:
        move(min((place for place in counts if place != WHOLE), key=lambda place: (counts[place], place)), WHOLE)
    return {place: _end(place, into) for place, count in cells.items() if count}


def _depth(place: str, larger: Mapping[str, str]) -> int:
    """Steps from a place to the whole."""
    steps, here = 0, place
    while here != WHOLE and steps < _DEEPEST:
        here = larger.get(here, WHOLE)
        steps += 1
    return steps


def _sum(counts: Mapping[str, int], places: tuple[str, ...]) -> int:
    return sum(counts.get(place, 0) for place in places)


def _end(place: str, into: Mapping[str, str]) -> str:
    """Where a count that was moved, perhaps more than once, came to rest.

    A place that gave its own cell away may have received others' before, and they went with it.
    """
    while place in into:
        place = into[place]
    return place
