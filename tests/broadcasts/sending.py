"""A run with recipients in the database and a sender for it: what the tests of sending are written in."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from random import Random

from sqlalchemy import select, update

from bot.channels.base import Channel
from bot.clock import Clock
from bot.messages import OutgoingMessage
from bot.metrics import Metrics
from bot.pacing import Pacer
from bot.storage.db import Database
from bot.storage.group_commit import GroupCommit
from bot.storage.schema import campaigns, deliveries, residents, runs
from bot.testing import FakeChannel, ManualClock
from broadcasts.claiming import Recipient
from broadcasts.deliveries import Priority
from broadcasts.engine import Sender, Skip

NOON = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)


async def a_run(
    db: Database,
    count: int,
    *,
    first: int = 1,
    priority: Priority = Priority.ROUTINE,
    channel: str = "fake",
    expires_at: datetime | None = None,
) -> int:
    """A run that is being sent to ``count`` residents, numbered from ``first``."""
    async with db.transaction() as connection:
        known = set((await connection.execute(select(residents.c.external_id))).scalars())
        new = [str(1000 + number) for number in range(first, first + count)]
        fresh = [each for each in new if each not in known]
        if fresh:
            await connection.execute(
                residents.insert(),
                [
                    {
                        "channel": channel,
                        "account": "main",
                        "external_id": each,
                        "last_wrote_on": NOON.date(),
                        "routine": True,
                        "safety": True,
                    }
                    for each in fresh
                ],
            )
        campaign = (
            await connection.execute(
                campaigns.insert()
                .values(
                    title="Đợt thử",
                    state="scheduled",
                    version=1,
                    audience={},
                    schedule={},
                    entries=[],
                    buttons=[],
                    created_by="an",
                    created_at=NOON,
                )
                .returning(campaigns.c.id)
            )
        ).scalar_one()
        run = (
            await connection.execute(
                runs.insert()
                .values(
                    campaign_id=campaign,
                    planned_at=NOON,
                    state="sending",
                    priority=int(priority),
                    content={},
                    audience={},
                    expires_at=expires_at,
                )
                .returning(runs.c.id)
            )
        ).scalar_one()
        chosen = select(residents.c.id).where(residents.c.external_id.in_(new)).order_by(residents.c.id)
        rows = [
            {
                "run_id": run,
                "resident_id": each,
                "channel": channel,
                "account": "main",
                "language": "vi",
                "state": "queued",
            }
            for each in (await connection.execute(chosen)).scalars()
        ]
        if rows:
            await connection.execute(deliveries.insert(), rows)
    return int(run)


async def states(db: Database, run: int) -> Counter[str]:
    """How many deliveries of the run are in each state, with its reason where there is one."""
    async with db.reading() as connection:
        rows = await connection.execute(
            select(deliveries.c.state, deliveries.c.reason).where(deliveries.c.run_id == run)
        )
        return Counter(f"{row.state}({row.reason})" if row.reason else row.state for row in rows)


async def set_run(db: Database, run: int, state: str) -> None:
    async with db.transaction() as connection:
        await connection.execute(update(runs).where(runs.c.id == run).values(state=state))


async def plain(channel: Channel, recipient: Recipient) -> OutgoingMessage | Skip:
    """The run's number, and who it is for."""
    repeat = "[NHẮC LẠI] " if recipient.reason == "repeat" else ""
    return OutgoingMessage(f"{repeat}run {recipient.run_id}")


class Sending:
    """One sender on a fake channel with a clock that stands still."""

    def __init__(self, db: Database, *, clock: Clock | None = None, owner: str = "one", rate: float = 0) -> None:
        self.clock = ManualClock(NOON)
        self.channel = FakeChannel()
        self.stopped: list[tuple[int, str]] = []
        self.metrics = Metrics()
        self.sender = Sender(
            db=db,
            writer=GroupCommit(db),
            channel=self.channel,
            pacer=Pacer(rate=0, whole=rate),
            clock=clock or self.clock,
            metrics=self.metrics,
            rng=Random(1),
            owner=owner,
            write=plain,
            stop_run=self._stop_run,
        )
        self._db = db

    async def _stop_run(self, run: int, reason: str) -> None:
        self.stopped.append((run, reason))
        await set_run(self._db, run, "held")

    def texts(self) -> list[str]:
        return [said.message.text for said in self.channel.said]

    def reached(self) -> list[str]:
        return [said.address.external_id for said in self.channel.said]
