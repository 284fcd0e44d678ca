"""An answer in the making: its states, who may sign and publish it, and what of it would be shown (pure).

Nobody signs a language they typed, and nobody publishes what they had a hand in. A signature is under everything that
is read in its language: when any of that changes, the signature no longer holds. A language that nobody has signed is
left out of what is shown, unless neither it nor the Vietnamese text, which prevails, has changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.errors import CotMocError
from content.catalog import digest
from content.entries import LANGUAGES

SHARED = ""  # the key, among the languages, of what all of them show: legal basis, sources, dates
_OWN_TEXTS = ("title", "who", "position_by")
_LISTS = (("basis", ("law", "article")), ("sources", ("name", "code", "url")))
LEAST_WORDS = 5  # of a reason: fewer tell its reader nothing


class NotAllowed(CotMocError):
    """Việc này phải do người khác làm."""


class Unfit(CotMocError):
    """Bản nháp này chưa được như vậy."""


class DraftState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"  # with a reason
    PUBLISHED = "published"
    DROPPED = "dropped"


OPEN = frozenset((DraftState.DRAFT, DraftState.SUBMITTED, DraftState.RETURNED))
_INSTEAD = {
    DraftState.DRAFT: "Bản này còn đang soạn; trình duyệt trước đã.",
    DraftState.SUBMITTED: "Bản này đang chờ duyệt; muốn sửa thì sửa rồi trình lại.",
    DraftState.RETURNED: "Bản này bị trả lại; sửa theo lý do rồi mới trình lại được.",
    DraftState.PUBLISHED: "Bản này đã công bố; muốn sửa nữa thì mở bản nháp mới.",
    DraftState.DROPPED: "Bản này đã bỏ; muốn sửa thì mở bản nháp mới.",
}


@dataclass(frozen=True, slots=True)
class Hand:
    """Who typed a language last, and who signed what they saw of it. ``typed_by`` empty: as it was shown before."""

    typed_by: str = ""
    signed_by: str = ""
    signed_at: str = ""
    signed_mark: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """``base``: digest of the shown text it began from, empty for a new entry; ``hands``: by language and ``SHARED``;
    ``questions``: numbers of the unanswered questions it is to answer; ``effect``: see ``content.effects``."""

    id: int
    entry_id: str
    version: int
    state: DraftState
    body: Mapping[str, Any]
    base: str
    hands: Mapping[str, Hand]
    authors: frozenset[str]
    origin: str
    created_by: str
    created_at: datetime
    changed_at: datetime
    submitted_at: datetime | None = None
    proposal_id: int | None = None
    questions: tuple[int, ...] = ()
    reason: str = ""
    returned: str = ""
    effect: Mapping[str, Any] = field(default_factory=dict)

    @property
    def languages(self) -> tuple[str, ...]:
        """Those that have an answer, Vietnamese first."""
        return tuple(each for each in LANGUAGES if each in self.body["answer"])

    def signed(self, language: str) -> bool:
        """Whether what is read in this language today is what somebody signed."""
        hand = self.hands.get(language)
        return hand is not None and hand.signed_by != "" and hand.signed_mark == language_mark(self.body, language)


def require_state(draft: Draft, *states: DraftState) -> None:
    """Raises Unfit with what can be done instead."""
    if draft.state not in states:
        raise Unfit(_INSTEAD[draft.state])


def own_part(body: Mapping[str, Any], language: str) -> dict[str, Any]:
    """What stands in one language alone; ``SHARED``: what all languages show. However it was spelt in the file."""
    if language == SHARED:
        return {
            "kind": body.get("kind"),
            "as_of": str(body.get("as_of") or ""),
            "valid_until": str(body.get("valid_until") or ""),
            **{
                name: [[str(each.get(key) or "").strip() for key in keys] for each in body.get(name) or ()]
                for name, keys in _LISTS
            },
        }
    answer = (body.get("answer") or {}).get(language) or {}
    texts = {name: str((body.get(name) or {}).get(language) or "").strip() for name in _OWN_TEXTS}
    return texts | {name: str(answer.get(name) or "").strip() for name in ("text", "text_without_owner")}


def language_mark(body: Mapping[str, Any], language: str) -> str:
    """All that a resident reads of an entry in one language: another for any change of it. Empty: there is none."""
    if language not in body["answer"]:
        return ""
    return digest({"own": own_part(body, language), "shared": own_part(body, SHARED)})


def hands_after(draft: Draft, body: Mapping[str, Any], officer: str) -> dict[str, Hand]:
    """Who typed what, once the officer has put this body in place of the draft's."""
    return {**draft.hands, **hands_between(draft.body, body, officer)}


def hands_between(old: Mapping[str, Any], new: Mapping[str, Any], officer: str) -> dict[str, Hand]:
    """The officer's hand in every language, and in what all share, that says something else in the new body."""
    changed = [each for each in (SHARED, *LANGUAGES) if own_part(old, each) != own_part(new, each)]
    return {language: Hand(typed_by=officer) for language in changed}


def may_sign(draft: Draft, officer: str, language: str) -> None:
    """Raises NotAllowed or Unfit."""
    require_state(draft, DraftState.DRAFT, DraftState.SUBMITTED)
    if language not in draft.languages:
        raise Unfit(f"Chưa có bản {language}.")
    if draft.hands.get(language, Hand()).typed_by == officer:
        raise NotAllowed("Người gõ bản này không tự ký được; cần một cán bộ khác đọc và ký.")
    if draft.hands.get(SHARED, Hand()).typed_by == officer:
        raise NotAllowed("Người sửa căn cứ, nguồn, ngày tháng không tự ký được; cần một cán bộ khác đọc và ký.")


def may_decide(draft: Draft, officer: str) -> None:
    """Whether the officer may publish it or send it back. Raises NotAllowed or Unfit."""
    require_state(draft, DraftState.SUBMITTED)
    if officer in draft.authors:
        raise NotAllowed("Tác giả không tự công bố được, kể cả quản trị; cần một cán bộ khác.")


def shown_body(draft: Draft, served: Mapping[str, Any] | None) -> dict[str, Any]:
    """What residents would read if it were published now. ``served``: what they read today, if anything.

    Raises Unfit when the Vietnamese text is new and unsigned.
    """
    body: dict[str, Any] = deepcopy(dict(draft.body))
    same = {each for each in draft.languages if served and language_mark(served, each) == language_mark(body, each)}
    if not draft.signed("vi") and "vi" not in same:
        raise Unfit("Bản tiếng Việt chưa có người ký; chưa công bố được.")
    for language in draft.languages:
        if draft.signed(language):
            body["answer"][language]["state"] = "signed"
        elif served is not None and language in same and "vi" in same:
            body["answer"][language]["state"] = served["answer"][language].get("state", "draft")
        else:
            for name in ("answer", *_OWN_TEXTS):
                (body.get(name) or {}).pop(language, None)
    return body


def left_out(draft: Draft, shown: Mapping[str, Any]) -> tuple[str, ...]:
    """Languages of the draft that residents would not read, for want of a signature."""
    return tuple(each for each in draft.languages if each not in shown["answer"])


def check_reason(reason: str) -> str:
    """The reason in one line. Raises Unfit when it says nothing."""
    reason = " ".join(reason.split())
    if len(reason.split()) < LEAST_WORDS:
        raise Unfit(f"Ghi lý do bằng ít nhất {LEAST_WORDS} chữ, để người đọc biết phải làm gì.")
    return reason
