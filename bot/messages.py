"""The frozen values that travel between channels and handlers: what came in, what goes out (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


def storable(text: str) -> str:
    """The text without what no database takes: null signs, and halves of characters that JSON may carry."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a resident can be reached: one chat of one account of one channel."""

    channel: str
    account: str
    external_id: str


class UpdateKind(StrEnum):
    """What came in. Kinds we cannot read carry no content, only the fact that they came."""

    TEXT = "text"
    BUTTON = "button"
    PHOTO = "photo"
    VOICE = "voice"
    OTHER = "other"  # sticker, contact, location, document …: seen, not opened
    QUIET = "quiet"  # reactions, edits, service messages: nothing to say
    BLOCKED = "blocked"  # the resident blocked the service
    RETURNED = "returned"  # … and let it in again
    GROUP = "group"  # anything written in a group chat
    FOLLOWED = "followed"  # the resident began to follow the account
    UNFOLLOWED = "unfollowed"  # … and no longer does: everything stops
    WITHDRAWN = "withdrawn"  # the resident asked the platform to have their data erased
    DELIVERED = "delivered"  # a message of ours reached the resident's device; ``value`` is its id


# Kinds that are no word of the resident: they open no window and do not count as having written.
UNSAID = frozenset(
    (
        UpdateKind.BLOCKED,
        UpdateKind.RETURNED,
        UpdateKind.UNFOLLOWED,
        UpdateKind.WITHDRAWN,
        UpdateKind.DELIVERED,
    )
)


@dataclass(frozen=True, slots=True)
class Update:
    """One thing that came in, already free of names, files and everything else we do not keep.

    ``key`` is the channel's own identifier of the update (unique per account); ``at`` is when the resident acted.
    ``receipt`` names the press of a button, so that the channel can tell the resident's app that it was taken.
    """

    key: str
    address: Address
    kind: UpdateKind
    at: datetime
    text: str = ""
    value: str = ""
    language_hint: str = ""
    receipt: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """One choice. ``value`` comes back as the button's update; at most 64 bytes (Telegram's callback_data)."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a message; ``content`` is the file itself."""

    name: str
    mime: str
    content: bytes


@dataclass(frozen=True, slots=True)
class FilledTemplate:
    """A text that the platform has approved, with its blanks filled in; sent instead of free text."""

    id: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """One message in the words of one language, which every channel sends with exactly one call.

    A channel without buttons writes them as numbered lines.
    """

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    language: str = "vi"
    decision: str = ""
    entry_id: str = ""
    attachment: Attachment | None = None
    answers: str = ""  # key of the update that this answers
    follows: str = ""  # id of our own message that this takes up, where a channel can show it
    template: FilledTemplate | None = None  # only on channels whose windows demand it

    def choices(self) -> tuple[Button, ...]:
        """All buttons in reading order: the order in which numbers are given to them."""
        return tuple(button for row in self.buttons for button in row)


@dataclass(frozen=True, slots=True)
class Receipt:
    """The channel's word that it took a message over."""

    message_id: str


class Taken(StrEnum):
    """How a message that had arrived was taken back."""

    DELETED = "deleted"
    EDITED = "edited"  # one line stands in its place
    GONE = "not-there"  # it was not there any more


@dataclass(frozen=True, slots=True)
class Limits:
    """What one message of a channel may hold. ``text_units``: UTF-16 units, or characters where ``utf16`` is not set.

    ``caption_units``: how much text goes with a file, where that is less.
    """

    text_units: int
    utf16: bool
    button_rows: int
    caption_units: int | None = None


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can do beyond text.

    ``subscribable``: messages may be sent later, unasked. ``windows``: how long after the resident's last word they
    may be sent, and at what price, depends on the minute of that word, which is therefore kept. ``files``: the types
    of the files it takes, where it does not take every one. ``withdraws``: what has arrived can be taken back.
    """

    buttons: bool
    attachments: bool
    subscribable: bool
    windows: bool = False
    files: frozenset[str] | None = None
    withdraws: bool = False

    def takes(self, mime: str) -> bool:
        """Whether a file of this type may be sent."""
        return self.attachments and (self.files is None or mime in self.files)
