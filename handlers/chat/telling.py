"""Telling those who asked to be told: what is answered now, once, on their channel and in their language.

Every channel account has its own :class:`ChannelTeller` and its own loop, so that none waits for another.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from random import Random

from bot import errors, logs
from bot.channels.base import Channel
from bot.clock import Clock
from bot.metrics import Metrics
from bot.pacing import Pacer
from broadcasts import waiting
from handlers.chat.context import Desk
from handlers.chat.sending import Key, Sending
from handlers.chat.telling_channel import ChannelTeller, Present

LOOK_EVERY = 5.0  # seconds
log = logs.get("telling")


class Teller:
    """``present``: for channels that reach only who is there now, who that is.

    ``sending``: that of the replies, so that what one learns of an account the other knows; else one of its own.
    """

    def __init__(
        self,
        *,
        desk: Desk,
        channels: Mapping[Key, Channel],
        pacers: Mapping[Key, Pacer],
        clock: Clock,
        metrics: Metrics,
        rng: Random,
        owner: str,
        present: Mapping[Key, Present],
        sending: Sending | None = None,
    ) -> None:
        sending = sending or Sending(pacers=pacers, clock=clock, metrics=metrics, rng=rng)
        self._db = desk.db
        self._clock = clock
        self._owner = owner
        self._stopping = False
        self._tellers = [
            ChannelTeller(
                desk=desk,
                channel=channel,
                sending=sending,
                clock=clock,
                rng=rng,
                owner=owner,
                present=present.get(key),
            )
            for key, channel in channels.items()
        ]

    @property
    def has_work(self) -> bool:
        """Whether any channel is told by this process."""
        return bool(self._tellers)

    async def run(self) -> None:
        """Look for what is due and say it, until cancelled."""
        async with asyncio.TaskGroup() as group:
            for each in self._tellers:
                group.create_task(self._watch(each), name="telling on one channel")

    async def stop(self, within: float = 10.0) -> None:
        """Begin nothing more, and finish what is being said."""
        self._stopping = True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                await asyncio.gather(*(each.stop() for each in self._tellers))

    async def work_off(self) -> int:
        """Tell everybody who is due now, on every channel at the same time; returns how many were told."""
        await self._release()
        told = await asyncio.gather(*(each.look() for each in self._tellers), return_exceptions=True)
        for each in told:
            if isinstance(each, BaseException):
                raise each
        return sum(each for each in told if isinstance(each, int))

    async def _watch(self, teller: ChannelTeller) -> None:
        while not self._stopping:
            try:
                await self._release()
                await teller.look()
            except errors.StoreUnavailable:
                log.error("the database does not answer; nobody is told anything")
            except Exception:
                log.error("telling broke", exc_info=True)
            await self._clock.sleep(LOOK_EVERY)

    async def _release(self) -> None:
        async with self._db.transaction() as connection:
            await waiting.release(connection, self._owner, self._clock.now(), alone=False)
