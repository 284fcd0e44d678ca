"""The life of a notice: issued, confirmed or not, updated, ended; to exactly the right people, once each."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot import errors
from bot.staff import audit
from bot.staff.roles import Forbidden, Officer, Role
from bot.storage.db import Database
from bot.storage.schema import posts
from broadcasts import notice_calls, store
from broadcasts import posts as posting
from broadcasts.approval import NotAllowed
from broadcasts.audience import AudienceError
from broadcasts.hazards import NotSigned
from broadcasts.notice_store import NoSuchNotice, NoticeChangedMeanwhile
from broadcasts.notices import BadExpiry, IllegalNoticeMove, Kind, NoticeDraft, NoticeState
from broadcasts.post_targets import CHANNEL, PostTarget
from broadcasts.poster import Words
from broadcasts.store import NoSuchCampaign
from tests.handlers.warned import COMMANDER, DUTY, KEY, SECOND, STRANGER, TAN_HO_CO, THUONG_PHUOC, Warned

DEPUTY = Officer(5, "em", ((Role.COMMANDER, "p-dong-thap"),))


@pytest.fixture
async def warned(db: Database) -> Warned:
    return await Warned.start(db)


async def test_a_notice_reaches_the_people_of_its_area_at_once_and_nobody_else(warned: Warned) -> None:
    here = await warned.people(3)
    there = await warned.people(2, TAN_HO_CO)
    [silent] = await warned.people(1, safety=False)
    [gone] = await warned.people(1, reachable="blocked")
    issued = await warned.issued()
    await warned.go()
    for who in here:
        [text] = warned.heard(who)
        assert text.startswith("[TIN KHẨN] Sạt lở")
        assert "xã Thường Phước" in text
        assert "Có hiệu lực đến 1:00 ngày 21/11/2026." in text  # 19:00 and six hours
        assert "chờ xác nhận lần hai" in text
        assert "Ban chỉ huy thử" in text
    for who in (*there, silent, gone):
        assert warned.heard(who) == []
    assert await warned.states(issued.run_id) == {"sent": 3, "skipped(blocked)": 1}


async def test_it_does_not_wait_for_the_night_or_the_weekly_cap(warned: Warned) -> None:
    await warned.people(1)
    for _ in range(5):  # more than three a week, and at two in the morning
        issued = await warned.issued()
        warned.later(hours=1)
        await warned.service.cancel(DUTY, issued.notice_id)
    await warned.issued()
    await warned.go()
    assert warned.heard("9000")[-1].startswith("[TIN KHẨN]")


async def test_only_who_is_on_duty_may_issue(warned: Warned) -> None:
    await warned.signed("landslide")
    with pytest.raises(Forbidden):
        await warned.service.issue(STRANGER, NoticeDraft("landslide", (THUONG_PHUOC,)))
    warned.roster.on_duty = []
    await warned.service.issue(COMMANDER, NoticeDraft("landslide", (THUONG_PHUOC,)))


async def test_a_template_is_offered_after_a_commander_has_signed_it(warned: Warned) -> None:
    assert await warned.hazards.offered(DUTY) == []
    with pytest.raises(NotSigned):
        await warned.service.issue(DUTY, NoticeDraft("landslide", (THUONG_PHUOC,)))
    seen = warned.hazards.template("landslide").digest("vi")
    for officer in (DUTY, STRANGER):
        with pytest.raises(Forbidden):
            await warned.hazards.sign(officer, "landslide", "vi", seen)
    with pytest.raises(NoticeChangedMeanwhile):
        await warned.hazards.sign(COMMANDER, "landslide", "vi", "another text")
    await warned.signed("landslide")
    await warned.signed("storm")
    assert {each.id for each in await warned.hazards.offered(DUTY)} == {"landslide", "storm"}
    await warned.service.issue(DUTY, NoticeDraft("storm", (THUONG_PHUOC,)))
    assert next(iter(await warned.hazards.offered(DUTY))).id == "storm"  # used last


async def test_a_language_nobody_signed_is_not_sent(warned: Warned) -> None:
    [khmer] = await warned.people(1, language="km")
    await warned.issued()
    await warned.go()
    assert warned.heard(khmer)[0].startswith("[TIN KHẨN]")
    await warned.signed("storm", "vi", "km")
    await warned.service.issue(DUTY, NoticeDraft("storm", (THUONG_PHUOC,)))
    await warned.go()
    assert warned.heard(khmer)[1].startswith("[ដំណឹងបន្ទាន់]")


async def test_what_cannot_be_said_is_refused_with_a_sentence(warned: Warned) -> None:
    await warned.signed("landslide")
    with pytest.raises(AudienceError, match="Chọn nơi nhận"):
        await warned.service.issue(DUTY, NoticeDraft("landslide"))
    with pytest.raises(AudienceError, match="Không có nơi"):
        await warned.service.issue(DUTY, NoticeDraft("landslide", ("c-0",)))
    for minutes in (0, -1, 24 * 60 + 1):
        long = NoticeDraft("landslide", (THUONG_PHUOC,), lasts_for=timedelta(minutes=minutes))
        with pytest.raises(BadExpiry):
            await warned.service.issue(DUTY, long)
    with pytest.raises(NotAllowed):
        await warned.service.issue(DUTY, NoticeDraft("no-such", (THUONG_PHUOC,)))
    with pytest.raises(NoSuchNotice):
        await warned.service.clear(DUTY, 99)


async def test_what_was_seen_is_what_is_said(warned: Warned) -> None:
    await warned.signed("landslide")
    draft = NoticeDraft("landslide", (THUONG_PHUOC,))
    preview = await warned.service.preview(DUTY, draft)
    warned.later(minutes=3)  # looking at it takes a while; the hours are the same
    await warned.service.issue(DUTY, draft, seen=preview.seen)
    other = NoticeDraft("landslide", (THUONG_PHUOC, TAN_HO_CO))
    with pytest.raises(NoticeChangedMeanwhile):
        await warned.service.issue(DUTY, other, seen=preview.seen)


async def test_the_preview_counts_and_shows_what_is_like_it(warned: Warned) -> None:
    await warned.people(7)
    await warned.people(2, reachable="blocked")
    await warned.signed("landslide")
    draft = NoticeDraft("landslide", (THUONG_PHUOC,))
    first = await warned.service.preview(DUTY, draft)
    assert (first.forecast.audience, first.forecast.reachable, first.alike, first.whole_province) == (9, 7, None, False)
    issued = await warned.service.issue(DUTY, draft)
    again = await warned.service.preview(SECOND, NoticeDraft("landslide", ("p-dong-thap",)))
    assert again.alike is not None
    assert (again.alike.id, again.whole_province) == (issued.notice_id, True)


# --- the second person ------------------------------------------------------------------------------------------------


async def test_confirmed_by_somebody_else_and_then_said_so(warned: Warned) -> None:
    await warned.people(1)
    issued = await warned.issued()
    with pytest.raises(NotAllowed, match="không tự xác nhận"):
        await warned.service.confirm(DUTY, issued.run_id)
    with pytest.raises(Forbidden):
        await warned.service.confirm(STRANGER, issued.run_id)
    notice = await warned.service.confirm(SECOND, issued.run_id)
    assert (notice.state, notice.confirmed_by) == (NoticeState.CONFIRMED, "binh")
    await warned.go()
    assert "chờ xác nhận" not in warned.heard("9000")[0]
    warned.later(hours=1)
    await warned.go()
    assert (await warned.notice(issued.notice_id)).state is NoticeState.CONFIRMED  # no ladder any more


async def test_the_second_person_says_no(warned: Warned) -> None:
    await warned.people(2)
    issued = await warned.issued()
    await warned.go()
    await warned.service.reject(SECOND, issued.run_id)
    await warned.go()
    assert (await warned.notice(issued.notice_id)).state is NoticeState.WITHDRAWN
    for who in ("9000", "9001"):
        assert warned.heard(who)[-1].startswith("[THU HỒI] Tin lúc 19:00")


async def test_nobody_confirms_a_fraud_wave_and_it_is_taken_back(warned: Warned) -> None:
    await warned.people(2)
    issued = await warned.issued("fraud")
    await warned.go()
    called = []
    for _ in range(2):
        warned.later(minutes=10)
        await warned.go()
        called.append((await warned.notice(issued.notice_id)).rung)
    assert called == [1, 2]
    assert (await warned.notice(issued.notice_id)).state is NoticeState.PENDING
    warned.later(minutes=10)
    await warned.go()
    notice = await warned.notice(issued.notice_id)
    assert (notice.state, notice.ended_by) == (NoticeState.WITHDRAWN, "")
    assert warned.heard("9000")[-1].startswith("[THU HỒI]")
    assert len(warned.heard("9000")) == 2


async def test_nobody_confirms_a_landslide_and_it_stays_for_two_hours(warned: Warned) -> None:
    await warned.people(1)
    warned.roster.called = []
    issued = await warned.issued(lasts_for=timedelta(hours=12))
    await warned.go()
    warned.later(minutes=10)
    await warned.go()
    notice = await warned.notice(issued.notice_id)
    assert notice.state is NoticeState.HELD
    assert notice.expires_at == notice.issued_at + timedelta(hours=2)
    [late] = await warned.people(1)
    await warned.go()
    assert "chưa được xác nhận lần hai" in warned.heard(late)[0]
    assert "nhầm" not in warned.heard(late)[0]
    warned.later(hours=2)
    await warned.go()
    assert (await warned.notice(issued.notice_id)).state is NoticeState.EXPIRED
    assert len(warned.heard("9000")) == 1  # expiry rings no phone …
    assert warned.channel.standing["1"].startswith("[HẾT HIỆU LỰC] lúc 21:00")  # … and is put over the message


async def test_whom_the_roster_puts_on_the_ladder_meanwhile_is_called_and_nobody_twice(warned: Warned) -> None:
    issued = await warned.issued()
    called = []
    for ladder in ([SECOND, COMMANDER], [STRANGER, SECOND, COMMANDER], [COMMANDER], [COMMANDER, DEPUTY]):
        warned.roster.called = ladder
        warned.later(minutes=10)
        await warned.go()
        async with warned.db.reading() as connection:
            rungs = [each for each in await notice_calls.of_run(connection, issued.run_id) if each.rung]
        called.append([each.officer_id for each in rungs])
    steps = [[SECOND.id], [SECOND.id, STRANGER.id], [SECOND.id, STRANGER.id, COMMANDER.id]]
    assert called == [*steps, steps[-1]]  # more are not called one by one
    assert (await warned.notice(issued.notice_id)).state is NoticeState.HELD


async def test_a_ladder_that_has_shrunk_ends_with_nobody_called_twice(warned: Warned) -> None:
    issued = await warned.issued()
    warned.later(minutes=10)
    await warned.go()
    warned.roster.called = [COMMANDER, SECOND]  # binh, who was called, stands where chi stood
    warned.later(minutes=10)
    await warned.go()
    warned.roster.called = [DUTY, SECOND, COMMANDER]  # an said it
    warned.later(minutes=10)
    await warned.go()
    async with warned.db.reading() as connection:
        calls = {each.officer_id: each.rung for each in await notice_calls.of_run(connection, issued.run_id)}
    assert calls == {SECOND.id: 1, COMMANDER.id: 2}
    assert (await warned.notice(issued.notice_id)).state is NoticeState.HELD


# --- update, all-clear, cancel, expiry --------------------------------------------------------------------------------


async def test_an_update_says_what_is_new_to_whom_it_is_new(warned: Warned) -> None:
    old = await warned.people(2)
    newcomers = await warned.people(1, TAN_HO_CO)
    [unlucky] = await warned.people(1, reachable="blocked")
    issued = await warned.issued()
    await warned.go()
    assert await warned.states(issued.run_id) == {"sent": 2, "skipped(blocked)": 1}
    await warned.change(unlucky, reachable="ok")
    warned.later(minutes=5)
    await warned.service.update(
        SECOND, issued.notice_id, {"vi": "Đã rào 300 mét bờ sông."}, area=(THUONG_PHUOC, TAN_HO_CO)
    )
    await warned.go()
    for who in old:
        assert len(warned.heard(who)) == 2
        assert warned.heard(who)[1].startswith("[CẬP NHẬT LẦN 1] Đã rào 300 mét bờ sông.")
    for who in (*newcomers, unlucky):
        assert warned.heard(who)[-1].startswith("[TIN KHẨN] Sạt lở")
    follows = {each.address.external_id: each.message.follows for each in warned.channel.said[2:]}
    assert follows[old[0]] == "1"
    assert follows[unlucky] == ""
    assert warned.channel.standing["1"].startswith("[TIN CŨ] Đã có tin mới lúc 19:05")


async def test_whoever_the_area_no_longer_holds_hears_of_it_too(warned: Warned) -> None:
    [here] = await warned.people(1)
    [there] = await warned.people(1, TAN_HO_CO)
    await warned.signed("landslide")
    issued = await warned.service.issue(DUTY, NoticeDraft("landslide", (THUONG_PHUOC, TAN_HO_CO)))
    await warned.go()
    await warned.service.update(DUTY, issued.notice_id, {"vi": "Chỉ còn Thường Phước."}, area=(THUONG_PHUOC,))
    await warned.go()
    run = (await warned.notice(issued.notice_id)).newest.run_id
    assert await warned.states(run) == {"sent": 2}
    assert len(warned.heard(here)) == len(warned.heard(there)) == 2


async def test_the_all_clear_goes_to_exactly_those_who_were_reached(warned: Warned) -> None:
    [reached] = await warned.people(1)
    [stopped] = await warned.people(1)
    issued = await warned.issued()
    await warned.go()
    [newcomer] = await warned.people(1)
    await warned.change(stopped, safety=False)
    await warned.service.clear(DUTY, issued.notice_id)
    await warned.go()
    assert warned.heard(reached)[-1].startswith("[ĐÃ AN TOÀN]")
    assert "xã Thường Phước" in warned.heard(reached)[-1]
    assert len(warned.heard(stopped)) == 1
    assert warned.heard(newcomer) == []
    assert await warned.run_states() == ["done", "done"]


async def test_cancelled_is_not_all_clear(warned: Warned) -> None:
    await warned.people(1)
    issued = await warned.issued()
    await warned.go()
    await warned.service.cancel(DUTY, issued.notice_id, "bấm nhầm xã")
    await warned.go()
    assert warned.heard("9000")[-1].startswith("[HUỶ TIN]")
    with pytest.raises(IllegalNoticeMove, match="đã huỷ"):
        await warned.service.clear(DUTY, issued.notice_id)
    with pytest.raises(IllegalNoticeMove):
        await warned.service.confirm(SECOND, (await warned.notice(issued.notice_id)).newest.run_id)


async def test_nothing_is_begun_in_the_last_ten_seconds(warned: Warned) -> None:
    await warned.people(1)
    await warned.issued(lasts_for=timedelta(minutes=30))
    warned.later(minutes=29, seconds=51)
    await warned.sender.work_off()
    assert warned.heard("9000") == []
    warned.later(seconds=10)
    await warned.go()
    assert warned.heard("9000") == []


async def test_who_joins_while_it_is_in_force_gets_it_once(warned: Warned) -> None:
    issued = await warned.issued()
    await warned.go()
    [late] = await warned.people(1)
    for _ in range(3):
        await warned.go()
    assert len(warned.heard(late)) == 1
    await warned.service.clear(DUTY, issued.notice_id)
    await warned.people(1)
    await warned.go()
    assert len(warned.channel.said) == 2


async def test_an_unknown_outcome_is_tried_again_and_marked(warned: Warned) -> None:
    await warned.people(1)
    issued = await warned.issued()
    warned.channel.script.append(errors.OutcomeUnknown("no answer"))
    await warned.go()
    warned.later(seconds=3)
    await warned.go()
    assert warned.heard("9000")[0].startswith("[GỬI LẠI]")
    assert await warned.states(issued.run_id) == {"sent": 1}


async def test_one_channel_that_refuses_the_text_does_not_keep_it_from_the_others(warned: Warned) -> None:
    await warned.people(8)
    issued = await warned.issued()
    warned.channel.script.extend([errors.ContentRejected("no")] * 4)
    await warned.go()
    assert await warned.states(issued.run_id) == {"sent": 4, "failed(content)": 4}


async def test_campaign_commands_do_not_touch_a_notice(warned: Warned) -> None:
    issued = await warned.issued()
    async with warned.db.reading() as connection:
        with pytest.raises(NoSuchCampaign):
            await store.load(connection, issued.notice_id)
        assert await store.listed(connection) == []


async def test_the_log_tells_who_said_what(warned: Warned) -> None:
    issued = await warned.issued()
    await warned.service.confirm(SECOND, issued.run_id)
    await warned.service.clear(SECOND, issued.notice_id)
    async with warned.db.reading() as connection:
        lines = [(each.officer, each.action) for each in reversed(await audit.newest_lines(connection, 9))]
        assert (await audit.verify(connection, KEY)).good
    assert lines == [
        ("chi", "notice.sign"),
        ("an", "notice.issue"),
        ("binh", "notice.confirm"),
        ("binh", "notice.clear"),
    ]
    assert Kind.CLEAR.goes_on is False


async def test_it_is_posted_where_everybody_of_the_area_reads_and_a_drill_nowhere(db: Database) -> None:
    targets = (
        PostTarget("kenh-tinh", "fake", CHANNEL, "-1001", place_code="p-dong-thap", languages=("vi", "km")),
        PostTarget("nhom-xa", "fake", CHANNEL, "-1002", place_code=TAN_HO_CO),
        PostTarget("kenh-chung", "fake", CHANNEL, "-1003"),
    )
    warned = await Warned.start(db, targets)
    await warned.drilling(DUTY)
    await warned.service.issue(SECOND, NoticeDraft("storm", (THUONG_PHUOC,), drill=True))
    issued = await warned.issued()
    async with db.reading() as connection:
        rows = (await connection.execute(select(posts))).all()
        due = await posting.due(connection, ("fake", "main"), warned.clock.now())
    assert {(row.run_id, row.target, row.language, row.state) for row in rows} == {
        (issued.run_id, "-1001", "vi", "queued"),
        (issued.run_id, "-1001", "km", "skipped"),
        (issued.run_id, "-1003", "vi", "queued"),
    }
    [first, *_] = due
    words = await warned.writer.post(warned.channel, first)
    assert isinstance(words, Words)
    assert words.message.text.startswith("[TIN KHẨN] Sạt lở")
    assert words.message.buttons == ()
