"""One keep-alive HTTP/1.1 connection to a webhook.

Written out here instead of using a client library because the fake must know when a connection is opened,
kept and closed: the real server's delivery rules are about connections.
"""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass


@dataclass(slots=True)
class WebhookAnswer:
    status: int
    reason: str
    headers: dict[str, str]
    body: bytes
    keep_alive: bool


class WebhookConnection:
    """A TCP (or TLS, unverified) connection that carries one request at a time."""

    def __init__(self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.number = number
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, number: int, host: str, port: int, tls: bool) -> WebhookConnection:
        """Connect; raises OSError when nobody listens."""
        context: ssl.SSLContext | None = None
        if tls:
            # A test's certificate is its own; what is under test is the delivery, not the trust.
            context = ssl.create_default_context()
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        reader, writer = await asyncio.open_connection(host, port, ssl=context)
        return cls(number, reader, writer)

    @property
    def is_closed(self) -> bool:
        return self._reader.at_eof() or self._writer.is_closing()

    async def exchange(self, request: bytes) -> WebhookAnswer:
        """Send a whole request and read the whole answer.

        Raises OSError or EOFError (IncompleteReadError) when the other side hangs up, ValueError for what is
        not HTTP.
        """
        self._writer.write(request)
        await self._writer.drain()
        while True:
            head = await self._reader.readuntil(b"\r\n\r\n")
            answer = _read_head(head)
            if answer.status >= 200:
                break
        await self._read_body(answer)
        return answer

    async def _read_body(self, answer: WebhookAnswer) -> None:
        if answer.headers.get("transfer-encoding", "").lower() == "chunked":
            pieces: list[bytes] = []
            while size := int((await self._reader.readline()).split(b";")[0], 16):
                pieces.append(await self._reader.readexactly(size))
                await self._reader.readexactly(2)
            while (await self._reader.readline()).strip():
                pass  # trailers
            answer.body = b"".join(pieces)
        elif "content-length" in answer.headers:
            answer.body = await self._reader.readexactly(int(answer.headers["content-length"]))
        elif answer.status not in (204, 304):
            answer.body = await self._reader.read()
            answer.keep_alive = False

    def close(self) -> None:
        self._writer.close()


def _read_head(head: bytes) -> WebhookAnswer:
    first, *lines = head.decode("latin-1").split("\r\n")
    version, _, rest = first.partition(" ")
    status, _, reason = rest.partition(" ")
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            headers[name.strip().lower()] = value.strip()
    asked = headers.get("connection", "").lower()
    keep_alive = asked == "keep-alive" if version == "HTTP/1.0" else asked != "close"
    return WebhookAnswer(int(status), reason, headers, b"", keep_alive)
