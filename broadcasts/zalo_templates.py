"""The Official Account's approved message templates, as an operator lists them in the accounts file (pure).

[[zalo.templates]]
id = "7895417a7d3f9461cd2e"
tag = 2                       # 1 transaction, 2 customer care, 3 promotion
price = 200                   # VND for one message by user id (price_uid)
classes = ["urgent"]          # which of our messages may use it: routine, urgent
fields = { noi_dung = "text", dia_ban = "place" }   # the template's parameter = what we put there
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta, tzinfo
from types import MappingProxyType
from typing import Any

from bot.errors import SettingError

SOURCES = ("text", "title", "place", "date", "expires", "link", "sender")
CLASSES = ("routine", "urgent")
# Promotional content is refused from 22:00 to 05:59; no page states the zone (reference A4, A7).
DAY_BEGINS, DAY_ENDS = time(6), time(22)
PROMOTION = 3

_KNOWN = frozenset(("id", "account", "tag", "price", "classes", "fields", "hours"))
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Hours:
    """From ``begins`` to just before ``ends``, within one day."""

    begins: time = DAY_BEGINS
    ends: time = DAY_ENDS

    def opens(self, at: datetime, zone: tzinfo) -> datetime | None:
        """When it may be sent at last; None: at ``at`` already."""
        local = at.astimezone(zone)
        if self.begins <= local.time() < self.ends:
            return None
        opening = datetime.combine(local.date(), self.begins, zone)
        return (opening if opening > local else opening + timedelta(days=1)).astimezone(at.tzinfo)


@dataclass(frozen=True, slots=True)
class Template:
    """``price`` in VND; ``hours`` None: at any hour (Zalo may keep the phone silent at night)."""

    id: str
    tag: int
    price: int
    classes: tuple[str, ...]
    fields: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    hours: Hours | None = None
    account: str = "main"


def parse_templates(text: str, *, file: str = "COTMOC_ACCOUNTS_FILE") -> tuple[Template, ...]:
    """The templates of the accounts file, whose other tables are left alone. Raises SettingError with one sentence
    that says where and what; ``file``: how it is called there."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingError(f"{file}: không phải TOML đúng ({error}).") from None
    zalo = document.get("zalo", {})
    listed = zalo.get("templates", []) if isinstance(zalo, dict) else None
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise SettingError(f"{file}: mẫu tin phải viết dưới dạng [[zalo.templates]].")
    templates = []
    for number, each in enumerate(listed, 1):
        try:
            templates.append(_template(each))
        except _Wrong as wrong:
            raise SettingError(f"{file}: mẫu tin thứ {number} ({each.get('id', 'chưa có id')}): {wrong}.") from None
    seen: set[tuple[str, str]] = set()
    for template in templates:
        if (template.account, template.id) in seen:
            raise SettingError(f"{file}: mẫu tin {template.id} được khai hai lần.")
        seen.add((template.account, template.id))
    return tuple(templates)


class _Wrong(Exception):
    """What is wrong with one template."""


def _template(table: Mapping[str, Any]) -> Template:
    unknown = sorted(set(table) - _KNOWN)
    if unknown:
        raise _Wrong(f"không có mục {unknown[0]}, chỉ có {', '.join(sorted(_KNOWN))}")
    tag, price = table.get("tag"), table.get("price")
    if type(tag) is not int or tag not in (1, 2, 3):
        raise _Wrong("tag phải là 1 (giao dịch), 2 (chăm sóc) hoặc 3 (quảng bá)")
    if type(price) is not int or price < 0:
        raise _Wrong("price phải là số đồng, không âm, ví dụ 200")
    return Template(
        id=_name(table, "id"),
        tag=tag,
        price=price,
        classes=_classes(table.get("classes")),
        fields=_fields(table.get("fields", {})),
        hours=_hours(table.get("hours"), tag),
        account=_name(table, "account") if "account" in table else "main",
    )


def _name(table: Mapping[str, Any], key: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value.strip():
        raise _Wrong(f"thiếu {key}, hoặc {key} không phải là chữ trong ngoặc kép")
    return value.strip()


def _classes(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or any(each not in CLASSES for each in value):
        raise _Wrong('classes phải là danh sách gồm "routine", "urgent"')
    return tuple(dict.fromkeys(value))


def _fields(value: object) -> Mapping[str, str]:
    if not isinstance(value, dict):
        raise _Wrong('fields phải có dạng { ten_tham_so = "text" }')
    for name, source in value.items():
        if source not in SOURCES:
            raise _Wrong(f"fields.{name} phải là một trong {', '.join(SOURCES)}")
    return MappingProxyType(dict(value))


def _hours(value: object, tag: int) -> Hours | None:
    if value is None:
        return Hours() if tag == PROMOTION else None
    if value == "any" and tag != PROMOTION:
        return None
    found = _HOURS.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise _Wrong('hours phải có dạng "06:00-22:00", hoặc "any" khi tag là 1 hay 2')
    begins, _, ends = found[0].partition("-")
    hours = Hours(time.fromisoformat(begins), time.fromisoformat(ends))
    if hours.begins >= hours.ends:
        raise _Wrong("hours phải nằm trong một ngày, giờ đầu trước giờ cuối")
    if tag == PROMOTION and (hours.begins < DAY_BEGINS or hours.ends > DAY_ENDS):
        raise _Wrong("tag 3 chỉ được gửi trong khoảng 06:00-22:00")
    return hours
