"""Telling those who asked to be told: what is answered now, once, on their channel and in their language.

Each telling takes three steps: its place in the account's pace, the mark that it begins, and the sending. Only between
the mark and the end of the sending can a crash leave a doubt, and that is listed, never repeated (see
:mod:`broadcasts.waiting`). Nobody's telephone rings in the quiet hours; a page that is open is told at once.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, time
from random import Random

from bot import errors, logs
from bot.channels.base import Channel
from bot.clock import Clock
from bot.messages import OutgoingMessage, Update, UpdateKind
from bot.metrics import Metrics
from bot.pacing import Pacer
from bot.retry import GiveUp, RetryPolicy
from broadcasts import subscribers, waiting
from broadcasts.waiting import Due
from content import store
from content.entries import Entry, Kind
from handlers.chat import dialogue as dialogues
from handlers.chat import residents
from handlers.chat.context import Desk, Turn, day_text
from handlers.chat.dialogue import Dialogue
from handlers.chat.rendering import render

LOOK_EVERY = 5.0  # seconds
AGAIN_AFTER = 60.0  # seconds, when something of ours broke
log = logs.get("telling")

Key = tuple[str, str]  # channel, account
Present = Callable[[], Collection[str]]


def quiet(at: time, start: time, end: time) -> bool:
    """Whether ``at`` is in the quiet hours, which may go past midnight; equal times mean none."""
    return start <= at < end if start <= end else at >= start or at < end


@dataclass(frozen=True, slots=True)
class _Words:
    """What is said, part by part, and the conversation after it."""

    parts: tuple[OutgoingMessage, ...]
    dialogue: Dialogue


class Teller:
    """``present``: for channels that reach only who is there now, who that is."""

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
    ) -> None:
        self._desk = desk
        self._db = desk.db
        self._channels = channels
        self._pacers = pacers
        self._clock = clock
        self._metrics = metrics
        self._rng = rng
        self._owner = owner
        self._present = present
        self._policy = RetryPolicy()
        self._attempts: dict[tuple[int, ...], int] = {}
        self._not_before: dict[tuple[int, ...], float] = {}
        self._saying = asyncio.Lock()
        self._stopping = False

    @property
    def has_work(self) -> bool:
        """Whether any channel is told by this process."""
        return bool(self._channels)

    # --- the loop -----------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Look for what is due and say it, until cancelled."""
        while not self._stopping:
            try:
                await self.work_off()
            except errors.StoreUnavailable:
                log.error("the database does not answer; nobody is told anything")
            except Exception:
                log.error("telling broke", exc_info=True)
            await self._clock.sleep(LOOK_EVERY)

    async def stop(self, within: float = 10.0) -> None:
        """Begin nothing more, and finish what is being said."""
        self._stopping = True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within), self._saying:
                pass

    async def work_off(self) -> int:
        """Tell everybody who is due now; returns how many were told."""
        now = self._clock.now()
        async with self._db.transaction() as connection:
            await waiting.release(connection, self._owner, now, alone=False)
        self._forget_passed()
        count = 0
        for key, channel in self._channels.items():
            for each in await self._due(key, channel):
                if self._stopping:
                    return count
                count += await self._tell_safely(channel, each)
        return count

    async def _due(self, key: Key, channel: Channel) -> list[Due]:
        local = self._clock.now().astimezone(self._desk.settings.zone)
        if channel.capabilities.subscribable and quiet(local.time(), *self._desk.settings.quiet_from_to):
            return []
        there = self._present.get(key)
        present = there() if there else None
        if present is not None and not present:
            return []
        async with self._db.reading() as connection:
            found = await waiting.due(connection, key, local.date(), present=present)
        return [each for each in found if each.ids not in self._not_before]

    def _forget_passed(self) -> None:
        seconds = self._clock.monotonic()
        self._not_before = {ids: until for ids, until in self._not_before.items() if until > seconds}

    # --- one telling ----------------------------------------------------------------------------------------------

    async def _tell_safely(self, channel: Channel, each: Due) -> bool:
        """What breaks for one resident keeps nobody else waiting."""
        try:
            return await self._tell(channel, each)
        except errors.StoreUnavailable:
            raise
        except Exception:
            log.error("one resident could not be told", exc_info=True)
            self._later(each, AGAIN_AFTER)
            return False

    async def _tell(self, channel: Channel, each: Due) -> bool:
        words = await self._words(channel, each)
        if words is None:
            log.error("an entry that is said to answer cannot be shown", entry=each.entry_id)
            self._later(each, AGAIN_AFTER)
            return False
        await self._pace(channel, each)
        async with self._saying:
            if self._stopping:
                return False
            async with self._db.transaction() as connection:
                if not await waiting.begin(connection, each.ids, self._owner, self._clock.now()):
                    return False
            return await self._say(channel, each, words)

    async def _say(self, channel: Channel, each: Due, words: _Words) -> bool:
        """Send every part, then settle. Only the first part may be put off: after it something has been said."""
        for number, part in enumerate(words.parts):
            if number:
                await self._pace(channel, each)
            try:
                await self._send(channel, each, part, first=not number)
            except errors.ChannelError as error:
                await self._unsaid(each, error, begun=bool(number))
                return False
        async with self._db.transaction() as connection:
            await waiting.told(connection, each.ids)
            talk = dialogues.Kept(each.address, words.dialogue, self._clock.now())
            await dialogues.save(connection, [talk])
        self._attempts.pop(each.ids, None)
        return True

    async def _send(self, channel: Channel, each: Due, part: OutgoingMessage, *, first: bool) -> None:
        """One part. Any but the first is tried again here, for what has begun cannot be put off."""
        attempt = 0
        while True:
            attempt += 1
            try:
                await channel.send(each.address, part)
                return
            except errors.ChannelError as error:
                self._metrics.send_errors.labels(channel.name, type(error).__name__).inc()
                if isinstance(error, errors.AccountRejected):
                    log.critical("the channel refuses our token", channel=channel.name, account=channel.account)
                pacer = self._pacers.get((channel.name, channel.account))
                if isinstance(error, errors.Throttled) and pacer is not None:
                    pacer.throttled(each.address.external_id, error.retry_after, self._clock.monotonic())
                decision = self._policy.decide(attempt, error, self._rng)
                if first or isinstance(decision, GiveUp):
                    raise
                await self._clock.sleep(decision.seconds)

    async def _pace(self, channel: Channel, each: Due) -> None:
        pacer = self._pacers.get((channel.name, channel.account))
        if pacer is not None:
            wait = pacer.reserve(each.address.external_id, self._clock.monotonic())
            if wait > 0:
                await self._clock.sleep(wait)

    async def _unsaid(self, each: Due, error: errors.ChannelError, *, begun: bool) -> None:
        """Settle what failed: again later if surely nothing was said, else listed; who is gone is not waited for."""
        async with self._db.transaction() as connection:
            match error:
                case errors.RecipientGone():
                    await waiting.told(connection, each.ids)
                    await subscribers.mark_reachable(connection, each.address, error.reason)
                case errors.RecipientMoved() if not begun:
                    await waiting.put_back(connection, each.ids, self._owner)
                    await subscribers.move(connection, each.address, error.external_id)
                case errors.NotSent() | errors.AccountRejected() if not begun:
                    await waiting.put_back(connection, each.ids, self._owner)
                    self._later(each, self._wait(each, error))
                case errors.ContentRejected() if not begun:
                    await waiting.give_up(connection, each.ids, "refused")
                case _:
                    await waiting.give_up(connection, each.ids, "unknown")

    def _wait(self, each: Due, error: errors.ChannelError) -> float:
        """Seconds until the next try; there is always one, until the opt-in ends by itself."""
        attempt = self._attempts.pop(each.ids, 0) + 1
        decision = self._policy.decide(attempt, error, self._rng)
        if isinstance(decision, GiveUp):
            return AGAIN_AFTER
        self._attempts[each.ids] = attempt
        return decision.seconds

    def _later(self, each: Due, seconds: float) -> None:
        self._not_before[each.ids] = self._clock.monotonic() + seconds

    # --- the words --------------------------------------------------------------------------------------------------

    async def _words(self, channel: Channel, each: Due) -> _Words | None:
        """The answer as it is given to a question, under the line that says which day it was asked."""
        now = self._clock.now()
        async with self._db.reading() as connection:
            entry = await store.load_entry(connection, each.entry_id)
            resident = (await subscribers.load(connection, [each.address]))[each.address]
            talk = (await dialogues.load(connection, [each.address], now)).get(each.address, Dialogue())
        language = resident.language or each.language
        turn = Turn(
            update=Update("", each.address, UpdateKind.QUIET, now),
            now=now,
            resident=resident,
            dialogue=replace(talk, first=False),  # consent is asked for after an answer that was just asked for
            desk=self._desk,
            capabilities=channel.capabilities,
            language=language,
        )
        if entry is None or not tellable(entry, turn.today):
            return None
        reply = residents.answer(turn, entry)
        heading = turn.say("notify.told", date=day_text(each.asked_on, language))
        message = replace(reply.messages[0], text=f"{heading}\n{reply.messages[0].text}")
        parts = render(message, channel.capabilities, channel.limits, self._desk.phrases)
        # What the resident was in the middle of goes on; only the numbers belong to the newest list.
        after = replace(reply.dialogue or talk, first=talk.first, step=talk.step, flow=talk.flow)
        return _Words(tuple(parts), after)


def tellable(entry: Entry, on: date) -> bool:
    """What has expired, or only says who knows, is no answer to tell."""
    return entry.kind is not Kind.REFER and not entry.expired(on)
