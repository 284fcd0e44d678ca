"""The tables of urgent notices: their versions, who is on duty, who was called, what residents tapped, CAP drafts.

A notice is a row of ``campaigns`` of its own kind, and each of its versions is a run: outbox, engine and reports are
those of campaigns.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.storage.columns import Instant, RowId, metadata

notices = Table(
    "notices",
    metadata,
    Column("id", RowId, ForeignKey("campaigns.id"), primary_key=True),
    Column("template_id", String(64), nullable=False),
    Column("drill", Boolean, nullable=False),
    Column("state", String(12), nullable=False),
    Column("identifier", String(80), nullable=False, unique=True),  # CAP's, never said again
    Column("hazard", JSON, nullable=False),  # the template's CAP words and what it concerns, frozen at the issue
    Column("area", JSON, nullable=False),  # place codes
    Column("blanks", JSON, nullable=False),  # what the officer filled in
    Column("fate", String(8), nullable=False),  # hold | withdraw, when nobody confirms
    Column("issued_by", String(80), nullable=False),
    Column("issued_at", Instant, nullable=False),
    Column("confirmed_by", String(80), nullable=False, server_default=""),
    Column("confirmed_at", Instant),  # the last time a second person said that it is so
    Column("expires_at", Instant, nullable=False),
    Column("rung", SmallInteger, nullable=False, server_default="0"),  # of the ladder: how many have been called
    Column("rung_at", Instant),  # when the next one is called; NULL: nobody is called any more
    Column("ended_at", Instant),
    Column("ended_by", String(80), nullable=False, server_default=""),
    Column("taps", JSON),  # residents' taps by commune, once it has ended
    Index(
        "ix_notices_live",
        "expires_at",
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)

notice_versions = Table(
    "notice_versions",
    metadata,
    Column("run_id", RowId, ForeignKey("runs.id"), primary_key=True),
    Column("notice_id", RowId, ForeignKey("notices.id"), nullable=False),
    Column("number", SmallInteger, nullable=False),  # 0: the issue
    Column("kind", String(10), nullable=False),  # issue | update | cancel | clear | withdraw
    Column("said_by", String(80), nullable=False),  # empty: the service itself
    Column("said_at", Instant, nullable=False),
    Column("confirmed_by", String(80), nullable=False, server_default=""),
    Column("confirmed_at", Instant),
    UniqueConstraint("notice_id", "number"),
)

# A hazard template that a commander has read once, by language and text: a changed text must be signed again.
notice_signatures = Table(
    "notice_signatures",
    metadata,
    Column("template_id", String(64), primary_key=True),
    Column("language", String(8), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("officer", String(80), nullable=False),
    Column("at", Instant, nullable=False),
)

# What an officer has filled in so far: a lost connection loses nothing.
notice_drafts = Table(
    "notice_drafts",
    metadata,
    Column("officer_id", RowId, ForeignKey("officers.id", ondelete="CASCADE"), primary_key=True),
    Column("body", JSON, nullable=False),
    Column("at", Instant, nullable=False, index=True),
)

# Who was told of a version, on which rung of the ladder, and who said that they have it.
notice_calls = Table(
    "notice_calls",
    metadata,
    Column("run_id", RowId, ForeignKey("runs.id"), primary_key=True),
    Column("officer_id", RowId, ForeignKey("officers.id", ondelete="CASCADE"), primary_key=True),
    Column("rung", SmallInteger, nullable=False),
    Column("called_at", Instant, nullable=False),
    Column("answered_at", Instant),
)

# Residents' taps under a notice: counted by commune, once a chat; the keyed hash goes when the notice has ended.
notice_taps = Table(
    "notice_taps",
    metadata,
    Column("notice_id", RowId, ForeignKey("notices.id"), primary_key=True),
    Column("address_hash", String(64), primary_key=True),
    Column("place_code", String(32), nullable=False, server_default=""),
    Column("tap", String(8), nullable=False),  # clear | help
)

# A resident wants the officers on duty to see where they can be reached. Erased 72 hours after the notice has ended.
help_requests = Table(
    "help_requests",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("notice_id", RowId, ForeignKey("notices.id"), nullable=False),
    Column("channel", String(20), nullable=False),
    Column("account", String(40), nullable=False),
    Column("external_id", String(80), nullable=False),
    Column("place_code", String(32), nullable=False, server_default=""),
    Column("asked_at", Instant, nullable=False),
    Column("taken_by", String(80), nullable=False, server_default=""),
    Column("taken_at", Instant),
    UniqueConstraint("notice_id", "channel", "account", "external_id"),
)

help_words = Table(
    "help_words",
    metadata,
    Column("request_id", RowId, ForeignKey("help_requests.id", ondelete="CASCADE"), primary_key=True),
    Column("text", Text, nullable=False),
)

# --- Who is on duty, and who takes part in drills ------------------------------------------------------------------

duty_shifts = Table(
    "duty_shifts",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("officer_id", RowId, ForeignKey("officers.id", ondelete="CASCADE"), nullable=False),
    Column("area", String(32), nullable=False, server_default=""),  # a place code; empty: everywhere
    Column("begins_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False, index=True),
    UniqueConstraint("officer_id", "area", "begins_at"),
)

# A drill reaches these officers in their linked chats, and nobody else: there is no other list it is read from.
drill_members = Table(
    "drill_members",
    metadata,
    Column("officer_id", RowId, ForeignKey("officers.id", ondelete="CASCADE"), primary_key=True),
    Column("added_by", String(80), nullable=False),
    Column("at", Instant, nullable=False),
)

# --- CAP messages of others ----------------------------------------------------------------------------------------

cap_drafts = Table(
    "cap_drafts",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("source", String(80), nullable=False),  # the name of the feed, or of the file
    Column("sender", String(200), nullable=False),
    Column("identifier", String(200), nullable=False),
    Column("sent_at", Instant, nullable=False),
    Column("status", String(10), nullable=False),  # Actual | Exercise | System | Test | Draft, as CAP means them
    Column("msg_type", String(10), nullable=False),  # Alert | Update | Cancel | Ack | Error
    Column("refers_to", JSON, nullable=False),  # [[sender, identifier, sent], …]
    Column("body", Text, nullable=False),  # the XML as it came
    Column("state", String(10), nullable=False, server_default="waiting"),  # waiting | taken | refused | replaced
    Column("received_at", Instant, nullable=False),
    Column("decided_by", String(80), nullable=False, server_default=""),
    Column("decided_at", Instant),
    Column("notice_id", RowId, ForeignKey("notices.id")),
    UniqueConstraint("sender", "identifier", "sent_at"),
    Index("ix_cap_drafts_state", "state"),
)
