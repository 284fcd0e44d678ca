"""What a channel tells beside words: followed, no longer following, data to be erased, a message that arrived."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.messages import Address
from broadcasts import subscribers
from broadcasts.subscribers import ConsentGiven, Resident
from tests.flows.talk import MORNING, Talk, text_of

WHO = Address("fake", "main", "1001")


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Talk]:
    started = await Talk.start(tmp_path, windows=True)
    yield started
    await started.stop()


async def kept(talk: Talk) -> Resident:
    async with talk.app.db.reading() as connection:
        return (await subscribers.load(connection, [WHO]))[WHO]


async def agree(talk: Talk) -> None:
    async with talk.app.db.transaction() as connection:
        for kind in ("safety", "routine"):
            word = ConsentGiven(kind, True, MORNING, "fake", "Đồng ý nhận tin.")
            await subscribers.consent(connection, WHO, MORNING.date(), word)


async def test_who_follows_is_welcomed_and_nothing_is_taken_for_consent(talk: Talk) -> None:
    assert "Cột Mốc" in text_of(await talk.hears(kind="followed"))
    resident = await kept(talk)
    assert resident.safety is None
    assert resident.routine is None


async def test_a_follower_who_then_subscribes_is_known_as_one(talk: Talk) -> None:
    await talk.hears(kind="followed")
    await agree(talk)
    await talk.hears("0")
    resident = await kept(talk)
    assert resident.follower is True


async def test_the_minute_of_the_last_word_is_kept_where_windows_need_it(talk: Talk) -> None:
    await agree(talk)
    await talk.hears("0")
    assert (await kept(talk)).last_wrote_at == MORNING
    talk.clock.advance(3600)
    await talk.hears("1")
    assert (await kept(talk)).last_wrote_at == MORNING + timedelta(hours=1)


async def test_the_minute_is_not_kept_where_no_window_needs_it(tmp_path: Path) -> None:
    talk = await Talk.start(tmp_path)
    await agree(talk)
    await talk.hears("0")
    assert (await kept(talk)).last_wrote_at is None
    await talk.stop()


async def test_who_no_longer_follows_gets_nothing_more_not_even_a_goodbye(talk: Talk) -> None:
    await talk.hears(kind="followed")
    await agree(talk)
    assert await talk.hears(kind="unfollowed") == []
    resident = await kept(talk)
    assert resident.safety is False
    assert resident.routine is False
    assert resident.follower is False


async def test_leaving_is_no_word_and_opens_no_window(talk: Talk) -> None:
    await agree(talk)
    await talk.hears("0")
    talk.clock.advance(86_400)
    await talk.hears(kind="unfollowed")
    resident = await kept(talk)
    assert resident.last_wrote_at == MORNING
    assert resident.last_wrote_on == MORNING.date()


async def test_a_message_that_arrived_says_nothing_and_keeps_nothing(talk: Talk) -> None:
    assert await talk.hears(kind="delivered", value="m1") == []
    assert not (await kept(talk)).known


async def test_a_request_for_erasure_at_the_platform_erases_here(talk: Talk) -> None:
    await agree(talk)
    assert await talk.hears(kind="withdrawn") == []
    assert not (await kept(talk)).known
