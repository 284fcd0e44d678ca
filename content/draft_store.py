"""Drafts of entries, versions and the releases' proposals in the database; saved by version, never overwritten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import CotMocError
from bot.storage.db import insert_for
from bot.storage.schema import entries, entry_drafts, entry_versions
from content.catalog import digest
from content.drafts import OPEN, Draft, DraftState, Hand, Unfit

OFFICER, PROPOSAL = "officer", "proposal"  # where a version comes from, beside a release
TAKEN, DECLINED = "taken", "declined"
_LAST = 1_000_000  # a new entry comes last in its topic; a release counts from 0


class ChangedMeanwhile(CotMocError):
    """Có người vừa sửa câu này; mở lại để thấy bản mới."""


class NoSuchDraft(CotMocError):
    """Không có bản nháp này; xem lại số."""


class NoSuchVersion(CotMocError):
    """Không có phiên bản này; xem lại số."""


@dataclass(frozen=True, slots=True)
class Served:
    """What residents read of an entry today. ``edited``: an officer published it, not a release."""

    entry_id: str
    body: Mapping[str, Any]
    digest: str
    edited: bool


@dataclass(frozen=True, slots=True)
class Version:
    """``origin``: release, officer or proposal; ``officer``: who published it; ``decision``: of a proposal."""

    id: int
    entry_id: str
    origin: str
    at: datetime
    officer: str
    digest: str
    decision: str
    decided_by: str
    body: Mapping[str, Any]


async def create(
    connection: AsyncConnection,
    entry_id: str,
    body: Mapping[str, Any],
    *,
    base: str,
    origin: str,
    hands: Mapping[str, Hand],
    by: str,
    at: datetime,
    proposal_id: int | None = None,
    questions: Sequence[int] = (),
) -> int:
    """A new draft; returns its number. Raises Unfit when the entry is being written already."""
    statement = insert_for(connection)(entry_drafts).values(
        entry_id=entry_id,
        version=1,
        state=DraftState.DRAFT,
        body=body,
        base=base,
        texts={language: asdict(hand) for language, hand in hands.items()},
        authors=[by],
        origin=origin,
        proposal_id=proposal_id,
        questions=list(questions),
        created_by=by,
        created_at=at,
        changed_at=at,
    )
    made = (await connection.execute(statement.on_conflict_do_nothing().returning(entry_drafts.c.id))).scalar()
    if made is None:
        raise Unfit("Câu này đang có bản nháp; mở bản nháp đó mà sửa tiếp.")
    return int(made)


async def load(connection: AsyncConnection, draft_id: int) -> Draft:
    """Raises NoSuchDraft."""
    row = (await connection.execute(select(entry_drafts).where(entry_drafts.c.id == draft_id))).first()
    if row is None:
        raise NoSuchDraft
    return _draft(row)


async def listed(connection: AsyncConnection, states: Sequence[DraftState] = tuple(OPEN)) -> list[Draft]:
    """Drafts in these states, the newest first."""
    asked = select(entry_drafts).where(entry_drafts.c.state.in_(states)).order_by(entry_drafts.c.id.desc())
    return [_draft(row) for row in await connection.execute(asked)]


async def save(connection: AsyncConnection, draft: Draft, *, at: datetime | None = None, **columns: Any) -> None:
    """Change columns, if nobody changed the draft since it was loaded. Raises ChangedMeanwhile."""
    if "hands" in columns:
        columns["texts"] = {language: asdict(hand) for language, hand in columns.pop("hands").items()}
    if at is not None:
        columns["changed_at"] = at
    done = await connection.execute(
        update(entry_drafts)
        .where(entry_drafts.c.id == draft.id, entry_drafts.c.version == draft.version)
        .values(version=draft.version + 1, **columns)
    )
    if done.rowcount != 1:
        raise ChangedMeanwhile


def _draft(row: Row[Any]) -> Draft:
    return Draft(
        id=row.id,
        entry_id=row.entry_id,
        version=row.version,
        state=DraftState(row.state),
        body=row.body,
        base=row.base,
        hands={language: Hand(**hand) for language, hand in row.texts.items()},
        authors=frozenset(row.authors),
        origin=row.origin,
        created_by=row.created_by,
        created_at=row.created_at,
        changed_at=row.changed_at,
        submitted_at=row.submitted_at,
        proposal_id=row.proposal_id,
        questions=tuple(row.questions),
        reason=row.reason,
        returned=row.returned,
        effect=row.effect or {},
    )


# --- what is shown ----------------------------------------------------------------------------------------------


async def served(connection: AsyncConnection, entry_id: str) -> Served | None:
    """As residents read it today."""
    row = (await connection.execute(select(entries).where(entries.c.id == entry_id))).first()
    return None if row is None else Served(row.id, row.body, row.digest, row.edited)


async def edited_ids(connection: AsyncConnection) -> frozenset[str]:
    """Entries that officers have published, so that a release no longer replaces them."""
    return frozenset((await connection.execute(select(entries.c.id).where(entries.c.edited))).scalars())


async def publish(
    connection: AsyncConnection, entry_id: str, body: Mapping[str, Any], *, base: str, by: str, at: datetime
) -> int:
    """Show this body from now on and keep it as a version; returns the version's number.

    Raises ChangedMeanwhile when what is shown is no longer what the draft began from.
    """
    mark = digest(body)
    if base:
        done = await connection.execute(
            update(entries)
            .where(entries.c.id == entry_id, entries.c.digest == base)
            .values(topic=body["topic"], body=body, digest=mark, edited=True)
        )
    else:
        done = await connection.execute(
            insert_for(connection)(entries)
            .values(
                id=entry_id,
                topic=body["topic"],
                position=_LAST,
                body=body,
                digest=mark,
                release_digest="",
                edited=True,
            )
            .on_conflict_do_nothing()
        )
    if done.rowcount != 1:
        raise ChangedMeanwhile
    kept = insert_for(connection)(entry_versions).values(
        entry_id=entry_id, digest=mark, body=body, origin=OFFICER, at=at, officer=by
    )
    version_id = (await connection.execute(kept.on_conflict_do_nothing().returning(entry_versions.c.id))).scalar()
    if version_id is None:  # the same words in the same instant: there is nothing more to publish
        raise ChangedMeanwhile
    return int(version_id)


# --- versions and proposals -------------------------------------------------------------------------------------


async def versions(connection: AsyncConnection, entry_id: str) -> list[Version]:
    """Every version of an entry, the newest first, the releases' proposals among them."""
    asked = select(entry_versions).where(entry_versions.c.entry_id == entry_id)
    return await _versions(connection, asked)


