"""How many messages are left to the channels that have a quota: what a forecast is held against."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels.zalo_bot_book import kept_tally
from bot.channels.zalo_bot_quota import MESSAGES_A_MONTH, Tally, month_of
from bot.settings import Settings
from broadcasts.office import Quotas

ZALO_BOT = "zalo-bot"


def quotas_of(settings: Settings) -> Quotas:
    """Of the accounts that the settings switch on.

    Zalo Bot: what it may still send this calendar month, answers included. An Official Account has no count that is
    kept here: consultation messages within 48 hours are without a limit, templates have a quota of their own.
    """

    async def left(connection: AsyncConnection, now: datetime) -> Mapping[str, int]:
        if not settings.zalo_bot_token.get_secret_value():
            return {}
        kept = (await kept_tally(connection)).plus(Tally(month_of(now, settings.zone)))
        return {ZALO_BOT: max(0, MESSAGES_A_MONTH - kept.sent)}

    return left
