"""Saying one telling that has begun, part by part, and settling how it ended."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import errors, logs
from bot.channels.base import Channel
from bot.clock import Clock
from bot.storage.db import Database
from bot.storage.inbox import Change
from broadcasts import subscribers, waiting
from broadcasts.waiting import Due
from handlers.chat import dialogue as dialogues
from handlers.chat.sending import Sending
from handlers.chat.telling_words import Words

LONGEST_REST = 60.0  # seconds the rest of an answer may wait once its beginning was said; less than waiting.LEASE_FOR
SETTLE_FOR = 60.0  # seconds it is tried to write down how a telling ended; with the rest still less than the lease
log = logs.get("telling")


class Saying:
    def __init__(self, *, db: Database, channel: Channel, sending: Sending, clock: Clock, owner: str) -> None:
        self._db = db
        self._channel = channel
        self._sending = sending
        self._clock = clock
        self._owner = owner

    async def say(self, each: Due, ids: list[int], words: Words) -> errors.ChannelError | None:
        """Send every part and settle these opt-ins; returns the error that ended it, None when all was said.

        The first part is sent at once, for its place in the pace was waited for before it began, and may be put off;
        what has begun is tried again here, for a while.
        """
        until = self._clock.monotonic() + LONGEST_REST
        for number, part in enumerate(words.parts):
            try:
                if number:
                    await self._sending.send(self._channel, each.address, part, until=until)
                else:
                    await self._sending.attempt(self._channel, each.address, part)
            except errors.ChannelError as error:
                await self._unsaid(each, ids, error, begun=bool(number))
                return error

        async def said(connection: AsyncConnection) -> None:
            # Who stopped or erased everything meanwhile has left nothing behind, and nothing is written for them.
            if await waiting.told(connection, ids, each.address):
                await dialogues.amend(connection, each.address, self._clock.now(), words.after)

        await self._settle(said)
        return None

    async def _unsaid(self, each: Due, ids: list[int], error: errors.ChannelError, *, begun: bool) -> None:
        """Settle what failed: again later if surely nothing was said, else listed; who is gone is not waited for."""

        async def unsaid(connection: AsyncConnection) -> None:
            match error:
                case errors.RecipientGone():
                    await waiting.told(connection, ids, each.address)
                    await subscribers.mark_reachable(connection, each.address, error.reason)
                case errors.RecipientMoved():
                    if begun:
                        await waiting.give_up(connection, ids, "unknown")
                    else:
                        await waiting.put_back(connection, ids, self._owner)
                    await subscribers.move(connection, each.address, error.external_id)
                case errors.NotSent() | errors.AccountRejected() if not begun:
                    await waiting.put_back(connection, ids, self._owner)
                case errors.ContentRejected() if not begun:
                    await waiting.give_up(connection, ids, "refused")
                case _:
                    await waiting.give_up(connection, ids, "unknown")

        await self._settle(unsaid)

    async def _settle(self, change: Change) -> None:
        """What is known must not become a doubt because the database is away for a moment."""
        until = self._clock.monotonic() + SETTLE_FOR
        while True:
            try:
                async with self._db.transaction() as connection:
                    await change(connection)
                return
            except errors.StoreUnavailable:
                if self._clock.monotonic() >= until:
                    raise
                log.error("the database does not answer; a telling waits to be written down")
                await self._clock.sleep(1)
