"""Officers in their own chats: duty begins and ends, nobody is on duty, no drill for a month; each told once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.errors import ChannelDown
from bot.staff import drills, shifts
from bot.staff.areas import lies_in
from bot.staff.changes import Change, Kind
from bot.staff.roles import Role
from bot.staff.roster import Shift
from bot.storage.schema import campaigns, help_requests, notices
from broadcasts import notice_store
from broadcasts.notices import Kind as KindOfVersion
from broadcasts.notices import Said, name_of
from handlers.officers_duty import OfficersDuty
from handlers.officers_reached import OfficersReached
from tests.flows.station import Station
from tests.flows.talk import Talk

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
COMMUNE, OTHER, PROVINCE = "c-29929", "c-29938", "p-dong-thap"
HA, HUE, CHIEF, OTHER_CHIEF, ADMINISTRATOR = "2101", "2102", "2103", "2104", "2105"
HERE, THERE = "xã Tân Hộ Cơ, tỉnh Đồng Tháp", "xã Tân Thành, tỉnh Đồng Tháp"
PEOPLE = (
    ("Hà", HA, Role.DUTY, PROVINCE),
    ("Huệ", HUE, Role.DUTY, PROVINCE),
    ("Khoa", CHIEF, Role.COMMANDER, COMMUNE),
    ("Lan", OTHER_CHIEF, Role.COMMANDER, OTHER),
)


@pytest.fixture
async def bare(tmp_path: Path) -> AsyncIterator[Station]:
    """Officers who write and approve; nobody for duty. It is 9:12 on 20 November."""
    talk = await Talk.start(tmp_path)
    try:
        yield await Station(talk).open()
    finally:
        talk.channel.script.clear()
        await talk.stop()


@pytest.fixture
async def station(bare: Station) -> Station:
    """Hà and Huệ take turns, Khoa and Lan command a commune each; all have a phone."""
    for name, who, role, area in PEOPLE:
        await change(bare, Change(Kind.ADD, name, role, area))
        await bare.link(name, who)
    return bare


async def change(station: Station, wanted: Change) -> None:
    first, second = await station.officer("An"), await station.officer("Bình")
    async with station.db.transaction() as connection:
        number = await station.accounts.propose(connection, first, wanted, station.now())
    async with station.db.transaction() as connection:
        await station.accounts.confirm(connection, second, number, station.now())


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


def within(station: Station, place: str, area: str) -> bool:
    return lies_in(station.talk.app.intake.desk.gazetteer, place, area)


async def roster(station: Station, *lines: tuple[str, str, datetime, datetime]) -> None:
    found = [Shift((await station.officer(name)).id, area, begin, end) for name, area, begin, end in lines]
    by = await station.officer("An")
    async with station.db.transaction() as connection:
        await shifts.put(connection, station.key, by, found, station.now(), lambda *both: within(station, *both))


async def told(station: Station, *moment: int) -> dict[str, list[str]]:
    """What each is told at that moment, as (day, hour, minute), or a little later."""
    later = (at(*moment) - station.now()).total_seconds() if moment else 60
    assert later > 0
    station.talk.clock.advance(later)
    before = len(station.talk.channel.said)
    await station.talk.app.campaigning.tell_officers()
    found: dict[str, list[str]] = {}
    for said in station.talk.channel.said[before:]:
        found.setdefault(said.address.external_id, []).append(said.message.text)
    return found


def begun_again(station: Station) -> OfficersDuty:
    """As after a restart."""
    app = station.talk.app
    office, phrases = app.campaigning.office, app.intake.desk.phrases
    reached = OfficersReached(
        db=station.db, office=office, channels=app.channels, phrases=phrases, clock=station.talk.clock
    )
    return OfficersDuty(db=station.db, office=office, reached=reached, clock=station.talk.clock)


async def notice(
    station: Station,
    title: str,
    area: list[str],
    *,
    issued_at: datetime,
    lasts_for: timedelta = timedelta(hours=6),
    confirmed: bool = True,
    drill: bool = False,
    ended: bool = False,
) -> int:
    """A notice as it stands in the database."""
    async with station.db.transaction() as connection:
        number = (
            await connection.execute(
                campaigns.insert()
                .values(
                    kind="notice",
                    title=title,
                    state="scheduled",
                    version=1,
                    created_by="Huệ",
                    audience={},
                    schedule={},
                    entries=[],
                    buttons=[],
                    created_at=issued_at,
                )
                .returning(campaigns.c.id)
            )
        ).scalar_one()
        await connection.execute(
            notices.insert().values(
                id=number,
                template_id="landslide",
                drill=drill,
                state="pending",
                hazard={},
                identifier=f"n{number}",
                area=area,
                blanks={},
                fate="hold",
                issued_by="Huệ",
                issued_at=issued_at,
                confirmed_by="Khoa" if confirmed else "",
                confirmed_at=issued_at if confirmed else None,
                expires_at=issued_at + lasts_for,
                ended_at=issued_at + timedelta(minutes=1) if ended else None,
            )
        )
        said = Said(number, KindOfVersion.ISSUE, 0, issued_at, issued_at, issued_at + lasts_for, {"vi": title})
        await notice_store.add_version(connection, said, by="Huệ", drill=drill, area=area, follows=(), upto=0)
    return int(number)


async def asks_for_help(station: Station, notice_id: int, *, who: str, taken_by: str = "") -> None:
    async with station.db.transaction() as connection:
        await connection.execute(
            help_requests.insert().values(
                notice_id=notice_id,
                channel="fake",
                account="main",
                external_id=who,
                asked_at=station.now(),
                taken_by=taken_by,
                place_code=COMMUNE,
            )
        )


# --- hand-over ------------------------------------------------------------------------------------------------------


async def test_the_change_of_shift_is_told_once_to_both_at_any_hour(station: Station) -> None:
    await roster(
        station,
        ("Hà", COMMUNE, at(20, 19), at(21, 2)),
        ("Hà", OTHER, at(20, 19), at(21, 2)),
        ("Huệ", COMMUNE, at(21, 2), at(21, 19)),
    )
    assert (await told(station, 20, 18, 59)).keys() & {HA, HUE} == set()
    found = await told(station, 20, 19)
    assert found[HA] == [
        f"Anh/chị đang trực ở {HERE}; {THERE}, từ 19:00 ngày 20/11/2026 đến 02:00 ngày 21/11/2026.\n"
        "Không có tin khẩn nào đang có hiệu lực.\n"
        "Phát tin khẩn: /khan"
    ]
    assert HUE not in found
    assert (await told(station)).keys() & {HA, HUE} == set()
    await begun_again(station).tick()
    assert (await told(station, 21, 1, 59)).keys() & {HA, HUE} == set()
    found = await told(station, 21, 2)
    assert found[HA] == [
        "Ca trực của anh/chị đã hết lúc 02:00 ngày 21/11/2026.\n"
        f"· {HERE}: Huệ đã nhận ca.\n"
        f"· {THERE}: chưa có ai nhận ca, chỉ chỉ huy phát được tin khẩn."
    ]
    assert found[HUE][0].startswith(f"Anh/chị đang trực ở {HERE}, từ 02:00 ngày 21/11/2026 đến 19:00")
    before = len(station.talk.channel.said)
    await begun_again(station).tick()
    assert len(station.talk.channel.said) == before


async def test_the_incoming_officer_hears_what_is_in_force_there(station: Station) -> None:
    first = await notice(station, "Sạt lở bờ sông", [COMMUNE], issued_at=at(20, 8), confirmed=False)
    whole = await notice(station, "Bão", [PROVINCE], issued_at=at(20, 8), lasts_for=timedelta(hours=20))
    drill = await notice(station, "Lũ", [COMMUNE], issued_at=at(20, 8), lasts_for=timedelta(hours=9), drill=True)
    elsewhere = await notice(station, "Cháy", [OTHER], issued_at=at(20, 8))
    await notice(station, "Cũ", [COMMUNE], issued_at=at(20, 8), ended=True)
    await notice(station, "Hết", [COMMUNE], issued_at=at(20, 1))
    await asks_for_help(station, first, who="1")
    await asks_for_help(station, first, who="2", taken_by="Huệ")
    await asks_for_help(station, whole, who="3")
    await asks_for_help(station, drill, who="4")
    await asks_for_help(station, elsewhere, who="5")
    await roster(station, ("Hà", COMMUNE, at(20, 10), at(20, 19)))
    *asked, handed_over = (await told(station, 20, 10))[HA]
    assert [each.startswith("[CẦN GIÚP]") for each in asked] == [True] * 2  # each with its words, and before the rest
    assert handed_over == (
        f"Anh/chị đang trực ở {HERE}, từ 10:00 ngày 20/11/2026 đến 19:00 ngày 20/11/2026.\n"
        "Tin khẩn đang có hiệu lực: 3.\n"
        f"· {name_of(first)} “Sạt lở bờ sông”, đến 14:00 ngày 20/11/2026, chưa có người thứ hai xác nhận\n"
        f"· [DIỄN TẬP] {name_of(drill)} “Lũ”, đến 17:00 ngày 20/11/2026\n"
        f"· {name_of(whole)} “Bão”, đến 04:00 ngày 21/11/2026\n"
        "Yêu cầu giúp chưa ai nhận: 2.\n"
        "Phát tin khẩn: /khan"
    )


async def test_a_changed_roster_is_told_anew_and_the_same_one_is_not(station: Station) -> None:
    shift = ("Hà", COMMUNE, at(20, 10), at(20, 19))
    await roster(station, shift)
    assert HA in await told(station, 20, 10)
    await roster(station, shift)
    assert HA not in await told(station)
    await roster(station, (*shift[:3], at(20, 22)))
    assert "đến 22:00 ngày 20/11/2026" in (await told(station))[HA][0]
    async with station.db.transaction() as connection:
        an, ha = await station.officer("An"), await station.officer("Hà")
        await shifts.clear(connection, station.key, an, {ha.id}, station.now(), lambda *both: within(station, *both))
    assert (await told(station))[HA][0].startswith("Ca trực của anh/chị đã hết lúc 10:02 ngày 20/11/2026.")


async def test_what_surely_did_not_arrive_is_said_again(station: Station) -> None:
    await roster(station, ("Hà", PROVINCE, at(20, 10), at(21, 19)))
    station.talk.channel.script.append(ChannelDown())
    assert HA not in await told(station, 20, 10)
    assert HA in await told(station)
    assert HA not in await told(station)


async def test_who_lost_the_role_is_not_on_duty(station: Station) -> None:
    await roster(station, ("Hà", COMMUNE, at(20, 10), at(20, 19)))
    await change(station, Change(Kind.REVOKE, "Hà", Role.DUTY, PROVINCE))
    found = await told(station, 20, 10)
    assert HA not in found
    assert f"· {HERE}: từ bây giờ ít nhất đến 22:00 ngày 20/11/2026" in found[CHIEF][0]


async def test_a_shift_that_ended_while_the_service_was_down_is_no_news_after_hours(station: Station) -> None:
    await roster(station, ("Hà", COMMUNE, at(20, 10), at(20, 11)))
    assert HA not in await told(station, 20, 13, 1)


# --- nobody is on duty ----------------------------------------------------------------------------------------------


async def test_where_there_never_was_a_roster_nobody_is_alarmed(bare: Station) -> None:
    await change(bare, Change(Kind.ADD, "Khoa", Role.COMMANDER, COMMUNE))
    await bare.link("Khoa", CHIEF)
    assert await told(bare) == {}
    await change(bare, Change(Kind.ADD, "Hà", Role.DUTY, COMMUNE))  # from now on there should be one
    assert (await told(bare))[CHIEF] == [
        f"Không có ai trực:\n· {HERE}: từ bây giờ ít nhất đến 21:14 ngày 20/11/2026\n"
        "Lúc ấy chỉ chỉ huy phát được tin khẩn. Xem: cotmoc roster list"
    ]


async def test_commanders_and_administrators_of_the_area_once_a_day(station: Station) -> None:
    await station.link("An", ADMINISTRATOR)
    await roster(station, ("Hà", COMMUNE, at(20, 9), at(20, 19)), ("Huệ", OTHER, at(20, 9), at(23, 9)))
    found = await told(station)
    assert found[CHIEF][0].startswith(f"Không có ai trực:\n· {HERE}: từ 19:00 ngày 20/11/2026 ít nhất đến 21:")
    assert found[ADMINISTRATOR] == found[CHIEF]
    assert OTHER_CHIEF not in found
    assert CHIEF not in await told(station)
    # Nobody is woken by what was said in the evening; in the morning it is said again.
    assert CHIEF not in await told(station, 20, 23)
    assert CHIEF not in await told(station, 21, 6, 59)
    found = await told(station, 21, 7)
    assert found[CHIEF][0].startswith(f"Không có ai trực:\n· {HERE}: từ bây giờ")
    await begun_again(station).tick()
    assert CHIEF not in await told(station)


async def test_at_night_only_what_is_so_now_and_new(station: Station) -> None:
    await roster(station, ("Hà", COMMUNE, at(20, 9), at(21, 12)), ("Huệ", OTHER, at(20, 9), at(23, 9)))
    assert CHIEF not in await told(station, 20, 20)
    assert CHIEF not in await told(station, 21, 3)  # it ends at noon: time enough in the morning
    async with station.db.transaction() as connection:
        an, ha = await station.officer("An"), await station.officer("Hà")
        await shifts.clear(connection, station.key, an, {ha.id}, station.now(), lambda *both: within(station, *both))
    assert f"· {HERE}: từ bây giờ" in (await told(station))[CHIEF][0]
    assert CHIEF not in await told(station, 21, 6, 59)
    assert CHIEF in await told(station, 21, 7)


async def test_a_second_area_on_the_same_day_is_said_and_the_first_is_not_repeated(station: Station) -> None:
    await change(station, Change(Kind.ADD, "Mai", Role.COMMANDER, PROVINCE))
    await station.link("Mai", "2106")
    await roster(station, ("Hà", COMMUNE, at(20, 9), at(20, 12)), ("Huệ", OTHER, at(20, 9), at(20, 23)))
    station.talk.channel.script.extend([ChannelDown()] * 4)
    await told(station)
    found = (await told(station))["2106"]
    assert len(found) == 1
    assert HERE in found[0]
    assert THERE not in found[0]
    found = (await told(station, 20, 12))["2106"]
    assert len(found) == 1
    assert THERE in found[0]
    assert HERE not in found[0]


# --- drills ---------------------------------------------------------------------------------------------------------


async def test_a_month_without_a_drill(station: Station) -> None:
    async def remind(day: datetime) -> list[str]:
        station.talk.clock.advance((day - station.now()).total_seconds())
        before = len(station.talk.channel.said)
        await begun_again(station).tick()
        said = [each for each in station.talk.channel.said[before:] if each.message.text.startswith("Nhắc")]
        assert all(each.address.external_id in (CHIEF, OTHER_CHIEF) for each in said)
        return [each.message.text for each in said if each.address.external_id == CHIEF]

    # Said in its month, and only by day; nobody had a drill yet, nor is anybody on the list.
    assert await remind(datetime(2026, 12, 20, 9, 0, tzinfo=ZONE)) == []
    assert await remind(datetime(2026, 12, 20, 22, 0, tzinfo=ZONE)) == []
    assert await remind(datetime(2026, 12, 21, 7, 0, tzinfo=ZONE)) == [
        f"Nhắc: {HERE} cần diễn tập phát tin khẩn mỗi tháng; chưa có lần nào. "
        "Danh sách diễn tập đang trống: cotmoc drill add TÊN"
    ]
    assert await remind(datetime(2026, 12, 22, 9, 0, tzinfo=ZONE)) == []
    async with station.db.transaction() as connection:
        an = await station.officer("An")
        await drills.add(connection, station.key, an, "Hà", station.now(), lambda *both: within(station, *both))
    held = datetime(2026, 12, 22, 10, 0, tzinfo=ZONE)
    await notice(station, "Bão", [PROVINCE], issued_at=held, drill=True)
    await notice(station, "Bão", [COMMUNE], issued_at=held + timedelta(days=20))  # a real one is no drill
    assert await remind(held + timedelta(days=29)) == []
    assert await remind(held + timedelta(days=30)) == [
        f"Nhắc: {HERE} cần diễn tập phát tin khẩn mỗi tháng; lần gần nhất 22/12/2026."
    ]
    await station.talk.hears("/viec", who=CHIEF)  # else the link ends by itself after 90 silent days
    assert await remind(held + timedelta(days=59)) == []
    assert len(await remind(held + timedelta(days=60))) == 1
