"""A file from an address that an operator or a stranger named, fetched so that it cannot reach into our own network.

Every hop is judged anew, the address that a name stands for is judged, and the connection goes to the very address
that was judged: a name that answers differently the second time (DNS rebinding) is never asked a second time.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from bot.errors import CotMocError
from bot.public_addresses import Address, is_public

MOST_HOPS = 5
MOST_BYTES = 2 * 1024 * 1024
LONGEST = 20.0  # seconds for everything, all hops together
LONGEST_URL = 2000
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_ACCEPT = "application/cap+xml, application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.8"

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
Judge = Callable[[Address], bool]


class NotFetched(CotMocError):
    """Không tải được tệp từ địa chỉ này."""


class Unsafe(NotFetched):
    """Địa chỉ này không được phép truy cập."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """``body`` is None when it has not changed since. ``url``: of the last hop. ``etag`` and ``modified`` are what the
    next call is given."""

    body: bytes | None
    url: str
    etag: str = ""
    modified: str = ""


async def system_resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a name, as this machine knows them. Raises OSError."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(each[4][0]) for each in found]


class Fetcher:
    """``judge`` says which addresses may be connected to, ``resolve`` what a name stands for; ``http``: whether
    unencrypted addresses are allowed. Sizes are bytes, times seconds."""

    def __init__(
        self,
        *,
        http: bool = False,
        judge: Judge = is_public,
        resolve: Resolve = system_resolve,
        most_bytes: int = MOST_BYTES,
        longest: float = LONGEST,
    ) -> None:
        self._schemes = ("https", "http") if http else ("https",)
        self._judge = judge
        self._resolve = resolve
        self._most_bytes = most_bytes
        self._longest = longest

    async def fetch(self, url: str, *, etag: str = "", modified: str = "") -> Fetched:
        """Raises NotFetched, and Unsafe (which is one) for an address that must not be asked."""
        headers = {"Accept": _ACCEPT, "Accept-Encoding": "identity"}
        if etag:
            headers["If-None-Match"] = etag
        if modified:
            headers["If-Modified-Since"] = modified
        try:
            async with asyncio.timeout(self._longest):
                return await self._follow(url, headers)
        except TimeoutError:
            raise NotFetched("Máy chủ kia trả lời quá chậm.") from None
        except (aiohttp.ClientError, OSError, ValueError, asyncio.IncompleteReadError):
            # The address may hold a secret: it stays out of the sentence.
            raise NotFetched("Không nối được tới máy chủ kia.") from None

    async def _follow(self, url: str, headers: dict[str, str]) -> Fetched:
        here = self._checked(url)
        for _ in range(MOST_HOPS + 1):
            # A connector of its own: no connection is left over that another name could be led to.
            connector = aiohttp.TCPConnector(
                resolver=_Judged(self._resolve, self._judge), use_dns_cache=False, force_close=True, limit=1
            )
            async with (
                aiohttp.ClientSession(
                    connector=connector,
                    cookie_jar=aiohttp.DummyCookieJar(),
                    auto_decompress=False,
                    trust_env=False,
                ) as session,
                session.get(here, headers=headers, allow_redirects=False) as response,
            ):
                if response.status not in _REDIRECTS:
                    return await self._read(here, response)
                target = response.headers.get("Location", "")
            here = self._checked(target, here)
        raise NotFetched("Địa chỉ này chuyển tiếp quá nhiều lần.")

    def _checked(self, url: str, base: URL | None = None) -> URL:
        """Raises Unsafe for what is no plain address of the web, and for a host written as a number that is not
        allowed: such a host is never asked of ``resolve``."""
        try:
            found = URL(url) if base is None else base.join(URL(url))
            host, port = found.host, found.port
        except ValueError:
            raise Unsafe("Địa chỉ viết sai.") from None
        if not url or len(url) > LONGEST_URL or not host or not port:
            raise Unsafe("Địa chỉ viết sai.")
        if found.scheme not in self._schemes:
            raise Unsafe(f"Địa chỉ phải bắt đầu bằng {self._schemes[0]}://.")
        if found.user is not None or found.password is not None:
            raise Unsafe("Địa chỉ không được kèm tên và mật khẩu.")
        literal = _literal(host)
        if literal is not None and not self._judge(literal):
            raise Unsafe
        return found.with_fragment(None)

    async def _read(self, here: URL, response: aiohttp.ClientResponse) -> Fetched:
        etag, modified = response.headers.get("ETag", ""), response.headers.get("Last-Modified", "")
        if response.status == 304:
            return Fetched(None, str(here), etag, modified)
        if response.status != 200:
            raise NotFetched(f"Máy chủ kia trả lời mã {response.status}.")
        if response.headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity"):
            raise NotFetched("Máy chủ kia nén tệp dù không được yêu cầu.")
        body = bytearray()
        async for chunk in response.content.iter_chunked(65_536):
            body += chunk
            if len(body) > self._most_bytes:
                raise NotFetched(f"Tệp quá lớn: nhiều nhất {self._most_bytes // 1024} KB.")
        return Fetched(bytes(body), str(here), etag, modified)


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        return None


class _Judged(AbstractResolver):
    """Names become addresses here, once for each hop; what comes out is what is connected to."""

    def __init__(self, resolve: Resolve, judge: Judge) -> None:
        self._ask = resolve
        self._judge = judge

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        addresses = [ip_address(each.partition("%")[0]) for each in await self._ask(host, port)]
        # One bad address among good ones is no accident.
        if not addresses or not all(map(self._judge, addresses)):
            raise Unsafe
        return [_result(host, port, each) for each in addresses]

    async def close(self) -> None:
        """There is nothing to close."""


def _result(host: str, port: int, address: Address) -> Any:
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    flags = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
    return ResolveResult(hostname=host, host=str(address), port=port, family=family, proto=0, flags=flags)
