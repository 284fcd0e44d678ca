"""What a text may be cited for, and what another text says beyond it (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from content.checks.amounts import MILLION, ONE
from content.checks.days import Day
from content.checks.figures import Figures
from content.checks.papers import Mention, Paper
from content.checks.units import DONG, UNSAID, Units, agree

Counted = tuple[Decimal, str]  # the unit is "" where the text names none

_LEAST_END = 7  # digits by which a phone number may be told from its end


@dataclass(frozen=True, slots=True)
class Holding:
    """What one text may be cited for."""

    names: frozenset[str] = frozenset()
    papers: tuple[Paper, ...] = ()
    articles: frozenset[str] = frozenset()
    clauses: frozenset[Mention] = frozenset()
    days: frozenset[Day] = frozenset()
    amounts: frozenset[Counted] = frozenset()

    @classmethod
    def of(cls, figures: Figures) -> Holding:
        return cls(
            names=frozenset(name for _, name in figures.names),
            papers=tuple(paper for _, paper in figures.papers),
            articles=frozenset(said.article for _, said in figures.mentions if said.article) | figures.either,
            clauses=frozenset(said for _, said in figures.mentions if said.clause),
            days=frozenset(day for _, day in figures.days),
            amounts=_amounts(figures) | _years(figures),
        )

    @classmethod
    def of_source(cls, figures: Figures) -> Holding:
        """The name of a source tells its date and its law; amounts in it are no facts."""
        whole = cls.of(figures)
        return cls(papers=whole.papers, days=whole.days, amounts=frozenset(filter(_is_year, whole.amounts)))

    def plus(self, other: Holding) -> Holding:
        return Holding(
            self.names | other.names,
            self.papers + other.papers,
            self.articles | other.articles,
            self.clauses | other.clauses,
            self.days | other.days,
            self.amounts | other.amounts,
        )

    def without(self, figures: Figures) -> Holding:
        """Less the figures that were said, whole: without a date its year may still be sure."""
        other = Holding.of(figures)
        unsure = {value for value, _ in _amounts(figures)}
        return Holding(
            self.names - other.names,
            self.papers,
            self.articles - other.articles,
            self.clauses,
            self.days - other.days,
            frozenset((value, unit) for value, unit in self.amounts if value not in unsure),
        )


def _amounts(figures: Figures) -> frozenset[Counted]:
    """In a table whose last column alone says "triệu", the bare numbers before it count as millions too."""
    held = {
        (reading, unit)
        for amount in (*figures.amounts, *figures.words)
        for reading in amount.readings
        for unit in amount.units | amount.implied or {""}
    }
    if any(amount.said.endswith(("triệu", " tr")) for amount in figures.amounts):
        bare = [amount for amount in figures.amounts if amount.bare]
        held |= {(each * MILLION, unit) for amount in bare for each in amount.readings for unit in DONG}
    return frozenset(held)


def _is_year(amount: Counted) -> bool:
    return 1900 <= amount[0] <= 2100


def _years(figures: Figures) -> frozenset[Counted]:
    years = {day.year for _, day in figures.days} | {int(paper.year) for _, paper in figures.papers if paper.year}
    return frozenset((Decimal(year), "") for year in years if year)


def lacking(figures: Figures, held: Sequence[Holding], *, translated: bool = False) -> Iterator[str]:
    """What was said and no holding holds. ``translated``: between languages a unit that is not recognised may be any,
    and ones are not looked for: "once" and "a" are too many words to know them all."""
    all_held = Holding()
    for each in held:
        all_held = all_held.plus(each)
    yield from (said for said, name in figures.names if not _named(name, all_held.names))
    yield from (said for said, paper in figures.papers if not any(paper.is_named_by(each) for each in all_held.papers))
    for said, mention in figures.mentions:
        if mention.clause:
            if mention not in all_held.clauses and Mention("", mention.clause) not in all_held.clauses:
                yield f"{said} (Điều {mention.article})" if mention.article else said
        elif mention.article not in all_held.articles:
            yield f"Điều {mention.article}"
    yield from (said for said, day in figures.days if not any(day.within(each) for each in all_held.days))
    units: dict[Decimal, Units] = {}
    for value, unit in all_held.amounts:
        units[value] = units.get(value, UNSAID) | {unit}
    for amount in figures.amounts:
        as_day = amount.day and any(day.day in amount.readings for day in all_held.days)
        if as_day or (translated and ONE in amount.readings):
            continue
        if not any(agree(amount.units, units.get(each), tolerant=translated) for each in amount.readings):
            elsewhere = any(each in units for each in amount.readings)
            yield f"{amount.said} {'/'.join(sorted(amount.units))}" if elsewhere else amount.said


def _named(name: str, names: frozenset[str]) -> bool:
    """Phone numbers may be told from their end ("đuôi 62 844 844") or their beginning ("hai số +855")."""
    if name in names:
        return True
    if name.startswith("+"):
        begins = "0" if name == "+84" else name
        return any(other.startswith(begins) for other in names)
    return name.isdigit() and len(name) >= _LEAST_END and any(other.endswith(name) for other in names)
