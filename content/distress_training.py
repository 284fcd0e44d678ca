"""Learn the weights of the distress finder from the labelled examples: ``python -m content.distress_training``.

Writes ``data/distress_weights.tsv`` anew, the same bytes from the same files. ``--check`` writes nothing and prints how
well examples are judged whose whole situation was left out of what was learned.
"""

from __future__ import annotations

import hashlib
import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from importlib.resources import files
from math import sqrt
from pathlib import Path
from typing import NamedTuple

from content.distress_features import Blocks
from content.distress_files import distress_lines, ruled_finder
from content.distress_learned import BIAS, UNIT, LearnedWeights
from content.distress_rules import DistressKind
from content.files import shipped_bodies
from content.normalise import clean, fold

NONE = "none"
WEIGHTS_FILE = "distress_weights.tsv"
# Entries of the catalogue that are asked about in an emergency too: their questions are neither one nor the other.
_EITHER = (
    "safety.hotline.",
    "safety.cambodia.",
    "safety.trafficking.report",
    "sea.safety.rescue",
    "sea.safety.detained",
    "sea.safety.foreign-ship",
    "sea.safety.radio",
    "labour.rights.abuse",
    "service.not-emergency",
)
_EVERY = 3  # of the other questions of the catalogue one in so many is learned from
_FOLDS = 10
_PASSES = 12
_SEEN = 4  # messages that must hold a feature
_ORDINARY_QUESTION = 0.15  # how much one question of the catalogue counts, beside an example
_LEAST = 4  # hundredths; smaller weights are not kept
_UNKNOWN_DANGER = 0.25  # how much an example counts once more as if its words of danger were in no class
_STRENGTH = 0.25  # of an example; a greater one follows the examples more closely

Vector = list[tuple[int, float]]


class Example(NamedTuple):
    """``situation``: examples of one situation are left out together when the finder is checked."""

    kind: str
    situation: str
    text: str
    weight: float


def examples() -> list[Example]:
    """The labelled examples and the ordinary questions of the catalogue."""
    found = []
    for line in distress_lines("distress_examples.tsv")[1:]:
        kind, situation, text = line.split("\t")
        found.append(Example(kind, situation, text, 1.0))
    ordinary = [
        Example(NONE, str(body["id"]), str(text), _ORDINARY_QUESTION)
        for body in shipped_bodies()
        if not str(body["id"]).startswith(_EITHER)
        for texts in body.get("phrasings", {}).values()
        for text in texts
    ]
    return found + ordinary[::_EVERY]


def _spellings(example: Example) -> tuple[str, str]:
    return example.text, fold(clean(example.text))


class Trainer:
    """Turns examples into vectors once; weights can then be learned from any part of them."""

    def __init__(self, given: Sequence[Example]) -> None:
        finder = ruled_finder()
        self.given: list[tuple[Example, str]] = []
        self.blocks: list[Blocks] = []
        for example in given:
            for text in dict.fromkeys(_spellings(example)):
                # The classes hold every word of danger of the examples, but not every one that a resident will use.
                seen, unknown = finder.features(text), finder.features(text, dangers_known=False)
                self.given.append((example, text))
                self.blocks.append(seen)
                if unknown != seen:
                    self.given.append((example._replace(weight=example.weight * _UNKNOWN_DANGER), text))
                    self.blocks.append(unknown)
        counts = Counter(feature for blocks in self.blocks for block in blocks for feature in set(block))
        self.features = [BIAS, *sorted(feature for feature, count in counts.items() if count >= _SEEN)]
        numbers = {feature: number for number, feature in enumerate(self.features)}
        self._vectors = [_vector(blocks, numbers) for blocks in self.blocks]

    def calls(self, chosen: Sequence[int]) -> dict[str, int]:
        """What tells a call for help from an ordinary message, in hundredths."""
        return self._learn([(at, self.given[at][0].kind != NONE) for at in chosen])

    def kinds(self, chosen: Sequence[int]) -> dict[DistressKind, dict[str, int]]:
        """What tells the calls of one kind from those of the others."""
        calls = [at for at in chosen if self.given[at][0].kind != NONE]
        return {kind: self._learn([(at, self.given[at][0].kind == kind) for at in calls]) for kind in DistressKind}

    def _learn(self, marked: Sequence[tuple[int, bool]]) -> dict[str, int]:
        """A linear support vector machine with squared loss, by coordinate ascent in the dual.

        Only the four basic operations on floats in a fixed order: the same result everywhere.
        """
        weights = [0.0] * len(self.features)
        shares = [0.0] * len(marked)
        order = list(range(len(marked)))
        curbs = [1 / (2 * _STRENGTH * self.given[at][0].weight) for at, _ in marked]
        norms = [
            sum([value * value for _, value in self._vectors[at]]) + curb
            for (at, _), curb in zip(marked, curbs, strict=True)
        ]
        dice = random.Random(1)
        for _ in range(_PASSES):
            dice.shuffle(order)
            for which in order:
                at, wanted = marked[which]
                vector = self._vectors[at]
                told = sum([weights[number] * value for number, value in vector])
                short = 1 - (told if wanted else -told) - shares[which] * curbs[which]
                share = max(0.0, shares[which] + short / norms[which])
                step = (share - shares[which]) * (1 if wanted else -1)
                if step:
                    shares[which] = share
                    for number, value in vector:
                        weights[number] += step * value
        rounded = [round(weight * UNIT) for weight in weights]
        return {
            feature: weight for feature, weight in zip(self.features, rounded, strict=True) if abs(weight) >= _LEAST
        }


