"""An answer's way from a draft to what residents read, by three people, on both databases."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.staff import audit
from bot.staff.roles import Forbidden, Officer, Role
from bot.storage.db import Database
from bot.storage.schema import entry_versions
from content import draft_store, drafts, files, store
from content.draft_store import ChangedMeanwhile
from content.drafts import DraftState, NotAllowed, Unfit
from content.effects import RIGHT
from content.serving import Serving
from content.store import Helped, helped
from tests.broadcasts.offices import places
from tests.content.writing_room import (
    APPROVER,
    EDITOR,
    EVERYTHING,
    HOURS,
    KEY,
    REVIEWER,
    VIEWER,
    WritingRoom,
    bodies,
)


@pytest.fixture
async def room(db: Database) -> WritingRoom:
    return await WritingRoom.open(db)


async def state(room: WritingRoom, draft_id: int) -> DraftState:
    return (await room.editing.draft(VIEWER, draft_id))[0].state


# --- the whole way ----------------------------------------------------------------------------------------------


async def test_from_a_draft_to_what_the_running_service_says(room: WritingRoom) -> None:
    draft_id = await room.written("Cửa khẩu mở từ 6 giờ sáng.")
    assert room.shown() == "Cửa khẩu mở từ 6 giờ."
    await room.submit(draft_id)
    await room.sign(draft_id)
    await room.publish(draft_id)
    assert room.shown() == "Cửa khẩu mở từ 6 giờ sáng."  # in service when publishing returns
    assert await state(room, draft_id) is DraftState.PUBLISHED
    entry = room.serving.catalog.get(HOURS)
    assert entry is not None
    assert entry.signed("vi")
    assert set(entry.answers) == {"vi"}  # the others were about the old words, and nobody has signed them
    assert entry.title.keys() == {"vi"}
    async with room.db.reading() as connection:
        rows = (await connection.execute(select(entry_versions).order_by(entry_versions.c.id))).all()
        newest = rows[-1]
        assert (newest.origin, newest.officer, newest.entry_id) == ("officer", "chi", HOURS)
        assert (await audit.verify(connection, KEY)).good
        did = [line.action for line in reversed(await audit.newest_lines(connection, 9))]
    assert did == ["entry.draft", "entry.change", "entry.submit", "entry.sign", "entry.publish"]


async def test_a_release_leaves_a_published_answer_alone_and_proposes_its_own(room: WritingRoom) -> None:
    await room.published("Cửa khẩu mở từ 6 giờ sáng.")
    release = bodies()
    release[0]["answer"]["vi"]["text"] = "Cửa khẩu chỉ mở từ 6 giờ."
    async with room.db.transaction() as connection:
        await store.import_release(connection, release, room.clock.now())
    [proposed] = await room.editing.proposals(VIEWER)
    assert proposed.body["answer"]["vi"]["text"] == "Cửa khẩu chỉ mở từ 6 giờ."
    assert room.shown() == "Cửa khẩu mở từ 6 giờ sáng."
    draft_id = await room.editing.take(EDITOR, proposed.id)
    assert await room.editing.proposals(VIEWER) == []
    draft, _ = await room.editing.draft(VIEWER, draft_id)
    await room.editing.drop(EDITOR, draft_id, draft.version)
    [again] = await room.editing.proposals(VIEWER)  # what was given up waits again
    await room.editing.decline(EDITOR, again.id)
    assert await room.editing.proposals(VIEWER) == []
    with pytest.raises(ChangedMeanwhile):
        await room.editing.decline(EDITOR, again.id)
    draft_id = await room.editing.restore(EDITOR, again.id)
    with pytest.raises(NotAllowed):  # who brought these words in is as good as who typed them
        await room.sign(draft_id, officer=Officer(1, "an", ((Role.REVIEWER, ""),)))
    await room.submit(draft_id)
    await room.sign(draft_id)
    await room.publish(draft_id)
    assert room.shown() == "Cửa khẩu chỉ mở từ 6 giờ."


async def test_an_old_version_comes_back_as_a_draft(room: WritingRoom) -> None:
    await room.published("Cửa khẩu mở từ 6 giờ sáng.")
    room.clock.advance(60)
    first = (await room.editing.versions(VIEWER, HOURS))[-1]
    draft_id = await room.editing.restore(EDITOR, first.id)
    assert room.shown() == "Cửa khẩu mở từ 6 giờ sáng."
    await room.submit(draft_id)
    for language in ("vi", "km", "en"):
        await room.sign(draft_id, language)
    await room.publish(draft_id)
    assert room.shown() == "Cửa khẩu mở từ 6 giờ."
    assert room.shown(language="km") == "បើកម៉ោង 6។"
    room.clock.advance(60)
    await room.published("Cửa khẩu mở từ 6 giờ sáng.")
    origins = [each.origin for each in await room.editing.versions(VIEWER, HOURS)]
    assert origins == ["officer", "officer", "officer", "release"]


async def test_languages_nobody_signed_are_kept_for_the_next_draft(room: WritingRoom) -> None:
    await room.published("Cửa khẩu mở từ 6 giờ sáng.")
    assert room.shown(language="km") == ""
    draft_id = await room.editing.begin(EDITOR, HOURS)
    draft, _ = await room.editing.draft(EDITOR, draft_id)
    assert draft.body["answer"]["km"]["text"] == "បើកម៉ោង 6។"
    assert draft.body["title"]["km"]


async def test_a_question_more_needs_no_new_signature(room: WritingRoom) -> None:
    draft_id = await room.editing.begin(EDITOR, HOURS)
    draft, _ = await room.editing.draft(EDITOR, draft_id)
    asked = {**draft.body["phrasings"], "vi": [*draft.body["phrasings"]["vi"], "trạm kiểm soát mấy giờ làm việc"]}
    await room.editing.write(EDITOR, draft_id, draft.version, {"phrasings": asked})
    await room.submit(draft_id)
    await room.publish(draft_id)
    entry = room.serving.catalog.get(HOURS)
    assert entry is not None
    assert "trạm kiểm soát mấy giờ làm việc" in entry.phrasings["vi"]
    assert set(entry.answers) == {"vi", "km", "en"}  # nobody reads anything else than before
    assert room.serving.judge("trạm kiểm soát mấy giờ làm việc").match.candidates[0].id == HOURS


async def test_another_process_finds_it_by_its_mark(room: WritingRoom, db: Database) -> None:
    await room.published("Cửa khẩu mở từ 6 giờ sáng.")
    elsewhere = Serving(files.catalog_of(bodies()), room.serving.judge.newest, places(), home="dong-thap", mark="")
    other = WritingRoom(db, elsewhere, room.room, room.editing, room.publishing, room.clock)
    assert other.shown() == "Cửa khẩu mở từ 6 giờ."
    assert await elsewhere.look(db)
    assert other.shown() == "Cửa khẩu mở từ 6 giờ sáng."
    assert not await elsewhere.look(db)


# --- what is refused --------------------------------------------------------------------------------------------


async def test_faults_keep_a_draft_from_being_handed_in_and_nothing_typed_is_lost(room: WritingRoom) -> None:
    draft_id = await room.written("Phạt 9 triệu đồng.")
    with pytest.raises(Unfit, match="9 triệu”"):
        await room.submit(draft_id)
    draft, _ = await room.editing.draft(VIEWER, draft_id)
    assert draft.state is DraftState.DRAFT
    assert draft.body["answer"]["vi"]["text"] == "Phạt 9 triệu đồng."


async def test_a_quoted_source_holds_a_figure_no_sheet_has(room: WritingRoom) -> None:
    quoted = [{"text": "Phà Sở Thượng chạy từ 5 giờ đến 19 giờ.", "source": "Bến phà Sở Thượng, bảng giờ 1/11/2026"}]
    draft_id = await room.written("Cửa khẩu mở từ 6 giờ. Phà chạy từ 5 giờ đến 19 giờ.", own_facts=quoted)
    draft, _ = await room.editing.draft(VIEWER, draft_id)
    assert draft.body["facts"] == ["F1.1", "own:1"]
    found = await room.editing.findings(draft)
    assert found.faults == ()
    assert any("bản km" in each for each in found.reminders)  # nobody signed it, so it would be left out
    await room.sign(draft_id, "km")
    draft, _ = await room.editing.draft(EDITOR, draft_id)
    assert any("bản km" in each for each in (await room.editing.findings(draft)).faults)
    without = await room.editing.write(
        EDITOR, draft_id, draft.version, {"own_facts": [{"text": quoted[0]["text"], "source": ""}]}
    )
    assert "trích dẫn số 1 chưa ghi lấy từ đâu" in (await room.editing.findings(without)).faults


async def test_a_new_entry_may_lack_translations_but_not_a_source(room: WritingRoom) -> None:
    draft_id = await room.editing.begin_new(EDITOR, "crossing", "Phà Sở Thượng", "dong-thap")
    draft, served = await room.editing.draft(EDITOR, draft_id)
    assert (served, draft.entry_id) == (None, "crossing.pha-so-thuong")
    answer = {"vi": {"text": "Phà chạy từ 5 giờ."}}
    draft = await room.editing.write(EDITOR, draft_id, draft.version, {"answer": answer})
    assert "không nêu sự kiện nào" in (await room.editing.findings(draft)).faults
    quoted = [{"text": "Phà chạy từ 5 giờ.", "source": "Bến phà"}]
    draft = await room.editing.write(
        EDITOR, draft_id, draft.version, {"own_facts": quoted, "sources": [{"name": "Bến phà Sở Thượng"}]}
    )
    found = await room.editing.findings(draft)
    assert found.faults == ()
    assert "thiếu câu trả lời (km)" in found.reminders
    await room.submit(draft_id)
    await room.sign(draft_id)
    await room.publish(draft_id)
    assert room.shown("crossing.pha-so-thuong") == "Phà chạy từ 5 giờ."


async def test_who_typed_it_does_not_sign_it_and_who_had_a_hand_in_it_does_not_publish_it(room: WritingRoom) -> None:
    draft_id = await room.written(officer=EVERYTHING)
    await room.submit(draft_id, officer=EVERYTHING)
    with pytest.raises(NotAllowed, match="tự ký"):
        await room.sign(draft_id, officer=EVERYTHING)
    await room.sign(draft_id)
    look = await room.publishing.checklist(EVERYTHING, draft_id)
    assert "không tự công bố" in look.refused
    with pytest.raises(NotAllowed):
        await room.publishing.publish(EVERYTHING, draft_id, look.seen, look.ticks)
    assert room.shown() == "Cửa khẩu mở từ 6 giờ."


async def test_who_changed_the_legal_basis_signs_no_language(room: WritingRoom) -> None:
    officer = Officer(9, "lan", ((Role.EDITOR, ""), (Role.REVIEWER, "")))
    draft_id = await room.written()
    draft, _ = await room.editing.draft(officer, draft_id)
    await room.editing.write(officer, draft_id, draft.version, {"as_of": "2026-11-19"})
    with pytest.raises(NotAllowed, match="căn cứ"):
        await room.sign(draft_id, officer=officer)


async def test_a_change_after_the_signature_voids_it(room: WritingRoom) -> None:
    draft_id = await room.written()
    await room.sign(draft_id)
    draft, _ = await room.editing.draft(EDITOR, draft_id)
    assert draft.signed("vi")
    draft = await room.editing.write(EDITOR, draft_id, draft.version, {"as_of": "2026-11-02"})
    assert not draft.signed("vi")
    await room.submit(draft_id)
    with pytest.raises(NotAllowed, match="chưa có người ký"):
        await room.publish(draft_id)


async def test_what_is_signed_is_what_was_read(room: WritingRoom) -> None:
    draft_id = await room.written()
    seen = drafts.language_mark((await room.editing.draft(REVIEWER, draft_id))[0].body, "vi")
    await room.written("Cửa khẩu mở lúc 6 giờ.")
    with pytest.raises(ChangedMeanwhile):
        await room.editing.sign(REVIEWER, draft_id, "vi", seen)


async def test_two_officers_never_overwrite_each_other(room: WritingRoom) -> None:
    draft_id = await room.editing.begin(EDITOR, HOURS)
    draft, _ = await room.editing.draft(EDITOR, draft_id)
    await room.editing.write(EDITOR, draft_id, draft.version, {"review_by": "2027-04-01"})
    with pytest.raises(ChangedMeanwhile):
        await room.editing.write(REVIEWER, draft_id, draft.version, {"review_by": "2027-03-01"})
    assert await room.editing.begin(REVIEWER, HOURS) == draft_id  # an entry is being written once


async def test_two_publications_at_once_are_one_after_the_other(room: WritingRoom) -> None:
    draft_id = await room.written()
    await room.submit(draft_id)
    await room.sign(draft_id)
    look = await room.publishing.checklist(APPROVER, draft_id)
    other = Officer(8, "minh", ((Role.APPROVER, ""),))
    seen = (await room.publishing.checklist(other, draft_id)).seen
    done = await asyncio.gather(
        room.publishing.publish(APPROVER, draft_id, look.seen, look.ticks),
        room.publishing.publish(other, draft_id, seen, look.ticks),
        return_exceptions=True,
    )
    assert sorted(type(each).__name__ for each in done) in (
        ["ChangedMeanwhile", "int"],
        ["NotAllowed", "int"],
    )
    versions = await room.editing.versions(VIEWER, HOURS)
    assert [each.origin for each in versions] == ["officer", "release"]


async def test_everything_that_needs_a_tick_is_ticked(room: WritingRoom) -> None:
    draft_id = await room.written()
    await room.submit(draft_id)
    await room.sign(draft_id)
    look = await room.publishing.checklist(APPROVER, draft_id)
    assert len(look.ticks) == 3  # read, and two languages that are left out
    assert look.left_out == ("km", "en")
    for missing in range(len(look.ticks)):
        ticks = [each for at, each in enumerate(look.ticks) if at != missing]
        with pytest.raises(NotAllowed, match="Chưa đánh dấu"):
            await room.publishing.publish(APPROVER, draft_id, look.seen, ticks)


async def test_saving_what_was_handed_in_without_a_change_leaves_it_so(room: WritingRoom) -> None:
    draft_id = await room.written()
    await room.submit(draft_id)
    draft, _ = await room.editing.draft(EDITOR, draft_id)
    assert (await room.editing.write(EDITOR, draft_id, draft.version, {})).state is DraftState.SUBMITTED
    await room.editing.write(EDITOR, draft_id, draft.version, {"review_by": "2027-04-01"})
    assert await state(room, draft_id) is DraftState.DRAFT


async def test_returned_with_a_reason_and_handed_in_again(room: WritingRoom) -> None:
    draft_id = await room.written()
    await room.submit(draft_id)
    with pytest.raises(Unfit, match="5 chữ"):
        await room.publishing.return_(APPROVER, draft_id, "sai rồi")
    await room.publishing.return_(APPROVER, draft_id, "Thiếu giờ đóng cửa, xem lại.")
    draft, _ = await room.editing.draft(VIEWER, draft_id)
    assert (draft.state, draft.returned) == (DraftState.RETURNED, "Thiếu giờ đóng cửa, xem lại.")
    with pytest.raises(Unfit, match="bị trả lại"):
        await room.submit(draft_id)
    await room.written("Cửa khẩu mở lúc 6 giờ.")
    await room.submit(draft_id)
    assert await state(room, draft_id) is DraftState.SUBMITTED


@pytest.mark.parametrize("officer", [VIEWER, APPROVER, Officer(7, "ha", ((Role.EDITOR, "p-dong-thap"),))])
async def test_nobody_writes_without_the_right_where_it_is_read(room: WritingRoom, officer: Officer) -> None:
    with pytest.raises(Forbidden):
        await room.editing.begin(officer, HOURS)  # a national entry is read everywhere


async def test_an_editor_of_a_province_writes_what_is_read_there(room: WritingRoom) -> None:
    local = Officer(7, "ha", ((Role.EDITOR, "p-dong-thap"),))
    assert await room.editing.begin_new(local, "crossing", "Phà Sở Thượng", "dong-thap")
    with pytest.raises(Forbidden):
        await room.editing.begin_new(local, "crossing", "Phà An Hòa", "an-giang")
    draft_id = await room.editing.begin_new(local, "crossing", "Phà Hồng Ngự", "dong-thap")
    draft, _ = await room.editing.draft(local, draft_id)
    with pytest.raises(Forbidden):
        await room.editing.write(local, draft_id, draft.version, {"scope": "national"})


async def test_a_script_neither_signs_nor_publishes(room: WritingRoom) -> None:
    draft_id = await room.written()
    await room.submit(draft_id)
    script = replace(EVERYTHING, scopes=("draft", "read"))
    with pytest.raises((NotAllowed, Forbidden)):
        await room.sign(draft_id, officer=script)
    await room.sign(draft_id)
    look = await room.publishing.checklist(APPROVER, draft_id)
    with pytest.raises((NotAllowed, Forbidden)):
        await room.publishing.publish(replace(APPROVER, scopes=("draft", "read")), draft_id, look.seen, look.ticks)


async def test_what_a_release_replaced_meanwhile_has_to_be_looked_at_again(room: WritingRoom) -> None:
    draft_id = await room.written()
    release = bodies()
    release[0]["answer"]["vi"]["text"] = "Cửa khẩu chỉ mở từ 6 giờ."
    async with room.db.transaction() as connection:
        await store.import_release(connection, release, room.clock.now())
    with pytest.raises(Unfit, match="đã đổi từ khi"):
        await room.submit(draft_id)
    await room.written("Cửa khẩu mở đúng 6 giờ.")  # saved again, having seen what is different
    await room.submit(draft_id)


# --- the test questions -----------------------------------------------------------------------------------------


async def test_a_change_that_makes_answers_worse_says_so_and_needs_two(room: WritingRoom) -> None:
    draft_id = await room.editing.begin(EDITOR, HOURS)
    draft, _ = await room.editing.draft(EDITOR, draft_id)
    asked = {"vi": ["lịch làm việc ngày lễ", "tết có nghỉ không"]}
    draft = await room.editing.write(EDITOR, draft_id, draft.version, {"phrasings": asked})
    effect = await room.editing.effect(draft)
    assert effect.lowers
    [change] = effect.worse
    assert change.question == "gà gáy đã lên đường thì quá sớm"
    assert (change.before.grade, change.worse) == (RIGHT, True)
    with pytest.raises(Unfit):
        await room.submit(draft_id)
    await room.submit(draft_id, reason="Câu này nay chỉ nói ngày lễ")
    look = await room.publishing.checklist(APPROVER, draft_id)
    assert any("Câu này nay chỉ nói ngày lễ" in each for each in look.ticks)
    with pytest.raises(NotAllowed, match="Chưa đánh dấu"):
        await room.publishing.publish(APPROVER, draft_id, look.seen, look.ticks[:1])
    await room.publishing.publish(APPROVER, draft_id, look.seen, look.ticks)
    assert (await room.editing.draft(VIEWER, draft_id))[0].effect["changes"]


async def test_another_text_asks_no_question_otherwise(room: WritingRoom) -> None:
    draft, _ = await room.editing.draft(EDITOR, await room.written())
    effect = await room.editing.effect(draft)
    assert (effect.changes, effect.lowers, effect.asked) == ((), False, 2)


async def test_trying_an_utterance_on_the_draft(room: WritingRoom) -> None:
    draft_id = await room.editing.begin(EDITOR, HOURS)
    draft, _ = await room.editing.draft(EDITOR, draft_id)
    asked = {**draft.body["phrasings"], "vi": [*draft.body["phrasings"]["vi"], "barie hạ xuống lúc nào"]}
    draft = await room.editing.write(EDITOR, draft_id, draft.version, {"phrasings": asked})
    tried = await room.editing.try_out(draft, "barie ha xuong luc nao zậy zztop")
    assert tried.candidates[0].id == HOURS
    assert tried.nearest == "barie hạ xuống lúc nào"
    assert {"barie", "ha"} <= set(tried.known)
    assert "zztop" in tried.unknown
    assert room.serving.judge("barie hạ xuống lúc nào").match.candidates[:1] != tried.candidates[:1]  # a draft only


async def test_a_question_of_another_entry_is_warned_of(room: WritingRoom) -> None:
    draft_id = await room.editing.begin(EDITOR, HOURS)
    draft, served = await room.editing.draft(EDITOR, draft_id)
    taken = bodies()[1]["phrasings"]["vi"][0]
    asked = {**draft.body["phrasings"], "vi": [*draft.body["phrasings"]["vi"], taken.upper()]}
    draft = await room.editing.write(EDITOR, draft_id, draft.version, {"phrasings": asked})
    [near] = room.editing.near(draft, served)
    assert (near.entry_id, near.other, near.likeness) == ("crossing.other-1", taken, 100)


# --- questions that had no answer -------------------------------------------------------------------------------


async def asked(room: WritingRoom, question: str, times: int = 3) -> None:
    async with room.db.transaction() as connection:
        for number in range(times):
            await store.note_unanswered(connection, question, "vi", "web", room.room.today - timedelta(days=number))


async def test_a_group_becomes_an_entry_and_who_waits_is_told(room: WritingRoom) -> None:
    await asked(room, "phà sở thượng mấy giờ chạy")
    await asked(room, "hiếm lắm mới hỏi", times=1)
    overview = await room.editing.groups(VIEWER)
    [group] = overview.groups
    draft_id = await room.editing.add_group(EDITOR, HOURS, group.id)
    draft, _ = await room.editing.draft(VIEWER, draft_id)
    assert draft.body["phrasings"]["vi"][0] == "phà sở thượng mấy giờ chạy"
    assert len(draft.questions) == 3
    await room.submit(draft_id)
    assert room.told == []
    assert await room.publish(draft_id) == 3
    assert room.told == [(["phà sở thượng mấy giờ chạy"] * 3, HOURS, [])]
    after = await room.editing.groups(VIEWER)
    assert (after.groups, after.held_back) == ((), 1)


async def test_what_was_asked_once_becomes_nothing(room: WritingRoom) -> None:
    await asked(room, "hiếm lắm mới hỏi", times=1)
    async with room.db.reading() as connection:
        [question] = await store.load_unanswered(connection, room.room.today)
    with pytest.raises(Unfit):
        await room.editing.add_group(EDITOR, HOURS, question.id)
    with pytest.raises(Unfit):
        await room.publishing.answer_group(APPROVER, question.id, HOURS)


async def test_a_group_is_answered_by_an_entry_as_it_is(room: WritingRoom) -> None:
    await asked(room, "cổng biên mở lúc mấy giờ")
    [group] = (await room.editing.groups(VIEWER)).groups
    with pytest.raises(Forbidden):
        await room.publishing.answer_group(EDITOR, group.id, HOURS)
    assert await room.publishing.answer_group(APPROVER, group.id, HOURS) == 3


async def test_who_asked_an_entry_that_could_not_say_is_told_when_it_can(room: WritingRoom) -> None:
    draft_id = await room.written()
    release = bodies()
    async with room.db.transaction() as connection:
        release[0] |= {"kind": "refer", "who": {"vi": "Đồn", "km": "ប៉ុស្តិ៍", "en": "Post"}}
        await store.import_release(connection, release, room.clock.now())
    draft, _ = await room.editing.draft(EDITOR, draft_id)
    await room.editing.write(EDITOR, draft_id, draft.version, {"kind": "answer", "as_of": "2026-11-03"})
    await room.submit(draft_id)
    await room.sign(draft_id)
    await room.publish(draft_id)
    assert room.told == [([], HOURS, [HOURS])]


# --- votes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verdicts", "shown"),
    [
        ({}, Helped()),
        ({"yes": 4}, Helped()),
        ({"yes": 9}, Helped(9, 9, 0, 0)),
        ({"yes": 9, "no": 1}, Helped(10)),
        ({"yes": 9, "wrong": 6}, Helped(15, 9, 6, 6)),
        ({"yes": 9, "wrong": 6, "unclear": 1}, Helped(16, 9, 7)),
        ({"yes": 9, "wrong": 1, "unclear": 6}, Helped(16, 9, 7)),
        ({"no": 5}, Helped(5, 0, 5, 0)),
    ],
)
def test_few_votes_are_never_shown_nor_given_away(verdicts: dict[str, int], shown: Helped) -> None:
    assert helped(verdicts) == shown


async def test_votes_of_all_days_are_added_up(room: WritingRoom) -> None:
    async with room.db.transaction() as connection:
        for number in range(3):
            day = room.room.today - timedelta(days=number)
            await store.count_vote(connection, HOURS, "vi", day, "yes", 4)
    assert await room.editing.votes(VIEWER) == {HOURS: Helped(12, 12, 0, 0)}


async def test_there_is_no_such_draft(room: WritingRoom) -> None:
    with pytest.raises(draft_store.NoSuchDraft):
        await room.editing.draft(VIEWER, 99)
    with pytest.raises(draft_store.NoSuchVersion):
        await room.editing.restore(EDITOR, 99)
    with pytest.raises(Unfit):
        await room.editing.begin(EDITOR, "no.such")
