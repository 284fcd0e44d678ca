"""Group commit without a timer: whatever came while the last commit was running goes into the next one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.db import Database

A = TypeVar("A")
R = TypeVar("R")

# One batch of equal writes: gets the connection and all arguments, returns one result for each.
Batch = Callable[[AsyncConnection, Sequence[A]], Awaitable[Sequence[R]]]


@dataclass(slots=True)
class _Pending:
    batch: Batch[Any, Any]
    argument: Any
    done: asyncio.Future[Any]


class GroupCommit:
    """``write()`` returns when its argument is durable.

    A group that fails is tried again one by one, so that a bad write harms only its own caller; every caller gets
    its own exception. Writes of one caller that must keep their order are awaited one after the other.
    """

    def __init__(self, db: Database, *, cap: int = 512) -> None:
        self._db = db
        self._cap = cap
        self._pending: list[_Pending] = []
        self._flusher: asyncio.Task[None] | None = None

    async def write(self, batch: Batch[A, R], argument: A) -> R:
        done: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._pending.append(_Pending(batch, argument, done))
        if self._flusher is None or self._flusher.done():
            self._flusher = asyncio.create_task(self._flush(), name="group-commit")
        return await done

    async def drain(self) -> None:
        """Wait until everything handed in so far is durable."""
        while self._flusher is not None and not self._flusher.done():
            await asyncio.wait({self._flusher})

    async def _flush(self) -> None:
        while self._pending:
            group, self._pending = self._pending[: self._cap], self._pending[self._cap :]
            try:
                await self._commit(group)
            except Exception as error:
                if len(group) == 1:
                    _fail(group[0], error)
                else:
                    await self._one_by_one(group)

    async def _commit(self, group: list[_Pending]) -> None:
        by_batch: dict[Batch[Any, Any], list[_Pending]] = {}
        for pending in group:
            by_batch.setdefault(pending.batch, []).append(pending)
        results: list[tuple[_Pending, Any]] = []
        async with self._db.transaction() as connection:
            for batch, members in by_batch.items():
                answers = await batch(connection, [member.argument for member in members])
                results.extend(zip(members, answers, strict=True))
        for pending, result in results:
            if not pending.done.done():
                pending.done.set_result(result)

    async def _one_by_one(self, group: list[_Pending]) -> None:
        for pending in group:
            try:
                await self._commit([pending])
            except Exception as error:
                _fail(pending, error)


def _fail(pending: _Pending, error: Exception) -> None:
    if not pending.done.done():
        pending.done.set_exception(error)
