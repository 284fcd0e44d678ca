"""Whether a figure stands in a fact: what each fact holds, and what an answer says beyond it (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from content.checks.amounts import MILLION, ONE
from content.checks.days import Day
from content.checks.figures import Figures, read_figures
from content.checks.papers import Mention, Paper, with_years
from content.facts import Fact

# A fact points to others by number, and to its sources by code; those numbers are no figures of it.
_REFERENCE = re.compile(r"\bF\d+\.\d+\b|\b[AB]\d{2}\b|\b[SLT]\d+[a-z]?\b")
_LEAST_END = 7  # digits by which a phone number may be told from its end


@dataclass(frozen=True, slots=True)
class Holding:
    """What one text may be cited for."""

    names: frozenset[str] = frozenset()
    papers: tuple[Paper, ...] = ()
    articles: frozenset[str] = frozenset()
    clauses: frozenset[Mention] = frozenset()
    days: frozenset[Day] = frozenset()
    amounts: frozenset[Decimal] = frozenset()

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
        return Holding(
            self.names - other.names,
            self.papers,
            self.articles - other.articles,
            self.clauses,
            self.days - other.days,
            self.amounts - _amounts(figures),
        )


def _amounts(figures: Figures) -> frozenset[Decimal]:
    """In a table whose last column alone says "triệu", the bare numbers before it count as millions too."""
    held = {reading for amount in figures.amounts for reading in amount.readings} | figures.words
    if any(amount.said.endswith(("triệu", " tr")) for amount in figures.amounts):
        held |= {each * MILLION for amount in figures.amounts if amount.bare for each in amount.readings}
    return frozenset(held)


def _is_year(amount: Decimal) -> bool:
    return 1900 <= amount <= 2100


def _years(figures: Figures) -> frozenset[Decimal]:
    years = {day.year for _, day in figures.days} | {int(paper.year) for _, paper in figures.papers if paper.year}
    return frozenset(Decimal(year) for year in years if year)


def lacking(figures: Figures, held: Sequence[Holding], *, ignore_one: bool = False) -> Iterator[str]:
    """What was said and no holding holds. ``ignore_one``: "once" and "a" are too many words to know them all."""
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
    for amount in figures.amounts:
        as_day = amount.day and any(day.day in amount.readings for day in all_held.days)
        if not as_day and not amount.readings & all_held.amounts and not (ignore_one and ONE in amount.readings):
            yield amount.said


def _named(name: str, names: frozenset[str]) -> bool:
    """Phone numbers may be told from their end ("đuôi 62 844 844") or their beginning ("hai số +855")."""
    if name in names:
        return True
    if name.startswith("+"):
        begins = "0" if name == "+84" else name
        return any(other.startswith(begins) for other in names)
    return name.isdigit() and len(name) >= _LEAST_END and any(other.endswith(name) for other in names)


class KnownFacts:
    """The holdings of every fact, read once."""

    def __init__(
        self,
        facts: Mapping[str, Fact],
        full_names: Mapping[str, str] | None = None,
        sources: Mapping[tuple[str, str], str] | None = None,
    ) -> None:
        """``full_names``: how a sheet calls a law for short, to its full name; ``sources``: the letter of a sheet and
        a code, to the name and date of the source."""
        self._full_names = [
            (re.compile(rf"(?<!\w){re.escape(short)}(?!\w)"), full) for short, full in (full_names or {}).items()
        ]
        self._sources = {key: Holding.of_source(read_figures(said, "vi")) for key, said in (sources or {}).items()}
        read = {number: read_figures(self._whole(fact), "vi") for number, fact in facts.items()}
        papers: dict[str, list[Paper]] = {}
        for number, figures in read.items():
            papers.setdefault(number[0], []).extend(paper for _, paper in figures.papers)
        self._holdings = {
            number: self._holding(facts[number], figures, papers[number[0]]) for number, figures in read.items()
        }

    def _whole(self, fact: Fact) -> str:
        text = "\n".join((fact.text, fact.reserve, fact.heading, fact.sources))
        names = [full for short, full in self._full_names if short.search(text)]
        return "\n".join([_REFERENCE.sub(" ", text), *names])

    def _holding(self, fact: Fact, figures: Figures, sheet: list[Paper]) -> Holding:
        holding = Holding.of(figures)
        if fact.not_to_state:
            holding = holding.without(read_figures(" ; ".join(fact.not_to_state), "vi"))
        holding = holding.plus(Holding(papers=tuple(with_years(list(holding.papers), sheet))))
        for code in fact.source_codes:
            holding = holding.plus(self._sources.get((fact.number[0], code), Holding()))
        return holding

    def holdings(self, numbers: Iterable[str]) -> list[Holding]:
        return [self._holdings[number] for number in numbers if number in self._holdings]
