"""The web chat: replies go to the open sockets of a session, and wait a few minutes for one that lost its net.

A session is a random cookie; nothing of it is kept but the dialogue's ids, and the transcript is in the browser.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.clock import Clock
from bot.errors import CannotBeWithdrawn, Malformed
from bot.messages import Address, Capabilities, Limits, OutgoingMessage, Receipt, Taken, Update, UpdateKind, storable
from bot.storage.inbox import Claimed, Received

LONGEST_FRAME = 4096  # bytes
KEPT_REPLIES = 20
KEPT_FOR = 600.0  # seconds a session without a socket is remembered
_TOO_LONG_ID = 64

Push = Callable[[Mapping[str, Any]], Awaitable[None]]


@dataclass(slots=True)
class _Session:
    pushes: set[Push] = field(default_factory=set)
    replies: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=KEPT_REPLIES))
    sent: int = 0
    seen: float = 0.0


class WebChat:
    """The channel of the service's own pages; ``external_id`` of an address is the session."""

    name = "web"
    limits = Limits(text_units=8000, utf16=False, button_rows=30)
    capabilities = Capabilities(buttons=True, attachments=True, subscribable=False)

    def __init__(self, clock: Clock, *, account: str = "main") -> None:
        self.account = account
        self._clock = clock
        self._sessions: dict[str, _Session] = {}

    # --- sockets ----------------------------------------------------------------------------------------------

    def open(self, session: str, push: Push) -> None:
        kept = self._session(session)
        kept.pushes.add(push)

    def close(self, session: str, push: Push) -> None:
        kept = self._session(session)
        kept.pushes.discard(push)
        self._forget_idle()

    async def greet(self, session: str, after: str | None, push: Push) -> None:
        """Send again what came after the message ``after``, for a socket that lost its net."""
        if after is None:
            return
        replies = list(self._session(session).replies)
        ids = [reply["id"] for reply in replies]
        for reply in replies[ids.index(after) + 1 :] if after in ids else replies:
            await push(reply)

    def present(self) -> list[str]:
        """The sessions with an open page, which can be told something now."""
        return [session for session, each in self._sessions.items() if each.pushes]

    def open_count(self) -> int:
        return sum(len(each.pushes) for each in self._sessions.values())

    def _session(self, session: str) -> _Session:
        kept = self._sessions.setdefault(session, _Session())
        kept.seen = self._clock.monotonic()
        return kept

    def _forget_idle(self) -> None:
        before = self._clock.monotonic() - KEPT_FOR
        for session in [key for key, each in self._sessions.items() if not each.pushes and each.seen < before]:
            del self._sessions[session]

    # --- channel ----------------------------------------------------------------------------------------------

    def receive(self, headers: Mapping[str, str], body: bytes, now: datetime) -> list[Received]:
        """One frame of a socket; ``headers`` carries the session and the browser's language."""
        try:
            frame = json.loads(body)
            kind = frame["type"]
            client_id = frame["id"]
            content = frame["text"] if kind == "text" else frame["value"]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise Malformed("not a chat frame") from error
        if kind not in ("text", "button") or not isinstance(content, str):
            raise Malformed("not a chat frame")
        if (
            not isinstance(client_id, str)
            or not 1 <= len(client_id) <= _TOO_LONG_ID
            or client_id != storable(client_id)
        ):
            raise Malformed("no id")
        session = headers["session"]
        stored = {
            "kind": UpdateKind.TEXT if kind == "text" else UpdateKind.BUTTON,
            "content": storable(content),
            "at": now.timestamp(),
            "hint": headers.get("language", ""),
        }
        return [
            Received(
                channel=self.name,
                account=self.account,
                # The session is in the key, so one visitor cannot use up another's ids; hashed, so it is no address.
                key=f"{_short_hash(session)}:{client_id}"[:80],
                lane=session,
                body=json.dumps(stored, ensure_ascii=False),
                received_at=now,
            )
        ]

    def read(self, row: Claimed) -> Update | None:
        stored = json.loads(row.body)
        kind = UpdateKind(stored["kind"])
        return Update(
            key=row.key,
            address=row.address,
            kind=kind,
            at=row.received_at,
            text=stored["content"] if kind is UpdateKind.TEXT else "",
            value=stored["content"] if kind is UpdateKind.BUTTON else "",
            language_hint=stored["hint"],
        )

    async def send(self, address: Address, message: OutgoingMessage) -> Receipt:
        kept = self._session(address.external_id)
        kept.sent += 1
        payload = {
            "type": "message",
            "id": f"{int(self._clock.now().timestamp() * 1000):x}-{kept.sent}",
            "text": message.text,
            "lang": message.language,
            "reply_to": message.answers.partition(":")[2] or None,
            "decision": message.decision or None,
            "entry_id": message.entry_id or None,
            "buttons": [{"label": each.label, "value": each.value} for each in message.choices()],
            "attachments": [],
        }
        if message.attachment is not None:
            encoded = base64.b64encode(message.attachment.content).decode()
            payload["attachments"] = [
                {"name": message.attachment.name, "mime": message.attachment.mime, "data": encoded}
            ]
        kept.replies.append(payload)
        for push in list(kept.pushes):
            await push(payload)
        return Receipt(str(payload["id"]))

    async def announce(self, session: str, frame: Mapping[str, Any]) -> None:
        """Tell an open page something that nobody asked for there; its id must never be used again."""
        kept = self._session(session)
        kept.replies.append(dict(frame))
        for push in list(kept.pushes):
            await push(frame)

    async def withdraw(self, address: Address, message_id: str, words: str, age: timedelta) -> Taken:
        """What was said is in the browser of whoever asked."""
        raise CannotBeWithdrawn

    async def noticed(self, update: Update) -> None:
        """A text that gets no answer is acknowledged, so that the page stops waiting; a button needs no sign."""
        if update.kind is UpdateKind.TEXT:
            ack = {"type": "ack", "reply_to": update.key.partition(":")[2]}
            for push in list(self._session(update.address.external_id).pushes):
                await push(ack)


def _short_hash(session: str) -> str:
    return hashlib.sha256(session.encode()).hexdigest()[:12]
