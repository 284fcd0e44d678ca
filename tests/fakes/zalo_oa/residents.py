"""The people of one Official Account: who wrote when, who follows, who refuses what."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from typing import Any

WELCOME_QUOTA = 3  # messages to a follower who never interacted


@dataclass(slots=True)
class Line:
    """One message of a conversation, for the history: ``source`` 0 is the account, 1 the resident."""

    source: int
    at: float
    kind: str
    text: str
    message_id: str


@dataclass(slots=True)
class Resident:
    """Somebody with a ``user_id`` of this account. Times are seconds since 1970; None: never.

    ``refusal``: the error that every send to them gets; ``refused``: an error for sends of one kind (cs, template,
    promotion). ``on_phone``: only the mobile application tells of received and seen messages. ``gender``, ``age``,
    ``city``, ``location``, ``platform``: the codes that the target of an article broadcast knows.
    """

    resident_id: str
    by_app: str
    name: str = "Nguyễn Văn A"
    last_interaction: float | None = None
    is_follower: bool = False
    welcome_left: int = WELCOME_QUOTA
    replies_since: int = 0
    refusal: int = 0
    refused: dict[str, int] | None = None
    is_sensitive: bool = False
    on_phone: bool = True
    tags: tuple[str, ...] = ()
    shared: dict[str, Any] | None = None
    gender: int = 1
    age: int = 3
    city: int = 0
    location: int = 2
    platform: int = 2
    promoted_at: tuple[float, ...] = ()
    buttons: list[dict[str, Any]] | None = None
    history: list[Line] | None = None

    def interact(self, at: float) -> None:
        """The 7 days and the 48 hours begin anew."""
        self.last_interaction = at
        self.replies_since = 0

    def remember(self, line: Line) -> None:
        if self.history is None:
            self.history = []
        self.history.append(line)


_OWN = {"resident_id", "by_app", "history", "buttons", "promoted_at", "replies_since"}
CHANGEABLE = {each.name for each in fields(Resident)} - _OWN


def by_app_of(resident_id: str) -> str:
    """The same person's id for the app: another number."""
    return str(500_000_000_000_000_000 + int(resident_id) % 499_999_999_999_999_999)


def id_of_name(name: str) -> str:
    """A ``user_id`` for somebody a tester calls by a name; beyond 2^53, as the real ones are."""
    digits = int(hashlib.sha256(name.encode()).hexdigest()[:12], 16)
    return str(7_000_000_000_000_000_000 + digits)


class ResidentBook:
    """All who have an id. Several ids of one person are not modelled but for ``by_app``."""

    def __init__(self) -> None:
        self.by_id: dict[str, Resident] = {}

    def find(self, resident_id: Any) -> Resident | None:
        """By text, or by the bare number that one documentation example shows."""
        if isinstance(resident_id, int) and not isinstance(resident_id, bool):
            resident_id = str(resident_id)
        return self.by_id.get(resident_id) if isinstance(resident_id, str) else None

    def make(self, resident_id: str) -> Resident:
        """Who has this id, made known when not yet. Raises ValueError for what is no id."""
        known = self.by_id.get(resident_id)
        if known is None:
            if not resident_id.isdecimal():
                raise ValueError(f"an id is a number as text, not {resident_id!r}")
            known = self.by_id[resident_id] = Resident(resident_id, by_app_of(resident_id))
        return known

    def change(self, resident_id: str, changes: dict[str, Any], now: float) -> None:
        """Set members; ``interacted_ago`` is the seconds since the last interaction, None for never."""
        resident = self.make(resident_id)
        for name, value in changes.items():
            if name == "interacted_ago":
                if value is None:
                    resident.last_interaction = None
                else:
                    resident.interact(now - float(value))
            elif name in CHANGEABLE:
                setattr(resident, name, tuple(value) if name == "tags" else value)
            else:
                raise ValueError(f"no such member of a resident: {name}")
