"""The only way in, for every channel: stored, claimed, decided, marked, said, settled.

Different residents are answered at the same time, one resident's messages in order. What a reply changes is
committed together with the mark that it has begun, so that after a crash an update is either answered from the
start, or listed as unknown and never answered twice.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from sqlalchemy import func, select

from bot import errors, logs
from bot.channels.base import Channel
from bot.clock import Clock
from bot.messages import Address, Update
from bot.metrics import Metrics
from bot.pacing import Pacer
from bot.storage import inbox
from bot.storage.db import Database
from bot.storage.group_commit import GroupCommit
from bot.storage.inbox import Claimed, ClaimRequest, Effect, Owed, Received, Settlement
from bot.storage.schema import inbox as inbox_table
from broadcasts import subscribers
from handlers.chat import dialogue as dialogues
from handlers.chat import owed
from handlers.chat.context import Desk, Reply
from handlers.chat.deciding import Deciding, Known
from handlers.chat.dialogue import Dialogue
from handlers.chat.floods import FloodGate
from handlers.chat.sending import Sending
from handlers.chat.speaking import LATER, Said, Speaker

_HELD_PER_LANE = 8  # on average; more rows than that are left in the store
_ONE_ACCOUNT = 0.75  # of the places at most: an account that waits leaves room for the others
log = logs.get("intake")


@dataclass(slots=True)
class _Lane:
    """One resident's updates, oldest first."""

    waiting: deque[Claimed] = field(default_factory=deque)
    known: Known | None = None


