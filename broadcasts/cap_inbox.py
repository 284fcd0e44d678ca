"""CAP messages of others as drafts: received once, replaced by what follows them, taken or refused by a person.

Nothing here says anything to a resident. What is not Actual stays what it is: it can be taken for a drill only.
Who may take and refuse is asked by the caller, who knows the officer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import CotMocError
from bot.staff import audit
from bot.storage.db import Database, insert_for
from bot.storage.schema import cap_drafts, notices
from broadcasts import cap_store, cap_xml
from broadcasts.cap import Alert, MsgType, Reference, Scope, drill_only
from broadcasts.cap_reading import read_text
from broadcasts.cap_store import CapDraft, NoSuchDraft, State, load
from broadcasts.cap_xml import CapRefused

__all__ = [
    "CapDraft",
    "CapInbox",
    "CapRefused",
    "NoSuchDraft",
    "NotForThis",
    "NotTheirs",
    "Received",
    "State",
    "UnknownSender",
    "give_back",
    "link",
    "load",
    "take",
]

CAP_LOCK = 0x43_41_50  # PostgreSQL: messages come in one after the other, so that none misses what follows it
_LONGEST_SOURCE = 80
_SAYS_SOMETHING = (MsgType.ALERT, MsgType.UPDATE)


class UnknownSender(CapRefused):
    """Người gửi bản tin này không có trong danh sách được nhận."""


class NotTheirs(CotMocError):
    """Bản tin này đã có người xử lý hoặc đã có bản mới thay; hãy mở lại danh sách."""


class NotForThis(CotMocError):
    """Không lập được tin khẩn từ bản tin này."""


@dataclass(frozen=True, slots=True)
class Received:
    """``id``: None when the very same message was there already, which changes nothing."""

    id: int | None
    state: State


class CapInbox:
    """``key`` is the installation's. What ``now`` is stands in each call."""

    def __init__(self, db: Database, key: bytes) -> None:
        self._db = db
        self._key = key

    async def receive(self, body: bytes, *, source: str, senders: Collection[str], now: datetime) -> Received:
        """Keep a message as a draft. ``source``: the feed or file it is from; ``senders``: whose messages are taken,
        written exactly as they write themselves.

        Raises CapRefused, and UnknownSender (which is one), with one sentence.
        """
        text, alert = await asyncio.to_thread(_read, body)
        if alert.sender not in senders:
            raise UnknownSender
        async with self._db.transaction() as connection:
            if connection.dialect.name == "postgresql":
                await connection.execute(select(func.pg_advisory_xact_lock(CAP_LOCK)))
            return await self._keep(connection, alert, text, source[:_LONGEST_SOURCE], now)

    async def _keep(self, connection: AsyncConnection, alert: Alert, text: str, source: str, now: datetime) -> Received:
        state = await cap_store.state_of(connection, alert.name, alert.status)
        if state is State.WAITING and alert.msg_type in _SAYS_SOMETHING and alert.run_out(now):
            state = State.REFUSED
        row = {
            "source": source,
            "sender": alert.sender,
            "identifier": alert.identifier,
            "sent_at": alert.sent,
            "status": alert.status.value,
            "msg_type": alert.msg_type.value,
            "refers_to": [cap_store.to_json(each) for each in alert.references],
            "body": text,
            "state": state.value,
            "received_at": now,
            "decided_at": None if state is State.WAITING else now,
        }
        statement = insert_for(connection)(cap_drafts).values(row)
        statement = statement.on_conflict_do_nothing(index_elements=["sender", "identifier", "sent_at"])
        draft_id = (await connection.execute(statement.returning(cap_drafts.c.id))).scalar()
        if draft_id is None:
            return Received(None, state)
        replaced = await cap_store.replace(connection, alert, now)
        detail = {"source": source, "status": alert.status.value, "kind": alert.msg_type.value}
        await audit.record(
            connection,
            self._key,
            now,
            "",
            "cap.received",
            str(draft_id),
            state=state.value,
            replaced=replaced,
            **detail,
        )
        return Received(int(draft_id), state)

    async def drafts(self, state: State = State.WAITING, *, most: int = 50) -> list[CapDraft]:
        """The newest first."""
        async with self._db.reading() as connection:
            return await cap_store.listed(connection, state, most)

    async def draft(self, draft_id: int) -> CapDraft:
        """Raises NoSuchDraft."""
        async with self._db.reading() as connection:
            return await load(connection, draft_id)

    async def refuse(self, officer: str, draft_id: int, *, reason: str, now: datetime) -> None:
        """Somebody has read it and nothing comes of it. Raises NoSuchDraft, NotTheirs."""
        async with self._db.transaction() as connection:
            await _decide(connection, draft_id, State.REFUSED, officer, now)
            await audit.record(connection, self._key, now, officer, "cap.refused", str(draft_id), reason=reason)

    async def take(self, officer: str, draft_id: int, *, drill: bool, now: datetime) -> CapDraft:
        """``take`` in a transaction of its own."""
        async with self._db.transaction() as connection:
            return await take(connection, self._key, officer, draft_id, drill=drill, now=now)


