"""What goes into the matcher and what comes out of it: frozen values (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from content.entries import Entry
from content.scopes import NATIONAL

SHOWN = 3  # candidates that commands print and buttons offer


@dataclass(frozen=True, slots=True)
class MatchSource:
    """What the matcher needs of an entry, and all that a foreign FAQ has. ``phrasings``: language to texts;
    ``subject``: what it is about in a few words, in Vietnamese and Khmer, and ``foreign_subject`` in English, for
    questions that follow it; ``related``: ids of the entries that are offered below it."""

    id: str
    phrasings: Mapping[str, Sequence[str]]
    topic: str = ""
    scope: str = NATIONAL
    subject: str = ""
    foreign_subject: str = ""
    related: Sequence[str] = ()

    @classmethod
    def of_entry(cls, entry: Entry) -> MatchSource:
        """Phrasings and button titles of a catalogue entry."""
        languages = dict.fromkeys((*entry.phrasings, *entry.title))
        texts = {
            language: (*entry.phrasings.get(language, ()), *filter(None, [entry.title.get(language)]))
            for language in languages
        }
        subject = " ".join(filter(None, (entry.title.get("vi"), entry.title.get("km"))))
        return cls(entry.id, texts, entry.topic, entry.scope, subject, entry.title.get("en", ""), entry.related)


@dataclass(frozen=True, slots=True)
class Candidate:
    """``score``: 0 to about 1, comparable between questions; ``kin``: how near it is to what was shown before, as in
    :mod:`content.follow_up`."""

    id: str
    score: float
    scope: str = NATIONAL
    topic: str = ""
    kin: int = 0


@dataclass(frozen=True, slots=True)
class Evidence:
    """Absolute signs that the first candidate is right; all but the last eight are shares from 0 to about 1.

    ``known_share``: of what the question says, how much anything here knows; ``explained``: how much the first
    candidate knows; ``likeness``: its closest single phrasing; ``strength``: its BM25 score against that of an ideal
    entry; ``margin``: its lead over the next (a sister entry of another province is no rival once the place is
    known); ``spread``: its lead over the best that would not be offered as a button; ``neighbour``: the nearest
    subject outside the catalogue relative to it, above 1 is nearer; ``best_raw``: its BM25 score; ``words``: how many
    were read; ``elsewhere``: it is about a province that is not the one the question names; ``follow_up``: it goes on
    from the last answer; and of a short question after an answer ``said``: 0 to 1, how much the first candidate knows
    of the words that it is about; ``spelt``: 0 to 1, how many of its marked words are spelt alike there; ``rival``:
    the nearest subject outside the catalogue relative to it, without regard to what was spoken of.
    """

    known_share: float = 0.0
    explained: float = 0.0
    likeness: float = 0.0
    strength: float = 0.0
    margin: float = 0.0
    spread: float = 0.0
    neighbour: float = 0.0
    best_raw: float = 0.0
    words: int = 0
    elsewhere: bool = False
    follow_up: bool = False
    said: float = 0.0
    spelt: float = 1.0
    rival: float = 0.0


@dataclass(frozen=True, slots=True)
class Match:
    """``text``: as it was cleaned; ``language``: vi, km, en, other, none; ``candidates``: best first;
    ``outside``: the nearest subject that the catalogue does not cover, and its score."""

    text: str
    language: str
    unmarked: bool = False
    candidates: tuple[Candidate, ...] = ()
    evidence: Evidence = field(default_factory=Evidence)
    outside: Candidate | None = None

    @property
    def shown(self) -> tuple[Candidate, ...]:
        return self.candidates[:SHOWN]
