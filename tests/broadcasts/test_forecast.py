"""The forecast before approval, and beside the fact afterwards; on SQLite and PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.staff.roles import Officer
from bot.storage.db import Database
from bot.storage.schema import resident_places, residents
from broadcasts import forecast
from broadcasts.audience import Contact, Counted, Way
from broadcasts.forecast import Forecast, Reached
from broadcasts.scheduler import Notice, Scheduler
from broadcasts.service import Service
from tests.broadcasts.offices import APPROVER, EDITOR, EVENING, REVIEWER, VIEWER, Life

HERE = "c-29929"
ZALO = "zalo-oa"


def zalo(contact: Contact, at: datetime) -> Way:
    """Free for 48 hours, then 55 đồng for a week, then a post for followers."""
    if contact.last_wrote_at is None:
        return Way("none", 0, "never-wrote")
    age = at - contact.last_wrote_at
    if age <= timedelta(hours=48):
        return Way()
    if age <= timedelta(days=7):
        return Way("paid", 55)
    return Way("article", 0, "post-only") if contact.follower else Way("none", 0, "window")


def office(life: Life, **rates: float) -> Life:
    async def tell(notice: Notice) -> None:
        life.told.append(notice)

    life.office = replace(life.office, routings={ZALO: zalo}, rates={"fake": 25.0, ZALO: 1.0, **rates})
    life.service = Service(life.db, life.office, life.clock)
    life.scheduler = Scheduler(db=life.db, office=life.office, clock=life.clock, owner="one", tell=tell)
    return life


async def foretold(life: Life, campaign: int, officer: Officer = VIEWER) -> Forecast:
    return await life.service.forecast(officer, campaign)


async def test_who_is_reached_how_until_when_and_at_what_cost(db: Database) -> None:
    life = office(Life(db))
    await life.people(50)
    await life.people(6, language="km")
    await life.people(3, reachable="blocked")
    await life.people(7, channel=ZALO, last_wrote_at=EVENING - timedelta(hours=3))
    await life.people(8, channel=ZALO, last_wrote_at=EVENING - timedelta(days=3))
    await life.people(2, channel=ZALO, last_wrote_at=EVENING - timedelta(days=8))
    await life.people(4, channel=ZALO, last_wrote_at=EVENING - timedelta(days=8), follower=True)
    await life.people(1, channel=ZALO)
    campaign = await life.written()
    await life.service.write(EDITOR, campaign, "km", "សូមយកឯកសារ")
    found = await foretold(life, campaign)
    assert (found.audience, found.reachable, found.post_only) == (81, 71, 4)
    assert found.unreachable == {"blocked": 3, "never-wrote": 1, "window": 2}
    assert found.by_channel == {"fake": 56, ZALO: 15}
    assert found.by_language == {"km": 6, "vi": 65}
    assert found.by_route == {"free": 63, "paid": 8}
    assert found.cost == 8 * 55
    assert found.seconds == {"fake": 2.2, ZALO: 15.0}
    assert found.finished_after == 15.0
    assert found.languages == ("vi", "km")


async def test_who_lives_nobody_knows_where_gets_no_text_with_their_commune(db: Database) -> None:
    life = Life(db)
    await life.people(4)
    await life.people(3, language="km")
    async with db.transaction() as connection:
        numbers = (await connection.execute(select(residents.c.id).order_by(residents.c.id))).scalars().all()
        homes = {numbers[0]: HERE, numbers[1]: "p-dong-thap", numbers[2]: "g-dinh-ba"}
        rows = [{"resident_id": each, "place_code": code} for each, code in homes.items()]
        await connection.execute(insert(resident_places), rows)
    campaign = await life.written(text="Bà con {xa} nhớ mang giấy tờ.")
    await life.service.write(EDITOR, campaign, "km", "សូមយកឯកសារ។")
    found = await foretold(life, campaign)
    assert (found.audience, found.reachable) == (7, 5)
    assert found.unreachable == {"placeholder": 2}
    await life.service.write(EDITOR, campaign, "vi", "Bà con tỉnh {tinh} nhớ mang giấy tờ.")
    assert (await foretold(life, campaign)).unreachable == {"placeholder": 1}


async def test_what_is_left_of_a_quota_and_what_is_too_much(db: Database) -> None:
    life = office(Life(db))
    await life.people(12, channel="zalo-bot")
    await life.people(7)
    left = 20

    async def quotas(_: AsyncConnection, __: datetime) -> dict[str, int]:
        return {"zalo-bot": left, "zalo-elsewhere": 3}

    life.office = replace(life.office, quotas=quotas)
    life.service = Service(life.db, life.office, life.clock)
    campaign = await life.written()
    found = await foretold(life, campaign)
    assert (found.quota_left, found.beyond_quota) == ({"zalo-bot": 20}, {})  # nobody is reached elsewhere
    left = 5
    found = await foretold(life, campaign)
    assert (found.quota_left, found.beyond_quota) == ({"zalo-bot": 5}, {"zalo-bot": 7})
    assert found.to_json()["quota_left"] == {"zalo-bot": 5}


async def test_a_window_that_closes_within_a_quarter_of_an_hour_is_counted_one_by_one(db: Database) -> None:
    life = office(Life(db))
    border = EVENING - timedelta(hours=48)
    for seconds in (-2, -1, 0, 1, 2, 400):
        await life.people(5, channel=ZALO, last_wrote_at=border + timedelta(seconds=seconds))
    found = await foretold(life, await life.written())
    assert found.by_route == {"free": 20, "paid": 10}
    assert found.cost == 550


async def test_a_language_that_nobody_signed_is_not_sent(db: Database) -> None:
    life = Life(db)
    await life.people(6, language="km")
    campaign = await life.written()
    await life.service.write(EDITOR, campaign, "km", "សូមយកឯកសារ")
    await life.service.submit(EDITOR, campaign)
    assert (await foretold(life, campaign)).by_language == {"km": 6}
    await life.sign(REVIEWER, campaign, "vi")
    assert (await foretold(life, campaign, APPROVER)).by_language == {"vi": 6}


async def test_places_are_merged_here_too(db: Database) -> None:
    life = Life(db)
    await life.people(9)
    found = forecast.forecast(
        [Reached(Counted("fake", "main", "vi", place, "", count)) for place, count in ((HERE, 2), ("c-29971", 30))],
        {},
        {HERE: "p-dong-thap", "c-29971": "p-dong-thap", "p-dong-thap": ""},
    )
    assert found.by_place == {"p-dong-thap": 32}
    assert found.seconds == {}  # nobody knows the rate


async def test_the_forecast_is_frozen_at_release_and_the_report_shows_it_beside_the_fact(db: Database) -> None:
    life = office(Life(db), fake=10.0)
    await life.people(20)
    await life.people(1, reachable="gone")
    await life.scheduled()
    await life.morning()
    await life.scheduler.tick()
    (run,) = await life.service.runs(VIEWER, 1)
    assert run.forecast is not None
    assert (run.forecast["audience"], run.forecast["reachable"], run.forecast["seconds"]) == (21, 20, {"fake": 2.0})
    life.clock.advance(30)
    await life.tick()
    found = await life.service.report(VIEWER, [run.id])
    assert found.foreseen is not None
    assert (found.foreseen["reachable"], found.counts["sent"], found.seconds) == (20, 20, 30.0)
    assert found.foreseen["unreachable"] == {"gone": 1}


async def test_a_correction_is_forecast_for_those_who_got_the_wrong_one(db: Database) -> None:
    life = Life(db)
    await life.people(10)
    await life.scheduled()
    await life.morning()
    await life.tick()
    await life.people(5)
    correction = await life.service.correct(EDITOR, 1, "Đính chính")
    await life.service.write(EDITOR, correction, "vi", "Đính chính: mang bản chính.")
    assert (await foretold(life, correction)).reachable == 10


REACHED = st.builds(
    Reached,
    st.builds(
        Counted,
        st.sampled_from(["telegram", ZALO]),
        st.sampled_from(["main", "second"]),
        st.sampled_from(["vi", "km"]),
        st.sampled_from(["", HERE]),
        st.sampled_from(["", "blocked"]),
        st.integers(1, 40),
    ),
    st.sampled_from([Way(), Way("paid", 55), Way("none", 0, "window"), Way("article", 0, "post-only")]),
)


@given(st.lists(REACHED))
def test_everybody_is_in_it_once(reached: list[Reached]) -> None:
    found = forecast.forecast(reached, {"telegram": 25.0}, {}, {ZALO: 10})
    raw: dict[str, Any] = found.to_json()
    assert found.audience == sum(each.counted.count for each in reached)
    assert found.audience == found.reachable + found.post_only + sum(found.unreachable.values())
    for name in ("by_channel", "by_language", "by_place", "by_route"):
        assert sum(raw[name].values()) == found.reachable
    assert found.beyond_quota.get(ZALO, 0) == max(0, found.by_channel.get(ZALO, 0) - 10)
    slowest = max((found.by_channel.get("telegram", 0) / 25.0, 0.0))
    assert found.finished_after <= round(slowest, 1) + 0.1
