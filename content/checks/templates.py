"""What is wrong with the campaign templates: links, languages, figures without an entry, unattributed positions (pure).

A text to start from says only what the linked entries say. So it is checked like an answer that rests on their facts,
and its figures must stand in their answers besides, so that an approver need not tick one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date

from content.campaign_templates import Template
from content.catalog import Catalog
from content.checks.faults import Fault
from content.checks.figures import read_figures
from content.checks.holding import Holding, lacking
from content.checks.reference import Reference
from content.checks.stated import check_figures
from content.checks.texts import check_texts
from content.checks.wording import check_wording
from content.entries import LANGUAGES, Answer, Entry, Kind

LONGEST_TITLE = 200  # of a campaign


def check_templates(
    templates: Mapping[str, Template],
    catalog: Catalog,
    reference: Reference,
    unsendable: Callable[[Template], Iterable[str]] = lambda _template: (),
) -> list[Fault]:
    """``unsendable``: what those who send know to be wrong (placeholders, places, rules of repeating)."""
    return [
        fault
        for template in templates.values()
        for fault in (
            *_check_links(template, catalog),
            *_check_languages(template),
            *_check_texts(template, catalog, reference),
            *(Fault(template.id, why) for why in unsendable(template)),
        )
    ]


def _check_links(template: Template, catalog: Catalog) -> Iterator[Fault]:
    if len(template.title) > LONGEST_TITLE:
        yield Fault(template.id, f"tên dài {len(template.title)} ký tự")
    if template.texts and not template.entries:
        yield Fault(template.id, "có chữ mà không dựa vào câu trả lời nào")
    for entry_id in (*template.entries, *template.confirm):
        if entry_id not in catalog:
            yield Fault(template.id, f"không có câu trả lời {entry_id}")
    for entry in linked(template, catalog):
        if entry.kind is Kind.REFER:
            yield Fault(template.id, f"{entry.id} chưa chắc chắn, chỉ được để ở confirm")
        if entry.id in template.confirm:
            yield Fault(template.id, f"{entry.id} vừa ở entries vừa ở confirm")


def linked(template: Template, catalog: Catalog) -> list[Entry]:
    """The entries a template rests on, as far as the catalogue has them."""
    return [entry for entry in map(catalog.get, template.entries) if entry is not None]


def _check_languages(template: Template) -> Iterator[Fault]:
    if template.ready:
        yield from (Fault(template.id, f"thiếu chữ ({each})") for each in LANGUAGES if not template.texts.get(each))


def _check_texts(template: Template, catalog: Catalog, reference: Reference) -> Iterator[Fault]:
    if not template.texts:
        return
    entries = linked(template, catalog)
    said = _as_entry(template, entries)
    yield from check_texts(said)
    yield from check_wording(said, reference.of(said.facts), reference.wording)
    yield from check_figures(said, reference)
    held = [Holding.of(read_figures(text, language)) for language, text in _stated(entries)]
    for language, text in template.texts.items():
        for figure in dict.fromkeys(lacking(read_figures(text, language), held)):
            yield Fault(template.id, f"“{figure}” không có trong câu trả lời nào của mẫu ({language})")
        for entry in entries:
            by = entry.in_language(entry.position_by, language)
            if entry.kind is Kind.POSITION and by.lower() not in text.lower():
                yield Fault(template.id, f"lập trường của {entry.id} chưa ghi theo {by} ({language})")


def _as_entry(template: Template, entries: Iterable[Entry]) -> Entry:
    """The texts as if they were an answer that rests on all facts of the linked entries."""
    facts = tuple(dict.fromkeys(number for entry in entries for number in entry.facts))
    return Entry(
        id=template.id,
        topic=template.topics[0],
        scope="",
        kind=Kind.ANSWER,
        title={"vi": template.title},
        answers={language: Answer(text) for language, text in template.texts.items()},
        phrasings={},
        facts=facts,
        as_of=date.min,
        review_by=date.max,
    )


def _stated(entries: Iterable[Entry]) -> Iterator[tuple[str, str]]:
    """As an approver's ticks are found: what the answers and their legal bases say."""
    for entry in entries:
        yield from ((language, answer.text) for language, answer in entry.answers.items())
        yield from (("vi", f"{basis.law}, {basis.article}") for basis in entry.basis)
