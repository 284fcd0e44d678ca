"""Who is imported is welcomed once: as a run that waits for the import, at day, and not for who said STOP."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.messages import Address
from bot.staff import audit
from bot.staff.proposals import NoSuchProposal
from bot.storage.db import Database
from bot.storage.schema import campaigns, deliveries, runs
from broadcasts import imports, subscribers
from broadcasts.audience import Way
from broadcasts.campaigns import CampaignState
from broadcasts.imports import CHUNK, Checked, Done, Imports
from broadcasts.office import Office
from broadcasts.subscribers import ConsentGiven
from broadcasts.welcome import NotWaiting, Welcome
from content.files import shipped_phrases
from handlers.importing import welcome_texts
from tests.broadcasts.offices import EDITOR, EVERYTHING, KEY, VIEWER, ZONE, Life
from tests.broadcasts.sending import states
from tests.broadcasts.test_imports import AN, BINH, ONE, as_csv
from tests.broadcasts.test_imports import RULES as AT_NOON

TEXTS = {"vi": "STOP. Chào.", "km": "STOP។", "en": "STOP. Hello."}


def people(count: int, first: int = 70001, **changes: str) -> Checked:
    """A file of so many, on the fake channel."""
    rules = type(AT_NOON)(frozenset({("fake", "main"), ("zalo-oa", "main")}), AT_NOON.find_place, ZONE, AT_NOON.now)
    rows = (ONE | {"channel": "fake", "external_id": str(first + number)} | changes for number in range(count))
    return imports.check(as_csv(*rows), rules)


def desk(life: Life, office: Office | None = None) -> Imports:
    return Imports(life.db, KEY, lambda place, area: place == area, life.clock, Welcome(office or life.office, TEXTS))


async def imported(life: Life, checked: Checked) -> Done:
    number = await desk(life).propose(AN, checked)
    return await desk(life).confirm(BINH, number, checked)


async def rows(db: Database, table: Any) -> list[Any]:
    async with db.reading() as connection:
        return list((await connection.execute(select(table).order_by(table.c.id))).all())


async def test_everybody_new_is_told_once_and_only_in_the_morning(db: Database) -> None:
    life = Life(db)
    life.clock.advance(3 * 3600)  # 22:00
    done = await imported(life, people(30))
    assert (done.added, done.at) == (30, datetime(2026, 11, 21, 7, 0, tzinfo=ZONE))
    await life.tick()
    assert life.sending.reached() == []
    life.clock.advance(9 * 3600)
    await life.tick()
    assert sorted(life.sending.reached()) == [str(70001 + number) for number in range(30)]
    for _ in range(3):
        life.clock.advance(60)
        await life.tick()
    assert len(life.sending.reached()) == 30
    (campaign,) = await rows(db, campaigns)
    (run,) = await rows(db, runs)
    assert (campaign.state, run.state, run.audience_count) == ("done", "done", 30)
    assert set(run.content["texts"]) == {"vi", "km", "en"}
    found = await life.service.report(VIEWER, [run.id])
    assert (found.audience, found.counts["sent"], found.difference) == (30, 30, 0)
    assert found.foreseen is not None
    assert (found.foreseen["audience"], found.foreseen["reachable"]) == (30, 30)
    async with db.reading() as connection:
        assert (await audit.verify(connection, KEY)).good


async def test_two_people_stand_for_it(db: Database) -> None:
    life = Life(db)
    await imported(life, people(1))
    async with db.reading() as connection:
        texts = (await connection.execute(select(campaigns.c.created_by))).scalars().all()
    assert texts == ["an"]
    loaded = await life.service.campaign(EVERYTHING, 1)
    assert {(each.changed_by, each.signed_by) for each in loaded.texts} == {("an", "binh")}
    assert loaded.state is CampaignState.SCHEDULED


async def test_stop_before_its_turn(db: Database) -> None:
    life = Life(db)
    await imported(life, people(3))
    async with db.transaction() as connection:
        word = ConsentGiven("routine", False, life.clock.now(), "fake", "STOP")
        await subscribers.consent(connection, Address("fake", "main", "70002"), date(2026, 11, 20), word)
        await subscribers.erase(connection, Address("fake", "main", "70003"), life.clock.now(), KEY)
    await life.tick()
    assert life.sending.reached() == ["70001"]
    assert await states(db, 1) == {"sent": 1, "skipped(stopped)": 1, "skipped(erased)": 1}


async def test_who_was_there_before_hears_nothing(db: Database) -> None:
    life = Life(db)
    await life.people(1, external_id="70001")
    done = await imported(life, people(2))
    await life.tick()
    assert (done.added, done.known, life.sending.reached()) == (1, 1, ["70002"])
    again = await imported(life, people(2))
    await life.tick()
    assert (again.added, again.run, len(await rows(db, campaigns))) == (0, None, 1)
    assert life.sending.reached() == ["70002"]


async def test_the_run_waits_until_the_import_is_whole(db: Database) -> None:
    """Broken off after the first part and confirmed again: everybody once, and nobody before the end."""
    life = Life(db)
    whole = people(CHUNK + 20)
    number = await desk(life).propose(AN, whole)
    first = desk(life)
    part = whole.people[:CHUNK]
    async with db.transaction() as connection:  # what the confirmation that died had done
        kept, newcomers = await first._keep(connection, part)
        assert kept.added == CHUNK
        await Welcome(life.office, TEXTS).greet(
            connection, number, newcomers, proposed_by="an", confirmed_by="binh", now=life.clock.now()
        )
    await life.tick()
    assert life.sending.reached() == []
    assert await life.run_states() == ["held(import)"]
    done = await desk(life).confirm(BINH, number, whole)
    assert (done.added, done.known, done.run) == (20, CHUNK, 1)
    await life.tick()
    assert len(set(life.sending.reached())) == len(life.sending.reached()) == CHUNK + 20
    with pytest.raises(NoSuchProposal):
        await desk(life).confirm(BINH, number, whole)


async def test_what_somebody_let_out_early_takes_nobody_more(db: Database) -> None:
    life = Life(db)
    whole = people(2)
    number = await desk(life).propose(AN, whole)
    async with db.transaction() as connection:
        _, newcomers = await desk(life)._keep(connection, whole.people[:1])
        await Welcome(life.office, TEXTS).greet(
            connection, number, newcomers, proposed_by="an", confirmed_by="binh", now=life.clock.now()
        )
    await life.service.release(EVERYTHING, 1)
    with pytest.raises(NotWaiting):
        await desk(life).confirm(BINH, number, whole)
    await life.tick()
    assert life.sending.reached() == ["70001"]
    await desk(life).refuse(AN, number)
    assert (await imported(life, whole)).added == 1
    await life.tick()
    assert sorted(life.sending.reached()) == ["70001", "70002"]


async def test_where_no_window_is_open_it_is_skipped_with_its_reason(db: Database) -> None:
    life = Life(db)
    shut = {"zalo-oa": lambda contact, at: Way("none", 0, "never-wrote")}
    office = Office(life.office.gazetteer, life.office.catalog, KEY, ZONE, life.office.quiet_from_to, 3, routings=shut)
    mixed = people(2, channel="zalo-oa", external_id="1234567")
    number = await desk(life, office).propose(AN, mixed)
    await desk(life, office).confirm(BINH, number, mixed)
    assert await states(db, 1) == {"skipped(never-wrote)": 1}
    found = await life.service.report(VIEWER, [1])
    assert found.foreseen is not None
    assert found.foreseen["unreachable"] == {"never-wrote": 1}


async def test_down_for_a_day_it_still_goes_out_and_after_a_week_somebody_is_asked(db: Database) -> None:
    life = Life(db)
    await imported(life, people(1))
    life.clock.advance(timedelta(days=1).total_seconds())
    await life.tick()
    assert len(life.sending.reached()) == 1
    await imported(life, people(1, first=80001))
    life.clock.advance(timedelta(days=8).total_seconds())
    await life.tick()
    assert len(life.sending.reached()) == 1
    assert (await life.run_states())[-1] == "missed(too-late)"


async def test_languages(db: Database) -> None:
    life = Life(db)
    await imported(life, people(1, language=""))
    await imported(life, people(1, first=80001, language="en"))
    assert [row.language for row in await rows(db, deliveries)] == ["vi", "en"]


async def test_nobody_else_changes_it(db: Database) -> None:
    """A change of its text voids the approval: then nothing of it goes out."""
    life = Life(db)
    life.clock.advance(3 * 3600)
    await imported(life, people(1))
    await life.service.write(EDITOR, 1, "vi", "Chữ khác.")
    life.clock.advance(12 * 3600)
    await life.tick()
    assert life.sending.reached() == []
    assert await states(db, 1) == {"skipped(changed)": 1}


def test_how_to_stop_is_the_first_line_in_every_language() -> None:
    texts = welcome_texts()
    assert set(texts) == {"vi", "km", "en"}
    for language, text in texts.items():
        assert "STOP" in text.splitlines()[0], language
        assert "{" not in text
    assert "import.welcome" in shipped_phrases()
