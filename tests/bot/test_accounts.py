"""Officers: the first two administrators at once, every later change by two people, and a reset that all hear of."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.errors import CotMocError
from bot.staff import chats, codes, deputies, proposals, register, tokens
from bot.staff.changes import Change, Impossible, Kind
from bot.staff.credentials import WeakPassword
from bot.staff.proposals import NoSuchProposal, OwnProposal
from bot.staff.register import BadName
from bot.staff.roles import Action, Forbidden, Officer, Role, may
from bot.staff.sign_in import Refused
from bot.staff.upkeep import tidy
from bot.storage.db import Database
from bot.storage.schema import officers
from bot.storage.schema import proposals as proposals_table
from tests.bot.staff_sample import KEY, NOW, PHONE, Staff, within

HERE, THERE = "p-dong-thap", "p-an-giang"


async def refused(awaited: Any, error: type[CotMocError], match: str | None = None) -> None:
    with pytest.raises(error, match=match):
        await awaited


async def first(staff: Staff, name: str, password: str = "") -> None:
    async with staff.db.transaction() as connection:
        staff.known[name] = await staff.accounts.add_first(connection, name, staff.now, password=password)


async def test_the_first_two_administrators(db: Database) -> None:
    staff = await Staff.two(db)
    for name in ("An", "Bình"):
        officer = await staff.sign_in(name)
        assert officer.roles == ((Role.ADMINISTRATOR, ""),)
    await refused(first(staff, "Cúc"), Impossible, "hai quản trị")
    assert [each for each in await staff.log() if "sign-in" not in each] == ["officer.add An", "officer.add Bình"]
    assert [row.name for row in await staff.rows("officers")] == ["An", "Bình"]


async def test_two_at_once_make_no_third(db: Database) -> None:
    staff = Staff(db)
    await first(staff, "An")
    results = await asyncio.gather(*(first(staff, name) for name in ("Bình", "Cúc", "Dũng")), return_exceptions=True)
    assert [type(each) for each in results if each is not None] == [Impossible, Impossible]
    assert len(await staff.rows("officers")) == 2


async def test_what_is_kept_leads_to_no_secret(sqlite_db: Database) -> None:
    staff = await Staff.two(sqlite_db)
    number = await staff.propose("An", Kind.ADD, "Cúc", Role.EDITOR)
    made = await staff.confirm("Bình", number)
    assert made is not None
    kept = repr([await staff.rows(table) for table in ("officers", "proposals", "audit")])
    for credentials in staff.known.values():
        assert credentials.password not in kept
        assert credentials.secret not in kept
        assert credentials.password not in repr(credentials)
        assert credentials.secret not in repr(credentials)
    [row, *_] = await staff.rows("officers")
    assert row.password.startswith("$argon2id$")


async def test_everyone_else_is_proposed_by_one_and_confirmed_by_another(db: Database) -> None:
    staff = await Staff.two(db)
    number = await staff.propose("An", Kind.ADD, "Cúc", Role.EDITOR, HERE)
    assert len(await staff.rows("officers")) == 2  # nothing happens before
    await refused(staff.confirm("An", number), OwnProposal)
    made = await staff.confirm("Bình", number)
    assert made is not None
    assert made.uri.startswith("otpauth://totp/")
    assert (await staff.sign_in("Cúc")).roles == ((Role.EDITOR, HERE),)
    await refused(staff.confirm("Bình", number), NoSuchProposal)  # once
    assert (await staff.log())[2:5] == [
        "proposal.open Cúc",
        f"proposal.confirmed {number}",
        "officer.add Cúc",
    ]


async def test_confirmed_by_two_at_once_it_is_done_once(db: Database) -> None:
    staff = await Staff.two(db)
    await staff.add("Cúc", Role.ADMINISTRATOR)
    number = await staff.propose("An", Kind.ADD, "Dũng", Role.VIEWER)
    results = await asyncio.gather(staff.confirm("Bình", number), staff.confirm("Cúc", number), return_exceptions=True)
    assert [type(each) for each in results if isinstance(each, Exception)] == [NoSuchProposal]
    assert [row.name for row in await staff.rows("officers")].count("Dũng") == 1
    await staff.log()


async def test_roles_are_given_and_taken_by_two_people(sqlite_db: Database) -> None:
    staff = await Staff.two(sqlite_db)
    await staff.add("Cúc", Role.EDITOR)
    await staff.confirm("Bình", await staff.propose("An", Kind.GRANT, "Cúc", Role.DUTY, HERE))
    assert set((await staff.officer("Cúc")).roles) == {(Role.EDITOR, ""), (Role.DUTY, HERE)}
    await refused(staff.propose("An", Kind.GRANT, "Cúc", Role.DUTY, HERE), Impossible)
    await refused(staff.propose("An", Kind.REVOKE, "Cúc", Role.DUTY, THERE), Impossible)
    await staff.confirm("An", await staff.propose("Bình", Kind.REVOKE, "Cúc", Role.EDITOR))
    assert (await staff.officer("Cúc")).roles == ((Role.DUTY, HERE),)


async def test_only_administrators_change_officers(sqlite_db: Database) -> None:
    staff = await Staff.two(sqlite_db)
    for role in set(Role) - {Role.ADMINISTRATOR}:
        name = f"Cán bộ {role.value}"
        await staff.add(name, role)
        await refused(staff.propose(name, Kind.ADD, "Mới", Role.VIEWER), Forbidden)
        waiting = await staff.propose("An", Kind.ADD, "Mới", Role.VIEWER)
        await refused(staff.confirm(name, waiting), Forbidden)
        officer = await staff.officer(name)
        async with staff.db.transaction() as connection:
            await refused(staff.accounts.refuse(connection, officer, waiting, NOW), Forbidden)
            await refused(staff.accounts.reset(connection, officer, "An", NOW), Forbidden)


async def test_an_administrator_of_one_province_changes_only_its_officers(sqlite_db: Database) -> None:
    staff = await Staff.two(sqlite_db)
    await staff.add("Cúc", Role.ADMINISTRATOR, HERE)
    await staff.add("Dũng", Role.EDITOR, THERE)
    await staff.add("Em", Role.EDITOR, "c-29938")
    number = await staff.propose("Cúc", Kind.GRANT, "Em", Role.DUTY, "c-29938")
    await staff.confirm("An", number)
    await refused(staff.propose("Cúc", Kind.GRANT, "Em", Role.DUTY, THERE), Forbidden)
    await refused(staff.propose("Cúc", Kind.GRANT, "Em", Role.ADMINISTRATOR), Forbidden)
    await refused(staff.propose("Cúc", Kind.DISABLE, "Dũng"), Forbidden)
    await refused(staff.propose("Cúc", Kind.DISABLE, "An"), Forbidden)
    assert await staff.propose("Cúc", Kind.DISABLE, "Em")
    # And is not one of the two that can confirm everything.
    await refused(staff.propose("An", Kind.DISABLE, "Bình"), Impossible)


async def test_two_administrators_are_always_left(sqlite_db: Database) -> None:
    staff = await Staff.two(sqlite_db)
    await refused(staff.propose("An", Kind.DISABLE, "Bình"), Impossible, "hai quản trị")
    await refused(staff.propose("An", Kind.REVOKE, "Bình", Role.ADMINISTRATOR), Impossible)
    await staff.add("Cúc", Role.ADMINISTRATOR)
    one = await staff.propose("An", Kind.DISABLE, "Bình")
    other = await staff.propose("Bình", Kind.REVOKE, "An", Role.ADMINISTRATOR)
    await staff.confirm("Cúc", one)
    await refused(staff.confirm("Cúc", other), Forbidden)  # of somebody who is none any more
    async with staff.db.reading() as connection:
        assert [each.name for each in await register.administrators(connection)] == ["An", "Cúc"]


async def test_what_was_possible_when_it_was_proposed_may_be_no_longer(sqlite_db: Database) -> None:
    staff = await Staff.two(sqlite_db)
    twice = [await staff.propose("An", Kind.ADD, "Cúc", Role.ADMINISTRATOR) for _ in range(2)]
    await staff.confirm("Bình", twice[0])
    await refused(staff.confirm("Bình", twice[1]), Impossible, "Đã có cán bộ")
    both = [await staff.propose("An", Kind.DISABLE, name) for name in ("Bình", "Cúc")]
    await staff.confirm("Cúc", both[0])
    await refused(staff.confirm("Cúc", both[1]), Impossible, "hai quản trị")
    async with staff.db.reading() as connection:  # and they still wait: they can only be refused
        assert [each.id for each in await proposals.waiting(connection)] == [twice[1], both[1]]


async def test_what_a_person_proposed_who_may_no_longer_is_not_confirmed(sqlite_db: Database) -> None:
    staff = await Staff.two(sqlite_db)
    for name in ("Cúc", "Dũng"):
        await staff.add(name, Role.ADMINISTRATOR)
    number = await staff.propose("Dũng", Kind.ADD, "Em", Role.APPROVER)
    another = await staff.propose("Cúc", Kind.ADD, "Giang", Role.APPROVER)
    await staff.confirm("Bình", await staff.propose("An", Kind.DISABLE, "Dũng"))
    async with staff.db.transaction() as connection:
        await staff.accounts.reset(connection, await staff.officer("An"), "Cúc", staff.now)
    await refused(staff.confirm("Bình", number), Forbidden, "Dũng")
    await refused(staff.confirm("Bình", another), Forbidden, "Cúc")
    async with staff.db.transaction() as connection:
        await staff.accounts.refuse(connection, await staff.officer("Bình"), number, staff.now)
    async with staff.db.reading() as connection:
        assert [each.id for each in await proposals.waiting(connection)] == [another]


async def test_refusing_and_taking_back(sqlite_db: Database) -> None:
    staff = await Staff.two(sqlite_db)
    for by in ("An", "Bình"):
        number = await staff.propose("An", Kind.ADD, "Cúc", Role.EDITOR)
        async with staff.db.transaction() as connection:
            await staff.accounts.refuse(connection, await staff.officer(by), number, staff.now)
        await refused(staff.confirm("Bình", number), NoSuchProposal)
    assert [(row.state, row.decided_by) for row in await staff.rows("proposals")] == [
        ("refused", "An"),
        ("refused", "Bình"),
    ]


async def test_names(sqlite_db: Database) -> None:
    staff = await Staff.two(sqlite_db)
    for name in ("an", " An ", "AN", "Bi\u0300nh", "BÌNH"):  # the same, however it is typed
        await refused(staff.propose("An", Kind.ADD, register.called(name), Role.EDITOR), Impossible)
    for name in ("x", "", "An\u202eB", "An\nB", "<b>An</b>", "x" * 81, "An/Bình"):
        await refused(staff.propose("An", Kind.ADD, name, Role.EDITOR), CotMocError)
    with pytest.raises(BadName):
        register.new_name("a" * 81)
    await staff.add("Nguyễn Thị Cúc-Hoa", Role.EDITOR)
    assert (await staff.officer("  Nguyễn  Thị Cu\u0301c-Hoa")).name == "Nguyễn Thị Cúc-Hoa"


@pytest.mark.parametrize("password", ["ngắn quá", "x" * 201, "aaaaaaaaaaaaaaaa", "mật khẩu của bình đây"])
async def test_weak_passwords(sqlite_db: Database, password: str) -> None:
    staff = await Staff.two(sqlite_db)
    async with staff.db.transaction() as connection:
        binh = await staff.officer("Bình")
        await refused(staff.accounts.change_password(connection, binh, password, NOW), WeakPassword)
        await refused(staff.accounts.reset(connection, binh, "Bình", NOW, password=password), WeakPassword)


async def test_a_password_of_ones_own(sqlite_db: Database) -> None:
    staff = await Staff.two(sqlite_db)
    an = await staff.sign_in("An")
    async with staff.db.transaction() as connection:
        await staff.accounts.change_password(connection, an, "mười hai chữ trở lên", staff.now)
    staff.later(seconds=30)
    await refused(staff.sign_in("An"), Refused)
    staff.later(seconds=30)
    # The same letters from a keyboard that composes them otherwise.
    decomposed = "mươ\u0300i hai chư\u0303 trơ\u0309 lên"
    officer = await staff.sign_in("An", password=decomposed)
    assert officer.restrained_until is None


async def test_a_script_changes_nothing(sqlite_db: Database) -> None:
    staff = await Staff.two(sqlite_db)
    an = await staff.officer("An")
    script = Officer(an.id, an.name, an.roles, scopes=("draft", "read"))
    change = Change(Kind.ADD, "Cúc", Role.EDITOR)
    async with staff.db.transaction() as connection:
        await refused(staff.accounts.propose(connection, script, change, NOW), Forbidden)
        await refused(staff.accounts.reset(connection, script, "Bình", NOW), Forbidden)
        await refused(staff.accounts.change_password(connection, script, "mười hai chữ trở lên", NOW), Forbidden)


async def _belongings(staff: Staff, name: str) -> str:
    """A chat, a token, a button and a link code of this officer; returns the token."""
    officer = await staff.officer(name)
    async with staff.db.transaction() as connection:
        code = await codes.link_code(connection, KEY, officer, staff.now)
        assert await chats.link(connection, KEY, code, PHONE, staff.now)
        await codes.link_code(connection, KEY, officer, staff.now)
        await codes.button(connection, KEY, officer.id, "approve", "1", staff.now)
        return await tokens.make(connection, KEY, officer, ("read",), 30, staff.now)


async def _nothing_left(staff: Staff) -> None:
    for table in ("officer_chats", "officer_tokens", "officer_codes"):
        assert await staff.rows(table) == []


async def _told_and_nothing_left(staff: Staff) -> None:
    """The chat that was cut off is nobody's, and kept until that was said there, or for a day."""
    async with staff.db.transaction() as connection:
        assert await chats.linked(connection, PHONE, staff.now) is None
        assert await chats.addresses(connection, [1, 2, 3], staff.now) == {}
        assert await chats.ended(connection) == [(PHONE, "Cúc", staff.now)]
        assert (await tidy(connection, KEY, staff.now + timedelta(hours=23)))["officer_chats"] == 0
        assert len(await chats.ended(connection)) == 1
        await chats.forget_ended(connection, PHONE, staff.now - timedelta(seconds=1))  # an earlier one
        assert len(await chats.ended(connection)) == 1
        await chats.forget_ended(connection, PHONE, staff.now)
    await _nothing_left(staff)


