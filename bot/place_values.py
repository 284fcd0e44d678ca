"""What a place is, how it is written in three languages, and what a search for one can answer (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Kind: TypeAlias = Literal["province", "commune", "gate"]


@dataclass(frozen=True, slots=True)
class Place:
    """A province, a commune (xã, phường, đặc khu) or a border gate.

    `code` is unique over all kinds, of [a-z0-9-] and at most 24 characters, so that it fits callback
    bodies and deep links. Latitude and longitude are decimal degrees of the centre, None where unknown.
    `border_with` holds ISO country codes (KH, LA, CN). Gates carry their Khmer and English names; other
    names stay in Vietnamese letters.
    """

    code: str
    kind: Kind
    name: str
    province_code: str
    province_name: str
    province_slug: str
    land_border: bool
    coastal: bool
    border_with: tuple[str, ...] = ()
    latitude: float | None = None
    longitude: float | None = None
    name_km: str = ""
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class Exact:
    """One place is meant and may be taken at once, unless a spelling slip was repaired: then `certain` is
    False. `also` are places to mention beside it: communes cut from a former unit of the same name, or a
    commune of the home province named like the province."""

    place: Place
    also: tuple[Place, ...] = ()
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Several places fit: the home province's first, at most SHOWN of them, `total` in all."""

    places: tuple[Place, ...]
    total: int


@dataclass(frozen=True, slots=True)
class OldCommune:
    """A commune dissolved in 2025: today's units, the default one first; `districts` names, for each of
    them, the former district through which it was found ("huyện Tân Hồng"), to tell namesakes apart."""

    old_name: str
    candidates: tuple[Place, ...]
    districts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OldDistrict:
    """A district that ended in 2025: today's communes in it, the one with its name first."""

    old_name: str
    communes: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class OldProvince:
    """A province merged in 2025 and the one it is part of; `same_name` are communes that carry its name."""

    old_name: str
    province: Place
    same_name: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """No place of ours is in the text."""


Found: TypeAlias = Exact | Ambiguous | OldCommune | OldDistrict | OldProvince | Unknown

SHOWN: Final = 6

# Words of level in Khmer and English; the Khmer ones are drafts like every Khmer sentence not yet signed.
_LEVELS: Final[dict[str, tuple[str, str]]] = {
    "xã": ("ឃុំ", "commune"),
    "phường": ("សង្កាត់", "ward"),
    "đặc khu": ("តំបន់ពិសេស", "special zone"),
    "tỉnh": ("ខេត្ត", "Province"),
    "thành phố": ("ក្រុង", "City"),
}


def split_level(name: str) -> tuple[str, str]:
    """("xã", "Tân Thành") of "xã Tân Thành"; ("", name) when no level word leads."""
    for level in _LEVELS:
        if name.startswith(level + " "):
            return level, name[len(level) + 1 :]
    return "", name


def _named(name: str, language: str) -> str:
    level, bare = split_level(name)
    if language == "vi" or not level:
        return name
    khmer, english = _LEVELS[level]
    return f"{khmer} {bare}" if language == "km" else f"{bare} {english}"


def named(found: Found) -> list[Place]:
    """Every place that a typed name may mean; none: it is unknown."""
    match found:
        case Exact(place=place, also=also):
            return [place, *also]
        case other:
            return list(getattr(other, "places", ()))


def label(place: Place, language: str) -> str:
    """The place with its province, e.g. "xã Tân Thành, tỉnh Đồng Tháp"; a province or a gate stands alone.

    `language` is "vi", "km" or "en"; any other language gets the English form.
    """
    if place.kind == "gate":
        given = {"vi": place.name, "km": place.name_km}.get(language, place.name_en)
        return given or place.name
    own = _named(place.name, language)
    if place.kind == "province":
        return own
    return f"{own}, {_named(place.province_name, language)}"
