"""The answers "no" of the platform in its envelope; the words are ours, for its own are not published."""

from __future__ import annotations

import json


class Refusal(Exception):
    """``code`` is the error_code; ``status`` the HTTP status where it is not the one the settings say.

    ``as_text``: the body is a page of words and no JSON, as something in front of the platform would send it.
    """

    def __init__(self, code: int, description: str, *, status: int | None = None, as_text: bool = False) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.status = status
        self.as_text = as_text

    def body(self) -> bytes:
        if self.as_text:
            return f"<html><body>{self.code} {self.description}</body></html>".encode()
        answer = {"ok": False, "error_code": self.code, "description": self.description}
        return json.dumps(answer, ensure_ascii=False).encode()


def bad_request(reason: str) -> Refusal:
    return Refusal(400, reason)


EMPTY_POLL = "Request timeout"
QUOTA = "Quota exceeded"
WORDS = {
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    408: EMPTY_POLL,
    429: QUOTA,
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


def refusal_of(code: int, *, status: int | None = None, as_text: bool = False) -> Refusal:
    return Refusal(code, WORDS.get(code, "Bad Request"), status=status, as_text=as_text)
