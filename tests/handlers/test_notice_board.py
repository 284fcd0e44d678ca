"""Notices in force as everybody else asks for them: one look a second, and nothing new is missed by who sends it."""

from __future__ import annotations

import asyncio

import pytest

from bot.storage.db import Database
from tests.handlers.warned import DUTY, TAN_HO_CO, THUONG_PHUOC, Warned


@pytest.fixture
async def warned(db: Database) -> Warned:
    return await Warned.start(db)


async def test_the_first_messages_have_the_button_for_help_too(warned: Warned) -> None:
    """What was looked at just before the issue does not know that anybody is on duty there."""
    await warned.people(1)
    assert await warned.board.live() == []
    await warned.issued()
    await warned.go()
    [said] = warned.channel.said
    assert [each.label for each in said.message.choices()] == ["Đã rõ", "Cần giúp"]


async def test_where_nobody_can_be_reached_the_button_is_not_there(warned: Warned) -> None:
    await warned.people(1)
    await warned.issued()
    warned.roster.on_duty = []
    await warned.go()
    [said] = warned.channel.said
    assert [each.label for each in said.message.choices()] == ["Đã rõ"]


async def test_what_is_over_is_found_and_is_not_in_force(warned: Warned) -> None:
    issued = await warned.issued()
    assert [each.id for each in await warned.board.live_at((THUONG_PHUOC,))] == [issued.notice_id]
    assert await warned.board.live_at((TAN_HO_CO,)) == []
    assert [each.id for each in await warned.board.live_at(("p-dong-thap",))] == [issued.notice_id]
    ended = await warned.service.clear(DUTY, issued.notice_id)
    warned.later(seconds=1)
    assert await warned.board.live() == []
    notice, version = await warned.board.version(ended.run_id)
    assert (notice.id, version.number) == (issued.notice_id, 1)
    assert (await warned.board.notice(issued.notice_id)).ended_at is not None


async def test_many_who_ask_at_once_see_the_same(warned: Warned) -> None:
    await warned.issued()
    found = await asyncio.gather(*(warned.board.live() for _ in range(50)))
    assert len({id(each[0]) for each in found}) == 1  # read once
