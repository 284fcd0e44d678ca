"""Subscribers from a file: proposed by one officer, confirmed by another who has the very same file, then kept and
welcomed once, with how to stop first.

No address waits in the database for the confirmation: a proposal holds the file's hash and counts only. Who is kept
already, or had themselves erased, is left as they are; nobody is told who that was.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock
from bot.errors import CotMocError
from bot.messages import Address
from bot.staff import audit, proposals
from bot.staff.proposals import OwnProposal, Proposal
from bot.staff.roles import Action, Officer, Within, require
from bot.storage.db import Database, insert_for
from bot.storage.schema import consents, erasures, resident_places, resident_topics, residents
from broadcasts import import_files, import_rows
from broadcasts.import_rows import Fault, Rules, Subscriber
from broadcasts.subscribers import address_hash
from broadcasts.welcome import Newcomer, Welcome

ACTION = "subscribers.import"
SOURCE = "import"  # the channel of these consents
CHUNK = 500  # people in one transaction


class NotImported(CotMocError):
    """Không nhập được tệp này."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a file holds, without the database. ``digest`` is the hash of its bytes."""

    digest: str
    people: tuple[Subscriber, ...]
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """``known``: kept already, and left as they are; ``erased``: they had themselves erased, and stay so."""

    added: int = 0
    known: int = 0
    erased: int = 0
    run: int | None = None  # which welcomes those who were added, and when; None: there is nobody to welcome
    at: datetime | None = None

    def plus(self, other: Done) -> Done:
        return Done(self.added + other.added, self.known + other.known, self.erased + other.erased)


def check(content: bytes, rules: Rules) -> Checked:
    """Read and judge a file. Raises BadFile."""
    rows = import_files.read(content, import_rows.COLUMNS, import_rows.NEEDED)
    good, faults = import_rows.checked([(row.line, row.cells, row.wrong) for row in rows], rules)
    return Checked(hashlib.sha256(content).hexdigest(), tuple(good), tuple(faults))


