"""A drill reaches the officers on the drill list and nobody else, by whatever way somebody tries to make it leak."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, update

from bot import errors
from bot.errors import CotMocError
from bot.storage.db import Database
from bot.storage.schema import deliveries, drill_members, metadata, notices, posts, residents, runs
from broadcasts import drills, freezing, notice_sending
from broadcasts.notices import NoticeDraft
from tests.handlers.warned import COMMANDER, DUTY, SECOND, TAN_HO_CO, THUONG_PHUOC, Warned

MEMBERS = {"officer-1", "officer-3"}


async def a_drill(warned: Warned, *, area: str = THUONG_PHUOC) -> tuple[int, int]:
    """With people living there, and people who joined twice; the notice and its run."""
    await warned.people(3)
    await warned.drilling(DUTY, COMMANDER)
    issued = await warned.service.issue(SECOND, NoticeDraft("storm", (area,), drill=True))
    return issued.notice_id, issued.run_id


def reached(warned: Warned) -> set[str]:
    return {each.address.external_id for each in warned.channel.said}


def all_marked(warned: Warned) -> bool:
    marks = warned.wording.drill_marks
    texts = [each.message.text.split("\n") for each in warned.channel.said]
    return all(lines[0] in marks and lines[-1] in marks for lines in texts)


async def test_a_drill_reaches_its_members_marked_at_both_ends(db: Database) -> None:
    warned = await Warned.start(db)
    await a_drill(warned)
    await warned.go()
    assert reached(warned) == MEMBERS
    assert all_marked(warned)
    assert "[TIN KHẨN] Bão" in warned.channel.said[0].message.text
    assert await warned.board.live() == []  # no resident is shown it, and no page


async def test_a_drill_needs_no_signature_and_a_template_for_drills_no_real_one(db: Database) -> None:
    warned = await Warned.start(db)
    await a_drill(warned)
    await warned.signed("duty-call")
    with pytest.raises(CotMocError, match="diễn tập"):
        await warned.service.issue(DUTY, NoticeDraft("duty-call", (THUONG_PHUOC,)))


# --- Ways to make it leak ---------------------------------------------------------------------------------------------

Way = Callable[[Warned, int, int], Awaitable[None]]


async def _late_joiner(warned: Warned, notice_id: int, run_id: int) -> None:
    await warned.people(2)
    notice = await warned.notice(notice_id)
    wanted = notice_sending.wanted_of(warned.office, (THUONG_PHUOC,), ("vi",))
    async with warned.db.transaction() as connection:
        await freezing.join(connection, run_id, wanted, warned.clock.now(), {}, residents.c.id > 0)
        await freezing.expand(connection, notice.newest.run_id, wanted, warned.clock.now(), {})


async def _update(warned: Warned, notice_id: int, run_id: int) -> None:
    await warned.service.update(DUTY, notice_id, {"vi": "Gió mạnh thêm."}, area=("p-dong-thap",))


async def _end(warned: Warned, notice_id: int, run_id: int) -> None:
    await warned.service.clear(DUTY, notice_id)


async def _cancel(warned: Warned, notice_id: int, run_id: int) -> None:
    await warned.service.cancel(DUTY, notice_id)


async def _retry(warned: Warned, notice_id: int, run_id: int) -> None:
    warned.channel.script.extend([errors.OutcomeUnknown("no answer"), errors.NotSent("no line")])


async def _ladder(warned: Warned, notice_id: int, run_id: int) -> None:
    for _ in range(4):
        warned.later(minutes=10)
        await warned.go()


async def _expiry(warned: Warned, notice_id: int, run_id: int) -> None:
    warned.later(hours=25)


async def _rows_of_residents(warned: Warned, notice_id: int, run_id: int) -> None:
    """As a restored backup or a hand in the database could leave them."""
    async with warned.db.transaction() as connection:
        numbers = (await connection.execute(select(residents.c.id))).scalars().all()
        await connection.execute(
            insert(deliveries),
            [
                {
                    "run_id": run_id,
                    "resident_id": number,
                    "channel": "fake",
                    "account": "main",
                    "language": "vi",
                    "state": "queued",
                }
                for number in numbers
            ],
        )


async def _no_longer_a_drill(warned: Warned, notice_id: int, run_id: int) -> None:
    """The flag is lost on the run: officers' numbers lead to no resident."""
    async with warned.db.transaction() as connection:
        await connection.execute(update(runs).where(runs.c.id == run_id).values(drill=False))