async def test_a_chat_that_was_ended_goes_after_a_day_and_can_be_linked_again(db: Database) -> None:
    staff = await Staff.two(db)
    an, bình = await staff.officer("An"), await staff.officer("Bình")
    async with staff.db.transaction() as connection:
        code = await codes.link_code(connection, KEY, bình, staff.now)
        assert await chats.link(connection, KEY, code, PHONE, staff.now)
        await staff.accounts.reset(connection, an, "Bình", staff.now)
        assert await chats.unlink(connection, KEY, bình, staff.now) == 0
        assert not await chats.end_chat(connection, KEY, PHONE, staff.now, "gone")
        assert await chats.ended(connection) == []
    async with staff.db.transaction() as connection:
        code = await codes.link_code(connection, KEY, an, staff.now)
        assert await chats.link(connection, KEY, code, PHONE, staff.now)
        await chats.end_all(connection, an.id, ended_at=staff.now)
        assert await tidy(connection, KEY, staff.later(hours=24)) is not None
        assert await chats.ended(connection) == []
        code = await codes.link_code(connection, KEY, an, staff.now)
        assert await chats.link(connection, KEY, code, PHONE, staff.now)
        assert await chats.linked(connection, PHONE, staff.now) is not None
    assert "officer.unlink" not in " ".join(await staff.log())


