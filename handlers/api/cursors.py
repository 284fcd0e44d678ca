"""Where a page of a list ends, as a word that only this installation can make; new rows do not move it (pure)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

from handlers.api.problems import Problem, in_parameter

_MARK = 8  # bytes


class Cursors:
    """``key`` is the installation's. A cursor of one list opens no other."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def after(self, which: str, last: str) -> str:
        """Behind the row called ``last`` of the list called ``which``."""
        return base64.urlsafe_b64encode(self._mark(which, last) + last.encode()).decode()

    def read(self, which: str, cursor: str | None) -> str:
        """What ``after`` was given; empty: from the beginning. Raises Problem."""
        if cursor is None:
            return ""
        try:
            raw = base64.urlsafe_b64decode(cursor)
            mark, last = raw[:_MARK], raw[_MARK:].decode()
        except (binascii.Error, ValueError):
            raise _wrong() from None
        if not last or not hmac.compare_digest(mark, self._mark(which, last)):
            raise _wrong()
        return last

    def _mark(self, which: str, last: str) -> bytes:
        return hmac.new(self._key, f"api-cursor\x1f{which}\x1f{last}".encode(), hashlib.sha256).digest()[:_MARK]


def _wrong() -> Problem:
    return in_parameter("cursor", "cursor không phải do danh sách này cho.")
