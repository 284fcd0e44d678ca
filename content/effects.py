"""What a changed answer does to the test questions: which come out otherwise, better or worse (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from content.evaluate import Row
from content.judge import Answered, Clarify, Judge, Judgement

# How well a question came out, the best first.
RIGHT, OFFERED, REFUSED, WRONG = 3, 2, 1, 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said to one question: ``entries`` shown (one) or offered (several); ``grade``: how well that is."""

    entries: tuple[str, ...]
    grade: int
    first: str = ""  # the likeliest entry, whether or not it is shown

    @property
    def answered(self) -> bool:
        return len(self.entries) == 1


@dataclass(frozen=True, slots=True)
class Change:
    """A test question that is answered otherwise. ``wanted``: the entries that would be right; none: out of scope."""

    question: str
    wanted: tuple[str, ...]
    before: Verdict
    after: Verdict

    @property
    def worse(self) -> bool:
        return self.after.grade < self.before.grade

    @property
    def better(self) -> bool:
        return self.after.grade > self.before.grade


@dataclass(frozen=True, slots=True)
class Score:
    """Shares from 0 to 1. ``right``: the first candidate is right, of the questions in scope; ``wrong``: of all
    questions, how many are answered with something that is no answer to them."""

    right: float
    wrong: float


@dataclass(frozen=True, slots=True)
class Effect:
    """``asked``: how many questions; ``seconds``: how long building and asking took."""

    before: Score
    after: Score
    changes: tuple[Change, ...]
    asked: int
    seconds: float = 0.0

    @property
    def worse(self) -> tuple[Change, ...]:
        return tuple(each for each in self.changes if each.worse)

    @property
    def lowers(self) -> bool:
        """Whether somebody has to say why, and somebody else that it may be."""
        return bool(self.worse) or self.after.right < self.before.right or self.after.wrong > self.before.wrong

    @property
    def points_lost(self) -> float:
        """Of accuracy, in points of a hundred; none when it rises."""
        return round(max(0.0, 100 * (self.before.right - self.after.right)), 2)

    def as_json(self) -> dict[str, Any]:
        """What is kept of it, and what an approval is bound to; not how long it took."""
        return {
            "asked": self.asked,
            "before": [self.before.right, self.before.wrong],
            "after": [self.after.right, self.after.wrong],
            "changes": [[each.question, list(each.before.entries), list(each.after.entries)] for each in self.changes],
        }


NO_EFFECT = Effect(Score(0, 0), Score(0, 0), (), 0)


def verdict(judged: Judgement, wanted: frozenset[str]) -> Verdict:
    outcome = judged.outcome
    shown: tuple[str, ...] = (outcome.entry_id,) if isinstance(outcome, Answered) else ()
    if isinstance(outcome, Clarify):
        shown = outcome.entry_ids
    first = judged.match.candidates[0].id if judged.match.candidates else ""
    return Verdict(shown, _grade(shown, wanted), first)


def _grade(shown: Sequence[str], wanted: frozenset[str]) -> int:
    if not wanted:  # whoever asks what is not ours is best told so
        return RIGHT if not shown else WRONG if len(shown) == 1 else OFFERED
    if not shown:
        return REFUSED
    if wanted.isdisjoint(shown):
        return WRONG if len(shown) == 1 else REFUSED
    return RIGHT if len(shown) == 1 else OFFERED


def asked(rows: Sequence[Row], judge: Judge, place_scope: str) -> tuple[Verdict, ...]:
    """Every question once, as somebody in this province would ask it."""
    return tuple(verdict(judge(row.text, place_scope=place_scope), row.labels) for row in rows)


def effect(rows: Sequence[Row], before: Sequence[Verdict], after: Sequence[Verdict], seconds: float = 0.0) -> Effect:
    """``before`` and ``after``: of the same questions, in their order."""
    changes = tuple(
        Change(row.text, tuple(sorted(row.labels)), old, new)
        for row, old, new in zip(rows, before, after, strict=True)
        if old.entries != new.entries
    )
    ordered = tuple(sorted(changes, key=lambda each: (not each.worse, not each.better)))
    return Effect(_score(rows, before), _score(rows, after), ordered, len(rows), seconds)


def _score(rows: Sequence[Row], verdicts: Sequence[Verdict]) -> Score:
    inside = [(row, each) for row, each in zip(rows, verdicts, strict=True) if row.labels]
    right = sum(each.first in row.labels for row, each in inside)
    wrong = sum(each.answered and each.grade == WRONG for each in verdicts)
    return Score(_share(right, len(inside)), _share(wrong, len(rows)))


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
