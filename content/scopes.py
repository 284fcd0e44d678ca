"""Which entry comes first when several provinces have one: the place only breaks ties (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

NATIONAL = "national"
EQUAL = 0.05  # share of the best score within which any two candidates have equal evidence
SIBLINGS = 0.15  # and two entries that answer the same for different provinces
NAMED = 0.45  # a province named in the question is evidence of its own


class Scoped(Protocol):
    @property
    def score(self) -> float: ...
    @property
    def scope(self) -> str: ...


S = TypeVar("S", bound=Scoped)


def prefer_places(candidates: Sequence[S], home: str | None, named: frozenset[str]) -> tuple[S, ...]:
    """The candidates with those of a named province, else of the resident's province, first among equals.

    An entry about a province that is not a named one goes behind every other: it answers another question.
    Doing this twice changes nothing.
    """
    if not candidates:
        return ()
    best = max(candidate.score for candidate in candidates)
    if named:
        return tuple(sorted(candidates, key=lambda each: _distance(each, named, best)))
    return _home_first(candidates, home, best) if home is not None else tuple(candidates)


def _distance(candidate: Scoped, named: frozenset[str], best: float) -> int:
    if candidate.scope in named:
        return 0 if candidate.score >= best * (1 - NAMED) else 1
    return 1 if candidate.scope == NATIONAL else 2


def _home_first(candidates: Sequence[S], home: str, best: float) -> tuple[S, ...]:
    siblings = [
        at for at, each in enumerate(candidates) if each.scope != NATIONAL and each.score >= best * (1 - SIBLINGS)
    ]
    result = list(candidates)
    ordered = sorted((candidates[at] for at in siblings), key=lambda each: each.scope != home)
    for at, each in zip(siblings, ordered, strict=True):
        result[at] = each
    equal = [each for each in result if each.score >= best * (1 - EQUAL)]
    rest = [each for each in result if each.score < best * (1 - EQUAL)]
    if not equal or result[: len(equal)] != equal:
        return tuple(result)
    return (*sorted(equal, key=lambda each: each.scope != home), *rest)
