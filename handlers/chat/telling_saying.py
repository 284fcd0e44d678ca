"""Saying one telling that has begun, part by part, and settling how it ended."""

from __future__ import annotations

from random import Random

from bot import errors, logs
from bot.channels.base import Channel
from bot.clock import Clock
from bot.messages import OutgoingMessage
from bot.metrics import Metrics
from bot.pacing import Pacer
from bot.retry import GiveUp, RetryPolicy
from bot.storage.db import Database
from broadcasts import subscribers, waiting
from broadcasts.waiting import Due
from handlers.chat import dialogue as dialogues
from handlers.chat.telling_words import Words

LONGEST_REST = 60.0  # seconds the rest of an answer may wait once its beginning was said; less than waiting.LEASE_FOR
log = logs.get("telling")


class Saying:
    def __init__(
        self,
        *,
        db: Database,
        channel: Channel,
        pacer: Pacer | None,
        clock: Clock,
        metrics: Metrics,
        rng: Random,
        owner: str,
    ) -> None:
        self._db = db
        self._channel = channel
        self._pacer = pacer
        self._clock = clock
        self._metrics = metrics
        self._rng = rng
        self._owner = owner
        self._policy = RetryPolicy()

    def reserve(self, each: Due) -> float:
        """Seconds to wait for a place in the account's pace."""
        if self._pacer is None:
            return 0.0
        return self._pacer.reserve(each.address.external_id, self._clock.monotonic())

    async def say(self, each: Due, ids: list[int], words: Words) -> errors.ChannelError | None:
        """Send every part and settle these opt-ins; returns the error that ended it, None when all was said.

        Only the first part may be put off: after it something has been said.
        """
        until = self._clock.monotonic() + LONGEST_REST
        for number, part in enumerate(words.parts):
            try:
                if number:
                    await self._send_rest(each, part, until)
                else:
                    await self._send(each, part)
            except errors.ChannelError as error:
                await self._unsaid(each, ids, error, begun=bool(number))
                return error
        async with self._db.transaction() as connection:
            # Who stopped or erased everything meanwhile has left nothing behind, and nothing is written for them.
            if await waiting.told(connection, ids, each.address):
                await dialogues.amend(connection, each.address, self._clock.now(), words.after)
        return None

    async def _send(self, each: Due, part: OutgoingMessage) -> None:
        channel = self._channel
        try:
            await channel.send(each.address, part)
        except errors.ChannelError as error:
            self._metrics.send_errors.labels(channel.name, type(error).__name__).inc()
            if isinstance(error, errors.AccountRejected):
                log.critical("the channel refuses our token", channel=channel.name, account=channel.account)
            if isinstance(error, errors.Throttled) and self._pacer is not None:
                self._pacer.throttled(each.address.external_id, error.retry_after, self._clock.monotonic())
            raise

    async def _send_rest(self, each: Due, part: OutgoingMessage, until: float) -> None:
        """A part that is not the first is tried again here, for a while, for what has begun cannot be put off."""
        attempt = 0
        while True:
            attempt += 1
            await self._sleep(self.reserve(each), until, errors.NotSent("no place in the account's pace"))
            try:
                await self._send(each, part)
                return
            except errors.ChannelError as error:
                decision = self._policy.decide(attempt, error, self._rng)
                if isinstance(decision, GiveUp):
                    raise
                await self._sleep(decision.seconds, until, error)

    async def _sleep(self, seconds: float, until: float, error: errors.ChannelError) -> None:
        if self._clock.monotonic() + seconds > until:
            raise error
        if seconds > 0:
            await self._clock.sleep(seconds)

    async def _unsaid(self, each: Due, ids: list[int], error: errors.ChannelError, *, begun: bool) -> None:
        """Settle what failed: again later if surely nothing was said, else listed; who is gone is not waited for."""
        async with self._db.transaction() as connection:
            match error:
                case errors.RecipientGone():
                    await waiting.told(connection, ids, each.address)
                    await subscribers.mark_reachable(connection, each.address, error.reason)
                case errors.RecipientMoved() if not begun:
                    await waiting.put_back(connection, ids, self._owner)
                    await subscribers.move(connection, each.address, error.external_id)
                case errors.NotSent() | errors.AccountRejected() if not begun:
                    await waiting.put_back(connection, ids, self._owner)
                case errors.ContentRejected() if not begun:
                    await waiting.give_up(connection, ids, "refused")
                case _:
                    await waiting.give_up(connection, ids, "unknown")
