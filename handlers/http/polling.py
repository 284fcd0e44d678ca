"""Long polling for machines without a public address: an update is confirmed only after it is stored."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from random import Random
from typing import TypeVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import errors, logs
from bot.channels.telegram import TelegramChannel
from bot.clock import Clock
from bot.storage.db import Database, insert_for
from bot.storage.schema import channel_state
from handlers.chat.intake import Intake

T = TypeVar("T")
log = logs.get("polling")


class Poller:
    """One account's polling loop; ``trouble`` is what keeps it from reading, for /readyz."""

    def __init__(self, *, channel: TelegramChannel, intake: Intake, db: Database, clock: Clock, rng: Random) -> None:
        self._channel = channel
        self._intake = intake
        self._db = db
        self._clock = clock
        self._rng = rng
        self.trouble = ""

    async def run(self) -> None:
        await self._patiently(self._channel.use_polling)
        offset = await self._patiently(self._offset)
        while True:
            if self._intake.full:
                await self._clock.sleep(1)
                continue
            offset = await self._patiently(partial(self._once, offset))

    async def _once(self, offset: int) -> int:
        rows, after = await self._channel.poll(offset, self._clock.now())
        if rows:
            await self._intake.receive(rows)
        if after != offset:
            await self._keep_offset(after)
        return after

    async def _patiently(self, call: Callable[[], Awaitable[T]]) -> T:
        """Try until it works; say what is wrong in the log and in /readyz."""
        wait = 1.0
        while True:
            try:
                result = await call()
                self.trouble = ""
                return result
            except errors.AccountRejected:
                self.trouble, wait = "telegram: token refused", 60.0
            except errors.Conflict:
                self.trouble, wait = "telegram: another program polls this bot, or a webhook is set", 5.0
            except errors.Throttled as error:
                self.trouble, wait = "telegram: throttled", error.retry_after
            except errors.StoreUnavailable:
                self.trouble, wait = "database unavailable", 2.0
            except errors.ChannelError as error:
                self.trouble, wait = f"telegram: {type(error).__name__}", min(wait * 2, 30.0)
            log.warning("polling waits", why=self.trouble, seconds=wait)
            await self._clock.sleep(wait * self._rng.uniform(0.8, 1.2))

    async def _offset(self) -> int:
        async with self._db.reading() as connection:
            value = (await connection.execute(select(channel_state.c.value).where(self._mine("offset")))).scalar()
        return int(value or 0)

    async def _keep_offset(self, offset: int) -> None:
        async with self._db.transaction() as connection:
            await _keep(connection, self._channel, "offset", str(offset))

    def _mine(self, key: str) -> ColumnElement[bool]:
        return (
            (channel_state.c.channel == self._channel.name)
            & (channel_state.c.account == self._channel.account)
            & (channel_state.c.key == key)
        )


async def _keep(connection: AsyncConnection, channel: TelegramChannel, key: str, value: str) -> None:
    statement = insert_for(connection)(channel_state).values(
        channel=channel.name, account=channel.account, key=key, value=value
    )
    await connection.execute(
        statement.on_conflict_do_update(index_elements=["channel", "account", "key"], set_={"value": value})
    )
