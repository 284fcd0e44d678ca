"""Idempotency-Key: the same call is done once and answered twice alike; what was broken off is said to be in doubt."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot import logs
from bot.clock import Clock
from bot.errors import StoreUnavailable
from bot.staff import scripted_calls
from bot.staff.roles import Officer
from bot.staff.scripted_calls import Answered, InDoubt, KeyReused
from bot.storage.db import Database
from handlers.api.problems import Problem

log = logs.get("api")


@dataclass(frozen=True, slots=True)
class Written:
    """An answer as it goes over the wire, and as it is kept for whoever repeats the call."""

    status: int
    body: str
    headers: dict[str, str]


class Once:
    """``key`` is the installation's."""

    def __init__(self, db: Database, key: bytes, clock: Clock) -> None:
        self._db = db
        self._key = key
        self._clock = clock

    async def answered(
        self, officer: Officer, name: str, request: bytes, do: Callable[[], Awaitable[Written]]
    ) -> tuple[Written, bool]:
        """What ``do`` answers, or what it answered when this was asked before (True).

        ``do`` gives what was refused as a Written, too; what it raises leaves the key in doubt. Raises Problem, and
        StoreUnavailable when nothing was begun.
        """
        try:
            async with self._db.transaction() as connection:
                kept = await scripted_calls.begin(connection, self._key, officer, name, request, self._clock.now())
        except KeyReused:
            raise Problem("key-reused") from None
        except InDoubt:
            raise Problem("in-doubt", headers={"Retry-After": "2"}) from None
        if kept is not None:
            return _unpacked(kept), True
        written = await do()
        try:
            async with self._db.transaction() as connection:
                await scripted_calls.answer(connection, self._key, officer, name, _packed(written))
        except StoreUnavailable:  # it is done; whoever repeats it is told to look
            log.error("an answer could not be kept", status=written.status)
        return written, False


def fingerprint(*parts: str | bytes) -> bytes:
    """Of everything a call asks for."""
    made = hashlib.sha256()
    for each in parts:
        raw = each.encode() if isinstance(each, str) else each
        made.update(len(raw).to_bytes(8, "big"))
        made.update(raw)
    return made.digest()


def _packed(written: Written) -> Answered:
    return Answered(written.status, json.dumps([written.headers, written.body], ensure_ascii=False))


def _unpacked(kept: Answered) -> Written:
    headers: dict[str, str]
    body: Any
    headers, body = json.loads(kept.body)
    return Written(kept.status, str(body), headers)
