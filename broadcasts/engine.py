"""The sender of one channel account: lease, pace, mark, send, settle; one loop, and a window of calls in flight.

A row is taken before its token, so that no token is lost on nobody; the mark that it is being attempted is durable
before the call. After a crash a leased row is sent by the next sender, an attempted one is listed as unknown.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Protocol

from bot import errors, logs
from bot.channels.base import Channel
from bot.clock import Clock
from bot.messages import Address, OutgoingMessage
from bot.metrics import Metrics
from bot.pacing import Pacer
from bot.storage.db import Database
from bot.storage.group_commit import GroupCommit
from bot.storage.ownership import RENEW_EVERY, Post, hold, let_go
from broadcasts import claiming, drills, outbox
from broadcasts.claiming import Recipient, Request
from broadcasts.deliveries import DeliveryState, Outcome, Priority, Settling, of_repeat
from broadcasts.outbox import Beginning, Settlement

WINDOW = 64  # calls in flight at most
CANARY = 10  # recipients of a run whose outcome is waited for before the others get it
SAME_ERRORS = 3  # equal refusals of the text itself stop the run
LOOK_EVERY = 0.25  # seconds between looks for new rows when there is nothing to do
log = logs.get("sender")


@dataclass(frozen=True, slots=True)
class Skip:
    """This recipient gets nothing, for this reason (a placeholder without a value, a closed window, …)."""

    reason: str


@dataclass(frozen=True, slots=True)
class Later:
    """Not now: the only way open to this recipient opens later."""

    not_before: datetime


class Writing(Protocol):
    """What a run says to one recipient, in their language, as this channel shows it."""

    async def __call__(self, channel: Channel, recipient: Recipient) -> OutgoingMessage | Skip | Later: ...


Stopping = Callable[[int, str], Awaitable[None]]  # run, reason: hold it and tell its owner


@dataclass(slots=True)
class _Watch:
    """How a run is going in this process: the canary, and refusals of its text."""

    begun: int = 0
    ended: int = 0
    refused: Counter[str] = field(default_factory=Counter)

    @property
    def waits(self) -> bool:
        return self.begun >= CANARY and self.ended < CANARY


class _NotBegun(Exception):
    """Still leased to us: it is sent when the account is ours, or may speak, again."""


class Sender:
    """``rate`` bounds how many rows are leased ahead: half a second's worth, for a notice waits for the next claim.

    ``stop_run`` holds a run whose text the channel refuses; ``drill_marks``: lines that a drill's message must begin
    and end with, and no other notice may hold; ``alone``: see ``hold``. The epoch of the lease on the
    account is not sent along: the owner's name, new with every start, is in the WHERE of every mark and settlement.
    """

    def __init__(
        self,
        *,
        db: Database,
        writer: GroupCommit,
        channel: Channel,
        pacer: Pacer,
        clock: Clock,
        metrics: Metrics,
        rng: Random,
        owner: str,
        write: Writing,
        stop_run: Stopping,
        rate: float = 1000,
        window: int = WINDOW,
        drill_marks: Sequence[str] = (),
        alone: bool = False,
    ) -> None:
        self._db = db
        self._writer = writer
        self._channel = channel
        self._account = (channel.name, channel.account)
        self._post = Post("sender", channel.name, channel.account)
        self._pacer = pacer
        self._clock = clock
        self._metrics = metrics
        self._rng = rng
        self._owner = owner
        self._alone = alone
        self._write = write
        self._stop_run = stop_run
        self._lease = int(min(500, max(10, rate / 2)))
        self._drill_marks = drill_marks
        self._slots = asyncio.Semaphore(window)
        self._rows: deque[Recipient] = deque()
        self._watches: dict[int, _Watch] = {}
        self._attempts: set[asyncio.Task[None]] = set()
        self._settling = Settling()
        self._held_until = 0.0
        self._shut_until = 0.0
        self._stopping = False
        self._claiming: asyncio.Task[None] | None = None
        self._claim_after = 0.0  # there was no more to claim, a moment ago
        # What the database may have done although its answer never came: rows leased, rows marked as attempting.
        self._claim_in_doubt = False
        self._marks_in_doubt: set[int] = set()
        self._at_hand: set[int] = set()  # rows that are being attempted
        self._in_flight = 0
        self.in_flight_max = 0

    @property
    def owns(self) -> bool:
        """Whether this process may send for the account now."""
        return self._clock.monotonic() < self._held_until

    def idle(self) -> bool:
        """Whether nothing waits to be sent or is being sent."""
        return not self._rows and not self._attempts

    async def run(self) -> None:
        """Send what is due until ``stop``; a broken step is logged and tried again."""
        async with asyncio.TaskGroup() as group:
            renewal = group.create_task(self._keep(), name="sender lease")
            while not self._stopping:
                try:
                    if not await self.step():
                        await self._clock.sleep(LOOK_EVERY)
                except errors.StoreUnavailable:
                    log.error("the database does not answer; nothing is sent")
                    await self._clock.sleep(1.0)
                except Exception:
                    log.error("sending broke", exc_info=True)
                    await self._clock.sleep(1.0)
            renewal.cancel()

    async def stop(self, within: float = 10.0) -> None:
        """Begin nothing more, finish what has begun, give the account up."""
        self._stopping = True
        with contextlib.suppress(TimeoutError, errors.StoreUnavailable):
            async with asyncio.timeout(within):
                await self._claimed()
                while self._attempts:
                    await asyncio.wait(set(self._attempts))
        with contextlib.suppress(errors.StoreUnavailable):
            async with self._db.transaction() as connection:
                await outbox.give_back(connection, self._account, self._owner, self._clock.now())
                await let_go(connection, self._post, self._owner, self._clock.now())

    async def work_off(self) -> None:
        """Send everything that is due now, and wait for it; for tests and the command line."""
        await self.renew()
        while True:
            if await self.step():
                continue
            if not self._attempts:
                return
            await asyncio.wait(set(self._attempts), return_when=asyncio.FIRST_COMPLETED)

    async def step(self) -> bool:
        """One row handed to the window; False when there is nothing to do now."""
        now = self._clock.monotonic()
        if not self.owns or now < self._shut_until:
            return False
        await self._look(now)
        row = self._next()
        if row is None:
            return False
        await self._slots.acquire()
        handed = False
        try:
            wait = self._pacer.reserve_bulk(self._clock.monotonic())
            if wait > 0:
                await self._clock.sleep(wait)
            watch = self._watches.setdefault(row.run_id, _Watch())
            watch.begun += 1
            task = asyncio.create_task(self._attempt(row, watch), name="attempt")
            handed = True
        finally:
            if not handed:
                self._rows.appendleft(row)
                self._slots.release()
        self._attempts.add(task)
        task.add_done_callback(self._attempts.discard)
        return True

    async def renew(self) -> bool:
        """Take or keep the account; what another sender held is given back when it changes hands."""
        asked = self._clock.monotonic()
        async with self._db.transaction() as connection:
            held = await hold(connection, self._post, self._owner, self._clock.now(), alone=self._alone)
            if held is None:
                self._held_until = 0.0
                self._rows.clear()
                # A claim may have been on its way when another took the account: nobody else would send those.
                await outbox.give_back(connection, self._account, self._owner, self._clock.now())
                return False
            if held.taken:
                lost = await outbox.take_over(connection, self._account, self._owner, self._clock.now())
                if lost:
                    log.warning("deliveries of a sender that died", unknown=lost, channel=self._channel.name)
        # Counted from before the question, and shorter than the lease: we stop before another can begin.
        self._held_until = asked + 2.5 * RENEW_EVERY
        return True

    async def _keep(self) -> None:
        while True:
            try:
                await self.renew()
            except errors.StoreUnavailable:
                log.error("the lease on the account could not be kept", channel=self._channel.name)
            await self._clock.sleep(RENEW_EVERY)

    async def _look(self, now: float) -> None:
        """Claim more behind the back of what is being sent; waited for only when there is nothing to hand over."""
        if self._claiming is not None and self._claiming.done():
            await self._claimed()
        idle = not self._rows and not self._attempts
        if self._claiming is None and len(self._rows) <= self._lease // 2 and (idle or now >= self._claim_after):
            self._claiming = asyncio.create_task(self._claim(), name="claim")
        if not self._rows:
            await self._claimed()

    async def _claimed(self) -> None:
        if self._claiming is not None:
            claiming, self._claiming = self._claiming, None
            await claiming

    async def _claim(self) -> None:
        wanted = self._lease - len(self._rows)
        if self._claim_in_doubt:
            held = [*(row.id for row in self._rows), *self._at_hand]
            async with self._db.transaction() as connection:
                await outbox.give_back(connection, self._account, self._owner, self._clock.now(), held)
        self._claim_in_doubt = True
        request = Request(self._account, self._owner, wanted, self._clock.now())
        rows = await self._writer.write(claiming.claim, request)
        self._claim_in_doubt = False
        self._claim_after = self._clock.monotonic() + LOOK_EVERY if len(rows) < wanted else 0.0
        if rows and self._rows and rows[0].priority < self._rows[0].priority:
            self._rows = deque(sorted((*self._rows, *rows), key=lambda row: (row.priority, row.run_id, row.id)))
        else:
            self._rows.extend(rows)

    def _next(self) -> Recipient | None:
        """The first row whose run is not waiting for its canary."""
        for _ in range(len(self._rows)):
            row = self._rows.popleft()
            watch = self._watches.get(row.run_id)
            if watch is None or not watch.waits or row.priority == Priority.NOTICE:
                return row
            self._rows.append(row)
        return None

    async def _attempt(self, row: Recipient, watch: _Watch) -> None:
        self._in_flight += 1
        self._at_hand.add(row.id)
        self.in_flight_max = max(self.in_flight_max, self._in_flight)
        try:
            outcome = await self._outcome(row)
            if outcome is not None:
                if outcome.content:
                    await self._refused(row, watch, outcome)
                if row.reason == "repeat":
                    outcome = of_repeat(outcome)
                waited = outcome.state is DeliveryState.QUEUED and outcome.shut
                await self._settle(Settlement(row.id, self._owner, outcome, self._clock.now(), waited))
                self._metrics.deliveries.labels(self._channel.name, str(outcome.state)).inc()
        except (_NotBegun, errors.StoreUnavailable) as error:
            if not isinstance(error, _NotBegun):
                log.error("the database does not answer; a delivery was not begun")
                self._marks_in_doubt.add(row.id)
            self._rows.appendleft(row)
            watch.begun -= 1  # it tells nothing of the text
        except Exception:
            log.error("an attempt broke", exc_info=True)
            watch.ended += 1
        else:
            watch.ended += 1
        finally:
            self._in_flight -= 1
            self._at_hand.discard(row.id)
            self._slots.release()

    async def _outcome(self, row: Recipient) -> Outcome | None:
        """What became of it; None when the row was no longer ours, or its run no longer sends."""
        if not row.external_id:
            return Outcome(DeliveryState.SKIPPED, "erased")
        message = await self._write(self._channel, row)
        if isinstance(message, Skip):
            return Outcome(DeliveryState.SKIPPED, message.reason)
        if isinstance(message, Later):
            return Outcome(DeliveryState.QUEUED, not_before=message.not_before)
        if row.drill or row.priority == Priority.NOTICE:
            try:
                drills.guard(drill=row.drill, text=message.text, marks=self._drill_marks)
            except drills.DrillLeak as leak:
                log.critical("a message was kept back", why=str(leak), run=row.run_id)
                return Outcome(DeliveryState.FAILED, "drill-mark")
        wait = self._pacer.reserve_chat(row.external_id, self._clock.monotonic())
        if wait > 0:
            await self._clock.sleep(wait)
        if not self.owns or self._clock.monotonic() < self._pacer.flood_until:
            raise _NotBegun
        doubtful = row.id in self._marks_in_doubt
        granted = await self._writer.write(outbox.begin, Beginning(row.id, self._owner, self._clock.now(), doubtful))
        self._marks_in_doubt.discard(row.id)
        if not granted:
            return None
        address = Address(*self._account, row.external_id)
        while (wait := self._pacer.leave(self._clock.monotonic())) > 0:
            await self._clock.sleep(wait)
        try:
            receipt = await self._channel.send(address, message)
        except errors.ChannelError as error:
            return self._failed(row, error)
        return self._settling.sent(receipt.message_id)

    def _failed(self, row: Recipient, error: errors.ChannelError) -> Outcome:
        now = self._clock.monotonic()
        self._metrics.send_errors.labels(self._channel.name, type(error).__name__).inc()
        urgent = row.priority == Priority.NOTICE
        outcome = self._settling.failed(row.attempts + 1, error, self._clock.now(), self._rng, urgent=urgent)
        if isinstance(error, errors.Throttled):
            if self._pacer.throttled(row.external_id, error.retry_after, now) or error.retry_after > 30:
                self._shut_until = max(self._shut_until, now + error.retry_after)
        elif isinstance(error, errors.QuotaUsedUp) and self._channel.capabilities.windows:
            log.critical("a quota is used up; what is free goes on", channel=self._channel.name)
        elif outcome.shut and outcome.not_before is not None:
            self._shut_until = now + (outcome.not_before - self._clock.now()).total_seconds()
            log.critical("the channel refuses to send", channel=self._channel.name, why=type(error).__name__)
        return outcome

    async def _refused(self, row: Recipient, watch: _Watch, outcome: Outcome) -> None:
        """The text itself was refused: three times the same means that nobody would get it."""
        if row.priority == Priority.NOTICE:
            log.critical("the channel refuses a warning; the others are tried", run=row.run_id)
            return  # what one person's channel refuses must not keep it from the rest
        watch.refused[outcome.reason] += 1
        if watch.refused[outcome.reason] == SAME_ERRORS:
            self._rows = deque(each for each in self._rows if each.run_id != row.run_id)
            await self._stop_run(row.run_id, outcome.reason)

    async def _settle(self, settlement: Settlement) -> None:
        """A result is never dropped while this process lives: it waits until the database takes it."""
        wait = 0.1
        while True:
            try:
                await self._writer.write(outbox.settle, settlement)
                return
            except errors.StoreUnavailable:
                await self._clock.sleep(wait)
                wait = min(5.0, wait * 2)
