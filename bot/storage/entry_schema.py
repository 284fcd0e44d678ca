"""The tables of stored answers: what is shown now, every version of it, and what officers are writing."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Index, Integer, String, Table, Text, UniqueConstraint, text

from bot.storage.columns import Instant, RowId, metadata

entries = Table(
    "entries",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("topic", String(32), nullable=False),
    Column("position", Integer, nullable=False),  # its place in the menu of its topic
    Column("body", JSON, nullable=False),
    Column("digest", String(64), nullable=False),  # of what is shown now
    Column("release_digest", String(64), nullable=False),  # of the release's text it was last loaded from
    Column("edited", Boolean, nullable=False, server_default=text("false")),
)

entry_versions = Table(
    "entry_versions",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("entry_id", String(64), nullable=False, index=True),
    Column("digest", String(64), nullable=False),
    Column("body", JSON, nullable=False),
    Column("origin", String(10), nullable=False),  # release | officer | proposal
    Column("at", Instant, nullable=False),
    Column("officer", String(80), nullable=False, server_default=""),  # who published it; empty: a release did
    # Of a proposal of a release: taken | declined, by whom and when; empty while nobody has decided.
    Column("decision", String(10), nullable=False, server_default=""),
    Column("decided_by", String(80), nullable=False, server_default=""),
    Column("decided_at", Instant),
    # The same text may be published again later: that is another version.
    UniqueConstraint("entry_id", "digest", "origin", "at"),
)

# What officers are writing. One row holds all of it, so that a compare and swap of its version guards all of it.
entry_drafts = Table(
    "entry_drafts",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("entry_id", String(64), nullable=False),
    Column("version", Integer, nullable=False),  # compare and swap: two officers never overwrite each other
    Column("state", String(10), nullable=False),  # draft | submitted | returned | published | dropped
    Column("body", JSON, nullable=False),
    Column("base", String(64), nullable=False),  # digest of the shown text it began from; empty: a new entry
    Column("texts", JSON, nullable=False),  # by language: who typed it, who signed it and what they saw
    Column("authors", JSON, nullable=False),  # names of the officers who changed anything
    Column("origin", String(10), nullable=False),  # edit | new | restore | proposal
    Column("proposal_id", RowId),  # the version of a release it was taken from
    Column("questions", JSON, nullable=False),  # numbers of the unanswered questions it is to answer
    Column("reason", Text, nullable=False, server_default=""),  # of its author, when it makes other answers worse
    Column("returned", Text, nullable=False, server_default=""),  # why it came back
    Column("effect", JSON),  # what the test questions said when it was published
    Column("created_by", String(80), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("submitted_at", Instant),
    # An entry is being written once, so that nobody publishes over what somebody else is writing.
    Index(
        "uq_entry_drafts_open",
        "entry_id",
        unique=True,
        sqlite_where=text("state IN ('draft', 'submitted', 'returned')"),
        postgresql_where=text("state IN ('draft', 'submitted', 'returned')"),
    ),
    Index("ix_entry_drafts_state", "state"),
)
