"""A bureau for every test of the console."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.console.bureau import Bureau
from tests.console.warning_bureau import WarningBureau


@pytest.fixture
async def bureau(tmp_path: Path) -> AsyncIterator[Bureau]:
    opened = await Bureau.open(tmp_path)
    yield opened
    await opened.close()


@pytest.fixture
async def warning(tmp_path: Path) -> AsyncIterator[WarningBureau]:
    opened = await WarningBureau.open(tmp_path)
    yield opened
    await opened.close()