async def test_a_deputy_is_named_by_two_and_gains_nothing(db: Database) -> None:
    staff = await Staff.two(db)
    cúc, dũng = await staff.add("Cúc", Role.APPROVER), await staff.add("Dũng", Role.VIEWER)

    async def told() -> dict[int, int]:
        async with staff.db.reading() as connection:
            return await deputies.of(connection, [cúc.id, dũng.id])

    async def name(who: str, other: str) -> None:
        an, bình = await staff.officer("An"), await staff.officer("Bình")
        async with staff.db.transaction() as connection:
            number = await staff.accounts.propose(connection, an, Change(Kind.DEPUTY, who, deputy=other), staff.now)
        async with staff.db.transaction() as connection:
            await staff.accounts.confirm(connection, bình, number, staff.now)

    await name("Cúc", "Bình")
    await name("Cúc", "Dũng")
    assert await told() == {cúc.id: dũng.id}
    assert await staff.officer("Dũng") == dũng
    for who, other in (("Cúc", "Cúc"), ("Cúc", "Ai đó"), ("Ai đó", "Cúc")):
        await refused(name(who, other), Impossible)
    async with staff.db.transaction() as connection:
        change = Change(Kind.DEPUTY, "Cúc", deputy="An")
        await refused(staff.accounts.propose(connection, cúc, change, staff.now), Forbidden)
    await name("Cúc", "")
    assert await told() == {}
    await name("Cúc", "Dũng")
    await staff.confirm("Bình", await staff.propose("An", Kind.DISABLE, "Dũng"))
    assert await told() == {}
    assert [each for each in await staff.log() if each.startswith("officer.deputy")] == ["officer.deputy Cúc"] * 4