class Intake:
    """``capacity`` bounds the residents being answered at a time, ``backlog`` the updates stored and waiting."""

    def __init__(
        self,
        *,
        db: Database,
        writer: GroupCommit,
        channels: Mapping[tuple[str, str], Channel],
        pacers: Mapping[tuple[str, str], Pacer],
        desk: Desk,
        clock: Clock,
        metrics: Metrics,
        rng: Random,
        owner: str,
        capacity: int = 256,
        backlog: int = 10_000,
    ) -> None:
        self._db = db
        self._writer = writer
        self._channels = channels
        self.desk = desk
        self._clock = clock
        self._metrics = metrics
        self._owner = owner
        self._capacity = capacity
        self._backlog = backlog
        self.sending = Sending(pacers=pacers, clock=clock, metrics=metrics, rng=rng)
        self._speaker = Speaker(db=db, phrases=desk.phrases, sending=self.sending)
        self._deciding = Deciding(desk=desk, clock=clock, load=self._known, notice=self._notice)
        self._received = {name: metrics.received.labels(name) for name, _ in channels}
        self._lanes: dict[Address, _Lane] = {}
        self._busy: Counter[tuple[str, str]] = Counter()  # lanes of each account
        self._tasks: set[asyncio.Task[None]] = set()
        self._gate = FloodGate(self._peek, lambda text: desk.distress(text) is not None)
        self._held: set[int] = set()  # rows claimed and not settled yet
        self._waiting = 0
        self._more = False  # the last look could not take everything
        self._wake = asyncio.Event()
        self._stopping = False

    # --- in --------------------------------------------------------------------------------------------------

    def _not_now(self) -> frozenset[tuple[str, str]]:
        """Accounts whose rows stay in the store: those that must be silent, and one that has most places already."""
        most = self._capacity * _ONE_ACCOUNT
        return self.sending.silent | {account for account, count in self._busy.items() if count >= most}

    @property
    def refused(self) -> frozenset[tuple[str, str]]:
        """Channel accounts whose token is refused: what came in for them waits in the store."""
        return self.sending.refused

    def reopen(self, account: tuple[str, str]) -> None:
        """The account's token has been mended: what waits for it is answered now."""
        self.sending.reopen(account)
        self._wake.set()

    @property
    def full(self) -> bool:
        """Too much is waiting: the channel should come back later."""
        return self._waiting > self._backlog

    @property
    def waits(self) -> bool:
        """Something is stored that nobody has claimed, or is being answered."""
        return bool(self._waiting or self._held)

    def limit_backlog(self, backlog: int) -> None:
        self._backlog = backlog

    async def receive(self, rows: Sequence[Received]) -> list[Received]:
        """Store what came in, and return it as it was stored; durable when this returns.

        Raises StoreUnavailable, and then nothing is acknowledged.
        """
        rows = [self._gate.admit(row) for row in rows]
        count = sum(row.state == "stored" for row in rows)
        self._waiting += count
        try:
            # Woken before the rows are stored, the loop hands its claim in behind them: one transaction does both.
            if len(rows) == 1:  # a webhook brings one at a time, and a task for it would cost as much as the rest
                self._wake.set()
                await self._writer.write(inbox.remember, rows[0])
            else:
                writes = [asyncio.ensure_future(self._writer.write(inbox.remember, row)) for row in rows]
                self._wake.set()
                await asyncio.gather(*writes)
        except Exception:
            self._waiting = max(0, self._waiting - count)
            raise
        for row in rows:
            self._received[row.channel].inc()
        return rows

    # --- the loop -----------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Claim and answer until cancelled."""
        while not self._stopping:
            # One resident with many messages takes one place, not all of them.
            free = min(self._capacity - len(self._lanes), self._capacity * _HELD_PER_LANE - len(self._held))
            claimed: list[Claimed] = []
            not_now = self._not_now()
            if free > 0:
                try:
                    request = ClaimRequest(self._owner, free, self._clock.now(), not_now)
                    claimed = await self._writer.write(inbox.claim, request)
                    await self._dispatch(claimed)
                except errors.StoreUnavailable:
                    log.error("the database does not answer; the inbox waits")
                    await self._clock.sleep(1)
                except Exception:
                    log.error("claiming broke; the inbox waits", exc_info=True)
                    await self._clock.sleep(1)
            self._more = free <= 0 or len(claimed) == free or bool(not_now)
            if len(claimed) < free or free <= 0:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(1.0):  # in this very task, which so goes on at once when it is woken
                        await self._wake.wait()
                self._wake.clear()

    async def stop(self, within: float = 10.0) -> None:
        """Finish what has begun; what is only claimed goes back to the store."""
        self._stopping = True
        self._wake.set()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=within)
        await self._writer.drain()
        with contextlib.suppress(errors.StoreUnavailable):
            async with self._db.transaction() as connection:
                await inbox.give_back(connection, self._owner)

    async def work_off(self) -> None:
        """Claim and answer until nothing is left, then return (for tests and one-shot commands)."""
        while claimed := await self._writer.write(
            inbox.claim, ClaimRequest(self._owner, self._capacity, self._clock.now(), self._not_now())
        ):
            await self._dispatch(claimed)
            while self._tasks:
                await asyncio.wait(self._tasks)
        await self._writer.drain()

    async def idle(self) -> None:
        """Wait until nothing is waiting and nothing is being answered."""
        while self.waits:
            await self._clock.sleep(0.01)

    async def tick(self) -> None:
        """Once in a while: give back what dead processes held, look how much is waiting, forget idle floods."""
        now = self._clock.now()
        async with self._db.transaction() as connection:
            await inbox.renew(connection, self._owner, list(self._held), now)
            await inbox.release(connection, self._owner, now, alone=False)
        async with self._db.reading() as connection:
            count, oldest = (
                await connection.execute(
                    select(func.count(), func.min(inbox_table.c.received_at)).where(inbox_table.c.state == "stored")
                )
            ).one()
        self._waiting = count
        self._metrics.waiting.set(count)
        self._metrics.oldest_seconds.set((now - oldest).total_seconds() if oldest else 0)
        self._gate.forget_quiet(now)
        self._wake.set()

    async def _dispatch(self, claimed: list[Claimed]) -> None:
        if not claimed:
            return
        self._waiting = max(0, self._waiting - len(claimed))
        self._held.update(row.id for row in claimed)
        idle = list(dict.fromkeys(row.address for row in claimed if row.address not in self._lanes))
        try:
            known = await self._known(idle)
        except errors.StoreUnavailable:
            known = {}  # each lane asks again for itself
        for row in claimed:
            lane = self._lanes.get(row.address)
            if lane is None:
                lane = self._lanes[row.address] = _Lane(known=known.get(row.address))
                lane.waiting.append(row)
                self._busy[row.address.channel, row.address.account] += 1
                task = asyncio.create_task(self._walk(row.address, lane), name="lane")
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            else:
                lane.waiting.append(row)
        self._metrics.in_flight.set(len(self._held))

    async def _known(self, addresses: list[Address]) -> dict[Address, Known]:
        if not addresses:
            return {}
        async with self._db.reading() as connection:
            residents = await subscribers.load(connection, addresses)
            talks = await dialogues.load(connection, addresses, self._clock.now())
        return {each: (residents[each], talks.get(each, Dialogue())) for each in addresses}

    async def _walk(self, address: Address, lane: _Lane) -> None:
        """Answer one resident's updates, one after the other."""
        try:
            while lane.waiting:
                row = lane.waiting[0]
                known, lane.known = lane.known, None
                try:
                    await self._answer(row, known)
                except errors.StoreUnavailable:
                    # The next one must not overtake it: a STOP that is followed by an older yes would be undone.
                    log.error("the database does not answer; a resident's updates wait")
                    await self._clock.sleep(1)
                    continue
                except Exception:
                    log.error("an update could not be settled", exc_info=True)
                lane.waiting.popleft()
                self._held.discard(row.id)
        finally:
            self._held.difference_update(row.id for row in lane.waiting)
            self._lanes.pop(address, None)
            self._busy[address.channel, address.account] -= 1
            self._metrics.in_flight.set(len(self._held))
            if self._waiting or self._more:  # else a look would cost a transaction and find nothing
                self._wake.set()

    def _peek(self, row: Received) -> Update | None:
        """What a row says, before it is stored."""
        channel = self._channels[row.channel, row.account]
        address = Address(row.channel, row.account, row.lane)
        return channel.read(Claimed(0, address, row.key, row.body, 0, row.received_at))

    # --- one update ---------------------------------------------------------------------------------------------

    async def _answer(self, row: Claimed, known: Known | None) -> None:
        channel = self._channels.get((row.address.channel, row.address.account))
        if channel is None:  # an account that was switched off
            await self._settle(row, "dead")
            return
        parts = owed.unpack(row.body)
        if parts is not None:
            if await self._settle(row, "replying"):
                await self._finish(channel, row, await self._speaker.say_parts(channel, row.address, parts), "answered")
            return
        decided = await self._deciding.reply(channel, row, known)
        reply, final = (self._deciding.outage(), "dead") if decided is None else (decided, "answered")
        effects = self._effects(row.address, reply)
        if not reply.messages:
            await self._settle(row, "ignored", effects)
            if reply.forget:  # erasure may be asked for where nothing is to be said
                await self._forget()
            return
        if not await self._settle(row, "replying", effects):
            return  # the lease ran out and somebody else has it
        said = await self._speaker.say(channel, row.address, reply.messages, row.key)
        await self._finish(channel, row, said, final)
        if reply.forget:
            await self._forget()

    async def _forget(self) -> None:
        if not await self._db.forget():
            log.warning("erased words are in the journal until the next purge; somebody reads for very long")

    async def _finish(self, channel: Channel, row: Claimed, said: Said, final: str) -> None:
        """Write down how the reply ended; tried until the database takes it, for saying it again is no way back."""
        while True:
            try:
                if said.state == LATER:
                    await self._writer.write(inbox.owe, Owed(row.id, self._owner, owed.pack(said.rest)))
                else:
                    await self._settle(row, final if said.state == "answered" else said.state)
                break
            except errors.StoreUnavailable:
                log.error("the database does not answer; a reply waits to be written down")
                await self._clock.sleep(1)
        if said.state == "answered":
            waited = self._clock.now() - row.received_at
            self._metrics.reply_seconds.labels(channel.name).observe(max(0.0, waited.total_seconds()))

    def _effects(self, address: Address, reply: Reply) -> tuple[Effect, ...]:
        now, talk = self._clock.now(), reply.dialogue
        if reply.forget or talk is None:
            return reply.effects
        return (*reply.effects, Effect(dialogues.save, dialogues.Kept(address, talk, now)))

    async def _settle(self, row: Claimed, state: str, effects: tuple[Effect, ...] = ()) -> bool:
        granted = await self._writer.write(inbox.settle, Settlement(row.id, self._owner, state, effects))
        if granted and state != "replying":
            self._metrics.settled.labels(row.address.channel, state).inc()
        return granted

    def _notice(self, channel: Channel, update: Update) -> None:
        task = asyncio.create_task(channel.noticed(update), name="noticed")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
