"""Calls of the Zalo Bot Platform over aiohttp: what came back, or whether the call left this machine at all.

The one library there is for it hides refusals that come with HTTP 200 and writes the token into its logs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import aiohttp

from bot.errors import NotSent, OutcomeUnknown

CONNECT_FOR = 5.0  # seconds
_HEADERS = {"Content-Type": "application/json"}
_NOTHING_LEFT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)
_LONGEST_WORDS = 120


class Refused(Exception):
    """The platform answered no. ``code`` is its error_code, or else the HTTP status; 0 where it gave neither.

    Not one of our errors yet: the same code means one thing to a poll and another to a send.
    """

    def __init__(self, code: int, words: str) -> None:
        super().__init__(f"{code} {words}".strip())
        self.code = code
        self.words = words


class ZaloBotClient:
    """One bot. The token is in the path of every call, and therefore in no error, log or repr."""

    def __init__(self, *, token: str, api_url: str, connections: int = 32, connect_for: float = CONNECT_FOR) -> None:
        self._base = f"{api_url.rstrip('/')}/bot{token}"
        self._secrets = [each for each in (token, token.partition(":")[2]) if each]
        self._connections = connections
        self._connect_for = connect_for
        self._session: aiohttp.ClientSession | None = None

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

    async def call(self, method: str, parameters: Mapping[str, Any] | None = None, *, patience: float = 15.0) -> Any:
        """The ``result`` of a call; ``patience`` is how many seconds the platform may take.

        Raises Refused; NotSent when nothing left this machine; OutcomeUnknown when no readable answer came back.
        """
        if self._session is None:
            raise NotSent("the session is not open")
        timeout = aiohttp.ClientTimeout(
            total=None, connect=self._connect_for, sock_connect=self._connect_for, sock_read=patience
        )
        body = json.dumps(parameters or {}, ensure_ascii=False).encode("utf-8", "replace")
        try:
            async with self._session.post(
                f"{self._base}/{method}", data=body, headers=_HEADERS, timeout=timeout, allow_redirects=False
            ) as response:
                return self._read(response.status, await response.read())
        except _NOTHING_LEFT as error:
            raise NotSent(type(error).__name__) from None
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            # The address in the error holds the token: only its kind is kept.
            raise OutcomeUnknown(type(error).__name__) from None

    def _read(self, status: int, body: bytes) -> Any:
        try:
            answer = json.loads(body)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict) or not isinstance(answer.get("ok"), bool):
            # A wrong token, or something in front of the platform, may answer in words.
            if status >= 300:
                raise Refused(status, "")
            raise OutcomeUnknown("an answer that nobody can read")
        if answer["ok"]:
            return answer.get("result")
        raise Refused(_code(answer.get("error_code")) or (status if status >= 300 else 0), self._words(answer))

    def _words(self, answer: Mapping[str, Any]) -> str:
        said = answer.get("description")
        text = said if isinstance(said, str) else ""
        for secret in self._secrets:
            text = text.replace(secret, "…")
        return text[:_LONGEST_WORDS]


def _code(raw: Any) -> int:
    try:
        return int(raw)
    except (TypeError, ValueError, OverflowError):
        return 0
