"""What is wrong in one place of a body or query, in Vietnamese and English; what was sent is never said back (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MOST = 20  # of one request
# By the kind of error as pydantic names it; {…} is filled from what it says of the bound.
_WORDS: Mapping[str, tuple[str, str]] = {
    "missing": ("Thiếu mục này.", "Is missing."),
    "extra_forbidden": ("Không có mục này.", "There is no such member."),
    "string_type": ("Phải là chữ.", "Must be a string."),
    "string_too_short": ("Cần ít nhất {min_length} ký tự.", "Needs at least {min_length} characters."),
    "string_too_long": ("Nhiều nhất {max_length} ký tự.", "At most {max_length} characters."),
    "string_pattern_mismatch": ("Không đúng dạng; xem /api/docs.", "Does not have the form that /api/docs shows."),
    "int_type": ("Phải là số nguyên.", "Must be an integer."),
    "int_parsing": ("Phải là số nguyên.", "Must be an integer."),
    "int_from_float": ("Phải là số nguyên.", "Must be an integer."),
    "bool_parsing": ("Phải là true hoặc false.", "Must be true or false."),
    "greater_than_equal": ("Phải từ {ge} trở lên.", "Must be at least {ge}."),
    "less_than_equal": ("Nhiều nhất là {le}.", "Must be at most {le}."),
    "literal_error": ("Chỉ nhận: {expected}.", "Must be one of {expected}."),
    "list_type": ("Phải là danh sách.", "Must be a list."),
    "too_long": ("Nhiều nhất {max_length} mục.", "At most {max_length} items."),
    "model_type": ("Phải là một đối tượng JSON.", "Must be a JSON object."),
    "date_from_datetime_parsing": ("Phải là ngày, ví dụ 2026-11-20.", "Must be a date such as 2026-11-20."),
    "date_parsing": ("Phải là ngày, ví dụ 2026-11-20.", "Must be a date such as 2026-11-20."),
    "value_error": ("Không đúng; xem /api/docs.", "Is not valid; see /api/docs."),
}
_ELSE = _WORDS["value_error"]


@dataclass(frozen=True, slots=True)
class Wrong:
    """``vi`` and ``en`` say what; ``pointer`` leads into the body (RFC 6901), or it is a ``parameter``."""

    vi: str
    en: str = _ELSE[1]
    pointer: str | None = None
    parameter: str | None = None


def of_errors(errors: Sequence[Any], *, parameter: bool = False) -> list[Wrong]:
    """``errors``: as pydantic lists them."""
    found = []
    for each in errors[:MOST]:
        vi, en = (_filled(text, each.get("ctx", {})) for text in _WORDS.get(each["type"], _ELSE))
        if parameter:
            found.append(Wrong(vi, en, parameter=str(each["loc"][0])[:80] if each["loc"] else ""))
        else:
            found.append(Wrong(vi, en, pointer=_pointer(each["loc"])))
    return found


def _filled(text: str, bounds: Mapping[str, Any]) -> str:
    for name in ("min_length", "max_length", "ge", "le", "expected"):
        text = text.replace(f"{{{name}}}", str(bounds.get(name, "?")))
    return text


def _pointer(path: Sequence[object]) -> str:
    return "".join(f"/{str(each).replace('~', '~0').replace('/', '~1')}"[:200] for each in path)
