"""Secrets at rest: sealed with keys derived from the installation's key, one per purpose."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import CotMocError


class Unsealable(CotMocError):
    """Không mở được dữ liệu đã mã hoá: COTMOC_SECRET_KEY không phải là khoá lúc mã hoá."""


class Sealer:
    """Seals and unseals text. What one ``purpose`` sealed no other opens, so that no row passes for another."""

    def __init__(self, key: bytes, purpose: str) -> None:
        derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"cotmoc/" + purpose.encode()).derive(key)
        self._fernet = Fernet(base64.urlsafe_b64encode(derived))

    def seal(self, text: str) -> str:
        return self._fernet.encrypt(text.encode()).decode()

    def unseal(self, sealed: str) -> str:
        """Raises Unsealable when it was sealed with another key or for another purpose, or was changed since."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise Unsealable from None
