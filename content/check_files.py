"""Reads what the checks of the content compare with from the files that ship with the program."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files

from content.checks.reference import Reference
from content.checks.support import KnownFacts
from content.checks.wording import Wording
from content.facts import BadFacts, Fact, read_behaviours, read_facts, rows, settings_as_facts
from content.files import read_yaml, shipped_phrases

_FOLDER = files("content") / "data" / "facts"
SHEETS = ("border", "sea", "labour")


def shipped_facts() -> dict[str, Fact]:
    """The facts of all sheets, by number. Raises BadFacts."""
    facts: dict[str, Fact] = {}
    for name in SHEETS:
        try:
            facts |= read_facts(_table(name))
        except BadFacts as error:
            raise BadFacts(f"{name}.tsv: {error}") from None
    return facts


def shipped_behaviours() -> dict[str, Fact]:
    return read_behaviours(_table("product"))


def shipped_reference(settings: Iterable[str]) -> Reference:
    """``settings``: the names of the settings that entries may cite. Raises BadFacts, BadContent, KeyError."""
    facts = shipped_facts() | shipped_behaviours() | settings_as_facts(settings)
    return Reference(
        facts=facts,
        known=KnownFacts(
            facts,
            {row["short"]: row["full"] for row in rows(_table("papers"))},
            {(row["sheet"], row["code"]): row["said"] for row in rows(_table("sources"))},
        ),
        wording=Wording.from_mapping(read_yaml("wording.yaml")),
        neighbours=read_yaml("neighbours.yaml"),
        phrases=shipped_phrases(),
    )


def _table(name: str) -> str:
    return (_FOLDER / f"{name}.tsv").read_text(encoding="utf-8")
