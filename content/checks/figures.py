"""Every figure a text states: contacts, laws and articles, dates, codes, amounts (pure)."""

from __future__ import annotations

from dataclasses import dataclass

from content.checks.amounts import Amount, amounts
from content.checks.contacts import codes, contacts
from content.checks.days import Day, days
from content.checks.papers import Mention, Paper, mentions, papers
from content.checks.scan import Scan
from content.checks.spelled import in_words
from content.checks.spelled_vietnamese import spelled_vietnamese


@dataclass(frozen=True, slots=True)
class Figures:
    """Each with the words in which it was said. ``words``: numbers written out that only ever support."""

    names: tuple[tuple[str, str], ...]
    papers: tuple[tuple[str, Paper], ...]
    mentions: tuple[tuple[str, Mention], ...]
    either: frozenset[str]
    days: tuple[tuple[str, Day], ...]
    amounts: tuple[Amount, ...]
    words: tuple[Amount, ...]


def read_figures(text: str, language: str) -> Figures:
    """In this order, because a phone number holds what looks like amounts, and a law what looks like a date."""
    scan = Scan(text)
    words = [Amount("", frozenset({value})) for value in in_words(scan.text, language)]
    asked: list[Amount] = []
    for each in spelled_vietnamese(scan.text) if language == "vi" else ():
        amount = Amount(each.said, frozenset({each.value}), units=each.units, implied=each.implied)
        (asked if each.asked else words).append(amount)
    found = contacts(scan)
    laws = papers(scan)
    articles, either = mentions(scan)
    dates = days(scan)
    found += codes(scan)
    counted = (*amounts(scan, language), *asked)
    return Figures(tuple(found), tuple(laws), tuple(articles), either, tuple(dates), counted, tuple(words))
