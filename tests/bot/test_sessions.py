"""A session of the console: known by its secret only, over by itself, ended with its officer."""

from __future__ import annotations

import pytest

from bot.staff import sessions
from bot.staff.changes import Kind
from bot.staff.roles import Role
from bot.staff.sessions import IDLE_FOR, LONGEST, Session
from bot.staff.upkeep import tidy
from bot.storage.db import Database
from tests.bot.staff_sample import KEY, Staff


@pytest.fixture
async def staff(db: Database) -> Staff:
    staff = await Staff.two(db)
    await staff.add("Chi", Role.EDITOR)
    return staff


async def signed_in(staff: Staff, name: str = "Chi") -> Session:
    async with staff.db.transaction() as connection:
        return await sessions.begin(connection, KEY, await staff.officer(name), staff.now)


async def known(staff: Staff, session: Session) -> bool:
    async with staff.db.reading() as connection:
        return await sessions.find(connection, KEY, session.token, staff.now) is not None


async def test_a_session_is_its_officer_s_and_its_secret_stands_nowhere(staff: Staff) -> None:
    session = await signed_in(staff)
    async with staff.db.reading() as connection:
        found = await sessions.find(connection, KEY, session.token, staff.now)
        assert await sessions.find(connection, b"another key", session.token, staff.now) is None
        assert await sessions.find(connection, KEY, session.token + "\ud800", staff.now) is None
    assert found == (session, False)
    stored = repr(await staff.rows("officer_sessions"))
    assert session.token not in stored
    assert session.csrf not in stored
    assert session.token not in repr(session)
    assert session.csrf != (await signed_in(staff)).csrf


async def test_it_ends_without_clicks_and_after_a_watch(staff: Staff) -> None:
    idle, busy = await signed_in(staff), await signed_in(staff)
    began = staff.now
    while staff.now < began + LONGEST - IDLE_FOR / 2:
        staff.later(seconds=IDLE_FOR.total_seconds() / 2)
        async with staff.db.transaction() as connection:
            found = await sessions.find(connection, KEY, busy.token, staff.now)
            assert found == (busy, True)
            await sessions.seen(connection, KEY, busy.token, staff.now)
    assert not await known(staff, idle)
    staff.now = began + LONGEST
    assert not await known(staff, busy)
    async with staff.db.transaction() as connection:
        assert (await tidy(connection, KEY, staff.now))["officer_sessions"] == 2


async def test_signing_out_ends_this_one_only(staff: Staff) -> None:
    here, there = await signed_in(staff), await signed_in(staff)
    async with staff.db.transaction() as connection:
        await sessions.end(connection, KEY, here.token)
    assert [await known(staff, each) for each in (here, there)] == [False, True]


@pytest.mark.parametrize("how", ["disabled", "reset", "password"])
async def test_it_ends_with_what_proved_it(staff: Staff, how: str) -> None:
    session, other = await signed_in(staff), await signed_in(staff, "An")
    chi, an = await staff.officer("Chi"), await staff.officer("An")
    if how == "disabled":
        await staff.confirm("Bình", await staff.propose("An", Kind.DISABLE, "Chi"))
    else:
        async with staff.db.transaction() as connection:
            if how == "reset":
                await staff.accounts.reset(connection, an, "Chi", staff.now)
            else:
                await staff.accounts.change_password(connection, chi, "mot cau that dai 9", staff.now)
    assert not await known(staff, session)
    assert await known(staff, other)
    assert len(await staff.rows("officer_sessions")) == 1
