"""Every table on one MetaData: what residents wrote and chose, what we say; officers' tables stand beside it.

Columns that hold a resident's address or words are listed with purpose and retention in ``bot/retention.py``;
``tests/test_privacy.py`` fails when one is missing there.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.storage.columns import Instant, RowId, metadata
from bot.storage.console_schema import api_calls, officer_sessions
from bot.storage.entry_schema import entries, entry_drafts, entry_versions
from bot.storage.notice_schema import (
    cap_drafts,
    drill_members,
    duty_shifts,
    help_requests,
    help_words,
    notice_calls,
    notice_drafts,
    notice_signatures,
    notice_taps,
    notice_versions,
    notices,
)
from bot.storage.office_schema import (
    audit,
    campaign_authors,
    campaign_files,
    campaign_texts,
    campaigns,
    decisions,
    deliveries,
    officer_chats,
    officer_codes,
    officer_deputies,
    officer_reminders,
    officer_roles,
    officer_tokens,
    officers,
    post_progress,
    posts,
    proposals,
    runs,
    withdrawals,
)

__all__ = [
    "Instant",
    "RowId",
    "api_calls",
    "audit",
    "campaign_authors",
    "campaign_files",
    "campaign_texts",
    "campaigns",
    "cap_drafts",
    "decisions",
    "deliveries",
    "drill_members",
    "duty_shifts",
    "entries",
    "entry_drafts",
    "entry_versions",
    "help_requests",
    "help_words",
    "metadata",
    "notice_calls",
    "notice_drafts",
    "notice_signatures",
    "notice_taps",
    "notice_versions",
    "notices",
    "officer_chats",
    "officer_codes",
    "officer_deputies",
    "officer_reminders",
    "officer_roles",
    "officer_sessions",
    "officer_tokens",
    "officers",
    "post_progress",
    "posts",
    "proposals",
    "runs",
    "withdrawals",
]

# --- What came in -----------------------------------------------------------------------------------------

inbox = Table(
    "inbox",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("channel", String(20), nullable=False),
    Column("account", String(40), nullable=False),
    Column("update_key", String(80), nullable=False),
    Column("lane", String(80), nullable=False),  # the resident's address; emptied with the body
    Column("body", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("owner", String(40), nullable=False, server_default=""),
    Column("lease_until", Instant),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("received_at", Instant, nullable=False),
    UniqueConstraint("channel", "account", "update_key"),
    Index(
        "ix_inbox_stored",
        "id",
        sqlite_where=text("state = 'stored'"),
        postgresql_where=text("state = 'stored'"),
    ),
    Index(
        "ix_inbox_open",
        "owner",
        sqlite_where=text("state IN ('claimed', 'replying')"),
        postgresql_where=text("state IN ('claimed', 'replying')"),
    ),
    Index("ix_inbox_received_at", "received_at"),
)

# --- Residents who chose to be remembered -------------------------------------------------------------------

residents = Table(
    "residents",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("channel", String(20), nullable=False),
    Column("account", String(40), nullable=False),
    Column("external_id", String(80), nullable=False),
    Column("language", String(8)),  # chosen; NULL: as the message is written
    Column("last_wrote_on", Date, nullable=False),
    Column("last_wrote_at", Instant),  # only where the channel's windows need the minute
    Column("follower", Boolean),  # of the account, where a channel has followers; NULL: not known
    Column("reachable", String(10), nullable=False, server_default="ok"),  # ok | blocked | gone | invalid
    Column("safety", Boolean),  # the last word on life-safety messages; NULL: never asked
    Column("routine", Boolean),  # … on routine messages
    UniqueConstraint("channel", "account", "external_id"),
)

consents = Table(
    "consents",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("resident_id", RowId, ForeignKey("residents.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", String(10), nullable=False),  # safety | routine
    Column("given", Boolean, nullable=False),
    Column("at", Instant, nullable=False),
    Column("channel", String(20), nullable=False),
    Column("wording", Text, nullable=False),  # our own sentence, as it was shown
)

resident_places = Table(
    "resident_places",
    metadata,
    Column("resident_id", RowId, ForeignKey("residents.id", ondelete="CASCADE"), primary_key=True),
    Column("place_code", String(32), primary_key=True, index=True),
)

resident_topics = Table(
    "resident_topics",
    metadata,
    Column("resident_id", RowId, ForeignKey("residents.id", ondelete="CASCADE"), primary_key=True),
    Column("topic", String(32), primary_key=True, index=True),
)

dialogues = Table(
    "dialogues",
    metadata,
    Column("channel", String(20), primary_key=True),
    Column("account", String(40), primary_key=True),
    Column("external_id", String(80), primary_key=True),
    Column("state", JSON, nullable=False),  # ids only, never words
    Column("expires_at", Instant, nullable=False, index=True),
)

tell_me = Table(
    "tell_me",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("channel", String(20), nullable=False),
    Column("account", String(40), nullable=False),
    Column("external_id", String(80), nullable=False),  # emptied when nothing more will be said
    Column("subject", String(64), nullable=False, index=True),  # keyed hash: leads from the address to no words
    Column("language", String(8), nullable=False),
    Column("expires_on", Date, nullable=False, index=True),
    Column("state", String(10), nullable=False, server_default="waiting"),  # waiting | telling | unknown | refused
    Column("owner", String(40), nullable=False, server_default=""),
    Column("lease_until", Instant),
    Index("ix_tell_me_address", "channel", "account", "external_id"),
)

# That a subject is answered now. Saying it to those who wait in tell_me is another step.
found_answers = Table(
    "found_answers",
    metadata,
    Column("subject", String(64), primary_key=True),
    Column("entry_id", String(64), nullable=False),
    Column("decided_on", Date, nullable=False, index=True),
    Column("decided_by", String(80), nullable=False, server_default=""),  # the officer; empty while there are none
)

erasures = Table(
    "erasures",
    metadata,
    Column("address_hash", String(64), primary_key=True),  # keyed hash: proves, but leads to nobody
    Column("erased_at", Instant, nullable=False),
)

# --- What nobody can be found by ---------------------------------------------------------------------------

unanswered = Table(
    "unanswered",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("question", Text, nullable=False),  # digits, e-mails and @names masked
    Column("language", String(8), nullable=False),
    Column("channel", String(20), nullable=False),
    Column("day", Date, nullable=False, index=True),
)

votes = Table(
    "votes",
    metadata,
    Column("entry_id", String(64), primary_key=True),
    Column("language", String(8), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("verdict", String(16), primary_key=True),  # yes | no | wrong | unclear | other
    Column("count", Integer, nullable=False),
)

statistics = Table(
    "statistics",
    metadata,
    Column("day", Date, primary_key=True),
    Column("metric", String(40), primary_key=True),
    Column("channel", String(20), primary_key=True),
    Column("language", String(8), primary_key=True),
    Column("count", Integer, nullable=False),
)

# --- What the installation knows of itself -----------------------------------------------------------------

installation = Table(
    "installation",
    metadata,
    Column("key", String(40), primary_key=True),  # release: mark of the content files that were loaded last
    Column("value", Text, nullable=False),
)

# --- What a channel account must not forget -------------------------------------------------------------------

channel_state = Table(
    "channel_state",
    metadata,
    Column("channel", String(20), primary_key=True),
    Column("account", String(40), primary_key=True),
    Column("key", String(40), primary_key=True),  # flood_until, offset …
    Column("value", Text, nullable=False),
)