async def test_disabling_ends_chats_tokens_and_codes(db: Database) -> None:
    staff = await Staff.two(db)
    await staff.add("Cúc", Role.APPROVER)
    token = await _belongings(staff, "Cúc")
    number = await staff.propose("An", Kind.DISABLE, "Cúc")
    assert (await staff.sign_in("Cúc")).name == "Cúc"  # until it is confirmed
    await staff.confirm("Bình", number)
    await _nothing_left(staff)
    staff.later(minutes=1)
    await refused(staff.sign_in("Cúc"), Refused)
    async with staff.db.reading() as connection:
        assert await chats.linked(connection, PHONE, staff.now) is None
        assert await tokens.bearer(connection, KEY, token, staff.now) is None
        assert await register.acting(connection, 3) is None
    await refused(staff.propose("An", Kind.DISABLE, "Cúc"), Impossible, "ngừng")
    await refused(staff.propose("An", Kind.GRANT, "Cúc", Role.DUTY), Impossible)
    await refused(staff.propose("An", Kind.ADD, "Cúc", Role.EDITOR), Impossible)  # the name stays theirs
    async with staff.db.transaction() as connection:
        await refused(staff.accounts.reset(connection, await staff.officer("An"), "Cúc", NOW), Impossible)
    assert "officer.disable Cúc" in await staff.log()