async def _flag_lost_on_the_notice(warned: Warned, notice_id: int, run_id: int) -> None:
    async with warned.db.transaction() as connection:
        await connection.execute(update(notices).where(notices.c.id == notice_id).values(drill=False))


async def _list_is_emptied(warned: Warned, notice_id: int, run_id: int) -> None:
    async with warned.db.transaction() as connection:
        await connection.execute(drill_members.delete())


async def _posts(warned: Warned, notice_id: int, run_id: int) -> None:
    async with warned.db.reading() as connection:
        assert (await connection.execute(select(posts))).all() == []


async def _real_run_frozen_as_drill(warned: Warned, notice_id: int, run_id: int) -> None:
    issued = await warned.issued(area=TAN_HO_CO)
    async with warned.db.transaction() as connection:
        with pytest.raises(ValueError, match="not a drill"):
            await drills.freeze(connection, issued.run_id, warned.roster.drilling, warned.clock.now())
    await warned.service.cancel(DUTY, issued.notice_id)


WAYS: tuple[Way, ...] = (
    _late_joiner,
    _update,
    _end,
    _cancel,
    _retry,
    _ladder,
    _expiry,
    _rows_of_residents,
    _no_longer_a_drill,
    _list_is_emptied,
    _posts,
    _real_run_frozen_as_drill,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(WAYS), min_size=1, max_size=5))
def test_no_sequence_of_ways_makes_it_leak(ways: list[Way]) -> None:
    async def tried() -> None:
        db = Database("sqlite+aiosqlite://")
        async with db.transaction() as connection:
            await connection.run_sync(metadata.create_all)
        warned = await Warned.start(db)
        notice_id, run_id = await a_drill(warned)
        for way in ways:
            try:
                await way(warned, notice_id, run_id)
            except CotMocError:
                pass  # it was over already, and that is said
            except Exception as error:  # the same row twice
                assert "UNIQUE" in str(error)  # noqa: PT017
            await warned.go()
        await warned.go()
        residents_reached = {each for each in reached(warned) if not each.startswith("officer-")}
        assert not residents_reached
        assert all_marked(warned)
        await db.close()

    asyncio.run(tried())


async def test_whatever_flag_is_lost_no_resident_gets_it(db: Database) -> None:
    warned = await Warned.start(db)
    notice_id, run_id = await a_drill(warned)
    await _flag_lost_on_the_notice(warned, notice_id, run_id)
    await warned.people(2)
    await warned.go()
    assert reached(warned) <= MEMBERS


async def test_a_real_notice_never_reaches_the_drill_list_by_number(db: Database) -> None:
    warned = await Warned.start(db)
    await warned.drilling(DUTY)
    issued = await warned.issued()
    async with warned.db.transaction() as connection:
        await connection.execute(
            insert(deliveries).values(
                run_id=issued.run_id, resident_id=-1, channel="fake", account="main", language="vi", state="queued"
            )
        )
    await warned.go()
    assert warned.channel.said == []


def test_the_last_look_before_a_message_leaves() -> None:
    marks = ("[DIỄN TẬP] KHÔNG CÓ SỰ VIỆC THẬT",)
    body = "[TIN KHẨN] Bão."
    drills.guard(drill=True, text=f"{marks[0]}\n{body}\n{marks[0]}", marks=marks)
    drills.guard(drill=False, text=body, marks=marks)
    for drill, text in (
        (True, body),
        (True, f"{marks[0]}\n{body}"),
        (True, f"{body}\n{marks[0]}"),
        (True, marks[0]),
        (False, f"{body}\n{marks[0]}"),
    ):
        with pytest.raises(drills.DrillLeak):
            drills.guard(drill=drill, text=text, marks=marks)
    with pytest.raises(drills.DrillLeak):
        drills.guard(drill=True, text=f"{marks[0]}\n{body}\n{marks[0]}", marks=())


async def test_the_mark_cannot_be_typed_into_a_real_notice(db: Database) -> None:
    warned = await Warned.start(db)
    await warned.signed("other")
    mark = "[DIỄN TẬP] KHÔNG CÓ SỰ VIỆC THẬT"
    with pytest.raises(CotMocError):
        await warned.service.issue(DUTY, NoticeDraft("other", (THUONG_PHUOC,), {"tin": mark}))
    issued = await warned.issued()
    with pytest.raises(CotMocError):
        await warned.service.update(DUTY, issued.notice_id, {"vi": mark})
