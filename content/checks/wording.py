"""Words that an answer may not say, or only with a fact behind them (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from content.checks.faults import Fault
from content.entries import LANGUAGES, Entry
from content.facts import Confidence, Fact

_ABBREVIATION = re.compile(r"(?<![\w/{-])(?![IVX]+(?!\w))[A-ZĐ]{2,}[A-ZĐ0-9]*(?:[-&][A-ZĐ]{2,})*(?![\w}])")


_NEVER = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Absolute:
    """``said``: patterns by language; ``support``: a fact says so when this is found in it."""

    said: Mapping[str, re.Pattern[str]]
    support: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Wording:
    """``disrespectful`` and ``unsure``: patterns by language; ``abbreviations``: those everybody knows;
    ``function_words``: folded words that do not tell what a question is about."""

    absolute: tuple[Absolute, ...] = ()
    disrespectful: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    unsure: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    abbreviations: frozenset[str] = frozenset()
    function_words: frozenset[str] = frozenset()

    @classmethod
    def from_mapping(cls, table: Mapping[str, Any]) -> Wording:
        """Raises KeyError for a missing part and re.error for a pattern that cannot be read."""
        return cls(
            absolute=tuple(
                Absolute(
                    {language: _pattern(each[language]) for language in LANGUAGES},
                    _pattern(each["support"]),
                )
                for each in table["absolute"]
            ),
            disrespectful={language: _pattern(words) for language, words in table["disrespectful"].items()},
            unsure={language: _pattern(words) for language, words in table["unsure"].items()},
            abbreviations=frozenset(map(str, table["abbreviations"])),
            function_words=frozenset(map(str, table["function_words"])),
        )


def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    """Whole words; Khmer puts no blanks between them, so there any place will do."""
    if not words:
        return _NEVER
    joined = "|".join(words)
    return re.compile(rf"(?i)(?:{joined})" if re.search("[ក-៿]", joined) else rf"(?i)(?<!\w)(?:{joined})(?!\w)")


def check_wording(entry: Entry, facts: Sequence[Fact], wording: Wording) -> Iterator[Fault]:
    """``facts``: those of the entry that may be stated."""
    sure = [fact.text for fact in facts if fact.confidence is Confidence.HIGH]
    for language, answer in entry.answers.items():
        for text in (answer.text, answer.text_without_owner):
            for row in wording.absolute:
                found = row.said[language].search(text) if language in row.said else None
                if found and not any(row.support.search(fact) for fact in sure):
                    yield Fault(entry.id, f"chữ quá chắc, không có sự kiện tin cậy cao nào nói vậy: {found.group()}")
            yield from _forbidden(entry.id, text, language, wording)
            if language == "vi":
                yield from (
                    Fault(entry.id, f"chữ viết tắt chưa giải thích: {each}")
                    for each in dict.fromkeys(_unexplained(text, wording.abbreviations))
                )
    for texts in (entry.title, entry.who, entry.position_by):
        for language, text in texts.items():
            yield from _forbidden(entry.id, text, language, wording)


def _forbidden(entry_id: str, text: str, language: str, wording: Wording) -> Iterator[Fault]:
    for patterns, why in ((wording.disrespectful, "tên gọi thiếu tôn trọng"), (wording.unsure, "chữ không được dùng")):
        found = patterns.get(language, _NEVER).search(text)
        if found:
            yield Fault(entry_id, f"{why}: {found.group()}")


def _unexplained(text: str, known: frozenset[str]) -> Iterator[str]:
    """An abbreviation is explained by the words in brackets behind it, or by standing in brackets behind them."""
    for found in _ABBREVIATION.finditer(text):
        before, after = text[: found.start()], text[found.end() :]
        explained = re.match(r"[”\"]?\s*\(", after) or (before.endswith("(") and after.startswith(")"))
        parts = re.split(r"[-&]", found.group())
        if not explained and found.group() not in known and not known.issuperset(parts):
            yield found.group()
