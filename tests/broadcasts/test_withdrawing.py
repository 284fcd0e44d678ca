"""What was sent of a run is taken back, through crashes and waits, and the report adds up at every step; on both."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot import errors
from bot.messages import Address, OutgoingMessage, Taken
from bot.staff import audit
from bot.staff.roles import Forbidden
from bot.storage.db import Database
from bot.storage.schema import deliveries, residents, runs
from bot.testing import FakeChannel, ManualClock
from broadcasts import claiming, outbox, withdrawals
from broadcasts.audience import Audience
from broadcasts.campaigns import CampaignState
from broadcasts.claiming import Request
from broadcasts.deliveries import DeliveryState, Outcome
from broadcasts.outbox import Beginning
from broadcasts.scheduler import Scheduler
from broadcasts.withdrawals import Progress
from tests.broadcasts.offices import APPROVER, EDITOR, KEY, VIEWER, Life
from tests.broadcasts.publishing import VILLAGE, Publishing
from tests.broadcasts.sending import states

DAYS = 86_400


@pytest.fixture
def life(db: Database) -> Life:
    return Life(db, posts=(VILLAGE,))


@pytest.fixture
def publishing(life: Life) -> Publishing:
    return Publishing(life)


async def sent(life: Life, people: int = 6) -> None:
    """A run that has gone out to everybody."""
    await life.people(people)
    await life.scheduled()
    await life.morning()
    await life.tick()


async def progress(life: Life) -> list[Progress]:
    async with life.db.reading() as connection:
        return await withdrawals.progress(connection, [1])


async def adds_up(life: Life, people: int) -> None:
    found = await life.service.report(VIEWER, [1])
    assert (found.audience, found.difference) == (people, 0)


def standing(life: Life) -> list[str]:
    return list(life.sending.channel.standing.values())


async def test_everything_that_was_sent_is_deleted(life: Life, publishing: Publishing) -> None:
    await sent(life, 120)
    await life.service.withdraw(EDITOR, 1)
    await adds_up(life, 120)
    while await publishing.withdrawer.tick():
        await adds_up(life, 120)
    assert standing(life) == []
    assert await states(life.db, 1) == Counter({"withdrawn(deleted)": 120})
    assert publishing.done == [(1, "fake")]
    async with life.db.reading() as connection:
        kept = (await connection.execute(select(runs.c.totals))).scalar_one()
        assert (await audit.verify(connection, KEY)).good
    assert (kept["withdrawn"], kept["sent"], kept["audience"]) == (120, 0, 120)
    found = await life.service.report(VIEWER, [1])
    assert found.counts["withdrawn"] == 120  # what it cost stays counted


async def test_a_run_that_is_still_being_sent_is_stopped_first(life: Life, publishing: Publishing) -> None:
    await life.people(30)
    campaign = await life.scheduled()
    await life.morning()
    await life.scheduler.tick()
    await life.sending.sender.renew()
    for _ in range(4):
        await life.sending.sender.step()
    await life.service.withdraw(APPROVER, 1)
    await life.sending.sender.work_off()
    reached = len(life.sending.reached())
    assert reached <= 4
    await publishing.take_back()
    assert standing(life) == []
    found = await states(life.db, 1)
    assert found == Counter({"skipped(withdrawn)": 30 - reached, "withdrawn(deleted)": reached})
    assert await life.run_states() == ["cancelled(withdrawn)"]
    assert (await life.service.campaign(VIEWER, campaign)).state is CampaignState.DONE
    await adds_up(life, 30)


async def test_nobody_is_added_to_a_run_that_was_taken_back_meanwhile(life: Life) -> None:
    await life.people(3)
    await life.people(1, id=25_000)  # numbers are frozen by ten thousands
    await life.scheduled()
    await life.morning()
    asked = False

    class Meanwhile(ManualClock):
        async def sleep(self, seconds: float) -> None:
            nonlocal asked
            if not asked:
                asked = True
                await life.service.withdraw(EDITOR, 1)

    clock = Meanwhile(life.clock.now())
    scheduler = Scheduler(db=life.db, office=life.office, clock=clock, owner="one", tell=life._tell)
    await scheduler.tick()
    assert asked
    assert await states(life.db, 1) == Counter({"skipped(withdrawn)": 3})
    assert await life.run_states() == ["cancelled(withdrawn)"]


async def test_what_is_too_old_to_be_deleted_becomes_one_line(life: Life, publishing: Publishing) -> None:
    await sent(life, 2)
    life.clock.advance(2 * DAYS)
    await life.service.withdraw(EDITOR, 1)
    await publishing.take_back()
    assert standing(life) == ["thu hồi [vi]"] * 2
    assert await states(life.db, 1) == Counter({"withdrawn(edited)": 2})


async def test_what_was_in_flight_is_taken_back_when_it_has_arrived(life: Life, publishing: Publishing) -> None:
    await life.people(2)
    await life.scheduled()
    await life.morning()
    await life.scheduler.tick()
    now = life.clock.now()
    async with life.db.transaction() as connection:
        rows = (await claiming.claim(connection, [Request(("fake", "main"), "one", 2, now)]))[0]
        await outbox.begin(connection, [Beginning(rows[0].id, "one", now)])
    receipt = await life.sending.channel.send(Address("fake", "main", rows[0].external_id), OutgoingMessage("run 1"))
    await life.service.withdraw(EDITOR, 1)
    await publishing.take_back()
    assert not (await progress(life))[0].done
    async with life.db.transaction() as connection:
        outcome = Outcome(DeliveryState.SENT, message_id=receipt.message_id)
        await outbox.settle(connection, [outbox.Settlement(rows[0].id, "one", outcome, now)])
    await publishing.take_back()
    assert standing(life) == []
    assert await states(life.db, 1) == Counter({"withdrawn(deleted)": 1, "skipped(withdrawn)": 1})
    assert (await progress(life))[0].done


class Killed(BaseException):
    """The process ends here, with calls done and nothing of them written."""


class CutChannel(FakeChannel):
    """Takes so many messages back; then the process is no more."""

    left = 0

    async def withdraw(self, address: Address, message_id: str, words: str, age: timedelta) -> Taken:
        if self.left == 0:
            raise Killed
        self.left -= 1
        return await super().withdraw(address, message_id, words, age)


@pytest.mark.parametrize("after", [0, 3, 49, 50, 60, 99])
async def test_a_process_that_is_cut_is_followed_by_one_that_goes_on(life: Life, after: int) -> None:
    await sent(life, 100)
    await life.service.withdraw(EDITOR, 1)
    cut = CutChannel(standing=life.sending.channel.standing)
    cut.left = after
    dead = Publishing(life, owner="dead", channel=cut)
    with pytest.raises(BaseExceptionGroup):
        await dead.take_back()
    assert len(standing(life)) == 100 - after
    await adds_up(life, 100)
    following = Publishing(life, owner="next")
    await following.take_back()
    assert standing(life) == []
    assert (await states(life.db, 1)).total() == 100
    assert {name.partition("(")[0] for name in await states(life.db, 1)} == {"withdrawn"}
    assert following.done == [(1, "fake")]
    await adds_up(life, 100)


@pytest.mark.parametrize(
    "error", [errors.NotSent("no net"), errors.ChannelDown("500"), errors.OutcomeUnknown(), errors.AccountRejected()]
)
async def test_what_did_not_work_is_tried_again(life: Life, publishing: Publishing, error: errors.ChannelError) -> None:
    await sent(life, 5)
    await life.service.withdraw(EDITOR, 1)
    life.sending.channel.withdrawals.extend([error] * 3)
    for _ in range(20):
        await publishing.take_back()
        await adds_up(life, 5)
        life.clock.advance(61)
    life.sending.channel.close()
    assert standing(life) == []
    assert await states(life.db, 1) == Counter({"withdrawn(deleted)": 5})


async def test_a_wait_that_is_asked_for_is_kept(life: Life, publishing: Publishing) -> None:
    await sent(life, 1)
    await life.service.withdraw(EDITOR, 1)
    for _ in range(3):
        life.sending.channel.withdrawals.append(errors.Throttled(20))
        await publishing.take_back()
        life.clock.advance(19.9)
        await publishing.take_back()
        assert len(standing(life)) == 1
        life.clock.advance(0.2)
    await publishing.take_back()
    assert standing(life) == []


async def test_what_cannot_be_taken_back_is_listed_with_its_reason(life: Life, publishing: Publishing) -> None:
    await sent(life, 6)
    async with life.db.transaction() as connection:
        erased = (await connection.execute(select(func.min(residents.c.id)))).scalar_one()
        await outbox.forget(connection, erased, life.clock.now())
        await connection.execute(residents.delete().where(residents.c.id == erased))
    await life.service.withdraw(EDITOR, 1)
    life.sending.channel.withdrawals.extend([errors.RecipientGone("blocked"), errors.CannotBeWithdrawn()])
    await publishing.take_back()
    await publishing.take_back()
    [found] = await progress(life)
    assert (found.done, found.withdrawn, found.left) == (True, 3, 0)
    assert found.stays == {"blocked": 1, "kept": 1, "erased": 1}
    assert (await states(life.db, 1))["withdrawn(deleted)"] == 3
    await adds_up(life, 6)


async def test_a_channel_that_takes_nothing_back_is_listed_whole(life: Life) -> None:
    await sent(life, 4)
    deaf = replace(life.sending.channel, capabilities=replace(life.sending.channel.capabilities, withdraws=False))
    publishing = Publishing(life, channel=deaf)
    await life.service.withdraw(EDITOR, 1)
    await publishing.take_back()
    [found] = await progress(life)
    assert (found.done, found.withdrawn, found.stays) == (True, 0, {"channel": 4})
    assert len(standing(life)) == 4
    await adds_up(life, 4)


async def test_asked_again_it_tries_again_what_stayed(life: Life, publishing: Publishing) -> None:
    await sent(life, 2)
    await life.service.withdraw(EDITOR, 1)
    life.sending.channel.withdrawals.append(errors.CannotBeWithdrawn())
    await publishing.take_back()
    assert len(standing(life)) == 1
    await life.service.withdraw(EDITOR, 1)
    await publishing.take_back()
    assert standing(life) == []
    assert await states(life.db, 1) == Counter({"withdrawn(deleted)": 2})


async def test_posts_are_taken_back_with_it(life: Life, publishing: Publishing) -> None:
    await life.people(2)
    await life.scheduled(aim=Audience(posts=("nhom-xa",)))
    await life.morning()
    await life.tick()
    await publishing.poster.tick()
    await life.service.withdraw(EDITOR, 1)
    await publishing.take_back()
    assert standing(life) == []
    assert await publishing.states() == Counter({"withdrawn(deleted)": 1})


async def test_a_run_with_posts_alone_can_be_taken_back(life: Life, publishing: Publishing) -> None:
    await life.scheduled(aim=Audience(posts=("nhom-xa",)))
    await life.morning()
    await life.tick()
    await publishing.poster.tick()
    await life.service.withdraw(EDITOR, 1)
    life.sending.channel.withdrawals.append(errors.NotSent("no net"))
    for _ in range(3):
        await publishing.take_back()
        life.clock.advance(5)
    assert standing(life) == []
    assert publishing.done == [(1, "fake")]


async def test_what_may_or_may_not_have_arrived_is_counted_apart(life: Life, publishing: Publishing) -> None:
    await life.people(3)
    await life.scheduled()
    await life.morning()
    life.sending.channel.script.append(errors.OutcomeUnknown())
    await life.tick()
    await life.service.withdraw(EDITOR, 1)
    await publishing.take_back()
    [found] = await progress(life)
    assert (found.withdrawn, found.unknown, found.stays) == (2, 1, {})


async def test_a_correction_reaches_those_from_whom_it_was_taken_back(life: Life, publishing: Publishing) -> None:
    await sent(life, 3)
    wrong = life.sending.reached()
    await life.service.withdraw(EDITOR, 1)
    await publishing.take_back()
    await life.people(4)
    correction = await life.service.correct(EDITOR, 1, "Đính chính")
    await life.service.write(EDITOR, correction, "vi", "Đính chính: mang bản chính.")
    await life.retimed(correction, "2026-11-21T08:00")
    await life.decided(correction)
    life.clock.advance(1800)
    await life.tick()
    assert sorted(life.sending.reached()[3:]) == sorted(wrong)


async def test_who_only_reads_takes_nothing_back(life: Life) -> None:
    await sent(life, 1)
    for officer in (VIEWER, replace(EDITOR, scopes=("draft", "read"))):
        with pytest.raises(Forbidden):
            await life.service.withdraw(officer, 1)
    assert await progress(life) == []


async def test_who_did_it_is_in_the_log(life: Life) -> None:
    await sent(life, 1)
    await life.service.withdraw(EDITOR, 1)
    async with life.db.reading() as connection:
        lines = await audit.newest_lines(connection, 50)
    assert ("an", "run.withdraw", "1") in [(each.officer, each.action, each.subject) for each in lines]


async def test_it_shares_the_pace_of_the_account(life: Life) -> None:
    await sent(life, 40)
    publishing = Publishing(life, rate=10)
    await life.service.withdraw(EDITOR, 1)
    before = life.clock.monotonic()
    await publishing.take_back()
    assert 3.5 <= life.clock.monotonic() - before <= 8
    assert standing(life) == []


async def test_who_does_not_own_the_account_takes_nothing_back(life: Life, publishing: Publishing) -> None:
    await sent(life, 2)
    await life.service.withdraw(EDITOR, 1)
    publishing.owned = False
    await publishing.take_back()
    assert len(standing(life)) == 2
    async with life.db.reading() as connection:
        assert (await connection.execute(select(deliveries.c.reason))).scalars().all() == ["", ""]


async def test_the_next_run_of_a_campaign_that_repeats_goes_out_as_planned(life: Life, publishing: Publishing) -> None:
    await life.people(2)
    campaign = await life.scheduled(rule="FREQ=WEEKLY", until="2026-12-05")
    await life.morning()
    await life.tick()
    await life.service.withdraw(EDITOR, 1)
    await publishing.take_back()
    life.clock.advance(7 * DAYS)
    await life.tick()
    assert len(life.sending.reached()) == 4
    assert (await life.service.campaign(VIEWER, campaign)).state is CampaignState.SCHEDULED
