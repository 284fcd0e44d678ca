"""What proves who an officer is: a password (argon2) and a code of the moment (TOTP, RFC 6238). Stores nothing.

The secret behind the codes is sealed for its officer's name: copied into another officer's row it opens nothing.
"""

from __future__ import annotations

import base64
import hmac
import secrets
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from pyotp import TOTP, random_base32

from bot.errors import CotMocError
from bot.sealing import Sealer

STEP = 30  # seconds that a code is shown
DRIFT = 1  # steps that a phone's clock may be off
SHORTEST, LONGEST = 12, 200  # characters of a password
ISSUER = "Cột Mốc"
SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"  # none of them looks like another


class WeakPassword(CotMocError):
    """Mật khẩu phải dài từ 12 đến 200 ký tự, không lặp một ký tự và không chứa tên tài khoản."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """Shown once, to whoever hands them over; kept nowhere as they are."""

    name: str
    password: str = field(repr=False)
    secret: str = field(repr=False)

    @property
    def uri(self) -> str:
        """For an authenticator app (otpauth://)."""
        return TOTP(self.secret).provisioning_uri(name=self.name, issuer_name=ISSUER)


def new_credentials(name: str, password: str = "") -> Credentials:
    """A fresh secret, and the typed password or a made one (16 signs, about 79 bits). Raises WeakPassword."""
    if password:
        check_strength(name, password)
    else:
        password = "-".join("".join(secrets.choice(SIGNS) for _ in range(4)) for _ in range(4))
    return Credentials(name, password, random_base32())


def check_strength(name: str, password: str) -> None:
    """Raises WeakPassword."""
    plain = _plain(password)
    fits = SHORTEST <= len(plain) <= LONGEST and len(set(plain)) > 4
    if not fits or name.casefold() in plain.casefold():
        raise WeakPassword


class Prover:
    """``key`` is the installation's; ``hasher`` carries the cost of a guess (argon2's own defaults: RFC 9106)."""

    def __init__(self, key: bytes, hasher: PasswordHasher | None = None) -> None:
        self._key = key
        self._hasher = hasher or PasswordHasher()
        # What the password of a name that nobody bears is compared with: it costs the same and never fits.
        cost = f"m={self._hasher.memory_cost},t={self._hasher.time_cost},p={self._hasher.parallelism}"
        salt, answer = (_base64(secrets.token_bytes(n)) for n in (self._hasher.salt_len, self._hasher.hash_len))
        self._nobody = f"$argon2id$v=19${cost}${salt}${answer}"

    def hashed(self, password: str) -> str:
        """Slow on purpose: call it beside the event loop."""
        return self._hasher.hash(_plain(password))

    def fits(self, hashed: str | None, password: str) -> bool:
        """Whether this is the password. Slow on purpose, and as slow when there is no such officer (None)."""
        try:
            return self._hasher.verify(hashed or self._nobody, _plain(password)[: LONGEST + 1]) and hashed is not None
        except (VerificationError, InvalidHashError):
            return False

    def outdated(self, hashed: str) -> bool:
        """Whether the password was hashed at another cost than today's."""
        return self._hasher.check_needs_rehash(hashed)

    def sealed(self, credentials: Credentials) -> str:
        return self._sealer(credentials.name).seal(credentials.secret)

    def step(self, name: str, sealed: str | None, code: str, now: datetime) -> int | None:
        """The step whose code this is, one before or after included; None: of none of them.

        Raises Unsealable when the installation's key is another than when the secret was sealed.
        """
        secret = random_base32() if sealed is None else self._sealer(name).unseal(sealed)
        typed = "".join(code.split()).encode(errors="replace")
        here = int(now.timestamp()) // STEP
        totp, found = TOTP(secret), None
        for step in range(here - DRIFT, here + DRIFT + 1):
            if hmac.compare_digest(totp.at(step * STEP).encode(), typed):
                found = step
        return None if sealed is None else found

    def _sealer(self, name: str) -> Sealer:
        return Sealer(self._key, f"officers/second-factor/{name}")


def _plain(password: str) -> str:
    # Keyboards differ in how they compose Vietnamese letters; the password is the same.
    return unicodedata.normalize("NFC", password).encode(errors="replace").decode()


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode().rstrip("=")