class Imports:
    """``key`` is the installation's; ``within`` tells whether a place lies in an area; ``welcome`` what is said to
    those who are new."""

    def __init__(self, db: Database, key: bytes, within: Within, clock: Clock, welcome: Welcome) -> None:
        self._db = db
        self._key = key
        self._within = within
        self._clock = clock
        self._welcome = welcome

    async def propose(self, officer: Officer, checked: Checked) -> int:
        """Returns the proposal's number. Raises Forbidden, NotImported when nobody in it can be imported."""
        self._require(officer)
        if not checked.people:
            raise NotImported("Tệp không có dòng nào nhập được.")
        body = {"digest": checked.digest, "people": len(checked.people), "faults": len(checked.faults)}
        async with self._db.transaction() as connection:
            now = self._clock.now()
            return await proposals.propose(connection, self._key, officer.name, ACTION, checked.digest[:16], body, now)

    async def confirm(self, officer: Officer, number: int, checked: Checked) -> Done:
        """Import what somebody else proposed, chunk by chunk; broken off, it can be confirmed again and goes on.

        Raises Forbidden, NoSuchProposal, OwnProposal, NotImported when it is not the file that was proposed.
        """
        self._require(officer)
        async with self._db.reading() as connection:
            found = await self._load(connection, number)
        if found.proposed_by == officer.name:
            raise OwnProposal
        if found.body["digest"] != checked.digest:
            raise NotImported("Đây không phải là tệp đã được đề nghị; hãy lấy đúng tệp ấy.")
        done = Done()
        for start in range(0, len(checked.people), CHUNK):
            part = checked.people[start : start + CHUNK]
            async with self._db.transaction() as connection:
                await self._load(connection, number)  # refused meanwhile: nothing more
                kept, newcomers = await self._keep(connection, part)
                done = done.plus(kept)
                await self._welcome.greet(
                    connection,
                    number,
                    newcomers,
                    proposed_by=found.proposed_by,
                    confirmed_by=officer.name,
                    now=self._clock.now(),
                )
                detail: dict[str, Any] = {"start": start, "added": kept.added, "proposed_by": found.proposed_by}
                await self._record(connection, officer, number, **detail)
        async with self._db.transaction() as connection:
            released = await self._welcome.release(connection, number, self._clock.now())
            await proposals.decide(connection, self._key, number, officer.name, True, self._clock.now())
        return done if released is None else replace(done, run=released[0], at=released[1])

    async def refuse(self, officer: Officer, number: int) -> None:
        """Also how who proposed it takes it back. Raises Forbidden, NoSuchProposal."""
        self._require(officer)
        async with self._db.transaction() as connection:
            await self._load(connection, number)
            await proposals.decide(connection, self._key, number, officer.name, False, self._clock.now())

    def _require(self, officer: Officer) -> None:
        require(officer, Action.IMPORT, (), self._clock.now(), self._within)

    async def _load(self, connection: AsyncConnection, number: int) -> Proposal:
        found = await proposals.load(connection, number)
        if found.action != ACTION:
            raise proposals.NoSuchProposal
        return found

    async def _record(self, connection: AsyncConnection, officer: Officer, number: int, **detail: Any) -> None:
        await audit.record(connection, self._key, self._clock.now(), officer.name, ACTION, str(number), **detail)

    async def _keep(self, connection: AsyncConnection, people: Sequence[Subscriber]) -> tuple[Done, list[Newcomer]]:
        """Those of them who are neither kept nor erased."""
        hashes = {address_hash(each.address, self._key): each for each in people}
        gone = select(erasures.c.address_hash).where(erasures.c.address_hash.in_(hashes))
        for erased in (await connection.execute(gone)).scalars().all():
            del hashes[erased]
        wanted = {each.address: each for each in hashes.values()}
        ids = await _insert(connection, list(wanted.values()))
        now = self._clock.now()
        consented = [
            row for address, resident_id in ids.items() for row in _consents(wanted[address], resident_id, now)
        ]
        places = [
            {"resident_id": resident_id, "place_code": wanted[address].place_code}
            for address, resident_id in ids.items()
            if wanted[address].place_code
        ]
        topics = [
            {"resident_id": resident_id, "topic": topic}
            for address, resident_id in ids.items()
            for topic in wanted[address].topics
        ]
        for table, rows in ((consents, consented), (resident_places, places), (resident_topics, topics)):
            if rows:
                await connection.execute(table.insert(), rows)
        newcomers = [
            Newcomer(
                resident_id, address.channel, address.account, wanted[address].language, wanted[address].place_code
            )
            for address, resident_id in ids.items()
        ]
        return Done(len(ids), len(wanted) - len(ids), len(people) - len(wanted)), newcomers


async def _insert(connection: AsyncConnection, people: Sequence[Subscriber]) -> dict[Address, int]:
    """The numbers of those who were not kept yet."""
    if not people:
        return {}
    values = [
        {
            "channel": each.address.channel,
            "account": each.address.account,
            "external_id": each.address.external_id,
            "language": each.language,
            "last_wrote_on": each.agreed_at.date(),  # the last word of theirs that is known
            "safety": each.safety,
            "routine": each.routine,
        }
        for each in people
    ]
    columns = (residents.c.id, residents.c.channel, residents.c.account, residents.c.external_id)
    statement = insert_for(connection)(residents).values(values).on_conflict_do_nothing().returning(*columns)
    return {Address(row[1], row[2], row[3]): int(row[0]) for row in await connection.execute(statement)}


def _consents(person: Subscriber, resident_id: int, now: datetime) -> list[dict[str, Any]]:
    words = (("safety", person.safety), ("routine", person.routine))
    return [
        {
            "resident_id": resident_id,
            "kind": kind,
            "given": given,
            "at": min(person.agreed_at, now),
            "channel": SOURCE,
            "wording": person.wording,
        }
        for kind, given in words
        if given is not None
    ]
