"""The answers "no" of the Bot API, in its JSON shape and in its own words (server source, Client.cpp,
Query.cpp).
"""

from __future__ import annotations

import json
from typing import Any


class Refusal(Exception):
    """The Bot API answers this request with an error.

    ``status`` is both the HTTP status and ``error_code``; ``retry_after`` (seconds) and
    ``migrate_to_chat_id`` are the only two members of ``parameters`` that exist.
    """

    def __init__(
        self,
        status: int,
        description: str,
        *,
        retry_after: int | None = None,
        migrate_to_chat_id: int | None = None,
    ) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.retry_after = retry_after
        self.migrate_to_chat_id = migrate_to_chat_id

    def body(self) -> bytes:
        answer: dict[str, Any] = {"ok": False, "error_code": self.status, "description": self.description}
        parameters = {
            name: value
            for name, value in (
                ("migrate_to_chat_id", self.migrate_to_chat_id),
                ("retry_after", self.retry_after),
            )
            if value is not None
        }
        if parameters:
            answer["parameters"] = parameters
        return json.dumps(answer, ensure_ascii=False).encode()


def bad_request(reason: str) -> Refusal:
    """400; the server lower-cases the first letter of a sentence but leaves an UPPER_CASE code alone."""
    if reason and not reason.split(" ")[0].replace("_", "").isupper():
        reason = reason[0].lower() + reason[1:]
    return Refusal(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> Refusal:
    return Refusal(403, f"Forbidden: {reason}")


def too_many_requests(retry_after: int) -> Refusal:
    return Refusal(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)


def conflict(reason: str) -> Refusal:
    return Refusal(409, f"Conflict: {reason}")


UNAUTHORIZED = "Unauthorized"
METHOD_NOT_FOUND = "Not Found: method not found"
