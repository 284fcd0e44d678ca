"""The mac of a webhook body: a plain SHA-256 over four pieces joined, not an HMAC (pure)."""

from __future__ import annotations

import hashlib

HEADER = "X-ZEvent-Signature"
TIME_HEADER = "X-ZEvent-Timestamp"


def mac_of(first: str, body: bytes, timestamp: str, secret: str) -> str:
    """64 hexadecimal digits; ``first`` is the app id (some community code used the account's id)."""
    return hashlib.sha256(first.encode() + body + timestamp.encode() + secret.encode()).hexdigest()
