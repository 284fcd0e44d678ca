"""Every channel at its fake platform: what the suites that all channels have to pass begin with."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.contracts.channel_outlets import OUTLETS, Outlet, Running
from tests.fakes.telegram.launch import launch as launch_telegram
from tests.fakes.zalo_bot.launch import launch as launch_zalo_bot
from tests.fakes.zalo_oa.launch import launch as launch_zalo_oa


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """What each fake says of itself."""
    with (
        launch_telegram(scale=0.01) as telegram,
        launch_zalo_oa(receipts="none", scale=0.001) as zalo_oa,
        launch_zalo_bot(scale=0.01) as zalo_bot,
    ):
        yield {"telegram": telegram, "zalo-oa": zalo_oa, "zalo-bot": zalo_bot}


@pytest.fixture(params=OUTLETS)
async def outlet(request: pytest.FixtureRequest, running: Running) -> AsyncIterator[Outlet]:
    """Each channel in turn, or the one that a test names."""
    async with OUTLETS[request.param](running) as made:
        yield made
