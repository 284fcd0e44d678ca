"""What each fact holds, with the papers it calls by a short name and the dates of its sources (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from content.checks.figures import Figures, read_figures
from content.checks.holding import Holding
from content.checks.papers import Paper, with_years
from content.facts import Fact

# A fact points to others by number, and to its sources by code; those numbers are no figures of it.
_REFERENCE = re.compile(r"\bF\d+\.\d+\b|\b[AB]\d{2}\b|\b[SLT]\d+[a-z]?\b")


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

    def plus(self, facts: Mapping[str, Fact]) -> KnownFacts:
        """With more facts, which name nothing for short and lean on no sheet."""
        more = KnownFacts(facts)
        more._holdings = {**self._holdings, **more._holdings}
        return more

    def holdings(self, numbers: Iterable[str]) -> list[Holding]:
        return [self._holdings[number] for number in numbers if number in self._holdings]
