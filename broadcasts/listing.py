"""The campaigns as a list that is looked through: by state, by words of their titles, a page at a time."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.places import fold
from bot.storage.schema import campaigns
from broadcasts.store import CAMPAIGN, Line

A_PAGE = 25
_NUMBER = re.compile(r"\s*cd[\s-]*(\d{1,10})\s*", re.IGNORECASE | re.ASCII)  # as officers call a campaign: CD-118


@dataclass(frozen=True, slots=True)
class Listed:
    """One page. ``counts``: how many there are of each state, whatever was looked for; ``found``: on all pages."""

    lines: tuple[Line, ...]
    found: int
    counts: Mapping[str, int]

    @property
    def pages(self) -> int:
        return max(1, -(-self.found // A_PAGE))


async def listed(connection: AsyncConnection, states: Sequence[str], words: str, page: int) -> Listed:
    """The newest first. ``words``: each must stand in the title, with or without marks, or be the number;
    ``page``: from 1. Titles are folded here and not by the database, which knows no Vietnamese: there are
    thousands, not millions."""
    kept = campaigns.c.kind == CAMPAIGN
    counted = await connection.execute(select(campaigns.c.state, func.count()).where(kept).group_by(campaigns.c.state))
    columns = [campaigns.c[name] for name in ("id", "title", "state", "created_by", "created_at")]
    asked = select(*columns).where(kept).order_by(campaigns.c.id.desc())
    if states:
        asked = asked.where(campaigns.c.state.in_(states))
    wanted, number = fold(words).split(), _NUMBER.fullmatch(words)
    lines = (Line(*row) for row in await connection.execute(asked))
    found = [
        line
        for line in lines
        if (line.id == int(number[1]) if number else all(each in fold(line.title) for each in wanted))
    ]
    first = (max(1, page) - 1) * A_PAGE
    return Listed(tuple(found[first : first + A_PAGE]), len(found), {row[0]: int(row[1]) for row in counted})
