"""What a campaign says: texts with placeholders from a closed list, frozen at release, filled in per person (pure)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.errors import CotMocError

LANGUAGES = ("vi", "km", "en")
# What an officer may leave open in a text, and what it becomes for a recipient. A closed list.
PLACEHOLDERS = {"xa": "the recipient's commune", "tinh": "their province"}
_FIELD = re.compile(r"\{([^{}]*)\}")
_BRACES = re.compile(r"[{}]")


class ComposeError(CotMocError):
    """Nội dung chưa gửi được."""


@dataclass(frozen=True, slots=True)
class File:
    """An attachment; ``language`` empty: it goes with every text."""

    id: int
    language: str
    name: str
    mime: str
    digest: str


@dataclass(frozen=True, slots=True)
class Content:
    """What one run says, frozen at its release. ``entries``: stored answers offered as buttons. ``notice``: it is a
    version of an urgent notice, whose words are composed as it stands."""

    texts: Mapping[str, str]
    files: tuple[File, ...] = ()
    entries: tuple[str, ...] = ()
    notice: bool = False

    def to_json(self) -> dict[str, Any]:
        files = [[each.id, each.language, each.name, each.mime, each.digest] for each in self.files]
        return {"texts": dict(self.texts), "files": files, "entries": list(self.entries)}

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Content:
        return cls(
            dict(raw.get("texts", {})),
            tuple(File(*each) for each in raw.get("files", ())),
            tuple(raw.get("entries", ())),
            "notice" in raw,
        )

    def file(self, language: str) -> File | None:
        """The attachment that goes with the text of this language."""
        fitting = [each for each in self.files if each.language in (language, "")]
        return min(fitting, key=lambda each: each.language == "", default=None)


def faults(text: str) -> list[str]:
    """What keeps a text from being sent, one sentence each."""
    found = []
    if not text.strip():
        found.append("Chưa có chữ nào; gõ toàn văn tin.")
    unknown = [name for name in _FIELD.findall(text) if name not in PLACEHOLDERS]
    if unknown:
        found.append(
            f"Không có chỗ trống {{{unknown[0]}}}; chỉ có {{xa}} (tên xã) và {{tinh}} (tên tỉnh) của người nhận."
        )
    if _BRACES.search(_FIELD.sub("", text)):
        found.append("Có dấu ngoặc nhọn { } lẻ; bỏ đi, hoặc viết đủ {xa}, {tinh}.")
    return found


def placeholders(text: str) -> frozenset[str]:
    """What must be known of a recipient before the text can be sent to them."""
    return frozenset(_FIELD.findall(text))


def filled(text: str, fields: Mapping[str, str]) -> str | None:
    """The text for one recipient; None when a placeholder of it has no value for them: never "Chào ,"."""
    if any(not fields.get(name, "").strip() for name in placeholders(text)):
        return None
    return _FIELD.sub(lambda match: fields[match.group(1)], text)


def signed_languages(texts: Mapping[str, str], signed: Sequence[str]) -> tuple[str, ...]:
    """The languages that may be sent, Vietnamese first."""
    return tuple(each for each in LANGUAGES if each in texts and each in signed)
