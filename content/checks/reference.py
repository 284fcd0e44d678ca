"""What the checks compare with: facts, names of papers, words, the subjects of the neighbours (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from content.checks.support import KnownFacts
from content.checks.wording import Wording
from content.facts import Fact
from content.phrases import Phrases


@dataclass(frozen=True, slots=True)
class Reference:
    """``facts``: by number, behaviours of the product and settings among them; ``neighbours``: subject to phrasings by
    language; ``phrases``: the lines the bot adds to an answer."""

    facts: Mapping[str, Fact]
    known: KnownFacts
    wording: Wording
    neighbours: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)
    phrases: Phrases | None = None

    def of(self, numbers: Iterable[str]) -> list[Fact]:
        """The facts among these numbers that may be stated."""
        return [fact for fact in map(self.facts.get, numbers) if fact is not None and fact.statable]
