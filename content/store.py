"""Entries and their versions in the database; unanswered questions, votes and daily counts without addresses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.retention import UNANSWERED_FOR
from bot.storage.db import insert_for
from bot.storage.schema import entries, entry_versions, installation, statistics, unanswered, votes
from content import files
from content.catalog import Catalog, digest, parse
from content.entries import Entry
from content.masking import masked
from content.unanswered import Asked

LEAST_VOTES = 5  # fewer of a kind are never shown (promise L3)


async def import_release(connection: AsyncConnection, bodies: Iterable[dict[str, Any]], now: datetime) -> int:
    """Load a release's entries; returns how many changed (promise O5).

    An entry that nobody edited is replaced, unsigned, or withdrawn with the release; an edited one keeps its text and
    gets the release's text as a proposal beside it.
    """
    known = {row.id: row for row in await connection.execute(select(entries))}
    bodies = list(bodies)
    withdrawn = known.keys() - {body["id"] for body in bodies}
    gone = [each for each in withdrawn if not known[each].edited]
    if gone:  # what was true once and is no longer released must not be said
        await connection.execute(delete(entries).where(entries.c.id.in_(gone)))
    changed = len(gone)
    for position, body in enumerate(bodies):
        mark = digest(body)
        row = known.get(body["id"])
        if row is not None and row.position != position:
            await connection.execute(update(entries).where(entries.c.id == row.id).values(position=position))
        if row is not None and row.release_digest == mark:
            continue
        changed += 1
        edited = row is not None and row.edited
        version = {
            "entry_id": body["id"],
            "digest": mark,
            "body": body,
            "origin": "proposal" if edited else "release",
            "at": now,
        }
        await connection.execute(insert_for(connection)(entry_versions).values(version).on_conflict_do_nothing())
        if row is None:
            await connection.execute(
                entries.insert().values(
                    id=body["id"],
                    topic=body["topic"],
                    position=position,
                    body=body,
                    digest=mark,
                    release_digest=mark,
                )
            )
        elif edited:
            await connection.execute(update(entries).where(entries.c.id == row.id).values(release_digest=mark))
        else:
            await connection.execute(
                update(entries)
                .where(entries.c.id == row.id)
                .values(topic=body["topic"], body=body, digest=mark, release_digest=mark)
            )
    return changed


async def update_from_release(connection: AsyncConnection, now: datetime) -> int:
    """Load the release's files if they are not those that were loaded last; returns how many entries changed."""
    mark = files.release_mark()
    loaded = select(installation.c.value).where(installation.c.key == "release")
    if (await connection.execute(loaded)).scalar() == mark:
        return 0
    changed = await import_release(connection, files.shipped_bodies(), now)
    statement = insert_for(connection)(installation).values(key="release", value=mark)
    await connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_={"value": mark}))
    return changed


async def load_bodies(connection: AsyncConnection) -> list[dict[str, Any]]:
    rows = await connection.execute(select(entries.c.body).order_by(entries.c.position, entries.c.id))
    return [row.body for row in rows]


async def load_entry(connection: AsyncConnection, entry_id: str) -> Entry | None:
    """One entry as the database has it now, also if it came after the running service read its catalogue."""
    row = (await connection.execute(select(entries.c.body, entries.c.topic).where(entries.c.id == entry_id))).first()
    return None if row is None else parse(row.body, row.topic)


async def load_catalog(connection: AsyncConnection) -> Catalog:
    """The catalogue as the database has it: the truth once loaded."""
    return files.catalog_of(await load_bodies(connection))


async def note_unanswered(connection: AsyncConnection, question: str, language: str, channel: str, day: date) -> None:
    """Keep a question nobody could answer: masked, by day, without address."""
    await connection.execute(
        unanswered.insert().values(question=masked(question), language=language, channel=channel, day=day)
    )


async def load_unanswered(connection: AsyncConnection, today: date) -> list[Asked]:
    """Every question that nobody could answer yet; none older than 90 days, even if the purge has not run."""
    rows = await connection.execute(
        select(unanswered).where(unanswered.c.day >= today - UNANSWERED_FOR).order_by(unanswered.c.id)
    )
    return [Asked(row.id, row.question, row.language, row.channel, row.day) for row in rows]


async def forget_unanswered(connection: AsyncConnection, ids: Sequence[int]) -> int:
    """These questions have their answer now; returns how many were still kept."""
    gone = 0
    for at in range(0, len(ids), 1000):  # databases take only so many arguments
        result = await connection.execute(delete(unanswered).where(unanswered.c.id.in_(ids[at : at + 1000])))
        gone += result.rowcount
    return gone


async def count_vote(
    connection: AsyncConnection, entry_id: str, language: str, day: date, verdict: str, by: int = 1
) -> None:
    statement = insert_for(connection)(votes).values(
        entry_id=entry_id, language=language, day=day, verdict=verdict, count=by
    )
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=["entry_id", "language", "day", "verdict"], set_={"count": votes.c.count + by}
        )
    )


@dataclass(frozen=True, slots=True)
class Helped:
    """What residents said of one answer, in counts; None: too few to be shown, or they would give such away."""

    total: int | None = None
    yes: int | None = None
    no: int | None = None
    wrong: int | None = None  # of those whom it did not help: it says something wrong


def helped(verdicts: Mapping[str, int]) -> Helped:
    """``verdicts``: yes, no, wrong, unclear or other to how often."""
    total, yes, wrong = sum(verdicts.values()), verdicts.get("yes", 0), verdicts.get("wrong", 0)
    no = total - yes
    if total < LEAST_VOTES:
        return Helped()
    if 0 < min(yes, no) < LEAST_VOTES:
        return Helped(total)
    alone = wrong == 0 or (wrong >= LEAST_VOTES and not 0 < no - wrong < LEAST_VOTES)
    return Helped(total, yes, no, wrong if alone else None)


async def load_votes(connection: AsyncConnection) -> dict[str, Helped]:
    """Of every entry that anybody voted on, all days and languages together."""
    counted: dict[str, dict[str, int]] = {}
    columns = (votes.c.entry_id, votes.c.verdict)
    for row in await connection.execute(select(*columns, func.sum(votes.c.count)).group_by(*columns)):
        counted.setdefault(row[0], {})[row[1]] = int(row[2])
    return {entry_id: helped(verdicts) for entry_id, verdicts in counted.items()}


@dataclass(frozen=True, slots=True)
class Count:
    """One more of ``metric`` on a day, in a channel and a language; never of a place or a person."""

    day: date
    metric: str
    channel: str
    language: str


async def add_counts(connection: AsyncConnection, counts: Sequence[Count]) -> None:
    """Add up a group of counts."""
    statement = insert_for(connection)(statistics)
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=["day", "metric", "channel", "language"],
            set_={"count": statistics.c.count + statement.excluded["count"]},
        ),
        [
            {**asdict(each), "count": number}
            for each, number in sorted(Counter(counts).items(), key=lambda pair: astuple(pair[0]))
        ],
    )
