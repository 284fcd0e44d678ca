"""Starting from a template of the plans: whom it is for, when, with which words; on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache

import pytest

from bot.staff.roles import Forbidden, Officer
from bot.storage.db import Database
from broadcasts import approval, composing, recurrence, templates
from broadcasts.audience import Audience
from broadcasts.campaigns import CampaignState
from broadcasts.composing import ComposeError
from broadcasts.recurrence import Schedule
from broadcasts.templates import audience_of, copy_of, from_template, start_from
from content.campaign_files import shipped_templates
from content.campaign_templates import Area, Template, YearDay
from content.catalog import Catalog
from content.files import shipped_catalog
from tests.broadcasts.offices import APPROVER, EDITOR, EVERYTHING, REVIEWER, VIEWER, ZONE, Life, places
from tests.content.checked_sample import entry

TODAY = date(2026, 11, 20)


@cache
def shipped() -> dict[str, Template]:
    return shipped_templates()


@cache
def catalog() -> Catalog:
    return shipped_catalog()


def a_template(
    *areas: Area, dates: tuple[YearDay, ...] = (), rule: str = "", entries: tuple[str, ...] = (), text: str = "Chữ."
) -> Template:
    return Template(
        "cmp.border.x", "Tên", (), ("crossing",), areas or (Area("all"),), "", ("vi",), "", "",
        dates=dates, rule=rule, entries=entries, texts={"vi": text},
    )  # fmt: skip


# --- Whom ---------------------------------------------------------------------------------------------------------


def test_everywhere_names_no_place_and_keeps_the_topics() -> None:
    assert audience_of(a_template(), places()) == Audience(topics=("crossing",))


def test_border_communes_are_those_of_the_gazetteer() -> None:
    here = audience_of(a_template(Area("land-border", "dong-thap")), places()).places
    assert len(here) == 6
    assert all(found.land_border for code in here if (found := places().get(code)))
    everywhere = audience_of(a_template(Area("land-border")), places()).places
    assert set(here) < set(everywhere)
    coast = audience_of(a_template(Area("coastal", "vinh-long"), Area("gate", "ha-tien")), places()).places
    assert coast[-1] == "g-ha-tien"
    assert all(found.coastal for code in coast[:-1] if (found := places().get(code)))


def test_an_office_narrows_the_audience_to_its_own_area() -> None:
    border = a_template(Area("land-border"))
    narrowed = audience_of(border, places(), within=("dong-thap",)).places
    assert narrowed == audience_of(a_template(Area("land-border", "dong-thap")), places()).places
    commune = narrowed[0]
    assert audience_of(a_template(Area("province", "dong-thap")), places(), within=(commune,)).places == (commune,)
    assert audience_of(a_template(), places(), within=("dong-thap",)).places == ("p-dong-thap",)


def test_an_audience_is_never_everybody_by_mistake() -> None:
    with pytest.raises(ComposeError, match="nơi khác"):
        audience_of(a_template(Area("land-border", "dong-thap")), places(), within=("phu-tho",))
    with pytest.raises(ComposeError, match="nơi khác"):
        audience_of(a_template(Area("gate", "atlantis")), places())
    with pytest.raises(ComposeError, match="atlantis"):
        audience_of(a_template(), places(), within=("atlantis",))


# --- When ---------------------------------------------------------------------------------------------------------


def test_the_next_of_each_day_then_the_rule_for_a_year() -> None:
    days = (YearDay(11, 20), YearDay(12, 22), YearDay(2, 29))
    start = start_from(a_template(dates=days, rule="FREQ=WEEKLY"), places(), catalog(), TODAY)
    *once, repeating = start.schedules
    assert [each.at.date() for each in once] == [date(2026, 12, 22), date(2027, 11, 20), date(2028, 2, 29)]
    assert (repeating.at.date(), repeating.until) == (date(2026, 11, 21), date(2027, 11, 21))


@pytest.mark.parametrize("template_id", sorted(shipped()))
def test_what_a_shipped_template_suggests_can_be_kept(template_id: str) -> None:
    template = shipped()[template_id]
    start = start_from(template, places(), catalog(), TODAY)
    for schedule in (*start.schedules, *start.to_confirm):
        recurrence.check(schedule)
        assert recurrence.next_dates(schedule, datetime(2026, 11, 20, 12, tzinfo=UTC), ZONE, 1)
    assert set(start.entries) == set(template.entries)
    assert not set(start.entries) & set(template.confirm)
    assert list(templates.faults(template, places())) == []


def test_a_text_lasts_as_long_as_what_it_rests_on() -> None:
    markets = start_from(shipped()["cmp.labour.markets"], places(), catalog(), TODAY)
    assert markets.expires_on == date(2026, 12, 31)
    assert start_from(a_template(), places(), catalog(), TODAY).expires_on is None


def test_what_cannot_be_sent_is_a_fault() -> None:
    wrong = a_template(Area("gate", "atlantis"), Area("province", "phu-tho"), rule="FREQ=SECONDLY", text="{ten} {xa")
    assert len(list(templates.faults(wrong, places()))) == 4


# --- Drafts -------------------------------------------------------------------------------------------------------


@pytest.fixture
def life(db: Database) -> Life:
    return Life(db, catalog=catalog())


async def started(life: Life, template_id: str, within: tuple[str, ...] = (), by: Officer = EDITOR) -> int:
    return await from_template(life.service, life.office, by, shipped()[template_id], life.clock.now(), within)


async def test_a_draft_from_a_template_goes_the_whole_way_without_a_figure_to_tick(life: Life) -> None:
    await life.people(3)
    number = await started(life, "cmp.fish.iuu-core", by=EVERYTHING)
    draft = await life.service.campaign(VIEWER, number)
    template = shipped()["cmp.fish.iuu-core"]
    assert draft.state is CampaignState.DRAFT
    assert (draft.title, draft.template_id) == (template.title, template.id)
    assert {each.language: each.text for each in draft.texts} == dict(template.texts)
    assert draft.authors == {EVERYTHING.name}
    assert not any(each.signed_by for each in draft.texts)
    assert draft.entries == template.entries
    await life.service.time(EVERYTHING, number, Schedule(datetime(2026, 11, 21, 7, 30)))
    await life.service.submit(EVERYTHING, number)
    for language in template.texts:
        with pytest.raises(approval.NotAllowed):
            await life.sign(EVERYTHING, number, language)
        await life.sign(REVIEWER, number, language)
    seen = await life.service.checklist(APPROVER, number)
    assert seen.ticks == (approval.SECRECY,)


@pytest.mark.parametrize("template_id", sorted(each.id for each in shipped().values() if each.ready))
def test_nothing_in_a_shipped_text_needs_a_tick(template_id: str) -> None:
    template = shipped()[template_id]
    texts = tuple(approval.Text(language, text, "an", "binh") for language, text in template.texts.items())
    linked = [found for each in template.entries if (found := catalog().get(each))]
    stated = [(language, answer.text) for found in linked for language, answer in found.answers.items()]
    assert approval.unheld(approval.Draft(texts), approval.holdings(stated)) == ()
    assert not [fault for each in texts for fault in composing.faults(each.text)]


async def test_without_facts_there_is_no_text_and_nothing_to_submit(life: Life) -> None:
    number = await started(life, "cmp.farm.harvest")
    await life.service.time(EDITOR, number, Schedule(datetime(2026, 11, 21, 7, 30)))
    with pytest.raises(ComposeError, match="bản ngôn ngữ"):
        await life.service.submit(EDITOR, number)
    await life.service.write(EDITOR, number, "vi", "Bà con xem giá lúa ở hợp tác xã.")
    await life.service.submit(EDITOR, number)


async def test_the_draft_expires_with_its_entries_and_stays_in_the_area(life: Life) -> None:
    number = await started(life, "cmp.labour.markets", within=("dong-thap",))
    draft = await life.service.campaign(VIEWER, number)
    assert draft.expires_at == datetime(2026, 12, 31, 17, tzinfo=UTC)  # midnight in Việt Nam
    assert draft.audience["places"] == ["p-dong-thap"]


async def test_who_may_not_draft_starts_nothing(life: Life) -> None:
    template = shipped()["cmp.safety.hotlines"]
    with pytest.raises(Forbidden):
        await from_template(life.service, life.office, VIEWER, template, life.clock.now())
    with pytest.raises(ComposeError):
        await started(life, "cmp.border.column-sovereignty", within=("phu-tho",))
    assert await life.service.campaigns(VIEWER) == []


async def test_an_entry_that_has_expired_does_not_make_a_draft_that_has(db: Database) -> None:
    old = entry(valid_until="2026-11-01")
    life = Life(db, catalog=Catalog([old]))
    template = a_template(entries=(old.id, "crossing.gone"))
    number = await from_template(life.service, life.office, EDITOR, template, life.clock.now())
    draft = await life.service.campaign(VIEWER, number)
    assert draft.entries == (old.id,)  # the scheduler holds what rests on it
    assert draft.expires_at is None


async def test_a_copy_has_the_words_and_not_the_time_nor_the_signatures(life: Life) -> None:
    first = await life.scheduled()
    await life.service.link(EDITOR, first, ["crossing.gate-types"], datetime(2027, 1, 1, tzinfo=UTC))
    copied = await copy_of(life.service, life.office, EDITOR, first)
    before, after = [await life.service.campaign(VIEWER, each) for each in (first, copied)]
    assert after.title == before.title + " (bản sao)"
    assert [(each.language, each.text) for each in after.texts] == [(each.language, each.text) for each in before.texts]
    assert (after.audience, after.entries) == (before.audience, before.entries)
    assert (after.schedule, after.expires_at, after.state) == ({}, None, CampaignState.DRAFT)
    assert after.authors == {EDITOR.name}
    assert not any(each.signed_by for each in after.texts)
    again = await life.service.campaign(VIEWER, await copy_of(life.service, life.office, EDITOR, copied))
    assert again.title == after.title


async def test_a_copy_of_a_long_title_still_has_room(life: Life) -> None:
    first = await life.service.draft(EDITOR, "x" * 200)
    copied = await life.service.campaign(VIEWER, await copy_of(life.service, life.office, EDITOR, first))
    assert len(copied.title) == 200
    assert copied.title.endswith("x (bản sao)")


async def test_a_correction_is_not_copied(life: Life) -> None:
    await life.people(1)
    await life.scheduled()
    await life.morning()
    await life.tick()
    correction = await life.service.correct(EDITOR, 1, "Đính chính")
    with pytest.raises(ComposeError, match="sao chép"):
        await copy_of(life.service, life.office, EDITOR, correction)
