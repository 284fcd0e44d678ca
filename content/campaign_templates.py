"""Campaign templates: what the provincial plans ask for, and a text to start from (pure).

A template says what to communicate; what is true comes from the linked entries alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from content.catalog import BadContent
from content.entries import LANGUAGES, TOPICS

GROUPS = (
    "border", "crossing", "safety", "sea", "fish", "labour", "rebut", "rights", "admin", "law", "farm", "event",
)  # fmt: skip
PLANS = ("Đồng Tháp 2022", "Kiên Giang 2019", "Trà Vinh 2020", "Phú Thọ 2025", "BR–VT 2024")
EVERYWHERE, LAND_BORDER, COASTAL, GATE, PROVINCE = "all", "land-border", "coastal", "gate", "province"
LEAP_YEAR = 2000  # 29 February is a day on which a plan may ask for something
_KEYS = frozenset(
    ("id", "title", "plans", "audience", "languages", "form", "cadence", "dates", "dates_to_confirm", "rule",
     "entries", "confirm", "to_add", "note", "texts", "ready")
)  # fmt: skip
_AREA = re.compile(r"all|(?:land-border|coastal)(?::[a-z-]+)?|(?:gate|province):[a-z0-9-]+")


@dataclass(frozen=True, slots=True)
class Area:
    """One word of the closed list: all, land-border or coastal (of a province, or of all), gate, province.

    ``slug`` names the province or the gate; empty: no matter which.
    """

    kind: str
    slug: str = ""


@dataclass(frozen=True, slots=True, order=True)
class YearDay:
    """A day that comes every year."""

    month: int
    day: int

    def in_year(self, year: int) -> date | None:
        """None where the year has no such day."""
        try:
            return date(year, self.month, self.day)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Template:
    """One task of the plans.

    ``people``: whom the plan means, for officers to read; nobody is chosen by it. ``dates_to_confirm``: days that
    stand in no fact sheet. ``rule``: how it repeats, without an end. ``confirm``: entries that are not sure enough to
    be what a message is about. ``to_add``: what an officer has to add. ``texts``: drafts by language, signed by nobody.
    """

    id: str
    title: str
    plans: tuple[str, ...]
    topics: tuple[str, ...]
    areas: tuple[Area, ...]
    people: str
    languages: tuple[str, ...]
    form: str
    cadence: str
    dates: tuple[YearDay, ...] = ()
    dates_to_confirm: tuple[YearDay, ...] = ()
    rule: str = ""
    entries: tuple[str, ...] = ()
    confirm: tuple[str, ...] = ()
    to_add: tuple[str, ...] = ()
    note: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    ready: bool = True


def parse_group(content: Any, group: str) -> list[Template]:
    """The templates of one file. Raises BadContent."""
    if not isinstance(content, dict) or content.get("group") != group or not isinstance(content.get("templates"), list):
        raise BadContent(f"campaigns/{group}.yaml: cần có group: {group} và templates")
    return [parse(each, group) for each in content["templates"]]


def parse(body: Any, group: str) -> Template:
    """One template from its YAML form. Raises BadContent with its id and what is wrong."""
    if not isinstance(body, dict):
        raise BadContent(f"campaigns/{group}.yaml: có mục không phải là một mẫu")
    name = str(body.get("id", "?"))
    try:
        return _read(body, group)
    except KeyError as error:
        raise BadContent(f"{name}: thiếu mục {error.args[0]}") from None
    except (TypeError, ValueError, AttributeError) as error:
        raise BadContent(f"{name}: {error}") from None


def _read(body: Mapping[str, Any], group: str) -> Template:
    for key in body:
        if key not in _KEYS:
            raise ValueError(f"không có mục “{key}”")
    if not str(body["id"]).startswith(f"cmp.{group}."):
        raise ValueError(f"mã phải mở đầu bằng cmp.{group}.")
    audience = body["audience"]
    texts = {str(language): str(text).strip() for language, text in (body.get("texts") or {}).items()}
    ready = body.get("ready", True)
    if not isinstance(ready, bool):
        raise TypeError("ready phải là true hoặc false")
    if ready != bool(texts):
        raise ValueError("mẫu có chữ thì sẵn sàng, mẫu không chữ phải ghi ready: false")
    return Template(
        id=str(body["id"]),
        title=_said(body["title"], "title"),
        plans=tuple(map(_plan, _several(body["plans"], "plans"))),
        topics=_among(_several(audience["topics"], "topics"), TOPICS, "chủ đề"),
        areas=tuple(map(_area, _several(audience["areas"], "areas"))),
        people=_said(audience["people"], "people"),
        languages=_among(_several(body["languages"], "languages"), LANGUAGES, "ngôn ngữ"),
        form=_said(body["form"], "form"),
        cadence=_said(body["cadence"], "cadence"),
        dates=tuple(map(year_day, body.get("dates") or ())),
        dates_to_confirm=tuple(map(year_day, body.get("dates_to_confirm") or ())),
        rule=str(body.get("rule") or ""),
        entries=tuple(map(str, body.get("entries") or ())),
        confirm=tuple(map(str, body.get("confirm") or ())),
        to_add=tuple(map(str, body.get("to_add") or ())),
        note=str(body.get("note") or "").strip(),
        texts={language: texts[language] for language in _among(tuple(texts), LANGUAGES, "ngôn ngữ")},
        ready=ready,
    )


def year_day(given: Any) -> YearDay:
    """Of "10-05", the month first. Raises ValueError."""
    found = re.fullmatch(r"(\d\d)-(\d\d)", str(given))
    day = YearDay(int(found[1]), int(found[2])) if found else None
    if day is None or day.in_year(LEAP_YEAR) is None:
        raise ValueError(f"ngày “{given}” phải viết là tháng-ngày, ví dụ 03-08")
    return day


def _several(given: Any, name: str) -> tuple[str, ...]:
    if not isinstance(given, list) or not given:
        raise TypeError(f"{name} phải là một danh sách có chữ")
    return tuple(map(str, given))


def _said(given: Any, name: str) -> str:
    text = str(given or "").strip()
    if not text:
        raise ValueError(f"{name} còn trống")
    return text


def _among(given: Sequence[str], known: Sequence[str], what: str) -> tuple[str, ...]:
    for each in given:
        if each not in known:
            raise ValueError(f"không có {what} {each}")
    return tuple(given)


def _plan(given: str) -> str:
    if not given.startswith(tuple(f"{name} " for name in PLANS)):
        raise ValueError(f"không có kế hoạch “{given}”")
    return given


def _area(given: str) -> Area:
    if not _AREA.fullmatch(given):
        raise ValueError(f"không hiểu khu vực “{given}”")
    kind, _, slug = given.partition(":")
    return Area(kind, slug)
