"""Signing in: both proofs or nothing, a code once, five wrong ones and a quarter of an hour, the same words always."""

from __future__ import annotations

import asyncio
import threading
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st
from pyotp import TOTP
from sqlalchemy import update

from bot.sealing import Unsealable
from bot.staff.credentials import SIGNS, Credentials, Prover, new_credentials
from bot.staff.roles import Role
from bot.staff.sign_in import CodeRefused, Crowded, Refused, SignIn
from bot.storage.db import Database
from bot.storage.schema import officers
from tests.bot.staff_sample import CHEAP, KEY, NOW, Staff

WRONG = "not the password"


async def refused(staff: Staff, name: str = "An", password: str | None = None, code: str | None = None) -> str:
    with pytest.raises(Refused) as caught:
        await staff.sign_in(name, password=password, code=code)
    return str(caught.value)


async def test_both_proofs_are_needed(db: Database) -> None:
    staff = await Staff.two(db)
    right = staff.code("An")
    assert (await staff.sign_in(" An ")).name == "An"  # however the name is spaced
    staff.later(minutes=1)
    await refused(staff, password=WRONG)
    await refused(staff, code="000000" if staff.code("An") != "000000" else "111111")
    await refused(staff, code="")
    await refused(staff, code=right)
    assert (await staff.sign_in("An")).name == "An"
    staff.later(minutes=1)
    await refused(staff, "An", password=staff.known["Bình"].password)
    await refused(staff, "An", code=staff.code("Bình"))


async def test_a_code_works_once_and_no_older_one_after_it(db: Database) -> None:
    staff = await Staff.two(db)
    next_code, now_code, last_code = (staff.code("An", after=seconds) for seconds in (30, 0, -30))
    await staff.sign_in("An", code=last_code)
    await staff.sign_in("An", code=now_code)
    await refused(staff, code=now_code)
    await refused(staff, code=last_code)
    await staff.sign_in("An", code=f" {next_code[:3]} {next_code[3:]} ")
    staff.later(seconds=30)
    await refused(staff, code=next_code)


async def test_one_step_of_drift_and_no_more(sqlite_db: Database) -> None:
    staff = await Staff.two(sqlite_db)
    for after in (-60, 60):
        await refused(staff, code=staff.code("An", after=after))
    await staff.sign_in("An", code=staff.code("An", after=30))


async def test_the_same_code_twice_at_once_works_once(db: Database) -> None:
    staff = await Staff.two(db)
    results = await asyncio.gather(*(staff.sign_in("An") for _ in range(3)), return_exceptions=True)
    assert sum(isinstance(each, Refused) for each in results) == 2
    await staff.log()


async def test_five_wrong_ones_lock_for_a_quarter_of_an_hour(db: Database) -> None:
    staff = await Staff.two(db)
    for _ in range(4):
        await refused(staff, password=WRONG)
    assert (await staff.sign_in("An")).name == "An"  # which forgives them
    for _ in range(5):
        staff.later(seconds=30)
        await refused(staff, password=WRONG)
    staff.later(seconds=30)
    await refused(staff)  # both right
    assert (await staff.sign_in("Bình")).name == "Bình"  # nobody else is locked
    staff.later(minutes=14)
    await refused(staff)
    staff.later(seconds=30)
    assert (await staff.sign_in("An")).name == "An"
    log = await staff.log()
    assert (log.count("officer.failed An"), log.count("officer.locked An")) == (8, 1)


async def test_guessing_on_does_not_lock_for_longer(sqlite_db: Database) -> None:
    staff = await Staff.two(sqlite_db)
    for _ in range(5):
        await refused(staff, password=WRONG)
    for _ in range(30):
        staff.later(seconds=30)
        if staff.now < NOW + timedelta(minutes=15):
            await refused(staff, password=WRONG)
    assert (await staff.sign_in("An")).name == "An"


async def test_many_guesses_at_once_are_counted_all(db: Database) -> None:
    staff = await Staff.two(db)
    await asyncio.gather(*(staff.sign_in("An", password=WRONG) for _ in range(8)), return_exceptions=True)
    await refused(staff)
    assert (await staff.log()).count("officer.locked An") == 1


