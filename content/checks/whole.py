"""All checks of the whole catalogue, in the order in which a writer can mend what they find (pure)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from content.catalog import Catalog
from content.checks.alike import check_alike, check_titles
from content.checks.cited import check_cited
from content.checks.faults import Fault
from content.checks.form import check_dates, check_form
from content.checks.lengths import check_lengths
from content.checks.phrasings import check_phrasings
from content.checks.reference import Reference
from content.checks.stated import check_figures
from content.checks.texts import check_texts
from content.checks.wording import check_wording
from content.entries import Entry


def check(catalog: Catalog, today: date, reference: Reference) -> list[Fault]:
    """Every fault, then every warning, each in the order of the entries; without faults the catalogue may ship."""
    found = [fault for entry in catalog for fault in _check_entry(entry, catalog, today, reference)]
    found.extend(check_phrasings(catalog, reference.neighbours, reference.wording.function_words))
    found.extend(check_alike(catalog))
    found.extend(check_titles(catalog))
    if reference.phrases is not None:
        found.extend(check_lengths(catalog, reference.phrases))
    return sorted(found, key=lambda each: each.warning)


def check_one(entry: Entry, catalog: Catalog, today: date, reference: Reference) -> list[Fault]:
    """What is wrong with one entry among the others of the catalogue, as :func:`check` would find it."""
    whole = Catalog([*[each for each in catalog if each.id != entry.id], entry])
    found = list(_check_entry(entry, whole, today, reference))
    asked = check_phrasings(whole, reference.neighbours, reference.wording.function_words, only=entry.id)
    found.extend(each for each in asked if each.where == entry.id)
    found.extend(each for each in check_alike(whole, only=entry.id) if each.where == entry.id)
    titles = [f"“{title}” ({language})" for language, title in entry.title.items()]
    found.extend(each for each in check_titles(whole) if each.where == entry.topic and each.why.endswith(tuple(titles)))
    if reference.phrases is not None:
        found.extend(check_lengths(whole, reference.phrases, only=entry.id))
    return sorted(found, key=lambda each: each.warning)


def _check_entry(entry: Entry, catalog: Catalog, today: date, reference: Reference) -> Iterator[Fault]:
    yield from check_form(entry, catalog)
    yield from check_dates(entry, today)
    yield from check_cited(entry, reference)
    yield from check_texts(entry)
    yield from check_wording(entry, reference.of(entry.facts), reference.wording)
    yield from check_figures(entry, reference)
