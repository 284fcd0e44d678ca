"""Sending one message, for replies and tellings alike: paced, tried again only when it surely was not sent.

What an answer says of the whole account is remembered here, so that whoever sends next knows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from random import Random

from bot import errors, logs
from bot.channels.base import Channel
from bot.channels.shut import ShutAccounts
from bot.clock import Clock
from bot.messages import Address, OutgoingMessage
from bot.metrics import Metrics
from bot.pacing import Pacer
from bot.retry import RetryIn, RetryPolicy

LONGEST_WAIT = 30.0  # seconds a message may hold its sender's place; then the account is shut instead
log = logs.get("sending")

Key = tuple[str, str]  # channel, account


class Shut(errors.NotSent):
    """The account must be silent for longer than this message may wait."""


class Sending:
    def __init__(self, *, pacers: Mapping[Key, Pacer], clock: Clock, metrics: Metrics, rng: Random) -> None:
        self._pacers = pacers
        self._clock = clock
        self._metrics = metrics
        self._rng = rng
        self._policy = RetryPolicy()
        self._accounts = ShutAccounts()

    @property
    def silent(self) -> frozenset[Key]:
        """Accounts that cannot be sent to at present."""
        return self._accounts.silent(self._clock.monotonic())

    @property
    def refused(self) -> frozenset[Key]:
        """Accounts whose token a person has to look at."""
        return self._accounts.refused

    def reopen(self, account: Key) -> None:
        """Its token has been mended: whoever waits need not wait for the next try."""
        self._accounts.works(account)

    def reserve(self, channel: Channel, address: Address) -> float:
        """Take a place in the account's pace; returns how many seconds to wait for it."""
        pacer = self._pacers.get((channel.name, channel.account))
        return 0.0 if pacer is None else pacer.reserve(address.external_id, self._clock.monotonic())

    async def send(self, channel: Channel, address: Address, message: OutgoingMessage, *, until: float = inf) -> None:
        """Send in the account's pace, again and again while that is safe; ``until``: monotonic seconds.

        Raises Shut when it surely was not sent and should be tried much later, else the error that is the last word.
        """
        account = (channel.name, channel.account)
        attempt = 0
        while True:
            if account in self.silent:
                raise Shut
            wait = self.reserve(channel, address)
            if wait > LONGEST_WAIT:
                self._shut(account, wait)
                raise Shut
            await self._sleep(wait, until)
            try:
                await self.attempt(channel, address, message)
                return
            except errors.ChannelError as error:
                if isinstance(error, errors.NotSent) and not isinstance(error, errors.Throttled):
                    attempt += 1
                decision = self._policy.decide(attempt, error, self._rng)
                if not isinstance(decision, RetryIn):
                    raise
                if account in self.silent:
                    raise Shut from None
            await self._sleep(decision.seconds, until)

    async def attempt(self, channel: Channel, address: Address, message: OutgoingMessage) -> None:
        """One call, in a second that has room for it. Raises what the channel raises, after noting what it means for
        the account."""
        account = (channel.name, channel.account)
        pacer = self._pacers.get(account)
        while pacer is not None and (wait := pacer.leave(self._clock.monotonic(), reply=True)) > 0:
            await self._clock.sleep(wait)
        try:
            await channel.send(address, message)
        except errors.ChannelError as error:
            self._metrics.send_errors.labels(channel.name, type(error).__name__).inc()
            self._note(account, address, error)
            raise
        if account not in self.silent:  # else it left before the account was shut, and proves nothing
            self._accounts.works(account)

    def _note(self, account: Key, address: Address, error: errors.ChannelError) -> None:
        pacer = self._pacers.get(account)
        if isinstance(error, errors.Throttled) and pacer is not None:
            pacer.throttled(address.external_id, error.retry_after, self._clock.monotonic())
        refused = isinstance(error, errors.AccountRejected)
        if refused:
            log.critical("the channel refuses our token", channel=account[0], account=account[1])
        elif not isinstance(error, errors.OutcomeUnknown) and type(error) is not errors.NotSent:
            self._accounts.accepted(account)  # an answer came, and it was another one
        decision = self._policy.decide(1, error, self._rng)
        if isinstance(decision, RetryIn) and (refused or decision.seconds > LONGEST_WAIT):
            self._shut(account, decision.seconds, refused=refused)

    def _shut(self, account: Key, seconds: float, *, refused: bool = False) -> None:
        """A wait this long is no single chat's: the whole account is left alone, and nobody else waits for it."""
        self._accounts.shut(account, self._clock.monotonic() + seconds, refused=refused)

    async def _sleep(self, seconds: float, until: float) -> None:
        if seconds <= 0:
            return
        if self._clock.monotonic() + seconds > until:
            raise Shut
        await self._clock.sleep(seconds)
