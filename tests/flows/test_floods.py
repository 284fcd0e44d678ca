"""A resident who writes too fast is slowed down; a cry for help, STOP and erasure are not, nor is anybody else."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from handlers.chat import floods
from tests.flows.talk import Talk, text_of

HELP = "cứu với ghe tui chìm rồi gần hòn Sơn"


@pytest_asyncio.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Talk]:
    talk = await Talk.start(tmp_path)
    yield talk
    await talk.stop()


async def flood(talk: Talk, count: int, *, who: str = "1001") -> list[str]:
    """``count`` messages at one instant; what was answered."""
    before = len(talk.channel.said)
    for number in range(count):
        frame = {"key": f"{who}-{talk.clock.now().timestamp()}-{number}", "chat": who, "kind": "text", "value": ""}
        frame |= {"text": "menu", "hint": "", "at": talk.clock.now().isoformat()}
        await talk.app.intake.receive(talk.channel.receive({}, json.dumps(frame).encode(), talk.clock.now()))
    await talk.app.intake.work_off()
    return [said.message.text for said in talk.channel.said[before:]]


async def test_a_flood_is_answered_up_to_its_burst_and_told_once(talk: Talk) -> None:
    answers = await flood(talk, 200)
    slow = talk.app.intake.desk.phrases.say("flood.slow", "vi", n=floods.WAIT_FOR)
    assert answers.count(slow) == 1
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


async def test_it_ends_when_the_resident_does(talk: Talk) -> None:
    await flood(talk, 100)
    assert not await talk.hears("menu")
    talk.clock.advance(2)
    assert await talk.hears("menu")
    talk.clock.advance(floods.BURST + 1)
    await talk.app.intake.tick()
    assert len(await flood(talk, 100)) == floods.BURST + 1
