"""The tables of officers and of what they do: roles, codes, proposals, the audit log; campaigns, runs, deliveries."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from bot.storage.columns import Instant, RowId, metadata

# --- Officers: who may do what, where --------------------------------------------------------------------------

officers = Table(
    "officers",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("name", String(80), nullable=False, unique=True),
    Column("password", Text, nullable=False),  # argon2
    Column("second_factor", Text, nullable=False),  # TOTP secret, sealed with the installation's key
    Column("last_step", BigInteger, nullable=False, server_default="0"),  # TOTP step used last: no code works twice
    Column("state", String(10), nullable=False, server_default="active"),  # active | disabled
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("locked_until", Instant),
    Column("restrained_until", Instant),  # after a reset: no approving, signing, confirming before
    Column("created_at", Instant, nullable=False),
)

officer_roles = Table(
    "officer_roles",
    metadata,
    Column("officer_id", RowId, ForeignKey("officers.id", ondelete="CASCADE"), primary_key=True),
    Column("role", String(20), primary_key=True),
    Column("area", String(32), primary_key=True),  # a place code; empty: everywhere
)

officer_chats = Table(
    "officer_chats",
    metadata,
    Column("channel", String(20), primary_key=True),
    Column("account", String(40), primary_key=True),
    Column("external_id", String(80), primary_key=True),
    Column("officer_id", RowId, ForeignKey("officers.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("linked_at", Instant, nullable=False),
    Column("seen_on", Date, nullable=False),  # 90 silent days end the link
    Column("ended_at", Instant),  # ended by a reset: kept for a day at most, until the officer has been told there
)

# Who is told besides an officer who is away. A deputy gains no right by it.
officer_deputies = Table(
    "officer_deputies",
    metadata,
    Column("officer_id", RowId, ForeignKey("officers.id", ondelete="CASCADE"), primary_key=True),
    Column("deputy_id", RowId, ForeignKey("officers.id", ondelete="CASCADE"), nullable=False),
)

# What officers were reminded of: each thing once each, whatever dies in between.
officer_reminders = Table(
    "officer_reminders",
    metadata,
    Column("officer_id", RowId, ForeignKey("officers.id", ondelete="CASCADE"), primary_key=True),
    Column("subject", String(120), primary_key=True),  # a deadline and how near, or a campaign and since when it waits
    Column("at", Instant, nullable=False, index=True),
)

# One-time ids: linking a chat, and buttons bound to officer, action and what it is about.
officer_codes = Table(
    "officer_codes",
    metadata,
    Column("code_hash", String(64), primary_key=True),  # keyed hash
    Column("officer_id", RowId, ForeignKey("officers.id", ondelete="CASCADE"), nullable=False),
    Column("action", String(20), nullable=False),
    Column("subject", String(120), nullable=False, server_default=""),
    Column("expires_at", Instant, nullable=False, index=True),
)

officer_tokens = Table(
    "officer_tokens",
    metadata,
    Column("token_hash", String(64), primary_key=True),  # keyed hash
    Column("officer_id", RowId, ForeignKey("officers.id", ondelete="CASCADE"), nullable=False),
    Column("scopes", String(120), nullable=False),  # draft, read
    Column("expires_at", Instant, nullable=False),
)

# A change of officers, roles or settings waits here for a second administrator.
proposals = Table(
    "proposals",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("action", String(40), nullable=False),
    Column("body", JSON, nullable=False),
    Column("state", String(10), nullable=False, server_default="open"),  # open | confirmed | refused
    Column("proposed_by", String(80), nullable=False),
    Column("proposed_at", Instant, nullable=False),
    Column("decided_by", String(80)),
    Column("decided_at", Instant),
)

# Append-only and chained: each row carries the keyed hash of itself and of the row before.
audit = Table(
    "audit",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False),
    Column("officer", String(80), nullable=False),  # empty: the service itself
    Column("action", String(40), nullable=False),
    Column("subject", String(120), nullable=False),
    Column("detail", JSON, nullable=False),
    Column("mac", String(64), nullable=False),
)

# --- Campaigns: what is approved, and its runs -------------------------------------------------------------------

campaigns = Table(
    "campaigns",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("kind", String(10), nullable=False, server_default="campaign"),  # campaign | notice
    Column("title", String(200), nullable=False),
    Column("template_id", String(64), nullable=False, server_default=""),
    Column("state", String(10), nullable=False),
    Column("version", Integer, nullable=False),  # compare and swap: two officers never overwrite each other
    Column("audience", JSON, nullable=False),  # the rule
    Column("schedule", JSON, nullable=False),  # once, or a rule with end and exclusions
    Column("entries", JSON, nullable=False),  # linked entries: id and digest at submission
    Column("buttons", JSON, nullable=False),
    Column("expires_at", Instant),
    Column("created_by", String(80), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("submitted_digest", String(64), nullable=False, server_default=""),
    Column("submitted_at", Instant),  # since when it waits for signature and approval
    Column("approved_digest", String(64), nullable=False, server_default=""),
    Index("ix_campaigns_state", "state"),
)

campaign_texts = Table(
    "campaign_texts",
    metadata,
    Column("campaign_id", RowId, ForeignKey("campaigns.id", ondelete="CASCADE"), primary_key=True),
    Column("language", String(8), primary_key=True),
    Column("text", Text, nullable=False),
    Column("changed_by", String(80), nullable=False),
    Column("signed_by", String(80), nullable=False, server_default=""),
    Column("signed_at", Instant),
    Column("signed_text", Text),  # as it was signed last: whoever signs next is shown the difference
)

campaign_files = Table(
    "campaign_files",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("campaign_id", RowId, ForeignKey("campaigns.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("language", String(8), nullable=False),  # empty: for all
    Column("name", String(120), nullable=False),
    Column("mime", String(80), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("digest", String(64), nullable=False),
)

# Everyone who changed a text, file, audience or time since the last approval.
campaign_authors = Table(
    "campaign_authors",
    metadata,
    Column("campaign_id", RowId, ForeignKey("campaigns.id", ondelete="CASCADE"), primary_key=True),
    Column("officer", String(80), primary_key=True),
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("campaign_id", RowId, ForeignKey("campaigns.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("digest", String(64), nullable=False),
    Column("officer", String(80), nullable=False),
    Column("decision", String(10), nullable=False),  # approved | returned
    Column("reason", Text, nullable=False, server_default=""),
    Column("ticks", JSON, nullable=False),  # what the approver ticked: numbers without an entry, the secrecy line
    Column("at", Instant, nullable=False),
    Column("seen", JSON, nullable=False, server_default="{}"),  # what it was about, for the next to compare with
)

runs = Table(
    "runs",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("campaign_id", RowId, ForeignKey("campaigns.id"), nullable=False),
    Column("planned_at", Instant, nullable=False),
    Column("state", String(10), nullable=False),
    Column("reason", String(80), nullable=False, server_default=""),  # why it is held, missed or was stopped
    Column("priority", SmallInteger, nullable=False),
    Column("corrects", RowId),  # the run whose recipients this one goes to
    Column("drill", Boolean, nullable=False, server_default=false()),  # reaches the drill list, by whatever way
    Column("open", Boolean, nullable=False, server_default=false()),  # who joins while it is in force gets it too
    Column("follows", JSON, nullable=False, server_default="[]"),  # of a notice: the runs of its earlier versions
    Column("content", JSON, nullable=False),  # texts, buttons and files, frozen at release
    Column("audience", JSON, nullable=False),  # the rule, frozen at release
    Column("expires_at", Instant),
    Column("cursor", BigInteger, nullable=False, server_default="0"),  # the highest resident id expanded so far
    Column("upto", BigInteger),  # the highest resident id at release; NULL: nothing expanded yet
    Column("audience_count", Integer, nullable=False, server_default="0"),
    Column("forecast", JSON),
    Column("totals", JSON),  # the counts of its report, once its deliveries are gone
    Column("started_at", Instant),
    Column("finished_at", Instant),
    UniqueConstraint("campaign_id", "planned_at"),
    Index("ix_runs_state", "state"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("run_id", RowId, ForeignKey("runs.id"), nullable=False),
    Column("resident_id", BigInteger, nullable=False),  # leads to nobody once the resident is erased
    Column("channel", String(20), nullable=False),
    Column("account", String(40), nullable=False),
    Column("language", String(8), nullable=False),
    Column("place_code", String(32), nullable=False, server_default=""),
    Column("route", String(10), nullable=False, server_default="free"),
    Column("price", Integer, nullable=False, server_default="0"),  # VND
    Column("state", String(10), nullable=False),
    Column("reason", String(20), nullable=False, server_default=""),
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    Column("not_before", Instant),
    Column("owner", String(40), nullable=False, server_default=""),
    Column("message_id", String(80), nullable=False, server_default=""),
    Column("at", Instant),  # of the last change of state
    Column("delivered_at", Instant),  # where the platform says so
    # Resident first: a run is expanded in the order of residents, and the weekly cap asks by resident.
    UniqueConstraint("resident_id", "run_id"),
    Index("ix_deliveries_run_id", "run_id"),
    # The run first: a paused run's queue is never in the way of another's.
    Index(
        "ix_deliveries_queued",
        "run_id",
        "channel",
        "account",
        "id",
        sqlite_where=text("state = 'queued'"),
        postgresql_where=text("state = 'queued'"),
    ),
    # Only the Official Account tells when a message reached its device.
    Index(
        "ix_deliveries_message",
        "message_id",
        sqlite_where=text("channel = 'zalo-oa' AND message_id <> ''"),
        postgresql_where=text("channel = 'zalo-oa' AND message_id <> ''"),
    ),
    Index(
        "ix_deliveries_open",
        "channel",
        "account",
        sqlite_where=text("state IN ('leased', 'attempting')"),
        postgresql_where=text("state IN ('leased', 'attempting')"),
    ),
)

# A post reaches whoever follows a place; who read it cannot be known.
posts = Table(
    "posts",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("run_id", RowId, ForeignKey("runs.id"), nullable=False, index=True),
    Column("channel", String(20), nullable=False),
    Column("account", String(40), nullable=False),
    Column("target", String(80), nullable=False),
    Column("language", String(8), nullable=False),
    Column("state", String(10), nullable=False),
    Column("reason", String(80), nullable=False, server_default=""),
    Column("message_id", String(80), nullable=False, server_default=""),
    Column("at", Instant, nullable=False),
    UniqueConstraint("run_id", "channel", "account", "target", "language"),
)

# How far a post has come, and what the operator called its place; frozen at the release.
post_progress = Table(
    "post_progress",
    metadata,
    Column("post_id", RowId, ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(40), nullable=False),
    Column("kind", String(10), nullable=False),  # channel | group | article
    Column("place_code", String(32), nullable=False, server_default=""),
    Column("cover", Text, nullable=False, server_default=""),  # of an article: the public address of its picture
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    Column("not_before", Instant),
    Column("article_job", Text, nullable=False, server_default=""),  # making it has begun …
    Column("article_id", String(100), nullable=False, server_default=""),  # … and is done
)

# An officer wants a run taken back: one row for each account it went out by, until all that can be is.
withdrawals = Table(
    "withdrawals",
    metadata,
    Column("run_id", RowId, ForeignKey("runs.id"), primary_key=True),
    Column("channel", String(20), primary_key=True),
    Column("account", String(40), primary_key=True),
    Column("asked_by", String(80), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("cursor", BigInteger, nullable=False, server_default="0"),  # the last delivery that was looked at
    Column("done_at", Instant),
    # Empty: taken back. Else the messages stay, and this word is put over them: updated, cancelled, clear, expired …
    Column("mark", String(12), nullable=False, server_default=""),
    Column("stays", JSON),  # how many messages stay where they are, by reason; known at the end
)
