"""The catalogue: YAML to entries and back (pure)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from content.entries import Answer, AnswerState, Entry, Kind, LegalBasis, Source


class BadContent(ValueError):
    """An entry cannot be read; the message names the entry and the reason."""


class Catalog:
    """All entries by id, in the order they were given."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries: dict[str, Entry] = {}
        for entry in entries:
            if entry.id in self._entries:
                raise BadContent(f"{entry.id}: mã này có hai lần")
            self._entries[entry.id] = entry

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, entry_id: object) -> bool:
        return entry_id in self._entries

    def get(self, entry_id: str) -> Entry | None:
        return self._entries.get(entry_id)

    def of_topic(self, topic: str) -> list[Entry]:
        return [entry for entry in self if entry.topic == topic]

    @property
    def any_signed(self) -> bool:
        return any(entry.signed(language) for entry in self for language in entry.answers)


def digest(body: Mapping[str, Any]) -> str:
    """The same for the same content, whatever the order of its keys."""
    canonical = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def parse(body: Mapping[str, Any], topic: str) -> Entry:
    """One entry from its YAML or JSON form. Raises BadContent."""
    entry_id = str(body.get("id", "?"))
    try:
        return Entry(
            id=entry_id,
            topic=topic,
            scope=str(body["scope"]),
            kind=Kind(body["kind"]),
            title=_texts(body["title"]),
            answers={language: _answer(given) for language, given in body["answer"].items()},
            phrasings={language: _several(given) for language, given in body["phrasings"].items()},
            facts=tuple(str(each) for each in body["facts"]),
            as_of=_day(body["as_of"]),
            review_by=_day(body["review_by"]),
            valid_until=_day(body["valid_until"]) if body.get("valid_until") else None,
            owner=str(body.get("owner") or ""),
            who=_texts(body.get("who") or {}),
            position_by=_texts(body.get("position_by") or {}),
            related=tuple(body.get("related") or ()),
            attachments=tuple(body.get("attachments") or ()),
            basis=tuple(
                LegalBasis(str(each["law"]), str(each.get("article") or "")) for each in body.get("basis") or ()
            ),
            sources=tuple(
                Source(str(each["name"]), str(each.get("code") or ""), str(each.get("url") or ""))
                for each in body.get("sources") or ()
            ),
        )
    except KeyError as error:
        raise BadContent(f"{entry_id}: thiếu mục {error.args[0]}") from None
    except (TypeError, ValueError, AttributeError) as error:
        raise BadContent(f"{entry_id}: {error}") from None


def _several(given: Any) -> tuple[str, ...]:
    if not isinstance(given, list | tuple):
        raise TypeError("cách hỏi phải là một danh sách")
    return tuple(str(each) for each in given)


def _texts(given: Mapping[str, Any]) -> dict[str, str]:
    return {str(language): str(text).strip() for language, text in given.items() if text}


def _answer(given: Mapping[str, Any]) -> Answer:
    return Answer(
        text=str(given["text"]).strip(),
        state=AnswerState(given.get("state", "draft")),
        text_without_owner=str(given.get("text_without_owner") or "").strip(),
    )


def _day(given: Any) -> date:
    return given if isinstance(given, date) else date.fromisoformat(str(given))


def plain(body: Any) -> Any:
    """The same content with dates as text, as it is stored and digested."""
    if isinstance(body, Mapping):
        return {str(key): plain(value) for key, value in body.items()}
    if isinstance(body, list | tuple):
        return [plain(value) for value in body]
    return body.isoformat() if isinstance(body, date) else body
