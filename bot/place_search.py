"""From the words of a resident to the place they mean, or to the question to ask back (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from bot.place_index import Hit, Name, NameIndex
from bot.place_names import agrees, marked
from bot.place_reading import COMMUNE_LEVELS, DISTRICT_LEVELS, Area, Reading, agreeing, read_places
from bot.place_values import (
    SHOWN,
    Ambiguous,
    Exact,
    Found,
    OldCommune,
    OldDistrict,
    OldProvince,
    Place,
    Unknown,
)

# Letters of a name that is repaired; shorter ones are one slip away from too many words.
_SHORTEST_REPAIRED: Final = 7
_LONGEST_REPAIRED: Final = 30
_TWO_SLIPS_FROM: Final = 12


class FormerDistrict(NamedTuple):
    """A district that ended in 2025: "huyện Tân Hồng" and the code of its province then."""

    name: str
    old_province: str


@dataclass(frozen=True, slots=True)
class PlaceFinder:
    """Decides what a text means. `origins` tells for a commune's code the former districts it grew from."""

    index: NameIndex
    places: Mapping[str, Place]
    provinces: Mapping[str, Place]  # by province code
    districts: Mapping[str, FormerDistrict]
    origins: Mapping[str, Set[str]]

    def find(self, text: str, home: str) -> Found:
        """The place meant by an answer to "where are you?"; `home` is the province code that comes first."""
        reading = read_places(text, self.index, home)
        if not reading.answers_where():
            return Unknown()
        area = reading.area
        smaller = self._mended(reading, area.province or home)
        if not smaller:
            if reading.provinces and not reading.names_strange_commune():
                return self._provinces(reading.provinces, home)
            return Unknown()
        head, area = self._head(smaller, area)
        found = self._settle(head, area, home)
        return replace(found, certain=False) if isinstance(found, Exact) and not head.words else found

    def _mended(self, reading: Reading, province: str) -> Sequence[Hit]:
        """The smaller places, or one repaired name where words beside or instead of it were left unread."""
        hits = reading.smaller
        run = reading.unread(beside_provinces=True)
        text = " ".join(word.plain for word in run)
        if not hits and not reading.provinces and len(run) == len(reading.content()) == 1:
            names = [name for name in self.index.named(text) if agrees(name.bare, run)]
            if names:  # "Vinh", "Láng": too short to be seen among other words, but it is the whole answer
                return [Hit(0, 0, tuple(names), run)]
        if len(hits) > 1 or (hits and (hits[0].level or len(run) <= len(hits[0].words))):
            return hits
        if not _SHORTEST_REPAIRED <= len(text) <= _LONGEST_REPAIRED:
            return hits
        # Beside a name that was read, one slip must explain all words.
        slips = 2 if len(text) >= _TWO_SLIPS_FROM and not hits else 1
        near = self.index.near(run, province, slips)
        return [Hit(0, 0, tuple(near), (), reading.level_before(run))] if near else hits

    def _provinces(self, hits: Sequence[Hit], home: str) -> Found:
        found = self._province(hits[-1], home)
        if isinstance(found, Exact) and len(hits) > 1:
            named = [self.places[name.now[0]] for hit in hits for name in agreeing(hit.having("province"), hit)]
            return self._several(named, home)
        return found

    def _province(self, hit: Hit, home: str) -> Found:
        today = agreeing(hit.having("province"), hit)
        old = agreeing(hit.having("old_province"), hit)
        communes = () if hit.level == "tỉnh" else agreeing(hit.having("commune"), hit)
        mine = [self.places[name.now[0]] for name in communes if name.province == home]
        if today:
            place = self.places[today[0].now[0]]
            if mine and place.province_code != home:
                return self._several([*mine, place], home)
            return Exact(place, also=tuple(mine))
        if mine and old[0].province != home:
            return self._several(mine, home)
        inside = tuple(self.places[n.now[0]] for n in communes if n.province == old[0].province)
        return OldProvince(old[0].full, self.places[old[0].now[0]], inside)

    def _head(self, rest: Sequence[Hit], area: Area) -> tuple[Hit, Area]:
        """The smallest place of an address and the district it is said to lie in."""
        smaller = [hit for hit in rest if hit.level not in DISTRICT_LEVELS] or list(rest)
        head = smaller[0]
        outer = [hit for hit in rest if hit is not head and hit.having("old_district")]
        outer.sort(key=lambda hit: hit.level not in DISTRICT_LEVELS)
        if not outer:
            return head, area
        codes = {name.district for name in agreeing(outer[0].having("old_district"), outer[0]) if area.holds(name)}
        within = replace(area, districts=frozenset(codes))
        if any(self._within(name, within) for name in head.names):
            return head, within
        return head, area

    def _within(self, name: Name, area: Area) -> bool:
        if name.kind in ("commune", "gate") and (area.districts or area.old_province):
            if area.province and name.province != area.province:
                return False
            grew_from = self.origins.get(name.now[0], frozenset())
            if area.districts and not grew_from & area.districts:
                return False
            return not area.old_province or any(
                self.districts[code].old_province == area.old_province for code in grew_from
            )
        return area.holds(name)

    def _settle(self, hit: Hit, area: Area, home: str) -> Found:
        names = [name for name in hit.names if name.kind not in ("province", "old_province")]
        if area.province or area.districts:
            pool = [name for name in names if self._within(name, area)]
            if not pool:
                return self._contradiction(self._choose(names, hit, home), area)
            return self._choose(agreeing(pool, hit), hit, home)
        pool = [name for name in names if name.province == home]
        if not pool:
            return self._choose(agreeing(names, hit), hit, home)
        if marked(hit.words) and not any(agrees(name.bare, hit.words) for name in pool):
            # Typed with marks, and spelt so only elsewhere: ask, with the home province's look-alikes first.
            spelt = [n for n in names if n.kind == "commune" and agrees(n.bare, hit.words) == 2]
            alike = [n for n in pool if n.kind == "commune"]
            if spelt:
                return self._several([self.places[n.now[0]] for n in [*alike, *spelt]], home)
        return self._choose(agreeing(pool, hit), hit, home)

    def _contradiction(self, found: Found, area: Area) -> Found:
        """The place does not lie where the text says: never taken at once, the province is offered too."""
        if not area.province:
            return found
        province = self.provinces[area.province]
        if isinstance(found, Exact):
            return Ambiguous((found.place, province), 2)
        if isinstance(found, Ambiguous):
            return Ambiguous((*found.places[: SHOWN - 1], province), found.total + 1)
        return found

    def _choose(self, names: Sequence[Name], hit: Hit, home: str) -> Found:
        """One answer from names of equal right: today's before dissolved ones, the typed level first."""
        communes = [name for name in names if name.kind == "commune"]
        districts = [name for name in names if name.kind == "old_district"]
        dissolved = [name for name in names if name.kind == "old_commune"]
        gates = [name for name in names if name.kind == "gate"]
        if hit.level == "cửa khẩu" and gates:
            return self._several([self.places[name.now[0]] for name in gates], home)
        if districts and (hit.level in DISTRICT_LEVELS or (hit.former and hit.level not in COMMUNE_LEVELS)):
            same = [name for name in districts if name.level == hit.level]
            # Hồng Ngự was a thị xã before it was a thành phố: a town by either word, not the huyện around it.
            towns = [name for name in districts if (name.level == "huyện") == (hit.level == "huyện")]
            return self._old_district(same or towns or districts)
        if hit.level in COMMUNE_LEVELS:
            same = [name for name in communes if name.level == hit.level]
            was = [name for name in dissolved if name.level == hit.level]
            if was and (hit.former or not same):
                # The unit typed with an outdated level word, when it went on under its own name.
                heirs = [name for name in communes if any(name.now[0] in old.now for old in was)]
                if heirs and not hit.former:
                    return self._several([self.places[name.now[0]] for name in heirs], home)
                return self._old_commune(was)
            communes = same or communes
        if communes:
            return self._today(communes, [*districts, *dissolved], hit, home)
        if districts and hit.level not in COMMUNE_LEVELS:
            return self._old_district(districts)
        if dissolved:
            return self._old_commune(dissolved)
        if districts:
            return self._old_district(districts)
        return self._several([self.places[name.now[0]] for name in gates], home)

    def _today(self, communes: Sequence[Name], former: Sequence[Name], hit: Hit, home: str) -> Found:
        found = self._several([self.places[name.now[0]] for name in communes], home)
        if isinstance(found, Exact) and not hit.level:
            codes = dict.fromkeys(code for name in former for code in name.now)
            codes.pop(found.place.code, None)
            return replace(found, also=tuple(self.places[code] for code in codes))
        return found

    def _several(self, places: Iterable[Place], home: str) -> Found:
        ordered = sorted(dict.fromkeys(places), key=lambda place: place.province_code != home)
        if not ordered:
            return Unknown()
        if len(ordered) == 1:
            return Exact(ordered[0])
        return Ambiguous(tuple(ordered[:SHOWN]), len(ordered))

    def _old_commune(self, names: Sequence[Name]) -> Found:
        units: dict[str, str] = {}
        for name in names:  # the default unit of each namesake before any other
            units.setdefault(name.now[0], self.districts[name.district].name)
        for name in names:
            for code in name.now[1:]:
                units.setdefault(code, self.districts[name.district].name)
        return OldCommune(names[0].full, tuple(self.places[code] for code in units), tuple(units.values()))

    def _old_district(self, names: Sequence[Name]) -> Found:
        codes = dict.fromkeys(code for name in names for code in name.now)
        return OldDistrict(names[0].full, tuple(self.places[code] for code in codes))
