"""Saying a reply: rendered for its channel, paced, tried again only when it surely was not sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from bot import errors, logs
from bot.channels.base import Channel
from bot.channels.shut import ShutAccounts
from bot.clock import Clock
from bot.messages import Address, OutgoingMessage
from bot.metrics import Metrics
from bot.pacing import Pacer
from bot.retry import RetryIn, RetryPolicy
from bot.storage.db import Database
from broadcasts import subscribers
from content.phrases import Phrases
from handlers.chat.rendering import render

LONGEST_WAIT = 30.0  # seconds a reply may hold a place among those being answered; then the account is shut instead
LATER = "later"
log = logs.get("speaking")


@dataclass(frozen=True, slots=True)
class Said:
    """``state``: what the update ends in: answered, ignored, unknown or dead; or later: ``rest`` is still owed."""

    state: str
    rest: tuple[OutgoingMessage, ...] = ()


class _Later(Exception):
    """Surely not sent, and not to be tried before the account opens again."""


class Speaker:
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
        self._accounts = ShutAccounts()

    @property
    def silent(self) -> frozenset[tuple[str, str]]:
        """Accounts that cannot be answered at present."""
        return self._accounts.silent(self._clock.monotonic())

    @property
    def refused(self) -> frozenset[tuple[str, str]]:
        """Accounts whose token a person has to look at."""
        return self._accounts.refused

    async def say(self, channel: Channel, address: Address, messages: Sequence[OutgoingMessage], key: str) -> Said:
        """``key`` is that of the update that is answered."""
        parts = [
            replace(part, answers=key)
            for message in messages
            for part in render(message, channel.capabilities, channel.limits, self._phrases)
        ]
        return await self.say_parts(channel, address, parts)

    async def say_parts(self, channel: Channel, address: Address, parts: Sequence[OutgoingMessage]) -> Said:
        """The same for what has been rendered before."""
        for number, part in enumerate(parts):
            try:
                await self._send(channel, address, part)
            except _Later:
                return Said(LATER, tuple(parts[number:]))
            except errors.RecipientGone as error:
                async with self._db.transaction() as connection:
                    await subscribers.mark_reachable(connection, address, error.reason)
                return Said("ignored")
            except errors.RecipientMoved as error:
                async with self._db.transaction() as connection:
                    await subscribers.move(connection, address, error.external_id)
                return Said("unknown")
            except errors.OutcomeUnknown:
                return Said("unknown")
            except errors.ChannelError:
                return Said("dead")
        return Said("answered")

    async def _send(self, channel: Channel, address: Address, message: OutgoingMessage) -> None:
        account = (channel.name, channel.account)
        pacer = self._pacers.get(account)
        attempt = 0
        while True:
            if account in self.silent:
                raise _Later
            wait = pacer.reserve(address.external_id, self._clock.monotonic()) if pacer is not None else 0.0
            if wait > LONGEST_WAIT:
                raise self._shut(account, wait)
            if wait > 0:
                await self._clock.sleep(wait)
            try:
                await channel.send(address, message)
                self._accounts.works(account)
                return
            except errors.ChannelError as error:
                self._metrics.send_errors.labels(channel.name, type(error).__name__).inc()
                if isinstance(error, errors.Throttled):
                    if pacer is not None:
                        pacer.throttled(address.external_id, error.retry_after, self._clock.monotonic())
                elif isinstance(error, errors.NotSent):
                    attempt += 1
                refused = isinstance(error, errors.AccountRejected)
                if refused:
                    log.critical("the channel refuses our token", channel=channel.name, account=channel.account)
                else:
                    self._accounts.accepted(account)
                decision = self._policy.decide(attempt, error, self._rng)
                if not isinstance(decision, RetryIn):
                    raise
                if refused or decision.seconds > LONGEST_WAIT:
                    raise self._shut(account, decision.seconds, refused=refused) from None
                await self._clock.sleep(decision.seconds)

    def _shut(self, account: tuple[str, str], seconds: float, *, refused: bool = False) -> _Later:
        """A wait this long is no single chat's: the whole account is left alone, and nobody else waits for it."""
        self._accounts.shut(account, self._clock.monotonic() + seconds, refused=refused)
        return _Later()
