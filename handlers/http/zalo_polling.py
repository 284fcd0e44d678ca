"""Polling of a Zalo bot: an update is handed over once, so it is stored before anybody asks for the next."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from random import Random
from typing import Protocol, TypeVar

from bot import errors, logs
from bot.channels.zalo_bot import ZaloBotChannel
from bot.clock import Clock
from bot.storage.inbox import Received

T = TypeVar("T")
QUICK = 1.0  # seconds; an empty poll that took less was no long poll
LOOK_AFTER = 600.0  # seconds without an update until we look whether somebody set a webhook
log = logs.get("polling")


class Inlet(Protocol):
    """Where updates go: the face of Intake that polling needs."""

    @property
    def full(self) -> bool: ...

    async def receive(self, rows: Sequence[Received]) -> list[Received]:
        """Durable when it returns; raises StoreUnavailable."""
        ...


class ZaloPoller:
    """One account's polling loop; ``trouble`` is what keeps it from reading, for /readyz.

    Exactly one may run for a token. What it holds while the database is away is lost only if the program ends then.
    """

    def __init__(self, *, channel: ZaloBotChannel, intake: Inlet, clock: Clock, rng: Random) -> None:
        self._channel = channel
        self._intake = intake
        self._clock = clock
        self._rng = rng
        self._heard_at = clock.monotonic()
        self.trouble = ""

    async def run(self) -> None:
        await self._patiently(self._channel.use_polling)
        while True:
            if self._intake.full:
                await self._clock.sleep(1)
                continue
            rows = await self._patiently(self._poll)
            if rows:
                # Nothing may be awaited between the answer and this: a cancellation there would lose the update.
                await self._patiently(partial(self._intake.receive, rows))
            elif self._clock.monotonic() - self._heard_at >= LOOK_AFTER:
                await self._patiently(self._look)

    async def _poll(self) -> list[Received]:
        begun = self._clock.monotonic()
        rows = await self._channel.poll(self._clock.now())
        if rows:
            self._heard_at = self._clock.monotonic()
        elif self._clock.monotonic() - begun < QUICK:
            await self._clock.sleep(QUICK)  # never in circles, whatever the platform does
        return rows

    async def _look(self) -> None:
        """A webhook that somebody else sets leaves every poll empty, and nothing would be heard of it."""
        if await self._channel.webhook_is_set():
            raise errors.Conflict("a webhook is set")
        self._heard_at = self._clock.monotonic()

    async def _patiently(self, call: Callable[[], Awaitable[T]]) -> T:
        """Try until it works; say what is wrong in the log and in /readyz."""
        wait = 1.0
        while True:
            try:
                result = await call()
                self.trouble = ""
                return result
            except errors.AccountRejected:
                self.trouble, wait = "zalo-bot: token refused", 60.0
            except errors.Conflict:
                self.trouble, wait = "zalo-bot: a webhook is set, so that polling stays empty", 60.0
            except errors.Throttled as error:
                self.trouble, wait = "zalo-bot: throttled", error.retry_after
            except errors.StoreUnavailable:
                self.trouble, wait = "database unavailable", 2.0
            except errors.ChannelError as error:
                self.trouble, wait = f"zalo-bot: {type(error).__name__}", min(wait * 2, 30.0)
            log.warning("polling waits", why=self.trouble, seconds=wait)
            await self._clock.sleep(wait * self._rng.uniform(0.8, 1.2))
