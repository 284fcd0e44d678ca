"""The bot's own sentences, per language, with a closed list of placeholders (pure)."""

from __future__ import annotations

import re
from collections.abc import Mapping

PLACEHOLDERS = frozenset(
    [
        "owner",
        "place",
        "old",
        "new",
        "n",
        "i",
        "date",
        "time",
        "from",
        "to",
        "until",
        "confirmed",
        "what",
        "topics",
        "who",
        "law",
        "article",
        "source",
        "language",
        "code",
        "hours",
        "phone",
        "address",
        "channel",
        "tail",
        "privacy_contact",
    ]
)
_FIELD = re.compile(r"\{([a-z_]+)\}")
# A sentence ends with a full stop or a question mark before a blank, with a Khmer khan, or with its line.
_SENTENCE = re.compile(r".+?(?:[.?!]+(?=\s|$)|។|$)[ ]*")


class Phrases:
    """``say`` fills one sentence in; Vietnamese stands in for a language that lacks it.

    Raises KeyError for an unknown key and ValueError for a placeholder outside the closed list.
    """

    def __init__(self, table: Mapping[str, Mapping[str, str]]) -> None:
        for key, texts in table.items():
            for text in texts.values():
                unknown = set(_FIELD.findall(text)) - PLACEHOLDERS
                if unknown:
                    raise ValueError(f"{key}: unknown placeholder {sorted(unknown)[0]}")
        self._table = table

    def __contains__(self, key: str) -> bool:
        return key in self._table

    def keys(self) -> frozenset[str]:
        return frozenset(self._table)

    def say(self, key: str, language: str, /, **fields: str | int) -> str:
        texts = self._table[key]
        return fill(texts.get(language) or texts["vi"], **fields)


def fill(text: str, /, **fields: str | int) -> str:
    """Fill placeholders in; a sentence whose placeholder is empty is left out, never sent with a blank."""
    if "{" not in text:
        return text
    lines = []
    for line in text.split("\n"):
        kept = "".join(_filled(match.group(), fields) for match in _SENTENCE.finditer(line)).rstrip()
        if kept or not line:  # a line that loses all its sentences goes as a whole
            lines.append(kept)
    return "\n".join(lines).strip()


def _filled(sentence: str, fields: Mapping[str, str | int]) -> str:
    if not all(str(fields.get(name, "")) for name in _FIELD.findall(sentence)):
        return ""
    return _FIELD.sub(lambda name: str(fields[name.group(1)]), sentence)
