"""Times counted by the database in quarters of an hour, and read in a zone: every zone's offset is whole quarters."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, String, cast, extract, func, literal_column
from sqlalchemy.ext.asyncio import AsyncConnection

_QUARTER = 900  # seconds
# Written out, not bound: PostgreSQL must see the same expression where it is selected and where it is grouped by.
_WRITTEN: ColumnElement[int] = literal_column("900", Integer)
_EPOCH: ColumnElement[str] = literal_column("'%s'", String)


def quarter_of(connection: AsyncConnection, column: ColumnElement[Any]) -> ColumnElement[int]:
    """The quarter of an hour in which a time lies, counted from 1970; NULL stays NULL."""
    if connection.dialect.name == "sqlite":
        return cast(func.strftime(_EPOCH, column), Integer).op("/", return_type=Integer())(_WRITTEN)
    return cast(func.floor(extract("epoch", column) / _WRITTEN), BigInteger)


def local(quarter: int, zone: tzinfo) -> datetime:
    """When a quarter begins, in a zone."""
    return datetime.fromtimestamp(quarter * _QUARTER, UTC).astimezone(zone)
