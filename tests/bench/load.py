"""A load generator in a process of its own: signed Telegram webhooks over kept-alive connections.

Closed loop: every connection sends its next request when the last was answered. Open loop: requests are due at
Poisson times and latency counts from when they were due, so a stall is not hidden. Prints one line of JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import time
from collections import deque
from pathlib import Path
from typing import Any

import uvloop


class Connection(asyncio.Protocol):
    """One kept-alive connection; ``answered`` is called with the status and the request's start."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self.transport: Any = None  # uvloop's transports are no subclasses of asyncio's
        self.begun: deque[float] = deque()
        self.left = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.load.idle(self)

    def send(self, request: bytes, due: float) -> None:
        self.begun.append(due)
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self.left += data
        while (end := self.left.find(b"\r\n\r\n")) >= 0:
            status = int(self.left[9:12])
            head, self.left = self.left[:end], self.left[end + 4 :]
            length = head.lower().find(b"content-length: ")
            if length >= 0:
                size = int(head[length + 16 :].split(b"\r", 1)[0])
                self.left = self.left[size:]  # our answers are empty or tiny and come in one piece
            self.load.answered(self, status, self.begun.popleft())

    def connection_lost(self, exc: Exception | None) -> None:
        self.load.lost += len(self.begun)


class Load:
    def __init__(self, host: str, port: int, path: str, secret: str, text: str, first: int, chats: int) -> None:
        self.host, self.port, self.path, self.secret, self.text = host, port, path, secret, text
        self.number = first
        self.chats = chats
        self.latencies: list[float] = []
        self.statuses: dict[int, int] = {}
        self.lost = 0
        self.closed = False
        self.ready: deque[Connection] = deque()
        self.due: deque[float] = deque()
        self.due_of: dict[int, float] = {}  # chat to when its message was due, on the machine's monotonic clock
        self.most = 0  # requests in all; 0: no bound
        self.sent = 0

    def request(self, due: float) -> bytes:
        self.number += 1
        self.sent += 1
        chat = 100_000 + self.number % self.chats
        self.due_of[chat] = due
        body = json.dumps(
            {
                "update_id": self.number,
                "message": {
                    "message_id": self.number,
                    "date": int(time.time()),
                    "chat": {"id": chat, "type": "private", "first_name": "A"},
                    "from": {"id": chat, "is_bot": False, "first_name": "A", "language_code": "vi"},
                    "text": self.text,
                },
            }
        ).encode()
        return (
            f"POST {self.path} HTTP/1.1\r\nHost: {self.host}\r\nContent-Type: application/json\r\n"
            f"X-Telegram-Bot-Api-Secret-Token: {self.secret}\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode() + body

    def idle(self, connection: Connection) -> None:
        if self.closed and not (self.most and self.sent >= self.most):
            now = time.perf_counter()
            connection.send(self.request(now), now)
        elif self.due:
            due = self.due.popleft()
            connection.send(self.request(due), due)
        else:
            self.ready.append(connection)

    def answered(self, connection: Connection, status: int, begun: float) -> None:
        self.latencies.append(time.perf_counter() - begun)
        self.statuses[status] = self.statuses.get(status, 0) + 1
        self.idle(connection)

    async def connect(self, connections: int) -> None:
        loop = asyncio.get_running_loop()
        for _ in range(connections):
            await loop.create_connection(lambda: Connection(self), self.host, self.port)

    async def closed_loop(self, connections: int, seconds: float) -> float:
        self.closed = True
        begun = time.perf_counter()
        await self.connect(connections)
        while time.perf_counter() - begun < seconds and not (self.most and len(self.latencies) >= self.most):
            await asyncio.sleep(0.02)
        self.closed = False
        done = len(self.latencies)
        return done / (time.perf_counter() - begun)

    async def open_loop(self, connections: int, seconds: float, rate: float, seed: int) -> float:
        await self.connect(connections)
        rng = random.Random(seed)
        begun = due = time.perf_counter()
        while due - begun < seconds:
            due += rng.expovariate(rate)
            wait = due - time.perf_counter()
            if wait > 0:
                await asyncio.sleep(wait)
            if self.ready:
                self.ready.popleft().send(self.request(due), due)
            else:
                self.due.append(due)
        deadline = time.perf_counter() + 10
        while (self.due or len(self.ready) < connections) and time.perf_counter() < deadline:
            await asyncio.sleep(0.01)
        return len(self.latencies) / (time.perf_counter() - begun)


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--path", required=True)
    parser.add_argument("--secret", default="")
    parser.add_argument("--text", default="di choi vo xa bien gioi co can xin giay phep ko z")
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--rate", type=float, default=0, help="0: closed loop")
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--chats", type=int, default=100_000)
    parser.add_argument("--most", type=int, default=0, help="requests in all")
    parser.add_argument("--due-log", default="", help="file for when each chat's message was due")
    given = parser.parse_args()
    load = Load("127.0.0.1", given.port, given.path, given.secret, given.text, given.first, given.chats)

    load.most = given.most

    async def run() -> float:
        if given.rate:
            return await load.open_loop(given.connections, given.seconds, given.rate, given.first)
        return await load.closed_loop(given.connections, given.seconds)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        rate = runner.run(run())
    if given.due_log:
        Path(given.due_log).write_text(json.dumps(load.due_of))
    print(
        json.dumps(
            {
                "per_second": round(rate, 1),
                "p50_ms": round(percentile(load.latencies, 0.50) * 1000, 2),
                "p95_ms": round(percentile(load.latencies, 0.95) * 1000, 2),
                "p99_ms": round(percentile(load.latencies, 0.99) * 1000, 2),
                "answered": load.statuses,
                "lost": load.lost,
                "last": load.number,
            }
        )
    )


if __name__ == "__main__":
    main()
