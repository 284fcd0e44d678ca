"""The public places that campaigns may be posted to, as an operator lists them in the accounts file (pure).

[[posts]]
name = "kenh-tinh"            # what officers call it: lower-case letters, digits, hyphens
channel = "telegram"          # telegram or zalo-oa
kind = "channel"              # telegram: channel, group; zalo-oa: article, group
target = "@bandientu"         # telegram: @name or -100…; group of zalo-oa: its id; article: "all", or city codes "0,14"
place = "p-dong-thap"         # whose place it is; left out: everywhere
language = ["vi", "km"]       # one language, or several: one post each
cover = "https://…/bia.jpg"   # articles only: the public address of their picture
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.errors import SettingError
from broadcasts.composing import LANGUAGES

CHANNEL, GROUP, ARTICLE = "channel", "group", "article"
KINDS = {"telegram": (CHANNEL, GROUP), "zalo-oa": (ARTICLE, GROUP)}
EVERYBODY = "all"  # every follower of the account
LAST_CITY = 63  # codes of the platform, from 0 (Zalo, broadcast: target.cities)

_KNOWN = frozenset(("name", "channel", "account", "kind", "target", "place", "language", "cover"))
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
# A chat with a number above zero is a person's: what is meant for everybody is never posted there.
_TELEGRAM = re.compile(r"-[1-9]\d{4,18}|@[A-Za-z]\w{3,31}", re.ASCII)
_GROUP = re.compile(r"[\x21-\x7e]{1,80}")
_CITY = re.compile(r"\d{1,2}", re.ASCII)
_ADDRESS = re.compile(r"https?://[^\s\"'<>]{4,400}")


@dataclass(frozen=True, slots=True)
class PostTarget:
    """One public place. ``place_code`` empty: everywhere."""

    name: str
    channel: str
    kind: str
    target: str
    account: str = "main"
    place_code: str = ""
    languages: tuple[str, ...] = ("vi",)
    cover: str = ""


def cities(target: str) -> tuple[int, ...]:
    """The city codes that an article is for; none: every follower."""
    return () if target == EVERYBODY else tuple(int(each) for each in target.split(","))


def parse_posts(text: str, *, file: str = "COTMOC_ACCOUNTS_FILE") -> tuple[PostTarget, ...]:
    """The places listed in the accounts file, whose other tables are left alone. Raises SettingError with one
    sentence that says where and what; ``file``: how it is called there."""
    try:
        listed = tomllib.loads(text).get("posts", [])
    except tomllib.TOMLDecodeError as error:
        raise SettingError(f"{file}: không phải TOML đúng ({error}).") from None
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise SettingError(f"{file}: nơi đăng phải viết dưới dạng [[posts]].")
    found: dict[str, PostTarget] = {}
    meant: set[tuple[str, str, str]] = set()
    for number, each in enumerate(listed, 1):
        try:
            target = _target(each)
            if target.name in found:
                raise _Wrong("tên này đã dùng cho nơi khác")
            if (target.channel, target.account, target.target) in meant:
                raise _Wrong("nơi này đã khai ở trên; gộp các ngôn ngữ vào một chỗ")
        except _Wrong as wrong:
            raise SettingError(
                f"{file}: nơi đăng thứ {number} ({each.get('name', 'chưa có name')}): {wrong}."
            ) from None
        found[target.name] = target
        meant.add((target.channel, target.account, target.target))
    return tuple(found.values())


class _Wrong(Exception):
    """What is wrong with one place."""


def _target(table: Mapping[str, Any]) -> PostTarget:
    unknown = sorted(set(table) - _KNOWN)
    if unknown:
        raise _Wrong(f"không có mục {unknown[0]}, chỉ có {', '.join(sorted(_KNOWN))}")
    name = _word(table, "name")
    if not _NAME.fullmatch(name):
        raise _Wrong("name chỉ gồm chữ thường không dấu, số, gạch ngang, dài nhất 40")
    channel = _word(table, "channel")
    if channel not in KINDS:
        raise _Wrong(f"channel phải là {' hoặc '.join(KINDS)}")
    kind = _word(table, "kind")
    if kind not in KINDS[channel]:
        raise _Wrong(f"kind của {channel} phải là {' hoặc '.join(KINDS[channel])}")
    target = _word(table, "target")
    if channel == "telegram" and not _TELEGRAM.fullmatch(target):
        raise _Wrong("target phải là @tên_kênh, hoặc số âm của kênh hay nhóm, ví dụ -1001234567890")
    if channel == "zalo-oa" and kind == GROUP and not _GROUP.fullmatch(target):
        raise _Wrong("target phải là mã nhóm của OA")
    return PostTarget(
        name=name,
        channel=channel,
        kind=kind,
        target=_followers(target) if kind == ARTICLE else target,
        account=_word(table, "account") if "account" in table else "main",
        place_code=_word(table, "place") if "place" in table else "",
        languages=_languages(table.get("language", "vi")),
        cover=_cover(table, kind),
    )


def _word(table: Mapping[str, Any], key: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value.strip():
        raise _Wrong(f"thiếu {key}, hoặc {key} không phải là chữ trong ngoặc kép")
    return value.strip()


def _followers(target: str) -> str:
    """``all``, or city codes in order."""
    if target == EVERYBODY:
        return target
    codes = [each.strip() for each in target.split(",")]
    if not all(_CITY.fullmatch(each) and int(each) <= LAST_CITY for each in codes):
        raise _Wrong(f'target của bài viết phải là "all", hoặc các mã tỉnh 0–{LAST_CITY} cách nhau bằng dấu phẩy')
    return ",".join(map(str, sorted({int(each) for each in codes})))


def _languages(value: object) -> tuple[str, ...]:
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list) or not listed or any(each not in LANGUAGES for each in listed):
        raise _Wrong(f"language phải là một hoặc nhiều trong {', '.join(LANGUAGES)}")
    return tuple(each for each in LANGUAGES if each in listed)


def _cover(table: Mapping[str, Any], kind: str) -> str:
    if kind != ARTICLE:
        if "cover" in table:
            raise _Wrong('cover chỉ dùng cho bài viết (kind = "article")')
        return ""
    cover = _word(table, "cover")
    if not _ADDRESS.fullmatch(cover):
        raise _Wrong("cover phải là địa chỉ công khai của một ảnh, bắt đầu bằng https://")
    return cover
