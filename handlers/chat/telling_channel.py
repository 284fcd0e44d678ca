"""Telling on one channel account: who is due, at its pace and never in the quiet hours, until it must be left alone.

Each telling takes three steps: its place in the account's pace, the mark that it begins, and the sending. Only between
the mark and the end of the sending can a crash leave a doubt, and that is listed, never repeated (see
:mod:`broadcasts.waiting`). Who would have to wait longer than a moment is put off, and the account is left alone until
the next look, for the quiet hours may begin meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from datetime import time
from random import Random

from bot import errors, logs
from bot.channels.base import Channel
from bot.clock import Clock
from bot.retry import GiveUp, RetryPolicy
from broadcasts import waiting
from broadcasts.waiting import Due
from handlers.chat.context import Desk
from handlers.chat.sending import Sending
from handlers.chat.telling_saying import Saying
from handlers.chat.telling_words import words_for

AGAIN_AFTER = 60.0  # seconds, when something of ours broke
LONGEST_PACE = 2.0  # seconds one telling may wait for its place
log = logs.get("telling")

Present = Callable[[], Collection[str]]


class _LeaveError(Exception):
    """Nothing more on this channel before the next look."""


def quiet(at: time, start: time, end: time) -> bool:
    """Whether ``at`` is in the quiet hours, which may go past midnight; equal times mean none."""
    return start <= at < end if start <= end else at >= start or at < end


class ChannelTeller:
    """``present``: for a channel that reaches only who is there now, who that is."""

    def __init__(
        self,
        *,
        desk: Desk,
        channel: Channel,
        sending: Sending,
        clock: Clock,
        rng: Random,
        owner: str,
        present: Present | None,
    ) -> None:
        self._desk = desk
        self._db = desk.db
        self._channel = channel
        self._account = (channel.name, channel.account)
        self._sending = sending
        self._clock = clock
        self._rng = rng
        self._owner = owner
        self._present = present
        self._policy = RetryPolicy()
        self._attempts: dict[tuple[str, str], int] = {}
        self._put_off: dict[tuple[str, str], float] = {}  # until monotonic seconds
        self._hidden: dict[str, float] = {}  # entries that cannot be told, until monotonic seconds
        self._saying = Saying(db=desk.db, channel=channel, sending=sending, clock=clock, owner=owner)
        self._busy = asyncio.Lock()
        self._stopping = False

    async def stop(self) -> None:
        """Begin nothing more, and finish what is being said."""
        self._stopping = True
        async with self._busy:
            pass

    async def look(self) -> int:
        """Tell everybody who is due now, or until the channel must be left alone; returns how many were told."""
        self._forget_passed()
        count = 0
        done: set[tuple[str, str]] = set()
        after: Due | None = None
        try:
            # Page by page: who was put off does not take the places of those behind.
            while not self._left_alone() and (page := await self._due(after)):
                after = page[-1]
                for each in page:
                    if each.telling in done or each.telling in self._put_off or each.entry_id in self._hidden:
                        continue
                    done.add(each.telling)
                    count += await self._tell_safely(each)
        except _LeaveError:
            pass
        return count

    def _left_alone(self) -> bool:
        return self._stopping or self._quiet() or self._account in self._sending.silent

    def _quiet(self) -> bool:
        """A page that is open is told at any hour; nobody's telephone rings at night."""
        if not self._channel.capabilities.subscribable:
            return False
        local = self._clock.now().astimezone(self._desk.settings.zone)
        return quiet(local.time(), *self._desk.settings.quiet_from_to)

    async def _due(self, after: Due | None) -> list[Due]:
        present = self._present() if self._present else None
        if present is not None and not present:
            return []
        today = self._clock.now().astimezone(self._desk.settings.zone).date()
        async with self._db.reading() as connection:
            return await waiting.due(
                connection, self._account, today, present=present, hidden=self._hidden, after=after
            )

    def _forget_passed(self) -> None:
        now = self._clock.monotonic()
        self._put_off = {telling: until for telling, until in self._put_off.items() if until > now}
        self._hidden = {entry_id: until for entry_id, until in self._hidden.items() if until > now}

    # --- one telling ----------------------------------------------------------------------------------------------

    async def _tell_safely(self, each: Due) -> bool:
        """What breaks for one resident keeps nobody else waiting."""
        try:
            return await self._tell(each)
        except (errors.StoreUnavailable, _LeaveError):
            raise
        except Exception:
            log.error("one resident could not be told", exc_info=True)
            self._later(each, AGAIN_AFTER)
            return False

    async def _tell(self, each: Due) -> bool:
        words = await words_for(self._desk, self._channel, each, self._clock.now())
        if words is None:
            log.error("an entry that is said to answer cannot be shown", entry=each.entry_id)
            self._hidden[each.entry_id] = self._clock.monotonic() + AGAIN_AFTER
            return False
        await self._pace(each)
        async with self._busy:
            if self._left_alone():  # the quiet hours may have begun since the last one, or a reply was refused
                raise _LeaveError
            async with self._db.transaction() as connection:
                ids = await waiting.begin(connection, each, self._owner, self._clock.now())
            if not ids:
                return False
            error = await self._saying.say(each, ids, words)
        if error is None:
            self._attempts.pop(each.telling, None)
            return True
        if isinstance(error, errors.NotSent | errors.AccountRejected):
            # Nobody else would get through either, or not yet: the next look begins with somebody else.
            self._later(each, self._wait(each, error))
            raise _LeaveError
        return False

    async def _pace(self, each: Due) -> None:
        wait = self._sending.reserve(self._channel, each.address)
        if wait > LONGEST_PACE:
            self._later(each, wait)
            raise _LeaveError
        if wait > 0:
            await self._clock.sleep(wait)

    def _wait(self, each: Due, error: errors.ChannelError) -> float:
        """Seconds until the next try; there is always one, until the opt-in ends by itself."""
        attempt = self._attempts.pop(each.telling, 0) + 1
        decision = self._policy.decide(attempt, error, self._rng)
        if isinstance(decision, GiveUp):
            return AGAIN_AFTER
        self._attempts[each.telling] = attempt
        return decision.seconds

    def _later(self, each: Due, seconds: float) -> None:
        self._put_off[each.telling] = self._clock.monotonic() + seconds
