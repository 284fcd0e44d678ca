"""Who may sign and approve what, and the digest that an approval binds to (pure).

Nobody approves their own work, administrators included. An author is whoever changed a text, file, audience or time
since the last approval; whoever typed a language's text does not sign it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.errors import CotMocError
from content.checks.figures import read_figures
from content.checks.holding import Holding, lacking
from content.entries import Entry

# What every approver ticks, and the log keeps.
SECRECY = "không chứa bí mật nhà nước, không lộ vị trí, thời gian, cách làm của lực lượng"


class NotAllowed(CotMocError):
    """Việc này phải do người khác làm."""


@dataclass(frozen=True, slots=True)
class Text:
    """One language of a campaign. ``signed_by`` is empty until somebody else than ``changed_by`` has signed it."""

    language: str
    text: str
    changed_by: str
    signed_by: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything that an approval is about. ``files`` are (language, name, digest); ``marks`` are those of the linked
    entries when the campaign was handed in."""

    texts: tuple[Text, ...]
    files: tuple[tuple[str, ...], ...] = ()
    audience: Mapping[str, Any] = field(default_factory=dict)
    schedule: Mapping[str, Any] = field(default_factory=dict)
    entries: tuple[str, ...] = ()
    marks: Mapping[str, str] = field(default_factory=dict)
    expires_at: datetime | None = None
    authors: frozenset[str] = frozenset()

    @property
    def signed(self) -> tuple[str, ...]:
        """Languages that somebody has signed off."""
        return tuple(each.language for each in self.texts if each.signed_by)


def kept(draft: Draft) -> dict[str, Any]:
    """What an officer had before their eyes when they decided: to be compared with what comes next."""
    return {
        "texts": {each.language: each.text for each in draft.texts},
        "files": sorted([language, name, mark] for language, name, mark in draft.files),
        "audience": {name: list(values) for name, values in draft.audience.items()},
        "schedule": dict(draft.schedule),
        "entries": list(draft.entries),
        "expires_at": draft.expires_at.isoformat() if draft.expires_at else "",
    }


def digest(draft: Draft) -> str:
    """The same for the same content, whatever order it was typed in; another for any change that a person could see.

    Of the texts only the signed ones count: the others are not sent.
    """
    whole = {
        "texts": {each.language: each.text for each in draft.texts if each.signed_by},
        "files": sorted(map(list, draft.files)),
        "audience": {name: sorted(values) for name, values in draft.audience.items()},
        "schedule": dict(draft.schedule),
        "entries": [[each, draft.marks.get(each, "")] for each in sorted(draft.entries)],
        "expires_at": draft.expires_at.isoformat() if draft.expires_at else "",
    }
    return _hash(whole)


def text_mark(text: str) -> str:
    """A text as its signer saw it: another for any change."""
    return hashlib.sha256(text.encode()).hexdigest()


def entry_mark(entry: Entry) -> str:
    """A stored answer as residents read it: another when its title, its words or its legal basis change; the same when
    only a question or a signature was added."""
    answers = {language: [answer.text, answer.text_without_owner] for language, answer in entry.answers.items()}
    return _hash(
        {
            "title": dict(entry.title),
            "answers": answers,
            "basis": [[each.law, each.article] for each in entry.basis],
        }
    )


def _hash(whole: Mapping[str, Any]) -> str:
    canonical = json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def spoken(digest_: str) -> str:
    """The digest as people compare it by eye: 4F2A-91."""
    return f"{digest_[:4]}-{digest_[4:6]}".upper()


def may_sign(draft: Draft, officer: str, language: str) -> None:
    """Raises NotAllowed."""
    text = next((each for each in draft.texts if each.language == language), None)
    if text is None:
        raise NotAllowed(f"Chưa có bản {language}.")
    if text.changed_by == officer:
        raise NotAllowed("Người gõ bản này không tự ký được; cần một cán bộ khác đọc và ký.")


def may_approve(draft: Draft, officer: str) -> None:
    """Raises NotAllowed."""
    if officer in draft.authors:
        raise NotAllowed("Tác giả không tự duyệt được, kể cả quản trị; cần một cán bộ khác.")
    if not draft.signed:
        raise NotAllowed("Chưa có bản ngôn ngữ nào được ký.")


def unheld(draft: Draft, held: Sequence[Holding]) -> tuple[str, ...]:
    """Numbers, dates, fines, phones and papers in the signed texts that stand in no linked entry: each is ticked."""
    found: dict[str, None] = {}
    for each in draft.texts:
        if each.signed_by:
            found |= dict.fromkeys(lacking(read_figures(each.text, each.language), held, translated=False))
    return tuple(found)


def holdings(entry_texts: Iterable[tuple[str, str]]) -> list[Holding]:
    """What the linked entries hold: (language, text) of their answers and legal bases."""
    return [Holding.of(read_figures(text, language)) for language, text in entry_texts]


def missing_ticks(needed: Sequence[str], ticked: Iterable[str]) -> tuple[str, ...]:
    """What the approver has not ticked yet; the line on secrecy is always among what is needed."""
    given = set(ticked)
    return tuple(each for each in (*needed, SECRECY) if each not in given)
