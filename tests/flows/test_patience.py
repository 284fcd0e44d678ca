"""What only takes time is waited for: a long 429 and a refused token lose no answer and double none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot import errors
from tests.flows.talk import Talk


@pytest_asyncio.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Talk]:
    talk = await Talk.start(tmp_path)
    yield talk
    await talk.stop()


@pytest.mark.parametrize("refusals", [1, 7])
async def test_a_429_of_an_hour_is_obeyed_and_the_answer_comes_once(talk: Talk, refusals: int) -> None:
    talk.channel.script.extend([errors.Throttled(3600)] * refusals)
    before = talk.clock.monotonic()
    assert len(await talk.hears("menu")) == 1
    assert talk.clock.monotonic() - before >= 3600 * refusals


async def test_a_refused_token_is_said_and_the_answer_comes_when_it_is_mended(talk: Talk) -> None:
    talk.channel.script.extend([errors.AccountRejected("token")] * 3)
    seen = set()

    async def watch() -> None:
        while talk.channel.script:
            seen.add(talk.app.intake.refused)
            await asyncio.sleep(0)

    watching = asyncio.create_task(watch())
    assert len(await talk.hears("menu")) == 1
    await watching
    assert frozenset({("fake", "main")}) in seen
    assert await talk.app.troubles() == []
