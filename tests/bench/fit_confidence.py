"""Fit the weights of ``content.confidence`` again: ``python -m tests.bench.fit_confidence``.

What is fitted on comes from the content alone. Each hand's ways of asking are put to an index of the other hands';
whole entries and whole subjects from outside are left out of the index in turn, so that some questions have no right
answer. No question of ``questions*.tsv`` takes part. Prints the lines to paste, and a sweep of the threshold.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import NamedTuple

import numpy as np

from bot.place_files import load_gazetteer
from content import files
from content.confidence import confidence, features
from content.files import catalog_of
from content.judge import Judge
from content.language_tables import neighbours
from content.match_values import Evidence, MatchSource

HOME = "dong-thap"
FOLDS = 5
SEED = 20261121
FIRST = "first"  # the hand whose lists stand with the entries
# How much each kind of question counts in all: asked and covered; about an entry that is missing; about other things.
SHARES = {"covered": 0.6, "missing": 0.1, "outside": 0.3}
NAMES = (
    "known_share", "explained", "likeness", "strength", "margin", "neighbour", "raw", "words",
    "strength_and_likeness", "constant",
)  # fmt: skip
# Signs that speak for an entry must not count against it, nor the other way round; the rest are free.
SIGNS = {"known_share": 1, "explained": 1, "likeness": 1, "strength": 1, "margin": 1, "raw": 1,
         "strength_and_likeness": 1, "neighbour": -1}  # fmt: skip


class Example(NamedTuple):
    language: str
    kind: str
    evidence: Evidence
    right: bool


def by_hand() -> dict[str, dict[str, Mapping[str, Sequence[str]]]]:
    """Hand to entry to language to texts."""
    first = {body["id"]: body["phrasings"] for body in files.shipped_bodies(hands=())}
    return {FIRST: first, **files.phrasings_by_hand()}


def sources_without(hand: str) -> list[MatchSource]:
    """The catalogue as it would be if this hand had written nothing."""
    others = [each for each in files.phrasings_by_hand() if each != hand]
    bodies = files.shipped_bodies(hands=others)
    if hand == FIRST:
        for body in bodies:
            own = {language: set(texts) for language, texts in by_hand_of_first()[body["id"]].items()}
            body["phrasings"] = {
                language: [each for each in texts if each not in own.get(language, ())]
                for language, texts in body["phrasings"].items()
            }
    return [MatchSource.of_entry(entry) for entry in catalog_of(bodies)]


def by_hand_of_first() -> dict[str, Mapping[str, Sequence[str]]]:
    return {body["id"]: body["phrasings"] for body in files.shipped_bodies(hands=())}


def examples() -> Iterator[Example]:
    gazetteer = load_gazetteer()
    rng = Random(SEED)
    outside = neighbours()
    hands = by_hand()
    names = sorted(outside)
    rng.shuffle(names)
    for hand, written in hands.items():
        sources = sources_without(hand)
        asked = [(text, entry_id) for entry_id, each in written.items() for texts in each.values() for text in texts]
        judge = Judge(sources, gazetteer, home=HOME)
        for text, entry_id in asked:
            yield _ask(judge, text, "covered", entry_id)
        ids = [source.id for source in sources]
        rng.shuffle(ids)
        for fold in range(FOLDS):
            missing = set(ids[fold::FOLDS])
            unknown = set(names[fold::FOLDS])
            judge = Judge(
                [source for source in sources if source.id not in missing],
                gazetteer,
                home=HOME,
                outside={name: texts for name, texts in outside.items() if name not in unknown},
            )
            for text, entry_id in asked:
                if entry_id in missing:
                    yield _ask(judge, text, "missing", "")
            for name in sorted(unknown):
                for texts in outside[name].values():
                    for text in texts:
                        yield _ask(judge, text, "outside", "")


def _ask(judge: Judge, text: str, kind: str, entry_id: str) -> Example:
    match = judge(text, place_scope=HOME).match
    right = bool(match.candidates) and match.candidates[0].id == entry_id
    return Example(match.language, kind, match.evidence, right)


def fit(rows: Sequence[Example]) -> np.ndarray:
    """Weights in the order of NAMES: logistic loss, a little ridge, signs kept by projection."""
    x = np.array([[*features(row.evidence), 1.0] for row in rows])
    y = np.array([row.right for row in rows], dtype=float)
    kinds = [row.kind for row in rows]
    weight = np.array([SHARES[kind] / kinds.count(kind) for kind in kinds])
    scale = np.maximum(np.abs(x).max(axis=0), 1e-9)
    x = x / scale
    w = np.zeros(x.shape[1])
    low = np.array([0.0 if SIGNS.get(name) == 1 else -np.inf for name in NAMES])
    high = np.array([0.0 if SIGNS.get(name) == -1 else np.inf for name in NAMES])
    step, velocity = 2.0, np.zeros_like(w)
    for _ in range(6000):
        p = 1 / (1 + np.exp(-np.clip(x @ w, -30, 30)))
        gradient = x.T @ (weight * (p - y)) + 1e-5 * w
        velocity = 0.9 * velocity - step * gradient
        moved = np.clip(w + velocity, low, high)
        velocity = np.where(moved == w + velocity, velocity, 0.0)
        w = moved
    return w / scale


def sweep(language: str, rows: Sequence[Example], w: np.ndarray | None) -> None:
    """Shares at each threshold of the answers, as they would be with these weights (None: the shipped ones)."""

    def sure(row: Example) -> float:
        if w is None:
            return confidence(row.evidence, language)
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, float(np.dot(w, [*features(row.evidence), 1.0]))))))

    scored = [(sure(row), row) for row in rows if row.evidence.words]
    count = {kind: max(1, sum(row.kind == kind for row in rows)) for kind in SHARES}
    print(f"{language}: threshold  coverage  wrong  missing  outside")
    for percent in range(30, 80, 4):
        shown = [row for score, row in scored if score >= percent / 100 and row.evidence.neighbour <= 1]
        covered = [row for row in shown if row.kind == "covered"]
        wrong = sum(not row.right for row in covered)
        others = {kind: sum(row.kind == kind for row in shown) / count[kind] for kind in ("missing", "outside")}
        print(
            f"      {percent / 100:.2f}      {len(covered) / count['covered']:.3f}     {wrong / count['covered']:.3f}"
            f"   {others['missing']:.3f}    {others['outside']:.3f}"
        )


def main() -> None:
    rows = list(examples())
    for language, constant in (("vi", "VIETNAMESE"), ("km", "KHMER"), ("en", "ENGLISH")):
        own = [row for row in rows if row.language == language and row.evidence.words and row.evidence.best_raw]
        w = fit(own)
        print(f"{constant} = Weights({', '.join(f'{each:.2f}' for each in w)})  # {len(own)} examples")
        print("with the shipped weights:")
        sweep(language, own, None)
        print("with these:")
        sweep(language, own, w)


if __name__ == "__main__":
    main()