async def test_every_refusal_says_the_same(sqlite_db: Database) -> None:
    staff = await Staff.two(sqlite_db)
    said = {await refused(staff, "Nobody"), await refused(staff, ""), await refused(staff, "\x00\ud800")}
    said.add(await refused(staff, code="٣٣٣٣٣٣"))
    said.add(await refused(staff, password="\ud800" * 3))
    said |= {await refused(staff, password=WRONG) for _ in range(6)}
    async with sqlite_db.transaction() as connection:
        await connection.execute(update(officers).where(officers.c.name == "Bình").values(state="disabled"))
    said.add(await refused(staff, "Bình"))
    assert len(said) == 1
    assert not [each for each in await staff.log() if each.endswith("Bình") and "add" not in each]


class Counting(PasswordHasher):
    """Counts how many passwords it compares, and at what cost."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.costs: list[str] = []

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:
        self.costs.append(str(hash).split("$")[3])
        return super().verify(hash, password)


async def test_a_name_that_nobody_bears_costs_as_much_and_takes_as_long(sqlite_db: Database) -> None:
    staff = await Staff.two(sqlite_db)
    hasher = Counting()
    door = SignIn(KEY, Prover(KEY, hasher), refusal_takes=0.2)
    loop = asyncio.get_running_loop()
    for name in ("An", "Nobody", *["An"] * 5):  # the last one is locked
        before = loop.time()
        with pytest.raises(Refused):
            await door.authenticate(sqlite_db, name, WRONG, staff.code("An"), NOW)
        assert loop.time() - before >= 0.2
    assert hasher.costs == ["m=8,t=1,p=1"] * 7


class Slow(PasswordHasher):
    """Compares when it is let."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.begun, self.go = threading.Event(), threading.Event()

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:
        self.begun.set()
        assert self.go.wait(10)
        return super().verify(hash, password)


async def test_a_reset_while_the_old_password_is_compared(db: Database) -> None:
    staff = await Staff.two(db)
    hasher = Slow()
    door = SignIn(KEY, Prover(KEY, hasher), refusal_takes=0)
    an, old = await staff.officer("An"), staff.known["An"]
    trying = asyncio.create_task(door.authenticate(db, "An", old.password, staff.code("An"), staff.now))
    await asyncio.to_thread(hasher.begun.wait, 10)
    async with db.transaction() as connection:
        await staff.accounts.change_password(connection, an, "câu mới, chưa ai biết", staff.now)
    hasher.go.set()
    with pytest.raises(Refused):
        await trying


def test_nobodys_password_is_never_right() -> None:
    prover = Prover(KEY, CHEAP)
    assert not prover.fits(None, "")
    assert not prover.fits("", "")
    assert not prover.fits("no hash at all", "x")
    assert prover.step("", None, "000000", NOW) is None


async def test_a_dearer_password_is_taken_over_at_the_next_sign_in(sqlite_db: Database) -> None:
    staff = await Staff.two(sqlite_db)
    [before, _] = await staff.rows("officers")
    dearer = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)
    door = SignIn(KEY, Prover(KEY, dearer), refusal_takes=0)
    await door.authenticate(sqlite_db, "An", staff.known["An"].password, staff.code("An"), staff.now)
    [after, _] = await staff.rows("officers")
    assert before.password != after.password
    assert "t=2" in after.password
    staff.later(seconds=30)
    await staff.sign_in("An")


async def test_a_second_factor_opens_in_its_own_row_and_with_its_own_key_only(sqlite_db: Database) -> None:
    staff = await Staff.two(sqlite_db)
    [an, _] = await staff.rows("officers")
    # Whoever can write the database puts their own password and second factor into another's row.
    async with sqlite_db.transaction() as connection:
        await connection.execute(
            update(officers)
            .where(officers.c.name == "Bình")
            .values(password=an.password, second_factor=an.second_factor)
        )
    await refused(staff, "Bình", password=staff.known["An"].password, code=staff.code("An"))
    elsewhere = SignIn(b"another key", Prover(b"another key", CHEAP), refusal_takes=0)
    with pytest.raises(Refused):
        await elsewhere.authenticate(sqlite_db, "An", staff.known["An"].password, staff.code("An"), NOW)


# --- the code alone, in a linked chat -------------------------------------------------------------------------------


