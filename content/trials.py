"""Tries a catalogue as it would be on the test questions, outside the event loop; what was tried last is kept."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from content.catalog import Catalog
from content.effects import Effect, Verdict, asked, effect
from content.evaluate import Row
from content.judge import Judge
from content.serving import Serving

KEPT = 3  # judges whose answers to all test questions are remembered


class Trials:
    """``rows``: the test questions, asked as if by somebody of the installation's own province."""

    def __init__(self, serving: Serving, rows: Sequence[Row]) -> None:
        self._serving = serving
        self._rows = rows
        self._verdicts: list[tuple[Judge, tuple[Verdict, ...]]] = []

    async def effect(self, before: Catalog, after: Catalog) -> Effect:
        """What would come out otherwise. Takes seconds where questions lead elsewhere, else nothing."""
        begun = time.perf_counter()
        old = await self._asked(await self._serving.judge_of(before))
        new = await self._asked(await self._serving.judge_of(after))
        return effect(self._rows, old, new, round(time.perf_counter() - begun, 2))

    async def _asked(self, judge: Judge) -> tuple[Verdict, ...]:
        for known, verdicts in self._verdicts:
            if known is judge:
                return verdicts
        verdicts = await asyncio.to_thread(asked, self._rows, judge, self._serving.home)
        self._verdicts = [(judge, verdicts), *self._verdicts[: KEPT - 1]]
        return verdicts
