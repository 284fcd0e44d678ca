"""Saying a reply: rendered for its channel, paced, tried again only when it surely was not sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random

from bot import errors, logs
from bot.channels.base import Channel
from bot.clock import Clock
from bot.messages import Address, OutgoingMessage
from bot.metrics import Metrics
from bot.pacing import Pacer
from bot.retry import GiveUp, RetryPolicy
from bot.storage.db import Database
from broadcasts import subscribers
from content.phrases import Phrases
from handlers.chat.rendering import render

log = logs.get("speaking")


class Speaker:
    """``say`` returns the state the update ends in: answered, ignored, unknown or dead."""

    def __init__(
        self,
        *,
        db: Database,
        phrases: Phrases,
        pacers: Mapping[tuple[str, str], Pacer],
        clock: Clock,
        metrics: Metrics,
        rng: Random,
    ) -> None:
        self._db = db
        self._phrases = phrases
        self._pacers = pacers
        self._clock = clock
        self._metrics = metrics
        self._rng = rng
        self._policy = RetryPolicy()
        self.refused: frozenset[tuple[str, str]] = frozenset()  # accounts whose token a person has to look at

    async def say(self, channel: Channel, address: Address, messages: Sequence[OutgoingMessage], key: str) -> str:
        """``key`` is that of the update that is answered."""
        for message in messages:
            for part in render(message, channel.capabilities, channel.limits, self._phrases):
                try:
                    await self._send(channel, address, replace(part, answers=key))
                except errors.RecipientGone as error:
                    async with self._db.transaction() as connection:
                        await subscribers.mark_reachable(connection, address, error.reason)
                    return "ignored"
                except errors.RecipientMoved as error:
                    async with self._db.transaction() as connection:
                        await subscribers.move(connection, address, error.external_id)
                    return "unknown"
                except errors.OutcomeUnknown:
                    return "unknown"
                except errors.ChannelError:
                    return "dead"
        return "answered"

    async def _send(self, channel: Channel, address: Address, message: OutgoingMessage) -> None:
        pacer = self._pacers.get((channel.name, channel.account))
        attempt = 0
        while True:
            attempt += 1
            if pacer is not None:
                wait = pacer.reserve(address.external_id, self._clock.monotonic())
                if wait > 0:
                    await self._clock.sleep(wait)
            try:
                await channel.send(address, message)
                if self.refused:
                    self.refused -= {(channel.name, channel.account)}
                return
            except errors.ChannelError as error:
                self._metrics.send_errors.labels(channel.name, type(error).__name__).inc()
                if isinstance(error, errors.AccountRejected):
                    self.refused |= {(channel.name, channel.account)}
                    log.critical("the channel refuses our token", channel=channel.name, account=channel.account)
                if isinstance(error, errors.Throttled) and pacer is not None:
                    pacer.throttled(address.external_id, error.retry_after, self._clock.monotonic())
                decision = self._policy.decide(attempt, error, self._rng)
                if isinstance(decision, GiveUp):
                    raise
                await self._clock.sleep(decision.seconds)
