"""What goes out when, and what comes too close; on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.staff.roles import Officer, Role
from bot.storage.db import Database
from broadcasts import clashing, recurrence
from broadcasts.audience import Audience
from broadcasts.dates import Dates
from tests.broadcasts.offices import APPROVER, EDITOR, EVENING, REVIEWER, VIEWER, ZONE, Life

PROVINCE = Officer(6, "ha", ((Role.VIEWER, "p-dong-thap"),))
ELSEWHERE = Officer(7, "hue", ((Role.VIEWER, "p-ca-mau"),))
MONTH = timedelta(days=31)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """November 2026, in Việt Nam."""
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


async def aimed(life: Life, when: str, *places: str, title: str = "Giấy tờ", **schedule: object) -> int:
    """The whole way to a planned run for these places."""
    campaign = await life.service.draft(EDITOR, title)
    await life.service.write(EDITOR, campaign, "vi", "Bà con nhớ mang giấy tờ.")
    await life.service.aim(EDITOR, campaign, Audience(places=places))
    await life.service.time(EDITOR, campaign, recurrence.from_json({"at": when, **schedule}))
    await life.service.submit(EDITOR, campaign)
    await life.service.sign(REVIEWER, campaign, "vi")
    seen = await life.service.checklist(APPROVER, campaign)
    await life.service.approve(APPROVER, campaign, seen.digest, seen.ticks)
    await life.service.schedule(EDITOR, campaign)
    return campaign


async def seen(life: Life, officer: Officer = VIEWER) -> list[tuple[int, datetime, str]]:
    now = life.clock.now()
    found = await Dates(life.db, life.office).calendar(officer, now - MONTH, now + MONTH, now)
    return [(each.campaign_id, each.at, each.state) for each in found]


async def test_a_rule_brings_dates_and_each_is_there_once(db: Database) -> None:
    life = Life(db)
    weekly = await aimed(life, "2026-11-21T07:30", rule="FREQ=WEEKLY", until="2026-12-10")
    once = await aimed(life, "2026-11-22T08:00")
    before = await seen(life)
    assert before == [
        (weekly, at(21, 7, 30), "scheduled"),
        (once, at(22, 8), "scheduled"),
        (weekly, at(28, 7, 30), ""),
        (weekly, at(28, 7, 30) + timedelta(days=7), ""),
    ]
    await life.morning()
    await life.tick()
    after = await seen(life)
    # The same dates; the one is done and the next is a run now.
    assert [each[:2] for each in after] == [each[:2] for each in before]
    assert [state for _, _, state in after] == ["done", "scheduled", "scheduled", ""]
    await life.service.cancel(EDITOR, weekly)
    assert [each for each in await seen(life) if each[0] == weekly] == [(weekly, at(21, 7, 30), "done")]


async def test_dates_in_the_quiet_hours_are_when_they_really_go_out(db: Database) -> None:
    life = Life(db)
    await aimed(life, "2026-11-21T22:00", rule="FREQ=DAILY", until="2026-11-23")
    assert [each[1] for each in await seen(life)] == [at(day, 7) for day in (22, 23, 24)]


async def test_officers_see_what_goes_where_they_may_read(db: Database) -> None:
    life = Life(db)
    here, everywhere = await aimed(life, "2026-11-21T08:00", "c-29929"), await aimed(life, "2026-11-21T09:00")
    assert [each[0] for each in await seen(life)] == [here, everywhere]
    assert [each[0] for each in await seen(life, PROVINCE)] == [here]
    assert await seen(life, ELSEWHERE) == []


async def test_drafts_are_in_no_calendar(db: Database) -> None:
    life = Life(db)
    await life.written()
    assert await seen(life) == []


# --- what comes too close -----------------------------------------------------------------------------------------


async def warned(life: Life, campaign: int) -> tuple[str, ...]:
    loaded = await life.service.campaign(VIEWER, campaign)
    return await Dates(life.db, life.office).warnings(loaded, life.clock.now())


async def test_two_for_the_same_people_within_two_hours(db: Database) -> None:
    life = Life(db)
    await aimed(life, "2026-11-21T08:00", "p-dong-thap", title="Phà")
    late = await life.written(at="2026-11-21T09:59")
    (said,) = await warned(life, late)
    assert said == "Gần giờ với CD-1 “Phà” lúc 8:00 ngày 21/11, cùng nơi nhận."
    # Never a refusal.
    await life.service.submit(EDITOR, late)
    for rule in (Audience(places=("p-ca-mau",)), Audience(exclusions=("p-dong-thap",))):
        await life.service.aim(EDITOR, late, rule)
        assert await warned(life, late) == ()
    await life.service.aim(EDITOR, late, Audience(places=("c-29929",)))
    assert len(await warned(life, late)) == 1
    await life.service.time(EDITOR, late, recurrence.from_json({"at": "2026-11-21T10:00"}))
    assert await warned(life, late) == ()


async def test_what_others_have_handed_in_counts_and_their_drafts_do_not(db: Database) -> None:
    life = Life(db)
    first, second = await life.written(), await life.written()
    assert await warned(life, first) == await warned(life, second) == ()
    await life.service.submit(EDITOR, first)
    assert await warned(life, first) == ()
    assert len(await warned(life, second)) == 1


async def test_more_in_a_week_than_a_person_is_sent(db: Database) -> None:
    life = Life(db, cap=2)
    await aimed(life, "2026-11-21T08:00", "p-dong-thap")
    late = await life.written(at="2026-11-25T08:00")
    assert await warned(life, late) == ()
    await aimed(life, "2026-11-23T08:00", "c-29929")
    (said,) = await warned(life, late)
    assert "Trong 7 ngày trước 8:00 ngày 25/11 cùng nơi này đã có 2 tin" in said
    assert "nhiều nhất 2 tin một tuần" in said
    await life.service.time(EDITOR, late, recurrence.from_json({"at": "2026-11-28T09:00"}))
    assert await warned(life, late) == ()  # the first is a week and an hour ago
    await life.service.aim(EDITOR, late, Audience(places=("p-ca-mau",)))
    daily = {"at": "2026-11-22T08:00", "rule": "FREQ=DAILY", "until": "2026-11-30"}
    await life.service.time(EDITOR, late, recurrence.from_json(daily))
    assert len(await warned(life, late)) == 1  # it fills the week by itself


def test_the_rest_is_counted() -> None:
    others = [(EVENING, f"CD-{number}") for number in range(5)]
    (said,) = clashing.warnings([EVENING], others, 0, ZONE)
    assert "CD-2 lúc 19:00 ngày 20/11 và 2 tin nữa" in said
    assert clashing.warnings([], others, 1, ZONE) == ()


async def test_audiences_that_have_nobody_in_common(db: Database) -> None:
    office = Life(db).office
    everybody: dict[str, list[str]] = {}
    assert clashing.overlap(office, everybody, {"places": ["c-29929"]})
    assert clashing.overlap(office, {"topics": ["sea"]}, {"topics": ["fishing"]})  # who chose none gets both
    assert clashing.overlap(office, {"corrects": ["1"]}, {"places": ["c-29929"]})
    assert clashing.overlap(office, {"places": ["c-00000"]}, {"places": ["c-29929"]})  # gone: better to look
    assert not clashing.overlap(office, {"channels": ["telegram"]}, {"channels": ["zalo-oa"]})
    assert not clashing.overlap(office, {"languages": ["km"]}, {"languages": ["vi", "en"]})
    assert not clashing.overlap(office, {"places": ["p-dong-thap"]}, {"places": ["p-ca-mau"]})
    assert not clashing.overlap(office, {"places": ["p-dong-thap"], "exclusions": ["c-29929"]}, {"places": ["c-29929"]})


async def test_what_was_missed_fills_nobodys_week(db: Database) -> None:
    life = Life(db, cap=1)
    await aimed(life, "2026-11-21T08:00")
    late = await life.written(at="2026-11-23T08:00")
    assert len(await warned(life, late)) == 1
    life.clock.advance(timedelta(days=1, hours=2).total_seconds())  # the service was down
    await life.tick()
    assert await life.run_states() == ["missed(ask)"]
    assert await warned(life, late) == ()
