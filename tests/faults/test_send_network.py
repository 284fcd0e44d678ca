"""A campaign through everything that a network and Telegram can answer: each recipient ends in one state, once."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from sqlalchemy import select

from bot.channels.telegram import TelegramChannel
from bot.clock import SystemClock
from bot.metrics import Metrics
from bot.pacing import Pacer
from bot.storage.db import Database
from bot.storage.group_commit import GroupCommit
from bot.storage.schema import deliveries, residents
from broadcasts.engine import Sender
from tests.broadcasts.sending import a_run, plain
from tests.fakes.telegram_client import FakeTelegram

PEOPLE = 300
FIRST = 1001  # the chats of a_run
MOVED_TO = -1009_000_000_001
STATES = {
    FIRST: "blocked",
    FIRST + 1: "deactivated",
    FIRST + 2: "not_found",
    FIRST + 3: "never_started",
}


async def nobody_stops(run: int, reason: str) -> None:
    raise AssertionError(f"run {run} was stopped: {reason}")


async def sent_through(db: Database, fake: FakeTelegram) -> dict[int, tuple[str, str]]:
    """Chat to state and reason, once nothing waits."""
    await a_run(db, PEOPLE, channel="telegram")
    channel = TelegramChannel(token=fake.token, api_url=fake.url)
    await channel.open()
    clock = SystemClock()
    sender = Sender(
        db=db,
        writer=GroupCommit(db),
        channel=channel,
        pacer=Pacer(rate=0, whole=400),
        clock=clock,
        metrics=Metrics(),
        rng=Random(1),
        owner="one",
        write=plain,
        stop_run=nobody_stops,
        alone=True,
    )
    waiting = {"queued", "leased", "attempting"}
    while True:
        await sender.work_off()
        async with db.reading() as connection:
            rows = await connection.execute(
                select(residents.c.external_id, deliveries.c.state, deliveries.c.reason).join(
                    deliveries, deliveries.c.resident_id == residents.c.id
                )
            )
            found = {int(row.external_id): (row.state, row.reason) for row in rows}
        if not {state for state, _ in found.values()} & waiting:
            await channel.close()
            return found
        await clock.sleep(0.1)


@pytest.mark.parametrize(
    "faults",
    [
        [{"kind": "hangup", "probability": 0.1}],
        [{"kind": "answer_lost", "probability": 0.1}],
        [{"kind": "server_error", "probability": 0.1, "status": 502}],
        [{"kind": "malformed", "probability": 0.1}],
        [{"kind": "hangup", "probability": 0.05}, {"kind": "answer_lost", "probability": 0.05, "seed": 3}],
    ],
    ids=lambda faults: "+".join(each["kind"] for each in faults),
)
async def test_a_network_that_breaks_doubles_nobody_and_hides_nobody(
    sqlite_db: Database, faults: list[dict[str, object]]
) -> None:
    async with FakeTelegram.start() as fake:
        for fault in faults:
            await fake.fault(**fault)  # type: ignore[arg-type]
        found = await sent_through(sqlite_db, fake)
        hits = sum(each["hits"] for each in await fake.clear_faults())
        reached = Counter(act.chat_id for act in await fake.sends())
    assert hits
    assert max(reached.values()) == 1
    everybody = set(range(FIRST, FIRST + PEOPLE))
    unknown = {chat for chat, (state, _) in found.items() if state == "unknown"}
    assert set(found) == everybody
    assert {chat for chat, (state, _) in found.items() if state == "sent"} <= set(reached)
    assert everybody - set(reached) <= unknown  # who did not get it is listed
    assert {state for state, _ in found.values()} <= {"sent", "unknown"}
    assert len(unknown) <= hits


async def test_who_cannot_be_reached_is_known_with_the_reason_and_floods_are_waited_for(sqlite_db: Database) -> None:
    async with FakeTelegram.start() as fake:
        await fake.set_chats(STATES)
        await fake.flood(1, chat_id=FIRST + 50)
        await fake.flood(2)
        found = await sent_through(sqlite_db, fake)
        reached = Counter(act.chat_id for act in await fake.sends())
        early = [each for each in await fake.early() if each.since_notice > 0.2]
    assert max(reached.values()) == 1
    assert set(reached) == set(range(FIRST, FIRST + PEOPLE)) - set(STATES)
    assert {found[chat][0] for chat in STATES} == {"failed"}
    assert len({found[chat][1] for chat in STATES}) >= 2
    assert Counter(state for state, _ in found.values()) == {"sent": PEOPLE - len(STATES), "failed": len(STATES)}
    assert early == []  # nobody spoke before the deadline once it could be known
