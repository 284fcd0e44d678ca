"""One entry of the catalogue: question phrasings, one answer per language, and where the answer comes from (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

LANGUAGES = ("vi", "km", "en")
TOPICS = (
    "crossing",
    "border-rules",
    "border-treaties",
    "sea-sovereignty",
    "fishing",
    "labour-export",
    "safety",
    "administration",
    "service",
)


class Kind(StrEnum):
    ANSWER = "answer"
    PROCEDURE = "procedure"
    CONTACT = "contact"
    POSITION = "position"
    REFER = "refer"


class AnswerState(StrEnum):
    """draft: written · checked: read against its facts by a second person · signed: by an officer, by name and date."""

    DRAFT = "draft"
    CHECKED = "checked"
    SIGNED = "signed"


@dataclass(frozen=True, slots=True)
class Answer:
    """The text of one language, shown verbatim. ``text_without_owner`` replaces it while no owner is set."""

    text: str
    state: AnswerState = AnswerState.DRAFT
    text_without_owner: str = ""


@dataclass(frozen=True, slots=True)
class LegalBasis:
    law: str
    article: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    name: str
    code: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """``phrasings``, ``title``, ``who``, ``position_by`` and ``answers`` are keyed by language."""

    id: str
    topic: str
    scope: str
    kind: Kind
    title: Mapping[str, str]
    answers: Mapping[str, Answer]
    phrasings: Mapping[str, tuple[str, ...]]
    facts: tuple[str, ...]
    as_of: date
    review_by: date
    valid_until: date | None = None
    owner: str = ""
    who: Mapping[str, str] = field(default_factory=dict)
    position_by: Mapping[str, str] = field(default_factory=dict)
    related: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    basis: tuple[LegalBasis, ...] = ()
    sources: tuple[Source, ...] = ()

    def expired(self, on: date) -> bool:
        """An entry past its ``valid_until`` is no longer shown as fact (promise A6)."""
        return self.valid_until is not None and on > self.valid_until

    def tellable(self, on: date) -> bool:
        """What has expired, or only says who knows, is no answer to tell."""
        return self.kind is not Kind.REFER and not self.expired(on)

    def signed(self, language: str) -> bool:
        answer = self.answers.get(language)
        return answer is not None and answer.state is AnswerState.SIGNED

    def in_language(self, texts: Mapping[str, str], language: str) -> str:
        """The text of a language, else the Vietnamese one, which prevails."""
        return texts.get(language) or texts.get("vi", "")
