"""The electronic screens of gates and parks: one for every gate by itself, others as the operator lists them (pure).

In the accounts file:

[screens.cong-vien]            # its address: /screens/cong-vien
place = "c-29929"              # whose notices and posters it shows: a commune, a gate, a province
title = "Công viên xã Tân Hộ Cơ"  # without it: the name of the place
entries = ["crossing.customs.cash"]  # stored answers, in this order; without it: those of a gate of that kind
night = "18:00-06:00"          # dark colours; without it: from sunset to sunrise
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Any

from bot.errors import SettingError
from bot.places import Gazetteer, Place, label
from content.entries import LANGUAGES

_KNOWN = frozenset(("place", "title", "entries", "night"))
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_ENTRY = re.compile(r"[a-z0-9][a-z0-9.-]{0,79}")
_NIGHT = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
_MOST_ENTRIES = 30
_LONGEST_TITLE = 60
# What people need to know at a gate for everybody, and at one for neighbours; few, so that all of them come round soon.
_INTERNATIONAL = (
    "crossing.customs.cash",
    "crossing.gates.evisa",
    "crossing.customs.gold",
    "crossing.customs.duty-free",
)
_OTHER = ("crossing.customs.cash", "crossing.customs.resale", "crossing.illegal.transport-people")
_CAMBODIA = ("crossing.kh.laissez-passer", "crossing.kh.children")


@dataclass(frozen=True, slots=True)
class Screen:
    """``place``: its code. ``title`` by language. ``night``: from and until, local time; None: by the sun."""

    slug: str
    place: str
    title: Mapping[str, str]
    entries: tuple[str, ...]
    night: tuple[time, time] | None = None
    latitude: float | None = field(default=None)
    longitude: float | None = field(default=None)


def screens_of(text: str, gazetteer: Gazetteer, *, file: str = "COTMOC_ACCOUNTS_FILE") -> Mapping[str, Screen]:
    """Every screen by its name: those of all gates, and those that the accounts file lists, which come first.

    The file's other tables are left alone. Raises SettingError with one sentence that says where and what.
    """
    found = {
        each.code.removeprefix("g-"): _at(each.code.removeprefix("g-"), each, gazetteer) for each in _gates(gazetteer)
    }
    try:
        listed = tomllib.loads(text).get("screens", {})
    except tomllib.TOMLDecodeError as error:
        raise SettingError(f"{file}: không phải TOML đúng ({error}).") from None
    if not isinstance(listed, dict) or not all(isinstance(each, dict) for each in listed.values()):
        raise SettingError(f"{file}: màn hình phải viết dưới dạng [screens.ten-man-hinh].")
    for slug, table in listed.items():
        try:
            found[slug] = _screen(slug, table, gazetteer)
        except _Wrong as wrong:
            raise SettingError(f"{file}: màn hình {slug}: {wrong}.") from None
    return found


class _Wrong(Exception):
    """What is wrong with one screen."""


def _screen(slug: str, table: Mapping[str, Any], gazetteer: Gazetteer) -> Screen:
    if not _SLUG.fullmatch(slug):
        raise _Wrong("tên chỉ gồm chữ thường không dấu, số, gạch ngang, dài nhất 40")
    unknown = sorted(set(table) - _KNOWN)
    if unknown:
        raise _Wrong(f"không có mục {unknown[0]}, chỉ có {', '.join(sorted(_KNOWN))}")
    code = table.get("place", f"g-{slug}")
    place = gazetteer.get(code) if isinstance(code, str) else None
    if place is None:
        raise _Wrong(f'không có nơi “{code}”; viết mã nơi, ví dụ place = "g-dinh-ba"')
    title, entries = table.get("title", ""), table.get("entries")
    if not isinstance(title, str) or len(title) > _LONGEST_TITLE:
        raise _Wrong(f"title là một dòng chữ, dài nhất {_LONGEST_TITLE}")
    if entries is not None and not _is_entries(entries):
        raise _Wrong(f"entries là danh sách mã câu trả lời, nhiều nhất {_MOST_ENTRIES}")
    night = table.get("night", "")
    hours = _NIGHT.fullmatch(night) if isinstance(night, str) else None
    if night != "" and hours is None:
        raise _Wrong("night phải có dạng 18:00-06:00")
    made = _at(slug, place, gazetteer)
    return Screen(
        slug,
        place.code,
        {each: title.strip() for each in LANGUAGES} if title.strip() else made.title,
        made.entries if entries is None else tuple(entries),
        _hours(night) if night else None,
        made.latitude,
        made.longitude,
    )


def _is_entries(given: object) -> bool:
    return (
        isinstance(given, list)
        and len(given) <= _MOST_ENTRIES
        and all(isinstance(each, str) and _ENTRY.fullmatch(each) for each in given)
    )


def _hours(night: str) -> tuple[time, time]:
    start, _, end = night.partition("-")
    return time.fromisoformat(start), time.fromisoformat(end)


def _at(slug: str, place: Place, gazetteer: Gazetteer) -> Screen:
    """A screen at a place of which the operator says no more."""
    latitude, longitude = _middle(place, gazetteer)
    names = {each: label(place, each) for each in LANGUAGES}
    title = {each: name[:1].upper() + name[1:] for each, name in names.items()}
    return Screen(slug, place.code, title, _entries(place, gazetteer), None, latitude, longitude)


def _entries(place: Place, gazetteer: Gazetteer) -> tuple[str, ...]:
    if place.kind == "gate" and "quốc tế" in place.name:
        return _INTERNATIONAL
    beyond = {code for each in gazetteer.communes(place.province_slug) for code in each.border_with}
    return (*_OTHER, *(_CAMBODIA if "KH" in beyond else ()))


def _middle(place: Place, gazetteer: Gazetteer) -> tuple[float | None, float | None]:
    """Where it is; of a gate or a province whose place is not known, the middle of its province's communes."""
    if place.latitude is not None:
        return place.latitude, place.longitude
    known = [
        (each.latitude, each.longitude)
        for each in gazetteer.communes(place.province_slug)
        if each.latitude is not None and each.longitude is not None
    ]
    if not known:
        return None, None
    return sum(each[0] for each in known) / len(known), sum(each[1] for each in known) / len(known)


def _gates(gazetteer: Gazetteer) -> Iterable[Place]:
    return (gate for province in gazetteer.provinces() for gate in gazetteer.gates(province.province_slug))
