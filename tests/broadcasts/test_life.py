"""A campaign's life from a draft to a report that adds up, and every way it may not take; on SQLite and PostgreSQL."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.staff import audit
from bot.staff.roles import Forbidden, Officer, Role
from bot.storage.db import Database
from bot.storage.schema import campaign_texts, residents
from broadcasts import outbox, recurrence, reports
from broadcasts.approval import SECRECY, NotAllowed
from broadcasts.audience import Audience, AudienceError
from broadcasts.campaigns import CampaignState, IllegalMove
from broadcasts.composing import ComposeError
from broadcasts.scheduler import Notice, Scheduler
from broadcasts.store import ChangedMeanwhile
from tests.broadcasts.offices import APPROVER, EDITOR, EVERYTHING, KEY, REVIEWER, VIEWER, Life
from tests.content.checked_sample import entry


@pytest.fixture
def life(db: Database) -> Life:
    return Life(db)


async def state(life: Life, campaign: int) -> CampaignState:
    return (await life.service.campaign(VIEWER, campaign)).state


async def report(life: Life) -> reports.Report:
    async with life.db.reading() as connection:
        return await reports.report(connection, [1], {})


async def test_from_a_draft_to_a_report_that_adds_up(life: Life) -> None:
    await life.people(40)
    await life.people(2, reachable="blocked")
    campaign = await life.scheduled()
    await life.tick()
    assert life.sending.reached() == []  # not before its time
    await life.morning()
    await life.tick()
    assert len(set(life.sending.reached())) == 40
    assert await state(life, campaign) is CampaignState.DONE
    found = await report(life)
    assert found.difference == 0
    assert {name: count for name, count in found.counts.items() if count} == {"sent": 40, "skipped": 2}
    assert found.reasons == {"skipped:blocked": 2}
    assert [each.what for each in life.told] == ["done"]
    async with life.db.reading() as connection:
        assert (await audit.verify(connection, KEY)).good


async def test_nobody_approves_their_own_work_whatever_their_roles(life: Life) -> None:
    campaign = await life.service.draft(EVERYTHING, "Đợt một")
    await life.service.write(EVERYTHING, campaign, "vi", "Bà con nhớ mang giấy tờ.")
    await life.service.time(EVERYTHING, campaign, recurrence.from_json({"at": "2026-11-21T07:30"}))
    await life.service.submit(EVERYTHING, campaign)
    with pytest.raises(NotAllowed):
        await life.service.sign(EVERYTHING, campaign, "vi")
    await life.service.sign(REVIEWER, campaign, "vi")
    seen = await life.service.checklist(EVERYTHING, campaign)
    assert seen.refused
    with pytest.raises(NotAllowed):
        await life.service.approve(EVERYTHING, campaign, seen.digest, seen.ticks)


async def test_an_unsigned_language_cannot_be_approved_alone(life: Life) -> None:
    campaign = await life.written()
    await life.service.submit(EDITOR, campaign)
    seen = await life.service.checklist(APPROVER, campaign)
    with pytest.raises(NotAllowed, match="ký"):
        await life.service.approve(APPROVER, campaign, seen.digest, seen.ticks)


async def test_approval_is_of_exactly_what_was_seen(life: Life) -> None:
    campaign = await life.written()
    await life.service.write(EDITOR, campaign, "km", "សូមយកឯកសារ")
    await life.service.submit(EDITOR, campaign)
    await life.service.sign(REVIEWER, campaign, "vi")
    seen = await life.service.checklist(APPROVER, campaign)
    await life.service.sign(REVIEWER, campaign, "km")  # meanwhile another language is signed: more would be sent
    with pytest.raises(ChangedMeanwhile):
        await life.service.approve(APPROVER, campaign, seen.digest, seen.ticks)


@pytest.mark.parametrize("what", ["text", "audience", "time", "expiry"])
async def test_any_change_voids_the_approval_and_the_planned_run(life: Life, what: str) -> None:
    await life.people(3)
    campaign = await life.scheduled()
    match what:
        case "text":
            await life.service.write(EDITOR, campaign, "vi", "Bà con nhớ mang giấy tờ nha.")
        case "audience":
            await life.service.aim(EDITOR, campaign, Audience(languages=("vi",)))
        case "time":
            await life.service.time(EDITOR, campaign, recurrence.from_json({"at": "2026-11-21T07:31"}))
        case "expiry":
            await life.service.link(EDITOR, campaign, [], life.clock.now() + timedelta(days=9))
    assert await state(life, campaign) is CampaignState.DRAFT
    await life.morning()
    await life.tick()
    assert life.sending.reached() == []
    assert await life.run_states() == ["cancelled(changed)"]


async def test_what_was_changed_behind_our_back_is_held_and_its_owner_told(life: Life) -> None:
    await life.people(3)
    await life.scheduled()
    async with life.db.transaction() as connection:
        await connection.execute(update(campaign_texts).values(text="Chữ khác."))
    await life.morning()
    await life.tick()
    assert life.sending.reached() == []
    assert await life.run_states() == ["held(changed)"]
    assert [(each.what, each.reason) for each in life.told] == [("held", "changed")]


async def test_a_linked_entry_that_expires_holds_the_run(db: Database) -> None:
    expiring = entry(valid_until="2026-11-20")
    life = Life(db, catalog=type(Life(db).office.catalog)([expiring]))
    await life.people(3)
    campaign = await life.service.draft(EDITOR, "Giờ mở cửa")
    await life.service.write(EDITOR, campaign, "vi", "Cửa khẩu mở từ 6 giờ.")
    await life.service.link(EDITOR, campaign, [expiring.id])
    await life.service.time(EDITOR, campaign, recurrence.from_json({"at": "2026-11-21T07:30"}))
    await life.service.submit(EDITOR, campaign)
    await life.service.sign(REVIEWER, campaign, "vi")
    seen = await life.service.checklist(APPROVER, campaign)
    assert seen.ticks == (SECRECY,)  # the figure stands in the linked entry
    await life.service.approve(APPROVER, campaign, seen.digest, seen.ticks)
    await life.service.schedule(EDITOR, campaign)
    await life.morning()
    await life.tick()
    assert await life.run_states() == ["held(entry)"]


async def test_numbers_that_stand_in_no_linked_entry_are_ticked_one_by_one(life: Life) -> None:
    campaign = await life.written(text="Phạt 7 triệu đồng. Gọi 0912 345 678.")
    await life.service.submit(EDITOR, campaign)
    await life.service.sign(REVIEWER, campaign, "vi")
    seen = await life.service.checklist(APPROVER, campaign)
    assert len(seen.ticks) == 3
    for left_out in range(3):
        ticks = [each for number, each in enumerate(seen.ticks) if number != left_out]
        with pytest.raises(NotAllowed, match="đánh dấu"):
            await life.service.approve(APPROVER, campaign, seen.digest, ticks)
    await life.service.approve(APPROVER, campaign, seen.digest, seen.ticks)


async def test_returned_with_a_reason_and_approved_after_the_change(life: Life) -> None:
    campaign = await life.written()
    await life.service.submit(EDITOR, campaign)
    with pytest.raises(ComposeError):
        await life.service.return_(APPROVER, campaign, " ")
    await life.service.return_(APPROVER, campaign, "Thiếu số điều luật")
    assert await state(life, campaign) is CampaignState.RETURNED
    with pytest.raises(IllegalMove):
        await life.service.submit(EDITOR, campaign)
    await life.service.write(EDITOR, campaign, "vi", "Bà con nhớ mang giấy tờ tuỳ thân.")
    await life.service.submit(EDITOR, campaign)


async def test_roles_and_areas(life: Life) -> None:
    here = Officer(9, "lan", ((Role.EDITOR, "p-dong-thap"),))
    with pytest.raises(Forbidden):
        await life.service.draft(VIEWER, "Không được")
    own = await life.service.draft(here, "Của tỉnh")
    await life.service.write(here, own, "vi", "Bà con nhớ mang giấy tờ.")
    await life.service.aim(here, own, Audience(places=("p-dong-thap",)))
    with pytest.raises(Forbidden):
        await life.service.aim(here, own, Audience(places=("p-an-giang",)))
    with pytest.raises(Forbidden):
        await life.service.aim(here, own, Audience())
    campaign = await life.written()
    with pytest.raises(Forbidden):
        await life.service.write(here, campaign, "vi", "Chữ của người khu vực khác")  # it is for everywhere
    with pytest.raises(AudienceError):
        await life.service.aim(EDITOR, campaign, Audience(places=("atlantis",)))


async def test_pause_resume_cancel(life: Life) -> None:
    await life.people(30)
    campaign = await life.scheduled()
    await life.morning()
    await life.scheduler.tick()
    await life.service.pause(EDITOR, 1)
    await life.sending.sender.work_off()
    assert life.sending.reached() == []
    await life.service.resume(EDITOR, 1)
    for _ in range(3):
        await life.sending.sender.renew()
        await life.sending.sender.step()
    await life.service.cancel(EDITOR, campaign)
    await life.sending.sender.work_off()
    found = await report(life)
    assert found.counts["sent"] <= 3
    assert found.counts["sent"] + found.counts["skipped"] == found.audience == 30
    with pytest.raises(IllegalMove):
        await life.service.resume(EDITOR, 1)


async def test_a_correction_goes_to_exactly_those_who_got_the_wrong_one(life: Life) -> None:
    await life.people(10)
    await life.scheduled()
    await life.morning()
    await life.tick()
    await life.people(5)
    correction = await life.service.correct(EDITOR, 1, "Đính chính")
    await life.service.write(EDITOR, correction, "vi", "Đính chính: mang bản chính.")
    await life.service.time(EDITOR, correction, recurrence.from_json({"at": "2026-11-21T08:00"}))
    await life.service.submit(EDITOR, correction)
    await life.service.sign(REVIEWER, correction, "vi")
    seen = await life.service.checklist(APPROVER, correction)
    await life.service.approve(APPROVER, correction, seen.digest, seen.ticks)
    await life.service.schedule(EDITOR, correction)
    before = len(life.sending.reached())
    life.clock.advance(1800)
    await life.tick()
    assert Counter(life.sending.reached()[before:]) == Counter(life.sending.reached()[:before])


async def test_every_week_until_the_end_each_time_once(life: Life) -> None:
    await life.people(2)
    campaign = await life.scheduled(rule="FREQ=WEEKLY", until="2026-12-05")
    await life.morning()
    for _ in range(30):
        await life.tick()
        life.clock.advance(86_400)
    assert Counter(life.sending.reached()) == Counter({"9000": 3, "9001": 3})
    assert await state(life, campaign) is CampaignState.DONE


@pytest.mark.parametrize(
    ("schedule", "hours", "after"),
    [
        ({"missed": "send"}, 2, "done"),
        ({"missed": "skip"}, 2, "missed(skip)"),
        ({"missed": "ask"}, 2, "missed(ask)"),
        ({"missed": "send", "too_late_after": 60}, 2, "missed(too-late)"),
        ({"missed": "skip"}, 0.02, "done"),  # a minute late is not missed
    ],
)
async def test_a_service_that_was_down_at_the_time(
    life: Life, schedule: dict[str, Any], hours: float, after: str
) -> None:
    await life.people(1)
    await life.scheduled(**schedule)
    await life.morning()
    life.clock.advance(hours * 3600)
    await life.tick()
    assert await life.run_states() == [after]


async def test_a_missed_run_goes_out_after_all_when_somebody_says_so(life: Life) -> None:
    await life.people(4)
    await life.scheduled()
    await life.morning()
    life.clock.advance(7200)
    await life.tick()
    assert [each.what for each in life.told] == ["missed"]
    await life.service.release(EDITOR, 1)
    await life.tick()
    assert len(life.sending.reached()) == 4


async def test_a_clock_that_is_off_releases_nothing(life: Life) -> None:
    await life.people(4)
    await life.scheduled()
    await life.morning()
    life.skew = 6.0
    await life.tick()
    assert life.sending.reached() == []
    life.skew = -1.0
    await life.tick()
    assert len(life.sending.reached()) == 4


async def test_a_time_in_the_quiet_hours_waits_for_their_end(life: Life) -> None:
    await life.people(1)
    await life.scheduled(at="2026-11-21T05:00")
    async with life.db.reading() as connection:
        planned = (await connection.execute(select(reports.deliveries.c.id))).all()
    assert planned == []
    (run,) = await life.service.runs(VIEWER, 1)
    assert run.planned_at.astimezone(life.office.zone).hour == 7


async def test_who_stops_in_the_middle_of_it_gets_nothing_more(life: Life) -> None:
    await life.people(3)
    await life.scheduled()
    await life.morning()
    await life.scheduler.tick()
    async with life.db.transaction() as connection:
        await connection.execute(update(residents).where(residents.c.external_id == "9001").values(routine=False))
        resident = select(residents.c.id).where(residents.c.external_id == "9001")
        await outbox.stop(connection, (await connection.execute(resident)).scalar_one(), life.clock.now(), safety=False)
    await life.tick()
    assert sorted(life.sending.reached()) == ["9000", "9002"]
    assert (await report(life)).difference == 0


async def test_one_process_holds_the_schedule_and_only_that_one_tells_officers(life: Life) -> None:
    async def tell(_: Notice) -> None:
        raise AssertionError("not its turn")

    other = Scheduler(db=life.db, office=life.office, clock=life.clock, owner="two", tell=tell)
    assert await life.scheduler.tick()
    assert not await other.tick()
    life.clock.advance(13)  # the first one died
    assert await other.tick()
    assert not await life.scheduler.tick()


def test_small_cells_are_merged_and_sums_stay_exact() -> None:
    larger = {"gate": "commune", "commune": "province", "other": "province", "province": ""}
    cells = {"gate": 3, "commune": 4, "other": 2, "elsewhere": 1}
    merged = reports.merged(cells, larger)
    assert sum(merged.values()) == 10
    assert all(count >= 5 for place, count in merged.items() if place)
