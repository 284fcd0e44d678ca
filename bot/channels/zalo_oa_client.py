"""Calls of the Official Account API over aiohttp: envelopes, tokens, limits, and whether a call left this machine."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any, Protocol

import aiohttp

from bot import errors
from bot.channels.zalo_oa_errors import Reaction, Refused
from bot.channels.zalo_oa_times import MinuteLimit, seconds_to_next_minute
from bot.clock import Clock

CONNECT_FOR = 5.0  # seconds
ANSWER_WITHIN = 15.0
UPLOAD_WITHIN = 60.0  # also to a far-away server, from a line in a border commune
_JITTER = (0.5, 3.0)  # seconds after a deadline: their clock and ours may differ
_JSON = {"Content-Type": "application/json"}
_NOTHING_LEFT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)
_TOO_MANY = 429


class Tokens(Protocol):
    """Where access tokens come from."""

    async def access_token(self) -> str:
        """Raises AccountRejected when a person has to consent again, NotSent when there is none at present."""
        ...

    async def refused(self, token: str) -> None:
        """The API does not take this token: the next one must be another."""
        ...


@dataclass(frozen=True, slots=True)
class FilePart:
    """What is uploaded in the field ``file``."""

    name: str
    mime: str
    content: bytes


class ZaloClient:
    """One account. Tokens are only ever in headers, and in no error, log or repr.

    ``rate``: calls a minute until the headers of an answer say more. ``proof``: sign each token with ``app_secret``
    (appsecret_proof), for accounts that have this switched on; it harms none that have not.
    """

    def __init__(
        self,
        base_url: str,
        tokens: Tokens,
        *,
        clock: Clock,
        rng: Random,
        app_secret: str = "",
        proof: bool = False,
        rate: int = 100,
        connections: int = 64,
        answer_within: float = ANSWER_WITHIN,
    ) -> None:
        self._base = base_url.rstrip("/")
        self._tokens = tokens
        self._clock = clock
        self._rng = rng
        self._proof_key = app_secret.encode() if proof else b""
        self._limit = MinuteLimit(rate)
        self._connections = connections
        self._answer_within = answer_within
        self._session: aiohttp.ClientSession | None = None

    @property
    def allowed_a_minute(self) -> int:
        """Calls a minute, as the platform told last."""
        return self._limit.allowed

    async def open(self) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=45),
                cookie_jar=aiohttp.DummyCookieJar(),
            )

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    def jitter(self) -> float:
        return self._rng.uniform(*_JITTER)

    # Each call gives what stands under "data". It raises Refused for an answer that says no; Throttled, NotSent or
    # AccountRejected when nothing was done; OutcomeUnknown (of a send) or ChannelDown (of anything else) when no
    # readable answer came back.

    async def post(self, path: str, body: Mapping[str, Any], *, sends: bool = True) -> Any:
        """``sends``: a second call would do it twice, so a lost answer is OutcomeUnknown."""
        written = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        return await self._call("POST", path, lambda: {"data": written, "headers": _JSON}, sends=sends)

    async def get(self, path: str, asked: Mapping[str, Any] | None = None) -> Any:
        """The API takes one parameter: ``data``, with everything in it as JSON."""
        given = {} if asked is None else {"data": json.dumps(asked, ensure_ascii=False, separators=(",", ":"))}
        return await self._call("GET", path, lambda: {"params": given}, sends=False)

    async def upload(self, path: str, file: FilePart) -> Any:
        def form() -> dict[str, Any]:  # a form is used up by being sent
            made = aiohttp.FormData(quote_fields=False)  # a name in Vietnamese arrives as it is
            made.add_field("file", file.content, filename=file.name, content_type=file.mime)
            return {"data": made}

        return await self._call("POST", path, form, sends=False, within=UPLOAD_WITHIN)

    async def _call(
        self, method: str, path: str, ask: Callable[[], dict[str, Any]], *, sends: bool, within: float | None = None
    ) -> Any:
        token = await self._tokens.access_token()
        try:
            return await self._once(method, path, token, ask(), sends, within)
        except Refused as refused:
            if refused.reaction is not Reaction.NEW_TOKEN:
                raise
        await self._tokens.refused(token)
        token = await self._tokens.access_token()
        try:
            return await self._once(method, path, token, ask(), sends, within)
        except Refused as refused:
            if refused.reaction is not Reaction.NEW_TOKEN:
                raise
            raise errors.AccountRejected(f"Zalo refused a fresh token with {refused.code}") from None

    async def _once(
        self, method: str, path: str, token: str, asked: dict[str, Any], sends: bool, within: float | None
    ) -> Any:
        if self._session is None:
            raise errors.NotSent("the session is not open")
        asked_at = self._clock.now()
        wait = self._limit.take(asked_at)
        if wait > 0:
            raise errors.Throttled(wait + self.jitter())
        headers = {**asked.pop("headers", {}), "access_token": token}
        if self._proof_key:
            headers["appsecret_proof"] = hmac.new(self._proof_key, token.encode(), hashlib.sha256).hexdigest()
        timeout = aiohttp.ClientTimeout(
            total=None, connect=CONNECT_FOR, sock_connect=CONNECT_FOR, sock_read=within or self._answer_within
        )
        try:
            async with self._session.request(
                method, self._base + path, headers=headers, timeout=timeout, allow_redirects=False, **asked
            ) as response:
                status, told, content = response.status, response.headers, await response.read()
        except _NOTHING_LEFT as error:
            raise errors.NotSent(type(error).__name__) from None
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise _unanswered(type(error).__name__, sends) from None
        now = self._clock.now()
        self._limit.heard(told.get("X-RateLimit-Limit", ""), told.get("X-RateLimit-Remain", ""), asked_at, now)
        return self._read(status, content, asked_at, now, sends)

    def _read(self, status: int, content: bytes, asked_at: datetime, now: datetime, sends: bool) -> Any:
        try:
            answer = json.loads(content)
        except (ValueError, RecursionError):
            answer = None
        code = _code(answer)
        if status == _TOO_MANY or code == -32:
            self._limit.used_up(asked_at, now)
            raise errors.Throttled(seconds_to_next_minute(now) + self.jitter())
        if code is None or (code == 0 and status >= 300):
            raise _unanswered(f"an answer that nobody can read, with status {status}", sends)
        if code != 0:
            words = answer.get("message")
            raise Refused(code, words if isinstance(words, str) else "")
        return answer.get("data")


def _unanswered(why: str, sends: bool) -> errors.ChannelError:
    return errors.OutcomeUnknown(why) if sends else errors.ChannelDown(why)


def _code(answer: Any) -> int | None:
    """``error`` of an envelope, a number or one that is written as text; None when this is no envelope."""
    raw = answer.get("error") if isinstance(answer, dict) else None
    if isinstance(raw, bool) or not isinstance(raw, int | str):
        return None
    try:
        return int(raw)
    except ValueError:
        return None
