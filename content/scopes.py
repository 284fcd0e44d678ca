"""Which entry comes first when several provinces have one: the place only breaks ties (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

NATIONAL = "national"
TIE = 0.15  # share of the best score within which two candidates count as equal
NAMED_TIE = 0.45  # a province named in the question is evidence of its own


class Scoped(Protocol):
    @property
    def score(self) -> float: ...
    @property
    def scope(self) -> str: ...


S = TypeVar("S", bound=Scoped)


def prefer_places(candidates: Sequence[S], home: str | None, named: frozenset[str]) -> tuple[S, ...]:
    """The candidates with those of a named province, else of the resident's province, first among equals.

    An entry about a province that is not the named one goes behind every other candidate: it answers another question.
    Doing this twice changes nothing.
    """
    if not candidates or (home is None and not named):
        return tuple(candidates)
    best = max(candidate.score for candidate in candidates)

    def rank(candidate: S) -> tuple[int, int]:
        if named:
            if candidate.scope in named:
                return (0, 0) if candidate.score >= best * (1 - NAMED_TIE) else (1, 0)
            return (1, 0) if candidate.scope == NATIONAL else (2, 0)
        return (0, 0 if candidate.scope == home else 1) if candidate.score >= best * (1 - TIE) else (1, 0)

    if named:
        return tuple(sorted(candidates, key=rank))
    return _home_first(candidates, home, best)


def _home_first(candidates: Sequence[S], home: str | None, best: float) -> tuple[S, ...]:
    """Only entries of provinces change places with one another: a national entry is not moved by where one lives."""
    tied = [at for at, each in enumerate(candidates) if each.scope != NATIONAL and each.score >= best * (1 - TIE)]
    if not any(candidates[at].scope == home for at in tied):
        return tuple(candidates)
    ordered = sorted((candidates[at] for at in tied), key=lambda each: each.scope != home)
    result = list(candidates)
    for at, each in zip(tied, ordered, strict=True):
        result[at] = each
    return tuple(result)
