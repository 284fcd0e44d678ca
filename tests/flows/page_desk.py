"""A visitor at the page of one running service: its web chat, with the face of every other desk."""

from __future__ import annotations

import base64
from typing import Any

import aiohttp

from handlers.http.public import SESSION_COOKIE
from tests.flows.desks import PATIENCE, Desk, Watch
from tests.flows.heard import File, Heard


class WebDesk(Desk):
    """A page with its socket; a frame's own ping and pong tell that everything before has arrived."""

    name = "web"
    subscribable = False

    def __init__(self, watch: Watch, number: int, browser: aiohttp.ClientSession, *, plain: bool = False) -> None:
        super().__init__(watch, number, plain=plain)
        self._browser = browser
        self._sockets: dict[str, aiohttp.ClientWebSocketResponse] = {}
        self._frames: list[dict[str, Any]] = []
        self._sent = 0

    async def close(self) -> None:
        for socket in self._sockets.values():
            await socket.close()

    def address(self, who: str = "1001") -> str:
        return f"{self._number:04d}{'w' * 10}{int(who):08d}"  # as long as a real one

    async def _act(self, who: str, kind: str, text: str, value: str, hint: str) -> int | None:
        socket = await self._socket(who, hint)
        self._sent += 1
        client_id = f"c{self._sent}"
        content = {"value": value} if kind == "button" else {"text": text}
        await socket.send_json({"type": kind, "id": client_id, **content})
        while not any(each.get("reply_to") == client_id for each in self._frames):
            await self._read(socket)
        return None

    async def _socket(self, who: str, hint: str) -> aiohttp.ClientWebSocketResponse:
        if who not in self._sockets:
            url = self._watch.service.url
            headers = {
                "Origin": url,
                "Cookie": f"{SESSION_COOKIE}={self.address(who)}",
                "Accept-Language": hint or "vi",
            }
            self._sockets[who] = await self._browser.ws_connect(f"{url}/chat/ws", headers=headers, autoping=False)
        return self._sockets[who]

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> bool:
        """One frame; whether it was the answer to our own ping."""
        frame = await socket.receive(timeout=PATIENCE)
        if frame.type is aiohttp.WSMsgType.PING:
            await socket.pong(frame.data)
        elif frame.type is aiohttp.WSMsgType.TEXT:
            self._frames.append(frame.json())
        else:
            assert frame.type is aiohttp.WSMsgType.PONG, frame
            return True
        return False

    async def _new(self, who: str) -> list[Heard]:
        socket = self._sockets[who]
        await socket.ping()
        while not await self._read(socket):
            pass
        frames, self._frames = self._frames, []
        heard = []
        for frame in frames:
            if frame["type"] != "message":
                continue
            values = {button["label"]: button["value"] for button in frame["buttons"]}
            heard.append(
                Heard(
                    frame["text"],
                    tuple(values),
                    values,
                    frame["lang"],
                    frame["decision"] or "",
                    frame["entry_id"] or "",
                    _attached(frame),
                )
            )
        return heard


def _attached(frame: dict[str, Any]) -> File | None:
    for each in frame["attachments"]:
        return File(base64.b64decode(each["data"]))
    return None