# --- In the caller's transaction ----------------------------------------------------------------------------------


async def take(
    connection: AsyncConnection, key: bytes, officer: str, draft_id: int, *, drill: bool, now: datetime
) -> CapDraft:
    """An officer makes a notice (or with ``drill`` a drill) of it; nobody else can. Write it last: the log waits.

    Raises NoSuchDraft; NotTheirs; NotForThis for a drill's message outside a drill and a true one inside, for one
    that is not for the public, that has run out or that says nothing to residents.
    """
    found = await load(connection, draft_id)
    alert = found.alert()
    only_drill = found.drill_only or drill_only(alert.status)  # the row and the message must both say that it is true
    if only_drill != drill:
        raise NotForThis(
            f"Bản tin này ghi {found.status}, không phải sự việc thật: chỉ dùng được cho diễn tập."
            if only_drill
            else "Bản tin này là sự việc thật: không dùng cho diễn tập."
        )
    if alert.scope is not Scope.PUBLIC:
        raise NotForThis("Bản tin này không dành cho công chúng (scope không phải Public).")
    if alert.msg_type in (MsgType.ACK, MsgType.ERROR):
        raise NotForThis("Bản tin này chỉ là lời báo lại giữa các hệ thống, không phải cảnh báo.")
    if alert.msg_type in _SAYS_SOMETHING and alert.run_out(now):
        raise NotForThis("Bản tin này đã hết hạn.")
    await _decide(connection, draft_id, State.TAKEN, officer, now)
    await audit.record(connection, key, now, officer, "cap.taken", str(draft_id), drill=drill)
    return await load(connection, draft_id)


async def link(connection: AsyncConnection, draft_id: int, notice_id: int) -> None:
    """The notice that was made of a draft that was taken. Raises NoSuchDraft, NotTheirs, and NotForThis when a
    message that is not Actual would stand behind a true notice."""
    found = await load(connection, draft_id)
    drill = (await connection.execute(select(notices.c.drill).where(notices.c.id == notice_id))).scalar_one()
    if (found.drill_only or drill_only(found.alert().status)) != bool(drill):
        raise NotForThis
    linked = and_(
        cap_drafts.c.id == draft_id, cap_drafts.c.state == State.TAKEN.value, cap_drafts.c.notice_id.is_(None)
    )
    if (await connection.execute(update(cap_drafts).where(linked).values(notice_id=notice_id))).rowcount != 1:
        raise NotTheirs


async def give_back(connection: AsyncConnection, key: bytes, officer: str, draft_id: int, now: datetime) -> State:
    """Nothing was made of it after all: it waits again, unless something has replaced it meanwhile.

    Raises NoSuchDraft, and NotTheirs when it is not taken, taken by somebody else, or a notice by now.
    """
    found = await load(connection, draft_id)
    state = await cap_store.state_of(connection, Reference(found.sender, found.identifier, found.sent_at), found.status)
    theirs = and_(
        cap_drafts.c.id == draft_id,
        cap_drafts.c.state == State.TAKEN.value,
        cap_drafts.c.decided_by == officer,
        cap_drafts.c.notice_id.is_(None),
    )
    waiting = state is State.WAITING
    given = update(cap_drafts).values(state=state.value, decided_by="", decided_at=None if waiting else now)
    if (await connection.execute(given.where(theirs))).rowcount != 1:
        raise NotTheirs
    await audit.record(connection, key, now, officer, "cap.given-back", str(draft_id), state=state.value)
    return state


async def _decide(connection: AsyncConnection, draft_id: int, state: State, officer: str, now: datetime) -> None:
    mine = and_(cap_drafts.c.id == draft_id, cap_drafts.c.state == State.WAITING.value)
    decided = update(cap_drafts).where(mine).values(state=state.value, decided_by=officer, decided_at=now)
    if (await connection.execute(decided)).rowcount != 1:
        await load(connection, draft_id)  # says so when there is none
        raise NotTheirs


def _read(body: bytes) -> tuple[str, Alert]:
    text = cap_xml.decode(body)
    return text, read_text(text)
