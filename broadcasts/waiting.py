"""Who waits to be told when a question has an answer, that it has one now, and how far the telling is.

How this stays on the right side of the wall (promise P1):

* An opt-in is a row beside an address, so it must not lead to any words. It names its subject by a keyed hash of the
  folded, masked question (or of the entry that could not confirm). Nothing of it stands in the row of the unanswered
  question: no reference, no hash, no number. Whoever has the database or a backup, but not the key of the
  installation, which is kept outside both, cannot go from a question to those who asked it, nor back, nor can they
  try likely questions against the hash; and no list of people can be made from a subject. The button under a question
  carries the same hash, so that the question itself need not be remembered until the button is tapped.
* An officer's decision hashes the wordings of the group in the same way and keeps those hashes. From then until it is
  told an opt-in leads, in the database, to the entry of its answer, and never to the words.
* The number of an opt-in is random, so that the order of rows does not tell who asked when. It has no time but the
  day on which it ends; that is thirty days after the question, and so, like the day a resident last wrote, no finer
  than a day. Language, channel and day are all that it shares with a row of an unanswered question.
* An opt-in is deleted when it is told. What became unknown stays listed without its address.

``waiting`` becomes ``telling`` in a transaction just before the bytes leave, and the row is deleted after they were
taken. What is found ``telling`` with nobody at it becomes ``unknown``: perhaps said, so never said again.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages import Address
from bot.retention import TELL_FOR
from bot.storage.db import insert_for
from bot.storage.schema import found_answers, tell_me
from content.masking import masked
from content.unanswered import canonical

SUBJECT = re.compile("[0-9a-f]{32}")
LEASE_FOR = timedelta(minutes=5)  # one telling is a few requests of at most 15 s each


def question_subject(question: str, key: bytes) -> str:
    """The same for every question that differs in marks, case and punctuation only; ``key``: the installation's."""
    return _subject("question", canonical(masked(question)), key)


def entry_subject(entry_id: str, key: bytes) -> str:
    return _subject("entry", entry_id, key)


