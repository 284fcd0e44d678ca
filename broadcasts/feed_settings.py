"""The feeds of warnings of others, as an operator lists them in the accounts file (pure).

[[feeds]]
name = "kttv"                        # what it is called here: lower-case letters, digits, hyphens
url = "https://example.vn/cap.atom"  # an Atom or RSS index of CAP messages, or a single one
senders = ["canhbao@example.vn"]     # whose messages are taken: CAP's sender, exactly as they write it
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.errors import SettingError

_KNOWN = frozenset(("name", "url", "senders"))
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_ADDRESS = re.compile(r"https?://[^\s\"'<>]{4,1000}")
_SENDER = re.compile(r"[^\s,<&]{1,200}")


@dataclass(frozen=True, slots=True)
class FeedSource:
    """One feed. ``senders``: at least one."""

    name: str
    url: str
    senders: tuple[str, ...]


def parse_feeds(text: str, *, file: str = "COTMOC_ACCOUNTS_FILE") -> tuple[FeedSource, ...]:
    """The feeds listed in the accounts file, whose other tables are left alone. Raises SettingError with one sentence
    that says where and what; ``file``: how it is called there."""
    try:
        listed = tomllib.loads(text).get("feeds", [])
    except tomllib.TOMLDecodeError as error:
        raise SettingError(f"{file}: không phải TOML đúng ({error}).") from None
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise SettingError(f"{file}: nguồn tin cảnh báo phải viết dưới dạng [[feeds]].")
    found: dict[str, FeedSource] = {}
    for number, each in enumerate(listed, 1):
        try:
            source = _source(each)
            if source.name in found:
                raise _Wrong("tên này đã dùng cho nguồn khác")
        except _Wrong as wrong:
            where = f"nguồn tin thứ {number} ({each.get('name', 'chưa có name')})"
            raise SettingError(f"{file}: {where}: {wrong}.") from None
        found[source.name] = source
    return tuple(found.values())


class _Wrong(Exception):
    """What is wrong with one feed."""


def _source(table: Mapping[str, Any]) -> FeedSource:
    unknown = sorted(set(table) - _KNOWN)
    if unknown:
        raise _Wrong(f"không có mục {unknown[0]}, chỉ có {', '.join(sorted(_KNOWN))}")
    name, url, senders = table.get("name"), table.get("url"), table.get("senders")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise _Wrong("name chỉ gồm chữ thường không dấu, số, gạch ngang, dài nhất 40")
    if not isinstance(url, str) or not _ADDRESS.fullmatch(url):
        raise _Wrong("url phải là địa chỉ đầy đủ, bắt đầu bằng https://")
    if not isinstance(senders, list) or not senders:
        raise _Wrong('senders phải liệt kê ít nhất một người gửi, ví dụ ["canhbao@example.vn"]')
    if not all(isinstance(each, str) and _SENDER.fullmatch(each) for each in senders):
        raise _Wrong("mỗi người gửi trong senders viết đúng như mục sender của CAP: không dấu cách, không dấu phẩy")
    return FeedSource(name, url, tuple(dict.fromkeys(senders)))
