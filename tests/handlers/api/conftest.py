"""One running service for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import SystemClock
from tests.handlers.api.scripts import Station, station


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Station]:
    async with station(tmp_path, SystemClock()) as made:
        yield made
