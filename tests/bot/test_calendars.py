"""The secret address of an officer's calendar: one at a time, kept as a hash, and no proof of anything else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.staff import calendars, register, tokens
from bot.staff.changes import Kind
from bot.staff.roles import Forbidden, Officer, Role
from bot.staff.upkeep import tidy
from bot.storage.db import Database
from tests.bot.staff_sample import KEY, Staff, within


async def made(staff: Staff, name: str = "Cúc") -> str:
    officer = await staff.officer(name)
    async with staff.db.transaction() as connection:
        return await calendars.make(connection, KEY, officer, staff.now)


async def reader(staff: Staff, secret: str) -> Officer | None:
    async with staff.db.reading() as connection:
        return await calendars.reader(connection, KEY, secret, staff.now)


async def revoked(staff: Staff, by: str, whose: str) -> bool:
    officer = await staff.officer(by)
    async with staff.db.transaction() as connection:
        found = await register.by_name(connection, whose)
        return await calendars.revoke(connection, KEY, officer, found, staff.now, within)


async def test_one_address_until_it_is_replaced_revoked_or_over(db: Database) -> None:
    staff = await Staff.two(db)
    cuc = await staff.add("Cúc", Role.EDITOR)
    first = await made(staff)
    assert first not in repr(await staff.rows("officer_tokens"))
    assert await reader(staff, first) == cuc
    second = await made(staff)
    assert (await reader(staff, first), await reader(staff, second)) == (None, cuc)
    for wrong in ("", second[:-1], second + "x", second.swapcase(), "\ud800"):
        assert await reader(staff, wrong) is None
    with pytest.raises(Forbidden):
        await revoked(staff, "Cúc", "An")
    assert await revoked(staff, "Cúc", "Cúc")
    assert not await revoked(staff, "Cúc", "Cúc")
    third = await made(staff)
    assert await revoked(staff, "An", "Cúc")  # an administrator may
    assert await reader(staff, third) is None
    fourth = await made(staff)
    staff.later(days=364)
    assert await reader(staff, fourth)
    staff.later(days=1)
    assert await reader(staff, fourth) is None
    async with staff.db.transaction() as connection:
        assert (await tidy(connection, KEY, staff.now))["officer_tokens"] == 1
    log = [each for each in await staff.log() if "calendar" in each]
    assert log.count("officer.calendar Cúc") == 4
    assert log.count("officer.calendar-end Cúc") == 2


async def test_it_ends_with_the_account_and_with_a_reset(db: Database) -> None:
    staff = await Staff.two(db)
    await staff.add("Cúc", Role.EDITOR)
    first = await made(staff)
    async with staff.db.transaction() as connection:
        await staff.accounts.reset(connection, await staff.officer("An"), "Cúc", staff.now)
    assert await reader(staff, first) is None
    second = await made(staff)
    await staff.confirm("Bình", await staff.propose("An", Kind.DISABLE, "Cúc"))
    assert await reader(staff, second) is None


async def test_it_is_no_token_and_a_token_is_no_address(db: Database) -> None:
    staff = await Staff.two(db)
    an, secret = await staff.officer("An"), await made(staff, "An")
    async with staff.db.transaction() as connection:
        token = await tokens.make(connection, KEY, an, ("read",), 30, staff.now)
        assert await tokens.bearer(connection, KEY, secret, staff.now) is None
        assert await calendars.reader(connection, KEY, token, staff.now) is None
        assert await calendars.reader(connection, b"another key", secret, staff.now) is None
        assert await tokens.end(connection, KEY, an, staff.now) == 1
    assert await reader(staff, secret) == an


async def test_a_script_makes_and_ends_none(db: Database) -> None:
    staff = await Staff.two(db)
    script = replace(await staff.officer("An"), scopes=("draft", "read"))
    async with staff.db.transaction() as connection:
        with pytest.raises(Forbidden):
            await calendars.make(connection, KEY, script, staff.now)
        found = await register.by_name(connection, "An")
        with pytest.raises(Forbidden):
            await calendars.revoke(connection, KEY, script, found, staff.now + timedelta(days=1), within)
