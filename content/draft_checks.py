"""What keeps an officer's draft from being handed in, and what its author should look at (pure)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from content.catalog import BadContent, Catalog, parse
from content.checks.reference import Reference
from content.checks.whole import check_one
from content.entries import LANGUAGES, Entry
from content.facts import Confidence, Fact

T = TypeVar("T")
OWN = "own:"  # a fact that the officer quotes with its source, because no sheet of the release has it


@dataclass(frozen=True, slots=True)
class Findings:
    """Sentences for the author. ``faults`` keep the draft from being handed in; ``reminders`` do not."""

    faults: tuple[str, ...] = ()
    reminders: tuple[str, ...] = ()


def own_facts(body: Mapping[str, Any]) -> dict[str, Fact]:
    """What the officers quote, by number; believed like one good source, never like the text of a law."""
    quoted: Sequence[Mapping[str, Any]] = body.get("own_facts") or ()
    return {
        f"{OWN}{number}": Fact(f"{OWN}{number}", Confidence.MIDDLE, str(each.get("text", "")))
        for number, each in enumerate(quoted, start=1)
    }


def with_own_facts(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body with the numbers of what it quotes among its facts, and those of nothing else that is its own."""
    cited = [each for each in body.get("facts", ()) if not str(each).startswith(OWN)]
    return {**body, "facts": [*cited, *own_facts(body)]}


def findings(
    body: Mapping[str, Any], catalog: Catalog, today: date, reference: Reference, kept: Collection[str] = LANGUAGES
) -> Findings:
    """As ``cotmoc content check`` would find it; a draft may lack translations and have few ways of asking.

    ``kept``: languages that would be shown; what is wrong with any other one is told, and keeps nothing back.
    """
    try:
        entry = parse(body, str(body.get("topic", "")))
    except BadContent as error:
        return Findings((str(error),))
    if "vi" not in entry.answers:
        return Findings(("thiếu câu trả lời (vi)",))
    own = own_facts(body)
    if own:
        reference = replace(reference, facts={**reference.facts, **own}, known=reference.known.plus(own))
    whole = check_one(entry, catalog, today, reference)
    weighs = whole if set(entry.answers) <= set(kept) else check_one(_only(entry, kept), catalog, today, reference)
    unquoted = tuple(
        f"trích dẫn số {number} chưa ghi lấy từ đâu"
        for number, each in enumerate(body.get("own_facts") or (), start=1)
        if not str(each.get("source", "")).strip()
    )
    faults = dict.fromkeys(unquoted + tuple(each.why for each in weighs if not each.warning and not each.sparse))
    return Findings(tuple(faults), tuple(dict.fromkeys(each.why for each in whole if each.why not in faults)))


def _only(entry: Entry, kept: Collection[str]) -> Entry:
    """The entry as it would be shown."""

    def some(texts: Mapping[str, T]) -> dict[str, T]:
        return {language: text for language, text in texts.items() if language in kept}

    return replace(
        entry,
        answers=some(entry.answers),
        title=some(entry.title),
        who=some(entry.who),
        position_by=some(entry.position_by),
    )
