"""What the control interface reports, as typed values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a resident did: the update it became (None: the bot did not ask for that kind) and its message."""

    update_id: int | None
    message_id: int | None


@dataclass(frozen=True, slots=True)
class Counts:
    """Sums; ``answers`` is keyed "method status" in lower case, for example "sendmessage 200"."""

    sends: int
    acts: int
    unanswered: int
    chats: int
    delivery_attempts: int
    hangups: int
    answers: dict[str, int]
    pending: int
    expired: int
    not_asked_for: int
    early: int
