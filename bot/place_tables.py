"""The rows that the gazetteer is made of, and every name that stands in them (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.place_index import Name
from bot.place_names import ALIASES


class ProvinceRow(NamedTuple):
    """A province of today."""

    code: str
    slug: str
    level: str
    name: str


class CommuneRow(NamedTuple):
    """A commune, ward or special zone of today."""

    code: str
    level: str
    name: str
    province: str
    latitude: float | None
    longitude: float | None
    border_with: tuple[str, ...]
    coastal: bool


class GateRow(NamedTuple):
    """A border gate: `bare` is "Dinh Bà", `name` the whole with its class, "cửa khẩu quốc tế Dinh Bà"."""

    slug: str
    bare: str
    name: str
    name_km: str
    name_en: str
    province_slug: str
    commune: str  # "" where not known


class OldProvinceRow(NamedTuple):
    """A province before 1 July 2025 and the code of today's one."""

    code: str
    level: str
    name: str
    province: str


class OldDistrictRow(NamedTuple):
    """A district before 1 July 2025."""

    code: str
    level: str
    name: str
    old_province: str


class OldCommuneRow(NamedTuple):
    """A commune before 1 July 2025 and today's units on its land, the default first.

    Island districts had no communes: their one row has no level and no name.
    """

    district: str
    level: str
    name: str
    communes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlaceTables:
    """Everything the gazetteer is made of, as read from files (or made up by a test)."""

    provinces: Sequence[ProvinceRow]
    communes: Sequence[CommuneRow]
    old_provinces: Sequence[OldProvinceRow] = ()
    old_districts: Sequence[OldDistrictRow] = ()
    old_communes: Sequence[OldCommuneRow] = ()
    gates: Sequence[GateRow] = ()


def all_names(tables: PlaceTables) -> tuple[list[Name], dict[str, set[str]]]:
    """Every name of today and before; and, by code, the former districts each commune of today grew from."""
    old_names, origins = _names_before(tables)
    names = [*_names_today(tables), *old_names]
    return [*names, *_other_names(names)], origins


def _other_names(names: Sequence[Name]) -> Iterator[Name]:
    provinces = {name.bare: name for name in names if name.kind in ("province", "old_province")}
    for other, official in ALIASES.items():
        if official in provinces:
            yield provinces[official]._replace(bare=other, proper=official)


def _names_today(tables: PlaceTables) -> Iterator[Name]:
    codes = {row.slug: row.code for row in tables.provinces}
    for province in tables.provinces:
        yield Name("province", province.level, province.name, province.code, (f"p-{province.slug}",))
    for row in tables.communes:
        yield Name("commune", row.level, row.name, row.province, (f"c-{row.code}",))
    for gate in tables.gates:
        yield Name("gate", "cửa khẩu", gate.bare, codes[gate.province_slug], (f"g-{gate.slug}",))


def _names_before(tables: PlaceTables) -> tuple[list[Name], dict[str, set[str]]]:
    """Names that ended in 2025; and, by code, the former districts each commune of today grew from."""
    slugs = {row.code: row.slug for row in tables.provinces}
    lasting = {row.name for row in tables.provinces}
    now_in = {row.code: row.province for row in tables.old_provinces}
    own_name = {f"c-{row.code}": row.name for row in tables.communes}
    alone = {code[2:]: (code,) for code in own_name}  # most old communes went whole: their tuples are shared
    districts = {row.code: row for row in tables.old_districts}
    inside: dict[str, dict[str, None]] = {code: {} for code in districts}
    names: list[Name] = []
    for code, level, name, communes in tables.old_communes:
        district = districts[code]
        now = alone[communes[0]] if len(communes) == 1 else tuple([f"c-{each}" for each in communes])
        for each in now:
            inside[code][each] = None
        if name:
            old_province = district.old_province
            names.append(Name("old_commune", level, name, now_in[old_province], now, old_province, code))
    origins: dict[str, set[str]] = {}
    for code, row in districts.items():
        today = sorted(inside[code], key=lambda each: (own_name[each] != row.name, each))
        for each in today:
            origins.setdefault(each, set()).add(code)
        names.append(
            Name(
                "old_district",
                row.level,
                row.name,
                now_in[row.old_province],
                tuple(today),
                row.old_province,
                code,
            )
        )
    for old in tables.old_provinces:
        if old.name not in lasting:
            now = (f"p-{slugs[old.province]}",)
            names.append(Name("old_province", old.level, old.name, old.province, now, old.code))
    return names, origins
