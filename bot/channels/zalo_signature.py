"""Whether a webhook of a Zalo Official Account is genuine: SHA-256 over four parts, compared in constant time (pure).

``X-ZEvent-Signature: mac=<64 hex>`` with mac = sha256(app id + raw body + timestamp + OA secret), which is no HMAC
(developers.zalo.me, Webhook). Two things are told differently by different sources: whether the timestamp is the
body's or a header's, and whether the first part is the id of the app or of the OA. All readings need the same secret,
so each is tried. The secret of the app is tried too, but only to say that the wrong one was configured.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

SIGNATURE_HEADER = "X-ZEvent-Signature"
TIMESTAMP_HEADER = "X-ZEvent-Timestamp"
# Zalo sends again for hours, and an older page says for twelve; keys of what came in are kept for as long as this.
REPLAY_WINDOW = timedelta(hours=24)
CLOCKS_DIFFER_BY = timedelta(hours=1)
_FIRST_EVENT = datetime(2015, 1, 1, tzinfo=UTC)
_LAST_EVENT = datetime(2100, 1, 1, tzinfo=UTC)


class Secret(StrEnum):
    OA = "oa-secret"
    APP = "app-secret"


@dataclass(frozen=True, slots=True)
class Keys:
    """What one account was configured with. ``trust_app_secret``: its signatures are accepted too, not only named."""

    app_id: str
    oa_secret: str
    app_secret: str = ""
    oa_id: str = ""
    trust_app_secret: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """``secret``: which one fits, None for neither; ``timestamp``: the one that was signed."""

    accepted: bool
    secret: Secret | None = None
    timestamp: str = ""
    first_part: str = ""


REFUSED = Verdict(accepted=False)


def mac(first_part: str, body: bytes, timestamp: str, secret: str) -> str:
    """64 hexadecimal digits."""
    return hashlib.sha256(first_part.encode() + body + timestamp.encode() + secret.encode()).hexdigest()


def judge(signature: str, body: bytes, timestamps: tuple[str, ...], keys: Keys) -> Verdict:
    """``timestamps``: that of the body, then that of the header, as printed; what is not all digits is left out."""
    given = given_mac(signature).encode()
    found = REFUSED
    for name, secret in ((Secret.OA, keys.oa_secret), (Secret.APP, keys.app_secret)):
        for timestamp in dict.fromkeys(timestamps):
            for first in dict.fromkeys((keys.app_id, keys.oa_id)):
                if not (secret and first and timestamp.isascii() and timestamp.isdigit()):
                    continue
                fits = hmac.compare_digest(given, mac(first, body, timestamp, secret).encode())
                if fits and found.secret is None:
                    accepted = name is Secret.OA or keys.trust_app_secret
                    found = Verdict(accepted, name, timestamp, first)
    return found


def given_mac(signature: str) -> str:
    """The digits of a header; ``mac=`` may stand before them, with blanks anywhere around."""
    text = signature.encode("ascii", "replace").decode().strip().lower()
    name, separator, digits = text.partition("=")
    return digits.strip() if separator and name.strip() == "mac" else text


def header(headers: Mapping[str, str], name: str) -> str:
    """A header by its name in any case; empty when there is none."""
    found = headers.get(name)
    if found is None:
        found = next((value for key, value in headers.items() if key.lower() == name.lower()), "")
    return found


def moment(timestamp: str) -> datetime | None:
    """Milliseconds since 1970, or seconds, as a time; None for what is neither: some examples lack a digit."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 16):
        return None
    for divisor in (1000, 1):
        try:
            at = datetime.fromtimestamp(int(timestamp) / divisor, UTC)
        except (OverflowError, ValueError, OSError):
            continue
        if _FIRST_EVENT <= at < _LAST_EVENT:
            return at
    return None


def timely(timestamp: str, now: datetime) -> bool:
    """Whether a signed event may still be news. What carries no readable time cannot be judged by it, and passes."""
    at = moment(timestamp)
    return at is None or now - REPLAY_WINDOW <= at <= now + CLOCKS_DIFFER_BY
