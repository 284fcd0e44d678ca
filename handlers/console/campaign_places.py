"""The places an officer may tick: those of their area, grouped by province, only as many as a page can show (pure)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from bot.places import Gazetteer, Place, fold, label, named
from bot.staff.areas import lies_in

MOST_FOUND = 30
BORDER, COAST = "border", "coast"


@dataclass(frozen=True, slots=True)
class Group:
    """One province. ``whole``: whether all of it may be ticked at once; ``places``: its communes and gates when it is
    open."""

    code: str
    name: str
    slug: str
    whole: bool
    places: tuple[tuple[str, str], ...]
    open: bool


@dataclass(frozen=True, slots=True)
class Checklist:
    """``found``: what was searched for; ``others``: what is ticked and stands in no open group."""

    groups: tuple[Group, ...]
    found: tuple[tuple[str, str], ...]
    others: tuple[tuple[str, str], ...]


def checklist(
    gazetteer: Gazetteer,
    home: str,
    areas: Sequence[str],
    opened: Collection[str],
    ticked: Collection[str],
    search: str,
    language: str,
) -> Checklist:
    """``areas``: where the officer may write to, none: everywhere; ``opened``: slugs of provinces."""
    found = tuple(_found(gazetteer, home, areas, search)) if search.strip() else ()
    named = {each.code for each in found}
    groups = tuple(_groups(gazetteer, home, areas, opened, named, language))
    shown = (
        named | {code for group in groups for code, _ in group.places} | {each.code for each in groups if each.whole}
    )
    others = [place for place in map(gazetteer.get, ticked) if place is not None and place.code not in shown]
    return Checklist(groups, _labelled(found, language), _labelled(others, language))


def of_kind(gazetteer: Gazetteer, home: str, areas: Sequence[str], kind: str) -> tuple[str, ...]:
    """The communes of the home province at the land border, or at the coast."""
    wanted = (each for each in gazetteer.communes(home) if (each.land_border if kind == BORDER else each.coastal))
    return tuple(each.code for each in wanted if allowed(gazetteer, each.code, areas))


def allowed(gazetteer: Gazetteer, code: str, areas: Sequence[str]) -> bool:
    return not areas or any(lies_in(gazetteer, code, area) for area in areas)


def _groups(
    gazetteer: Gazetteer,
    home: str,
    areas: Sequence[str],
    opened: Collection[str],
    but: Collection[str],
    language: str,
) -> Iterator[Group]:
    own = {place.province_slug for place in map(gazetteer.get, areas) if place is not None}
    for province in sorted(gazetteer.provinces(), key=lambda each: (each.province_slug != home, fold(each.name))):
        slug = province.province_slug
        if areas and slug not in own:
            continue
        is_open = slug in opened or bool(areas) or slug == home
        inside = (*gazetteer.communes(slug), *gazetteer.gates(slug)) if is_open else ()
        places = sorted(
            (each for each in inside if each.code not in but and allowed(gazetteer, each.code, areas)),
            key=lambda each: (each.kind == "gate", fold(each.name.split(" ", 1)[-1])),
        )
        whole = province.code not in but and allowed(gazetteer, province.code, areas)
        names = tuple((each.code, label(each, language).partition(",")[0]) for each in places)
        yield Group(province.code, label(province, language), slug, whole, names, is_open)


def _found(gazetteer: Gazetteer, home: str, areas: Sequence[str], search: str) -> list[Place]:
    """Every place with these words in its name, those of the home province first; else what an old name means now."""
    wanted = fold(search)
    every = [
        place
        for province in gazetteer.provinces()
        for place in (
            province,
            *gazetteer.communes(province.province_slug),
            *gazetteer.gates(province.province_slug),
        )
    ]
    found = [each for each in every if wanted and wanted in fold(each.name)]
    if not found:
        found = named(gazetteer.find(search, home_province=home))
    fitting = [each for each in found if allowed(gazetteer, each.code, areas)]
    return sorted(fitting, key=lambda each: each.province_slug != home)[:MOST_FOUND]


def _labelled(places: Sequence[Place], language: str) -> tuple[tuple[str, str], ...]:
    return tuple((each.code, label(each, language)) for each in places)
