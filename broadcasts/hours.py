"""Times counted by the database in quarters of an hour, and read in a zone: every zone's offset is whole quarters."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, cast, extract, func
from sqlalchemy.ext.asyncio import AsyncConnection

_QUARTER = 900  # seconds


def quarter_of(connection: AsyncConnection, column: ColumnElement[Any]) -> ColumnElement[int]:
    """The quarter of an hour in which a time lies, counted from 1970; NULL stays NULL."""
    if connection.dialect.name == "sqlite":
        return cast(func.strftime("%s", column), Integer).op("/", return_type=Integer())(_QUARTER)
    return cast(func.floor(extract("epoch", column) / _QUARTER), BigInteger)


def local(quarter: int, zone: tzinfo) -> datetime:
    """When a quarter begins, in a zone."""
    return datetime.fromtimestamp(quarter * _QUARTER, UTC).astimezone(zone)
