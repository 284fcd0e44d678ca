"""Places that a longer question names beyond doubt: precise rather than complete (pure)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from bot.place_index import Hit, Name
from bot.place_names import agrees, marked
from bot.place_reading import COMMUNE_LEVELS, DISTRICT_LEVELS, Area, Reading
from bot.place_values import Place


class Mentions:
    """The places of one question: read when they are asked for, and once."""

    def __init__(self, read: Callable[[], tuple[Place, ...]], *, may_name_province: bool) -> None:
        self._read = read
        self._may_name_province = may_name_province

    @cached_property
    def places(self) -> tuple[Place, ...]:
        return self._read()

    @property
    def provinces(self) -> frozenset[str]:
        """Their slugs; most questions name none, and that is seen at a glance."""
        if not self._may_name_province:
            return frozenset()
        return frozenset(place.province_slug for place in self.places if place.kind == "province")


def mentioned_places(
    reading: Reading, places: Mapping[str, Place], provinces: Mapping[str, Place], home: str
) -> tuple[Place, ...]:
    """The places named beyond doubt, provinces first; `home` is the province code that settles shared
    names."""
    with_marks = marked(reading.words)
    codes: dict[str, None] = {}
    for hit in reading.provinces:
        named = [name for name in hit.having("province", "old_province") if _spelt(name, hit, with_marks)]
        for name in sorted(named, key=lambda name: name.kind != "province")[:1]:
            codes[name.now[0]] = None
    for hit in reading.smaller:
        code = _beyond_doubt(hit, reading.area, home, with_marks, provinces)
        if code:
            codes[code] = None
    return tuple(places[code] for code in codes)


def _beyond_doubt(hit: Hit, area: Area, home: str, with_marks: bool, provinces: Mapping[str, Place]) -> str:
    names = [name for name in hit.names if area.holds(name) and _spelt(name, hit, with_marks)]
    kinds = {name.kind for name in names}
    if hit.level in DISTRICT_LEVELS or kinds == {"old_district"}:
        lay_in = {name.province for name in names if name.kind == "old_district"}
        sure = len(lay_in) == 1 and (hit.level or lay_in == {home})
        return provinces[lay_in.pop()].code if sure else ""
    if hit.level == "cửa khẩu" or "commune" not in kinds:
        gates = [name for name in names if name.kind == "gate"]
        if len(gates) == 1 and (hit.level or _written_as_name(hit, gates, home)):
            return gates[0].now[0]
    today = [name for name in names if name.kind == "commune"]
    at_home = [name for name in today if name.province == home]
    today = at_home or today
    if len(today) == 1:
        # Elsewhere a name without its level word must not be that of a dissolved unit in a third province
        # too.
        namesakes = {name.province for name in names} - {today[0].province}
        if hit.level or ((at_home or not namesakes) and _written_as_name(hit, today, home)):
            return today[0].now[0]
    elif not today and hit.level in COMMUNE_LEVELS and len({name.now for name in names}) == 1:
        return names[0].now[0]
    return ""


def _spelt(name: Name, hit: Hit, with_marks: bool) -> bool:
    """Whether a name stands in the text as it is spelt: with all its marks in a text that has marks."""
    return agrees(name.bare, hit.words) >= (2 if with_marks and not hit.level else 1)


def _written_as_name(hit: Hit, names: Sequence[Name], home: str) -> bool:
    """Whether words without a level word are clearly a name: capitals, three words, or one of the home
    province."""
    capitals = all(word.capital for word in hit.words)
    return capitals or hit.end - hit.start > 2 or any(name.province == home for name in names)
