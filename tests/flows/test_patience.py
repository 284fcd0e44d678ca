"""What only takes time is waited for: a long 429 and a refused token lose no answer and double none."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
import pytest_asyncio

from bot import errors
from bot.messages import Address
from bot.settings import Settings
from bot.storage.db import Database
from bot.storage.group_commit import GroupCommit
from bot.storage.inbox import Settlement
from bot.testing import FakeChannel, ManualClock
from broadcasts import subscribers
from handlers.app import build
from handlers.chat.intake import Intake
from tests.flows.talk import MORNING, Talk, text_of
from tests.warm import warm_folder


@pytest_asyncio.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Talk]:
    talk = await Talk.start(tmp_path)
    yield talk
    await talk.stop()


async def later(talk: Talk, seconds: float) -> list[str]:
    """What is said when so much time has gone by."""
    before = len(talk.channel.said)
    talk.clock.advance(seconds)
    await talk.app.intake.work_off()
    return [said.message.text for said in talk.channel.said[before:]]


@pytest.mark.parametrize("refusals", [1, 7])
async def test_a_429_of_an_hour_is_obeyed_and_the_answer_comes_once(talk: Talk, refusals: int) -> None:
    talk.channel.script.extend([errors.Throttled(3600)] * refusals)
    assert not await talk.hears("menu")
    for _ in range(refusals - 1):
        assert not await later(talk, 3590)
        assert not await later(talk, 20)
    assert not await later(talk, 3590)
    assert len(await later(talk, 20)) == 1
    assert not await later(talk, 9999)


async def test_a_short_429_is_waited_out_on_the_spot(talk: Talk) -> None:
    talk.channel.script.extend([errors.Throttled(3)] * 9 + [errors.ChannelDown("500")])
    assert len(await talk.hears("menu")) == 1


async def test_a_refused_token_is_said_and_the_answer_comes_when_it_is_mended(talk: Talk) -> None:
    talk.channel.script.extend([errors.AccountRejected("token")] * 2)
    assert not await talk.hears("menu")
    assert await talk.app.troubles() == ["fake: token refused"]
    assert not await later(talk, 70)
    assert len(await later(talk, 70)) == 1
    assert await talk.app.troubles() == []


async def test_a_refused_token_does_not_outlive_an_answer_of_another_kind(talk: Talk) -> None:
    talk.channel.script.extend([errors.AccountRejected("token"), errors.RecipientGone("blocked")])
    assert not await talk.hears("menu")
    assert not await later(talk, 70)
    assert await talk.app.troubles() == []
    assert await talk.hears("menu", who="2002")


async def test_what_is_owed_survives_a_restart_and_changes_nothing_twice(tmp_path: Path) -> None:
    talk = await Talk.start(tmp_path)
    await talk.hears("/start c-29938")
    await talk.hears("/dangky")
    await talk.taps("Bỏ qua") if "Bỏ qua" in talk.labels() else None
    talk.channel.script.append(errors.AccountRejected("token"))
    assert not await talk.taps("Có")
    await talk.stop()
    again = await Talk.start(tmp_path)
    try:
        await again.app.intake.work_off()
        assert [said.message.text.split(":")[0] for said in again.channel.said] == ["Đã ghi"]
        data = text_of(await again.hears("/dulieu", key="after"))
        assert data.count("Đồng ý: tin khẩn") == 1
    finally:
        await again.stop()


async def test_one_silent_account_leaves_room_for_the_others(tmp_path: Path) -> None:
    busy, other = FakeChannel(name="busy"), FakeChannel(name="other")
    busy.script.extend([errors.Throttled(7200)] * 400)
    settings = Settings(_env_file=None, var_dir=tmp_path, cache_dir=warm_folder())  # type: ignore[call-arg]
    app = await build(settings, clock=ManualClock(MORNING), rng=Random(1), roles=("sender",), channels=(busy, other))
    try:
        for channel, count in ((busy, 300), (other, 1)):
            for number in range(count):
                frame = {"key": f"k{number}", "chat": str(number), "kind": "text", "text": "menu"}
                await app.intake.receive(channel.receive({}, json.dumps(frame).encode(), MORNING))
        await app.intake.work_off()
        assert not busy.said
        assert len(other.said) == 1
    finally:
        await app.close()


class Faltering(GroupCommit):
    """Fails the first time a reply is to begin, as a database does that is away for a moment."""

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self.failed = False

    async def write(self, batch: Any, argument: Any) -> Any:
        if isinstance(argument, Settlement) and argument.state == "replying" and not self.failed:
            self.failed = True
            raise errors.StoreUnavailable
        return await super().write(batch, argument)


async def test_a_stop_is_not_overtaken_by_an_older_yes_when_the_database_falters(talk: Talk) -> None:
    await talk.hears("/start c-29938")
    await talk.hears("/dangky")
    yes = talk.button("Có")
    app = talk.app
    intake = Intake(
        db=app.db,
        writer=Faltering(app.db),
        channels=app.channels,
        pacers={},
        desk=app.intake.desk,
        clock=app.clock,
        metrics=app.metrics,
        rng=Random(1),
        owner="faltering",
    )
    for number, frame in enumerate(({"kind": "button", "value": yes}, {"kind": "text", "text": "STOP"})):
        body = json.dumps({"key": f"late{number}", "chat": "1001", "at": app.clock.now().isoformat(), **frame})
        await intake.receive(talk.channel.receive({}, body.encode(), app.clock.now()))
    await intake.work_off()
    async with app.db.reading() as connection:
        address = Address("fake", "main", "1001")
        resident = (await subscribers.load(connection, [address]))[address]
    assert (resident.safety, resident.routine) == (False, False)
    assert "Đã ngừng mọi tin" in talk.channel.said[-1].message.text
