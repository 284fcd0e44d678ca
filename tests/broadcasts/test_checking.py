"""Linked answers that change, texts that do not fit, signatures under another text; on SQLite and PostgreSQL."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest

from bot.storage.db import Database
from broadcasts import recurrence
from broadcasts.approval import NotAllowed, entry_mark, text_mark
from broadcasts.campaigns import CampaignState, Event, IllegalMove, RunState, move_campaign, move_run
from broadcasts.composing import ComposeError
from broadcasts.office import Office
from broadcasts.scheduler import Scheduler
from broadcasts.service import Service
from broadcasts.store import Campaign, ChangedMeanwhile
from content.catalog import Catalog
from content.entries import Entry
from tests.broadcasts.offices import APPROVER, EDITOR, REVIEWER, VIEWER, Life
from tests.content.checked_sample import WHOLE, entry

LINKED = entry()
SEVEN = {"vi": {"text": "Cửa khẩu mở từ 7 giờ."}, "km": {"text": "បើកម៉ោង 7។"}, "en": {"text": "From 7 am."}}
REWRITTEN = entry(answer=SEVEN)
RETITLED = entry(title__vi="Giờ mở")
REBASED = entry(basis=[{"law": "Nghị định 34/2023/NĐ-CP", "article": "Điều 4"}])
ASKED_ANEW = entry(phrasings__en=[*WHOLE["phrasings"]["en"], "when do you open"])
SIGNED = entry(answer={**WHOLE["answer"], "vi": {"text": "Cửa khẩu mở từ 6 giờ.", "state": "signed"}})


@pytest.fixture
def life(db: Database) -> Life:
    return Life(db)


def in_office(life: Life, office: Office) -> Life:
    """The same installation, from now on with another office."""
    life.office = office
    life.service = Service(life.db, office, life.clock)
    life.scheduler = Scheduler(db=life.db, office=office, clock=life.clock, owner="one", tell=life._tell)
    return life


def now_saying(life: Life, *entries: Entry) -> Life:
    return in_office(life, replace(life.office, catalog=Catalog(entries)))


async def linked(life: Life) -> int:
    """Handed in and signed, resting on one stored answer."""
    number = await life.service.draft(EDITOR, "Giờ mở cửa")
    await life.service.write(EDITOR, number, "vi", "Cửa khẩu mở từ 6 giờ.")
    await life.service.link(EDITOR, number, [LINKED.id])
    await life.service.time(EDITOR, number, recurrence.from_json({"at": "2026-11-21T07:30"}))
    await life.service.submit(EDITOR, number)
    await life.sign(REVIEWER, number, "vi")
    return number


async def approved(life: Life) -> int:
    number = await linked(life)
    seen = await life.service.checklist(APPROVER, number)
    await life.service.approve(APPROVER, number, seen.digest, seen.ticks)
    await life.service.schedule(EDITOR, number)
    return number


# --- Linked answers -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("after", [REWRITTEN, RETITLED, REBASED], ids=["words", "title", "basis"])
async def test_a_changed_answer_holds_the_run_before_its_first_message(life: Life, after: Entry) -> None:
    await life.people(3)
    number = await approved(life)
    now_saying(life, after)
    assert (await life.service.checklist(VIEWER, number)).changed == (after.title["vi"],)
    await life.morning()
    await life.tick()
    assert life.sending.reached() == []
    assert await life.run_states() == ["held(entry-changed)"]
    assert [(each.what, each.reason) for each in life.told] == [("held", "entry-changed")]


@pytest.mark.parametrize("after", [LINKED, ASKED_ANEW, SIGNED], ids=["nothing", "a question", "a signature"])
async def test_what_nobody_reads_holds_nothing(life: Life, after: Entry) -> None:
    await life.people(3)
    number = await approved(life)
    now_saying(life, after)
    assert (await life.service.checklist(VIEWER, number)).changed == ()
    await life.morning()
    await life.tick()
    assert len(life.sending.reached()) == 3


async def test_an_answer_that_changed_while_it_waited_is_not_approved(life: Life) -> None:
    number = await linked(life)
    seen = await life.service.checklist(APPROVER, number)
    now_saying(life, REWRITTEN)
    with pytest.raises(NotAllowed, match="đã đổi từ khi trình: “Cửa khẩu mở”"):
        await life.service.approve(APPROVER, number, seen.digest, seen.ticks)
    assert "Trả lại" in (await life.service.checklist(APPROVER, number)).refused


async def test_handed_in_again_it_rests_on_the_answer_as_it_is_now(life: Life) -> None:
    number = await linked(life)
    before = (await life.service.checklist(APPROVER, number)).digest
    now_saying(life, REWRITTEN)
    await life.service.return_(APPROVER, number, "Câu trả lời đã đổi")
    await life.service.link(EDITOR, number, [LINKED.id])
    await life.service.submit(EDITOR, number)
    seen = await life.service.checklist(APPROVER, number)
    assert seen.changed == ()
    assert seen.digest != before
    assert "6" in seen.ticks  # which the answer does not say any more
    await life.service.approve(APPROVER, number, seen.digest, seen.ticks)


async def test_an_answer_that_is_gone_is_not_handed_in(life: Life) -> None:
    number = await linked(life)
    await life.service.return_(APPROVER, number, "Xem lại")
    await life.service.write(EDITOR, number, "vi", "Cửa khẩu mở từ sáng.")
    for entries, why in (((), "không còn nữa"), ((entry(valid_until="2026-11-19"),), "đã hết hạn")):
        now_saying(life, *entries)
        with pytest.raises(ComposeError, match=why):
            await life.service.submit(EDITOR, number)
    await life.service.link(EDITOR, number, [])
    await life.service.submit(EDITOR, number)


def test_a_mark_is_of_what_is_read() -> None:
    assert len({entry_mark(each) for each in (LINKED, REWRITTEN, RETITLED, REBASED)}) == 4
    assert entry_mark(LINKED) == entry_mark(ASKED_ANEW) == entry_mark(SIGNED)


# --- What does not fit --------------------------------------------------------------------------------------------


async def test_a_text_that_does_not_fit_is_not_handed_in(life: Life) -> None:
    def misfits(campaign: Campaign) -> list[str]:
        return [f"Bản {each.language} dài quá." for each in campaign.texts if len(each.text) > 30]

    in_office(life, replace(life.office, misfits=misfits))
    number = await life.written(text="Bà con nhớ mang giấy tờ tuỳ thân khi vào vùng biên.")
    with pytest.raises(ComposeError, match=r"^Bản vi dài quá\.$"):
        await life.service.submit(EDITOR, number)
    assert (await life.service.campaign(VIEWER, number)).state is CampaignState.DRAFT
    await life.service.write(EDITOR, number, "vi", "Nhớ mang giấy tờ.")
    await life.service.submit(EDITOR, number)


# --- Signatures ---------------------------------------------------------------------------------------------------


async def test_a_signature_is_under_the_text_that_was_read(life: Life) -> None:
    number = await life.written(text="Bà con nhớ mang giấy tờ.")
    await life.service.submit(EDITOR, number)
    read = text_mark("Bà con nhớ mang giấy tờ.")
    await life.service.write(EDITOR, number, "vi", "Bà con không cần mang giấy tờ.")  # meanwhile
    with pytest.raises(ChangedMeanwhile):
        await life.service.sign(REVIEWER, number, "vi", read)
    assert not (await life.service.campaign(VIEWER, number)).draft.signed
    await life.service.sign(REVIEWER, number, "vi", text_mark("Bà con không cần mang giấy tờ."))
    assert (await life.service.campaign(VIEWER, number)).draft.signed == ("vi",)


async def test_a_template_without_facts_waits_for_its_words_and_their_signature(life: Life) -> None:
    number = await life.service.draft(EDITOR, "Mùa vụ", template_id="cmp.farm.harvest")
    await life.service.time(EDITOR, number, recurrence.from_json({"at": "2026-11-21T07:30"}))
    with pytest.raises(ComposeError, match="ghi chữ"):
        await life.service.submit(EDITOR, number)
    await life.service.write(EDITOR, number, "vi", "Bà con xem giá lúa ở hợp tác xã.")
    await life.service.submit(EDITOR, number)
    seen = await life.service.checklist(APPROVER, number)
    with pytest.raises(NotAllowed, match="được ký"):
        await life.service.approve(APPROVER, number, seen.digest, seen.ticks)
    await life.sign(REVIEWER, number, "vi")
    seen = await life.service.checklist(APPROVER, number)
    await life.service.approve(APPROVER, number, seen.digest, seen.ticks)


@pytest.mark.parametrize("state", [*CampaignState, *RunState], ids=lambda each: f"{type(each).__name__}.{each}")
def test_whatever_cannot_be_done_now_is_refused_with_what_can_be(state: CampaignState | RunState) -> None:
    move = move_campaign if isinstance(state, CampaignState) else move_run
    said = set()
    for event in Event:
        with suppress(IllegalMove):
            move(state, event)  # type: ignore[operator]
            continue
        with pytest.raises(IllegalMove) as refused:
            move(state, event)  # type: ignore[operator]
        said.add(str(refused.value))
    (sentence,) = said
    assert sentence.startswith("Chiến dịch" if isinstance(state, CampaignState) else "Đợt này")
    assert ";" in sentence  # the state, then what to do about it
