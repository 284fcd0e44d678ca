"""aiohttp under python-telegram-bot: one request class that knows whether the bytes left this machine.

python-telegram-bot's own transport collapses past about 32 requests in flight (httpcore scans all connections
for every request), so its Bot gets this one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData


class NothingLeft(NetworkError):
    """No connection could be made; the request did not leave."""


class MayHaveArrived(TimedOut):
    """The request was written and no whole answer came back."""


class AiohttpRequest(BaseRequest):
    """``connections`` bounds the requests in flight; times are seconds. ``heard`` gets the ``Date`` of each answer."""

    def __init__(
        self,
        *,
        connections: int = 128,
        read_timeout: float = 20,
        connect_timeout: float = 5,
        heard: Callable[[str], None] | None = None,
    ) -> None:
        self._heard = heard
        self._connections = connections
        self._read_timeout = read_timeout
        self._connect_timeout = connect_timeout
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        return self._read_timeout

    async def initialize(self) -> None:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=45),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=True,
            )

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Send one request. Raises NothingLeft (safe to repeat) or MayHaveArrived (not safe)."""
        if self._session is None:
            raise NothingLeft("the session is not open")
        read = self._read_timeout if not isinstance(read_timeout, int | float) else float(read_timeout)
        timeout = aiohttp.ClientTimeout(
            total=None, connect=self._connect_timeout, sock_connect=self._connect_timeout, sock_read=read
        )
        try:
            body, headers = _body(request_data)
            async with self._session.request(
                method, url, data=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                if self._heard is not None and "Date" in response.headers:
                    self._heard(response.headers["Date"])
                return response.status, await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NothingLeft(type(error).__name__) from None
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            # The address in the error holds the token: only its kind is kept.
            raise MayHaveArrived(type(error).__name__) from None


_JSON = {"Content-Type": "application/json"}


def _body(request_data: RequestData | None) -> tuple[aiohttp.FormData | bytes | None, dict[str, str] | None]:
    """Files as multipart; anything else as JSON, which the Bot API takes too and which costs least to write."""
    if request_data is None or not request_data.parameters:
        return None, None
    if not request_data.contains_files:
        return request_data.json_payload, _JSON
    form = aiohttp.FormData()
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in (request_data.multipart_data or {}).items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return form, None
