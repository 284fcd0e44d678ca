"""Entries that somebody has to read again, the most urgent first."""

from __future__ import annotations

from datetime import date

from content.due import due
from tests.content.checked_sample import entry

TODAY = date(2026, 11, 20)


def test_what_is_past_and_what_is_near() -> None:
    entries = [
        entry(id="a.later", review_by="2027-05-01"),
        entry(id="b.soon", review_by="2026-12-20"),
        entry(id="c.past", review_by="2026-11-19"),
        entry(id="d.expires", valid_until="2026-12-01"),
        entry(id="e.today", review_by="2026-11-20"),
        entry(id="f.one-day-too-far", review_by="2026-12-21"),
    ]
    found = due(entries, TODAY)
    assert [(each.entry_id, each.past, each.expires) for each in found] == [
        ("c.past", True, False),
        ("e.today", False, False),
        ("d.expires", False, True),
        ("b.soon", False, False),
    ]


def test_an_entry_stands_there_once_for_what_comes_first() -> None:
    [found] = due([entry(review_by="2026-11-25", valid_until="2026-11-22")], TODAY)
    assert (found.on, found.expires) == (date(2026, 11, 22), True)
