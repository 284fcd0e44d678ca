"""Every figure a text states: contacts, laws and articles, dates, codes, amounts (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from content.checks.amounts import Amount, amounts
from content.checks.contacts import codes, contacts
from content.checks.days import Day, days
from content.checks.papers import Mention, Paper, mentions, papers
from content.checks.scan import Scan
from content.checks.spelled import in_words


@dataclass(frozen=True, slots=True)
class Figures:
    """Each with the words in which it was said. ``words``: numbers written out, which only ever support."""

    names: tuple[tuple[str, str], ...]
    papers: tuple[tuple[str, Paper], ...]
    mentions: tuple[tuple[str, Mention], ...]
    either: frozenset[str]
    days: tuple[tuple[str, Day], ...]
    amounts: tuple[Amount, ...]
    words: frozenset[Decimal]


def read_figures(text: str, language: str) -> Figures:
    """In this order, because a phone number holds what looks like amounts, and a law what looks like a date."""
    scan = Scan(text)
    spelled = in_words(scan.text, language)
    found = contacts(scan)
    laws = papers(scan)
    articles, either = mentions(scan)
    dates = days(scan)
    found += codes(scan)
    return Figures(
        tuple(found), tuple(laws), tuple(articles), either, tuple(dates), tuple(amounts(scan, language)), spelled
    )
