"""How long a text is and its longest sentence, as officers see while they type (pure; campaigns.js agrees)."""

from __future__ import annotations

from dataclasses import dataclass

from content.checks.texts import LONGEST_BODY, sentences

GOAL = 22  # words of a sentence that is still easy to read aloud


@dataclass(frozen=True, slots=True)
class Counts:
    """``longest``: words of the longest sentence; characters in Khmer, which writes no blanks between words."""

    signs: int
    room: int
    longest: int

    @property
    def long(self) -> bool:
        return self.signs > self.room


def counted(text: str, language: str) -> Counts:
    lengths = (len(each) if language == "km" else len(each.split()) for each in sentences(text))
    return Counts(len(text.strip()), LONGEST_BODY, max(lengths, default=0))
