"""Figures in an answer or its legal basis that stand in none of its facts, or differ between languages (pure)."""

from __future__ import annotations

from collections.abc import Iterator

from content.checks.faults import Fault
from content.checks.figures import Figures, read_figures
from content.checks.holding import Holding, lacking
from content.checks.reference import Reference
from content.entries import Entry


def check_figures(entry: Entry, reference: Reference) -> Iterator[Fault]:
    held = reference.known.holdings(fact.number for fact in reference.of(entry.facts))
    for which in ("text", "text_without_owner"):
        read = {
            language: read_figures(getattr(answer, which), language)
            for language, answer in entry.answers.items()
            if getattr(answer, which)
        }
        source = read.pop("vi", None)
        if source is not None:
            for said in dict.fromkeys(lacking(source, held)):
                yield Fault(entry.id, f"“{said}” không có trong sự kiện nào của mục")
        for language, figures in read.items():
            if source is not None:
                yield from _differences(entry.id, source, figures, language)
            else:
                for said in dict.fromkeys(lacking(figures, held)):
                    yield Fault(entry.id, f"“{said}” không có trong sự kiện nào của mục ({language})")
    yield from _check_basis(entry, held)


def _differences(entry_id: str, source: Figures, figures: Figures, language: str) -> Iterator[Fault]:
    """What the Vietnamese text says was compared with the facts; a translation says the same figures, no others."""
    for said in dict.fromkeys(lacking(figures, [Holding.of(source)], translated=True)):
        yield Fault(entry_id, f"“{said}” có trong bản {language} mà không có trong bản tiếng Việt")
    for said in dict.fromkeys(lacking(source, [Holding.of(figures)], translated=True)):
        yield Fault(entry_id, f"“{said}” có trong bản tiếng Việt mà không có trong bản {language}")


def _check_basis(entry: Entry, held: list[Holding]) -> Iterator[Fault]:
    for basis in entry.basis:
        law, article = read_figures(basis.law, "vi"), read_figures(basis.article, "vi")
        for said in dict.fromkeys(lacking(law, held)):
            yield Fault(entry.id, f"“{said}” trong căn cứ không có trong sự kiện nào của mục")
        # An article counts only beside its law; a fact that names no law goes with the other facts of its entry.
        named = [paper for _, paper in law.papers]
        near = [
            each
            for each in held
            if not named or not each.papers or any(paper.is_named_by(other) for paper in named for other in each.papers)
        ]
        for said in dict.fromkeys(lacking(article, near)):
            yield Fault(entry.id, f"“{said}” của “{basis.law}” không có trong sự kiện nào của mục")
