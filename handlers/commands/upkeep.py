"""``cotmoc migrate``, ``inbox`` and ``purge``: looking after the database from the command line."""

from __future__ import annotations

import asyncio
import json

from bot import retention
from bot.clock import SystemClock
from bot.settings import Settings, secret_key
from bot.staff import upkeep as staff
from bot.storage import inbox
from bot.storage.db import Database
from bot.storage.migrate import migrate
from bot.storage.schema import deliveries


def migrate_database(settings: Settings) -> int:
    async def run() -> None:
        db = await _open(settings, migrated=False)
        try:
            done = await migrate(db)
            print("Đã đưa cơ sở dữ liệu lên bản này." if done else "Cơ sở dữ liệu đã đúng bản.")
        finally:
            await db.close()

    asyncio.run(run())
    return 0


def show_inbox(settings: Settings, *, as_json: bool) -> int:
    """What was received and is not settled: no address, no words."""

    async def run() -> None:
        db = await _open(settings)
        try:
            async with db.reading() as connection:
                rows = await inbox.not_settled(connection)
        finally:
            await db.close()
        if as_json:
            print(
                json.dumps(
                    [
                        {
                            "id": row.id,
                            "channel": row.channel,
                            "state": row.state,
                            "tries": row.tries,
                            "received_at": row.received_at.isoformat(),
                        }
                        for row in rows
                    ]
                )
            )
            return
        if not rows:
            print("Không có tin nào chưa xong.")
        for row in rows:
            when = row.received_at.astimezone(settings.zone).strftime("%H:%M:%S %d/%m/%Y")
            print(f"{row.id:>8}  {row.channel:<10} {row.state:<9} lần {row.tries}  {when}")

    asyncio.run(run())
    return 0


def purge(settings: Settings, *, dry_run: bool) -> int:
    async def run() -> None:
        db = await _open(settings)
        now = SystemClock().now()
        try:
            if dry_run:
                async with db.reading() as connection:
                    counts = await retention.count_due(connection, now)
            else:
                async with db.transaction() as connection:
                    counts = await retention.purge(connection, now)
                    counts |= await staff.tidy(connection, secret_key(settings), now)
                done = counts
                while done[deliveries.name] >= retention.DELIVERIES_AT_ONCE:
                    async with db.transaction() as connection:
                        done = await retention.purge(connection, now)
                    counts = {table: count + done.get(table, 0) for table, count in counts.items()}
                await db.forget()
        finally:
            await db.close()
        word = "sẽ xoá" if dry_run else "đã xoá"
        for table, count in sorted(counts.items()):
            print(f"{table:<12} {word} {count}")

    asyncio.run(run())
    return 0


async def _open(settings: Settings, *, migrated: bool = True) -> Database:
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    db = Database(settings.database)
    if migrated:
        await migrate(db)
    return db
