"""Unanswered questions as officers see them: near-equal wordings in one group, counted, nothing rare shown (pure).

Two wordings are near-equal when they say the same words in the same order but for particles, slang, letter slips and
at most one word more; a number or a negation is never "one word more". Groups are the connected parts of that
relation, so the order of the questions changes nothing. A group is shown from ``LEAST`` questions on different days
or channels (promise A9), by one wording only: the most usual one, and of equals the shortest, for whoever adds
something of their own makes a question longer.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA, Levenshtein

from content.normalise import clean, fold

LEAST = 3
_ALIKE = 90.0  # rapidfuzz ratio of two whole wordings, 0 to 100
_SLIP_FROM = 4  # letters; one letter off makes most shorter words another word
_PARTICLES = frozenset(
    {"a", "ad", "ah", "alo", "cho", "da", "dc", "em", "ha", "ho", "hoi", "la", "minh", "nha", "nhe", "nhi", "oi"}
    | {"thi", "toi", "u", "vay", "vs", "voi", "xin", "y", "z", "please", "pls"}
)
_NEGATIONS = frozenset(
    {"khong", "ko", "k", "kg", "hong", "hok", "chua", "cam", "dung", "not", "no", "never", "cannot", "without"}
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One unanswered question as it is kept: masked, by day, without address. ``id`` is its row's number."""

    id: int
    question: str
    language: str
    channel: str
    day: date


@dataclass(frozen=True, slots=True)
class Group:
    """Near-equal questions. ``id`` is that of the oldest; ``languages`` and ``channels`` sum up to ``count`` each."""

    id: int
    question: str
    count: int
    days: int
    first_day: date
    last_day: date
    languages: Mapping[str, int]
    channels: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Overview:
    """``groups``: what may be shown, the most asked first; ``held_back``: how many questions are in no such group."""

    groups: tuple[Group, ...]
    held_back: int
    total: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "total", self.held_back + sum(group.count for group in self.groups))


def canonical(question: str) -> str:
    """The folded words in order, without punctuation: what two equal questions have in common. Idempotent."""
    folded = fold(clean(question))
    bare = "".join(sign if unicodedata.category(sign)[0] in "LMN" else " " for sign in folded)
    return " ".join(clean(bare).split())


def near(one: str, other: str) -> bool:
    """Whether two keys (see :func:`grouped`) say the same; symmetric."""
    if one == other:
        return True
    one, other = sorted((one, other))
    if fuzz.ratio(one, other) < _ALIKE:
        return False
    left, right = one.split(), other.split()
    extra = 0
    for step in Levenshtein.opcodes(left, right):
        if step.tag == "equal":
            continue
        gone, come = left[step.src_start : step.src_end], right[step.dest_start : step.dest_end]
        if step.tag == "replace" and len(gone) == len(come) and all(map(_slip, gone, come)):
            continue
        extra += len(gone) + len(come)
        if step.tag == "replace" or extra > 1 or any(_weighs(word) for word in (*gone, *come)):
            return False
    return True


def grouped(questions: Iterable[Asked], slang: Mapping[str, str] | None = None) -> list[tuple[Asked, ...]]:
    """All questions in groups, each by id, the groups by their first id. ``slang``: folded short form to what it means.

    Every question is in exactly one group, whatever the order they come in.
    """
    by_key: dict[str, list[Asked]] = defaultdict(list)
    for each in questions:
        by_key[_key(each.question, slang or {})].append(each)
    keys = sorted(by_key, key=lambda key: (len(key), key))
    parent = {key: key for key in keys}

    def root(key: str) -> str:
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    for at, key in enumerate(keys):
        longest = len(key) * (200 - _ALIKE) / _ALIKE  # a longer one cannot reach the ratio
        end = at + 1
        while end < len(keys) and len(keys[end]) <= longest:
            end += 1
        for found, _, _ in process.extract(key, keys[at + 1 : end], scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=None):
            if near(key, found):
                parent[root(found)] = root(key)
    parts: dict[str, list[Asked]] = defaultdict(list)
    for key in keys:
        parts[root(key)].extend(by_key[key])
    return sorted((tuple(sorted(part, key=lambda each: each.id)) for part in parts.values()), key=lambda p: p[0].id)


def overview(questions: Sequence[Asked], slang: Mapping[str, str] | None = None) -> Overview:
    """What an officer may see. ``held_back`` says how many more there are, and nothing else of them."""
    shown = [part for part in grouped(questions, slang) if often_enough(part)]
    groups = sorted(map(summed, shown), key=lambda group: (-group.count, -group.last_day.toordinal(), group.id))
    return Overview(tuple(groups), len(questions) - sum(map(len, shown)))


def often_enough(part: Iterable[Asked]) -> bool:
    """Asked on ``LEAST`` different days or channels: one person asking again and again is not enough."""
    return len({(each.day, each.channel) for each in part}) >= LEAST


def group_of(number: int, questions: Sequence[Asked], slang: Mapping[str, str] | None = None) -> tuple[Asked, ...]:
    """The group in which the question of this number is; empty when there is none."""
    parts = grouped(questions, slang)
    return next((part for part in parts if any(each.id == number for each in part)), ())


def summed(part: Sequence[Asked]) -> Group:
    """A group as it is shown."""
    days = sorted({each.day for each in part})
    return Group(
        id=part[0].id,
        question=_most_usual(part),
        count=len(part),
        days=len(days),
        first_day=days[0],
        last_day=days[-1],
        languages=dict(sorted(Counter(each.language for each in part).items())),
        channels=dict(sorted(Counter(each.channel for each in part).items())),
    )


def _most_usual(part: Sequence[Asked]) -> str:
    often = Counter(canonical(each.question) for each in part)
    exactly = Counter(each.question for each in part)
    return min(exactly, key=lambda text: (-often[canonical(text)], len(canonical(text)), -exactly[text], text))


def _key(question: str, slang: Mapping[str, str]) -> str:
    """What is compared: no particles, slang written out; a question of particles alone stays as it is."""
    words = [part for word in canonical(question).split() for part in slang.get(word, word).split()]
    return " ".join(word for word in words if word not in _PARTICLES) or " ".join(words)


def _slip(one: str, other: str) -> bool:
    """One letter off; in a script without blanks a "word" is a sentence and may have more."""
    if min(len(one), len(other)) < _SLIP_FROM or _weighs(one) or _weighs(other):
        return False
    return OSA.distance(one, other) <= max(1, min(len(one), len(other)) // 15)


def _weighs(word: str) -> bool:
    """A word that turns the question into another one."""
    return word in _NEGATIONS or any(sign.isdigit() for sign in word)
