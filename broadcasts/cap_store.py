"""Drafts of CAP messages in the database, and which of them a later message has replaced.

A message replaces an earlier one of the same sender and the same status that it refers to, whichever comes first.
The same status: no exercise may take a true warning off the list. Earlier: two that name each other replace nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import CotMocError
from bot.storage.schema import cap_drafts
from broadcasts.cap import Alert, MsgType, Reference, drill_only
from broadcasts.cap_reading import read_text

REPLACING = (MsgType.UPDATE, MsgType.CANCEL)


class State(StrEnum):
    WAITING = "waiting"
    TAKEN = "taken"
    REFUSED = "refused"  # by an officer; by the service itself (``decided_by`` empty) when it came after its end
    REPLACED = "replaced"  # by a later message of the same sender


class NoSuchDraft(CotMocError):
    """Không có bản tin CAP này; xem lại số."""


@dataclass(frozen=True, slots=True)
class CapDraft:
    """A message as it is kept. ``body``: its XML without the declaration; ``concerns``: our notices that were made
    from a message it refers to."""

    id: int
    source: str
    sender: str
    identifier: str
    sent_at: datetime
    status: str
    msg_type: str
    refers_to: tuple[Reference, ...]
    body: str
    state: State
    received_at: datetime
    decided_by: str
    decided_at: datetime | None
    notice_id: int | None
    concerns: tuple[int, ...] = ()

    @property
    def drill_only(self) -> bool:
        """Whether it may become a drill and nothing else."""
        return drill_only(self.status)

    def alert(self) -> Alert:
        """What it says. Raises CapRefused when the rules have become stricter since it came."""
        return read_text(self.body)


async def load(connection: AsyncConnection, draft_id: int) -> CapDraft:
    """Raises NoSuchDraft."""
    row = (await connection.execute(select(cap_drafts).where(cap_drafts.c.id == draft_id))).first()
    if row is None:
        raise NoSuchDraft
    return await _draft(connection, row)


async def listed(connection: AsyncConnection, state: State, most: int) -> list[CapDraft]:
    """The newest first."""
    asked = select(cap_drafts).where(cap_drafts.c.state == state.value)
    asked = asked.order_by(cap_drafts.c.sent_at.desc(), cap_drafts.c.id.desc()).limit(most)
    return [await _draft(connection, row) for row in (await connection.execute(asked)).all()]


async def state_of(connection: AsyncConnection, name: Reference, status: str) -> State:
    """``replaced`` when what follows it is there already."""
    asked = select(cap_drafts.c.refers_to).where(
        cap_drafts.c.sender == name.sender,
        cap_drafts.c.status == str(status),
        cap_drafts.c.msg_type.in_([each.value for each in REPLACING]),
        cap_drafts.c.sent_at > name.sent,
    )
    wanted = to_json(name)
    followed = any(wanted in refers_to for (refers_to,) in await connection.execute(asked))
    return State.REPLACED if followed else State.WAITING


async def replace(connection: AsyncConnection, alert: Alert, now: datetime) -> int:
    """Take what an update or a cancel replaces off the list; how many there were."""
    if alert.msg_type not in REPLACING:
        return 0
    earlier = [each for each in alert.references if each.sender == alert.sender and each.sent < alert.sent]
    if not earlier:
        return 0
    named = or_(*(_is(each) for each in earlier))
    waits = and_(cap_drafts.c.state == State.WAITING.value, cap_drafts.c.status == alert.status.value)
    statement = update(cap_drafts).where(named, waits).values(state=State.REPLACED.value, decided_at=now)
    return int((await connection.execute(statement)).rowcount)


def _is(name: Reference) -> Any:
    columns = cap_drafts.c
    return and_(columns.sender == name.sender, columns.identifier == name.identifier, columns.sent_at == name.sent)


async def _concerns(connection: AsyncConnection, references: Iterable[Reference]) -> tuple[int, ...]:
    named = [_is(each) for each in references]
    if not named:
        return ()
    asked = select(cap_drafts.c.notice_id).where(or_(*named), cap_drafts.c.notice_id.is_not(None)).distinct()
    return tuple(sorted(notice_id for (notice_id,) in await connection.execute(asked)))


async def _draft(connection: AsyncConnection, row: Row[Any]) -> CapDraft:
    refers_to = tuple(Reference(sender, name, datetime.fromisoformat(sent)) for sender, name, sent in row.refers_to)
    return CapDraft(
        row.id,
        row.source,
        row.sender,
        row.identifier,
        row.sent_at,
        row.status,
        row.msg_type,
        refers_to,
        row.body,
        State(row.state),
        row.received_at,
        row.decided_by,
        row.decided_at,
        row.notice_id,
        await _concerns(connection, refers_to),
    )


def to_json(name: Reference) -> list[str]:
    """In UTC: the same time is always the same text."""
    return [name.sender, name.identifier, name.sent.astimezone(UTC).isoformat()]
