"""Who may call: codes of consent, pairs of tokens that replace each other, and their ends."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass

from tests.fakes.zalo_oa.clock import DAY
from tests.fakes.zalo_oa.refusals import Refusal, SignInRefusal
from tests.fakes.zalo_oa.settings import Settings

BAD_GRANT = -14014


@dataclass(slots=True)
class Pair:
    """An access token and the refresh token that came with it; ``number`` counts from 1."""

    number: int
    access_token: str
    refresh_token: str
    issued_at: float
    replaced: bool = False
    refresh_used: bool = False


@dataclass(slots=True)
class ConsentCode:
    """What the callback carries: good once, for some minutes, for whoever knows the verifier."""

    challenge: str
    made_at: float
    used: bool = False


def challenge_of(verifier: str) -> str:
    """Base64url without padding of the raw SHA-256 digest."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _token(kind: str, number: int) -> str:
    """As long as the real ones, and the same after every reset, so that the first pair can be told in advance."""
    digest = hashlib.sha512(f"{kind} {number}".encode()).digest() * 3
    return base64.urlsafe_b64encode(digest).decode()


class Grants:
    """The grant of one account to one app: at most one pair is in force."""

    def __init__(self, settings: Settings, now: float) -> None:
        self._settings = settings
        self._pairs: list[Pair] = []
        self._by_access: dict[str, Pair] = {}
        self._by_refresh: dict[str, Pair] = {}
        self._codes: dict[str, ConsentCode] = {}
        self.current: Pair | None = None
        self.issued_first = self.issue(now)  # as from the console's API explorer

    def issue(self, now: float) -> Pair:
        """A new pair; the one before it is out of force."""
        if self._pairs:
            self._pairs[-1].replaced = True
        number = len(self._pairs) + 1
        pair = Pair(number, _token("access", number), _token("refresh", number), now)
        self._pairs.append(pair)
        self._by_access[pair.access_token] = pair
        self._by_refresh[pair.refresh_token] = pair
        self.current = pair
        return pair

    def revoke(self) -> None:
        """The grant is void, as after a change of the callback or of the permissions: only a new consent helps."""
        for pair in self._pairs:
            pair.replaced = pair.refresh_used = True
        self.current = None

    def consent(self, challenge: str, now: float) -> str:
        """The administrator agrees; gives the code for the callback."""
        code = secrets.token_urlsafe(24)
        self._codes[code] = ConsentCode(challenge, now)
        return code

    def exchange(self, code: str, verifier: str, now: float) -> Pair:
        """A pair for a code. Raises SignInRefusal for a code unknown, used or old, or a verifier that is not its."""
        known = self._codes.get(code)
        if known is None or known.used or now - known.made_at > self._settings.code_seconds:
            raise SignInRefusal(BAD_GRANT)
        if challenge_of(verifier) != known.challenge:
            raise SignInRefusal(BAD_GRANT)
        known.used = True
        return self.issue(now)

    def refresh(self, refresh_token: str, now: float) -> Pair | None:
        """A pair for a refresh token, which is dead from then on; None: answer an empty body.

        Raises SignInRefusal for a token unknown, used or too old.
        """
        pair = self._by_refresh.get(refresh_token)
        if pair is not None and pair.refresh_used and self._settings.empty_replay:
            return None
        if pair is None or pair.refresh_used or now - pair.issued_at > self._settings.refresh_days * DAY:
            raise SignInRefusal(BAD_GRANT)
        pair.refresh_used = True
        return self.issue(now)

    def check(self, access_token: str | None, now: float) -> Pair:
        """The pair a call comes with; raises Refusal -216 for garbage and a void grant, -220 for one that is over."""
        pair = self._by_access.get(access_token or "")
        if pair is None or self.current is None:
            raise Refusal(-216)
        if pair.replaced and self._settings.previous_dies:
            raise Refusal(self._settings.rotated_code)
        if now - pair.issued_at > self._settings.access_seconds:
            raise Refusal(-220)
        return pair