def _subject(kind: str, name: str, key: bytes) -> str:
    """Half of the hash: enough that no two meet, short enough for the value of a button."""
    return hmac.new(key, f"tell-me\x1f{kind}\x1f{name}".encode(), hashlib.sha256).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Due:
    """One opt-in that has an answer; another wording of the same group may have its own (see :func:`begin`)."""

    id: int
    address: Address
    entry_id: str
    language: str
    asked_on: date

    @property
    def telling(self) -> tuple[str, str]:
        """Who is told what: the same for all opt-ins that one telling settles."""
        return self.address.external_id, self.entry_id


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one decision is told; counts of opt-ins. Who was told leaves no row."""

    entry_id: str
    decided_on: date
    decided_by: str
    waiting: int
    unknown: int
    refused: int


def _of(address: Address) -> ColumnElement[bool]:
    return and_(
        tell_me.c.channel == address.channel,
        tell_me.c.account == address.account,
        tell_me.c.external_id == address.external_id,
    )


async def ask_to_be_told(
    connection: AsyncConnection, address: Address, *, subject: str, language: str, asked_on: date
) -> None:
    """Remember the opt-in for 30 days; asked twice, told once."""
    await connection.execute(
        delete(tell_me).where(_of(address), tell_me.c.subject == subject, tell_me.c.state == "waiting")
    )
    await connection.execute(
        tell_me.insert().values(
            id=secrets.randbits(53),
            channel=address.channel,
            account=address.account,
            external_id=address.external_id,
            subject=subject,
            language=language,
            expires_on=asked_on + TELL_FOR,
        )
    )


async def count_for(connection: AsyncConnection, address: Address) -> int:
    """How many questions this resident waits for."""
    count = select(func.count()).select_from(tell_me).where(_of(address))
    return int((await connection.execute(count)).scalar_one())


async def forget(connection: AsyncConnection, address: Address) -> None:
    """Nothing is told any more to who stopped everything or is erased."""
    await connection.execute(delete(tell_me).where(_of(address)))


async def follow(connection: AsyncConnection, address: Address, external_id: str) -> None:
    """The chat has a new id."""
    await connection.execute(update(tell_me).where(_of(address)).values(external_id=external_id))


async def decide(
    connection: AsyncConnection, subjects: Iterable[str], *, entry_id: str, day: date, by: str = ""
) -> int:
    """These subjects are answered by this entry; returns how many residents wait. ``by``: the officer who says so."""
    rows = [
        {"subject": each, "entry_id": entry_id, "decided_on": day, "decided_by": by} for each in sorted(set(subjects))
    ]
    statement = insert_for(connection)(found_answers)
    columns = {name: statement.excluded[name] for name in ("entry_id", "decided_on", "decided_by")}
    await connection.execute(statement.on_conflict_do_update(index_elements=["subject"], set_=columns), rows)
    people = (
        select(tell_me.c.channel, tell_me.c.account, tell_me.c.external_id)
        .where(
            tell_me.c.subject.in_([row["subject"] for row in rows]),
            tell_me.c.state == "waiting",
            tell_me.c.expires_on >= day,
        )
        .distinct()
    )
    return int((await connection.execute(select(func.count()).select_from(people.subquery()))).scalar_one())


async def answered(
    connection: AsyncConnection,
    key: bytes,
    questions: Iterable[str],
    *,
    entry_id: str,
    day: date,
    by: str = "",
    instead_of: Iterable[str] = (),
) -> int:
    """These wordings are answered by this entry, and so is who waits for an unconfirmed entry (``instead_of``: their
    ids); returns how many residents wait."""
    subjects = {question_subject(each, key) for each in questions} | {entry_subject(each, key) for each in instead_of}
    return await decide(connection, subjects, entry_id=entry_id, day=day, by=by) if subjects else 0


async def due(
    connection: AsyncConnection,
    channel: tuple[str, str],
    today: date,
    *,
    present: Collection[str] | None = None,
    hidden: Collection[str] = (),
    after: Due | None = None,
    limit: int = 500,
) -> list[Due]:
    """Who waits for what has an answer, the longest waiting first: those who stand behind ``after``, at most ``limit``.

    ``present``: of these addresses only. ``hidden``: entries that cannot be told now.
    """
    query = (
        select(tell_me, found_answers.c.entry_id)
        .join(found_answers, found_answers.c.subject == tell_me.c.subject)
        .where(
            tell_me.c.channel == channel[0],
            tell_me.c.account == channel[1],
            tell_me.c.state == "waiting",
            tell_me.c.expires_on >= today,
        )
        .order_by(tell_me.c.expires_on, tell_me.c.id)
        .limit(limit)
    )
    if present is not None:
        query = query.where(tell_me.c.external_id.in_(sorted(present)))
    if hidden:
        query = query.where(found_answers.c.entry_id.not_in(sorted(hidden)))
    if after is not None:
        ends = after.asked_on + TELL_FOR
        behind = and_(tell_me.c.expires_on == ends, tell_me.c.id > after.id)
        query = query.where(or_(tell_me.c.expires_on > ends, behind))
    return [
        Due(row.id, Address(*channel, row.external_id), row.entry_id, row.language, row.expires_on - TELL_FOR)
        for row in await connection.execute(query)
    ]


async def begin(connection: AsyncConnection, each: Due, owner: str, now: datetime) -> list[int]:
    """Mark that it is being said from now on; returns all opt-ins that this settles, for two wordings are told once.

    None: told elsewhere, stopped or erased meanwhile; say nothing.
    """
    answered = select(found_answers.c.subject).where(found_answers.c.entry_id == each.entry_id)
    rows = await connection.execute(
        update(tell_me)
        .where(_of(each.address), tell_me.c.subject.in_(answered), tell_me.c.state == "waiting")
        .values(state="telling", owner=owner, lease_until=now + LEASE_FOR)
        .returning(tell_me.c.id)
    )
    return list(rows.scalars())


async def told(connection: AsyncConnection, ids: Sequence[int], address: Address) -> bool:
    """It was said, or can never be: the opt-ins are over. False: this address stopped, erased or moved meanwhile."""
    rows = await connection.execute(
        delete(tell_me).where(tell_me.c.id.in_(ids)).returning(tell_me.c.state, tell_me.c.external_id)
    )
    return ("telling", address.external_id) in [tuple(row) for row in rows]


async def put_back(connection: AsyncConnection, ids: Sequence[int], owner: str) -> None:
    """It surely was not said: wait again."""
    await connection.execute(
        update(tell_me)
        .where(tell_me.c.id.in_(ids), tell_me.c.state == "telling", tell_me.c.owner == owner)
        .values(state="waiting", owner="", lease_until=None)
    )


async def give_up(connection: AsyncConnection, ids: Sequence[int], state: str) -> None:
    """``unknown`` or ``refused``: listed for the operator without the address, never said again."""
    await connection.execute(
        update(tell_me).where(tell_me.c.id.in_(ids)).values(state=state, external_id="", owner="", lease_until=None)
    )


async def release(connection: AsyncConnection, owner: str, now: datetime, *, alone: bool) -> None:
    """What nobody says any more is unknown. ``alone``: no other process can be at it (see ``inbox.release``)."""
    abandoned = or_(tell_me.c.lease_until.is_(None), tell_me.c.lease_until < now)
    if alone:
        abandoned = or_(abandoned, tell_me.c.owner != owner)
    await connection.execute(
        update(tell_me)
        .where(tell_me.c.state == "telling", abandoned)
        .values(state="unknown", external_id="", owner="", lease_until=None)
    )


async def progress(connection: AsyncConnection) -> list[Progress]:
    """Every decision that is still kept, the newest first."""

    def count(*states: str) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((tell_me.c.state.in_(states), 1), else_=0)), 0)

    columns = (found_answers.c.entry_id, found_answers.c.decided_on, found_answers.c.decided_by)
    rows = await connection.execute(
        select(*columns, count("waiting", "telling"), count("unknown"), count("refused"))
        .select_from(found_answers.outerjoin(tell_me, tell_me.c.subject == found_answers.c.subject))
        .group_by(*columns)
        .order_by(found_answers.c.decided_on.desc(), found_answers.c.entry_id)
    )
    return [Progress(*row) for row in rows]
