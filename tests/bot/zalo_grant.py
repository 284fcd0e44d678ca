"""Zalo's side of a grant, in the test's own memory: single-use refresh tokens, faults and deaths on request."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import timedelta
from random import Random

from bot.channels.zalo_oauth import GrantGone, TokenPair
from bot.channels.zalo_token_row import TokenRow, TokenShelf, from_text, to_text
from bot.channels.zalo_tokens import TokenKeeper
from bot.errors import NotSent, OutcomeUnknown, Throttled
from bot.storage.db import Database
from bot.testing import ManualClock

KEY = b"the key of this installation"
ACCESS_FOR, REFRESH_FOR = timedelta(hours=25), timedelta(days=89)


class Died(BaseException):
    """The program ends here, as by a power cut."""


class SimulatedZalo:
    """``script``: what the next refreshes meet: "" nothing · "down" no connection · "busy" -32 · "lost" the request
    never arrives · "answer-lost" it works and no answer comes · "dies" the program dies before, "dies-after" after it.
    """

    def __init__(self, clock: ManualClock, *, previous_dies: bool = True, empty_replay: bool = False) -> None:
        self._clock = clock
        self._previous_dies = previous_dies
        self._empty_replay = empty_replay
        self.script: deque[str] = deque()
        self.count = 0
        self.calls = 0
        self.replays = 0
        self.before: Callable[[], Awaitable[None]] | None = None  # while the request is on its way
        self.meanwhile: Callable[[], Awaitable[None]] | None = None  # between the work and its answer
        self._access: dict[str, float] = {}
        self._refresh, self._refresh_ends = "", 0.0
        self.grant()

    def grant(self) -> TokenPair:
        """A new pair, the one before is used up."""
        self.count += 1
        now = self._clock.now().timestamp()
        if self._previous_dies:
            self._access.clear()
        pair = TokenPair(f"access-{self.count}", f"refresh-{self.count}", ACCESS_FOR)
        self._access[pair.access_token] = now + ACCESS_FOR.total_seconds()
        self._refresh, self._refresh_ends = pair.refresh_token, now + REFRESH_FOR.total_seconds()
        return pair

    @property
    def refresh_token(self) -> str:
        return self._refresh

    def works(self, access_token: str) -> bool:
        return self._access.get(access_token, 0) > self._clock.now().timestamp()

    def withdraw(self) -> None:
        self._access.clear()

    async def refresh(self, refresh_token: str) -> TokenPair:
        await asyncio.sleep(0)
        self.calls += 1
        before, self.before = self.before, None
        if before is not None:
            await before()
        fault = self.script.popleft() if self.script else ""
        if fault == "down":
            raise NotSent("no connection")
        if fault == "busy":
            raise Throttled(60)
        if fault == "dies":
            raise Died
        if fault == "lost":
            self._clock.advance(20)
            raise OutcomeUnknown("time-out")
        if refresh_token != self._refresh or self._clock.now().timestamp() > self._refresh_ends:
            self.replays += 1
            raise GrantGone("empty" if self._empty_replay else "")
        pair = self.grant()
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            await meanwhile()
        if fault == "answer-lost":
            self._clock.advance(20)
            raise OutcomeUnknown("time-out")
        if fault == "dies-after":
            raise Died
        return pair


class MemoryShelf(TokenShelf):
    """The row in the test's memory, for runs of many thousand steps; the tests of locks use real databases."""

    def __init__(self, key: bytes = KEY) -> None:
        super().__init__(Database("sqlite+aiosqlite://"), key=key)
        self.text: str | None = None

    async def read(self) -> TokenRow | None:
        await asyncio.sleep(0)
        return None if self.text is None else from_text(self.text)

    async def swap(self, before: TokenRow | None, after: TokenRow) -> TokenRow | None:
        await asyncio.sleep(0)
        if self.text != (before.text if before is not None else None):
            return None
        self.text = to_text(after)
        return from_text(self.text)


class Running:
    """A service that is started again whenever it dies. ``dies_at``: after which step it dies next; empty: never."""

    def __init__(self, shelf: TokenShelf, clock: ManualClock, zalo: SimulatedZalo, *, first: str = "") -> None:
        self._shelf = shelf
        self._clock = clock
        self._zalo = zalo
        self._first = first
        self._starts = 0
        self.dies_at = ""
        self.deaths: list[str] = []
        self.keeper = self._start()

    def _start(self) -> TokenKeeper:
        self._starts += 1
        return TokenKeeper(
            shelf=self._shelf,
            oauth=self._zalo,
            clock=self._clock,
            rng=Random(self._starts),
            owner=f"{id(self)}-{self._starts}",
            first_refresh_token=self._first,
            step=self._step,
        )

    def _step(self, name: str) -> None:
        if name == self.dies_at:
            self.dies_at = ""
            self.deaths.append(name)
            raise Died

    async def tick(self) -> None:
        try:
            await self.keeper.tick()
        except Died:
            self.restart()

    def restart(self) -> None:
        self._clock.advance(15)
        self.keeper = self._start()

    async def sends(self) -> bool:
        """One message as the client sends it: another token at most once. False: an outage."""
        for _ in range(2):
            try:
                token = await self.keeper.access_token()
            except Died:
                self.restart()
                token = await self.keeper.access_token()
            if self._zalo.works(token):
                return True
            await self.keeper.refused(token)
        return False
