"""Officers in their own chats: deadlines and what waits, once each and by day; deputies; who was reset."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from bot.errors import ChannelDown, OutcomeUnknown
from bot.staff.changes import Change, Kind
from bot.staff.roles import Role
from bot.storage.schema import runs
from broadcasts.deadlines import parse
from broadcasts.recurrence import from_json
from broadcasts.reports import Prices
from content.campaign_files import shipped_deadlines
from handlers.officers_reached import OfficersReached
from handlers.officers_reminded import OfficersReminded
from tests.flows.station import APPROVER, EDITOR, REVIEWER, Station
from tests.flows.talk import Talk, text_of

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
ADMINISTRATOR, DEPUTY = "2004", "2005"


@pytest.fixture
async def empty(tmp_path: Path) -> AsyncIterator[Station]:
    """Officers, none of them with a chat."""
    talk = await Talk.start(tmp_path, leaflet_price=500)
    try:
        yield await Station(talk).open()
    finally:
        talk.channel.script.clear()
        await talk.stop()


@pytest.fixture
async def station(empty: Station) -> Station:
    await linked(empty)
    return empty


async def linked(station: Station) -> None:
    for name, who in (("Chi", EDITOR), ("Giang", APPROVER), ("Dung", REVIEWER)):
        await station.link(name, who)
    await told(station)  # from now on


async def told(station: Station, minutes: float = 2) -> dict[str, str]:
    """What each is told after some time has passed."""
    station.talk.clock.advance(minutes * 60)
    before = len(station.talk.channel.said)
    await station.talk.app.campaigning.tell_officers()
    found: dict[str, str] = {}
    for said in station.talk.channel.said[before:]:
        assert said.address.external_id not in found, "told twice"
        found[said.address.external_id] = said.message.text
    return found


def until(station: Station, *moment: int) -> None:
    at = datetime(*moment, tzinfo=ZONE)  # type: ignore[arg-type,misc]
    station.talk.clock.advance((at - station.now()).total_seconds())


def begun_again(station: Station) -> OfficersReminded:
    """As after a restart."""
    app = station.talk.app
    office, phrases = app.campaigning.office, app.intake.desk.phrases
    reached = OfficersReached(
        db=station.db, office=office, channels=app.channels, phrases=phrases, clock=station.talk.clock
    )
    return OfficersReminded(
        db=station.db,
        office=office,
        reached=reached,
        clock=station.talk.clock,
        duties=parse(shipped_deadlines()),
        province="dong-thap",
        prices=Prices(),
    )


async def change(station: Station, wanted: Change) -> None:
    first, second = await station.officer("An"), await station.officer("Bình")
    async with station.db.transaction() as connection:
        number = await station.accounts.propose(connection, first, wanted, station.now())
    async with station.db.transaction() as connection:
        await station.accounts.confirm(connection, second, number, station.now())


# --- deadlines ----------------------------------------------------------------------------------------------------


async def test_a_deadline_three_times_each_once_and_never_at_night(empty: Station) -> None:
    station = empty
    until(station, 2027, 5, 23, 12, 0)
    await linked(station)
    assert await told(station) == {}
    until(station, 2027, 5, 24, 6, 0)
    assert await told(station) == {}  # it is still night
    until(station, 2027, 5, 24, 7, 0)
    found = await told(station)
    assert set(found) == {EDITOR, APPROVER}  # who writes or approves, not who signs a language
    words = found[EDITOR]
    assert words.startswith("Còn 21 ngày là hạn cuối nộp báo cáo (14/06/2027), theo kế hoạch:")
    assert "Đồng Tháp 2022 IV.13" in words
    assert "Đồng Tháp 2022 IV.2a" in words
    assert "Từ 15/11/2026 tới nay: 0 đợt, 0 tin đã gửi, chi phí 0 đồng; cho chừng ấy người: in tờ rơi 0 đồng." in words
    assert "campaign period --from 2026-11-15 --to 2027-06-14" in words
    assert await told(station, 60) == {}
    await begun_again(station).tick()
    assert await told(station) == {}
    until(station, 2027, 6, 7, 22, 0)
    assert await told(station) == {}
    until(station, 2027, 6, 8, 9, 0)  # the day of it was over
    assert (await told(station))[EDITOR].startswith("Còn 6 ngày")
    until(station, 2027, 6, 14, 9, 0)
    assert (await told(station))[APPROVER].startswith("Hôm nay là hạn cuối")
    assert await told(station, 60) == {}


async def test_who_comes_later_is_reminded_later(station: Station) -> None:
    until(station, 2027, 2, 1, 9, 0)
    await station.talk.hears("/viec", who=EDITOR)
    until(station, 2027, 4, 20, 9, 0)
    await station.talk.hears("/viec", who=EDITOR)
    until(station, 2027, 5, 28, 9, 0)
    assert set(await told(station)) == {EDITOR}  # the others were silent for too long
    await station.link("Giang", APPROVER)
    assert (await told(station))[APPROVER].startswith("Còn 17 ngày")


async def test_only_where_they_write(empty: Station) -> None:
    station = empty
    until(station, 2027, 5, 24, 9, 0)
    for name, area in (("Hà", "c-29929"), ("Huệ", "p-ca-mau")):
        await change(station, Change(Kind.ADD, name, Role.EDITOR, area))
    await station.link("Hà", "2006")
    await station.link("Huệ", "2007")
    await told(station)
    assert [said.address.external_id for said in station.talk.channel.said if "Còn 21" in said.message.text] == ["2006"]


async def test_what_surely_did_not_arrive_is_said_again(station: Station) -> None:
    for each in (datetime(2027, 2, 1), datetime(2027, 4, 20)):
        until(station, each.year, each.month, each.day, 9, 0)
        await station.talk.hears("/viec", who=EDITOR)
    until(station, 2027, 5, 24, 9, 0)
    station.talk.channel.script.append(ChannelDown())
    assert await told(station) == {}
    assert set(await told(station)) == {EDITOR}
    until(station, 2027, 6, 7, 9, 0)
    station.talk.channel.script.append(OutcomeUnknown())
    assert await told(station) == {}
    assert await told(station) == {}  # it may have arrived


# --- what waits ---------------------------------------------------------------------------------------------------


async def test_what_still_waits_after_a_day_is_said_once_more(station: Station) -> None:
    await station.submitted()
    assert set(await told(station)) == {REVIEWER, APPROVER}
    assert await told(station, 23 * 60) == {}
    until(station, 2026, 11, 21, 22, 0)
    assert await told(station) == {}
    until(station, 2026, 11, 22, 7, 0)
    found = await told(station)
    assert set(found) == {REVIEWER, APPROVER}
    assert found[REVIEWER].startswith("Nhắc: CD-1 “")
    assert "vẫn chờ ký, từ 09:1" in found[REVIEWER]
    card = station.talk.channel.said[-1].message.choices()[0].value
    assert "tiếng Việt" in text_of(await station.talk.hears(kind="button", value=card, who=APPROVER))
    assert await told(station) == {}
    await begun_again(station).tick()
    assert await told(station, 24 * 60) == {}
    # Handed in anew it is another thing that waits.
    service, editor = station.talk.app.campaigning.service, await station.officer("Chi")
    await service.write(editor, 1, "vi", "Chữ khác.")
    await service.time(editor, 1, from_json({"at": "2026-12-21T09:00"}))
    await service.submit(editor, 1)
    await told(station)
    assert set(await told(station, 24 * 60 + 1)) == {REVIEWER, APPROVER}


async def test_who_has_signed_is_left_alone(station: Station) -> None:
    await station.signed()
    await told(station)
    until(station, 2026, 11, 21, 10, 0)
    found = await told(station)
    assert {who: "chờ duyệt" in words for who, words in found.items()} == {APPROVER: True}


async def test_what_was_returned_or_approved_is_said_again_to_its_author(station: Station) -> None:
    await station.submitted()
    service, giang = station.talk.app.campaigning.service, await station.officer("Giang")
    await service.return_(giang, 1, "Thiếu số điều luật")
    assert "bị trả lại: Thiếu số điều luật" in (await told(station))[EDITOR]
    until(station, 2026, 11, 21, 10, 0)
    assert {who: "chưa sửa" in words for who, words in (await told(station)).items()} == {EDITOR: True}
    assert await told(station, 24 * 60) == {}


@pytest.mark.parametrize("state", ["held", "missed"])
async def test_a_run_that_stands_still_is_said_again(station: Station, state: str) -> None:
    await station.signed()
    service, giang = station.talk.app.campaigning.service, await station.officer("Giang")
    seen = await service.checklist(giang, 1)
    await service.approve(giang, 1, seen.digest, seen.ticks)
    await service.schedule(await station.officer("Chi"), 1)
    until(station, 2026, 11, 21, 8, 0)
    async with station.db.transaction() as connection:
        ended = station.now() if state == "missed" else None
        await connection.execute(update(runs).values(state=state, reason="ask", finished_at=ended))
    await told(station)
    assert await told(station, 23 * 60) == {}
    found = await told(station, 70)
    assert {who: words.startswith("Nhắc: CD-1 “") and "đợt 1" in words for who, words in found.items()} == {
        EDITOR: True
    }
    assert await told(station, 24 * 60) == {}


async def test_a_deputy_is_told_too_and_may_do_nothing_more(station: Station) -> None:
    await station.add("Hà", Role.VIEWER)
    await station.link("Hà", DEPUTY)
    await change(station, Change(Kind.DEPUTY, "Giang", deputy="Hà"))
    await change(station, Change(Kind.DEPUTY, "Dung", deputy="Chi"))
    await told(station)
    await station.submitted()
    found = await told(station)
    assert set(found) == {REVIEWER, APPROVER, DEPUTY}  # Chi did it, and need not hear of it for Dung either
    assert found[DEPUTY].startswith("Báo thay Giang: CD-1 “")
    assert "không có quyền làm thay" in found[DEPUTY]
    told_deputy = next(said for said in station.talk.channel.said if said.message.text == found[DEPUTY])
    assert told_deputy.message.buttons == ()
    assert "Không có việc nào" in text_of(await station.talk.hears("/viec", who=DEPUTY))
    until(station, 2026, 11, 21, 10, 0)
    again = await told(station)
    assert set(again) == {REVIEWER, APPROVER, DEPUTY, EDITOR}
    assert again[EDITOR].startswith("Báo thay Dung: Nhắc: CD-1")
    assert await told(station) == {}


# --- who was reset ------------------------------------------------------------------------------------------------


async def test_who_was_reset_hears_of_it_where_the_chat_was(station: Station) -> None:
    await station.link("Bình", ADMINISTRATOR)
    await told(station)
    until(station, 2026, 11, 20, 23, 30)  # at night, too
    async with station.db.transaction() as connection:
        await station.accounts.reset(connection, await station.officer("An"), "Giang", station.now())
    found = await told(station)
    assert set(found) == {APPROVER, ADMINISTRATOR}
    assert found[APPROVER].startswith("Mật khẩu và mã của cán bộ Giang vừa được cấp lại lúc 23:30 ngày 20/11/2026.")
    assert found[ADMINISTRATOR].startswith("An vừa cấp lại mật khẩu và mã của cán bộ Giang")
    assert await told(station) == {}
    unknown = text_of(await station.talk.hears("/khongcolenhnay", who=APPROVER))
    assert text_of(await station.talk.hears("/viec", who=APPROVER)) == unknown
    assert {row.external_id for row in await station.rows("officer_chats")} == {EDITOR, REVIEWER, ADMINISTRATOR}


async def test_it_is_tried_again_until_it_surely_got_out(station: Station) -> None:
    async with station.db.transaction() as connection:
        await station.accounts.reset(connection, await station.officer("An"), "Giang", station.now())
    station.talk.channel.script.append(ChannelDown())
    assert await told(station) == {}
    assert await told(station, 0.5) == {}
    assert set(await told(station, 1)) == {APPROVER}
    assert await told(station, 5) == {}
    station.talk.clock.advance(timedelta(days=1).total_seconds())


# --- too close ----------------------------------------------------------------------------------------------------


async def test_the_card_says_what_comes_too_close(station: Station) -> None:
    await station.submitted()
    await station.drafted()
    card = text_of(await station.talk.taps("7:30 ngày 21/11", who=EDITOR))
    assert "Lưu ý: Gần giờ với CD-1 “" in card
    await station.talk.taps("Trình duyệt", who=EDITOR)
    assert "Lưu ý: Gần giờ với CD-" in await station.opens(APPROVER)
