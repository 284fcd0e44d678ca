"""The queue of updates that wait for the bot: ids, expiry, confirmation, and which types are wanted."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

DAY = 86_400.0
LIVES = {  # seconds an update is kept, server source Client.cpp add_update calls
    "callback_query": 150.0,
    "shipping_query": 150.0,
    "pre_checkout_query": 150.0,
    "inline_query": 30.0,
    "chosen_inline_result": 600.0,
}
ALL_KINDS = (
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
    "message_reaction",
    "message_reaction_count",
    "inline_query",
    "chosen_inline_result",
    "callback_query",
    "shipping_query",
    "pre_checkout_query",
    "purchased_paid_media",
    "poll",
    "poll_answer",
    "my_chat_member",
    "chat_member",
    "chat_join_request",
    "chat_boost",
    "removed_chat_boost",
)
UNASKED = {"chat_member", "message_reaction", "message_reaction_count"}
DEFAULT_KINDS = frozenset(ALL_KINDS) - UNASKED


@dataclass(slots=True, eq=False)
class Pending:
    """One update. ``queue`` is its delivery lane, ``chat_id`` the chat a reply would go to (None: none)."""

    update_id: int
    kind: str
    queue: str
    chat_id: int | None
    body: bytes
    expires_at: float
    handed_at: float | None = None


def lane_of(kind: str, content: dict[str, Any], update_id: int) -> str:
    """The lane inside which order holds (server source: chat for messages, sender for queries, each kind
    apart).
    """
    try:
        match kind:
            case "message" | "edited_message" | "channel_post" | "edited_channel_post":
                return f"chat:{content['chat']['id']}"
            case "callback_query" | "inline_query" | "chosen_inline_result":
                return f"{kind}:{content['from']['id']}"
            case "shipping_query" | "pre_checkout_query":
                return f"payment:{content['from']['id']}"
            case "my_chat_member":
                return f"{kind}:{content['chat']['id']}"
            case "chat_member" | "chat_join_request":
                return f"member:{content['from']['id']}"
            case "message_reaction" | "message_reaction_count":
                return f"{kind}:{content['chat']['id']}"
    except (KeyError, TypeError):
        pass
    return f"single:{update_id}"


def chat_of(content: dict[str, Any]) -> int | None:
    """The chat in which a reply to this update would be sent."""
    holder = content.get("message") if "chat_instance" in content else content
    chat = holder.get("chat") if isinstance(holder, dict) else None
    chat_id = chat.get("id") if isinstance(chat, dict) else None
    return chat_id if isinstance(chat_id, int) else None


class UpdateQueue:
    """Unconfirmed updates in the order of their ids."""

    def __init__(self, first_id: int, scale: float) -> None:
        self.next_id = first_id
        self.scale = scale
        self.pending: dict[int, Pending] = {}
        self.allowed: frozenset[str] = DEFAULT_KINDS
        self.dropped = 0
        self.expired = 0
        self.on_new: list[Callable[[Pending], None]] = []

    def choose_kinds(self, raw: object) -> None:
        """Apply an allowed_updates parameter: absent or unreadable = as before, empty = the default set."""
        if isinstance(raw, str):
            try:
                raw = json.loads(raw)
            except ValueError:
                return
        if isinstance(raw, list):
            wanted = frozenset(str(kind).lower() for kind in raw) & frozenset(ALL_KINDS)
            self.allowed = wanted or DEFAULT_KINDS

    def add(self, kind: str, content: dict[str, Any], life: float | None = None) -> Pending | None:
        """Queue a new update; None when the bot did not ask for this kind (then no id is spent)."""
        if kind not in self.allowed:
            self.dropped += 1
            return None
        update_id = self.next_id
        self.next_id += 1
        seconds = (LIVES.get(kind, DAY) if life is None else life) * self.scale
        update = Pending(
            update_id,
            kind,
            lane_of(kind, content, update_id),
            chat_of(content),
            json.dumps({"update_id": update_id, kind: content}, ensure_ascii=False).encode(),
            time.monotonic() + seconds,
        )
        self.pending[update_id] = update
        for listener in self.on_new:
            listener(update)
        return update

    def forget(self, update_id: int) -> None:
        self.pending.pop(update_id, None)

    def live(self) -> list[Pending]:
        """All unexpired updates in order; the expired are dropped on the way."""
        return self._first(len(self.pending))

    def _first(self, limit: int) -> list[Pending]:
        now = time.monotonic()
        taken: list[Pending] = []
        expired: list[int] = []
        for update in self.pending.values():
            if len(taken) >= limit:
                break
            if update.expires_at <= now:
                expired.append(update.update_id)
            else:
                taken.append(update)
        for update_id in expired:
            del self.pending[update_id]
        self.expired += len(expired)
        return taken

    def take(self, offset: int, limit: int) -> list[Pending]:
        """What getUpdates returns; everything below a valid offset is thereby confirmed and gone.

        A negative offset keeps only that many of the newest; an offset beyond the next id is no confirmation
        and starts from the oldest again (server source, TQueue).
        """
        confirmed: list[int] = []
        if offset < 0:
            confirmed = list(self.pending)[:offset]
        elif 0 < offset <= self.next_id:
            confirmed = list(takewhile(lambda update_id: update_id < offset, self.pending))
        for update_id in confirmed:
            del self.pending[update_id]
        return self._first(limit)
