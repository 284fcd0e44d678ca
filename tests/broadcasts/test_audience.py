"""Who a campaign is for: consent first, a closed list of filters, frozen in chunks; on SQLite and PostgreSQL."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from bot.storage.db import Database
from bot.storage.schema import deliveries, resident_places, resident_topics, residents, runs
from broadcasts import audience, freezing
from broadcasts.audience import Audience, AudienceError, Contact, Wanted, Way, from_json
from broadcasts.deliveries import Priority
from tests.broadcasts.sending import NOON, a_run

HERE, THERE = "29929", "29971"


async def people(db: Database, *many: dict[str, Any]) -> None:
    """Residents, numbered from 1; each a dictionary of columns, with ``place`` and ``topics`` beside them."""
    async with db.transaction() as connection:
        for number, each in enumerate(many, 1):
            columns = {key: value for key, value in each.items() if key not in ("place", "topics")}
            resident = (
                await connection.execute(
                    insert(residents)
                    .values(
                        **{
                            "channel": "telegram",
                            "account": "main",
                            "external_id": f"50{number}",
                            "last_wrote_on": NOON.date(),
                            "routine": True,
                        }
                        | columns
                    )
                    .returning(residents.c.id)
                )
            ).scalar_one()
            if "place" in each:
                await connection.execute(insert(resident_places).values(resident_id=resident, place_code=each["place"]))
            for topic in each.get("topics", ()):
                await connection.execute(insert(resident_topics).values(resident_id=resident, topic=topic))


def wanted(rule: Audience | None = None, **changes: Any) -> Wanted:
    rule = rule or Audience()
    return Wanted(rule, rule.places, rule.exclusions, **{"languages": ("vi", "km"), **changes})


async def total(db: Database, asked: Wanted, obstacle: str = "") -> int:
    async with db.reading() as connection:
        counted = await audience.count(connection, asked, NOON)
    return sum(each.count for each in counted if each.obstacle == obstacle)


async def frozen(db: Database, asked: Wanted, *, chunk: int = 2, **routings: audience.Routing) -> Counter[str]:
    run = await a_run(db, 0)
    async with db.transaction() as connection:
        upto = await freezing.highest(connection)
        await connection.execute(update(runs).where(runs.c.id == run).values(upto=upto))
    done = False
    while not done:
        async with db.transaction() as connection:
            done = await freezing.expand(connection, run, asked, NOON, routings, chunk)
    async with db.reading() as connection:
        rows = await connection.execute(select(deliveries).where(deliveries.c.run_id == run))
        counts = Counter(f"{row.state}:{row.reason or row.language}" for row in rows)
        count = (await connection.execute(select(runs.c.audience_count).where(runs.c.id == run))).scalar_one()
    assert count == sum(counts.values())
    return counts


async def test_nobody_without_consent(db: Database) -> None:
    await people(db, {"routine": None}, {"routine": False}, {"routine": False, "safety": True}, {})
    assert await total(db, wanted()) == 1
    assert await frozen(db, wanted()) == Counter({"queued:vi": 1})


async def test_a_notice_goes_to_those_who_agreed_to_life_safety(db: Database) -> None:
    await people(db, {"routine": True}, {"routine": False, "safety": True, "topics": ["fishing"]})
    rule = Audience(topics=("border-rules",))
    assert await frozen(db, wanted(rule, priority=Priority.NOTICE)) == Counter({"queued:vi": 1})


async def test_places_and_exclusions(db: Database) -> None:
    await people(db, {"place": HERE}, {"place": THERE}, {})
    assert await total(db, wanted(Audience(places=(HERE,)))) == 1
    assert await total(db, wanted(Audience(places=(HERE, THERE), exclusions=(THERE,)))) == 1
    assert await total(db, wanted(Audience(exclusions=(THERE,)))) == 2


async def test_public_places_choose_nobody_and_leave_nobody_out(db: Database) -> None:
    await people(db, {"place": HERE}, {"place": THERE})
    for rule in (Audience(), Audience(places=(HERE,))):
        assert await frozen(db, wanted(replace(rule, posts=("kenh-tinh",)))) == await frozen(db, wanted(rule))
    assert audience.from_json({"posts": ["kenh-tinh"]}).to_json() == {"posts": ["kenh-tinh"]}


async def test_topics_that_were_chosen_or_all_where_none_was(db: Database) -> None:
    await people(db, {"topics": ["fishing"]}, {"topics": ["crossing"]}, {})
    assert await total(db, wanted(Audience(topics=("fishing",)))) == 2


async def test_channels_and_languages(db: Database) -> None:
    await people(db, {"language": "km"}, {"language": "vi"}, {"channel": "zalo-bot", "language": None})
    assert await total(db, wanted(Audience(languages=("vi",)))) == 2
    assert await total(db, wanted(Audience(channels=("zalo-bot",)))) == 1


async def test_a_language_without_a_signed_text_gets_vietnamese(db: Database) -> None:
    await people(db, {"language": "km"}, {"language": "en"}, {"language": None})
    assert await frozen(db, wanted(languages=("vi", "km"))) == Counter({"queued:km": 1, "queued:vi": 2})


async def test_without_a_vietnamese_text_the_others_are_skipped_for_their_language(db: Database) -> None:
    await people(db, {"language": "km"}, {"language": "vi"})
    assert await frozen(db, wanted(languages=("km",))) == Counter({"queued:km": 1, "skipped:language": 1})


async def test_who_cannot_be_reached_is_in_the_audience_with_the_reason(db: Database) -> None:
    await people(db, {"reachable": "blocked"}, {"reachable": "gone"}, {})
    assert await total(db, wanted(), "blocked") == 1
    assert await frozen(db, wanted()) == Counter({"queued:vi": 1, "skipped:blocked": 1, "skipped:gone": 1})


@pytest.mark.parametrize(("days", "got"), [(3, "skipped:cap"), (8, "queued:vi")])
async def test_not_more_routine_messages_in_a_week_than_promised(db: Database, days: int, got: str) -> None:
    run = await a_run(db, 1, channel="telegram")
    async with db.transaction() as connection:
        await connection.execute(update(runs).where(runs.c.id == run).values(started_at=NOON - timedelta(days=days)))
    assert await frozen(db, wanted(cap=1)) == Counter({got: 1})
    assert (await frozen(db, wanted(cap=1, priority=Priority.NOTICE)))["queued:vi"] == 1


async def test_a_correction_goes_to_exactly_those_who_got_it(db: Database) -> None:
    run = await a_run(db, 4, channel="telegram")
    async with db.transaction() as connection:
        ids = (await connection.execute(select(deliveries.c.id).order_by(deliveries.c.id))).scalars().all()
        for each, state in zip(ids, ("sent", "unknown", "failed", "skipped"), strict=True):
            await connection.execute(update(deliveries).where(deliveries.c.id == each).values(state=state))
    assert await frozen(db, wanted(corrects=run, priority=Priority.CORRECTION)) == Counter({"queued:vi": 2})


async def test_who_comes_after_the_release_is_not_in_it_and_a_chunk_twice_adds_nobody(db: Database) -> None:
    await people(db, *({} for _ in range(5)))
    run = await a_run(db, 0)
    async with db.transaction() as connection:
        await connection.execute(update(runs).where(runs.c.id == run).values(upto=await freezing.highest(connection)))
    await people_more(db)
    for _ in range(2):
        async with db.transaction() as connection:
            await connection.execute(update(runs).where(runs.c.id == run).values(cursor=0))
            assert await freezing.expand(connection, run, wanted(), NOON, {})
    async with db.reading() as connection:
        assert len((await connection.execute(select(deliveries))).all()) == 5


async def people_more(db: Database) -> None:
    async with db.transaction() as connection:
        await connection.execute(
            insert(residents).values(
                channel="telegram", account="main", external_id="999", last_wrote_on=NOON.date(), routine=True
            )
        )


async def test_windows_decide_route_price_and_who_cannot_be_reached(db: Database) -> None:
    await people(
        db,
        {"channel": "zalo-oa", "last_wrote_at": NOON - timedelta(hours=1)},
        {"channel": "zalo-oa", "last_wrote_at": NOON - timedelta(days=9)},
        {},
    )

    def routing(contact: Contact, now: datetime) -> Way:
        assert contact.last_wrote_at is not None
        return Way() if now - contact.last_wrote_at < timedelta(hours=48) else Way("none", 0, "window")

    got = await frozen(db, wanted(), **{"zalo-oa": routing})
    assert got == Counter({"queued:vi": 2, "skipped:window": 1})


async def test_the_sample_leads_to_nobody(db: Database) -> None:
    await people(db, *({"external_id": f"7700{number}"} for number in range(10, 20)))
    async with db.reading() as connection:
        shown = await audience.sample(connection, wanted(), NOON)
    assert [each.address for each in shown] == ["…10", "…11", "…12", "…13", "…14"]


@pytest.mark.parametrize("raw", [{"asked": ["gold"]}, {"places": "29929"}, {"topics": [1]}, ["vi"], None])
def test_only_the_closed_list_of_filters(raw: Any) -> None:
    with pytest.raises(AudienceError):
        from_json(raw)


def test_there_and_back() -> None:
    rule = Audience(places=("dong-thap",), languages=("vi", "km"))
    assert from_json(rule.to_json()) == rule


async def test_a_warning_finds_its_people_wherever_they_stand(db: Database) -> None:
    """Few of many, far apart, and two places of one resident: each of them once, whatever the size of a step."""
    crowd: list[dict[str, Any]] = [{"safety": True, "place": "c-2"} for _ in range(40)]
    for number in (0, 7, 20, 21, 39):
        crowd[number]["place"] = "c-1"
    crowd[21]["safety"] = False
    await people(db, *crowd)
    async with db.transaction() as connection:
        ids = (await connection.execute(select(residents.c.id).order_by(residents.c.id))).scalars().all()
        await connection.execute(insert(resident_places).values(resident_id=ids[7], place_code="c-3"))
    asked = wanted(Audience(places=("c-1", "c-3")), priority=Priority.NOTICE)
    for chunk in (1, 2, 3, 100):
        assert await frozen(db, asked, chunk=chunk) == Counter({"queued:vi": 4})
