"""One fake bot with all it knows: what every method and the control interface work on."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.fakes.telegram.chats import Chat, ChatBook
from tests.fakes.telegram.faults import FaultScript
from tests.fakes.telegram.files import FileStore
from tests.fakes.telegram.journal import Act, Journal
from tests.fakes.telegram.limits import FloodGate, Send
from tests.fakes.telegram.messages import Archive
from tests.fakes.telegram.refusals import too_many_requests
from tests.fakes.telegram.settings import Settings
from tests.fakes.telegram.updates import Pending, UpdateQueue

if TYPE_CHECKING:
    from tests.fakes.telegram.delivery import WebhookDelivery

CommandKey = tuple[str, str]  # scope as canonical JSON, language code


@dataclass(slots=True)
class Press:
    """A callback query that may still be answered."""

    chat_id: int | None
    made_at: float
    answered: bool = False


class FakeBot:
    """State of the bot. Single-threaded: everything runs on one event loop."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.delivery: WebhookDelivery | None = None
        self.reset()

    def reset(self) -> None:
        """Forget everything but the settings; a webhook must have been closed before."""
        self.shape: dict[str, Any] = {
            "id": self.settings.bot_id,
            "is_bot": True,
            "first_name": self.settings.bot_name,
            "username": self.settings.username,
        }
        self.chats = ChatBook(self.settings.reject_unknown_chats)
        self.messages = Archive(self.shape)
        self.files = FileStore()
        self.journal = Journal()
        self.gate = FloodGate(self.settings.limits)
        self.faults = FaultScript()
        self.queue = UpdateQueue(self.settings.first_update_id, self.settings.scale)
        self.commands: dict[CommandKey, list[dict[str, str]]] = {}
        self.presses: dict[str, Press] = {}
        self.last_handed: dict[int, tuple[int, float]] = {}
        self.random = random.Random(self.settings.seed)
        self.texts: dict[str, str] = {}

    def hand_over(self, update: Pending) -> None:
        """Note that the bot now has this update: what it sends to that chat next is a reply."""
        now = time.monotonic()
        update.handed_at = now
        if update.chat_id is not None:
            self.last_handed[update.chat_id] = (update.update_id, now)

    def reply_of(self, chat_id: int, now: float) -> tuple[int | None, float | None]:
        """The update a send to this chat answers and the seconds since it was handed over, or two Nones."""
        handed = self.last_handed.get(chat_id)
        if handed is None or now - handed[1] > self.settings.limits.reply_window:
            return None, None
        return handed[0], now - handed[1]

    def admit(self, method: str, chat: Chat, *, paid: bool = False) -> None:
        """Let a send pass the limits and the state of its chat, or raise the Refusal it gets.

        The order is the server's: what it knows itself (gone, kicked) first, then the flood check, and last
        the block, which only Telegram behind it knows.
        """
        if chat.state not in ("normal", "blocked", "never_started"):
            chat.check_writable()
        now = time.monotonic()
        is_reply = self.reply_of(chat.chat_id, now)[0] is not None
        retry_after = self.gate.admit(Send(now, method, chat.chat_id, is_reply, paid))
        if retry_after is not None:
            raise too_many_requests(retry_after)
        chat.check_writable()

    def record(self, method: str, chat_id: int, message_id: int, text: str, **more: Any) -> Act:
        """An accepted act for the journal, not yet in any of its lists."""
        sequence, at, monotonic = self.journal.stamp()
        update_id, after = self.reply_of(chat_id, monotonic)
        # Half a million equal notices are kept as one string, or the log would not fit.
        text = self.texts.setdefault(text, text)
        return Act(sequence, method, chat_id, message_id, text, at, monotonic, update_id, after, **more)
