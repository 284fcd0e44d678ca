"""A resident who writes too fast is slowed down; a cry for help, STOP and erasure are not, nor is anybody else."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
import pytest_asyncio

from bot import errors
from bot.storage.group_commit import GroupCommit
from bot.storage.inbox import Settlement
from bot.testing import FakeChannel
from handlers.chat import floods
from handlers.chat.intake import Intake
from tests.flows.talk import Talk, text_of
from tests.flows.test_patience import Faltering

HELP = "cứu với ghe tui chìm rồi gần hòn Sơn"


@pytest_asyncio.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Talk]:
    talk = await Talk.start(tmp_path)
    yield talk
    await talk.stop()


async def store(talk: Talk, count: int, *, who: str = "1001") -> None:
    """``count`` messages at one instant."""
    for number in range(count):
        frame = {"key": f"{who}-{talk.clock.now().timestamp()}-{number}", "chat": who, "kind": "text", "value": ""}
        frame |= {"text": "menu", "hint": "", "at": talk.clock.now().isoformat()}
        await talk.app.intake.receive(talk.channel.receive({}, json.dumps(frame).encode(), talk.clock.now()))


async def flood(talk: Talk, count: int, *, who: str = "1001") -> list[str]:
    """``count`` messages at one instant; what was answered."""
    before = len(talk.channel.said)
    await store(talk, count, who=who)
    await talk.app.intake.work_off()
    return [said.message.text for said in talk.channel.said[before:]]


def slow(talk: Talk) -> str:
    return talk.app.intake.desk.phrases.say("flood.slow", "vi", n=floods.WAIT_FOR)


def another_intake(talk: Talk, channel: FakeChannel, *, faltering: bool = False) -> Intake:
    """Another process on the same database; ``faltering``: whose database is away when the last reply is to begin."""
    app = talk.app
    return Intake(
        db=app.db,
        writer=FalteringAtLast(app.db) if faltering else app.writer,
        channels={("fake", "main"): channel},
        pacers={},
        desk=app.intake.desk,
        clock=app.clock,
        metrics=app.metrics,
        rng=Random(1),
        owner="another",
    )


class FalteringAtLast(Faltering):
    """Fails when the reply after the burst is to begin."""

    async def write(self, batch: Any, argument: Any) -> Any:
        if isinstance(argument, Settlement) and argument.state == "replying":
            self.begun = getattr(self, "begun", 0) + 1
            if self.begun == floods.BURST + 1:
                raise errors.StoreUnavailable
        return await GroupCommit.write(self, batch, argument)


async def test_a_flood_is_answered_up_to_its_burst_and_told_once(talk: Talk) -> None:
    answers = await flood(talk, 200)
    assert answers.count(slow(talk)) == 1
    assert len(answers) == floods.BURST + 1


async def test_nobody_else_notices(talk: Talk) -> None:
    await flood(talk, 100)
    assert await talk.hears("qua Campuchia cần giấy gì", who="2002")


@pytest.mark.parametrize(("said", "answered"), [(HELP, "112"), ("STOP", "BATLAI"), ("/xoa", "XD-")])
async def test_what_must_come_through_does(talk: Talk, said: str, answered: str) -> None:
    await talk.hears("/start")
    await flood(talk, 100)
    assert answered in text_of(await talk.hears(said))


async def test_even_a_cry_for_help_cannot_be_used_to_flood(talk: Talk) -> None:
    await flood(talk, 30)
    heard = [await talk.hears(HELP) for _ in range(20)]
    assert 5 <= len([each for each in heard if each]) <= 6


async def test_a_restart_between_the_flood_and_its_answer_changes_nothing(tmp_path: Path) -> None:
    talk = await Talk.start(tmp_path)
    await store(talk, 100)
    await talk.stop()
    again = await Talk.start(tmp_path)
    await again.app.intake.work_off()
    answers = [said.message.text for said in again.channel.said]
    assert answers.count(slow(again)) == 1
    assert len(answers) == floods.BURST + 1
    await again.stop()


@pytest.mark.parametrize("faltering", [False, True])
async def test_who_is_told_to_slow_down_does_not_depend_on_who_answers(talk: Talk, faltering: bool) -> None:
    """Also another process, and also when the database was away as it was to be said."""
    await store(talk, 100)
    channel = FakeChannel()
    await another_intake(talk, channel, faltering=faltering).work_off()
    answers = [said.message.text for said in channel.said]
    assert answers.count(slow(talk)) == 1
    assert len(answers) == floods.BURST + 1


async def test_an_update_that_comes_again_is_not_told_again(talk: Talk) -> None:
    """What was not acknowledged in time is sent again by the channel, with the same key."""
    for _ in range(3):
        await store(talk, 40)
    await talk.app.intake.work_off()
    assert [said.message.text for said in talk.channel.said].count(slow(talk)) == 1


async def test_it_ends_when_the_resident_does(talk: Talk) -> None:
    await flood(talk, 100)
    assert not await talk.hears("menu")
    talk.clock.advance(2)
    assert await talk.hears("menu")
    talk.clock.advance(floods.BURST + 1)
    await talk.app.intake.tick()
    assert len(await flood(talk, 100)) == floods.BURST + 1
