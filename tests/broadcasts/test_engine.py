"""The sender: everybody once, in the right order, and what every refusal comes to; on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot import errors
from bot.clock import SystemClock
from bot.storage.db import Database
from bot.storage.schema import deliveries, residents
from broadcasts import claiming, outbox
from broadcasts.deliveries import DeliveryState, Outcome, Priority
from tests.broadcasts.sending import NOON, Sending, a_run, set_run, states


async def test_everybody_gets_it_once(db: Database) -> None:
    run = await a_run(db, 200)
    sending = Sending(db)
    await sending.sender.work_off()
    assert sorted(sending.reached()) == sorted(str(1000 + number) for number in range(1, 201))
    assert await states(db, run) == Counter({"sent": 200})


async def test_many_results_are_written_at_once(db: Database) -> None:
    run = await a_run(db, 3)
    async with db.transaction() as connection:
        (rows,) = await claiming.claim(connection, [claiming.Request(("fake", "main"), "one", 3, NOON)])
        sent = Outcome(DeliveryState.SENT, message_id="7")
        await outbox.settle(connection, [outbox.Settlement(row.id, "one", sent, NOON) for row in rows])
    assert await states(db, run) == Counter({"sent": 3})


async def test_a_notice_goes_before_a_campaign_that_came_first(db: Database) -> None:
    await a_run(db, 30)
    notice = await a_run(db, 5, priority=Priority.NOTICE)
    sending = Sending(db)
    await sending.sender.work_off()
    assert sending.texts()[:5] == [f"run {notice}"] * 5


async def test_two_campaigns_share_the_way(db: Database) -> None:
    first, second = await a_run(db, 300), await a_run(db, 300)
    sending = Sending(db)
    await sending.sender.work_off()
    early = Counter(sending.texts()[:200])
    assert early[f"run {first}"] > 50
    assert early[f"run {second}"] > 50


@pytest.mark.parametrize(
    ("error", "after"),
    [
        (errors.OutcomeUnknown(), "unknown(no-answer)"),
        (errors.RecipientGone("blocked"), "failed(blocked)"),
        (errors.RecipientGone("window"), "failed(window)"),
        (errors.ContentRejected("too long"), "failed(content)"),
        (errors.Conflict(), "failed(not-accepted)"),
    ],
)
async def test_what_cannot_be_sent_again_ends_with_its_reason(
    db: Database, error: errors.ChannelError, after: str
) -> None:
    run = await a_run(db, 1)
    sending = Sending(db)
    sending.channel.script.append(error)
    await sending.sender.work_off()
    assert await states(db, run) == Counter({after: 1})
    assert sending.reached() == []


async def test_who_blocked_us_is_known_from_then_on(db: Database) -> None:
    await a_run(db, 1)
    sending = Sending(db)
    sending.channel.script.append(errors.RecipientGone("blocked"))
    await sending.sender.work_off()
    async with db.reading() as connection:
        assert (await connection.execute(select(residents.c.reachable))).scalars().all() == ["blocked"]


async def test_a_chat_that_moved_is_reached_at_its_new_place(db: Database) -> None:
    run = await a_run(db, 1)
    sending = Sending(db)
    sending.channel.script.append(errors.RecipientMoved("-1009"))
    await sending.sender.work_off()
    assert sending.reached() == ["-1009"]
    assert await states(db, run) == Counter({"sent": 1})


async def test_what_was_surely_not_sent_is_sent_later(db: Database) -> None:
    run = await a_run(db, 3)
    sending = Sending(db)
    sending.channel.script.extend([errors.NotSent("no net"), errors.ChannelDown("500"), None])
    await sending.sender.work_off()
    assert await states(db, run) == Counter({"sent": 1, "queued": 2})
    sending.clock.advance(5)
    await sending.sender.work_off()
    assert await states(db, run) == Counter({"sent": 3})
    assert len(set(sending.reached())) == 3


async def test_a_wait_the_channel_asks_for_is_no_attempt_and_is_kept_exactly(db: Database) -> None:
    run = await a_run(db, 1)
    sending = Sending(db)
    for _ in range(8):  # more often than a row is tried
        sending.channel.script.append(errors.Throttled(40))
        await sending.sender.work_off()
        sending.clock.advance(39.9)
        await sending.sender.work_off()
        assert sending.reached() == []
        sending.clock.advance(0.5)
    await sending.sender.work_off()
    assert await states(db, run) == Counter({"sent": 1})


async def test_a_refused_token_stops_the_account_and_loses_nobody(db: Database) -> None:
    run = await a_run(db, 30)
    sending = Sending(db)
    sending.channel.script.extend([errors.AccountRejected()] * 1)
    await sending.sender.work_off()
    first = len(sending.reached())
    assert first < 30
    sending.clock.advance(90)
    await sending.sender.work_off()
    assert await states(db, run) == Counter({"sent": 30})


async def test_three_equal_refusals_of_the_text_stop_the_run(db: Database) -> None:
    run = await a_run(db, 500)
    sending = Sending(db)
    sending.channel.script.extend([errors.ContentRejected("can't parse")] * 3)
    await sending.sender.work_off()
    assert sending.stopped == [(run, "content")]
    assert len(sending.reached()) < 10  # the canary only: the others were never begun
    assert (await states(db, run))["failed(content)"] == 3


async def test_the_first_few_are_waited_for_before_the_many(db: Database) -> None:
    await a_run(db, 100)
    sending = Sending(db)
    await sending.sender.renew()
    while await sending.sender.step():
        pass
    assert sending.sender.in_flight_max <= 10


async def test_a_notice_whose_outcome_is_unknown_is_repeated_and_says_so(db: Database) -> None:
    run = await a_run(db, 1, priority=Priority.NOTICE)
    sending = Sending(db)
    sending.channel.script.append(errors.OutcomeUnknown())
    await sending.sender.work_off()
    sending.clock.advance(3)
    await sending.sender.work_off()
    assert sending.texts() == [f"[NHẮC LẠI] run {run}"]


async def test_a_pause_reaches_rows_that_are_already_in_hand(db: Database) -> None:
    run = await a_run(db, 50)
    sending = Sending(db)
    await sending.sender.renew()
    for _ in range(3):
        await sending.sender.step()
    await set_run(db, run, "paused")
    await sending.sender.work_off()
    assert len(sending.reached()) <= 3
    async with db.transaction() as connection:
        await outbox.unlease(connection, run, NOON)
    await set_run(db, run, "sending")
    await sending.sender.work_off()
    assert await states(db, run) == Counter({"sent": 50})


async def test_stop_reaches_rows_that_are_already_in_hand(db: Database) -> None:
    run = await a_run(db, 5)
    sending = Sending(db)
    await sending.sender.renew()
    await sending.sender.step()
    async with db.transaction() as connection:
        everyone = (await connection.execute(select(deliveries.c.resident_id))).scalars().all()
        for resident in everyone:
            await outbox.stop(connection, resident, NOON, safety=False)
    await sending.sender.work_off()
    assert (await states(db, run))["skipped(stopped)"] >= 4


async def test_stop_of_routine_messages_does_not_stop_a_notice(db: Database) -> None:
    run = await a_run(db, 1, priority=Priority.NOTICE)
    async with db.transaction() as connection:
        resident = (await connection.execute(select(deliveries.c.resident_id))).scalar_one()
        await outbox.stop(connection, resident, NOON, safety=False)
    assert await states(db, run) == Counter({"queued": 1})


@pytest.mark.parametrize(
    ("error", "after"),
    [
        (errors.Throttled(5), "sent"),
        (errors.NotSent("no net"), "sent"),
        (errors.RecipientMoved("-1009"), "sent"),
        (errors.RecipientGone("blocked"), "unknown(no-answer)"),
        (errors.ContentRejected("too long"), "unknown(no-answer)"),
    ],
)
async def test_a_repeat_stays_one_whatever_becomes_of_it(db: Database, error: errors.ChannelError, after: str) -> None:
    run = await a_run(db, 1, priority=Priority.NOTICE)
    sending = Sending(db)
    sending.channel.script.extend([errors.OutcomeUnknown(), error])
    for _ in range(3):
        await sending.sender.work_off()
        sending.clock.advance(3)
    sending.clock.advance(60)
    await sending.sender.work_off()
    assert await states(db, run) == Counter({after: 1})
    assert sending.texts() == ([f"[NHẮC LẠI] run {run}"] if after == "sent" else [])


@pytest.mark.parametrize("leaves", [False, True])
async def test_a_repeat_that_its_resident_stops_may_have_arrived_already(db: Database, leaves: bool) -> None:
    run = await a_run(db, 2, priority=Priority.NOTICE)
    sending = Sending(db)
    sending.channel.script.append(errors.OutcomeUnknown())
    await sending.sender.work_off()
    assert await states(db, run) == Counter({"sent": 1, "queued(repeat)": 1})
    async with db.transaction() as connection:
        for resident in (await connection.execute(select(deliveries.c.resident_id))).scalars().all():
            if leaves:
                await outbox.forget(connection, resident, NOON)
            else:
                await outbox.stop(connection, resident, NOON, safety=True)
    sending.clock.advance(3)
    await sending.sender.work_off()
    assert await states(db, run) == Counter({"sent": 1, "unknown(no-answer)": 1})


async def test_an_erased_resident_is_in_no_delivery(db: Database) -> None:
    run = await a_run(db, 2)
    await Sending(db).sender.work_off()
    async with db.transaction() as connection:
        for resident in (await connection.execute(select(residents.c.id))).scalars().all():
            await outbox.forget(connection, resident, NOON)
    async with db.reading() as connection:
        rows = (await connection.execute(select(deliveries.c.resident_id, deliveries.c.message_id))).all()
    assert all(row.resident_id < 0 and not row.message_id for row in rows)
    assert await states(db, run) == Counter({"sent": 2})


async def test_nothing_is_begun_shortly_before_it_expires(db: Database) -> None:
    run = await a_run(db, 3, expires_at=NOON + timedelta(seconds=9))
    sending = Sending(db)
    await sending.sender.work_off()
    assert sending.reached() == []
    assert await states(db, run) == Counter({"queued": 3})


async def test_the_account_belongs_to_one_sender(db: Database) -> None:
    await a_run(db, 20)
    one, two = Sending(db, owner="one"), Sending(db, owner="two")
    await one.sender.renew()
    await two.sender.work_off()
    assert two.reached() == []
    one.clock.advance(13)
    two.clock.advance(13)
    await two.sender.work_off()
    assert len(two.reached()) == 20


async def test_what_a_dead_sender_held_is_given_back_or_listed(db: Database) -> None:
    run = await a_run(db, 4)
    now = NOON
    async with db.transaction() as connection:
        rows = (await claiming.claim(connection, [claiming.Request(("fake", "main"), "dead", 3, now)]))[0]
        await outbox.begin(connection, [outbox.Beginning(rows[0].id, "dead", now)])
    sending = Sending(db)
    await sending.sender.work_off()
    assert await states(db, run) == Counter({"sent": 3, "unknown(interrupted)": 1})
    async with db.reading() as connection:
        listed = await outbox.unknown(connection, run)
    assert [each.id for each in listed] == [rows[0].id]
    assert listed[0].address == f"…{rows[0].external_id[-2:]}"


async def test_a_sender_that_lost_the_account_settles_nothing_of_the_new_one(db: Database) -> None:
    run = await a_run(db, 1)
    async with db.transaction() as connection:
        row = (await claiming.claim(connection, [claiming.Request(("fake", "main"), "old", 1, NOON)]))[0][0]
        await outbox.take_over(connection, ("fake", "main"), "new", NOON)
        assert await outbox.begin(connection, [outbox.Beginning(row.id, "old", NOON)]) == [False]
    assert await states(db, run) == Counter({"queued": 1})


async def test_what_was_claimed_just_after_the_account_was_lost_is_sent_by_the_new_one(db: Database) -> None:
    run = await a_run(db, 20)
    old, new = Sending(db, owner="old"), Sending(db, owner="new")
    await old.sender.renew()
    new.clock.advance(13)
    await new.sender.renew()
    async with db.transaction() as connection:  # the claim was on its way
        await claiming.claim(connection, [claiming.Request(("fake", "main"), "old", 20, NOON)])
    await new.sender.work_off()
    assert new.reached() == []
    old.clock.advance(13)
    assert not await old.sender.renew()
    await new.sender.work_off()
    assert await states(db, run) == Counter({"sent": 20})
    assert len(new.reached()) == 20


async def test_another_account_keeps_what_it_has_leased(db: Database) -> None:
    run = await a_run(db, 2)
    async with db.transaction() as connection:
        await claiming.claim(connection, [claiming.Request(("fake", "main"), "one", 2, NOON)])
        await outbox.give_back(connection, ("fake", "other"), "one", NOON)
    assert await states(db, run) == Counter({"leased": 2})


async def test_the_pace_of_the_account_is_kept(db: Database) -> None:
    await a_run(db, 40)
    sending = Sending(db, rate=10)
    await sending.sender.work_off()
    seconds = (sending.clock.now() - NOON).total_seconds()
    assert 3.5 <= seconds <= 6.5  # this clock adds up waits that overlap


async def test_it_runs_and_stops_as_a_loop(db: Database) -> None:
    run = await a_run(db, 30)
    sending = Sending(db, clock=SystemClock())
    task = asyncio.create_task(sending.sender.run())
    for _ in range(400):
        if (await states(db, run))["sent"] == 30:
            break
        await asyncio.sleep(0.01)
    await sending.sender.stop()
    await task
    assert await states(db, run) == Counter({"sent": 30})
