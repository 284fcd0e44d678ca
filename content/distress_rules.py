"""The rules for words of distress as plain values, read from a parsed file (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import inf
from typing import Any


class DistressKind(StrEnum):
    BOAT = "boat"
    HELD = "held"
    GENERAL = "general"


class Whereabouts(StrEnum):
    """Where the person seems to be. Unclear means: show the numbers for every case, each with its label."""

    SEA = "sea"
    ABROAD = "abroad"
    VIET_NAM = "viet_nam"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Distress:
    kind: DistressKind
    where: Whereabouts


@dataclass(frozen=True, slots=True)
class Signal:
    """One phrase of each group, none further than ``within`` words from the first; ``place`` must be named if set."""

    kind: DistressKind
    score: float
    groups: tuple[str, ...]
    within: int = 6
    place: str = ""


Phrases = Mapping[str, tuple[str, ...]]  # language to phrases


@dataclass(frozen=True, slots=True)
class DistressRules:
    """The content of ``distress.yaml``; ``groups`` and ``where`` are keyed by group and whereabouts, then language.

    ``slang``: short form to its meanings, so that "k cho ve" reads as "không cho về"; ``english_words``: frequent
    ones, by which English that is spelled like Vietnamese is known. From a score of ``sure`` on the rules need no
    second opinion; else ``learned_threshold`` is what the learned score has to reach, ``calm_threshold`` in messages
    without a word of ``dangers``: word classes, without which the rules are not asked. ``alone``: cries that count
    when nothing more is said than words of ``around``.
    """

    threshold: float
    groups: Mapping[str, Phrases]
    where: Mapping[str, Phrases]
    signals: tuple[Signal, ...]
    modifiers: Mapping[str, float]
    idioms: Phrases
    statement: float = 0.0
    question: float = 0.0
    lone_plea_words: int = 2
    slang: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    english_words: frozenset[str] = frozenset()
    sure: float = inf
    learned_threshold: float = 0.0
    calm_threshold: float = 0.0
    dangers: frozenset[str] = frozenset()
    alone: Mapping[DistressKind, Phrases] = field(default_factory=dict)
    around: Phrases = field(default_factory=dict)

    @classmethod
    def from_mapping(
        cls,
        source: Mapping[str, Any],
        slang: Mapping[str, tuple[str, ...]] | None = None,
        english_words: frozenset[str] = frozenset(),
    ) -> DistressRules:
        """Rules from the parsed file. Raises ``KeyError`` or ``ValueError`` when a part is missing or unknown."""
        rules = cls(
            threshold=float(source["threshold"]),
            groups={name: _phrases(each) for name, each in source["groups"].items()},
            where={str(Whereabouts(name)): _phrases(each) for name, each in source["where"].items()},
            signals=tuple(map(_signal, source["signals"])),
            modifiers={name: float(score) for name, score in source["modifiers"].items()},
            idioms=_phrases(source["idioms"]),
            statement=float(source["statement"]),
            question=float(source["question"]),
            lone_plea_words=int(source["lone_plea_words"]),
            slang=slang or {},
            english_words=english_words,
            sure=float(source.get("sure", inf)),
            learned_threshold=float(source.get("learned_threshold", 0.0)),
            calm_threshold=float(source.get("calm_threshold", 0.0)),
            dangers=frozenset(map(str, source.get("dangers", ()))),
            alone={DistressKind(kind): _phrases(each) for kind, each in source.get("alone", {}).items()},
            around=_phrases(source.get("around", {})),
        )
        named = {group for signal in rules.signals for group in signal.groups} | set(rules.modifiers)
        if unknown := named - set(rules.groups):
            raise ValueError(f"distress rules name groups that do not exist: {', '.join(sorted(unknown))}")
        return rules


def _phrases(source: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {language: tuple(map(str, phrases)) for language, phrases in source.items()}


def _signal(source: Mapping[str, Any]) -> Signal:
    return Signal(
        kind=DistressKind(source["kind"]),
        score=float(source["score"]),
        groups=tuple(source["groups"]),
        within=int(source.get("within", 6)),
        place=str(source.get("place", "")),
    )
