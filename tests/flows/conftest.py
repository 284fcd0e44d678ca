"""What the tests of the officers' chat begin with."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.flows.public_site import Site, open_site
from tests.flows.station import APPROVER, EDITOR, REVIEWER, Station
from tests.flows.talk import Talk


@pytest.fixture
async def station(tmp_path: Path) -> AsyncIterator[Station]:
    """Chi writes, Giang approves, Dung signs, each with a phone of their own."""
    talk = await Talk.start(tmp_path)
    try:
        station = await Station(talk).open()
        await station.link("Chi", EDITOR)
        await station.link("Giang", APPROVER)
        await station.link("Dung", REVIEWER)
        yield station
    finally:
        await talk.stop()


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    """A service as it is installed, with an owner, officers on duty, and a browser."""
    async with open_site(tmp_path) as made:
        yield made
