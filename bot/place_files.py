"""Reads the place tables shipped in bot/data and makes the gazetteer from them."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

from bot.place_tables import (
    CommuneRow,
    GateRow,
    OldCommuneRow,
    OldDistrictRow,
    OldProvinceRow,
    PlaceTables,
    ProvinceRow,
)
from bot.places import Gazetteer

_CLASS = re.compile(r"^cửa khẩu( quốc tế| chính| song phương| phụ)? ")


def _rows(name: str) -> list[list[str]]:
    """The rows of a table below its header; no cell holds a tab or a line break, nothing is quoted."""
    text = (files("bot") / "data" / name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines()[1:] if line]


def _commune(row: list[str]) -> CommuneRow:
    code, level, name, province, latitude, longitude, _border, border_with, coastal, _override = row
    return CommuneRow(
        code,
        level,
        name,
        province,
        float(latitude) if latitude else None,
        float(longitude) if longitude else None,
        tuple(border_with.split()),
        coastal == "1",
    )


def _gates() -> list[GateRow]:
    """The gates; none where the table is not shipped. Columns go by their heading."""
    table = files("bot") / "data" / "gates.tsv"
    if not table.is_file():
        return []
    header, *lines = table.read_text(encoding="utf-8").splitlines()
    columns = header.split("\t")
    gates: list[GateRow] = []
    for line in lines:
        if not line.strip():
            continue
        cell = dict(zip(columns, line.split("\t"), strict=False))
        name = cell["name_vi"]
        gates.append(
            GateRow(
                cell["slug"], _CLASS.sub("", name), name, cell.get("name_km", ""), cell.get("name_en", ""),
                cell["province_slug"], cell.get("commune_code", ""),
            )
        )  # fmt: skip
    return gates


def read_tables() -> PlaceTables:
    """All tables as shipped."""
    return PlaceTables(
        provinces=[ProvinceRow(*row) for row in _rows("provinces.tsv")],
        communes=[_commune(row) for row in _rows("communes.tsv")],
        old_provinces=[OldProvinceRow(*row) for row in _rows("old_provinces.tsv")],
        old_districts=[OldDistrictRow(*row) for row in _rows("old_districts.tsv")],
        old_communes=[
            OldCommuneRow(district, level, name, tuple(now.split(",")))
            for district, level, name, now in _rows("old_communes.tsv")
        ],
        gates=_gates(),
    )


@lru_cache(maxsize=1)
def load_gazetteer() -> Gazetteer:
    """The gazetteer of the shipped tables; made once (about a tenth of a second), then shared."""
    return Gazetteer(read_tables())
