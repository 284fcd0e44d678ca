"""The facts that answers rest on: number, confidence, the fact in the province's words, its sources (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

_SOURCE_CODE = re.compile(r"\b[SLT]\d+[a-z]?\b")


class BadFacts(ValueError):
    """A table of facts cannot be read; the message names the row."""


class Confidence(StrEnum):
    """As the sheets say it: the text of a law or two good sources · one good source · not verified, never stated."""

    HIGH = "cao"
    MIDDLE = "vừa"
    LOW = "thấp"


@dataclass(frozen=True, slots=True)
class Fact:
    """``reserve``: for which part the sheet trusts it less; ``heading``: of its section, whose figures it shares;
    ``sources``: codes with the sheet's remarks; ``not_to_state``: figures in it that the sheet itself calls unsure."""

    number: str
    confidence: Confidence
    text: str
    heading: str = ""
    reserve: str = ""
    sources: str = ""
    not_to_state: tuple[str, ...] = ()

    @property
    def source_codes(self) -> tuple[str, ...]:
        return tuple(_SOURCE_CODE.findall(f"{self.sources} {self.reserve} {self.text}"))

    @property
    def statable(self) -> bool:
        """Whether anything may be said as fact because of it (promise F1)."""
        return self.confidence is not Confidence.LOW


def read_facts(table: str) -> dict[str, Fact]:
    """The rows of one sheet (tab-separated, with a header), by number. Raises BadFacts."""
    facts: dict[str, Fact] = {}
    for row in rows(table):
        try:
            fact = Fact(
                number=row["number"],
                confidence=Confidence(row["confidence"]),
                text=row["text"],
                heading=row["heading"],
                reserve=row["reserve"],
                sources=row["sources"],
                not_to_state=tuple(filter(None, (each.strip() for each in row["not_to_state"].split(";")))),
            )
        except (KeyError, ValueError) as error:
            raise BadFacts(f"{row.get('number', '?')}: {error}") from None
        if fact.number in facts:
            raise BadFacts(f"{fact.number}: số này có hai lần")
        facts[fact.number] = fact
    return facts


def read_behaviours(table: str) -> dict[str, Fact]:
    """What the product does, each held by a named test; cited by entries on the service itself as product:<name>."""
    return {
        f"product:{row['name']}": Fact(f"product:{row['name']}", Confidence.HIGH, row["says"]) for row in rows(table)
    }


def settings_as_facts(names: Iterable[str]) -> dict[str, Fact]:
    """Settings an entry may rest on; what they say is known to the installation alone."""
    return {f"setting:{name}": Fact(f"setting:{name}", Confidence.HIGH, "") for name in names}


def rows(table: str) -> list[Mapping[str, str]]:
    """A tab-separated table with a header. Raises BadFacts for a row of another length."""
    lines = table.splitlines()
    header = lines[0].split("\t") if lines else []
    found: list[Mapping[str, str]] = []
    for at, line in enumerate(lines[1:], start=2):
        cells = line.split("\t")
        if len(cells) != len(header):
            raise BadFacts(f"dòng {at}: {len(cells)} cột, cần {len(header)}")
        found.append(dict(zip(header, cells, strict=True)))
    return found
