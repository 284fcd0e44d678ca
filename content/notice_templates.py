"""Hazard templates: what an urgent notice can say, and the text with its blanks filled in (pure).

A template holds the body alone: the head, until when it holds, whether it is confirmed and who sends it are added by
the service, so that no text can leave them out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from content.catalog import digest as digest_of
from content.normalise import clean, fold
from content.notice_blanks import Blank, NoticeTextError, said

__all__ = ["FATES", "HOLD", "PLACE", "WITHDRAW", "Blank", "CapWords", "NoticeTemplate", "NoticeTextError", "called"]

HOLD, WITHDRAW = "hold", "withdraw"
FATES = (HOLD, WITHDRAW)
PLACE = "noi"  # the placeholder of the area in words
_FIELD = re.compile(r"\{([a-z_]+)\}")
_MEANT = {"vi": "tiếng Việt", "km": "tiếng Khmer", "en": "tiếng Anh"}


@dataclass(frozen=True, slots=True)
class CapWords:
    """The words of CAP 1.2 for this hazard, as CAP spells them; ``event`` is plain English."""

    category: str
    event: str
    response: str
    urgency: str
    severity: str
    certainty: str


@dataclass(frozen=True, slots=True)
class NoticeTemplate:
    """``title``, ``texts`` and ``clear`` are keyed by language; a language is there in all of them or in none.

    ``lasts_for``: how long such a notice usually holds, at most 24 hours. ``fate``: what becomes of it when nobody
    confirms it: hold (threat to life) or withdraw. ``topics`` and ``entries``: the stored answers that it comes before
    (promise A5). ``short``: names without marks and blanks between them, for the one-line form. ``facts``: what the
    figures in the texts rest on. ``drill_only``: never offered for a real event.
    """

    id: str
    title: Mapping[str, str]
    texts: Mapping[str, str]
    clear: Mapping[str, str]
    blanks: tuple[Blank, ...]
    lasts_for: timedelta
    fate: str
    cap: CapWords
    topics: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()
    drill_only: bool = False
    short: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()

    def digest(self, language: str) -> str:
        """What a commander's signature binds to: everything that is read in this language, and the fate.

        64 hexadecimal digits. Raises NoticeTextError where the template lacks the language.
        """
        return digest_of(
            {
                "id": self.id,
                "language": language,
                "title": self._in(self.title, language),
                "text": self._in(self.texts, language),
                "clear": self._in(self.clear, language),
                "fate": self.fate,
                "blanks": [
                    [
                        each.name,
                        each.kind,
                        each.label.get(language, ""),
                        each.default,
                        [[value, wording.get(language, "")] for value, wording in each.choices],
                    ]
                    for each in self.blanks
                ],
            }
        )

    def filled(self, language: str, place: str, blanks: Mapping[str, str]) -> str:
        """The body for these places. A blank that is not given takes its default.

        ``place``: the area in words of this language. ``blanks``: by name; a choice by its value, a number in digits,
        a time as 17:20 or 17:20 21/11/2026. Raises NoticeTextError, with a Vietnamese sentence, for what does not fit.
        """
        text = self._in(self.texts, language)
        unknown = next((name for name in blanks if all(name != each.name for each in self.blanks)), None)
        if unknown is not None:
            raise NoticeTextError(f"Mẫu này không có chỗ điền “{unknown[:40]}”.")
        words = {each.name: said(each, blanks.get(each.name, ""), language) for each in self.blanks}
        return _fill(text, {PLACE: place, **words})

    def cleared(self, language: str, place: str) -> str:
        """The sentence that says that the danger is over. Raises NoticeTextError where it lacks the language."""
        return _fill(self._in(self.clear, language), {PLACE: place})

    def _in(self, texts: Mapping[str, str], language: str) -> str:
        if language not in texts:
            raise NoticeTextError(f"Mẫu này không có bản {_MEANT.get(language, language)}.")
        return texts[language]


def placeholders(text: str) -> tuple[str, ...]:
    """Their names in the order in which the text has them."""
    return tuple(_FIELD.findall(text))


def called(templates: Iterable[NoticeTemplate], words: str) -> NoticeTemplate | None:
    """The template of this id or short name, whatever its marks, case and blanks: "sat lo", "Sạt lở" and "satlo"."""
    name = _squeezed(words)
    return next((each for each in templates if name in {_squeezed(known) for known in (each.id, *each.short)}), None)


def _squeezed(words: str) -> str:
    return re.sub(r"[\s-]", "", fold(clean(words)))


def _fill(text: str, words: Mapping[str, str]) -> str:
    """In one pass: what was typed into a blank is never read as a placeholder."""
    return _FIELD.sub(lambda found: words[found.group(1)], text)
