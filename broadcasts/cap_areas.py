"""Which of our places a CAP message speaks of, by the codes of the statistics office (pure).

Administrative codes stand in ``geocode`` with the valueName ``GSO``: five digits are a commune, two a province, as
the General Statistics Office numbers them. Shapes are not turned into places: an officer draws that line.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.places import Gazetteer, Place
from broadcasts.cap import Alert

GSO = "GSO"


@dataclass(frozen=True, slots=True)
class SpokenOf:
    """``places``: place codes, in the order of the message; ``unknown``: codes of the office that are none of ours
    (older communes, slips); ``shapes``: how many polygons and circles an officer has to look at besides."""

    places: tuple[str, ...]
    unknown: tuple[str, ...]
    shapes: int


def gso_of(place: Place) -> str:
    """``c-29938`` is 29938, a province its two digits; a gate has no code of its own."""
    if place.kind == "province":
        return place.province_code
    return place.code.removeprefix("c-") if place.kind == "commune" else ""


def spoken_of(alert: Alert, gazetteer: Gazetteer) -> SpokenOf:
    """The places of all its areas."""
    provinces = {each.province_code: each.code for each in gazetteer.provinces()}
    places: dict[str, None] = {}
    unknown: dict[str, None] = {}
    shapes = 0
    for area in (each for info in alert.infos for each in info.areas):
        shapes += len(area.polygons) + len(area.circles)
        for geocode in area.geocodes:
            if geocode.value_name.strip().upper() != GSO:
                continue
            value = geocode.value.strip()
            commune = gazetteer.get(f"c-{value}")
            found = commune.code if commune is not None else provinces.get(value)
            if found is None:
                unknown[value] = None
            else:
                places[found] = None
    return SpokenOf(tuple(places), tuple(unknown), shapes)
