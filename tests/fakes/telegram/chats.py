"""The chats a fake bot can talk to, their state, and what the server says when one cannot be written to."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal, get_args

from tests.fakes.telegram.refusals import Refusal, bad_request, forbidden

ChatKind = Literal["private", "group", "supergroup", "channel"]
ChatState = Literal[
    "normal", "blocked", "never_started", "deactivated", "not_found", "migrated", "kicked", "left", "deleted"
]
STATES: tuple[str, ...] = get_args(ChatState)
KINDS: tuple[str, ...] = get_args(ChatKind)
SUPERGROUP_TOP = -1_000_000_000_000  # supergroups and channels are at or below this id


def kind_of(chat_id: int) -> ChatKind:
    """The kind an id says by its range; a channel cannot be told from a supergroup and must be set."""
    if chat_id > 0:
        return "private"
    return "supergroup" if chat_id <= SUPERGROUP_TOP else "group"


@dataclass(slots=True)
class Chat:
    """One chat; ``shape`` is its JSON form as text, kept because it is part of every answer."""

    chat_id: int
    kind: ChatKind
    state: ChatState = "normal"
    migrate_to: int | None = None
    title: str = ""
    username: str = ""
    language_code: str = "vi"
    shape: str = ""

    def __post_init__(self) -> None:
        self.refresh()

    def refresh(self) -> None:
        if self.kind == "private" and not self.title and not self.username:
            # The common case by far, spelt out: a benchmark meets a hundred thousand new chats.
            number = self.chat_id
            self.shape = f'{{"id":{number},"first_name":"Resident {number}","type":"private"}}'
        else:
            self.shape = json.dumps(self.to_json(), ensure_ascii=False)

    def to_json(self) -> dict[str, Any]:
        shape: dict[str, Any] = {"id": self.chat_id}
        if self.kind == "private":
            shape["first_name"] = self.title or f"Resident {self.chat_id}"
        else:
            shape["title"] = self.title or f"Group {abs(self.chat_id)}"
        if self.username:
            shape["username"] = self.username
        shape["type"] = self.kind
        return shape

    def sender(self) -> dict[str, Any]:
        """The resident of a private chat as the ``from`` of a message."""
        shape: dict[str, Any] = {
            "id": self.chat_id,
            "is_bot": False,
            "first_name": self.title or f"Resident {self.chat_id}",
        }
        if self.username:
            shape["username"] = self.username
        if self.language_code:
            shape["language_code"] = self.language_code
        return shape

    def check_writable(self) -> None:
        """Raise the Refusal a send to this chat gets; silent when it may be written to."""
        if self.state != "normal":
            raise self._refusal()

    def _refusal(self) -> Refusal:
        match self.state:
            case "blocked":
                return forbidden("bot was blocked by the user")
            case "never_started":
                return forbidden("bot can't initiate conversation with a user")
            case "deactivated":
                return forbidden("user is deactivated")
            case "migrated":
                return Refusal(
                    400,
                    "Bad Request: group chat was upgraded to a supergroup chat",
                    migrate_to_chat_id=self.migrate_to,
                )
            case "kicked":
                return forbidden(f"bot was kicked from the {self.kind} chat")
            case "left":
                return forbidden(f"bot is not a member of the {self.kind} chat")
            case "deleted":
                return forbidden("the group chat was deleted")
            case _:
                return bad_request("chat not found")


class ChatBook:
    """All chats by id; an id nobody declared is a normal chat unless ``reject_unknown``."""

    def __init__(self, reject_unknown: bool) -> None:
        self.reject_unknown = reject_unknown
        self._by_id: dict[int, Chat] = {}
        self._by_username: dict[str, int] = {}

    def obtain(self, chat_id: int) -> Chat:
        """The chat with this id, made if need be."""
        chat = self._by_id.get(chat_id)
        if chat is None:
            chat = self._by_id[chat_id] = Chat(chat_id, kind_of(chat_id))
        return chat

    def resolve(self, raw: object) -> Chat:
        """The chat a request names by id or @username; raises Refusal when there is none.

        State is not looked at here, except that a chat set to ``not_found`` does not exist.
        """
        if raw is None or raw == "":
            raise bad_request("chat_id is empty")
        text = str(raw)
        if text[0] == "@":
            chat_id = self._by_username.get(text[1:].lower(), 0)
        else:
            try:
                chat_id = int(text)
            except ValueError:
                chat_id = 0
        chat = self._by_id.get(chat_id)
        if chat is None:
            if chat_id == 0 or self.reject_unknown:
                raise bad_request("chat not found")
            return self.obtain(chat_id)
        if chat.state == "not_found":
            raise bad_request("chat not found")
        return chat

    def declare(self, chat_id: int, changes: dict[str, Any]) -> Chat:
        """Create or change a chat; raises ValueError for a state, kind or name that does not exist."""
        unknown = set(changes) - {"state", "kind", "migrate_to", "title", "username", "language_code"}
        if unknown:
            raise ValueError(f"no such property of a chat: {', '.join(sorted(unknown))}")
        if changes.get("state", "normal") not in STATES:
            raise ValueError(f"no such chat state: {changes['state']}")
        if changes.get("kind", "private") not in KINDS:
            raise ValueError(f"no such chat kind: {changes['kind']}")
        if changes.get("state") == "migrated" and not changes.get("migrate_to"):
            raise ValueError("a migrated chat needs migrate_to")
        chat = self.obtain(chat_id)
        for name, value in changes.items():
            setattr(chat, name, value)
        if chat.username:
            self._by_username[chat.username.lower()] = chat_id
        chat.refresh()
        return chat
