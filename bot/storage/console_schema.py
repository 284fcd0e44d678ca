"""The tables of the console and of the API: who is signed in, and which calls of a script were answered already."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, SmallInteger, String, Table, Text

from bot.storage.columns import Instant, RowId, metadata

officer_sessions = Table(
    "officer_sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),  # keyed hash: who reads the database is signed in nowhere
    Column("officer_id", RowId, ForeignKey("officers.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("began_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
)

# A script that repeats a call with the same Idempotency-Key gets the same answer, and nothing happens twice.
api_calls = Table(
    "api_calls",
    metadata,
    Column("key_hash", String(64), primary_key=True),  # keyed hash of officer and key
    Column("officer_id", RowId, ForeignKey("officers.id", ondelete="CASCADE"), nullable=False),
    Column("request_hash", String(64), nullable=False),
    Column("status", SmallInteger, nullable=False, server_default="0"),  # 0: begun, and not known to have ended
    Column("body", Text, nullable=False, server_default=""),
    Column("expires_at", Instant, nullable=False, index=True),
)