def _vector(blocks: Blocks, numbers: dict[str, int]) -> Vector:
    *grown, whole = blocks
    values = {0: 1.0}
    for block, value in ((whole, 1.0), *((block, 1 / sqrt(len(block))) for block in grown if block)):
        for feature in block:
            if feature in numbers:
                values[numbers[feature]] = values.get(numbers[feature], 0.0) + value
    return list(values.items())


def made_of() -> str:
    """Changes with the examples and the word classes; stands in the file of weights."""
    content = "\n".join([*distress_lines("distress_examples.tsv"), *distress_lines("distress_words.tsv")])
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def stored(call: dict[str, int], kinds: dict[DistressKind, dict[str, int]]) -> str:
    """The content of the file of weights."""
    lines = ["# Made by content.distress_training; not written by hand.", f"# made of {made_of()}"]
    for whose, weights in (("call", call), *((str(kind), kinds[kind]) for kind in DistressKind)):
        by_weight: dict[int, list[str]] = {}
        for feature, weight in weights.items():
            by_weight.setdefault(weight, []).append(feature)
        lines += ["\t".join([whose, str(weight), *sorted(by_weight[weight])]) for weight in sorted(by_weight)]
    return "\n".join(lines) + "\n"


def _folds(trainer: Trainer) -> Iterator[tuple[list[int], list[int]]]:
    """What to learn from and what to judge, by number; a situation is on one side only."""
    situations = sorted({example.situation for example, _ in trainer.given})
    random.Random(7).shuffle(situations)
    fold_of = {situation: number % _FOLDS for number, situation in enumerate(situations)}
    for left_out in range(_FOLDS):
        sides: tuple[list[int], list[int]] = ([], [])
        for at, (example, _) in enumerate(trainer.given):
            sides[fold_of[example.situation] == left_out].append(at)
        yield sides


def check(trainer: Trainer) -> Iterable[str]:
    """Lines that say which share of calls is found and of ordinary examples is taken for one, at several thresholds."""
    scores: list[tuple[float, bool]] = []
    right = 0
    for learned_from, judged in _folds(trainer):
        weights = LearnedWeights(trainer.calls(learned_from), trainer.kinds(learned_from))
        for at in judged:
            example = trainer.given[at][0]
            if example.weight == 1.0:
                scores.append((weights.score(trainer.blocks[at]), example.kind != NONE))
                right += example.kind == weights.kind(trainer.blocks[at])
    calls = sum([wanted for _, wanted in scores])
    for hundredths in range(-60, 61, 10):
        found = sum([wanted for score, wanted in scores if score >= hundredths / 100])
        false = sum([not wanted for score, wanted in scores if score >= hundredths / 100])
        yield f"{hundredths / 100:+.1f}: found {found / calls:.3f}, false {false / (len(scores) - calls):.3f}"
    yield f"{calls} calls, {len(scores) - calls} ordinary (two spellings each); kind right: {right / calls:.3f}"


def main(arguments: Sequence[str]) -> None:
    trainer = Trainer(examples())
    if "--check" in arguments:
        for line in check(trainer):
            print(line)
        return
    everything = range(len(trainer.given))
    target = Path(str(files("content") / "data" / WEIGHTS_FILE))
    target.write_text(stored(trainer.calls(everything), trainer.kinds(everything)), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
