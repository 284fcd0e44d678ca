"""The catalogue and the judge in service: everybody holds the same two, and their content is replaced as one.

A catalogue that was published shows at once where only texts changed; where questions lead elsewhere a new judge is
built first, outside the event loop. Other processes look for a mark in the database.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.places import Gazetteer
from bot.storage.db import Database, insert_for
from bot.storage.schema import installation
from content import store
from content.catalog import Catalog
from content.entries import Entry
from content.judge import Judge, Judgement
from content.match_values import MatchSource

LOOK_EVERY = 1  # second: what another process publishes is in service here soon after
_MARK = "entries"


class ServedCatalog(Catalog):
    """The entries in service; whoever holds it sees the newest ones."""

    def replace(self, entries: Iterable[Entry]) -> None:
        """In one step: nobody sees half of it."""
        self._entries = {each.id: each for each in entries}


class ServedJudge(Judge):
    """The judge in service; whoever holds it asks the newest one."""

    def __init__(self, judge: Judge) -> None:
        self.newest = judge

    def language_of(self, text: str) -> str:
        return self.newest.language_of(text)

    def __call__(
        self,
        text: str,
        *,
        language: str | None = None,
        place_scope: str | None = None,
        topic: str | None = None,
        shown: Sequence[str] = (),
    ) -> Judgement:
        return self.newest(text, language=language, place_scope=place_scope, topic=topic, shown=shown)


class Serving:
    """``home``: the province whose place names need no level word; ``mark``: of the catalogue that was loaded."""

    def __init__(self, catalog: Catalog, judge: Judge, gazetteer: Gazetteer, *, home: str, mark: str) -> None:
        self.catalog = ServedCatalog(catalog)
        self.judge = ServedJudge(judge)
        self.home = home
        self.mark = mark
        self.gazetteer = gazetteer
        self._building = asyncio.Lock()
        self._kept: list[tuple[list[MatchSource], Judge]] = []

    async def judge_of(self, catalog: Catalog) -> Judge:
        """The judge of a catalogue as it would be: the one in service where all questions lead to the same entries,
        else a new one, built in a thread (some seconds); the last two are kept."""
        async with self._building:
            wanted = _sources(catalog)
            if wanted == _sources(self.catalog):
                return self.judge.newest
            for sources, judge in self._kept:
                if sources == wanted:
                    return judge
            judge = await asyncio.to_thread(Judge, wanted, self.gazetteer, home=self.home)
            self._kept = [(wanted, judge), *self._kept[:1]]
            return judge

    def take(self, catalog: Catalog, judge: Judge, mark: str) -> None:
        """Put both in service; nothing can come between."""
        self.catalog.replace(catalog)
        self.judge.newest = judge
        self.mark = mark

    async def look(self, db: Database) -> bool:
        """Whether another process published something, which is in service now."""
        async with db.reading() as connection:
            mark = await read_mark(connection)
            if mark == self.mark:
                return False
            catalog = await store.load_catalog(connection)
        judge = await self.judge_of(catalog)
        if mark != self.mark:
            self.take(catalog, judge, mark)
        return True


def _sources(catalog: Catalog) -> list[MatchSource]:
    return [MatchSource.of_entry(entry) for entry in catalog]


async def read_mark(connection: AsyncConnection) -> str:
    """Another one after every publication; empty while nothing was published."""
    found = await connection.execute(select(installation.c.value).where(installation.c.key == _MARK))
    return str(found.scalar() or "")


async def move_mark(connection: AsyncConnection, before: str, after: str) -> bool:
    """False: somebody else published something since ``before`` was read."""
    await connection.execute(insert_for(connection)(installation).values(key=_MARK, value="").on_conflict_do_nothing())
    moved = await connection.execute(
        update(installation).where(installation.c.key == _MARK, installation.c.value == before).values(value=after)
    )
    return moved.rowcount == 1
