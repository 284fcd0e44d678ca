"""Urgent notices: their states, what may be said next, and what becomes of one that nobody confirms (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.errors import CotMocError

LONGEST = timedelta(hours=24)  # a notice says until when it holds, and no day is foreseen further than this
UNCONFIRMED_FOR = timedelta(hours=2)  # a threat to life that nobody confirmed is kept so long at most
MOST_RUNGS = 3  # of the ladder: officers who are called one after the other before it ends


class NoticeState(StrEnum):
    PENDING = "pending"  # in force, and no second person has confirmed it yet
    CONFIRMED = "confirmed"  # in force
    HELD = "held"  # in force for a short time: nobody confirmed it, and lives may depend on it
    CLEARED = "cleared"  # the danger is over
    CANCELLED = "cancelled"  # it was wrong
    WITHDRAWN = "withdrawn"  # nobody confirmed it, or the second person said that it is not so
    EXPIRED = "expired"


class NoticeEvent(StrEnum):
    CONFIRM = "confirm"
    REJECT = "reject"  # the second person says that it is not so
    HOLD = "hold"  # the ladder has ended …
    WITHDRAW = "withdraw"  # … and what happens then is the template's
    UPDATE = "update"
    CLEAR = "clear"
    CANCEL = "cancel"
    EXPIRE = "expire"


class Kind(StrEnum):
    """What a version of a notice says."""

    ISSUE = "issue"
    UPDATE = "update"
    CLEAR = "clear"
    CANCEL = "cancel"
    WITHDRAW = "withdraw"

    @property
    def goes_on(self) -> bool:
        """Whether the notice is in force after it."""
        return self in (Kind.ISSUE, Kind.UPDATE)


class IllegalNoticeMove(CotMocError):
    """Việc này không làm được với tin khẩn ở trạng thái hiện tại."""


class BadExpiry(CotMocError):
    """Tin khẩn phải ghi hết hiệu lực lúc nào, trong vòng 24 giờ."""


_S, _E = NoticeState, NoticeEvent
LIVE = frozenset((_S.PENDING, _S.CONFIRMED, _S.HELD))
MOVES: dict[tuple[NoticeState, NoticeEvent], NoticeState] = {
    (_S.PENDING, _E.CONFIRM): _S.CONFIRMED,
    (_S.HELD, _E.CONFIRM): _S.CONFIRMED,
    (_S.CONFIRMED, _E.CONFIRM): _S.CONFIRMED,  # an update, or that it still is so
    (_S.PENDING, _E.REJECT): _S.WITHDRAWN,
    (_S.HELD, _E.REJECT): _S.WITHDRAWN,
    (_S.PENDING, _E.HOLD): _S.HELD,
    (_S.PENDING, _E.WITHDRAW): _S.WITHDRAWN,
    **{(state, _E.UPDATE): state for state in LIVE},
    **{(state, _E.CLEAR): _S.CLEARED for state in LIVE},
    **{(state, _E.CANCEL): _S.CANCELLED for state in LIVE},
    **{(state, _E.EXPIRE): _S.EXPIRED for state in LIVE},
}
_OVER = {
    _S.CLEARED: "Tin này đã báo hết nguy hiểm; có nguy hiểm mới thì phát tin mới.",
    _S.CANCELLED: "Tin này đã huỷ; cần báo lại thì phát tin mới.",
    _S.WITHDRAWN: "Tin này đã thu hồi; cần báo lại thì phát tin mới.",
    _S.EXPIRED: "Tin này đã hết hiệu lực; còn nguy hiểm thì phát tin mới.",
}


def move_notice(state: NoticeState, event: NoticeEvent) -> NoticeState:
    """The state after the event. Raises IllegalNoticeMove."""
    after = MOVES.get((state, event))
    if after is None:
        raise IllegalNoticeMove(_OVER.get(state, "Tin này đã được xác nhận; nếu sai thì huỷ tin."))
    return after


def check_expiry(expires_at: datetime | None, now: datetime) -> datetime:
    """Raises BadExpiry for one that is missing, has passed, or is more than a day away."""
    if expires_at is None:
        raise BadExpiry
    if expires_at <= now:
        raise BadExpiry("Giờ hết hiệu lực đã qua; chọn giờ khác.")
    if expires_at > now + LONGEST:
        raise BadExpiry("Tin khẩn chỉ có hiệu lực nhiều nhất 24 giờ; còn nguy hiểm thì cập nhật sau.")
    return expires_at


def check_later_expiry(
    state: NoticeState, issued_at: datetime, before: datetime, lasts_for: timedelta | None, now: datetime
) -> datetime:
    """Until when it holds after an update: as ``before``, or for so long from now. Raises BadExpiry; what nobody
    confirmed is not prolonged beyond its two hours."""
    if lasts_for is None:
        return check_expiry(min(before, now + LONGEST), now)  # a clock that was set back makes it no longer one
    expires_at = check_expiry(now + lasts_for, now)
    if state is NoticeState.HELD and expires_at > issued_at + UNCONFIRMED_FOR:
        raise BadExpiry(
            "Tin chưa ai xác nhận chỉ giữ nhiều nhất 2 giờ từ lúc phát; cần lâu hơn thì nhờ người thứ hai xác nhận."
        )
    return expires_at


def expiry_when_held(issued_at: datetime, expires_at: datetime) -> datetime:
    """Until when a notice stays that nobody has confirmed."""
    return min(expires_at, issued_at + UNCONFIRMED_FOR)


@dataclass(frozen=True, slots=True)
class NoticeDraft:
    """What an officer has filled in. ``area`` are place codes; ``blanks`` by name; ``lasts_for`` None: as the template
    says. ``updates``: the notice in force that ``news`` is about; 0: it is a new one. ``cap``: the number of the CAP
    message that it is made of; 0: of none."""

    template_id: str
    area: tuple[str, ...] = ()
    blanks: Mapping[str, str] = field(default_factory=dict)
    lasts_for: timedelta | None = None
    drill: bool = False
    updates: int = 0
    news: str = ""
    cap: int = 0

    def to_json(self) -> dict[str, Any]:
        seconds = None if self.lasts_for is None else int(self.lasts_for.total_seconds())
        return {
            "template": self.template_id,
            "area": list(self.area),
            "blanks": dict(self.blanks),
            "lasts_for": seconds,
            "drill": self.drill,
            "updates": self.updates,
            "news": self.news,
            "cap": self.cap,
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> NoticeDraft:
        seconds = raw.get("lasts_for")
        return cls(
            str(raw["template"]),
            tuple(raw.get("area", ())),
            dict(raw.get("blanks", {})),
            None if seconds is None else timedelta(seconds=int(seconds)),
            bool(raw.get("drill", False)),
            int(raw.get("updates", 0)),
            str(raw.get("news", "")),
            int(raw.get("cap", 0)),
        )


@dataclass(frozen=True, slots=True)
class Said:
    """What one version says, frozen into its run.

    ``texts``: the whole text by language, for whoever hears of it first; ``news``: what this version changes, for
    whoever knows the one before (of an issue: nothing). ``issued_at`` is that of the first version.
    """

    notice_id: int
    kind: Kind
    number: int
    issued_at: datetime
    said_at: datetime
    expires_at: datetime
    texts: Mapping[str, str] = field(default_factory=dict)
    news: Mapping[str, str] = field(default_factory=dict)
    entries: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "notice": self.notice_id,
            "kind": str(self.kind),
            "number": self.number,
            "issued_at": self.issued_at.isoformat(),
            "said_at": self.said_at.isoformat(),
            "expires_at": self.expires_at.isoformat(),
            "texts": dict(self.texts),
            "news": dict(self.news),
            "entries": list(self.entries),
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Said:
        return cls(
            int(raw["notice"]),
            Kind(raw["kind"]),
            int(raw["number"]),
            datetime.fromisoformat(raw["issued_at"]),
            datetime.fromisoformat(raw["said_at"]),
            datetime.fromisoformat(raw["expires_at"]),
            dict(raw.get("texts", {})),
            dict(raw.get("news", {})),
            tuple(raw.get("entries", ())),
        )


def name_of(notice_id: int) -> str:
    """As people say it: TK-0413."""
    return f"TK-{notice_id:04d}"
