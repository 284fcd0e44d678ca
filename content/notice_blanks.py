"""The blanks of a hazard template: what an officer may put in, and how it is said in each language (pure)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.errors import CotMocError

TEXT, NUMBER, TIME, CHOICE = "text", "number", "time", "choice"
KINDS = (TEXT, NUMBER, TIME, CHOICE)
# Square brackets are kept for the heads: a typed “[ĐÃ AN TOÀN]” must not stand inside a warning.
_NEVER = frozenset("{}<>[]")
_KHMER_DIGITS = {ord("០") + digit: str(digit) for digit in range(10)}
_NUMBER = re.compile(r"[1-9][0-9]{0,5}|[1-9][0-9]{0,2}\.[0-9]{3}")
_TIME = re.compile(
    r"([0-9]{1,2})(?::|h| ?giờ ?)([0-9]{2})?(?:,? (?:ngày )?([0-9]{1,2})/([0-9]{1,2})/([0-9]{4}))?", re.IGNORECASE
)
_ADDRESS = re.compile(
    r"://|https?:|www\.|[\w-]\.[a-z]{2,}/"
    r"|[\w-]\.(?:com|net|org|vn|info|biz|xyz|top|me|ly|io|cc|gg|link|site|shop|app|online|club|click)\b",
    re.IGNORECASE,
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class NoticeTextError(CotMocError):
    """Tin này chưa điền đủ, hoặc có chỗ không gửi được."""


@dataclass(frozen=True, slots=True)
class Blank:
    """One thing an officer fills in.

    ``name``: its placeholder in the texts. ``label``: what the officer is asked, by language, at most 60 signs.
    ``kind``: text, number, time or choice. ``choices``: value and wording by language. ``default``: offered first;
    empty: must be filled. ``most``: characters.
    """

    name: str
    label: Mapping[str, str]
    kind: str
    choices: tuple[tuple[str, Mapping[str, str]], ...] = ()
    default: str = ""
    most: int = 60


def said(blank: Blank, given: str, language: str) -> str:
    """The wording of a blank in this language. Raises NoticeTextError."""
    value = _clean(given, blank) or blank.default
    if not value:
        raise NoticeTextError(f"Chưa điền: {_asked(blank)}.")
    if len(value) > blank.most:
        raise NoticeTextError(f"{_asked(blank)}: dài {len(value)} ký tự, nhiều nhất {blank.most}.")
    if blank.kind == CHOICE:
        return _chosen(blank, value, language)
    if blank.kind == NUMBER:
        return _number(blank, value, language)
    if blank.kind == TIME:
        return _time(blank, value, language)
    if _ADDRESS.search(value):
        raise NoticeTextError(f"{_asked(blank)}: tin khẩn không mang đường dẫn. Bỏ đường dẫn rồi gửi lại.")
    return value


def _clean(given: str, blank: Blank) -> str:
    """Composed letters, single blanks, no full stop at the end: the template's sentence has its own."""
    if any(sign in _NEVER for sign in given):
        raise NoticeTextError(f"{_asked(blank)}: không dùng các dấu {{ }} < > [ ].")
    whole = unicodedata.normalize("NFC", given.strip())
    if any(map(_strange, whole)):
        raise NoticeTextError(f"{_asked(blank)}: viết trên một dòng, không có ký tự lạ.")
    return re.sub(r"\s+", " ", whole).rstrip(" .;,")


def _strange(sign: str) -> bool:
    """Line breaks, invisible signs, and pictures, which old phones and loudspeakers cannot show or say."""
    return (
        unicodedata.category(sign) in ("Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp")
        or "\u2600" <= sign <= "\u27bf"
        or sign >= "\U0001f000"
    )


def _asked(blank: Blank) -> str:
    return blank.label["vi"].rstrip("?: ")


def _chosen(blank: Blank, value: str, language: str) -> str:
    wording = dict(blank.choices).get(value)
    if wording is None:
        known = ", ".join(each for each, _ in blank.choices)
        raise NoticeTextError(f"{_asked(blank)}: chọn một trong: {known}.")
    if language not in wording:
        raise NoticeTextError(f"{_asked(blank)}: chưa có chữ bằng tiếng này.")
    return wording[language]


def _number(blank: Blank, value: str, language: str) -> str:
    digits = value.translate(_KHMER_DIGITS)
    if not _NUMBER.fullmatch(digits):
        raise NoticeTextError(f"{_asked(blank)}: gõ một số từ 1 đến 999.999.")
    grouped = f"{int(digits.replace('.', '')):,}"
    return grouped if language == "en" else grouped.replace(",", ".")


def _time(blank: Blank, value: str, language: str) -> str:
    found = _TIME.fullmatch(value.translate(_KHMER_DIGITS))
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (99, 0)
    if found is None or hour > 23 or minute > 59:
        raise NoticeTextError(f"{_asked(blank)}: gõ giờ như 17:20, hoặc 17:20 21/11/2026.")
    clock = f"{hour}:{minute:02}"
    if found[3] is None:
        return clock
    try:
        day = date(int(found[5]), int(found[4]), int(found[3]))
    except ValueError:
        raise NoticeTextError(f"{_asked(blank)}: không có ngày {found[3]}/{found[4]}/{found[5]}.") from None
    if language == "en":
        return f"{clock} on {day.day} {_MONTHS[day.month - 1]} {day.year}"
    numbers = f"{day.day}/{day.month}/{day.year}"
    return f"{clock} ថ្ងៃទី {numbers}" if language == "km" else f"{clock} ngày {numbers}"
