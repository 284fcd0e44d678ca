"""What ends by itself with officers: silent chats, codes, tokens, sessions, answered calls, marks. Run once a day."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.staff import chats, codes, reminders, scripted_calls, sessions, tokens


async def tidy(connection: AsyncConnection, key: bytes, now: datetime) -> dict[str, int]:
    """Remove it; returns how many rows of each table. An ended link is a line of the audit log."""
    return {
        "officer_codes": await codes.forget_expired(connection, now),
        "officer_sessions": await sessions.forget_expired(connection, now),
        "officer_tokens": await tokens.forget_expired(connection, now),
        "api_calls": await scripted_calls.forget_expired(connection, now),
        "officer_chats": await chats.end_silent(connection, key, now),
        "officer_reminders": await reminders.forget_old(connection, now),
    }
