"""Leaving: STOP is confirmed once, whatever was refused before; blocking the bot is not writing to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from bot import errors
from bot.messages import Address
from broadcasts import subscribers
from broadcasts.subscribers import Resident
from tests.flows.talk import Talk, text_of
from tests.flows.test_telling import decide, opt_in, told

DAY = 24 * 3600
STOPPED = "Đã ngừng mọi tin"


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Talk]:
    started = await Talk.start(tmp_path)
    yield started
    await started.stop()


async def refuse_both(talk: Talk) -> None:
    await talk.hears("/start")
    await talk.hears("/dangky")
    await talk.taps("Bỏ qua")
    for _ in range(2):
        await talk.hears("không")
    me = await resident(talk)
    assert (me.safety, me.routine) == (False, False)


async def resident(talk: Talk) -> Resident:
    address = Address("fake", "main", "1001")
    async with talk.app.db.reading() as connection:
        return (await subscribers.load(connection, [address]))[address]


async def test_stop_is_confirmed_after_two_refusals_on_the_same_day(talk: Talk) -> None:
    await refuse_both(talk)
    assert text_of(await talk.hears("STOP")).startswith(STOPPED)
    assert talk.labels() == ["Chỉ nhận cảnh báo nguy hiểm", "Nhận lại tất cả"]


async def test_only_the_second_stop_of_a_day_is_silent(talk: Talk) -> None:
    await refuse_both(talk)
    await talk.hears("STOP")
    assert await talk.hears("dừng") == []
    talk.clock.advance(DAY)
    assert text_of(await talk.hears("STOP")).startswith(STOPPED)


async def test_also_when_it_is_said_in_another_language(talk: Talk) -> None:
    await refuse_both(talk)
    await talk.hears("STOP")
    await talk.hears("/ngonngu")
    await talk.taps("ភាសាខ្មែរ")
    assert await talk.hears("ឈប់") == []


async def test_who_begins_again_and_stops_again_is_told_again(talk: Talk) -> None:
    await refuse_both(talk)
    await talk.hears("STOP")
    await talk.taps("Nhận lại tất cả")
    assert text_of(await talk.hears("STOP")).startswith(STOPPED)
    assert await talk.hears("STOP") == []


@pytest.mark.parametrize(("kind", "reachable"), [("blocked", "blocked"), ("returned", "ok")])
async def test_blocking_is_not_writing(talk: Talk, kind: str, reachable: str) -> None:
    await talk.hears("/start c-29938")
    talk.clock.advance(5 * DAY)
    await talk.hears(kind=kind)
    me = await resident(talk)
    assert (me.last_wrote_on, me.reachable) == (date(2026, 11, 20), reachable)
    await talk.hears("menu")
    me = await resident(talk)
    assert (me.last_wrote_on, me.reachable) == (date(2026, 11, 25), "ok")


async def test_being_found_to_have_blocked_is_not_writing(talk: Talk) -> None:
    """The channel says so when somebody is told days later."""
    await talk.hears("/start c-29938")
    await opt_in(talk, "1001")
    await decide(talk)
    talk.clock.advance(5 * DAY)
    talk.channel.script.append(errors.RecipientGone("blocked"))
    assert await told(talk) == []
    me = await resident(talk)
    assert (me.last_wrote_on, me.reachable) == (date(2026, 11, 20), "blocked")