async def test_a_code_in_a_chat(db: Database) -> None:
    staff = await Staff.two(db)
    an, code = await staff.officer("An"), staff.code("An")
    await staff.door.require_code(db, an, code, staff.now)
    for spent in (code, "", "12345x"):
        with pytest.raises(CodeRefused):
            await staff.door.require_code(db, an, spent, staff.now)
    await refused(staff, code=code)  # spent here is spent everywhere
    assert "officer.code An" in await staff.log()


async def test_five_wrong_codes_in_a_chat_wait_and_do_not_count_at_the_door(sqlite_db: Database) -> None:
    staff = await Staff.two(sqlite_db)
    an = await staff.officer("An")
    for _ in range(5):
        with pytest.raises(CodeRefused):
            await staff.door.require_code(sqlite_db, an, "", staff.now)
    staff.later(minutes=14)
    with pytest.raises(CodeRefused):
        await staff.door.require_code(sqlite_db, an, staff.code("An"), staff.now)
    assert (await staff.sign_in("An")).name == "An"
    staff.later(minutes=1)
    await staff.door.require_code(sqlite_db, an, staff.code("An"), staff.now)
    # And the other way round: who guesses passwords keeps no duty officer from issuing.
    for _ in range(5):
        await refused(staff, password=WRONG)
    staff.later(seconds=30)
    await staff.door.require_code(sqlite_db, an, staff.code("An"), staff.now)


async def test_no_code_of_a_disabled_officer(sqlite_db: Database) -> None:
    staff = await Staff.two(sqlite_db)
    cuc = await staff.add("Cúc", Role.DUTY)
    async with sqlite_db.transaction() as connection:
        await connection.execute(update(officers).where(officers.c.name == "Cúc").values(state="disabled"))
    with pytest.raises(CodeRefused):
        await staff.door.require_code(sqlite_db, cuc, staff.code("Cúc"), staff.now)


# --- what proves who somebody is ------------------------------------------------------------------------------------


@given(st.integers(0, 2**31), st.integers(-4, 4))
def test_a_code_is_good_for_its_step_and_one_beside_it(moment: int, away: int) -> None:
    prover, made = Prover(KEY, CHEAP), Credentials("An", "", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    now = NOW + timedelta(seconds=moment)
    step = int(now.timestamp()) // 30 + away
    code = TOTP(made.secret).at(step * 30)
    found = prover.step("An", prover.sealed(made), code, now)
    if abs(away) <= 1:
        assert found is not None
        assert TOTP(made.secret).at(found * 30) == code
    else:  # unless two steps happen to show the same six digits
        assert found is None or TOTP(made.secret).at(found * 30) == code


def test_made_credentials() -> None:
    made = [new_credentials("An") for _ in range(50)]
    assert len({each.password for each in made}) == len({each.secret for each in made}) == 50
    for each in made:
        assert set(each.password) <= {*SIGNS, "-"}
        assert len(each.password.replace("-", "")) == 16
        assert len(each.secret) == 32  # 160 bits, as RFC 4226 recommends
    assert f"secret={made[0].secret}" in made[0].uri


def test_a_sealed_secret_is_another_each_time_and_of_one_name() -> None:
    prover, made = Prover(KEY, CHEAP), new_credentials("An")
    assert prover.sealed(made) != prover.sealed(made)
    code = TOTP(made.secret).at(int(NOW.timestamp()))
    assert prover.step("An", prover.sealed(made), code, NOW) is not None
    with pytest.raises(Unsealable):
        prover.step("Bình", prover.sealed(made), code, NOW)


async def test_a_crowd_of_strangers_is_sent_away_and_a_known_browser_is_let_through(sqlite_db: Database) -> None:
    staff = await Staff.two(sqlite_db)
    async with sqlite_db.reading() as connection:
        mark = await staff.door.browser_mark(connection, await staff.officer("An"))
    door = SignIn(KEY, staff.prover, refusal_takes=0, waiting=0)
    with pytest.raises(Crowded):
        await door.authenticate(sqlite_db, "Bình", WRONG, "000000", staff.now)
    found = await door.authenticate(
        sqlite_db, "An", staff.known["An"].password, staff.code("An"), staff.now, browser=mark
    )
    assert found.name == "An"
