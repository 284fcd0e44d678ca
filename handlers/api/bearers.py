"""Whose script asks: a bearer token and its officer, and how fast each token may ask."""

from __future__ import annotations

import hashlib
import math
import re
from collections import OrderedDict

from bot.clock import Clock
from bot.pacing import Bucket
from bot.staff import tokens
from bot.staff.roles import Officer
from bot.storage.db import Database
from handlers.api.problems import Problem

BURST = 4  # seconds' worth of calls that may come at once
_MOST = 5_000  # tokens remembered
_BEARER = re.compile(r"[Bb]earer +(cotmoc_[A-Za-z0-9_-]{20,120}) *")
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="cotmoc"'}


class Bearers:
    """``rate``: calls a second of one token. Only the hash of a token is remembered."""

    def __init__(self, db: Database, key: bytes, clock: Clock, rate: float) -> None:
        self._db = db
        self._key = key
        self._clock = clock
        self._rate = rate
        self._buckets: OrderedDict[bytes, Bucket] = OrderedDict()

    async def officer(self, header: str) -> Officer:
        """Of an Authorization header. Raises Problem (401, 429), StoreUnavailable."""
        found = _BEARER.fullmatch(header)
        if found is None:
            raise Problem("unauthorised", headers=_CHALLENGE)
        mark = hashlib.sha256(found[1].encode()).digest()
        now = self._clock.monotonic()
        bucket = self._buckets.get(mark)
        if bucket is not None and not bucket.admit(now):  # before the database is asked
            raise self._too_many(bucket, now)
        async with self._db.reading() as connection:
            officer = await tokens.bearer(connection, self._key, found[1], self._clock.now())
        if officer is None:
            self._buckets.pop(mark, None)
            raise Problem("unauthorised", headers=_CHALLENGE)
        if bucket is None:  # known tokens only: what somebody makes up fills no memory
            self._remember(mark, now)
        return officer

    def _remember(self, mark: bytes, now: float) -> None:
        bucket = self._buckets.setdefault(mark, Bucket(self._rate, max(1.0, self._rate * BURST)))
        bucket.admit(now)
        while len(self._buckets) > _MOST:
            self._buckets.popitem(last=False)

    def _too_many(self, bucket: Bucket, now: float) -> Problem:
        return Problem("too-many", headers={"Retry-After": str(max(1, math.ceil(1 / self._rate)))})
