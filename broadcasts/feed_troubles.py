"""What is wrong with feeds of warnings, kept by the process that looks at them, for whoever asks from another one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.db import insert_for
from bot.storage.schema import channel_state

_WHERE = {"channel": "", "account": "", "key": "feed-troubles"}


async def keep(connection: AsyncConnection, troubles: Sequence[str], now: datetime) -> None:
    """One sentence each; none: everything is well."""
    value = json.dumps({"at": now.isoformat(), "troubles": list(troubles)}, ensure_ascii=False)
    await connection.execute(
        insert_for(connection)(channel_state)
        .values(**_WHERE, value=value)
        .on_conflict_do_update(index_elements=["channel", "account", "key"], set_={"value": value})
    )


async def kept(connection: AsyncConnection) -> tuple[datetime, list[str]] | None:
    """Since when it is so, and what; None: no feed was looked at yet."""
    value = (await connection.execute(select(channel_state.c.value).filter_by(**_WHERE))).scalar()
    if value is None:
        return None
    found = json.loads(value)
    return datetime.fromisoformat(found["at"]), [str(each) for each in found["troubles"]]
