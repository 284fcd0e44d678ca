"""Write answers quickly: the fake must not be what a benchmark measures."""

from __future__ import annotations

from aiohttp import web


class QuickAnswer(web.StreamResponse):
    """A 200 on a connection that stays open, written in one go; aiohttp's own response costs half of a call's time."""

    def __init__(self, content_type: str, body: bytes, rate: tuple[int, int] | None) -> None:
        super().__init__()
        limits = "" if rate is None else f"X-RateLimit-Limit: {rate[0]}\r\nX-RateLimit-Remain: {rate[1]}\r\n"
        head = (
            f"HTTP/1.1 200 OK\r\nServer: fake\r\nContent-Type: {content_type}\r\nConnection: keep-alive\r\n"
            f"{limits}Content-Length: {len(body)}\r\n\r\n"
        )
        self._whole = head.encode() + body

    async def prepare(self, request: web.BaseRequest) -> None:
        if request.transport is not None and not request.transport.is_closing():
            request.transport.write(self._whole)

    async def write_eof(self, rest: bytes = b"") -> None:
        """Nothing is left to write."""

    @property
    def keep_alive(self) -> bool:
        return True


def answer(
    request: web.BaseRequest, content_type: str, body: bytes, rate: tuple[int, int] | None
) -> web.StreamResponse:
    """A 200 as every call of the platform gets; ``rate`` is what the X-RateLimit headers say."""
    if request.keep_alive:
        return QuickAnswer(content_type, body, rate)
    headers = {"Content-Type": content_type}
    if rate is not None:
        headers |= {"X-RateLimit-Limit": str(rate[0]), "X-RateLimit-Remain": str(rate[1])}
    return web.Response(body=body, headers=headers)
