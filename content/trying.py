"""What the matcher makes of one utterance and why, and ways of asking too near to another entry's (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz, process

from content.catalog import Catalog
from content.checks.phrasings import ALIKE, bare
from content.confidence import confidence
from content.judge import Judge
from content.match_values import Candidate
from content.tokens import tokens

LONGEST_UTTERANCE = 500  # letters
_MOST = 20  # near ways of asking that are told


@dataclass(frozen=True, slots=True)
class Tried:
    """``decision``: answered, clarify or fallback; ``entries``: those shown or offered; ``candidates``: best first;
    ``sure``: 0 to 1, that the first is right; ``known``: words of the utterance that its ways of asking have,
    ``unknown``: the others; ``nearest``: its way of asking that is most like it."""

    decision: str
    entries: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    sure: float
    language: str
    known: tuple[str, ...]
    unknown: tuple[str, ...]
    nearest: str


@dataclass(frozen=True, slots=True)
class Near:
    """A way of asking of the draft that is as good as another entry's. ``likeness``: 0 to 100."""

    language: str
    phrasing: str
    entry_id: str
    other: str
    likeness: int


def tried(judge: Judge, catalog: Catalog, text: str, place_scope: str) -> Tried:
    """As somebody of this province would be answered who asks it first."""
    judged = judge(text[:LONGEST_UTTERANCE], place_scope=place_scope)
    outcome, match = judged.outcome, judged.match
    entries: tuple[str, ...] = getattr(outcome, "entry_ids", ())
    if hasattr(outcome, "entry_id"):
        entries = (outcome.entry_id,)
    first = catalog.get(match.candidates[0].id) if match.candidates else None
    phrasings = [] if first is None else [each for texts in first.phrasings.values() for each in texts]
    if first is not None:
        phrasings += first.title.values()
    held = {folded for each in phrasings for folded in bare(each).split()}
    spoken = tokens(match.text)
    said = list(dict.fromkeys(spoken.words))
    nearest = process.extractOne(
        bare(match.text), {each: bare(each) for each in phrasings}, scorer=fuzz.token_set_ratio
    )
    return Tried(
        decision=judged.name,
        entries=entries,
        candidates=match.candidates[:3],
        sure=round(confidence(match.evidence, match.language), 2) if match.candidates else 0.0,
        language=match.language,
        known=tuple(word for word, folded in said if folded in held),
        unknown=tuple(word for word, folded in said if folded not in held),
        nearest=str(nearest[2]) if nearest else "",
    )


def near_others(
    body: Mapping[str, Any], catalog: Catalog, only: Mapping[str, Iterable[str]] | None = None
) -> tuple[Near, ...]:
    """Ways of asking of a draft that say the same as another entry's, the likest first. ``only``: of these, by
    language, else of all."""
    found: list[Near] = []
    given: Mapping[str, Sequence[str]] = body.get("phrasings") or {}
    for language, texts in given.items():
        wanted = texts if only is None else [each for each in texts if each in set(only.get(language, ()))]
        if not wanted:
            continue
        others = {
            (entry.id, text): bare(text)
            for entry in catalog
            if entry.id != body["id"]
            for text in entry.phrasings.get(language, ())
        }
        for phrasing in wanted:
            best = process.extractOne(bare(phrasing), others, scorer=fuzz.token_sort_ratio, score_cutoff=ALIKE)
            if best is not None:
                (entry_id, other), score = best[2], best[1]
                found.append(Near(language, phrasing, entry_id, other, round(score)))
    return tuple(sorted(found, key=lambda each: (-each.likeness, each.phrasing))[:_MOST])


def added_phrasings(old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> dict[str, list[str]]:
    """The ways of asking that the older body has not, by language."""
    before: Mapping[str, Sequence[str]] = (old or {}).get("phrasings") or {}
    return {
        language: [each for each in texts if each not in set(before.get(language, ()))]
        for language, texts in (new.get("phrasings") or {}).items()
    }
