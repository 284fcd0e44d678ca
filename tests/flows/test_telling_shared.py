"""Replies and tellings share what they know of an account; and what is known of a telling is written down."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import errors
from bot.messages import Address, OutgoingMessage, Receipt
from bot.storage.db import Database
from bot.testing import FakeChannel
from handlers.chat.telling_channel import AGAIN_AFTER
from tests.flows.talk import Talk
from tests.flows.test_telling import decide, rows
from tests.flows.test_telling_meanwhile import FAKE, SlowChannel, teller, wait_for


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Talk]:
    started = await Talk.start(tmp_path)
    yield started
    await started.stop()


async def test_a_token_refused_while_telling_is_a_trouble_and_no_reply_tries_it(talk: Talk) -> None:
    await wait_for(talk, "1", "2")
    await decide(talk)
    telling = teller(talk, sending=talk.app.intake.sending)
    talk.channel.script.append(errors.AccountRejected("401"))
    assert await telling.work_off() == 0
    assert await talk.app.troubles() == ["fake: token refused"]
    assert await talk.hears("menu", who="3") == []  # stored, not tried
    assert await telling.work_off() == 0
    assert not talk.channel.said
    talk.clock.advance(2 * AGAIN_AFTER)
    await talk.app.intake.work_off()
    assert await talk.app.troubles() == []
    assert await telling.work_off() == 2
    assert sorted(each.address.external_id for each in talk.channel.said) == ["1", "2", "3"]


async def test_in_the_service_replies_and_tellings_share_it(talk: Talk) -> None:
    await wait_for(talk, "1")
    await decide(talk)
    talk.channel.script.append(errors.AccountRejected("401"))
    assert await talk.app.teller.work_off() == 0
    assert await talk.app.troubles() == ["fake: token refused"]
    assert await talk.hears("menu", who="3") == []


async def test_a_token_refused_to_a_reply_is_not_tried_by_a_telling(talk: Talk) -> None:
    await wait_for(talk, "1")
    await decide(talk)
    telling = teller(talk, sending=talk.app.intake.sending)
    talk.channel.script.append(errors.AccountRejected("401"))
    await talk.hears("menu", who="3")
    assert await telling.work_off() == 0
    talk.clock.advance(2 * AGAIN_AFTER)
    assert await telling.work_off() == 1
    assert await talk.app.troubles() == []
    await talk.app.intake.work_off()
    assert [each.address.external_id for each in talk.channel.said] == ["1", "3"]


@pytest.mark.parametrize("seconds", [3600, 90])
async def test_a_long_429_while_telling_silences_the_account(talk: Talk, seconds: int) -> None:
    await wait_for(talk, "1", "2")
    await decide(talk)
    telling = teller(talk, sending=talk.app.intake.sending)
    talk.channel.script.append(errors.Throttled(seconds))
    for _ in range(3):
        assert await telling.work_off() == 0
        assert await talk.hears("menu", who="3") == []
        talk.clock.advance((seconds - 3) / 3)
    talk.clock.advance(4)
    await talk.app.intake.work_off()
    assert await telling.work_off() == 2
    assert [each.address.external_id for each in talk.channel.said[:3]] == ["3", "3", "3"]
    assert sorted(each.address.external_id for each in talk.channel.said[3:]) == ["1", "2"]


async def test_what_left_before_a_429_does_not_open_the_account(talk: Talk) -> None:
    channel = SlowChannel()
    sending = talk.app.intake.sending

    async def meanwhile() -> None:
        talk.channel.script.append(errors.Throttled(3600))
        await talk.hears("menu", who="3")

    channel.meanwhile = meanwhile
    await sending.attempt(channel, Address(*FAKE, "1"), OutgoingMessage("x"))
    assert sending.silent == {FAKE}


async def test_no_answer_is_no_proof_that_the_token_works(talk: Talk) -> None:
    sending = talk.app.intake.sending
    for error, refused in (
        (errors.AccountRejected("401"), {FAKE}),
        (errors.NotSent("no network"), {FAKE}),
        (errors.OutcomeUnknown("cut off"), {FAKE}),
        (errors.ContentRejected("400"), set()),
    ):
        talk.channel.script.append(error)
        with pytest.raises(type(error)):
            await sending.attempt(talk.channel, Address(*FAKE, "1"), OutgoingMessage("x"))
        assert sending.refused == refused


class AwayDatabase(Database):
    """Takes no write for the next ``away`` tries."""

    away = 0

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        if self.away:
            self.away -= 1
            raise errors.StoreUnavailable
        async with super().transaction() as connection:
            yield connection


@pytest.mark.parametrize("error", [None, errors.NotSent("x")])
async def test_what_is_known_is_no_doubt_when_the_database_was_away(
    talk: Talk, error: errors.ChannelError | None
) -> None:
    await wait_for(talk, "1")
    await decide(talk)
    database = AwayDatabase(talk.app.db.url)

    class CutChannel(FakeChannel):
        async def send(self, address: Address, message: OutgoingMessage) -> Receipt:
            database.away = 20
            return await super().send(address, message)

    channel = CutChannel()
    channel.script.append(error)
    telling = teller(talk, channel, desk=replace(talk.app.intake.desk, db=database))
    assert await telling.work_off() == (error is None)
    assert await rows(talk) == ([] if error is None else ["waiting"])
    talk.clock.advance(2 * AGAIN_AFTER)
    await telling.work_off()
    assert len(channel.said) == 1
    await database.close()