async def test_a_reset_restrains_for_a_day_and_all_administrators_hear_of_it(db: Database) -> None:
    staff = await Staff.two(db)
    await staff.add("Cúc", Role.APPROVER)
    old = staff.known["Cúc"]
    await _belongings(staff, "Cúc")
    await staff.sign_in("Cúc")
    an = await staff.officer("An")
    async with staff.db.transaction() as connection:
        done = await staff.accounts.reset(connection, an, "Cúc", staff.now)
    assert done.restrained_until == NOW + timedelta(hours=24)
    # Whoever really is Cúc hears of it at the phone that was just cut off.
    assert dict(done.tell) == {"An": (), "Bình": (), "Cúc": (PHONE,)}
    await _told_and_nothing_left(staff)
    await refused(staff.sign_in("Cúc"), Refused)
    staff.known["Cúc"] = done.credentials
    assert (old.password, old.secret) != (done.credentials.password, done.credentials.secret)
    cuc = await staff.sign_in("Cúc")
    assert not may(cuc, Action.APPROVE, (), staff.now, within)
    assert may(cuc, Action.READ, (), staff.now, within)
    assert not may(cuc, Action.APPROVE, (), staff.later(hours=24) - timedelta(seconds=1), within)
    assert may(cuc, Action.APPROVE, (), staff.now, within)
    assert "officer.reset Cúc" in await staff.log()


async def test_who_was_reset_confirms_nothing_and_unlocks_nobody(sqlite_db: Database) -> None:
    """One administrator who resets the other cannot confirm in their name before they had a day to object."""
    staff = await Staff.two(sqlite_db)
    number = await staff.propose("An", Kind.ADD, "Cúc", Role.APPROVER)
    async with staff.db.transaction() as connection:
        staff.known["Bình"] = (
            await staff.accounts.reset(connection, await staff.officer("An"), "Bình", staff.now)
        ).credentials
    await staff.sign_in("Bình")
    await refused(staff.confirm("Bình", number), Forbidden)
    async with staff.db.transaction() as connection:
        await refused(staff.accounts.reset(connection, await staff.officer("Bình"), "An", staff.now), Forbidden)
    staff.later(hours=24)
    await staff.confirm("Bình", number)


async def test_with_one_administrator_left_another_is_made_directly(sqlite_db: Database) -> None:
    """It cannot come to that by commands; somebody with the database at hand may have to."""
    staff = await Staff.two(sqlite_db)
    async with staff.db.transaction() as connection:
        await connection.execute(update(officers).where(officers.c.name == "Bình").values(state="disabled"))
    await first(staff, "Cúc")
    assert (await staff.sign_in("Cúc")).roles == ((Role.ADMINISTRATOR, ""),)
    await refused(first(staff, "Dũng"), Impossible)


async def test_a_proposal_of_another_kind_is_left_alone(sqlite_db: Database) -> None:
    staff = await Staff.two(sqlite_db)
    async with staff.db.transaction() as connection:
        number = await proposals.propose(connection, KEY, "An", "subscribers.import", "tệp 1", {"rows": 3}, NOW)
        await refused(
            staff.accounts.confirm(connection, await staff.officer("Bình"), number, NOW), Impossible, "không phải"
        )
        await proposals.decide(connection, KEY, number, "Bình", True, NOW)
    [row] = await staff.rows(proposals_table.name)
    assert (row.state, row.decided_by, row.body) == ("confirmed", "Bình", {"rows": 3})
