"""Linked chats, one-time codes and buttons, tokens: each for one officer, once, and not for ever."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update

from bot.messages import Address
from bot.staff import chats, codes, tokens
from bot.staff.changes import Kind
from bot.staff.chats import ChatTaken
from bot.staff.codes import Pressed
from bot.staff.roles import Action, Forbidden, Officer, Role, may
from bot.staff.tokens import BadToken
from bot.staff.upkeep import tidy
from bot.storage.db import Database
from bot.storage.schema import officer_chats, officers
from tests.bot.staff_sample import KEY, NOW, PHONE, Staff, within

TABLET = Address("zalo-oa", "main", "700100200")


@pytest.fixture
async def staff(db: Database) -> Staff:
    return await Staff.two(db)


@pytest.fixture
async def staff_here(sqlite_db: Database) -> Staff:
    return await Staff.two(sqlite_db)


async def code_for(staff: Staff, name: str = "An") -> str:
    officer = await staff.officer(name)
    async with staff.db.transaction() as connection:
        return await codes.link_code(connection, KEY, officer, staff.now)


async def link(staff: Staff, code: str, address: Address = PHONE) -> str | None:
    async with staff.db.transaction() as connection:
        officer = await chats.link(connection, KEY, code, address, staff.now)
    return officer.name if officer else None


async def whose(staff: Staff, address: Address = PHONE) -> str | None:
    async with staff.db.transaction() as connection:
        officer = await chats.officer_of(connection, address, staff.now)
        assert officer == await chats.linked(connection, address, staff.now)
    return officer.name if officer else None


async def test_a_chat_is_linked_by_a_code_used_once(staff: Staff) -> None:
    code = await code_for(staff)
    assert len(code.replace("-", "")) == 8
    assert await whose(staff) is None
    assert await link(staff, f" {code.lower().replace('-', ' ')} ") == "An"
    assert await whose(staff) == "An"
    assert await whose(staff, TABLET) is None  # the same number elsewhere is somebody else
    assert await link(staff, code, TABLET) is None
    assert await link(staff, await code_for(staff), TABLET) == "An"
    async with staff.db.reading() as connection:
        an, binh = await staff.officer("An"), await staff.officer("Bình")
        found = await chats.addresses(connection, [an.id, binh.id], staff.now)
    assert {number: set(where) for number, where in found.items()} == {an.id: {PHONE, TABLET}}
    log = await staff.log()
    assert log.count("officer.link An") == 2
    assert PHONE.external_id not in repr(await staff.rows("audit"))
    assert code.replace("-", "").lower() not in repr(await staff.rows("officer_codes")).lower()


async def test_what_links_nothing(staff_here: Staff) -> None:
    staff = staff_here
    for wrong in ("", "ABCD-EFGH", "\ud800\x00", "x" * 5000):
        assert await link(staff, wrong) is None
    old = await code_for(staff)
    new = await code_for(staff)
    assert await link(staff, old) is None  # a new code ends the one before
    staff.later(minutes=10)
    assert await link(staff, new) is None  # ten minutes are over
    code = await code_for(staff)
    async with staff.db.transaction() as connection:
        await connection.execute(update(officers).values(state="disabled"))
    assert await link(staff, code) is None
    assert await staff.rows("officer_chats") == []


async def test_one_code_in_two_chats_at_once(staff: Staff) -> None:
    code = await code_for(staff)
    results = await asyncio.gather(link(staff, code), link(staff, code, TABLET))
    assert sorted(map(str, results)) == ["An", "None"]
    assert len(await staff.rows("officer_chats")) == 1


async def test_a_phone_belongs_to_one_officer(staff: Staff) -> None:
    await link(staff, await code_for(staff))
    code = await code_for(staff, "Bình")
    with pytest.raises(ChatTaken):
        await link(staff, code)
    assert await whose(staff) == "An"
    an = await staff.officer("An")
    async with staff.db.transaction() as connection:
        assert await chats.unlink(connection, KEY, an, staff.now) == 1
    assert await whose(staff) is None
    assert await link(staff, code) == "Bình"  # which was not spent by the refusal
    assert await link(staff, await code_for(staff, "Bình")) == "Bình"  # again is no harm


async def test_ninety_silent_days_end_it(staff: Staff) -> None:
    await link(staff, await code_for(staff))
    assert await link(staff, await code_for(staff, "Bình"), TABLET) == "Bình"
    staff.later(days=90)
    assert await whose(staff) == "An"  # spoken: the days begin anew
    staff.later(days=1)
    assert await whose(staff, TABLET) is None
    async with staff.db.transaction() as connection:
        binh = await staff.officer("Bình")
        assert await chats.addresses(connection, [binh.id], staff.now) == {}
        assert await chats.end_silent(connection, KEY, staff.now) == 1
        assert await chats.end_silent(connection, KEY, staff.now) == 0
    assert [row.external_id for row in await staff.rows("officer_chats")] == [PHONE.external_id]
    assert (await staff.log())[-1] == "officer.unlink Bình"
    # A silent phone is free for whoever has it now.
    staff.later(days=91)
    assert await link(staff, await code_for(staff, "Bình")) == "Bình"


async def test_the_day_is_written_once_a_day(staff_here: Staff) -> None:
    staff = staff_here
    await link(staff, await code_for(staff))

    async def change_count() -> int:
        async with staff.db.transaction() as connection:
            before = await connection.scalar(select(func.total_changes()))
            assert await chats.officer_of(connection, PHONE, staff.now)
            after = await connection.scalar(select(func.total_changes()))
        assert before is not None
        assert after is not None
        return int(after - before)

    assert await change_count() == 0
    staff.later(days=1)
    assert [await change_count(), await change_count()] == [1, 0]
    [row] = await staff.rows("officer_chats")
    assert row.seen_on == date(2026, 11, 21)


async def test_another_address_or_a_disabled_officer_ends_it(staff_here: Staff) -> None:
    staff = staff_here
    await link(staff, await code_for(staff))
    async with staff.db.transaction() as connection:
        assert not await chats.end_chat(connection, KEY, TABLET, staff.now, "moved")
        assert await chats.end_chat(connection, KEY, PHONE, staff.now, "moved")
    assert await whose(staff) is None
    await link(staff, await code_for(staff))
    async with staff.db.transaction() as connection:
        await connection.execute(update(officers).values(state="disabled"))
    assert await whose(staff) is None
    async with staff.db.reading() as connection:
        assert await chats.addresses(connection, [1], staff.now) == {}


# --- buttons --------------------------------------------------------------------------------------------------------


async def button(staff: Staff, name: str = "An", subject: str = "118 4F2A") -> str:
    officer = await staff.officer(name)
    async with staff.db.transaction() as connection:
        return await codes.button(connection, KEY, officer.id, "approve", subject, staff.now)


async def press(staff: Staff, made: str, name: str = "An") -> Pressed | None:
    officer = await staff.officer(name)
    async with staff.db.transaction() as connection:
        return await codes.press(connection, KEY, made, officer, staff.now)


async def test_a_button_is_its_officers_and_pressed_once(staff: Staff) -> None:
    made = await button(staff)
    assert len(made) == 16
    assert made not in repr(await staff.rows("officer_codes"))
    assert await press(staff, made, "Bình") is None  # and it is still An's
    assert await press(staff, made) == Pressed("approve", "118 4F2A")
    assert await press(staff, made) is None
    assert await press(staff, "no such button") is None


async def test_pressed_twice_at_once_it_counts_once(staff: Staff) -> None:
    made = await button(staff)
    results = await asyncio.gather(*(press(staff, made) for _ in range(4)))
    assert sum(each is not None for each in results) == 1


async def test_half_an_hour(staff_here: Staff) -> None:
    early, late = await button(staff_here), await button(staff_here)
    staff_here.later(minutes=30, seconds=-1)
    assert await press(staff_here, early)
    staff_here.later(seconds=1)
    assert await press(staff_here, late) is None


async def test_what_failed_leaves_its_button(staff_here: Staff) -> None:
    made, an = await button(staff_here), await staff_here.officer("An")

    async def fails() -> None:
        async with staff_here.db.transaction() as connection:
            assert await codes.press(connection, KEY, made, an, staff_here.now)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fails()
    assert await press(staff_here, made)


async def test_codes_and_buttons_are_not_each_other(staff_here: Staff) -> None:
    code, made = await code_for(staff_here), await button(staff_here)
    assert await press(staff_here, code) is None
    assert await press(staff_here, code.replace("-", "").lower()) is None
    assert await link(staff_here, made) is None
    assert len(await staff_here.rows("officer_codes")) == 2


async def test_no_button_of_a_disabled_officer(staff_here: Staff) -> None:
    made = await button(staff_here)
    async with staff_here.db.transaction() as connection:
        await connection.execute(update(officers).values(state="disabled"))
    assert await press(staff_here, made) is None


async def test_another_installation_opens_nothing(staff_here: Staff) -> None:
    made, an = await button(staff_here), await staff_here.officer("An")
    async with staff_here.db.transaction() as connection:
        assert await codes.press(connection, b"another key", made, an, staff_here.now) is None


async def test_what_is_over_is_forgotten(staff_here: Staff) -> None:
    staff = staff_here
    await button(staff)
    await token(staff, days=1)
    staff.later(minutes=30)
    fresh, kept = await button(staff), await token(staff, days=1)
    async with staff.db.transaction() as connection:
        gone = await tidy(connection, KEY, staff.now)
        assert gone["officer_codes"] == 1
        assert sum(gone.values()) == 1
        assert (await tidy(connection, KEY, NOW + timedelta(days=1)))["officer_tokens"] == 1
    assert await bearer(staff, kept)
    assert await press(staff, fresh) is None  # a day has passed for it


# --- tokens ---------------------------------------------------------------------------------------------------------


async def token(staff: Staff, name: str = "An", scopes: tuple[str, ...] = ("draft", "read"), days: int = 30) -> str:
    officer = await staff.officer(name)
    async with staff.db.transaction() as connection:
        return await tokens.make(connection, KEY, officer, scopes, days, staff.now)


async def bearer(staff: Staff, made: str) -> Officer | None:
    async with staff.db.reading() as connection:
        return await tokens.bearer(connection, KEY, made, staff.now)


async def test_a_token_drafts_and_reads_for_its_officer_until_it_is_over(staff: Staff) -> None:
    await staff.add("Cúc", Role.EDITOR)
    await staff.confirm("Bình", await staff.propose("An", Kind.GRANT, "Cúc", Role.APPROVER))
    made = await token(staff, "Cúc")
    assert made not in repr(await staff.rows("officer_tokens"))
    script = await bearer(staff, f" {made}\n")
    assert script is not None
    assert (script.name, script.scopes) == ("Cúc", ("draft", "read"))
    assert may(script, Action.DRAFT, (), staff.now, within)
    assert not may(script, Action.APPROVE, (), staff.now, within)
    reader = await bearer(staff, await token(staff, "Cúc", ("read",)))
    assert reader is not None
    assert may(reader, Action.READ, (), staff.now, within)
    assert not may(reader, Action.DRAFT, (), staff.now, within)
    for wrong in ("", made[:-1], made + "x", "\ud800"):
        assert await bearer(staff, wrong) is None
    staff.later(days=30)
    assert await bearer(staff, made) is None


async def test_an_officer_ends_their_tokens(staff_here: Staff) -> None:
    staff = staff_here
    mine, theirs = await token(staff), await token(staff, "Bình")
    an = await staff.officer("An")
    async with staff.db.transaction() as connection:
        assert await tokens.end(connection, KEY, an, staff.now) == 1
    assert await bearer(staff, mine) is None
    assert await bearer(staff, theirs)


async def test_tokens_that_are_not_made(staff_here: Staff) -> None:
    staff = staff_here
    for scopes, days in (((), 30), (("approve",), 30), (("read", "sign"), 30), (("read",), 0), (("read",), 91)):
        with pytest.raises(BadToken):
            await token(staff, scopes=scopes, days=days)
    script = await bearer(staff, await token(staff))
    assert script is not None
    async with staff.db.transaction() as connection:
        with pytest.raises(Forbidden):
            await tokens.make(connection, KEY, script, ("read",), 1, staff.now)
        with pytest.raises(Forbidden):
            await codes.link_code(connection, KEY, script, staff.now)
    assert await staff.rows(officer_chats.name) == []
