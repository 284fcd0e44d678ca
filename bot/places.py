"""The gazetteer: provinces, communes and border gates, found by code and by names new and old (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from typing import Final

from bot.place_index import NameIndex
from bot.place_mentions import Mentions, mentioned_places
from bot.place_names import fold
from bot.place_reading import read_places
from bot.place_search import FormerDistrict, PlaceFinder
from bot.place_tables import PlaceTables, all_names
from bot.place_values import (
    SHOWN,
    Ambiguous,
    Exact,
    Found,
    Kind,
    OldCommune,
    OldDistrict,
    OldProvince,
    Place,
    Unknown,
    label,
    named,
)

__all__ = [
    "SHOWN",
    "Ambiguous",
    "Exact",
    "Found",
    "Gazetteer",
    "Kind",
    "OldCommune",
    "OldDistrict",
    "OldProvince",
    "Place",
    "PlaceTables",
    "Unknown",
    "fold",
    "label",
    "named",
]

_CODE: Final = re.compile(r"[pcg]-[a-z0-9-]{1,22}")
_KHMER: Final = re.compile("[\u1780-\u17ff]")


class Gazetteer:
    """All places of the country; made once from tables, then only read."""

    def __init__(self, tables: PlaceTables) -> None:
        self._places: dict[str, Place] = {}
        self._gate_commune = {f"g-{gate.slug}": f"c-{gate.commune}" for gate in tables.gates if gate.commune}
        self._slugs = {province.code: province.slug for province in tables.provinces}
        self._province_codes = {slug: code for code, slug in self._slugs.items()}
        self._inside: dict[str, list[Place]] = {slug: [] for slug in self._province_codes}
        self._fill(tables)
        index = NameIndex()
        names, origins = all_names(tables)
        index.add(names)
        districts = {
            row.code: FormerDistrict(f"{row.level} {row.name}", row.old_province) for row in tables.old_districts
        }
        self._index = index
        self._by_province_code = {place.province_code: place for place in self.provinces()}
        self._province_openings = index.openings("province", "old_province", "old_district")
        self._finder = PlaceFinder(index, self._places, self._by_province_code, districts, origins)

    def _fill(self, tables: PlaceTables) -> None:
        border = {row.province for row in tables.communes if row.border_with}
        coast = {row.province for row in tables.communes if row.coastal}
        for province in tables.provinces:
            name = f"{province.level} {province.name}"
            self._places[f"p-{province.slug}"] = Place(
                f"p-{province.slug}", "province", name, province.code, name, province.slug,
                province.code in border, province.code in coast,
            )  # fmt: skip
        for row in tables.communes:
            outer = self._places[f"p-{self._slugs[row.province]}"]
            place = Place(
                f"c-{row.code}", "commune", f"{row.level} {row.name}", row.province, outer.name,
                outer.province_slug,
                bool(row.border_with), row.coastal, row.border_with, row.latitude, row.longitude,
            )  # fmt: skip
            self._places[place.code] = place
            self._inside[place.province_slug].append(place)
        for gate in tables.gates:
            outer = self._places[f"p-{gate.province_slug}"]
            at = self._places.get(f"c-{gate.commune}")
            place = Place(
                f"g-{gate.slug}", "gate", gate.name, outer.province_code, outer.name, outer.province_slug,
                True, False, at.border_with if at else (), at.latitude if at else None,
                at.longitude if at else None, gate.name_km, gate.name_en,
            )  # fmt: skip
            self._places[place.code] = place
            self._inside[place.province_slug].append(place)

    def get(self, code: str) -> Place | None:
        """The place with this code, or None."""
        return self._places.get(code)

    def provinces(self) -> tuple[Place, ...]:
        """The 34 provinces, in the order of their codes."""
        return tuple(place for place in self._places.values() if place.kind == "province")

    def communes(self, province: str) -> tuple[Place, ...]:
        """The communes of a province, given by slug or place code; empty when there is no such province."""
        return tuple(self._of(province, "commune"))

    def gates(self, province: str) -> tuple[Place, ...]:
        """The border gates of a province, given by slug or place code."""
        return tuple(self._of(province, "gate"))

    def _of(self, province: str, kind: Kind) -> Iterator[Place]:
        inside = self._inside.get(province.removeprefix("p-"), [])
        return (place for place in inside if place.kind == kind)

    def parent(self, code: str) -> Place | None:
        """The next larger place: of a gate its commune where known, else its province; of a province None."""
        place = self._places.get(code)
        if place is None or place.kind == "province":
            return None
        commune = self._places.get(self._gate_commune.get(code, ""))
        return commune or self._places[f"p-{place.province_slug}"]

    def resolve_start(self, payload: str) -> Place | None:
        """The place of a `?start=` payload such as g-dinh-ba, c-29938 or p-dong-thap, or None."""
        code = payload.strip().lower()
        return self._places.get(code) if _CODE.fullmatch(code) else None

    def find(self, text: str, *, home_province: str) -> Found:
        """What an answer to "which commune are you in?" means, by new or old names, with or without marks.

        Where `home_province` (a slug) has the name, only its places count, unless the text names another
        province. An unknown slug means that no province comes first. Never raises.
        """
        return self._finder.find(text, self._province_codes.get(home_province, ""))

    def mentions(self, text: str, *, home_province: str = "") -> Mentions:
        """The places that stand beyond doubt inside a longer question: precise rather than complete.

        A former province or district stands for today's province. `home_province` settles a name that is
        typed with its level ("xã Tân Thành") and shared by several provinces.
        """
        return Mentions(partial(self._mentioned, text, home_province), may_name_province=self._may_name_province(text))

    def _may_name_province(self, text: str) -> bool:
        if _KHMER.search(text):
            return True
        words, openings = fold(text).split(), self._province_openings
        return not (openings.isdisjoint(words) and openings.isdisjoint(map(" ".join, pairwise(words))))

    def _mentioned(self, text: str, home_province: str) -> tuple[Place, ...]:
        home = self._province_codes.get(home_province, "")
        reading = read_places(text, self._index, home)
        return mentioned_places(reading, self._places, self._by_province_code, home)
