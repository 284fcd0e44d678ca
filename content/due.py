"""Entries that somebody has to read again: past their review, expired, or soon to be (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from content.entries import Entry

SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Due:
    """``expires``: the text stops being shown on the day after; else it is to be reviewed by that day."""

    entry_id: str
    title: str
    on: date
    expires: bool
    past: bool


def due(entries: Iterable[Entry], today: date, soon: timedelta = SOON) -> tuple[Due, ...]:
    """The most urgent first; an entry stands there once, for what comes first."""
    found = []
    for entry in entries:
        days = [(entry.review_by, False), *([(entry.valid_until, True)] if entry.valid_until else [])]
        on, expires = min(days)
        if on <= today + soon:
            found.append(Due(entry.id, entry.title.get("vi", entry.id), on, expires, on < today))
    return tuple(sorted(found, key=lambda each: (each.on, not each.expires, each.entry_id)))
