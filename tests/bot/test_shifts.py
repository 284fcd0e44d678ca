"""The roster and the drill list in the database: what is replaced, who may, and what the log says of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.messages import Address
from bot.staff import chats, codes, drills, shifts
from bot.staff.changes import Kind
from bot.staff.register import NoSuchOfficer
from bot.staff.roles import Forbidden, Officer, Role
from bot.staff.roster import Shift
from bot.storage.db import Database
from bot.storage.schema import officer_chats
from tests.bot.staff_sample import KEY, NOW, PHONE, Staff, within

HOUR = timedelta(hours=1)
COMMUNE, OTHER = "c-29929", "c-29938"


def hours(officer: Officer, begin: float, end: float, area: str = COMMUNE) -> Shift:
    return Shift(officer.id, area, NOW + begin * HOUR, NOW + end * HOUR)


async def put(staff: Staff, *new: Shift, by: str = "An") -> int:
    officer = await staff.officer(by)
    async with staff.db.transaction() as connection:
        return await shifts.put(connection, KEY, officer, new, staff.now, within)


async def planned(staff: Staff) -> list[Shift]:
    async with staff.db.reading() as connection:
        return await shifts.between(connection, NOW - 100 * HOUR, NOW + 100 * HOUR)


async def test_what_is_put_is_what_is_read(db: Database) -> None:
    staff = await Staff.two(db)
    ha, hue = await staff.add("Hà", Role.DUTY), await staff.add("Huệ", Role.DUTY)
    assert await put(staff, hours(ha, 1, 9), hours(ha, 8, 12), hours(hue, -2, 1), hours(ha, 1, 9, OTHER)) == 3
    assert await planned(staff) == sorted([hours(ha, 1, 12), hours(ha, 1, 9, OTHER), hours(hue, 0, 1)])
    async with db.reading() as connection:
        assert await shifts.current(connection, NOW) == [hours(hue, 0, 1)]
        assert await shifts.current(connection, NOW + HOUR) == sorted([hours(ha, 1, 12), hours(ha, 1, 9, OTHER)])
        assert await shifts.between(connection, NOW + 10 * HOUR, NOW + 11 * HOUR) == [hours(ha, 1, 12)]
        assert await shifts.everyone(connection, NOW + HOUR) == {ha.id}
    assert (await staff.log())[-1] == "roster.import 2"


async def test_a_new_roster_replaces_what_is_to_come_of_the_same_officers_only(db: Database) -> None:
    staff = await Staff.two(db)
    ha, hue = await staff.add("Hà", Role.DUTY), await staff.add("Huệ", Role.DUTY)
    await put(staff, hours(ha, 0, 8), hours(ha, 20, 30), hours(hue, 8, 16))
    staff.later(hours=4)
    await put(staff, hours(ha, 40, 48))
    assert await planned(staff) == sorted([hours(ha, 0, 4), hours(ha, 40, 48), hours(hue, 8, 16)])
    # At the very same moment again, as when a file is sent twice.
    await put(staff, hours(ha, 4, 48))
    await put(staff, hours(ha, 4, 48))
    assert await planned(staff) == sorted([hours(ha, 0, 48), hours(hue, 8, 16)])


async def test_clear_ends_what_runs_and_keeps_what_was(db: Database) -> None:
    staff = await Staff.two(db)
    ha, hue = await staff.add("Hà", Role.DUTY), await staff.add("Huệ", Role.DUTY)
    await put(staff, hours(ha, 0, 8), hours(ha, 20, 30), hours(hue, 0, 16))
    staff.later(hours=4)
    an = await staff.officer("An")
    async with db.transaction() as connection:
        assert await shifts.clear(connection, KEY, an, {ha.id}, staff.now, within) == 2
        assert await shifts.clear(connection, KEY, an, {ha.id}, staff.now, within) == 0
    assert await planned(staff) == sorted([hours(ha, 0, 4), hours(hue, 0, 16)])
    assert [each for each in await staff.log() if each.startswith("roster.clear")] == ["roster.clear 1"]


async def test_only_an_administrator_of_all_these_areas(db: Database) -> None:
    staff = await Staff.two(db)
    ha = await staff.add("Hà", Role.DUTY)
    for name, role, area in (
        ("Chi", Role.COMMANDER, ""),
        ("Dung", Role.ADMINISTRATOR, COMMUNE),
        ("Em", Role.EDITOR, ""),
    ):
        await staff.add(name, role, area)
    await put(staff, hours(ha, 10, 12, OTHER))
    for name in ("Hà", "Chi", "Em", "Dung"):  # Dung would take a shift away where they rule nothing
        with pytest.raises(Forbidden):
            await put(staff, hours(ha, 1, 2), by=name)
        async with db.transaction() as connection:
            with pytest.raises(Forbidden):
                await shifts.clear(connection, KEY, await staff.officer(name), {ha.id}, staff.now, within)
    assert await planned(staff) == [hours(ha, 10, 12, OTHER)]
    staff.later(hours=13)
    assert await put(staff, hours(ha, 14, 15), by="Dung") == 1


async def test_who_is_disabled_is_on_duty_no_more(db: Database) -> None:
    staff = await Staff.two(db)
    ha = await staff.add("Hà", Role.DUTY)
    await put(staff, hours(ha, 0, 8))
    await staff.confirm("Bình", await staff.propose("An", Kind.DISABLE, "Hà"))
    assert await planned(staff) == []
    async with db.reading() as connection:
        assert await shifts.current(connection, NOW) == []
        assert await shifts.known_areas(connection, NOW) == {COMMUNE}  # somebody should still be there


async def test_an_area_that_was_given_up_long_ago_is_known_only_while_there_is_no_other(db: Database) -> None:
    staff = await Staff.two(db)
    ha = await staff.add("Hà", Role.DUTY)
    async with db.reading() as connection:
        assert await shifts.known_areas(connection, NOW) == frozenset()
    await put(staff, hours(ha, 0, 8))
    async with db.reading() as connection:
        assert await shifts.known_areas(connection, NOW + 500 * HOUR) == {COMMUNE}
    await put(staff, hours(ha, 0, 8), hours(ha, 600, 601, OTHER))
    async with db.reading() as connection:
        assert await shifts.known_areas(connection, NOW + 500 * HOUR) == {OTHER}


# --- the drill list -------------------------------------------------------------------------------------------------


async def link(staff: Staff, name: str, address: Address) -> None:
    async with staff.db.transaction() as connection:
        code = await codes.link_code(connection, KEY, await staff.officer(name), staff.now)
        await chats.link(connection, KEY, code, address, staff.now)


async def add(staff: Staff, by: str, name: str) -> bool:
    officer = await staff.officer(by)
    async with staff.db.transaction() as connection:
        return (await drills.add(connection, KEY, officer, name, staff.now, within))[1]


async def test_a_drill_goes_to_the_chat_seen_last_of_its_members(db: Database) -> None:
    staff = await Staff.two(db)
    ha, _ = await staff.add("Hà", Role.DUTY), await staff.add("Huệ", Role.DUTY)
    old, zalo, other = PHONE, Address("zalo-oa", "main", "800100200"), Address("telegram", "main", "700100201")
    await link(staff, "Hà", zalo)
    await link(staff, "Hà", old)
    await link(staff, "Huệ", other)  # linked, and not on the list
    async with db.transaction() as connection:
        gone = officer_chats.c.external_id == old.external_id
        await connection.execute(update(officer_chats).where(gone).values(seen_on=(NOW - 30 * 24 * HOUR).date()))
    assert await add(staff, "An", "Hà")
    assert await add(staff, "An", "Bình")  # without a chat
    assert not await add(staff, "An", "Hà")
    async with db.reading() as connection:
        assert [each.name for each in await drills.members(connection)] == ["Bình", "Hà"]
        assert await drills.chats_of(connection, staff.now) == [(ha.id, zalo)]
        assert await drills.chats_of(connection, staff.now + 91 * 24 * HOUR) == []
    an = await staff.officer("An")
    async with db.transaction() as connection:
        await drills.remove(connection, KEY, an, "Hà", staff.now, within)
        with pytest.raises(drills.NotAMember):
            await drills.remove(connection, KEY, an, "Huệ", staff.now, within)
        assert await drills.chats_of(connection, staff.now) == []
    assert [each for each in await staff.log() if each.startswith("drill")] == [
        "drill.add Hà",
        "drill.add Bình",
        "drill.remove Hà",
    ]


async def test_who_is_disabled_is_reached_by_no_drill(db: Database) -> None:
    staff = await Staff.two(db)
    await staff.add("Hà", Role.DUTY)
    await link(staff, "Hà", PHONE)
    await add(staff, "An", "Hà")
    await staff.confirm("Bình", await staff.propose("An", Kind.DISABLE, "Hà"))
    async with db.reading() as connection:
        assert await drills.members(connection) == ()
        assert await drills.chats_of(connection, staff.now) == []
    with pytest.raises(drills.NotAMember):
        await add(staff, "An", "Hà")


async def test_administrators_and_commanders_of_where_the_officer_works(db: Database) -> None:
    staff = await Staff.two(db)
    await staff.add("Hà", Role.DUTY, COMMUNE)
    for name, role, area in (
        ("Chi", Role.COMMANDER, "p-dong-thap"),
        ("Dung", Role.COMMANDER, OTHER),
        ("Em", Role.DUTY, ""),
        ("Giang", Role.APPROVER, ""),
    ):
        await staff.add(name, role, area)
    for name in ("Dung", "Em", "Giang", "Hà"):
        with pytest.raises(Forbidden):
            await add(staff, name, "Hà")
    assert await add(staff, "Chi", "Hà")
    with pytest.raises(NoSuchOfficer):
        await add(staff, "An", "Không Ai")
