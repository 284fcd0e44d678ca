"""Fit the weights of ``content.confidence`` again: ``python -m tests.bench.fit_confidence``.

What is fitted on comes from the content alone. Each hand's ways of asking are put to an index of the other hands';
whole entries and whole subjects from outside are left out of the index in turn, so that some questions have no right
answer. No question of ``questions*.tsv`` takes part. Prints the lines to paste, and a sweep of the threshold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from random import Random
from typing import NamedTuple

import numpy as np

from bot.place_files import load_gazetteer
from content import files
from content.confidence import Weights, features
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
NAMES = (*[field.name for field in fields(Weights)],)
# Signs that speak for an entry must not count against it, nor the other way round; the rest are free.
SIGNS = {"known_share": 1, "explained": 1, "likeness": 1, "strength": 1, "margin": 1, "spread": 1, "raw": 1,
         "strength_and_likeness": 1, "neighbour": -1}  # fmt: skip


class Example(NamedTuple):
    language: str
    kind: str
    evidence: Evidence
    right: bool
    near: bool


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
    shown = [each.id for each in match.shown]
    return Example(match.language, kind, match.evidence, shown[:1] == [entry_id], entry_id in shown)


def fit(rows: Sequence[Example], truth: Sequence[bool]) -> np.ndarray:
    """Weights in the order of NAMES: logistic loss, a little ridge, signs kept by projection."""
    x = np.array([[*features(row.evidence), 1.0] for row in rows])
    y = np.array(truth, dtype=float)
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


def sweep(rows: Sequence[Example], truth: Sequence[bool], w: np.ndarray) -> None:
    """What would be shown at each threshold; a neighbour that is nearer is refused at every one."""
    count = {kind: max(1, sum(row.kind == kind for row in rows)) for kind in SHARES}
    x = np.array([[*features(row.evidence), 1.0] for row in rows])
    sure = 1 / (1 + np.exp(-np.clip(x @ w, -30, 30)))
    print("threshold  coverage  wrong  missing  outside")
    for percent in range(20, 84, 4):
        passed = [
            (row, right)
            for row, right, score in zip(rows, truth, sure, strict=True)
            if score >= percent / 100 and row.evidence.neighbour <= 1
        ]
        covered = [right for row, right in passed if row.kind == "covered"]
        others = {kind: sum(row.kind == kind for row, _ in passed) / count[kind] for kind in ("missing", "outside")}
        print(
            f"{percent / 100:.2f}       {len(covered) / count['covered']:.3f}"
            f"     {(len(covered) - sum(covered)) / count['covered']:.3f}"
            f"   {others['missing']:.3f}    {others['outside']:.3f}"
        )


def main() -> None:
    rows = [row for row in examples() if row.evidence.words and row.evidence.best_raw]
    for name, truth_of in (("SURE", lambda row: row.right), ("NEAR", lambda row: row.near)):
        print(f"{name} = {{")
        for language in ("vi", "km", "en"):
            own = [row for row in rows if row.language == language]
            w = fit(own, [truth_of(row) for row in own])
            print(f'    "{language}": Weights({", ".join(f"{each:.2f}" for each in w)}),  # {len(own)} examples')
            if name == "SURE":
                sweep(own, [row.right for row in own], w)
        print("}")


if __name__ == "__main__":
    main()
