"""What is kept of residents, why and how long: one table for the purge, the privacy page and the tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Table, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import schema


@dataclass(frozen=True, slots=True)
class Kept:
    """``columns`` hold an address or a resident's words; ``until`` says in words when they go."""

    table: Table
    columns: tuple[str, ...]
    purpose: str
    until: str


KEPT = (
    Kept(schema.inbox, ("lane", "body"), "reply", "answered-or-24h"),
    Kept(schema.residents, ("external_id",), "subscription", "erased-or-never-agreed-30-days"),
    Kept(schema.deliveries, ("message_id",), "delivery", "90-days"),
    Kept(schema.officer_chats, ("external_id",), "officer", "90-silent-days"),
    Kept(schema.dialogues, ("external_id",), "conversation", "10-minutes"),
    Kept(schema.tell_me, ("external_id",), "tell-me", "told-or-30-days"),
    Kept(schema.help_requests, ("external_id",), "help", "72h-after-notice"),
    Kept(schema.help_words, ("text",), "help", "72h-after-notice"),
    Kept(schema.unanswered, ("question",), "missing-answers", "90-days"),
)

BODY_FOR = timedelta(hours=24)
UNANSWERED_FOR = timedelta(days=90)
# Who chose a place or a language, and never agreed to any message, is no subscriber: so long after their last word.
UNSUBSCRIBED_FOR = timedelta(days=30)
DELIVERIES_FOR = timedelta(days=90)  # after the end of their run, whose report has been kept by then
DELIVERIES_AT_ONCE = 5_000  # erased by one purge: nobody who writes waits long, and the next purge goes on
DRAFTS_FOR = timedelta(days=90)  # CAP messages of others, after somebody decided on them
_RUN_OVER = ("done", "cancelled", "expired")
HELP_FOR = timedelta(hours=72)  # a request for help is kept after its notice has ended; its words go with it
TELL_FOR = timedelta(days=30)  # who asked to be told waits so long, and so long a found answer is told to latecomers


def _due(now: datetime) -> list[tuple[Table, ColumnElement[bool], bool]]:
    """Table, what is due in it, and whether the row goes (True) or only its address and words (False)."""
    inbox, day = schema.inbox, now.date()
    settled = inbox.c.state.in_(("answered", "ignored"))
    old = inbox.c.received_at < now - BODY_FOR
    ancient = inbox.c.received_at < now - 7 * BODY_FOR
    residents, consents, drafts = schema.residents, schema.consents, schema.cap_drafts
    notices, help_requests = schema.notices, schema.help_requests
    over = func.coalesce(notices.c.ended_at, notices.c.expires_at) <= now - HELP_FOR
    agreed = select(consents.c.id).where(consents.c.resident_id == residents.c.id, consents.c.given.is_(True))
    return [
        (inbox, settled & old, True),
        # Unknown and dead ones stay listed for the operator a while longer, without address and words.
        (inbox, ~settled & ancient, True),
        (inbox, ~settled & old & ~ancient & (inbox.c.body != ""), False),
        (residents, ~agreed.exists() & (residents.c.last_wrote_on < day - UNSUBSCRIBED_FOR), True),
        (schema.dialogues, schema.dialogues.c.expires_at <= now, True),
        (schema.tell_me, schema.tell_me.c.expires_on < day, True),
        (schema.found_answers, schema.found_answers.c.decided_on < day - TELL_FOR, True),
        (drafts, drafts.c.decided_at < now - DRAFTS_FOR, True),
        # Nobody decided on it in all that time: whatever it warned of is over.
        (drafts, drafts.c.decided_at.is_(None) & (drafts.c.received_at < now - DRAFTS_FOR), True),
        (help_requests, help_requests.c.notice_id.in_(select(notices.c.id).where(over)), True),
        (schema.unanswered, schema.unanswered.c.day < day - UNANSWERED_FOR, True),
    ]


def _old_deliveries(now: datetime) -> ColumnElement[bool]:
    """Of runs that ended long ago. A run whose report is not kept yet loses nothing."""
    runs = schema.runs
    ended = select(runs.c.id).where(
        runs.c.state.in_(_RUN_OVER), runs.c.finished_at < now - DELIVERIES_FOR, runs.c.totals.is_not(None)
    )
    return schema.deliveries.c.run_id.in_(ended)


async def purge(connection: AsyncConnection, now: datetime) -> dict[str, int]:
    """Erase what has been kept long enough; returns how many rows of each table.

    Of deliveries at most ``DELIVERIES_AT_ONCE``: where there were as many, there may be more.
    """
    gone: dict[str, int] = {}
    for table, due, whole_row in _due(now):
        statement = delete(table) if whole_row else update(table).values(body="", lane="", state="dead")
        result = await connection.execute(statement.where(due))
        gone[table.name] = gone.get(table.name, 0) + result.rowcount
    deliveries = schema.deliveries
    some = select(deliveries.c.id).where(_old_deliveries(now)).limit(DELIVERIES_AT_ONCE)
    gone[deliveries.name] = (await connection.execute(delete(deliveries).where(deliveries.c.id.in_(some)))).rowcount
    return gone


async def count_due(connection: AsyncConnection, now: datetime) -> dict[str, int]:
    """What ``purge`` would erase now."""
    counts: dict[str, int] = {}
    for table, due, _ in (*_due(now), (schema.deliveries, _old_deliveries(now), True)):
        count = (await connection.execute(select(func.count()).select_from(table).where(due))).scalar_one()
        counts[table.name] = counts.get(table.name, 0) + int(count)
    return counts
