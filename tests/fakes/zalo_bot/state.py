"""One fake bot with all it knows: chats, quotas, updates that wait, and the journal."""

from __future__ import annotations

import hashlib
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.fakes.zalo_bot.faults import Fault
from tests.fakes.zalo_bot.journal import Act, Journal
from tests.fakes.zalo_bot.refusals import Refusal, bad_request, refusal_of
from tests.fakes.zalo_bot.settings import Settings

if TYPE_CHECKING:
    from tests.fakes.zalo_bot.delivery import Webhook

CHAT_STATES = ("normal", "blocked", "gone")


@dataclass(slots=True)
class Chat:
    """A chat that wrote at least once; ``place`` is its number in the order of first words, from 1."""

    chat_id: str
    place: int
    state: str = "normal"


@dataclass(slots=True)
class Event:
    """One update for the bot, as the platform would write it."""

    number: int
    chat_id: str | None
    message_id: str | None
    update: dict[str, Any]


def opaque_id(kind: str, number: int) -> str:
    """An id as the platform makes them: twenty hexadecimal digits that tell nothing."""
    return hashlib.sha256(f"{kind} {number}".encode()).hexdigest()[:20]


class FakeBot:
    """State of the bot. Single-threaded: everything runs on one event loop."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.webhook: Webhook | None = None
        self.webhook_changed_at = 0
        self.reset()

    def reset(self) -> None:
        """Forget everything but the settings; a webhook must have been closed before."""
        self.chats: dict[str, Chat] = {}
        self.journal = Journal()
        self.faults: list[Fault] = []
        self.pending: deque[Event] = deque()
        self.sent_this_month = 0
        self.last_handed: dict[str, int] = {}
        self._numbers: dict[str, int] = {}

    def next_number(self, kind: str) -> int:
        self._numbers[kind] = self._numbers.get(kind, 0) + 1
        return self._numbers[kind]

    def chat(self, chat_id: str) -> Chat:
        """The chat, made known when it is not yet."""
        return self.chats.setdefault(chat_id, Chat(chat_id, len(self.chats) + 1))

    def is_over(self, chat: Chat) -> bool:
        """Whether the chat came after the quota of chats was full."""
        return 0 < self.settings.chat_quota < chat.place

    def hand_over(self, event: Event) -> None:
        """Note that the bot now has this update."""
        if event.chat_id is not None:
            self.last_handed[event.chat_id] = event.number

    def admit(self, chat_id: str) -> None:
        """Let a send pass the state of its chat and the quotas, or raise the Refusal it gets."""
        settings = self.settings
        chat = self.chats.get(chat_id)
        if chat is None and settings.unknown_chat:
            raise _about_chat(settings.unknown_chat, "chat not found")
        if chat is not None and chat.state == "blocked" and settings.blocked_chat:
            raise _about_chat(settings.blocked_chat, "blocked by the user")
        if chat is not None and chat.state == "gone":
            raise bad_request("chat not found")
        if chat is not None and self.is_over(chat):
            raise refusal_of(429)
        if 0 < settings.message_quota <= self.sent_this_month:
            raise refusal_of(429)

    def record(self, method: str, chat_id: str, text: str, content: str, parameters: list[str]) -> Act:
        """Accept a send: it counts for the month and stands in the journal."""
        sequence, at, monotonic = self.journal.stamp()
        self.sent_this_month += 1
        message_id = opaque_id("sent", sequence)
        event = self.last_handed.get(chat_id)
        act = Act(sequence, method, chat_id, message_id, text, at, monotonic, event, content, parameters)
        self.journal.add_send(act)
        return act


def _about_chat(code: int, words: str) -> Refusal:
    return bad_request(words) if code == 400 else refusal_of(code)