async def version(connection: AsyncConnection, version_id: int) -> Version:
    """Raises NoSuchVersion."""
    found = await _versions(connection, select(entry_versions).where(entry_versions.c.id == version_id))
    if not found:
        raise NoSuchVersion
    return found[0]


async def proposals(connection: AsyncConnection) -> list[Version]:
    """What releases brought for entries that officers had edited, and nobody has decided on: the newest of each."""
    asked = select(entry_versions).join(
        entries, (entries.c.id == entry_versions.c.entry_id) & (entries.c.release_digest == entry_versions.c.digest)
    )
    asked = asked.where(entry_versions.c.origin == PROPOSAL, entry_versions.c.decision == "")
    newest = {each.entry_id: each for each in reversed(await _versions(connection, asked))}
    return sorted(newest.values(), key=lambda each: each.entry_id)


async def decide_proposal(
    connection: AsyncConnection, version_id: int, decision: str, by: str, at: datetime, *, was: str = ""
) -> None:
    """``decision`` empty: it waits again. Raises ChangedMeanwhile when somebody was quicker."""
    done = await connection.execute(
        update(entry_versions)
        .where(
            entry_versions.c.id == version_id,
            entry_versions.c.origin == PROPOSAL,
            entry_versions.c.decision == was,
        )
        .values(decision=decision, decided_by=by if decision else "", decided_at=at if decision else None)
    )
    if done.rowcount != 1:
        raise ChangedMeanwhile


async def _versions(connection: AsyncConnection, asked: Select[Any]) -> list[Version]:
    rows = await connection.execute(asked.order_by(entry_versions.c.id.desc()))
    return [
        Version(
            row.id, row.entry_id, row.origin, row.at, row.officer, row.digest, row.decision, row.decided_by, row.body
        )
        for row in rows
    ]
