"""Zalo OAuth v4 for Official Accounts: the consent link, and the two calls that bring a pair of tokens.

Rules are those of the reference sheet on Zalo (A2): failures come with HTTP 200 and other keys than the message API's,
an empty body means that a used token was shown again, a time-out on a refresh leaves open whether the token is used.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import aiohttp

from bot.errors import AccountRejected, ChannelDown, NotSent, OutcomeUnknown, Throttled

CALL_TIMEOUT = 20.0  # seconds for a whole call; every lock around it must be longer
LIFE = timedelta(hours=25)  # of an access token
SHORTEST_LIFE, LONGEST_LIFE = timedelta(minutes=1), timedelta(days=7)
CODE_FOR = timedelta(minutes=10)
TOKEN_PATH = "/v4/oa/access_token"
CONSENT_PATH = "/v4/oa/permission"

_USED = -14014  # the refresh token or the code is wrong, used or too old
_TOO_MANY = -32  # calls this minute
_MEANING = {
    _USED: "mã hoặc refresh token sai, đã dùng rồi hoặc quá hạn",
    -14002: "COTMOC_ZALO_APP_ID sai, hoặc ứng dụng chưa kích hoạt",
    -14003: "địa chỉ callback khác với địa chỉ đã khai trong trang developers.zalo.me",
}


class GrantRefused(AccountRejected):
    """Zalo refused, and the token shown to it is as good as before; ``code`` is Zalo's."""

    def __init__(self, code: int) -> None:
        super().__init__(f"{_MEANING.get(code, 'Zalo từ chối')} (Zalo {code})")
        self.code = code


class GrantGone(GrantRefused):
    """The code or refresh token is used, expired or void: only a person's new consent helps."""

    def __init__(self, reason: str = "") -> None:
        super().__init__(_USED)
        self.reason = reason or str(_USED)


@dataclass(frozen=True, slots=True)
class TokenPair:
    """``life`` counts from the moment the request was begun. Neither token is ever shown."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    life: timedelta = LIFE


def challenge_of(verifier: str) -> str:
    """PKCE S256: base64url without padding of the raw SHA-256."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def consent_link(base_url: str, *, app_id: str, callback: str, verifier: str, state: str) -> str:
    """Where an administrator of the Official Account says yes. (Zalo takes no ``code_challenge_method``.)"""
    asked = {"app_id": app_id, "redirect_uri": callback, "code_challenge": challenge_of(verifier), "state": state}
    return f"{base_url.rstrip('/')}{CONSENT_PATH}?{urlencode(asked)}"


class ZaloOAuth:
    """The calls. ``timeout``: seconds for a whole one; every call has a connection of its own, for an idle one that
    Zalo closes meanwhile would make an answer out of nothing ambiguous."""

    def __init__(self, *, base_url: str, app_id: str, app_secret: str, timeout: float = CALL_TIMEOUT) -> None:
        if timeout > CALL_TIMEOUT:
            raise ValueError("the call would outlast the lease that guards it")
        self._url = base_url.rstrip("/") + TOKEN_PATH
        self._app_id = app_id
        self._secret = app_secret
        self._timeout = timeout

    async def exchange(self, code: str, verifier: str) -> TokenPair:
        """The pair for a code, once and within ten minutes. Raises as :meth:`refresh` does."""
        return await self._call({"code": code, "grant_type": "authorization_code", "code_verifier": verifier})

    async def refresh(self, refresh_token: str) -> TokenPair:
        """A new pair; the old refresh token is used up by it.

        Raises NotSent (surely not used: try again), OutcomeUnknown (perhaps used), GrantRefused (not used, but a
        person is needed) or GrantGone (used, expired or void).
        """
        return await self._call({"refresh_token": refresh_token, "grant_type": "refresh_token"})

    async def _call(self, form: dict[str, str]) -> TokenPair:
        # Names and connections have half of it, so that a slow start is told from a slow answer.
        timeout = aiohttp.ClientTimeout(total=self._timeout, connect=self._timeout / 2)
        try:
            async with (
                aiohttp.ClientSession(
                    connector=aiohttp.TCPConnector(force_close=True), cookie_jar=aiohttp.DummyCookieJar()
                ) as session,
                session.post(
                    self._url,
                    data={**form, "app_id": self._app_id},
                    headers={"secret_key": self._secret},
                    timeout=timeout,
                    allow_redirects=False,
                ) as response,
            ):
                return judge(response.status, await response.read())
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotSent(type(error).__name__) from None
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            # The request holds tokens: only the kind of the error is kept.
            raise OutcomeUnknown(type(error).__name__) from None


def judge(status: int, body: bytes) -> TokenPair:
    """What an answer means. Raises what :meth:`ZaloOAuth.refresh` says."""
    if status >= 500:  # a gateway may have lost the answer of a server that rotated
        raise OutcomeUnknown(f"HTTP {status}")
    if status == 429:
        raise Throttled(60)
    if status == 200 and not body.strip():
        raise GrantGone("empty")
    try:
        answer = json.loads(body)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        if status == 200:
            raise OutcomeUnknown("not what Zalo answers")
        raise ChannelDown(f"HTTP {status}")
    _refuse(answer)
    access, refresh = (str(answer.get(name) or "") for name in ("access_token", "refresh_token"))
    if access and refresh:
        return TokenPair(access, refresh, _life(answer.get("expires_in")))
    if answer.get("error_name") or status != 200:  # a failure without a number
        raise GrantRefused(0)
    if access or refresh:
        raise OutcomeUnknown("half a pair")
    raise GrantGone("empty")


def _refuse(answer: dict[str, Any]) -> None:
    code = answer.get("error")
    if code in (None, 0, "0", ""):
        return
    number = _whole(code)
    if number == _TOO_MANY:
        raise Throttled(60)
    if number == _USED:
        raise GrantGone
    raise GrantRefused(number)


def _life(value: object) -> timedelta:
    """Seconds, normally as text. What cannot be read counts as an hour, the shortest life that was ever reported."""
    seconds = _whole(value) or 3600
    return min(max(timedelta(seconds=min(seconds, 10**9)), SHORTEST_LIFE), LONGEST_LIFE)


def _whole(value: object) -> int:
    """A whole number as a number or as text; 0 for anything else."""
    try:
        return int(str(value))
    except ValueError:
        return 0
